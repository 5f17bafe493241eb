/// The 25 numbers of the whole signal.

#ifndef FINGERPRINT_HPP
#define FINGERPRINT_HPP

#include <optional>

#include "stream_plugin.hpp"

class Fingerprint : public StreamPlugin {
public:
    explicit Fingerprint(float sample_rate) : StreamPlugin(sample_rate, {}) {}
    std::string getIdentifier() const override { return "fingerprint"; }
    std::string getName() const override { return "Auralis Fingerprint"; }
    std::string getDescription() const override {
        return "Spectrum, level, rhythm, harmony, dynamics and stereo image of the whole in 25 numbers";
    }
    size_t getMaxChannelCount() const override { return 64; }
    OutputList getOutputDescriptors() const override;

protected:
    void open(size_t channels, size_t step) override;
    void rewind() override;
    void push(auralis::input interleaved, FeatureSet &features) override;
    void finish(FeatureSet &features) override;

private:
    std::optional<auralis::fingerprint_stream> stream_;
};

#endif
