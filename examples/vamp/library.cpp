// What a host finds in the library.

#include <vamp-sdk/PluginAdapter.h>
#include <vamp/vamp.h>

#include "chroma.hpp"
#include "fingerprint.hpp"
#include "hpss.hpp"
#include "yin.hpp"

#if defined(__GNUC__)
__attribute__((visibility("default")))
#endif
const VampPluginDescriptor *
vampGetPluginDescriptor(unsigned int version, unsigned int index) {
    static Vamp::PluginAdapter<Yin> yin;
    static Vamp::PluginAdapter<Chroma> chroma;
    static Vamp::PluginAdapter<Hpss> hpss;
    static Vamp::PluginAdapter<Fingerprint> fingerprint;
    if (version < 1) return nullptr;
    switch (index) {
        case 0: return yin.getDescriptor();
        case 1: return chroma.getDescriptor();
        case 2: return hpss.getDescriptor();
        case 3: return fingerprint.getDescriptor();
        default: return nullptr;
    }
}
