#include "yin.hpp"

#include <algorithm>

Yin::Yin(float sample_rate)
    : StreamPlugin(
          sample_rate,
          {parameter("fmin", "Lowest frequency", "Lowest frequency searched", "Hz", 20, 2000, 65.40639f),
           parameter("fmax", "Highest frequency", "Highest frequency searched", "Hz", 100,
                     std::min(8000.0f, sample_rate / 2), 2093.0045f),
           parameter("threshold", "Threshold", "The first dip below this is the period", "", 0.01f, 1, 0.1f),
           parameter("frame", "Frame length", "Samples in a frame", "samples", 512, 65536,
                     static_cast<float>(usual_frame(sample_rate)), 2),
           parameter("hop", "Hop", "Samples between frames", "samples", 64, 65536,
                     static_cast<float>(usual_frame(sample_rate) / 4), 1)}) {}

Vamp::Plugin::OutputList Yin::getOutputDescriptors() const {
    return {output("f0", "Fundamental frequency",
                   "Of each frame; frames without pitch have the frequency of the deepest dip", "Hz", 1,
                   getParameter("hop"))};
}

void Yin::open(size_t, size_t step) {
    auralis::yin_params params;
    params.fmin = getParameter("fmin");
    params.fmax = getParameter("fmax");
    params.trough_threshold = getParameter("threshold");
    params.frame_length = count("frame");
    params.hop_length = count("hop");
    stream_.emplace(rate(), step, params);
    frame_ = 0;
}

void Yin::rewind() {
    stream_->reset();
    frame_ = 0;
}

void Yin::push(auralis::input samples, FeatureSet &features) { give(stream_->push(samples), features); }

void Yin::finish(FeatureSet &features) {
    give(stream_->finish(), features);
    frame_ = 0;
}

void Yin::give(const std::vector<double> &f0, FeatureSet &features) {
    for (const double &value : f0) features[0].push_back(feature(frame_++ * count("hop"), &value, 1));
}
