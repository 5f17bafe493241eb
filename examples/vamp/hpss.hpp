/// How large the harmonic part is.

#ifndef HPSS_HPP
#define HPSS_HPP

#include <optional>

#include "stream_plugin.hpp"

class Hpss : public StreamPlugin {
public:
    explicit Hpss(float sample_rate);
    std::string getIdentifier() const override { return "harmonicratio"; }
    std::string getName() const override { return "Auralis Harmonic Ratio"; }
    std::string getDescription() const override {
        return "Level of the harmonic part beside that of both parts, separated by median filtering";
    }
    OutputList getOutputDescriptors() const override;

protected:
    void open(size_t channels, size_t step) override;
    void rewind() override;
    void push(auralis::input samples, FeatureSet &features) override;
    void finish(FeatureSet &features) override;

private:
    void give(const auralis::separation &parts, FeatureSet &features);
    void end_window(FeatureSet &features);

    std::optional<auralis::hpss_stream> stream_;
    double harmonic_ = 0;
    double percussive_ = 0;
    /// Samples separated so far.
    std::uint64_t index_ = 0;
};

#endif
