/// \file
/// C++17 face of auralis-dsp: the functions of auralis_dsp.h over containers, and handles that free
/// themselves. Header-only; link with the C library.
///
/// Every function comes twice. `auralis::yin(audio, 44100)` returns its value and throws
/// `auralis::error` if it fails; `auralis::try_yin(audio, 44100)` returns a `result`, which holds either
/// the value or a `failure`, and throws nothing but std::bad_alloc. With -fno-exceptions the first kind
/// ends the program instead.
///
/// Audio is anything contiguous over double that has data() and size(): std::vector, std::array,
/// std::span. Two-dimensional results are row-major, [rows][frames], as in C.
///
/// On an audio thread use the try_push and try_finish that take an output: they never allocate, lock or
/// block, not even to report a failure.

#ifndef AURALIS_DSP_HPP
#define AURALIS_DSP_HPP

#include <complex>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "auralis_dsp.h"

namespace auralis {

/// A status other than AURALIS_OK, and the text that names the argument.
struct failure {
    std::int32_t status;
    char message[256];

    /// What the calling thread's last failed call reported as `status`.
    static failure last(std::int32_t status) noexcept {
        failure f{status, {}};
        auralis_last_error(f.message, sizeof f.message);
        return f;
    }
};

/// A failure, thrown.
class error : public std::runtime_error {
public:
    explicit error(const failure &f) : std::runtime_error(f.message), status_(f.status) {}
    /// One of AURALIS_ERROR_*.
    std::int32_t status() const noexcept { return status_; }

private:
    std::int32_t status_;
};

/// A value, or why there is none.
template <class T>
class [[nodiscard]] result {
public:
    result(T value) : content_(std::in_place_index<0>, std::move(value)) {}
    result(const failure &f) : content_(std::in_place_index<1>, f) {}

    bool has_value() const noexcept { return content_.index() == 0; }
    explicit operator bool() const noexcept { return has_value(); }

    /// The value; throws auralis::error if there is none.
    T &value() & { return require(), *std::get_if<0>(&content_); }
    const T &value() const & { return require(), *std::get_if<0>(&content_); }
    T value() && { return require(), std::move(*std::get_if<0>(&content_)); }

    /// The value, which must be there.
    T &operator*() & noexcept { return *std::get_if<0>(&content_); }
    const T &operator*() const & noexcept { return *std::get_if<0>(&content_); }
    T *operator->() noexcept { return std::get_if<0>(&content_); }
    const T *operator->() const noexcept { return std::get_if<0>(&content_); }

    /// The failure, which must be there.
    const failure &error() const noexcept { return *std::get_if<1>(&content_); }

private:
    void require() const {
        if (!has_value()) {
#if defined(__cpp_exceptions)
            throw auralis::error(error());
#else
            std::abort();
#endif
        }
    }

    std::variant<T, failure> content_;
};

/// Contiguous elements that belong to somebody else.
template <class T>
class view {
public:
    view(T *data, std::size_t size) noexcept : data_(data), size_(size) {}

    /// All of a container.
    template <class C, class = std::enable_if_t<
                           std::is_convertible_v<decltype(std::declval<C &>().data()), T *> &&
                           !std::is_same_v<std::remove_cv_t<std::remove_reference_t<C>>, view>>>
    view(C &&container) noexcept : data_(container.data()), size_(container.size()) {}

    T *data() const noexcept { return data_; }
    std::size_t size() const noexcept { return size_; }
    T *begin() const noexcept { return data_; }
    T *end() const noexcept { return data_ + size_; }
    T &operator[](std::size_t i) const noexcept { return data_[i]; }
    /// `count` elements from `offset` on.
    view subview(std::size_t offset, std::size_t count) const noexcept { return {data_ + offset, count}; }

private:
    T *data_;
    std::size_t size_;
};

using input = view<const double>;
using output = view<double>;

/// Row-major, [rows][frames].
template <class T>
struct matrix {
    std::vector<T> values;
    std::size_t rows = 0;
    std::size_t frames = 0;

    T &operator()(std::size_t row, std::size_t frame) { return values[row * frames + frame]; }
    const T &operator()(std::size_t row, std::size_t frame) const { return values[row * frames + frame]; }
};

/// Both parts of a signal.
struct separation {
    std::vector<double> harmonic;
    std::vector<double> percussive;
};

/// Parameters are the C structs, filled with the defaults.
struct hpss_params : auralis_hpss_params {
    hpss_params() noexcept : auralis_hpss_params() {
        auralis_hpss_params_init(this, sizeof(auralis_hpss_params));
    }
};
struct yin_params : auralis_yin_params {
    yin_params() noexcept : auralis_yin_params() {
        auralis_yin_params_init(this, sizeof(auralis_yin_params));
    }
};
struct cqt_params : auralis_cqt_params {
    cqt_params() noexcept : auralis_cqt_params() {
        auralis_cqt_params_init(this, sizeof(auralis_cqt_params));
    }
};
struct fingerprint_params : auralis_fingerprint_params {
    fingerprint_params() noexcept : auralis_fingerprint_params() {
        auralis_fingerprint_params_init(this, sizeof(auralis_fingerprint_params));
    }
};
struct chroma_params : auralis_chroma_params {
    chroma_params() noexcept : auralis_chroma_params() {
        auralis_chroma_params_init(this, sizeof(auralis_chroma_params));
    }
};

struct onset_strength_params : auralis_onset_strength_params {
    onset_strength_params() noexcept : auralis_onset_strength_params() {
        auralis_onset_strength_params_init(this, sizeof(auralis_onset_strength_params));
    }
};
struct onset_detect_params : auralis_onset_detect_params {
    onset_detect_params() noexcept : auralis_onset_detect_params() {
        auralis_onset_detect_params_init(this, sizeof(auralis_onset_detect_params));
    }
};
struct tempo_params : auralis_tempo_params {
    tempo_params() noexcept : auralis_tempo_params() {
        auralis_tempo_params_init(this, sizeof(auralis_tempo_params));
    }
};
struct beat_track_params : auralis_beat_track_params {
    beat_track_params() noexcept : auralis_beat_track_params() {
        auralis_beat_track_params_init(this, sizeof(auralis_beat_track_params));
    }
};
struct spectral_params : auralis_spectral_params {
    spectral_params() noexcept : auralis_spectral_params() {
        auralis_spectral_params_init(this, sizeof(auralis_spectral_params));
    }
};
struct rms_params : auralis_rms_params {
    rms_params() noexcept : auralis_rms_params() {
        auralis_rms_params_init(this, sizeof(auralis_rms_params));
    }
};

/// Version of the library.
inline const char *version() noexcept { return auralis_version(); }

namespace detail {

/// A value for each of the frames that `count` counts: what `compute`, given the output, writes.
template <class P, class F, class G>
result<std::vector<double>> frames_of(input audio, const P &params, F count, G compute) {
    std::size_t frames = 0;
    auto status = count(audio.size(), &params, &frames);
    if (status != AURALIS_OK) return failure::last(status);
    std::vector<double> values(frames);
    status = compute(values.data(), values.size());
    if (status != AURALIS_OK) return failure::last(status);
    return values;
}

/// Frames in interleaved audio; what is wrong with no channels, the library tells.
inline std::size_t frames_in(input interleaved, std::uint32_t n_channels) noexcept {
    return n_channels ? interleaved.size() / n_channels : interleaved.size();
}

} // namespace detail

/// auralis_hpss
inline result<separation> try_hpss(input audio, const hpss_params &params = {}) {
    separation parts{std::vector<double>(audio.size()), std::vector<double>(audio.size())};
    const auto status = auralis_hpss(audio.data(), audio.size(), &params, parts.harmonic.data(),
                                     parts.percussive.data());
    if (status != AURALIS_OK) return failure::last(status);
    return parts;
}
inline separation hpss(input audio, const hpss_params &params = {}) {
    return try_hpss(audio, params).value();
}

/// auralis_yin: Hz of each frame
inline result<std::vector<double>> try_yin(input audio, double sample_rate, const yin_params &params = {}) {
    return detail::frames_of(audio, params, auralis_yin_frames, [&](double *out, std::size_t n) {
        return auralis_yin(audio.data(), audio.size(), sample_rate, &params, out, n);
    });
}
inline std::vector<double> yin(input audio, double sample_rate, const yin_params &params = {}) {
    return try_yin(audio, sample_rate, params).value();
}

/// auralis_cqt: a row for each bin
inline result<matrix<std::complex<double>>> try_cqt(input audio, double sample_rate,
                                                    const cqt_params &params = {}) {
    matrix<std::complex<double>> out;
    auto status = auralis_cqt_frames(audio.size(), &params, &out.frames);
    if (status != AURALIS_OK) return failure::last(status);
    out.rows = params.n_bins;
    out.values.resize(out.rows * out.frames);
    // std::complex<double> may be looked at as two doubles.
    status = auralis_cqt(audio.data(), audio.size(), sample_rate, &params,
                         reinterpret_cast<double *>(out.values.data()), 2 * out.values.size());
    if (status != AURALIS_OK) return failure::last(status);
    return out;
}
inline matrix<std::complex<double>> cqt(input audio, double sample_rate, const cqt_params &params = {}) {
    return try_cqt(audio, sample_rate, params).value();
}

/// auralis_chroma_cqt: a row for each pitch class
inline result<matrix<double>> try_chroma_cqt(input audio, double sample_rate,
                                             const chroma_params &params = {}) {
    matrix<double> out;
    auto status = auralis_chroma_frames(audio.size(), &params, &out.frames);
    if (status != AURALIS_OK) return failure::last(status);
    out.rows = params.n_chroma;
    out.values.resize(out.rows * out.frames);
    status = auralis_chroma_cqt(audio.data(), audio.size(), sample_rate, &params, out.values.data(),
                                out.values.size());
    if (status != AURALIS_OK) return failure::last(status);
    return out;
}
inline matrix<double> chroma_cqt(input audio, double sample_rate, const chroma_params &params = {}) {
    return try_chroma_cqt(audio, sample_rate, params).value();
}

/// auralis_estimate_tuning: fractions of a bin
inline result<double> try_estimate_tuning(input audio, double sample_rate,
                                          std::uint32_t bins_per_octave = 12) {
    double tuning = 0;
    const auto status =
        auralis_estimate_tuning(audio.data(), audio.size(), sample_rate, bins_per_octave, &tuning);
    if (status != AURALIS_OK) return failure::last(status);
    return tuning;
}
inline double estimate_tuning(input audio, double sample_rate, std::uint32_t bins_per_octave = 12) {
    return try_estimate_tuning(audio, sample_rate, bins_per_octave).value();
}

/// auralis_onset_strength: dB of each frame, what onset_detect, tempo and beat_track take
inline result<std::vector<double>> try_onset_strength(input audio, double sample_rate,
                                                      const onset_strength_params &params = {}) {
    return detail::frames_of(audio, params, auralis_onset_strength_frames, [&](double *out, std::size_t n) {
        return auralis_onset_strength(audio.data(), audio.size(), sample_rate, &params, out, n);
    });
}
inline std::vector<double> onset_strength(input audio, double sample_rate,
                                          const onset_strength_params &params = {}) {
    return try_onset_strength(audio, sample_rate, params).value();
}

/// auralis_onset_detect: frames of the envelope
inline result<std::vector<std::size_t>> try_onset_detect(input envelope, double sample_rate,
                                                         const onset_detect_params &params = {}) {
    std::vector<std::size_t> frames(envelope.size());
    std::size_t n = 0;
    const auto status = auralis_onset_detect(envelope.data(), envelope.size(), sample_rate, &params,
                                             frames.data(), frames.size(), &n);
    if (status != AURALIS_OK) return failure::last(status);
    frames.resize(n);
    return frames;
}
inline std::vector<std::size_t> onset_detect(input envelope, double sample_rate,
                                             const onset_detect_params &params = {}) {
    return try_onset_detect(envelope, sample_rate, params).value();
}

/// auralis_tempo: BPM
inline result<double> try_tempo(input envelope, double sample_rate, const tempo_params &params = {}) {
    double bpm = 0;
    const auto status = auralis_tempo(envelope.data(), envelope.size(), sample_rate, &params, &bpm);
    if (status != AURALIS_OK) return failure::last(status);
    return bpm;
}
inline double tempo(input envelope, double sample_rate, const tempo_params &params = {}) {
    return try_tempo(envelope, sample_rate, params).value();
}

/// Tempo in BPM, and the frames of the envelope in which a beat lies.
struct beats {
    double bpm = 0;
    std::vector<std::size_t> frames;
};

/// auralis_beat_track
inline result<beats> try_beat_track(input envelope, double sample_rate,
                                    const beat_track_params &params = {}) {
    beats found{0, std::vector<std::size_t>(envelope.size())};
    std::size_t n = 0;
    const auto status = auralis_beat_track(envelope.data(), envelope.size(), sample_rate, &params,
                                           found.frames.data(), found.frames.size(), &n, &found.bpm);
    if (status != AURALIS_OK) return failure::last(status);
    found.frames.resize(n);
    return found;
}
inline beats beat_track(input envelope, double sample_rate, const beat_track_params &params = {}) {
    return try_beat_track(envelope, sample_rate, params).value();
}

/// auralis_spectral_centroid: Hz of each frame
inline result<std::vector<double>> try_spectral_centroid(input audio, double sample_rate,
                                                         const spectral_params &params = {}) {
    return detail::frames_of(audio, params, auralis_spectral_frames, [&](double *out, std::size_t n) {
        return auralis_spectral_centroid(audio.data(), audio.size(), sample_rate, &params, out, n);
    });
}
inline std::vector<double> spectral_centroid(input audio, double sample_rate,
                                             const spectral_params &params = {}) {
    return try_spectral_centroid(audio, sample_rate, params).value();
}

/// auralis_spectral_rolloff: Hz of each frame
inline result<std::vector<double>> try_spectral_rolloff(input audio, double sample_rate,
                                                        const spectral_params &params = {}) {
    return detail::frames_of(audio, params, auralis_spectral_frames, [&](double *out, std::size_t n) {
        return auralis_spectral_rolloff(audio.data(), audio.size(), sample_rate, &params, out, n);
    });
}
inline std::vector<double> spectral_rolloff(input audio, double sample_rate,
                                            const spectral_params &params = {}) {
    return try_spectral_rolloff(audio, sample_rate, params).value();
}

/// auralis_spectral_flatness: 0 to 1 for each frame
inline result<std::vector<double>> try_spectral_flatness(input audio, const spectral_params &params = {}) {
    return detail::frames_of(audio, params, auralis_spectral_frames, [&](double *out, std::size_t n) {
        return auralis_spectral_flatness(audio.data(), audio.size(), &params, out, n);
    });
}
inline std::vector<double> spectral_flatness(input audio, const spectral_params &params = {}) {
    return try_spectral_flatness(audio, params).value();
}

/// auralis_rms: the level of each frame
inline result<std::vector<double>> try_rms(input audio, const rms_params &params = {}) {
    return detail::frames_of(audio, params, auralis_rms_frames, [&](double *out, std::size_t n) {
        return auralis_rms(audio.data(), audio.size(), &params, out, n);
    });
}
inline std::vector<double> rms(input audio, const rms_params &params = {}) {
    return try_rms(audio, params).value();
}

/// What auralis_loudness tells; NaN where it cannot.
struct loudness_values {
    double integrated;     ///< LUFS
    double range;          ///< LU
    double max_momentary;  ///< LUFS
    double max_short_term; ///< LUFS
    double true_peak;      ///< dBTP
};

/// auralis_loudness of interleaved audio
inline result<loudness_values> try_loudness(input interleaved, std::uint32_t n_channels,
                                            double sample_rate) {
    double v[5];
    const auto frames = detail::frames_in(interleaved, n_channels);
    const auto status =
        auralis_loudness(interleaved.data(), frames, n_channels, sample_rate, nullptr, v, 5);
    if (status != AURALIS_OK) return failure::last(status);
    return loudness_values{v[AURALIS_LOUDNESS_INTEGRATED], v[AURALIS_LOUDNESS_RANGE],
                           v[AURALIS_LOUDNESS_MAX_MOMENTARY], v[AURALIS_LOUDNESS_MAX_SHORT_TERM],
                           v[AURALIS_LOUDNESS_TRUE_PEAK]};
}
inline loudness_values loudness(input interleaved, std::uint32_t n_channels, double sample_rate) {
    return try_loudness(interleaved, n_channels, sample_rate).value();
}

namespace detail {

/// auralis_momentary_loudness or auralis_short_term_loudness.
template <class F>
result<std::vector<double>> loudness_curve(F curve, input interleaved, std::uint32_t n_channels,
                                           double sample_rate) {
    const auto frames = detail::frames_in(interleaved, n_channels);
    std::size_t steps = 0;
    auto status = auralis_loudness_steps(frames, sample_rate, &steps);
    if (status != AURALIS_OK) return failure::last(status);
    // One more, as the data() of an empty vector may be NULL.
    std::vector<double> loudness(steps + 1);
    status = curve(interleaved.data(), frames, n_channels, sample_rate, loudness.data(), steps);
    if (status != AURALIS_OK) return failure::last(status);
    loudness.resize(steps);
    return loudness;
}

} // namespace detail

/// auralis_momentary_loudness of interleaved audio: LUFS every 0.1 s
inline result<std::vector<double>> try_momentary_loudness(input interleaved, std::uint32_t n_channels,
                                                          double sample_rate) {
    return detail::loudness_curve(auralis_momentary_loudness, interleaved, n_channels, sample_rate);
}
inline std::vector<double> momentary_loudness(input interleaved, std::uint32_t n_channels,
                                              double sample_rate) {
    return try_momentary_loudness(interleaved, n_channels, sample_rate).value();
}

/// auralis_short_term_loudness of interleaved audio: LUFS every 0.1 s
inline result<std::vector<double>> try_short_term_loudness(input interleaved, std::uint32_t n_channels,
                                                           double sample_rate) {
    return detail::loudness_curve(auralis_short_term_loudness, interleaved, n_channels, sample_rate);
}
inline std::vector<double> short_term_loudness(input interleaved, std::uint32_t n_channels,
                                               double sample_rate) {
    return try_short_term_loudness(interleaved, n_channels, sample_rate).value();
}

/// auralis_fingerprint of interleaved audio: 25 values, named by auralis_fingerprint_name
inline result<std::vector<double>> try_fingerprint(input interleaved, std::uint32_t n_channels,
                                                   double sample_rate,
                                                   const fingerprint_params &params = {}) {
    std::vector<double> values(auralis_fingerprint_len());
    const auto frames = detail::frames_in(interleaved, n_channels);
    const auto status = auralis_fingerprint(interleaved.data(), frames, n_channels, sample_rate, &params,
                                            values.data(), values.size());
    if (status != AURALIS_OK) return failure::last(status);
    return values;
}
inline std::vector<double> fingerprint(input interleaved, std::uint32_t n_channels, double sample_rate,
                                       const fingerprint_params &params = {}) {
    return try_fingerprint(interleaved, n_channels, sample_rate, params).value();
}

namespace detail {

/// What the handles of all kernels have in common: `K` names the kernel's functions.
template <class K>
class stream {
public:
    using handle = typename K::handle;

    /// The most samples, or the most frames, that come out late.
    std::size_t latency() const noexcept {
        std::size_t samples = 0;
        K::latency(handle_.get(), &samples);
        return samples;
    }

    /// The most that a push of `block` samples can write, or finish if `block` is 0; 0 if `block` is
    /// more than was promised.
    std::size_t max_output(std::size_t block) const noexcept {
        std::size_t written = 0;
        K::max_output(handle_.get(), block, &written);
        return written;
    }

    /// Forgets the signal.
    void reset() noexcept { K::reset(handle_.get()); }

    /// For the functions of auralis_dsp.h; stays owned.
    handle *get() const noexcept { return handle_.get(); }

protected:
    struct free {
        void operator()(handle *h) const noexcept { K::free(h); }
    };

    explicit stream(handle *h) noexcept : handle_(h) {}

    /// The handle that `make`, one of auralis_*_stream_new, writes at the end of `arguments`.
    template <class F, class... A>
    static result<handle *> make(F make, A... arguments) {
        handle *h = nullptr;
        const auto status = make(arguments..., &h);
        if (status != AURALIS_OK) return failure::last(status);
        return h;
    }

    static result<std::size_t> written(std::int32_t status, std::size_t n) noexcept {
        if (status != AURALIS_OK) return failure::last(status);
        return n;
    }

    std::unique_ptr<handle, free> handle_;
};

struct hpss_kernel {
    using handle = auralis_hpss_stream;
    static constexpr auto latency = auralis_hpss_stream_latency;
    static constexpr auto max_output = auralis_hpss_stream_max_output;
    static constexpr auto reset = auralis_hpss_stream_reset;
    static constexpr auto free = auralis_hpss_stream_free;
};

struct yin_kernel {
    using handle = auralis_yin_stream;
    static constexpr auto push = auralis_yin_stream_push;
    static constexpr auto finish = auralis_yin_stream_finish;
    static constexpr auto latency = auralis_yin_stream_latency;
    static constexpr auto max_output = auralis_yin_stream_max_output;
    static constexpr auto reset = auralis_yin_stream_reset;
    static constexpr auto free = auralis_yin_stream_free;
};

struct chroma_kernel {
    using handle = auralis_chroma_stream;
    static constexpr auto push = auralis_chroma_stream_push;
    static constexpr auto finish = auralis_chroma_stream_finish;
    static constexpr auto latency = auralis_chroma_stream_latency;
    static constexpr auto max_output = auralis_chroma_stream_max_output;
    static constexpr auto reset = auralis_chroma_stream_reset;
    static constexpr auto free = auralis_chroma_stream_free;
};

struct fingerprint_kernel {
    using handle = auralis_fingerprint_stream;
    static constexpr auto latency = auralis_fingerprint_stream_latency;
    static constexpr auto max_output = auralis_fingerprint_stream_max_output;
    static constexpr auto reset = auralis_fingerprint_stream_reset;
    static constexpr auto free = auralis_fingerprint_stream_free;
};

/// A stream with one output, of `width` doubles for each frame.
template <class K>
class frame_stream : public stream<K> {
public:
    /// Takes the next samples and writes the frames that they complete to the front of `frames`; their
    /// number. Takes nothing if it fails.
    result<std::size_t> try_push(input audio, output frames) noexcept {
        std::size_t n = 0;
        const auto status = K::push(this->get(), audio.data(), audio.size(), frames.data(), frames.size(), &n);
        return this->written(status, n);
    }
    std::size_t push(input audio, output frames) { return try_push(audio, frames).value(); }

    /// Ends the signal and writes the frames that are left; their number. The stream is then as new.
    result<std::size_t> try_finish(output frames) noexcept {
        std::size_t n = 0;
        const auto status = K::finish(this->get(), frames.data(), frames.size(), &n);
        return this->written(status, n);
    }
    std::size_t finish(output frames) { return try_finish(frames).value(); }

    /// The same into a new vector.
    std::vector<double> push(input audio) {
        std::vector<double> frames(room(audio.size()));
        frames.resize(width_ * push(audio, frames));
        return frames;
    }
    std::vector<double> finish() {
        std::vector<double> frames(room(0));
        frames.resize(width_ * finish(frames));
        return frames;
    }

    /// Doubles in a frame.
    std::size_t width() const noexcept { return width_; }

protected:
    frame_stream(typename K::handle *h, std::size_t width) noexcept : stream<K>(h), width_(width) {}

private:
    // One more, as the data() of an empty vector may be NULL.
    std::size_t room(std::size_t block) const noexcept { return width_ * this->max_output(block) + 1; }

    std::size_t width_;
};

} // namespace detail

/// auralis_hpss of audio that arrives in blocks of up to `max_block` samples, equal to that of the whole
/// signal bit for bit.
class hpss_stream : public detail::stream<detail::hpss_kernel> {
public:
    hpss_stream(double sample_rate, std::size_t max_block, const hpss_params &params = {})
        : hpss_stream(make(auralis_hpss_stream_new, sample_rate, &params, max_block).value()) {}
    static result<hpss_stream> try_make(double sample_rate, std::size_t max_block,
                                        const hpss_params &params = {}) {
        auto made = make(auralis_hpss_stream_new, sample_rate, &params, max_block);
        if (!made) return made.error();
        return hpss_stream(*made);
    }

    /// Takes the next samples and writes those that are ready to the front of both parts, which are
    /// equally long; their number. Takes nothing if it fails.
    result<std::size_t> try_push(input audio, output harmonic, output percussive) noexcept {
        std::size_t n = 0;
        const auto capacity = harmonic.size() < percussive.size() ? harmonic.size() : percussive.size();
        const auto status = auralis_hpss_stream_push(get(), audio.data(), audio.size(), harmonic.data(),
                                                     percussive.data(), capacity, &n);
        return written(status, n);
    }
    std::size_t push(input audio, output harmonic, output percussive) {
        return try_push(audio, harmonic, percussive).value();
    }

    /// Ends the signal and writes the samples that are still missing; their number. The stream is then as
    /// new.
    result<std::size_t> try_finish(output harmonic, output percussive) noexcept {
        std::size_t n = 0;
        const auto capacity = harmonic.size() < percussive.size() ? harmonic.size() : percussive.size();
        const auto status =
            auralis_hpss_stream_finish(get(), harmonic.data(), percussive.data(), capacity, &n);
        return written(status, n);
    }
    std::size_t finish(output harmonic, output percussive) {
        return try_finish(harmonic, percussive).value();
    }

    /// The same into new vectors.
    separation push(input audio) {
        auto parts = room(audio.size());
        return cut(parts, push(audio, parts.harmonic, parts.percussive));
    }
    separation finish() {
        auto parts = room(0);
        return cut(parts, finish(parts.harmonic, parts.percussive));
    }

private:
    explicit hpss_stream(handle *h) noexcept : stream(h) {}

    separation room(std::size_t block) const {
        const auto n = max_output(block) + 1;
        return {std::vector<double>(n), std::vector<double>(n)};
    }
    static separation cut(separation &parts, std::size_t n) {
        parts.harmonic.resize(n);
        parts.percussive.resize(n);
        return std::move(parts);
    }
};

/// auralis_yin of audio that arrives in blocks of up to `max_block` samples, equal to that of the whole
/// signal bit for bit.
class yin_stream : public detail::frame_stream<detail::yin_kernel> {
public:
    yin_stream(double sample_rate, std::size_t max_block, const yin_params &params = {})
        : yin_stream(make(auralis_yin_stream_new, sample_rate, &params, max_block).value()) {}
    static result<yin_stream> try_make(double sample_rate, std::size_t max_block,
                                       const yin_params &params = {}) {
        auto made = make(auralis_yin_stream_new, sample_rate, &params, max_block);
        if (!made) return made.error();
        return yin_stream(*made);
    }

private:
    explicit yin_stream(handle *h) noexcept : frame_stream(h, 1) {}
};

/// auralis_chroma_cqt of audio that arrives in blocks of up to `max_block` samples, equal to that of the
/// whole signal bit for bit; frame after frame, [frames][n_chroma]. `params.tuning` must be a number.
class chroma_stream : public detail::frame_stream<detail::chroma_kernel> {
public:
    chroma_stream(double sample_rate, std::size_t max_block, const chroma_params &params)
        : chroma_stream(make(auralis_chroma_stream_new, sample_rate, &params, max_block).value(), params.n_chroma) {}
    static result<chroma_stream> try_make(double sample_rate, std::size_t max_block,
                                          const chroma_params &params) {
        auto made = make(auralis_chroma_stream_new, sample_rate, &params, max_block);
        if (!made) return made.error();
        return chroma_stream(*made, params.n_chroma);
    }

private:
    chroma_stream(handle *h, std::size_t n_chroma) noexcept : frame_stream(h, n_chroma) {}
};

/// auralis_fingerprint of interleaved audio that arrives in blocks of up to `max_block` frames, equal to
/// that of the whole signal bit for bit.
class fingerprint_stream : public detail::stream<detail::fingerprint_kernel> {
public:
    fingerprint_stream(double sample_rate, std::uint32_t n_channels, std::size_t max_block,
                       const fingerprint_params &params = {})
        : fingerprint_stream(
              make(auralis_fingerprint_stream_new, sample_rate, n_channels, &params, max_block).value(),
              n_channels) {}
    static result<fingerprint_stream> try_make(double sample_rate, std::uint32_t n_channels,
                                               std::size_t max_block,
                                               const fingerprint_params &params = {}) {
        auto made = make(auralis_fingerprint_stream_new, sample_rate, n_channels, &params, max_block);
        if (!made) return made.error();
        return fingerprint_stream(*made, n_channels);
    }

    /// Takes the next frames; their number. Takes nothing if it fails.
    result<std::size_t> try_push(input interleaved) noexcept {
        const auto frames = interleaved.size() / n_channels_;
        return written(auralis_fingerprint_stream_push(get(), interleaved.data(), frames), frames);
    }
    std::size_t push(input interleaved) { return try_push(interleaved).value(); }

    /// Ends the signal and writes its values; their number. The stream is then as new.
    result<std::size_t> try_finish(output values) noexcept {
        std::size_t n = 0;
        const auto status =
            auralis_fingerprint_stream_finish(get(), values.data(), values.size(), &n);
        return written(status, n);
    }
    std::size_t finish(output values) { return try_finish(values).value(); }

    /// The same into a new vector.
    std::vector<double> finish() {
        std::vector<double> values(auralis_fingerprint_len());
        values.resize(finish(values));
        return values;
    }

private:
    fingerprint_stream(handle *h, std::uint32_t n_channels) noexcept : stream(h), n_channels_(n_channels) {}

    std::size_t n_channels_;
};

} // namespace auralis

#endif // AURALIS_DSP_HPP
