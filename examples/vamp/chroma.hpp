/// Chromagram over the constant-Q transform.

#ifndef CHROMA_HPP
#define CHROMA_HPP

#include <optional>

#include "stream_plugin.hpp"

class Chroma : public StreamPlugin {
public:
    explicit Chroma(float sample_rate);
    std::string getIdentifier() const override { return "chroma"; }
    std::string getName() const override { return "Auralis Chromagram"; }
    std::string getDescription() const override {
        return "Strength of the pitch classes by constant-Q transform, as librosa.feature.chroma_cqt has it";
    }
    OutputList getOutputDescriptors() const override;

protected:
    void open(size_t channels, size_t step) override;
    void rewind() override;
    void push(auralis::input samples, FeatureSet &features) override;
    void finish(FeatureSet &features) override;

private:
    void give(const std::vector<double> &frames, FeatureSet &features);

    std::optional<auralis::chroma_stream> stream_;
    std::uint64_t frame_ = 0;
};

#endif
