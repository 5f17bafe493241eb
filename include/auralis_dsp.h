// auralis-dsp: music-analysis kernels that compute what librosa computes.
//
// Made by cbindgen from src/ffi/; do not edit.
//
// Every function that can fail returns AURALIS_OK or a negative AURALIS_ERROR_*, of which
// auralis_status_message tells the kind and auralis_last_error the argument and the value. Outputs come
// last and are written only on success. Two-dimensional outputs are row-major, [rows][n_frames], the
// frame index fastest; complex numbers are interleaved re, im; capacities count doubles. NULL for a
// parameter struct means its defaults. Input and output must not overlap.
//
// Functions without a handle are re-entrant. A handle may move between threads; functions that take it
// const may run at the same time, others need exclusive use.

#ifndef AURALIS_DSP_H
#define AURALIS_DSP_H

#include <stddef.h>
#include <stdint.h>

// Success.
#define AURALIS_OK 0

// A pointer that must not be NULL is.
#define AURALIS_ERROR_NULL_POINTER -1

// An argument or parameter outside its range, a misaligned pointer, buffers that overlap.
#define AURALIS_ERROR_INVALID_ARGUMENT -2

// An output holds fewer elements than the result.
#define AURALIS_ERROR_BUFFER_TOO_SMALL -3

// The audio holds NaN or an infinity.
#define AURALIS_ERROR_NON_FINITE_INPUT -4

// Memory for the work buffers could not be had.
#define AURALIS_ERROR_OUT_OF_MEMORY -5

// Valid, but not offered by this version: a newer parameter struct with fields that are set.
#define AURALIS_ERROR_UNSUPPORTED -6

// A fault of the library, caught. A handle whose call returned this answers so to everything but its _free.
#define AURALIS_ERROR_PANIC -7

// The signal is continued with zeros.
#define AURALIS_PAD_CONSTANT 0

// The signal is mirrored about its first and last sample, which are not repeated.
#define AURALIS_PAD_REFLECT 1

// Each column's largest absolute value is 1.
#define AURALIS_NORM_MAX 0

// Each column's absolute values sum to 1.
#define AURALIS_NORM_L1 1

// Each column's Euclidean length is 1.
#define AURALIS_NORM_L2 2

// Columns are left as they are.
#define AURALIS_NORM_NONE 3

// The mean of the mel bands.
#define AURALIS_AGGREGATE_MEAN 0

// The median of the mel bands, which librosa.beat.beat_track uses.
#define AURALIS_AGGREGATE_MEDIAN 1

// Place of the integrated loudness in LUFS among the values of auralis_loudness.
#define AURALIS_LOUDNESS_INTEGRATED 0

// Place of the loudness range in LU.
#define AURALIS_LOUDNESS_RANGE 1

// Place of the highest momentary loudness, that of 0.4 s, in LUFS.
#define AURALIS_LOUDNESS_MAX_MOMENTARY 2

// Place of the highest short-term loudness, that of 3 s, in LUFS.
#define AURALIS_LOUDNESS_MAX_SHORT_TERM 3

// Place of the highest true peak of all channels in dBTP.
#define AURALIS_LOUDNESS_TRUE_PEAK 4

// Dimensions 0 to 6, 9 and 14 to 16.
#define AURALIS_GROUP_SPECTRUM 1

// Dimensions 7, 8 and 13.
#define AURALIS_GROUP_LEVEL 2

// Dimensions 10 to 12.
#define AURALIS_GROUP_RHYTHM 4

// Dimensions 17 to 19.
#define AURALIS_GROUP_HARMONY 8

// Dimensions 20 to 22.
#define AURALIS_GROUP_DYNAMICS 16

// Dimensions 23 and 24.
#define AURALIS_GROUP_STEREO 32

// A stream of auralis_chroma_cqt.
typedef struct auralis_chroma_stream auralis_chroma_stream;

// A stream of auralis_fingerprint.
typedef struct auralis_fingerprint_stream auralis_fingerprint_stream;

// A stream of auralis_hpss.
typedef struct auralis_hpss_stream auralis_hpss_stream;

// A stream of auralis_yin.
typedef struct auralis_yin_stream auralis_yin_stream;

// Parameters of auralis_hpss. Fill with auralis_hpss_params_init.
typedef struct auralis_hpss_params {
  // sizeof(auralis_hpss_params)
  size_t struct_size;
  // Samples in a frame. Default 2048.
  uint32_t n_fft;
  // Samples between frames; 0 is n_fft / 4. Default 512.
  uint32_t hop_length;
  // Samples of the Hann window, at most n_fft; 0 is n_fft. Default 0.
  uint32_t win_length;
  // Frames of the median along time, 1 to 4095. Default 31.
  uint32_t kernel_harmonic;
  // Bins of the median along frequency, 1 to 4095. Default 31.
  uint32_t kernel_percussive;
  // Exponent of the masks, above 0; infinite: each bin goes wholly to the larger part. Default 2.
  double power;
  // How many times the percussive median the harmonic one must be, 1 to 1e6. Above 1, what neither
  // part claims is left out of both. Default 1.
  double margin_harmonic;
  // The same for the percussive part. Default 1.
  double margin_percussive;
  // 1: frame t is centred on sample t * hop_length; 0: it begins there. Default 1.
  uint32_t center;
  // How the signal is continued at its ends if center is 1: AURALIS_PAD_*. Default CONSTANT.
  uint32_t pad_mode;
} auralis_hpss_params;

// Parameters of auralis_yin. Fill with auralis_yin_params_init.
typedef struct auralis_yin_params {
  // sizeof(auralis_yin_params)
  size_t struct_size;
  // Lowest frequency searched, in Hz: above sample_rate / (frame_length - 1). Default C2, 65.406.
  double fmin;
  // Highest frequency searched, in Hz: above fmin, at most sample_rate / 2. Default C7, 2093.0.
  double fmax;
  // The first dip of the normalised difference function below this is the period, above 0. Default 0.1.
  double trough_threshold;
  // Samples in a frame, 4 to 2^20. Default 2048.
  uint32_t frame_length;
  // Samples between frames, 0 to 2^31; 0 is frame_length / 4. Default 0.
  uint32_t hop_length;
  // 1: frame t is centred on sample t * hop_length; 0: it begins there. Default 1.
  uint32_t center;
  // How the signal is continued at its ends if center is 1: AURALIS_PAD_*. Default CONSTANT.
  uint32_t pad_mode;
} auralis_yin_params;

// Parameters of auralis_cqt. Fill with auralis_cqt_params_init.
typedef struct auralis_cqt_params {
  // sizeof(auralis_cqt_params)
  size_t struct_size;
  // Frequency of the lowest bin in Hz, at least 1. Default C1, 32.703.
  double fmin;
  // Shift of all bins in fractions of a bin, -1000 to 1000; NaN: estimated. Default 0.
  double tuning;
  // Factor of the filters' lengths, 0.25 to 16; below 1 time resolution is better. Default 1.
  double filter_scale;
  // Number of bins, 1 to 4096; the highest must end below half the sample rate. Default 84.
  uint32_t n_bins;
  // Bins per octave, 1 to 960. Default 12.
  uint32_t bins_per_octave;
  // Samples between frames, 1 to 2^20. Default 512.
  uint32_t hop_length;
  // How the signal is continued at its ends: AURALIS_PAD_*. Default CONSTANT.
  uint32_t pad_mode;
} auralis_cqt_params;

// Parameters of auralis_chroma_cqt. Fill with auralis_chroma_params_init.
typedef struct auralis_chroma_params {
  // sizeof(auralis_chroma_params)
  size_t struct_size;
  // Frequency of the lowest bin in Hz, at least 1. Default C1, 32.703.
  double fmin;
  // Shift of all bins in fractions of a bin, -1000 to 1000; NaN: estimated. Default NaN.
  double tuning;
  // Samples between frames, 1 to 2^20. Default 512.
  uint32_t hop_length;
  // Pitch classes, of which the first is C. Default 12.
  uint32_t n_chroma;
  // Octaves above fmin, 1 to 64; the highest bin must end below half the sample rate. Default 7.
  uint32_t n_octaves;
  // Bins per octave, a multiple of n_chroma, up to 960. Default 36.
  uint32_t bins_per_octave;
  // How each column is normalised: AURALIS_NORM_*. Default MAX.
  uint32_t norm;
  // How the signal is continued at its ends: AURALIS_PAD_*. Default CONSTANT.
  uint32_t pad_mode;
} auralis_chroma_params;

// Parameters of auralis_onset_strength. Fill with auralis_onset_strength_params_init.
typedef struct auralis_onset_strength_params {
  // sizeof(auralis_onset_strength_params)
  size_t struct_size;
  // Lower edge of the lowest mel band in Hz. Default 0.
  double fmin;
  // Upper edge of the highest mel band in Hz, above fmin; 0 is sample_rate / 2. Default 0.
  double fmax;
  // Samples in a frame, 2 to 2^20. Default 2048.
  uint32_t n_fft;
  // Samples between frames, up to n_fft; 0 is n_fft / 4. Default 512.
  uint32_t hop_length;
  // Mel bands, 1 to 2048. Default 128.
  uint32_t n_mels;
  // Frames between the two that are compared, 1 to 1024. Default 1.
  uint32_t lag;
  // Bands whose largest value a band is compared with, 1 to n_mels. Default 1.
  uint32_t max_size;
  // 1: slow changes are removed. Default 0.
  uint32_t detrend;
  // 1: the flux is delayed by half a frame, to where the new samples lie. Default 1.
  uint32_t center;
  // How all bands become one number: AURALIS_AGGREGATE_*. Default MEAN.
  uint32_t aggregate;
} auralis_onset_strength_params;

// Parameters of auralis_onset_detect. Fill with auralis_onset_detect_params_init.
typedef struct auralis_onset_detect_params {
  // sizeof(auralis_onset_detect_params)
  size_t struct_size;
  // How far a peak must stand above the mean of the 100 ms around it, at least 0. Default 0.07.
  double delta;
  // Samples between the frames of the envelope, 1 to 2^20. Default 512.
  uint32_t hop_length;
  // 1: the envelope is shifted and scaled to 0..1 first. Default 1.
  uint32_t normalize;
} auralis_onset_detect_params;

// Parameters of auralis_tempo. Fill with auralis_tempo_params_init.
typedef struct auralis_tempo_params {
  // sizeof(auralis_tempo_params)
  size_t struct_size;
  // Where the log-normal prior is largest, in BPM, above 0. Default 120.
  double start_bpm;
  // Standard deviation of the prior in octaves, above 0. Default 1.
  double std_bpm;
  // Seconds of the autocorrelation window, two frames to 600. Default 8.
  double ac_size;
  // No tempo from here on, in BPM, above 0; infinite for no limit. Default 320.
  double max_tempo;
  // Samples between the frames of the envelope, 1 to 2^20. Default 512.
  uint32_t hop_length;
  // 0
  uint32_t reserved;
} auralis_tempo_params;

// Parameters of auralis_beat_track. Fill with auralis_beat_track_params_init.
typedef struct auralis_beat_track_params {
  // sizeof(auralis_beat_track_params)
  size_t struct_size;
  // Tempo in BPM, above 0; NaN: that of auralis_tempo. Default NaN.
  double bpm;
  // Where that looks first, in BPM, above 0. Default 120.
  double start_bpm;
  // How closely beats keep to the tempo, above 0. Default 100.
  double tightness;
  // Samples between the frames of the envelope, 1 to 2^20. Default 512.
  uint32_t hop_length;
  // 1: weak beats at both ends are left out. Default 1.
  uint32_t trim;
} auralis_beat_track_params;

// Parameters of auralis_spectral_centroid, _rolloff and _flatness. Fill with
// auralis_spectral_params_init.
typedef struct auralis_spectral_params {
  // sizeof(auralis_spectral_params)
  size_t struct_size;
  // Share of the magnitudes that lie below the rolloff, above 0 and below 1. Default 0.85.
  double roll_percent;
  // What magnitudes are raised to for the flatness, above 0 and up to 8. Default 2.
  double power;
  // The least value that enters the flatness, above 0. Default 1e-10.
  double amin;
  // Samples in a frame, 2 to 2^20. Default 2048.
  uint32_t n_fft;
  // Samples between frames, up to n_fft; 0 is n_fft / 4. Default 512.
  uint32_t hop_length;
  // Samples of the Hann window, up to n_fft; 0 is n_fft. Default 0.
  uint32_t win_length;
  // 1: frame t is centred on sample t * hop_length; 0: it begins there. Default 1.
  uint32_t center;
  // How a centred signal is continued at its ends: AURALIS_PAD_*. Default CONSTANT.
  uint32_t pad_mode;
  // 0
  uint32_t reserved;
} auralis_spectral_params;

// Parameters of auralis_rms. Fill with auralis_rms_params_init.
typedef struct auralis_rms_params {
  // sizeof(auralis_rms_params)
  size_t struct_size;
  // Samples in a frame, 1 to 2^20. Default 2048.
  uint32_t frame_length;
  // Samples between frames, 1 to 2^31. Default 512.
  uint32_t hop_length;
  // 1: frame t is centred on sample t * hop_length; 0: it begins there. Default 1.
  uint32_t center;
  // How a centred signal is continued at its ends: AURALIS_PAD_*. Default CONSTANT.
  uint32_t pad_mode;
} auralis_rms_params;

// Parameters of auralis_loudness. Fill with auralis_loudness_params_init.
typedef struct auralis_loudness_params {
  // sizeof(auralis_loudness_params)
  size_t struct_size;
  // 1 to find the true peak, which takes more time than all the rest; 0: it is NaN. Default 1.
  uint32_t true_peak;
  // 0
  uint32_t reserved;
} auralis_loudness_params;

// Parameters of auralis_fingerprint. Fill with auralis_fingerprint_params_init.
typedef struct auralis_fingerprint_params {
  // sizeof(auralis_fingerprint_params)
  size_t struct_size;
  // The dimensions to compute, the others being NaN: AURALIS_GROUP_*, added. Default all, 63.
  uint32_t groups;
  // 1 to measure the time of each kernel for auralis_fingerprint_stream_seconds. The stream then reads
  // the clock, which is a system call on some machines. Default 0.
  uint32_t timing;
} auralis_fingerprint_params;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

// What a status means, in English; static text, never NULL.
const char *auralis_status_message(int32_t status);

// Copies the text of the calling thread's last error, which names the argument, its value and what is
// allowed, into `buffer`, cut to `capacity` bytes with its final NUL; empty if there was none.
// `buffer` may be NULL if `capacity` is 0.
//
// Returns the bytes that the whole text needs, the NUL included.
//
// Memory:
// `buffer` points to `capacity` writable bytes.
size_t auralis_last_error(char *buffer, size_t capacity);

// Version of the library, "major.minor.patch"; static text.
const char *auralis_version(void);

// Version of the binary interface; programs built for one number run with every library that has it.
uint32_t auralis_abi_version(void);

// Fills `params`, a struct of `size` bytes, with the defaults.
//
// Memory:
// `params` points to `size` writable bytes.
int32_t auralis_hpss_params_init(struct auralis_hpss_params *params, size_t size);

// Separates a signal into a harmonic and a percussive part by median filtering (D. Fitzgerald, DAFx
// 2010; margins after J. Driedger, M. Mueller and S. Disch, ISMIR 2014) as librosa.effects.hpss does.
// With both margins at 1 the parts add up to the signal.
//
// `harmonic`, `percussive`: room for `n_samples` doubles each.
//
// Memory:
// `audio` points to `n_samples` doubles, `harmonic` and `percussive` to as many writable ones; `params`
// is NULL or points to a struct as its struct_size says.
int32_t auralis_hpss(const double *audio,
                     size_t n_samples,
                     const struct auralis_hpss_params *params,
                     double *harmonic,
                     double *percussive);

// Makes a stream that takes blocks of up to `max_block` samples and gives what auralis_hpss gives for the
// whole signal, bit for bit. All memory is taken here.
//
// `sample_rate`: 8000 to 384000 Hz; the separation does not depend on it. `handle`: to be freed with
// auralis_hpss_stream_free.
//
// Memory:
// `params` is NULL or points to a struct as its struct_size says; `handle` is writable.
int32_t auralis_hpss_stream_new(double sample_rate,
                                const struct auralis_hpss_params *params,
                                size_t max_block,
                                struct auralis_hpss_stream **handle);

// Takes the next samples and writes those of both parts that are ready to the front of `harmonic` and
// `percussive`; `n_written` to each. Never allocates, locks or blocks. Takes nothing if it fails.
//
// `harmonic`, `percussive`: room for `capacity` doubles each; as many as auralis_hpss_stream_max_output
// says always suffice.
//
// Memory:
// `handle` comes from auralis_hpss_stream_new and nothing else uses it; `audio` points to `n_samples`
// doubles, `harmonic` and `percussive` to `capacity` writable ones; `n_written` is writable.
int32_t auralis_hpss_stream_push(struct auralis_hpss_stream *handle,
                                 const double *audio,
                                 size_t n_samples,
                                 double *harmonic,
                                 double *percussive,
                                 size_t capacity,
                                 size_t *n_written);

// Ends the signal and writes the samples that are still missing, as auralis_hpss_stream_push does; the
// stream is then as new. Never allocates, locks or blocks.
//
// Memory:
// As for auralis_hpss_stream_push.
int32_t auralis_hpss_stream_finish(struct auralis_hpss_stream *handle,
                                   double *harmonic,
                                   double *percussive,
                                   size_t capacity,
                                   size_t *n_written);

// The most samples by which an output lags behind the input.
//
// Memory:
// `handle` comes from auralis_hpss_stream_new; `samples` is writable.
int32_t auralis_hpss_stream_latency(const struct auralis_hpss_stream *handle, size_t *samples);

// The most samples that one push of `block` samples can write to each part, or finish if `block` is 0.
//
// Memory:
// `handle` comes from auralis_hpss_stream_new; `n_written` is writable.
int32_t auralis_hpss_stream_max_output(const struct auralis_hpss_stream *handle,
                                       size_t block,
                                       size_t *n_written);

// Forgets the signal; the stream is then as new.
//
// Memory:
// `handle` comes from auralis_hpss_stream_new and nothing else uses it.
int32_t auralis_hpss_stream_reset(struct auralis_hpss_stream *handle);

// Gives the stream's memory back; NULL is a no-op.
//
// Memory:
// `handle` is NULL or comes from auralis_hpss_stream_new, and is not used again.
void auralis_hpss_stream_free(struct auralis_hpss_stream *handle);

// Fills `params`, a struct of `size` bytes, with the defaults.
//
// Memory:
// `params` points to `size` writable bytes.
int32_t auralis_yin_params_init(struct auralis_yin_params *params, size_t size);

// The number of frames, 1 + n_samples / hop_length if centred, that auralis_yin gives.
//
// Memory:
// `params` is NULL or points to a struct as its struct_size says; `n_frames` is writable.
int32_t auralis_yin_frames(size_t n_samples, const struct auralis_yin_params *params, size_t *n_frames);

// Fundamental frequency in Hz, frame by frame, by YIN (A. de Cheveigne and H. Kawahara, JASA 111(4),
// 2002) as librosa.yin computes it. A frame without a dip below the threshold gets the frequency of the
// deepest dip, a silent one the highest frequency that is searched.
//
// `sample_rate`: 8000 to 384000 Hz. `f0`: room for auralis_yin_frames doubles, `capacity` of them.
//
// Memory:
// `audio` points to `n_samples` doubles, `f0` to `capacity` writable ones; `params` is NULL or points to
// a struct as its struct_size says.
int32_t auralis_yin(const double *audio,
                    size_t n_samples,
                    double sample_rate,
                    const struct auralis_yin_params *params,
                    double *f0,
                    size_t capacity);

// Makes a stream that takes blocks of up to `max_block` samples and gives what auralis_yin gives for the
// whole signal, bit for bit. All memory is taken here.
//
// `sample_rate`: 8000 to 384000 Hz. `handle`: to be freed with auralis_yin_stream_free.
//
// Memory:
// `params` is NULL or points to a struct as its struct_size says; `handle` is writable.
int32_t auralis_yin_stream_new(double sample_rate,
                               const struct auralis_yin_params *params,
                               size_t max_block,
                               struct auralis_yin_stream **handle);

// Takes the next samples and writes the frequencies of the frames that they complete, in Hz, to the
// front of `f0`; `n_written` of them. Never allocates, locks or blocks. Takes nothing if it fails.
//
// `f0`: room for `capacity` doubles; as many as auralis_yin_stream_max_output says always suffice.
//
// Memory:
// `handle` comes from auralis_yin_stream_new and nothing else uses it; `audio` points to `n_samples`
// doubles, `f0` to `capacity` writable ones; `n_written` is writable.
int32_t auralis_yin_stream_push(struct auralis_yin_stream *handle,
                                const double *audio,
                                size_t n_samples,
                                double *f0,
                                size_t capacity,
                                size_t *n_written);

// Ends the signal and writes the frames that reach beyond its end, as auralis_yin_stream_push does; the
// stream is then as new. Never allocates, locks or blocks. The signal has not ended if it fails.
//
// Memory:
// As for auralis_yin_stream_push.
int32_t auralis_yin_stream_finish(struct auralis_yin_stream *handle,
                                  double *f0,
                                  size_t capacity,
                                  size_t *n_written);

// Samples from the instant of a frame, t * hop_length, on that must arrive before it is written.
//
// Memory:
// `handle` comes from auralis_yin_stream_new; `samples` is writable.
int32_t auralis_yin_stream_latency(const struct auralis_yin_stream *handle, size_t *samples);

// The most frames that one push of `block` samples can write, or finish if `block` is 0.
//
// Memory:
// `handle` comes from auralis_yin_stream_new; `n_written` is writable.
int32_t auralis_yin_stream_max_output(const struct auralis_yin_stream *handle,
                                      size_t block,
                                      size_t *n_written);

// Forgets the signal; the stream is then as new.
//
// Memory:
// `handle` comes from auralis_yin_stream_new and nothing else uses it.
int32_t auralis_yin_stream_reset(struct auralis_yin_stream *handle);

// Gives the stream's memory back; NULL is a no-op.
//
// Memory:
// `handle` is NULL or comes from auralis_yin_stream_new, and is not used again.
void auralis_yin_stream_free(struct auralis_yin_stream *handle);

// Fills `params`, a struct of `size` bytes, with the defaults.
//
// Memory:
// `params` points to `size` writable bytes.
int32_t auralis_cqt_params_init(struct auralis_cqt_params *params, size_t size);

// The number of frames, 1 + n_samples / hop_length, that auralis_cqt gives.
//
// Memory:
// `params` is NULL or points to a struct as its struct_size says; `n_frames` is writable.
int32_t auralis_cqt_frames(size_t n_samples, const struct auralis_cqt_params *params, size_t *n_frames);

// Constant-Q transform (C. Schoerkhuber and A. Klapuri, SMC 2010) with the wavelets, scaling and phase
// of librosa.cqt, to 1e-4 of the largest coefficient; frame t is centred on sample t * hop_length.
//
// `sample_rate`: 8000 to 384000 Hz. `coefficients`: room for 2 * n_bins * auralis_cqt_frames doubles,
// `capacity` of them; shape [n_bins][n_frames] of re, im.
//
// Memory:
// `audio` points to `n_samples` doubles, `coefficients` to `capacity` writable ones; `params` is NULL or
// points to a struct as its struct_size says.
int32_t auralis_cqt(const double *audio,
                    size_t n_samples,
                    double sample_rate,
                    const struct auralis_cqt_params *params,
                    double *coefficients,
                    size_t capacity);

// Fills `params`, a struct of `size` bytes, with the defaults.
//
// Memory:
// `params` points to `size` writable bytes.
int32_t auralis_chroma_params_init(struct auralis_chroma_params *params, size_t size);

// The number of frames, 1 + n_samples / hop_length, that auralis_chroma_cqt gives.
//
// Memory:
// `params` is NULL or points to a struct as its struct_size says; `n_frames` is writable.
int32_t auralis_chroma_frames(size_t n_samples, const struct auralis_chroma_params *params, size_t *n_frames);

// Chromagram: the magnitudes of the constant-Q transform added up over octaves, class by class, as
// librosa.feature.chroma_cqt does; frame t is centred on sample t * hop_length.
//
// `sample_rate`: 8000 to 384000 Hz. `chroma`: room for n_chroma * auralis_chroma_frames doubles,
// `capacity` of them; shape [n_chroma][n_frames].
//
// Memory:
// `audio` points to `n_samples` doubles, `chroma` to `capacity` writable ones; `params` is NULL or points
// to a struct as its struct_size says.
int32_t auralis_chroma_cqt(const double *audio,
                           size_t n_samples,
                           double sample_rate,
                           const struct auralis_chroma_params *params,
                           double *chroma,
                           size_t capacity);

// How far a recording is from A440, in fractions of a bin, -0.5 to 0.49 in steps of 0.01, from the peaks
// of its spectra, as librosa.estimate_tuning finds it; 0 if it has no pitch.
//
// `sample_rate`: 8000 to 384000 Hz. `bins_per_octave`: at least 1; 12 gives fractions of a semitone.
//
// Memory:
// `audio` points to `n_samples` doubles; `tuning` is writable.
int32_t auralis_estimate_tuning(const double *audio,
                                size_t n_samples,
                                double sample_rate,
                                uint32_t bins_per_octave,
                                double *tuning);

// Makes a stream that takes blocks of up to `max_block` samples and gives what auralis_chroma_cqt gives for the
// whole signal, bit for bit. All memory is taken here.
//
// `sample_rate`: 8000 to 384000 Hz. `params`: tuning must be a number, as a stream cannot look ahead to
// estimate it; auralis_estimate_tuning does that from a recording, 0 is A440. `handle`: to be freed with auralis_chroma_stream_free.
//
// Memory:
// `params` is NULL or points to a struct as its struct_size says; `handle` is writable.
int32_t auralis_chroma_stream_new(double sample_rate,
                                  const struct auralis_chroma_params *params,
                                  size_t max_block,
                                  struct auralis_chroma_stream **handle);

// Takes the next samples and writes the frames that they complete to the front of `chroma`, one after the
// other, shape [n_written][n_chroma]. Never allocates, locks or blocks. Takes nothing if it fails.
//
// `chroma`: room for `capacity` doubles; n_chroma for each frame that auralis_chroma_stream_max_output says
// always suffice.
//
// Memory:
// `handle` comes from auralis_chroma_stream_new and nothing else uses it; `audio` points to `n_samples`
// doubles, `chroma` to `capacity` writable ones; `n_written` is writable.
int32_t auralis_chroma_stream_push(struct auralis_chroma_stream *handle,
                                   const double *audio,
                                   size_t n_samples,
                                   double *chroma,
                                   size_t capacity,
                                   size_t *n_written);

// Ends the signal and writes the frames that reach beyond its end, as auralis_chroma_stream_push does; the
// stream is then as new. Never allocates, locks or blocks. The signal has not ended if it fails.
//
// Memory:
// As for auralis_chroma_stream_push.
int32_t auralis_chroma_stream_finish(struct auralis_chroma_stream *handle,
                                     double *chroma,
                                     size_t capacity,
                                     size_t *n_written);

// The most samples from the instant of a frame, t * hop_length, on that must arrive before it is written.
//
// Memory:
// `handle` comes from auralis_chroma_stream_new; `samples` is writable.
int32_t auralis_chroma_stream_latency(const struct auralis_chroma_stream *handle, size_t *samples);

// The most frames that one push of `block` samples can write, or finish if `block` is 0.
//
// Memory:
// `handle` comes from auralis_chroma_stream_new; `n_written` is writable.
int32_t auralis_chroma_stream_max_output(const struct auralis_chroma_stream *handle,
                                         size_t block,
                                         size_t *n_written);

// Forgets the signal; the stream is then as new.
//
// Memory:
// `handle` comes from auralis_chroma_stream_new and nothing else uses it.
int32_t auralis_chroma_stream_reset(struct auralis_chroma_stream *handle);

// Gives the stream's memory back; NULL is a no-op.
//
// Memory:
// `handle` is NULL or comes from auralis_chroma_stream_new, and is not used again.
void auralis_chroma_stream_free(struct auralis_chroma_stream *handle);

// Fills `params`, a struct of `size` bytes, with the defaults.
//
// Memory:
// `params` points to `size` writable bytes.
int32_t auralis_onset_strength_params_init(struct auralis_onset_strength_params *params, size_t size);

// Fills `params`, a struct of `size` bytes, with the defaults.
//
// Memory:
// `params` points to `size` writable bytes.
int32_t auralis_onset_detect_params_init(struct auralis_onset_detect_params *params, size_t size);

// Fills `params`, a struct of `size` bytes, with the defaults.
//
// Memory:
// `params` points to `size` writable bytes.
int32_t auralis_tempo_params_init(struct auralis_tempo_params *params, size_t size);

// Fills `params`, a struct of `size` bytes, with the defaults.
//
// Memory:
// `params` points to `size` writable bytes.
int32_t auralis_beat_track_params_init(struct auralis_beat_track_params *params, size_t size);

// The number of frames, 1 + n_samples / hop_length, that auralis_onset_strength gives.
//
// Memory:
// `params` is NULL or points to a struct as its struct_size says; `n_frames` is writable.
int32_t auralis_onset_strength_frames(size_t n_samples,
                                      const struct auralis_onset_strength_params *params,
                                      size_t *n_frames);

// Onset strength of each frame in dB: how much the levels of mel bands rise, as
// librosa.onset.onset_strength computes it (S. Boeck and G. Widmer, DAFx 2013).
//
// `sample_rate`: 8000 to 384000 Hz. `envelope`: room for auralis_onset_strength_frames doubles,
// `capacity` of them.
//
// Memory:
// `audio` points to `n_samples` doubles, `envelope` to `capacity` writable ones; `params` is NULL or
// points to a struct as its struct_size says.
int32_t auralis_onset_strength(const double *audio,
                               size_t n_samples,
                               double sample_rate,
                               const struct auralis_onset_strength_params *params,
                               double *envelope,
                               size_t capacity);

// The frames of an onset envelope in which an onset lies, ascending, as librosa.onset.onset_detect finds
// them (S. Boeck, F. Krebs and M. Schedl, ISMIR 2012).
//
// `frames`: room for `capacity` numbers; as many as the envelope has always suffice. `n_written`: how
// many there are.
//
// Memory:
// `envelope` points to `n_frames` doubles, `frames` to `capacity` writable numbers; `params` is NULL or
// points to a struct as its struct_size says; `n_written` is writable.
int32_t auralis_onset_detect(const double *envelope,
                             size_t n_frames,
                             double sample_rate,
                             const struct auralis_onset_detect_params *params,
                             size_t *frames,
                             size_t capacity,
                             size_t *n_written);

// Tempo in BPM of an onset envelope, as librosa.feature.tempo estimates it from the mean autocorrelation
// of windows of some seconds (P. Grosche, M. Mueller and F. Kurth, ICASSP 2010). Where nothing repeats it
// is the tempo that the prior likes best.
//
// Memory:
// `envelope` points to `n_frames` doubles; `params` is NULL or points to a struct as its struct_size
// says; `bpm` is writable.
int32_t auralis_tempo(const double *envelope,
                      size_t n_frames,
                      double sample_rate,
                      const struct auralis_tempo_params *params,
                      double *bpm);

// The beats of an onset envelope, ascending, and its tempo in BPM, by dynamic programming (D. P. W. Ellis,
// JNMR 36(1), 2007) as librosa.beat.beat_track finds them; of an envelope of zeros none and 0. librosa
// makes the envelope with AURALIS_AGGREGATE_MEDIAN.
//
// `frames`: room for `capacity` numbers; as many as the envelope has always suffice. `n_written`: how
// many there are.
//
// Memory:
// `envelope` points to `n_frames` doubles, `frames` to `capacity` writable numbers; `params` is NULL or
// points to a struct as its struct_size says; `bpm` and `n_written` are writable.
int32_t auralis_beat_track(const double *envelope,
                           size_t n_frames,
                           double sample_rate,
                           const struct auralis_beat_track_params *params,
                           size_t *frames,
                           size_t capacity,
                           size_t *n_written,
                           double *bpm);

// Fills `params`, a struct of `size` bytes, with the defaults.
//
// Memory:
// `params` points to `size` writable bytes.
int32_t auralis_spectral_params_init(struct auralis_spectral_params *params, size_t size);

// Fills `params`, a struct of `size` bytes, with the defaults.
//
// Memory:
// `params` points to `size` writable bytes.
int32_t auralis_rms_params_init(struct auralis_rms_params *params, size_t size);

// The number of frames, 1 + n_samples / hop_length if they are centred, that auralis_spectral_centroid,
// _rolloff and _flatness give.
//
// Memory:
// `params` is NULL or points to a struct as its struct_size says; `n_frames` is writable.
int32_t auralis_spectral_frames(size_t n_samples,
                                const struct auralis_spectral_params *params,
                                size_t *n_frames);

// Centre of gravity in Hz of the magnitudes of each frame's spectrum, 0 for silence, as
// librosa.feature.spectral_centroid.
//
// `sample_rate`: 8000 to 384000 Hz. `centroid`: room for auralis_spectral_frames doubles, `capacity` of
// them.
//
// Memory:
// `audio` points to `n_samples` doubles, `centroid` to `capacity` writable ones; `params` is NULL or points
// to a struct as its struct_size says.
int32_t auralis_spectral_centroid(const double *audio,
                                  size_t n_samples,
                                  double sample_rate,
                                  const struct auralis_spectral_params *params,
                                  double *centroid,
                                  size_t capacity);

// Frequency in Hz below which a share (roll_percent) of the magnitudes of each frame's spectrum lie, 0 for
// silence, as librosa.feature.spectral_rolloff.
//
// `sample_rate`: 8000 to 384000 Hz. `rolloff`: room for auralis_spectral_frames doubles, `capacity` of
// them.
//
// Memory:
// `audio` points to `n_samples` doubles, `rolloff` to `capacity` writable ones; `params` is NULL or points
// to a struct as its struct_size says.
int32_t auralis_spectral_rolloff(const double *audio,
                                 size_t n_samples,
                                 double sample_rate,
                                 const struct auralis_spectral_params *params,
                                 double *rolloff,
                                 size_t capacity);

// Geometric over arithmetic mean of each frame's power spectrum, 1 for white noise or silence and towards
// 0 for a tone, as librosa.feature.spectral_flatness.
//
// `flatness`: room for auralis_spectral_frames doubles, `capacity` of them.
//
// Memory:
// `audio` points to `n_samples` doubles, `flatness` to `capacity` writable ones; `params` is NULL or points
// to a struct as its struct_size says.
int32_t auralis_spectral_flatness(const double *audio,
                                  size_t n_samples,
                                  const struct auralis_spectral_params *params,
                                  double *flatness,
                                  size_t capacity);

// The number of frames, 1 + n_samples / hop_length if they are centred, that auralis_rms gives.
//
// Memory:
// `params` is NULL or points to a struct as its struct_size says; `n_frames` is writable.
int32_t auralis_rms_frames(size_t n_samples, const struct auralis_rms_params *params, size_t *n_frames);

// Root of the mean square of each frame, as librosa.feature.rms.
//
// `rms`: room for auralis_rms_frames doubles, `capacity` of them.
//
// Memory:
// `audio` points to `n_samples` doubles, `rms` to `capacity` writable ones; `params` is NULL or points to a
// struct as its struct_size says.
int32_t auralis_rms(const double *audio,
                    size_t n_samples,
                    const struct auralis_rms_params *params,
                    double *rms,
                    size_t capacity);

// Fills `params`, a struct of `size` bytes, with the defaults.
//
// Memory:
// `params` points to `size` writable bytes.
int32_t auralis_loudness_params_init(struct auralis_loudness_params *params, size_t size);

// The number of values that auralis_loudness gives, 5.
size_t auralis_loudness_len(void);

// Loudness of a track by ITU-R BS.1770-4 and EBU Tech 3342: what is at AURALIS_LOUDNESS_*. One that cannot
// be told (silence, less than 0.4 s or, for range and short-term loudness, 3 s) is NaN.
//
// Channels are L, R, C, LFE, Ls, Rs, as many as there are; four are L, R, Ls, Rs and five are L, R, C, Ls,
// Rs. Surrounds weigh 1.41, the others 1; LFE and what comes after the sixth, 0.
//
// `interleaved`: `n_frames` frames of `n_channels` (1 to 64) samples. `sample_rate`: 8000 to 384000 Hz.
// `values`: room for auralis_loudness_len() doubles, `capacity` of them.
//
// Memory:
// `interleaved` points to `n_frames` times `n_channels` doubles, `values` to `capacity` writable ones;
// `params` is NULL or points to a struct as its struct_size says.
int32_t auralis_loudness(const double *interleaved,
                         size_t n_frames,
                         uint32_t n_channels,
                         double sample_rate,
                         const struct auralis_loudness_params *params,
                         double *values,
                         size_t capacity);

// The number of values, one for each whole 0.1 s, that auralis_momentary_loudness and
// auralis_short_term_loudness give.
//
// Memory:
// `n_steps` is writable.
int32_t auralis_loudness_steps(size_t n_frames, double sample_rate, size_t *n_steps);

// Momentary loudness in LUFS (ITU-R BS.1770-4, EBU Tech 3341): value i is that of the 0.4 s which end
// 0.1 s * (i + 1) after the beginning, NaN if they begin before it or are silent.
//
// `interleaved`, `n_channels`, `sample_rate`: as for auralis_loudness. `loudness`: room for
// auralis_loudness_steps doubles, `capacity` of them.
//
// Memory:
// `interleaved` points to `n_frames` times `n_channels` doubles, `loudness` to `capacity` writable ones.
int32_t auralis_momentary_loudness(const double *interleaved,
                                   size_t n_frames,
                                   uint32_t n_channels,
                                   double sample_rate,
                                   double *loudness,
                                   size_t capacity);

// Short-term loudness in LUFS (ITU-R BS.1770-4, EBU Tech 3341): value i is that of the 3 s which end
// 0.1 s * (i + 1) after the beginning, NaN if they begin before it or are silent.
//
// `interleaved`, `n_channels`, `sample_rate`: as for auralis_loudness. `loudness`: room for
// auralis_loudness_steps doubles, `capacity` of them.
//
// Memory:
// `interleaved` points to `n_frames` times `n_channels` doubles, `loudness` to `capacity` writable ones.
int32_t auralis_short_term_loudness(const double *interleaved,
                                    size_t n_frames,
                                    uint32_t n_channels,
                                    double sample_rate,
                                    double *loudness,
                                    size_t capacity);

// Fills `params`, a struct of `size` bytes, with the defaults.
//
// Memory:
// `params` points to `size` writable bytes.
int32_t auralis_fingerprint_params_init(struct auralis_fingerprint_params *params, size_t size);

// The number of dimensions, 25.
size_t auralis_fingerprint_len(void);

// The version of the dimensions' definitions. Fingerprints of different versions are not to be compared.
uint32_t auralis_fingerprint_version(void);

// The name of dimension `i`; static text, NULL if there is no such dimension.
const char *auralis_fingerprint_name(size_t i);

// The unit of dimension `i`, empty for a share or an index; static text, NULL if there is no such
// dimension.
const char *auralis_fingerprint_unit(size_t i);

// The group of dimension `i`, in lower case; static text, NULL if there is no such dimension.
const char *auralis_fingerprint_group(size_t i);

// The property of a track that dimension `i` describes, in lower case: "spectrum", "loudness", "rhythm",
// "timbre", "harmony" or "stereo". Static text, NULL if there is no such dimension. A comparison of tracks
// that counts each of them once does not count one property, such as the spectrum in its seven bands,
// several times.
const char *auralis_fingerprint_aspect(size_t i);

// 1 if a value of dimension `i` and its double are the same, as for a tempo: to be compared by the
// logarithm of their ratio to base 2, less the nearest whole number. 0 if values are compared by their
// difference, or if there is no such dimension.
uint32_t auralis_fingerprint_circular(size_t i);

// How dimension `i` is computed, in a sentence, UTF-8; static text, NULL if there is no such dimension.
const char *auralis_fingerprint_definition(size_t i);

// The least value that dimension `i` can have; NaN if there is no such dimension.
double auralis_fingerprint_lowest(size_t i);

// The largest value that dimension `i` can have, infinite if there is no limit; NaN if there is no such
// dimension.
double auralis_fingerprint_highest(size_t i);

// The number of kernels whose time auralis_fingerprint_stream_seconds tells.
size_t auralis_fingerprint_stages(void);

// The name of kernel `i`; static text, NULL if there is no such kernel.
const char *auralis_fingerprint_stage(size_t i);

// The fingerprint of a track: 25 numbers that describe its spectrum, level, rhythm, harmony, dynamics and
// stereo image, defined in docs/FINGERPRINT.md and by auralis_fingerprint_definition. One that cannot be
// computed (silence, too short a signal) is NaN.
//
// `interleaved`: `n_frames` frames of `n_channels` (1 to 64) samples. `sample_rate`: 8000 to 384000 Hz.
// `values`: room for auralis_fingerprint_len() doubles, `capacity` of them.
//
// Memory:
// `interleaved` points to `n_frames` times `n_channels` doubles, `values` to `capacity` writable ones;
// `params` is NULL or points to a struct as its struct_size says.
int32_t auralis_fingerprint(const double *interleaved,
                            size_t n_frames,
                            uint32_t n_channels,
                            double sample_rate,
                            const struct auralis_fingerprint_params *params,
                            double *values,
                            size_t capacity);

// Makes a stream that takes blocks of up to `max_block` frames of `n_channels` (1 to 64) interleaved
// samples and gives what auralis_fingerprint gives for the whole signal, bit for bit. All memory is taken
// here: some 60 MiB, of which pages are used as the signal grows longer.
//
// `sample_rate`: 8000 to 384000 Hz. `handle`: to be freed with auralis_fingerprint_stream_free.
//
// Memory:
// `params` is NULL or points to a struct as its struct_size says; `handle` is writable.
int32_t auralis_fingerprint_stream_new(double sample_rate,
                                       uint32_t n_channels,
                                       const struct auralis_fingerprint_params *params,
                                       size_t max_block,
                                       struct auralis_fingerprint_stream **handle);

// Takes the next `n_frames` interleaved frames. Never allocates, locks or blocks. Takes nothing if it
// fails.
//
// Memory:
// `handle` comes from auralis_fingerprint_stream_new and nothing else uses it; `interleaved` points to
// `n_frames` times the stream's channels doubles.
int32_t auralis_fingerprint_stream_push(struct auralis_fingerprint_stream *handle,
                                        const double *interleaved,
                                        size_t n_frames);

// Ends the signal and writes its auralis_fingerprint_len() values; the stream is then as new. Works as
// long as a fraction of a second, but never allocates, locks or waits.
//
// `values`: room for `capacity` doubles. `n_written`: how many were written.
//
// Memory:
// `handle` comes from auralis_fingerprint_stream_new and nothing else uses it; `values` points to
// `capacity` writable doubles; `n_written` is writable.
int32_t auralis_fingerprint_stream_finish(struct auralis_fingerprint_stream *handle,
                                          double *values,
                                          size_t capacity,
                                          size_t *n_written);

// 0: the values are known at the end of the signal.
//
// Memory:
// `handle` comes from auralis_fingerprint_stream_new; `samples` is writable.
int32_t auralis_fingerprint_stream_latency(const struct auralis_fingerprint_stream *handle, size_t *samples);

// The values that finish writes (`block` 0) or a push of `block` frames: none.
//
// Memory:
// `handle` comes from auralis_fingerprint_stream_new; `n_written` is writable.
int32_t auralis_fingerprint_stream_max_output(const struct auralis_fingerprint_stream *handle,
                                              size_t block,
                                              size_t *n_written);

// Writes the seconds that the stream has spent in each of its auralis_fingerprint_stages() kernels since
// it was made; 0 unless the parameter `timing` is 1.
//
// `seconds`: room for `capacity` doubles.
//
// Memory:
// `handle` comes from auralis_fingerprint_stream_new; `seconds` points to `capacity` writable doubles.
int32_t auralis_fingerprint_stream_seconds(const struct auralis_fingerprint_stream *handle,
                                           double *seconds,
                                           size_t capacity);

// Forgets the signal; the stream is then as new.
//
// Memory:
// `handle` comes from auralis_fingerprint_stream_new and nothing else uses it.
int32_t auralis_fingerprint_stream_reset(struct auralis_fingerprint_stream *handle);

// Gives the stream's memory back; NULL is a no-op.
//
// Memory:
// `handle` is NULL or comes from auralis_fingerprint_stream_new, and is not used again.
void auralis_fingerprint_stream_free(struct auralis_fingerprint_stream *handle);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* AURALIS_DSP_H */
