#include "fingerprint.hpp"

Vamp::Plugin::OutputList Fingerprint::getOutputDescriptors() const {
    const auto bins = auralis_fingerprint_len();
    auto values = output("fingerprint", "Fingerprint", "One value for each dimension; NaN if it has none", "",
                         bins, 1);
    values.sampleType = OutputDescriptor::VariableSampleRate;
    values.sampleRate = 0;
    for (size_t i = 0; i < bins; i++) {
        const std::string name = auralis_fingerprint_name(i), unit = auralis_fingerprint_unit(i);
        values.binNames.push_back(unit.empty() ? name : name + " (" + unit + ")");
    }
    return {values};
}

void Fingerprint::open(size_t channels, size_t step) {
    stream_.emplace(rate(), static_cast<std::uint32_t>(channels), step);
}

void Fingerprint::rewind() { stream_->reset(); }

void Fingerprint::push(auralis::input interleaved, FeatureSet &) { stream_->push(interleaved); }

void Fingerprint::finish(FeatureSet &features) {
    const auto values = stream_->finish();
    features[0].push_back(feature(0, values.data(), values.size()));
}
