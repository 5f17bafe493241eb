/// \file
/// C++17 interface of auralis-dsp: the functions of auralis_dsp.h over containers, and handles that free
/// themselves. Header-only; link with the C library.
///
/// Every function is an object that comes twice. `auralis::yin(audio, 44100)` returns its value and throws
/// `auralis::error` if it fails; `auralis::try_yin(audio, 44100)` returns a `result`, which holds either
/// the value or a `failure`, and throws nothing but std::bad_alloc. With -fno-exceptions the first kind
/// ends the program instead.
///
/// Audio is anything contiguous over double that has data() and size(): std::vector, std::array,
/// std::span. Several channels are interleaved, in whole frames of `n_channels` samples. Two-dimensional
/// results are row-major, [rows][frames], as in C.
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

    /// That interleaved audio is not whole frames.
    static failure not_whole_frames() noexcept {
        return {AURALIS_ERROR_INVALID_ARGUMENT,
                "interleaved is not whole frames; allowed: a multiple of n_channels samples"};
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

/// A parameter struct of C, filled with the defaults.
template <class C, std::int32_t (*init)(C *, std::size_t)>
struct params : C {
    params() noexcept : C() { init(this, sizeof(C)); }
};

using hpss_params = params<auralis_hpss_params, auralis_hpss_params_init>;
using yin_params = params<auralis_yin_params, auralis_yin_params_init>;
using cqt_params = params<auralis_cqt_params, auralis_cqt_params_init>;
using chroma_params = params<auralis_chroma_params, auralis_chroma_params_init>;
using onset_strength_params = params<auralis_onset_strength_params, auralis_onset_strength_params_init>;
using onset_detect_params = params<auralis_onset_detect_params, auralis_onset_detect_params_init>;
using tempo_params = params<auralis_tempo_params, auralis_tempo_params_init>;
using beat_track_params = params<auralis_beat_track_params, auralis_beat_track_params_init>;
using spectral_params = params<auralis_spectral_params, auralis_spectral_params_init>;
using rms_params = params<auralis_rms_params, auralis_rms_params_init>;
using zero_crossing_rate_params =
    params<auralis_zero_crossing_rate_params, auralis_zero_crossing_rate_params_init>;
using loudness_params = params<auralis_loudness_params, auralis_loudness_params_init>;
using fingerprint_params = params<auralis_fingerprint_params, auralis_fingerprint_params_init>;
using profile_params = params<auralis_profile_params, auralis_profile_params_init>;

/// What is asked of a master, with the tastes of one of AURALIS_PRESET_*; no preset has no tastes.
struct target_params : params<auralis_target_params, auralis_target_params_init> {
    explicit target_params(std::uint32_t preset = AURALIS_PRESET_NEUTRAL) noexcept {
        auralis_target_params_preset(this, sizeof(auralis_target_params), preset);
    }
};

/// Version of the library.
inline const char *version() noexcept { return auralis_version(); }

/// Tempo in BPM, and the frames of the envelope in which a beat lies.
struct beats {
    double bpm = 0;
    std::vector<std::size_t> frames;
};

/// What auralis_loudness tells; NaN where it cannot.
struct loudness_values {
    double integrated;     ///< LUFS
    double range;          ///< LU
    double max_momentary;  ///< LUFS
    double max_short_term; ///< LUFS
    double true_peak;      ///< dBTP
};

/// A master of a whole signal.
struct mastered {
    std::vector<double> interleaved; ///< as long as the signal, and aligned with it
    std::vector<double> report;      ///< auralis_master_report_len() values at AURALIS_REPORT_*
};

/// The shapes that functions have. `E` says how a failure is told; the other arguments are functions of
/// auralis_dsp.h and their parameters.
namespace detail {

/// A failure is returned.
struct returned {
    template <class T>
    using type = result<T>;
    template <class T>
    static result<T> of(result<T> r) {
        return r;
    }
};

/// A failure is thrown.
struct thrown {
    template <class T>
    using type = T;
    template <class T>
    static T of(result<T> r) {
        return std::move(r).value();
    }
};

/// The value that `compute`, given the room for it, writes; or why it does not.
template <class T, class F>
result<T> filled(T value, F compute) {
    const std::int32_t status = compute(value);
    if (status != AURALIS_OK) return failure::last(status);
    return value;
}

/// Room for `width` doubles in each of the frames that `count` counts.
template <auto count, class P>
result<std::vector<double>> room(std::size_t n_samples, const P &params, std::size_t width = 1) {
    std::size_t frames = 0;
    const auto status = count(n_samples, &params, &frames);
    if (status != AURALIS_OK) return failure::last(status);
    return std::vector<double>(width * frames);
}

/// A value for each frame of audio at a sample rate.
template <class E, class P, auto count, auto compute>
struct of_frames {
    typename E::template type<std::vector<double>> operator()(input audio, double sample_rate,
                                                              const P &params = {}) const {
        auto values = room<count>(audio.size(), params);
        if (!values) return E::of(std::move(values));
        return E::of(filled(std::move(*values), [&](auto &out) {
            return compute(audio.data(), audio.size(), sample_rate, &params, out.data(), out.size());
        }));
    }
};

/// The same of a function that does not look at the sample rate.
template <class E, class P, auto count, auto compute>
struct of_samples {
    typename E::template type<std::vector<double>> operator()(input audio, const P &params = {}) const {
        auto values = room<count>(audio.size(), params);
        if (!values) return E::of(std::move(values));
        return E::of(filled(std::move(*values), [&](auto &out) {
            return compute(audio.data(), audio.size(), &params, out.data(), out.size());
        }));
    }
};

/// Rows of values of type T for each frame, as many rows as the parameter `rows` says.
template <class E, class T, class P, auto rows, auto count, auto compute>
struct of_rows {
    typename E::template type<matrix<T>> operator()(input audio, double sample_rate,
                                                    const P &params = {}) const {
        matrix<T> out;
        const auto status = count(audio.size(), &params, &out.frames);
        if (status != AURALIS_OK) return E::of(result<matrix<T>>(failure::last(status)));
        out.rows = params.*rows;
        out.values.resize(out.rows * out.frames);
        return E::of(filled(std::move(out), [&](auto &m) {
            // std::complex<double> may be looked at as two doubles.
            return compute(audio.data(), audio.size(), sample_rate, &params,
                           reinterpret_cast<double *>(m.values.data()),
                           m.values.size() * (sizeof(T) / sizeof(double)));
        }));
    }
};

/// A number for a signal or an envelope.
template <class E, class P, auto compute>
struct number {
    typename E::template type<double> operator()(input signal, double sample_rate,
                                                 const P &params = {}) const {
        return E::of(filled(0.0, [&](double &out) {
            return compute(signal.data(), signal.size(), sample_rate, &params, &out);
        }));
    }
};

/// Both parts of a signal.
template <class E>
struct hpss {
    typename E::template type<separation> operator()(input audio, const hpss_params &params = {}) const {
        separation parts{std::vector<double>(audio.size()), std::vector<double>(audio.size())};
        return E::of(filled(std::move(parts), [&](separation &out) {
            return auralis_hpss(audio.data(), audio.size(), &params, out.harmonic.data(),
                                out.percussive.data());
        }));
    }
};

template <class E>
struct estimate_tuning {
    typename E::template type<double> operator()(input audio, double sample_rate,
                                                 std::uint32_t bins_per_octave = 12) const {
        return E::of(filled(0.0, [&](double &tuning) {
            return auralis_estimate_tuning(audio.data(), audio.size(), sample_rate, bins_per_octave, &tuning);
        }));
    }
};

/// Frames of the envelope.
template <class E>
struct onset_detect {
    typename E::template type<std::vector<std::size_t>>
    operator()(input envelope, double sample_rate, const onset_detect_params &params = {}) const {
        std::size_t n = 0;
        return E::of(filled(std::vector<std::size_t>(envelope.size()), [&](auto &frames) {
            const auto status = auralis_onset_detect(envelope.data(), envelope.size(), sample_rate, &params,
                                                     frames.data(), frames.size(), &n);
            frames.resize(n);
            return status;
        }));
    }
};

template <class E>
struct beat_track {
    typename E::template type<beats> operator()(input envelope, double sample_rate,
                                                const beat_track_params &params = {}) const {
        std::size_t n = 0;
        return E::of(filled(beats{0, std::vector<std::size_t>(envelope.size())}, [&](beats &found) {
            const auto status =
                auralis_beat_track(envelope.data(), envelope.size(), sample_rate, &params,
                                   found.frames.data(), found.frames.size(), &n, &found.bpm);
            found.frames.resize(n);
            return status;
        }));
    }
};

/// The frames of interleaved audio; what is wrong with no channels, the library tells.
inline result<std::size_t> frames_in(input interleaved, std::size_t n_channels) noexcept {
    const std::size_t width = n_channels ? n_channels : 1;
    if (interleaved.size() % width != 0) return failure::not_whole_frames();
    return interleaved.size() / width;
}

/// As many values as `len` says for interleaved audio.
template <class E, class P, auto len, auto compute>
struct of_channels {
    typename E::template type<std::vector<double>> operator()(input interleaved, std::uint32_t n_channels,
                                                              double sample_rate,
                                                              const P &params = {}) const {
        const auto frames = frames_in(interleaved, n_channels);
        if (!frames) return E::of(result<std::vector<double>>(frames.error()));
        return E::of(filled(std::vector<double>(len()), [&](auto &out) {
            return compute(interleaved.data(), *frames, n_channels, sample_rate, &params, out.data(),
                           out.size());
        }));
    }
};

template <class E>
struct loudness {
    typename E::template type<loudness_values> operator()(input interleaved, std::uint32_t n_channels,
                                                          double sample_rate,
                                                          const loudness_params &params = {}) const {
        const of_channels<returned, loudness_params, auralis_loudness_len, auralis_loudness> values;
        const auto found = values(interleaved, n_channels, sample_rate, params);
        if (!found) return E::of(result<loudness_values>(found.error()));
        const auto &v = *found;
        return E::of(result<loudness_values>(loudness_values{
            v[AURALIS_LOUDNESS_INTEGRATED], v[AURALIS_LOUDNESS_RANGE], v[AURALIS_LOUDNESS_MAX_MOMENTARY],
            v[AURALIS_LOUDNESS_MAX_SHORT_TERM], v[AURALIS_LOUDNESS_TRUE_PEAK]}));
    }
};

/// A loudness every 0.1 s.
template <class E, auto compute>
struct loudness_curve {
    typename E::template type<std::vector<double>> operator()(input interleaved, std::uint32_t n_channels,
                                                              double sample_rate) const {
        const auto frames = frames_in(interleaved, n_channels);
        if (!frames) return E::of(result<std::vector<double>>(frames.error()));
        std::size_t steps = 0;
        const auto status = auralis_loudness_steps(*frames, sample_rate, &steps);
        if (status != AURALIS_OK) return E::of(result<std::vector<double>>(failure::last(status)));
        // One more, as the data() of an empty vector may be NULL.
        return E::of(filled(std::vector<double>(steps + 1), [&](auto &out) {
            const auto done =
                compute(interleaved.data(), *frames, n_channels, sample_rate, out.data(), steps);
            out.resize(steps);
            return done;
        }));
    }
};

template <class E>
using yin = of_frames<E, yin_params, auralis_yin_frames, auralis_yin>;
template <class E>
using cqt = of_rows<E, std::complex<double>, cqt_params, &auralis_cqt_params::n_bins, auralis_cqt_frames,
                    auralis_cqt>;
template <class E>
using chroma_cqt = of_rows<E, double, chroma_params, &auralis_chroma_params::n_chroma,
                           auralis_chroma_frames, auralis_chroma_cqt>;
template <class E>
using onset_strength =
    of_frames<E, onset_strength_params, auralis_onset_strength_frames, auralis_onset_strength>;
template <class E>
using tempo = number<E, tempo_params, auralis_tempo>;
template <class E>
using spectral_centroid =
    of_frames<E, spectral_params, auralis_spectral_frames, auralis_spectral_centroid>;
template <class E>
using spectral_rolloff = of_frames<E, spectral_params, auralis_spectral_frames, auralis_spectral_rolloff>;
template <class E>
using spectral_flatness =
    of_samples<E, spectral_params, auralis_spectral_frames, auralis_spectral_flatness>;
template <class E>
using rms = of_samples<E, rms_params, auralis_rms_frames, auralis_rms>;
template <class E>
using zero_crossing_rate = of_samples<E, zero_crossing_rate_params, auralis_zero_crossing_rate_frames,
                                      auralis_zero_crossing_rate>;
template <class E>
using fingerprint =
    of_channels<E, fingerprint_params, auralis_fingerprint_len, auralis_fingerprint>;
template <class E>
using profile = of_channels<E, profile_params, auralis_profile_len, auralis_profile>;

/// One profile of several that lie one after another.
template <class E>
struct profile_mean {
    typename E::template type<std::vector<double>> operator()(input profiles) const {
        const std::size_t len = auralis_profile_len();
        if (profiles.size() % len != 0) {
            return E::of(result<std::vector<double>>(failure{
                AURALIS_ERROR_INVALID_ARGUMENT, "profiles is not whole profiles; allowed: a multiple of their length"}));
        }
        return E::of(filled(std::vector<double>(len), [&](auto &out) {
            return auralis_profile_mean(profiles.data(), profiles.size() / len, out.data(), out.size());
        }));
    }
};

/// What follows from the numbers of a track, and of a reference if that is not empty.
template <class E, auto compute>
struct of_track {
    typename E::template type<std::vector<double>> operator()(input profile,
                                                              const target_params &params = target_params(),
                                                              input reference = {nullptr, 0}) const {
        const std::size_t rows = compute == auralis_targets ? 1 : AURALIS_CAUSES;
        return E::of(filled(std::vector<double>(rows * auralis_targets_len()), [&](auto &out) {
            return compute(profile.data(), profile.size(), reference.data(), reference.size(), &params,
                           out.data(), out.size());
        }));
    }
};

template <class E>
struct master_settings {
    typename E::template type<std::vector<double>> operator()(input profile, input targets,
                                                              const target_params &params = target_params(),
                                                              input reference = {nullptr, 0}) const {
        return E::of(filled(std::vector<double>(auralis_master_settings_len()), [&](auto &out) {
            return auralis_master_settings(profile.data(), profile.size(), reference.data(),
                                           reference.size(), targets.data(), targets.size(), &params,
                                           out.data(), out.size());
        }));
    }
};

template <class E>
struct master {
    typename E::template type<mastered> operator()(input interleaved, std::uint32_t n_channels,
                                                   double sample_rate,
                                                   const target_params &params = target_params(),
                                                   input reference = {nullptr, 0}) const {
        const auto frames = frames_in(interleaved, n_channels);
        if (!frames) return E::of(result<mastered>(frames.error()));
        mastered made{std::vector<double>(interleaved.size()),
                      std::vector<double>(auralis_master_report_len())};
        return E::of(filled(std::move(made), [&](mastered &out) {
            return auralis_master(interleaved.data(), *frames, n_channels, sample_rate, reference.data(),
                                  reference.size(), &params, out.interleaved.data(),
                                  out.interleaved.size(), out.report.data(), out.report.size());
        }));
    }
};

} // namespace detail

/// auralis_hpss: both parts of a signal. (audio, params = {})
inline constexpr detail::hpss<detail::thrown> hpss{};
inline constexpr detail::hpss<detail::returned> try_hpss{};

/// auralis_yin: Hz of each frame. (audio, sample_rate, params = {})
inline constexpr detail::yin<detail::thrown> yin{};
inline constexpr detail::yin<detail::returned> try_yin{};

/// auralis_cqt: a row for each bin. (audio, sample_rate, params = {})
inline constexpr detail::cqt<detail::thrown> cqt{};
inline constexpr detail::cqt<detail::returned> try_cqt{};

/// auralis_chroma_cqt: a row for each pitch class. (audio, sample_rate, params = {})
inline constexpr detail::chroma_cqt<detail::thrown> chroma_cqt{};
inline constexpr detail::chroma_cqt<detail::returned> try_chroma_cqt{};

/// auralis_estimate_tuning: fractions of a bin. (audio, sample_rate, bins_per_octave = 12)
inline constexpr detail::estimate_tuning<detail::thrown> estimate_tuning{};
inline constexpr detail::estimate_tuning<detail::returned> try_estimate_tuning{};

/// auralis_onset_strength: dB of each frame, what onset_detect, tempo and beat_track take. (audio,
/// sample_rate, params = {})
inline constexpr detail::onset_strength<detail::thrown> onset_strength{};
inline constexpr detail::onset_strength<detail::returned> try_onset_strength{};

/// auralis_onset_detect: frames of the envelope. (envelope, sample_rate, params = {})
inline constexpr detail::onset_detect<detail::thrown> onset_detect{};
inline constexpr detail::onset_detect<detail::returned> try_onset_detect{};

/// auralis_tempo: BPM. (envelope, sample_rate, params = {})
inline constexpr detail::tempo<detail::thrown> tempo{};
inline constexpr detail::tempo<detail::returned> try_tempo{};

/// auralis_beat_track: tempo and frames of the envelope. (envelope, sample_rate, params = {})
inline constexpr detail::beat_track<detail::thrown> beat_track{};
inline constexpr detail::beat_track<detail::returned> try_beat_track{};

/// auralis_spectral_centroid: Hz of each frame. (audio, sample_rate, params = {})
inline constexpr detail::spectral_centroid<detail::thrown> spectral_centroid{};
inline constexpr detail::spectral_centroid<detail::returned> try_spectral_centroid{};

/// auralis_spectral_rolloff: Hz of each frame. (audio, sample_rate, params = {})
inline constexpr detail::spectral_rolloff<detail::thrown> spectral_rolloff{};
inline constexpr detail::spectral_rolloff<detail::returned> try_spectral_rolloff{};

/// auralis_spectral_flatness: 0 to 1 for each frame. (audio, params = {})
inline constexpr detail::spectral_flatness<detail::thrown> spectral_flatness{};
inline constexpr detail::spectral_flatness<detail::returned> try_spectral_flatness{};

/// auralis_rms: the level of each frame. (audio, params = {})
inline constexpr detail::rms<detail::thrown> rms{};
inline constexpr detail::rms<detail::returned> try_rms{};

/// auralis_zero_crossing_rate: 0 to 1 for each frame. (audio, params = {})
inline constexpr detail::zero_crossing_rate<detail::thrown> zero_crossing_rate{};
inline constexpr detail::zero_crossing_rate<detail::returned> try_zero_crossing_rate{};

/// auralis_loudness. (interleaved, n_channels, sample_rate, params = {})
inline constexpr detail::loudness<detail::thrown> loudness{};
inline constexpr detail::loudness<detail::returned> try_loudness{};

/// auralis_momentary_loudness: LUFS every 0.1 s. (interleaved, n_channels, sample_rate)
inline constexpr detail::loudness_curve<detail::thrown, auralis_momentary_loudness> momentary_loudness{};
inline constexpr detail::loudness_curve<detail::returned, auralis_momentary_loudness> try_momentary_loudness{};

/// auralis_short_term_loudness: LUFS every 0.1 s. (interleaved, n_channels, sample_rate)
inline constexpr detail::loudness_curve<detail::thrown, auralis_short_term_loudness> short_term_loudness{};
inline constexpr detail::loudness_curve<detail::returned, auralis_short_term_loudness> try_short_term_loudness{};

/// auralis_fingerprint: 25 values, named by auralis_fingerprint_name. (interleaved, n_channels,
/// sample_rate, params = {})
inline constexpr detail::fingerprint<detail::thrown> fingerprint{};
inline constexpr detail::fingerprint<detail::returned> try_fingerprint{};
/// auralis_profile: 95 values at AURALIS_PROFILE_*. (interleaved, n_channels, sample_rate, params = {})
inline constexpr detail::profile<detail::thrown> profile{};
inline constexpr detail::profile<detail::returned> try_profile{};

/// auralis_profile_mean. (profiles, one after another)
inline constexpr detail::profile_mean<detail::thrown> profile_mean{};
inline constexpr detail::profile_mean<detail::returned> try_profile_mean{};

/// auralis_targets: 18 values at AURALIS_TARGET_*. (profile or fingerprint, params = {}, reference = none)
inline constexpr detail::of_track<detail::thrown, auralis_targets> targets{};
inline constexpr detail::of_track<detail::returned, auralis_targets> try_targets{};

/// auralis_targets_explain: for each target a row of AURALIS_CAUSES values. (profile or fingerprint, params =
/// {}, reference = none)
inline constexpr detail::of_track<detail::thrown, auralis_targets_explain> targets_explain{};
inline constexpr detail::of_track<detail::returned, auralis_targets_explain> try_targets_explain{};

/// auralis_master_settings: 84 values at AURALIS_SETTING_*. (profile, targets, params = {}, reference = none)
inline constexpr detail::master_settings<detail::thrown> master_settings{};
inline constexpr detail::master_settings<detail::returned> try_master_settings{};

/// auralis_master: the master of a signal and its report. (interleaved, n_channels, sample_rate, params = {},
/// reference = none)
inline constexpr detail::master<detail::thrown> master{};
inline constexpr detail::master<detail::returned> try_master{};

namespace detail {

/// The functions of a kernel's streams.
template <class H, auto make, auto push, auto finish, auto latency, auto max_output, auto reset, auto free>
struct stream_functions {
    using handle = H;
    static constexpr auto make_ = make;
    static constexpr auto push_ = push;
    static constexpr auto finish_ = finish;
    static constexpr auto latency_ = latency;
    static constexpr auto max_output_ = max_output;
    static constexpr auto reset_ = reset;
    static constexpr auto free_ = free;
};

using hpss_functions =
    stream_functions<auralis_hpss_stream, auralis_hpss_stream_new, auralis_hpss_stream_push,
                     auralis_hpss_stream_finish, auralis_hpss_stream_latency,
                     auralis_hpss_stream_max_output, auralis_hpss_stream_reset, auralis_hpss_stream_free>;
using yin_functions =
    stream_functions<auralis_yin_stream, auralis_yin_stream_new, auralis_yin_stream_push,
                     auralis_yin_stream_finish, auralis_yin_stream_latency, auralis_yin_stream_max_output,
                     auralis_yin_stream_reset, auralis_yin_stream_free>;
using chroma_functions =
    stream_functions<auralis_chroma_stream, auralis_chroma_stream_new, auralis_chroma_stream_push,
                     auralis_chroma_stream_finish, auralis_chroma_stream_latency,
                     auralis_chroma_stream_max_output, auralis_chroma_stream_reset,
                     auralis_chroma_stream_free>;
using fingerprint_functions =
    stream_functions<auralis_fingerprint_stream, auralis_fingerprint_stream_new,
                     auralis_fingerprint_stream_push, auralis_fingerprint_stream_finish,
                     auralis_fingerprint_stream_latency, auralis_fingerprint_stream_max_output,
                     auralis_fingerprint_stream_reset, auralis_fingerprint_stream_free>;
using profile_functions =
    stream_functions<auralis_profile_stream, auralis_profile_stream_new, auralis_profile_stream_push,
                     auralis_profile_stream_finish, auralis_profile_stream_latency,
                     auralis_profile_stream_max_output, auralis_profile_stream_reset,
                     auralis_profile_stream_free>;

using master_functions =
    stream_functions<auralis_master_stream, auralis_master_stream_new, auralis_master_stream_push,
                     auralis_master_stream_finish, auralis_master_stream_latency,
                     auralis_master_stream_max_output, auralis_master_stream_reset,
                     auralis_master_stream_free>;

/// What the handles of all kernels have in common: `K` names the kernel's functions.
template <class K>
class stream {
public:
    using handle = typename K::handle;

    /// The most samples, or the most frames, that come out late.
    std::size_t latency() const noexcept {
        std::size_t samples = 0;
        K::latency_(get(), &samples);
        return samples;
    }

    /// The most that a push of `block` samples can write, or finish if `block` is 0; 0 if `block` is
    /// more than was promised.
    std::size_t max_output(std::size_t block) const noexcept {
        std::size_t written = 0;
        K::max_output_(get(), block, &written);
        return written;
    }

    /// Forgets the signal.
    void reset() noexcept { K::reset_(get()); }

    /// For the functions of auralis_dsp.h; stays owned.
    handle *get() const noexcept { return handle_.get(); }

protected:
    struct free {
        void operator()(handle *h) const noexcept { K::free_(h); }
    };

    explicit stream(handle *h) noexcept : handle_(h) {}

    /// The handle that is made of `arguments`.
    template <class... A>
    static result<handle *> make(A... arguments) {
        handle *h = nullptr;
        const auto status = K::make_(arguments..., &h);
        if (status != AURALIS_OK) return failure::last(status);
        return h;
    }

    /// Calls a function of the handle that counts at its end what it writes; the number.
    template <class F, class... A>
    result<std::size_t> written(F function, A... arguments) noexcept {
        std::size_t n = 0;
        const auto status = function(get(), arguments..., &n);
        if (status != AURALIS_OK) return failure::last(status);
        return n;
    }

private:
    std::unique_ptr<handle, free> handle_;
};

/// A stream with one output, of 1 or of the parameter `width` doubles for each frame.
template <class K, class P, auto width_of>
class frame_stream : public stream<K> {
public:
    /// Takes blocks of up to `max_block` samples.
    frame_stream(double sample_rate, std::size_t max_block, const P &params = {})
        : frame_stream(stream<K>::make(sample_rate, &params, max_block).value(), params) {}
    static result<frame_stream> try_make(double sample_rate, std::size_t max_block, const P &params = {}) {
        auto made = stream<K>::make(sample_rate, &params, max_block);
        if (!made) return made.error();
        return frame_stream(*made, params);
    }

    /// Takes the next samples and writes the frames that they complete to the front of `frames`; their
    /// number. Takes nothing if it fails.
    result<std::size_t> try_push(input audio, output frames) noexcept {
        return this->written(K::push_, audio.data(), audio.size(), frames.data(), frames.size());
    }
    std::size_t push(input audio, output frames) { return try_push(audio, frames).value(); }

    /// Ends the signal and writes the frames that are left; their number. The stream is then as new.
    result<std::size_t> try_finish(output frames) noexcept {
        return this->written(K::finish_, frames.data(), frames.size());
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

private:
    frame_stream(typename K::handle *h, const P &params) noexcept : stream<K>(h) {
        if constexpr (std::is_member_pointer_v<decltype(width_of)>) {
            width_ = params.*width_of;
        } else {
            width_ = width_of;
        }
    }

    // One more, as the data() of an empty vector may be NULL.
    std::size_t room(std::size_t block) const noexcept { return width_ * this->max_output(block) + 1; }

    std::size_t width_;
};

/// A stream of interleaved audio with as many values at its end as `len` says.
template <class K, class P, auto len>
class vector_stream : public stream<K> {
public:
    vector_stream(double sample_rate, std::uint32_t n_channels, std::size_t max_block, const P &params = {})
        : vector_stream(stream<K>::make(sample_rate, n_channels, &params, max_block).value(), n_channels) {}
    static result<vector_stream> try_make(double sample_rate, std::uint32_t n_channels,
                                          std::size_t max_block, const P &params = {}) {
        auto made = stream<K>::make(sample_rate, n_channels, &params, max_block);
        if (!made) return made.error();
        return vector_stream(*made, n_channels);
    }

    /// Takes the next frames; their number. Takes nothing if it fails.
    result<std::size_t> try_push(input interleaved) noexcept {
        const auto frames = frames_in(interleaved, n_channels_);
        if (!frames) return frames;
        const auto status = K::push_(this->get(), interleaved.data(), *frames);
        if (status != AURALIS_OK) return failure::last(status);
        return frames;
    }
    std::size_t push(input interleaved) { return try_push(interleaved).value(); }

    /// Ends the signal and writes its values; their number. The stream is then as new.
    result<std::size_t> try_finish(output values) noexcept {
        return this->written(K::finish_, values.data(), values.size());
    }
    std::size_t finish(output values) { return try_finish(values).value(); }

    /// The same into a new vector.
    std::vector<double> finish() {
        std::vector<double> values(len());
        values.resize(finish(values));
        return values;
    }

private:
    vector_stream(typename K::handle *h, std::uint32_t n_channels) noexcept
        : stream<K>(h), n_channels_(n_channels) {}

    std::size_t n_channels_;
};

} // namespace detail

/// auralis_hpss of audio that arrives in blocks of up to `max_block` samples, equal to that of the whole
/// signal bit for bit.
class hpss_stream : public detail::stream<detail::hpss_functions> {
public:
    hpss_stream(double sample_rate, std::size_t max_block, const hpss_params &params = {})
        : hpss_stream(make(sample_rate, &params, max_block).value()) {}
    static result<hpss_stream> try_make(double sample_rate, std::size_t max_block,
                                        const hpss_params &params = {}) {
        auto made = make(sample_rate, &params, max_block);
        if (!made) return made.error();
        return hpss_stream(*made);
    }

    /// Takes the next samples and writes those that are ready to the front of both parts, which are
    /// equally long; their number. Takes nothing if it fails.
    result<std::size_t> try_push(input audio, output harmonic, output percussive) noexcept {
        return written(auralis_hpss_stream_push, audio.data(), audio.size(), harmonic.data(),
                       percussive.data(), capacity(harmonic, percussive));
    }
    std::size_t push(input audio, output harmonic, output percussive) {
        return try_push(audio, harmonic, percussive).value();
    }

    /// Ends the signal and writes the samples that are still missing; their number. The stream is then as
    /// new.
    result<std::size_t> try_finish(output harmonic, output percussive) noexcept {
        return written(auralis_hpss_stream_finish, harmonic.data(), percussive.data(),
                       capacity(harmonic, percussive));
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

    static std::size_t capacity(output harmonic, output percussive) noexcept {
        return harmonic.size() < percussive.size() ? harmonic.size() : percussive.size();
    }
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
/// signal bit for bit. (sample_rate, max_block, params = {})
using yin_stream = detail::frame_stream<detail::yin_functions, yin_params, std::size_t{1}>;

/// auralis_chroma_cqt of audio that arrives in blocks of up to `max_block` samples, equal to that of the
/// whole signal bit for bit; frame after frame, [frames][n_chroma]. `params.tuning` must be a number.
/// (sample_rate, max_block, params)
using chroma_stream =
    detail::frame_stream<detail::chroma_functions, chroma_params, &auralis_chroma_params::n_chroma>;

/// auralis_fingerprint of interleaved audio that arrives in blocks of up to `max_block` frames, equal to
/// that of the whole signal bit for bit. (sample_rate, n_channels, max_block, params = {})
using fingerprint_stream =
    detail::vector_stream<detail::fingerprint_functions, fingerprint_params, auralis_fingerprint_len>;

/// auralis_profile of interleaved audio that arrives in blocks of up to `max_block` frames, equal to that of
/// the whole signal bit for bit. (sample_rate, n_channels, max_block, params = {})
using profile_stream = detail::vector_stream<detail::profile_functions, profile_params, auralis_profile_len>;

/// The mastering chain over interleaved audio that arrives in blocks of up to `max_block` frames, with fixed
/// settings. What push and finish write together is as long as the signal and aligned with it.
class master_stream : public detail::stream<detail::master_functions> {
public:
    /// `settings`: auralis_master_settings_len() values at AURALIS_SETTING_*.
    master_stream(double sample_rate, std::uint32_t n_channels, input settings, std::size_t max_block)
        : master_stream(make(sample_rate, n_channels, settings.data(), settings.size(), max_block).value(),
                        n_channels) {}
    static result<master_stream> try_make(double sample_rate, std::uint32_t n_channels, input settings,
                                          std::size_t max_block) {
        auto made = make(sample_rate, n_channels, settings.data(), settings.size(), max_block);
        if (!made) return made.error();
        return master_stream(*made, n_channels);
    }

    /// Takes the next frames and writes those that are ready to the front of `out`; their number. Takes
    /// nothing if it fails.
    result<std::size_t> try_push(input interleaved, output out) noexcept {
        const auto frames = detail::frames_in(interleaved, n_channels_);
        if (!frames) return frames;
        return written(auralis_master_stream_push, interleaved.data(), *frames, out.data(), out.size());
    }
    std::size_t push(input interleaved, output out) { return try_push(interleaved, out).value(); }

    /// Ends the signal and writes the frames that are still missing; their number. The stream is then as
    /// new, but for its meters.
    result<std::size_t> try_finish(output out) noexcept {
        return written(auralis_master_stream_finish, out.data(), out.size());
    }
    std::size_t finish(output out) { return try_finish(out).value(); }

    /// The same into a new vector.
    std::vector<double> push(input interleaved) {
        auto out = room(interleaved.size() / n_channels_);
        out.resize(n_channels_ * push(interleaved, out));
        return out;
    }
    std::vector<double> finish() {
        auto out = room(0);
        out.resize(n_channels_ * finish(out));
        return out;
    }

    /// Writes what is measured of the output so far, at AURALIS_METER_*; NaN cannot be told yet. `values` has
    /// room for auralis_master_meters_len() of them; the status.
    std::int32_t meters(output values) const noexcept {
        return auralis_master_stream_meters(get(), values.data(), values.size());
    }

private:
    master_stream(handle *h, std::uint32_t n_channels) noexcept : stream(h), n_channels_(n_channels) {}

    // One more, as the data() of an empty vector may be NULL.
    std::vector<double> room(std::size_t block) const {
        return std::vector<double>(n_channels_ * max_output(block) + 1);
    }

    std::size_t n_channels_;
};

/// Finds the settings for a signal that need not lie in memory: push it whole, then ask next() whether it is
/// needed again.
class master_solver {
public:
    master_solver(double sample_rate, std::uint32_t n_channels, std::size_t max_block,
                  const target_params &params = target_params(), input reference = {nullptr, 0})
        : master_solver(try_make(sample_rate, n_channels, max_block, params, reference).value()) {}
    static result<master_solver> try_make(double sample_rate, std::uint32_t n_channels,
                                          std::size_t max_block,
                                          const target_params &params = target_params(),
                                          input reference = {nullptr, 0}) {
        auralis_master_solver *h = nullptr;
        const auto status = auralis_master_solver_new(sample_rate, n_channels, reference.data(),
                                                      reference.size(), &params, max_block, &h);
        if (status != AURALIS_OK) return failure::last(status);
        return master_solver(h, n_channels);
    }

    /// Takes the next frames of a pass; their number. Takes nothing if it fails.
    result<std::size_t> try_push(input interleaved) noexcept {
        const auto frames = detail::frames_in(interleaved, n_channels_);
        if (!frames) return frames;
        const auto status = auralis_master_solver_push(get(), interleaved.data(), *frames);
        if (status != AURALIS_OK) return failure::last(status);
        return frames;
    }
    std::size_t push(input interleaved) { return try_push(interleaved).value(); }

    /// The next frame begins a track of an album; in the first pass. The status.
    std::int32_t mark() noexcept { return auralis_master_solver_mark(get()); }

    /// Ends a pass; whether the same signal must be pushed again.
    result<bool> try_next() noexcept {
        std::uint32_t again = 0;
        const auto status = auralis_master_solver_next(get(), &again);
        if (status != AURALIS_OK) return failure::last(status);
        return again != 0;
    }
    bool next() { return try_next().value(); }

    /// What was found, once no further pass is needed.
    std::vector<double> profile() const { return found(auralis_master_solver_profile, auralis_profile_len()); }
    std::vector<double> targets() const { return found(auralis_master_solver_targets, auralis_targets_len()); }
    std::vector<double> settings() const {
        return found(auralis_master_solver_settings, auralis_master_settings_len());
    }
    std::vector<double> report() const {
        return found(auralis_master_solver_report, auralis_master_report_len());
    }

    /// Forgets the signal.
    void reset() noexcept { auralis_master_solver_reset(get()); }

    /// For the functions of auralis_dsp.h; stays owned.
    auralis_master_solver *get() const noexcept { return handle_.get(); }

private:
    struct free {
        void operator()(auralis_master_solver *h) const noexcept { auralis_master_solver_free(h); }
    };

    master_solver(auralis_master_solver *h, std::uint32_t n_channels) noexcept
        : handle_(h), n_channels_(n_channels) {}

    template <class F>
    std::vector<double> found(F function, std::size_t len) const {
        return detail::filled(std::vector<double>(len), [&](auto &values) {
                   return function(get(), values.data(), values.size());
               }).value();
    }

    std::unique_ptr<auralis_master_solver, free> handle_;
    std::size_t n_channels_;
};

} // namespace auralis

#endif // AURALIS_DSP_HPP
