/// Fundamental frequency by YIN.

#ifndef YIN_HPP
#define YIN_HPP

#include <optional>

#include "stream_plugin.hpp"

class Yin : public StreamPlugin {
public:
    explicit Yin(float sample_rate);
    std::string getIdentifier() const override { return "yin"; }
    std::string getName() const override { return "Auralis YIN Pitch"; }
    std::string getDescription() const override {
        return "Fundamental frequency of each frame by YIN, as librosa.yin gives it";
    }
    OutputList getOutputDescriptors() const override;

protected:
    void open(size_t channels, size_t step) override;
    void rewind() override;
    void push(auralis::input samples, FeatureSet &features) override;
    void finish(FeatureSet &features) override;

private:
    void give(const std::vector<double> &f0, FeatureSet &features);

    std::optional<auralis::yin_stream> stream_;
    std::uint64_t frame_ = 0;
};

#endif
