// Runs a Vamp plug-in as a host with blocks of odd sizes does: vamp_host KEY BLOCK STEP [PARAMETER=VALUE]...
// reads doubles, one channel at 22.05 kHz, from standard input and prints time and values of each feature.

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include <vamp-hostsdk/PluginLoader.h>

namespace {

void print(const Vamp::Plugin::FeatureSet &features) {
    for (const auto &output : features) {
        for (const auto &feature : output.second) {
            std::printf("%d.%09d", feature.timestamp.sec, feature.timestamp.nsec);
            for (float value : feature.values) std::printf(" %.9g", static_cast<double>(value));
            std::printf("\n");
        }
    }
}

} // namespace

int main(int argc, char **argv) {
    if (argc < 4) return 2;
    std::unique_ptr<Vamp::Plugin> plugin(
        Vamp::HostExt::PluginLoader::getInstance()->loadPlugin(argv[1], 22050, 0));
    if (!plugin) return 3;
    const size_t block = std::strtoul(argv[2], nullptr, 10), step = std::strtoul(argv[3], nullptr, 10);
    for (int i = 4; i < argc; i++) {
        const std::string setting = argv[i];
        const auto sign = setting.find('=');
        plugin->setParameter(setting.substr(0, sign), std::strtof(setting.c_str() + sign + 1, nullptr));
    }
    if (!plugin->initialise(1, step, block)) return 4;

    std::vector<float> samples;
    for (double x; std::fread(&x, sizeof x, 1, stdin) == 1;) samples.push_back(static_cast<float>(x));
    // Twice, with a reset between, and only the second time is shown.
    for (int run = 0; run < 2; run++) {
        plugin->reset();
        std::vector<float> input(block);
        for (size_t i = 0; i < samples.size(); i += step) {
            for (size_t k = 0; k < block; k++) input[k] = i + k < samples.size() ? samples[i + k] : 0;
            const float *channels[] = {input.data()};
            const auto time = Vamp::RealTime::frame2RealTime(static_cast<long>(i), 22050);
            const auto features = plugin->process(channels, time);
            if (run == 1) print(features);
        }
        if (run == 1) print(plugin->getRemainingFeatures());
    }
    return 0;
}
