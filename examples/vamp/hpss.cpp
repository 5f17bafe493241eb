#include "hpss.hpp"

#include <cmath>

Hpss::Hpss(float sample_rate)
    : StreamPlugin(
          sample_rate,
          {parameter("window", "Window", "Samples over which energies are summed", "samples", 64, 65536,
                     static_cast<float>(usual_frame(sample_rate)), 1),
           parameter("harmonic", "Harmonic kernel", "Frames of the median along time", "frames", 1, 255, 31,
                     1),
           parameter("percussive", "Percussive kernel", "Bins of the median along frequency", "bins", 1, 255,
                     31, 1),
           parameter("margin", "Margin", "How clearly a part must dominate to be counted", "", 1, 10, 1)}) {}

Vamp::Plugin::OutputList Hpss::getOutputDescriptors() const {
    auto ratio = output("ratio", "Harmonic ratio",
                        "1: all harmonic, 0: all percussive; windows of silence are left out", "", 1,
                        getParameter("window"));
    ratio.hasKnownExtents = true;
    ratio.minValue = 0;
    ratio.maxValue = 1;
    return {ratio};
}

void Hpss::open(size_t, size_t step) {
    auralis::hpss_params params;
    params.n_fft = usual_frame(static_cast<float>(rate()));
    params.kernel_harmonic = count("harmonic");
    params.kernel_percussive = count("percussive");
    params.margin_harmonic = params.margin_percussive = getParameter("margin");
    stream_.emplace(rate(), step, params);
    rewind();
}

void Hpss::rewind() {
    stream_->reset();
    harmonic_ = percussive_ = 0;
    index_ = 0;
}

void Hpss::push(auralis::input samples, FeatureSet &features) { give(stream_->push(samples), features); }

void Hpss::finish(FeatureSet &features) {
    give(stream_->finish(), features);
    if (index_ % count("window") != 0) end_window(features);
    rewind();
}

void Hpss::give(const auralis::separation &parts, FeatureSet &features) {
    const auto window = count("window");
    for (size_t i = 0; i < parts.harmonic.size(); i++) {
        harmonic_ += parts.harmonic[i] * parts.harmonic[i];
        percussive_ += parts.percussive[i] * parts.percussive[i];
        if (++index_ % window == 0) end_window(features);
    }
}

void Hpss::end_window(FeatureSet &features) {
    const auto window = count("window");
    if (harmonic_ + percussive_ > 0) {
        const double level = std::sqrt(harmonic_);
        const double ratio = level / (level + std::sqrt(percussive_));
        features[0].push_back(feature((index_ - 1) / window * window, &ratio, 1));
    }
    harmonic_ = percussive_ = 0;
}
