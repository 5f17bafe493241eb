#include "fingerprint.hpp"

#include <cmath>

Vamp::Plugin::OutputList Fingerprint::getOutputDescriptors() const {
    OutputList outputs;
    for (size_t i = 0; i < auralis_fingerprint_len(); i++) {
        const char *name = auralis_fingerprint_name(i);
        auto value = output(name, name, auralis_fingerprint_definition(i), auralis_fingerprint_unit(i), 1, 1);
        value.sampleType = OutputDescriptor::VariableSampleRate;
        value.sampleRate = 0;
        outputs.push_back(value);
    }
    return outputs;
}

void Fingerprint::open(size_t channels, size_t step) {
    stream_.emplace(rate(), static_cast<std::uint32_t>(channels), step);
}

void Fingerprint::rewind() { stream_->reset(); }

void Fingerprint::push(auralis::input interleaved, FeatureSet &) { stream_->push(interleaved); }

void Fingerprint::finish(FeatureSet &features) {
    const auto values = stream_->finish();
    for (size_t i = 0; i < values.size(); i++) {
        // What cannot be computed is left out: hosts take a NaN for a value.
        if (!std::isnan(values[i])) features[static_cast<int>(i)].push_back(feature(0, &values[i], 1));
    }
}
