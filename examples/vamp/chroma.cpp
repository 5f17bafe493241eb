#include "chroma.hpp"

#include <algorithm>
#include <cmath>

namespace {

constexpr size_t classes = 12;
constexpr float bins_per_octave = 36;

Vamp::Plugin::ParameterDescriptor named(Vamp::Plugin::ParameterDescriptor parameter,
                                        std::vector<std::string> names) {
    parameter.valueNames = std::move(names);
    return parameter;
}

/// Octaves above C1 whose highest bin has room below half the sample rate.
float octaves_that_fit(float sample_rate) { return std::floor(std::log2(0.45f * sample_rate / 32.7032f)); }

} // namespace

Chroma::Chroma(float sample_rate)
    : StreamPlugin(
          sample_rate,
          {parameter("tuning", "Tuning", "How far the music is from A = 440 Hz", "cents", -50, 50, 0),
           parameter("octaves", "Octaves", "Octaves above C1", "", 1, octaves_that_fit(sample_rate),
                     std::min(7.0f, octaves_that_fit(sample_rate)), 1),
           parameter("hop", "Hop", "Samples between frames", "samples", 64, 65536,
                     static_cast<float>(usual_frame(sample_rate) / 4), 1),
           // The order of AURALIS_NORM_*.
           named(parameter("norm", "Normalization", "How each frame is normalized", "", 0, 3, 0, 1),
                 {"largest value 1", "sum 1", "Euclidean length 1", "none"})}) {}

Vamp::Plugin::OutputList Chroma::getOutputDescriptors() const {
    auto chroma = output("chroma", "Chromagram", "Strength of each pitch class", "", classes,
                         getParameter("hop"));
    chroma.binNames = {"C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B"};
    return {chroma};
}

void Chroma::open(size_t, size_t step) {
    auralis::chroma_params params;
    params.tuning = getParameter("tuning") * bins_per_octave / 1200;
    params.n_octaves = count("octaves");
    params.hop_length = count("hop");
    params.norm = count("norm");
    stream_.emplace(rate(), step, params);
    frame_ = 0;
}

void Chroma::rewind() {
    stream_->reset();
    frame_ = 0;
}

void Chroma::push(auralis::input samples, FeatureSet &features) { give(stream_->push(samples), features); }

void Chroma::finish(FeatureSet &features) {
    give(stream_->finish(), features);
    frame_ = 0;
}

void Chroma::give(const std::vector<double> &frames, FeatureSet &features) {
    for (size_t i = 0; i < frames.size(); i += classes) {
        features[0].push_back(feature(frame_++ * count("hop"), &frames[i], classes));
    }
}
