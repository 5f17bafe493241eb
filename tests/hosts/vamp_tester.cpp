// Holds Vamp plug-ins to what hosts rely on: vamp_tester KEY...
// Prints a line for each rule that a plug-in breaks; the exit status is then 1.
//
// The rules: identifiers are legal and unique; parameters have their defaults, keep to their ranges and
// steps, and may be at either end of them; channel counts out of range are refused. At every rate and block
// size, for silence, an offset, an impulse, noise, full scale and no input at all, features belong to outputs,
// have as many values as these say, finite and within known extents, and times that do not go back. They are
// the same in the next run of the same instance, in another instance, and when both run in turn.

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include <vamp-hostsdk/PluginLoader.h>

namespace {

using Vamp::Plugin;
using Output = Plugin::OutputDescriptor;
using Features = std::vector<Plugin::FeatureSet>;

int findings = 0;

void expect(bool holds, const std::string &where, const std::string &what) {
    if (holds) return;
    std::printf("%s: %s\n", where.c_str(), what.c_str());
    findings++;
}

std::unique_ptr<Plugin> load(const std::string &key, float rate) {
    // Not adapted: the plug-in itself must cope with every block size.
    return std::unique_ptr<Plugin>(Vamp::HostExt::PluginLoader::getInstance()->loadPlugin(key, rate, 0));
}

bool is_legal(const std::string &identifier) {
    const std::string letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
    return !identifier.empty() && identifier.find_first_not_of(letters) == std::string::npos;
}

using Signal = std::function<float(size_t)>;

struct Input {
    const char *name;
    size_t samples;
    Signal at;
};

std::vector<Input> inputs() {
    const auto noise = [](size_t i) {
        auto state = static_cast<std::uint32_t>(i) * 2654435761u + 1u;
        state ^= state >> 15;
        state *= 2246822519u;
        state ^= state >> 13;
        return static_cast<float>(state) / 2147483648.0f - 1.0f;
    };
    return {
        {"silence", 30000, [](size_t) { return 0.0f; }},
        {"an offset", 30000, [](size_t) { return 0.5f; }},
        {"an impulse", 30000, [](size_t i) { return i == 9999 ? 1.0f : 0.0f; }},
        {"noise", 60000, noise},
        {"full scale", 30000, [](size_t i) { return i / 50 % 2 == 0 ? 1.0f : -1.0f; }},
        {"one sample", 1, [](size_t) { return 1.0f; }},
        {"nothing", 0, [](size_t) { return 0.0f; }},
    };
}

struct Blocks {
    size_t step, block;
};

/// Gives the block that begins at sample `start`, zeros behind the end.
Plugin::FeatureSet block(Plugin &plugin, const Input &input, Blocks blocks, size_t start, float rate) {
    std::vector<std::vector<float>> channels(plugin.getMinChannelCount(), std::vector<float>(blocks.block));
    std::vector<const float *> pointers;
    for (auto &channel : channels) {
        for (size_t i = 0; i < blocks.block; i++) {
            channel[i] = start + i < input.samples ? input.at(start + i) : 0.0f;
        }
        pointers.push_back(channel.data());
    }
    const auto time =
        Vamp::RealTime::frame2RealTime(static_cast<long>(start), static_cast<unsigned>(std::lround(rate)));
    return plugin.process(pointers.data(), time);
}

Features run(Plugin &plugin, const Input &input, Blocks blocks, float rate) {
    Features features;
    for (size_t start = 0; start < input.samples; start += blocks.step) {
        features.push_back(block(plugin, input, blocks, start, rate));
    }
    features.push_back(plugin.getRemainingFeatures());
    return features;
}

bool same(const Features &a, const Features &b) {
    const auto equal = [](const Plugin::Feature &x, const Plugin::Feature &y) {
        return x.hasTimestamp == y.hasTimestamp && (!x.hasTimestamp || x.timestamp == y.timestamp) &&
               x.values == y.values && x.label == y.label;
    };
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [&](const auto &x, const auto &y) {
        return std::equal(x.begin(), x.end(), y.begin(), y.end(), [&](const auto &p, const auto &q) {
            return p.first == q.first && std::equal(p.second.begin(), p.second.end(), q.second.begin(),
                                                    q.second.end(), equal);
        });
    });
}

void check_features(const Plugin &plugin, const Features &features, const std::string &where) {
    const auto outputs = plugin.getOutputDescriptors();
    std::vector<Vamp::RealTime> last(outputs.size(), Vamp::RealTime(-1, 0));
    for (const auto &set : features) {
        for (const auto &[index, list] : set) {
            const bool exists = index >= 0 && static_cast<size_t>(index) < outputs.size();
            expect(exists, where, "features of an output that does not exist");
            if (!exists) continue;
            const Output &output = outputs[static_cast<size_t>(index)];
            for (const auto &feature : list) {
                const auto at = where + ", " + output.identifier;
                expect(!output.hasFixedBinCount || feature.values.size() == output.binCount, at,
                       "another number of values than the output says");
                for (const float value : feature.values) {
                    expect(std::isfinite(value), at, "a value that is no number");
                    expect(!output.hasKnownExtents ||
                               (value >= output.minValue && value <= output.maxValue),
                           at, "a value beyond the known extents");
                }
                expect(feature.hasTimestamp || output.sampleType != Output::VariableSampleRate, at,
                       "no time where the output needs one");
                if (feature.hasTimestamp) {
                    auto &before = last[static_cast<size_t>(index)];
                    expect(!(feature.timestamp < before), at, "times go back");
                    before = feature.timestamp;
                }
            }
        }
    }
}

void check_runs(const std::string &key, float rate) {
    const auto preferred = load(key, rate)->getPreferredBlockSize();
    const size_t usual = preferred ? preferred : 1024;
    for (const Blocks blocks : {Blocks{usual, usual}, Blocks{usual / 2, usual}, Blocks{1021, 1021},
                                Blocks{8192, 8192}, Blocks{16, 16}}) {
        for (const auto &input : inputs()) {
            const auto where = key + " at " + std::to_string(std::lround(rate)) + " Hz, blocks of " +
                               std::to_string(blocks.block) + " every " + std::to_string(blocks.step) +
                               ", " + input.name;
            const auto one = load(key, rate), other = load(key, rate);
            const auto channels = one->getMinChannelCount();
            const bool made = one->initialise(channels, blocks.step, blocks.block) &&
                              other->initialise(channels, blocks.step, blocks.block);
            expect(made, where, "refused with its defaults");
            if (!made) continue;
            const auto first = run(*one, input, blocks, rate);
            check_features(*one, first, where);
            one->reset();
            expect(same(run(*one, input, blocks, rate), first), where, "another result in the next run");
            one->reset();
            Features a, b;
            for (size_t start = 0; start < input.samples; start += blocks.step) {
                a.push_back(block(*one, input, blocks, start, rate));
                b.push_back(block(*other, input, blocks, start, rate));
            }
            a.push_back(one->getRemainingFeatures());
            b.push_back(other->getRemainingFeatures());
            expect(same(a, first) && same(b, first), where, "another result beside another instance");
        }
    }
}

void check_parameters(const std::string &key) {
    const float rate = 44100;
    const auto plugin = load(key, rate);
    std::set<std::string> identifiers;
    for (const auto &p : plugin->getParameterDescriptors()) {
        const auto where = key + ", " + p.identifier;
        expect(is_legal(p.identifier) && identifiers.insert(p.identifier).second, where, "identifier");
        expect(p.minValue < p.maxValue && p.defaultValue >= p.minValue && p.defaultValue <= p.maxValue,
               where, "range or default");
        expect(plugin->getParameter(p.identifier) == p.defaultValue, where, "does not begin at its default");
        if (p.isQuantized) {
            const float steps = (p.defaultValue - p.minValue) / p.quantizeStep;
            expect(p.quantizeStep > 0 && std::abs(steps - std::round(steps)) < 1e-3f, where,
                   "default between two steps");
        }
        for (const float value : {p.minValue - 1e6f, p.minValue, p.maxValue, p.maxValue + 1e6f}) {
            const auto changed = load(key, rate);
            changed->setParameter(p.identifier, value);
            const float kept = changed->getParameter(p.identifier);
            expect(kept >= p.minValue && kept <= p.maxValue, where, "left its range");
            // Not every end goes with the other defaults; what is made must work.
            const size_t size = 1024;
            if (changed->initialise(changed->getMinChannelCount(), size, size)) {
                const auto input = inputs()[3];
                check_features(*changed, run(*changed, input, {size, size}, rate),
                               where + " = " + std::to_string(kept));
            }
        }
    }
    plugin->setParameter("no such parameter", 1);
    expect(plugin->getParameter("no such parameter") == 0, key, "keeps a parameter that it does not have");
}

void check_descriptions(const std::string &key) {
    const auto plugin = load(key, 44100);
    expect(is_legal(plugin->getIdentifier()), key, "identifier");
    expect(!plugin->getName().empty() && !plugin->getMaker().empty(), key, "name or maker");
    const auto least = plugin->getMinChannelCount(), most = plugin->getMaxChannelCount();
    expect(least >= 1 && least <= most, key, "channel counts");
    expect(!plugin->initialise(least - 1, 1024, 1024), key, "takes too few channels");
    expect(!plugin->initialise(most + 1, 1024, 1024), key, "takes too many channels");
    expect(plugin->initialise(most, 1024, 1024), key, "refuses as many channels as it says");
    expect(plugin->initialise(least, 512, 1024), key, "refuses to be initialised again");
    std::set<std::string> identifiers;
    const auto outputs = plugin->getOutputDescriptors();
    expect(!outputs.empty(), key, "has no output");
    for (const auto &output : outputs) {
        const auto where = key + ", " + output.identifier;
        expect(is_legal(output.identifier) && identifiers.insert(output.identifier).second, where,
               "identifier");
        expect(!output.name.empty(), where, "has no name");
        expect(output.binNames.empty() || output.binNames.size() == output.binCount, where, "bin names");
        expect(output.sampleType != Output::FixedSampleRate || output.sampleRate > 0, where, "sample rate");
    }
}

} // namespace

int main(int argc, char **argv) {
    for (int i = 1; i < argc; i++) {
        const std::string key = argv[i];
        if (!load(key, 44100)) {
            std::printf("%s: not found\n", key.c_str());
            return 2;
        }
        check_descriptions(key);
        check_parameters(key);
        for (const float rate : {8000.0f, 22050.0f, 44100.0f, 96000.0f, 192000.0f, 384000.0f}) {
            check_runs(key, rate);
        }
    }
    return findings > 0;
}
