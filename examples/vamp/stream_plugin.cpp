#include "stream_plugin.hpp"

#include <algorithm>
#include <cmath>
#include <iostream>

StreamPlugin::StreamPlugin(float sample_rate, ParameterList parameters)
    : Vamp::Plugin(sample_rate), parameters_(std::move(parameters)) {
    for (const auto &p : parameters_) values_[p.identifier] = p.defaultValue;
}

float StreamPlugin::getParameter(std::string id) const {
    const auto found = values_.find(id);
    return found == values_.end() ? 0.0f : found->second;
}

void StreamPlugin::setParameter(std::string id, float value) {
    const auto same = [&](const ParameterDescriptor &p) { return p.identifier == id; };
    const auto found = std::find_if(parameters_.begin(), parameters_.end(), same);
    if (found == parameters_.end() || std::isnan(value)) return;
    value = std::clamp(value, found->minValue, found->maxValue);
    values_[id] = found->isQuantized ? std::round(value / found->quantizeStep) * found->quantizeStep : value;
}

bool StreamPlugin::initialise(size_t channels, size_t step, size_t block) {
    // Blocks may overlap, but must not leave gaps.
    if (channels < getMinChannelCount() || channels > getMaxChannelCount() || step == 0 || step > block) {
        return false;
    }
    try {
        open(channels, step);
    } catch (const std::exception &e) {
        std::cerr << getIdentifier() << ": " << e.what() << std::endl;
        return false;
    }
    channels_ = channels;
    step_ = step;
    samples_.assign(channels * step, 0.0);
    begun_ = false;
    return true;
}

void StreamPlugin::reset() {
    rewind();
    begun_ = false;
}

Vamp::Plugin::FeatureSet StreamPlugin::process(const float *const *input, Vamp::RealTime time) {
    FeatureSet features;
    if (!begun_) begin_ = time;
    begun_ = true;
    for (size_t i = 0; i < step_; i++) {
        for (size_t c = 0; c < channels_; c++) samples_[i * channels_ + c] = input[c][i];
    }
    try {
        push(samples_, features);
    } catch (const auralis::error &e) {
        // A block with samples that are no numbers is left out.
        std::cerr << getIdentifier() << ": " << e.what() << std::endl;
    }
    return features;
}

Vamp::Plugin::FeatureSet StreamPlugin::getRemainingFeatures() {
    FeatureSet features;
    try {
        if (begun_) finish(features);
    } catch (const auralis::error &e) {
        // All blocks were refused, or what was taken is too short.
        std::cerr << getIdentifier() << ": " << e.what() << std::endl;
    }
    begun_ = false;
    return features;
}

std::uint32_t StreamPlugin::usual_frame(float sample_rate) {
    const auto length = std::exp2(std::round(std::log2(2048 * sample_rate / 44100)));
    return std::max<std::uint32_t>(2048, static_cast<std::uint32_t>(length));
}

Vamp::RealTime StreamPlugin::instant(std::uint64_t index) const {
    const auto rate = static_cast<std::uint64_t>(std::lround(m_inputSampleRate));
    const auto rest = static_cast<long>(index % rate);
    const auto whole = Vamp::RealTime(static_cast<int>(index / rate), 0);
    return begin_ + whole + Vamp::RealTime::frame2RealTime(rest, static_cast<unsigned>(rate));
}

Vamp::Plugin::Feature StreamPlugin::feature(std::uint64_t index, const double *values, size_t bins) const {
    Feature made;
    made.hasTimestamp = true;
    made.timestamp = instant(index);
    for (size_t i = 0; i < bins; i++) made.values.push_back(static_cast<float>(values[i]));
    return made;
}

Vamp::Plugin::OutputDescriptor StreamPlugin::output(const char *id, const char *name,
                                                    const char *description, const char *unit, size_t bins,
                                                    double hop) const {
    OutputDescriptor made;
    made.identifier = id;
    made.name = name;
    made.description = description;
    made.unit = unit;
    made.hasFixedBinCount = true;
    made.binCount = bins;
    made.hasKnownExtents = false;
    made.isQuantized = false;
    made.sampleType = OutputDescriptor::FixedSampleRate;
    made.sampleRate = static_cast<float>(rate() / hop);
    made.hasDuration = false;
    return made;
}

Vamp::Plugin::ParameterDescriptor StreamPlugin::parameter(const char *id, const char *name,
                                                          const char *description, const char *unit,
                                                          float least, float most, float usual,
                                                          float step) {
    ParameterDescriptor made;
    made.identifier = id;
    made.name = name;
    made.description = description;
    made.unit = unit;
    made.minValue = least;
    made.maxValue = most;
    made.defaultValue = usual;
    made.isQuantized = step > 0;
    made.quantizeStep = step;
    return made;
}
