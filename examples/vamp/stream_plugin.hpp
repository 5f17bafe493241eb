/// What the plug-ins have in common: parameters in a table, and blocks of float samples that become blocks
/// of double for a stream of auralis_dsp.hpp.

#ifndef STREAM_PLUGIN_HPP
#define STREAM_PLUGIN_HPP

#include <map>
#include <string>
#include <vector>

#include <auralis_dsp.hpp>
#include <vamp-sdk/Plugin.h>

class StreamPlugin : public Vamp::Plugin {
public:
    StreamPlugin(float sample_rate, ParameterList parameters);

    std::string getMaker() const override { return "auralis-dsp"; }
    std::string getCopyright() const override { return "MIT or Apache 2.0"; }
    int getPluginVersion() const override { return 1; }
    InputDomain getInputDomain() const override { return TimeDomain; }
    size_t getPreferredBlockSize() const override { return 1024; }

    ParameterList getParameterDescriptors() const override { return parameters_; }
    float getParameter(std::string id) const override;
    void setParameter(std::string id, float value) override;

    bool initialise(size_t channels, size_t step, size_t block) override;
    void reset() override;
    FeatureSet process(const float *const *input, Vamp::RealTime time) override;
    FeatureSet getRemainingFeatures() override;

protected:
    /// Makes the stream for blocks of `step` frames; throws auralis::error if the parameters are out of
    /// range.
    virtual void open(size_t channels, size_t step) = 0;
    /// Forgets the signal.
    virtual void rewind() = 0;
    /// Takes the next frames, interleaved.
    virtual void push(auralis::input interleaved, FeatureSet &features) = 0;
    /// Ends the signal.
    virtual void finish(FeatureSet &features) = 0;

    double rate() const { return m_inputSampleRate; }
    std::uint32_t count(const char *id) const { return static_cast<std::uint32_t>(getParameter(id)); }

    /// Samples of a frame by default: 2048, from 62.4 kHz on as long as those are at 44.1 kHz.
    static std::uint32_t usual_frame(float sample_rate);

    /// The instant of sample `index` of the signal.
    Vamp::RealTime instant(std::uint64_t index) const;
    /// A feature of `bins` values at sample `index`.
    Feature feature(std::uint64_t index, const double *values, size_t bins) const;
    /// An output with a value for every `hop` samples.
    OutputDescriptor output(const char *id, const char *name, const char *description, const char *unit,
                            size_t bins, double hop) const;
    static ParameterDescriptor parameter(const char *id, const char *name, const char *description,
                                         const char *unit, float least, float most, float usual,
                                         float step = 0);

private:
    ParameterList parameters_;
    std::map<std::string, float> values_;
    std::vector<double> samples_;
    size_t channels_ = 0;
    size_t step_ = 0;
    bool begun_ = false;
    Vamp::RealTime begin_;
};

#endif
