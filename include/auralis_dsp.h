// auralis-dsp: music-analysis kernels that compute what librosa computes.
//
// Generated from src/ffi/ by cbindgen; do not edit.
//
// Every function that can fail returns AURALIS_OK or a negative AURALIS_ERROR_*: auralis_status_message
// says what the status means, auralis_last_error which argument was refused, its value and what is allowed.
// The comments name the errors without their prefix. They do not repeat those of all functions:
//
// - NULL_POINTER: a pointer is NULL, and its comment does not allow that.
// - INVALID_ARGUMENT: a pointer is not aligned to its type; a length is 0 or larger than any buffer; two
//   buffers of one call overlap, in which inputs and outputs alike count.
// - UNSUPPORTED: a parameter struct is longer than this version knows, and not 0 there.
// - PANIC: an internal fault, which was caught. A handle on which a call returned it returns it from every
//   further call, and can only be freed.
//
// Outputs come last and are written only on success. Capacities count elements. Two-dimensional outputs are
// row-major, [rows][n_frames], the frame index fastest; complex numbers are interleaved re, im. Full scale
// is 1 where a result is in LUFS or dBTP; elsewhere audio may have any unit.
//
// NULL for a parameter struct stands for its defaults. Such structs grow at their ends only; docs/ABI.md
// says how old programs and new libraries work together.
//
// Functions without a handle are re-entrant. A handle may move between threads; functions that take it
// const may run at the same time, all others need exclusive use of it.

#ifndef AURALIS_DSP_H
#define AURALIS_DSP_H

#include <stddef.h>
#include <stdint.h>

// Success.
#define AURALIS_OK 0

// A pointer is NULL that must not be.
#define AURALIS_ERROR_NULL_POINTER -1

// An argument or a parameter is outside its range, a pointer is misaligned, or buffers overlap.
#define AURALIS_ERROR_INVALID_ARGUMENT -2

// An output has room for fewer elements than the result has.
#define AURALIS_ERROR_BUFFER_TOO_SMALL -3

// The audio, or the envelope, contains NaN or an infinity.
#define AURALIS_ERROR_NON_FINITE_INPUT -4

// The memory for work buffers could not be allocated.
#define AURALIS_ERROR_OUT_OF_MEMORY -5

// The call is valid but this version does not offer it: a parameter struct of a newer version with fields
// that are set.
#define AURALIS_ERROR_UNSUPPORTED -6

// An internal fault of the library, which was caught. A handle on which a call returned this status
// returns it from every further call; free it.
#define AURALIS_ERROR_PANIC -7

// The signal is continued with zeros.
#define AURALIS_PAD_CONSTANT 0

// The signal is mirrored at its first and its last sample, which are not repeated.
#define AURALIS_PAD_REFLECT 1

// The largest absolute value of each frame is 1.
#define AURALIS_NORM_MAX 0

// The absolute values of each frame sum to 1.
#define AURALIS_NORM_L1 1

// The Euclidean length of each frame is 1.
#define AURALIS_NORM_L2 2

// Frames are left as they are.
#define AURALIS_NORM_NONE 3

// The mean of the mel bands, the default of librosa.onset.onset_strength.
#define AURALIS_AGGREGATE_MEAN 0

// The median of the mel bands, with which librosa.beat.beat_track makes its envelope.
#define AURALIS_AGGREGATE_MEDIAN 1

// Index of the integrated loudness in LUFS among the values of auralis_loudness.
#define AURALIS_LOUDNESS_INTEGRATED 0

// Index of the loudness range in LU among the values of auralis_loudness.
#define AURALIS_LOUDNESS_RANGE 1

// Index of the highest momentary loudness, that of 0.4 s, in LUFS among the values of auralis_loudness.
#define AURALIS_LOUDNESS_MAX_MOMENTARY 2

// Index of the highest short-term loudness, that of 3 s, in LUFS among the values of auralis_loudness.
#define AURALIS_LOUDNESS_MAX_SHORT_TERM 3

// Index of the highest true peak of all channels in dBTP among the values of auralis_loudness.
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

// Place of the integrated loudness in LUFS among the values of auralis_profile, of which the first 25 are the
// fingerprint.
#define AURALIS_PROFILE_INTEGRATED 25

// Place of the loudness range in LU.
#define AURALIS_PROFILE_RANGE 26

// Place of the highest momentary loudness in LUFS.
#define AURALIS_PROFILE_MAX_MOMENTARY 27

// Place of the highest short-term loudness in LUFS.
#define AURALIS_PROFILE_MAX_SHORT_TERM 28

// Place of the highest true peak of all channels in dBTP.
#define AURALIS_PROFILE_TRUE_PEAK 29

// Place of the largest sample in dBFS.
#define AURALIS_PROFILE_SAMPLE_PEAK 30

// Place of the largest absolute mean of a channel.
#define AURALIS_PROFILE_DC 31

// Place of the length in s.
#define AURALIS_PROFILE_DURATION 32

// Place of the first third octave of the mid signal, that of 20 Hz, in dB; 31 up to 20 kHz.
#define AURALIS_PROFILE_MID 33

// Place of the first third octave of the side signal, that of 20 Hz, in dB; 31 up to 20 kHz.
#define AURALIS_PROFILE_SIDE 64

// Place of the integrated loudness in LUFS among the targets.
#define AURALIS_TARGET_LOUDNESS 0

// Place of the highest true peak in dBTP.
#define AURALIS_TARGET_PEAK 1

// Places of the gains of the seven bands of the fingerprint in dB.
#define AURALIS_TARGET_TONE_SUB_BASS 2

// See AURALIS_TARGET_TONE_SUB_BASS.
#define AURALIS_TARGET_TONE_BASS 3

// See AURALIS_TARGET_TONE_SUB_BASS.
#define AURALIS_TARGET_TONE_LOW_MID 4

// See AURALIS_TARGET_TONE_SUB_BASS.
#define AURALIS_TARGET_TONE_MID 5

// See AURALIS_TARGET_TONE_SUB_BASS.
#define AURALIS_TARGET_TONE_UPPER_MID 6

// See AURALIS_TARGET_TONE_SUB_BASS.
#define AURALIS_TARGET_TONE_PRESENCE 7

// See AURALIS_TARGET_TONE_SUB_BASS.
#define AURALIS_TARGET_TONE_AIR 8

// Places of the gains in dB per dB above the threshold of the three bands of the dynamics.
#define AURALIS_TARGET_SLOPE_LOW 9

// See AURALIS_TARGET_SLOPE_LOW.
#define AURALIS_TARGET_SLOPE_MID 10

// See AURALIS_TARGET_SLOPE_LOW.
#define AURALIS_TARGET_SLOPE_HIGH 11

// Place of the attack of the dynamics in ms.
#define AURALIS_TARGET_ATTACK 12

// Place of the release of the dynamics in ms.
#define AURALIS_TARGET_RELEASE 13

// Place of the gain of the side signal in dB.
#define AURALIS_TARGET_WIDTH 14

// Place of the gain of the side signal below 120 Hz in dB, added to the width.
#define AURALIS_TARGET_WIDTH_LOW 15

// Place of the release of the limiter in ms.
#define AURALIS_TARGET_LIMITER_RELEASE 16

// Place of the most loudness in LU that the limiter may cost.
#define AURALIS_TARGET_LIMITING 17

// Number of causes of a target: first the 25 dimensions of the fingerprint.
#define AURALIS_CAUSES 29

// Place among the causes of the target of a track that causes nothing.
#define AURALIS_CAUSE_BASE 25

// Place of the loudness, peak, limiting and tastes that are asked for.
#define AURALIS_CAUSE_PREFERENCE 26

// Place of the reference.
#define AURALIS_CAUSE_REFERENCE 27

// Place of the target's range.
#define AURALIS_CAUSE_LIMIT 28

// No taste in particular.
#define AURALIS_PRESET_NEUTRAL 0

// Less loud, less compressed.
#define AURALIS_PRESET_GENTLE 1

// More bass, less treble.
#define AURALIS_PRESET_WARM 2

// More treble, less bass, a little wider.
#define AURALIS_PRESET_BRIGHT 3

// Louder, more compressed.
#define AURALIS_PRESET_PUNCHY 4

// Wider, less loud, less compressed.
#define AURALIS_PRESET_LIVE 5

// Place among the settings of 1 to process, 0 to pass the input unchanged.
#define AURALIS_SETTING_ACTIVE 0

// Place of the gain before everything else in dB.
#define AURALIS_SETTING_GAIN_IN 1

// Place of the gain in dB of the mid signal's first third octave, that of 20 Hz; 31 up to 20 kHz.
#define AURALIS_SETTING_EQ_MID 2

// Place of the gain in dB of the side signal's first third octave, that of 20 Hz; 31 up to 20 kHz.
#define AURALIS_SETTING_EQ_SIDE 33

// Place of the threshold of the low band in dBFS; the mid and the high band follow.
#define AURALIS_SETTING_THRESHOLD_LOW 64

// Place of the slope of the low band in dB per dB; the mid and the high band follow.
#define AURALIS_SETTING_SLOPE_LOW 67

// Place of the gain of the low band after its dynamics in dB; the mid and the high band follow.
#define AURALIS_SETTING_MAKEUP_LOW 70

// Place of the attack of the dynamics in ms.
#define AURALIS_SETTING_ATTACK 73

// Place of the release of the dynamics in ms.
#define AURALIS_SETTING_RELEASE 74

// Place of the knee of the dynamics in dB.
#define AURALIS_SETTING_KNEE 75

// Place of the most gain of the dynamics in dB.
#define AURALIS_SETTING_RANGE 76

// Place of the frequency between the low and the mid band in Hz.
#define AURALIS_SETTING_CROSSOVER_LOW 77

// Place of the frequency between the mid and the high band in Hz.
#define AURALIS_SETTING_CROSSOVER_HIGH 78

// Place of the gain before the limiter in dB.
#define AURALIS_SETTING_GAIN_OUT 79

// Place of the limiter's ceiling in dBTP.
#define AURALIS_SETTING_CEILING 80

// Place of the limiter's lookahead in ms.
#define AURALIS_SETTING_LOOKAHEAD 81

// Place of the limiter's hold in ms.
#define AURALIS_SETTING_HOLD 82

// Place of the limiter's release in ms.
#define AURALIS_SETTING_LIMITER_RELEASE 83

// Place in the report of the integrated loudness in LUFS of the signal; of an album, of its loudest track.
#define AURALIS_REPORT_INTEGRATED_BEFORE 0

// See AURALIS_REPORT_INTEGRATED_BEFORE, after mastering.
#define AURALIS_REPORT_INTEGRATED_AFTER 1

// Place of the loudness range in LU.
#define AURALIS_REPORT_RANGE_BEFORE 2

// See AURALIS_REPORT_RANGE_BEFORE, after mastering.
#define AURALIS_REPORT_RANGE_AFTER 3

// Place of the highest short-term loudness in LUFS.
#define AURALIS_REPORT_MAX_SHORT_TERM_BEFORE 4

// See AURALIS_REPORT_MAX_SHORT_TERM_BEFORE, after mastering.
#define AURALIS_REPORT_MAX_SHORT_TERM_AFTER 5

// Place of the highest true peak in dBTP.
#define AURALIS_REPORT_TRUE_PEAK_BEFORE 6

// See AURALIS_REPORT_TRUE_PEAK_BEFORE, after mastering.
#define AURALIS_REPORT_TRUE_PEAK_AFTER 7

// Place of the largest sample in dBFS.
#define AURALIS_REPORT_SAMPLE_PEAK_BEFORE 8

// See AURALIS_REPORT_SAMPLE_PEAK_BEFORE, after mastering.
#define AURALIS_REPORT_SAMPLE_PEAK_AFTER 9

// Place of the true peak less the integrated loudness in LU.
#define AURALIS_REPORT_PEAK_TO_LOUDNESS_BEFORE 10

// See AURALIS_REPORT_PEAK_TO_LOUDNESS_BEFORE, after mastering.
#define AURALIS_REPORT_PEAK_TO_LOUDNESS_AFTER 11

// Place of the loudness that was asked for in LUFS.
#define AURALIS_REPORT_TARGET_LOUDNESS 12

// Place of the integrated loudness after less the target in LU.
#define AURALIS_REPORT_LOUDNESS_ERROR 13

// Place of what kept the loudness from its target: AURALIS_LIMITED_BY_*.
#define AURALIS_REPORT_LIMITED_BY 14

// Place of the loudness in LU that the limiter costs.
#define AURALIS_REPORT_LIMITER_COST 15

// Place of the most by which the limiter reduces in dB.
#define AURALIS_REPORT_LIMITER_MAX 16

// Place of the mean reduction by the limiter in dB.
#define AURALIS_REPORT_LIMITER_MEAN 17

// Place of the share of the time with a reduction by more than 0.1 dB.
#define AURALIS_REPORT_LIMITER_SHARE 18

// Place of the mean reduction by the dynamics of the low band in dB.
#define AURALIS_REPORT_COMPRESSOR_LOW 19

// See AURALIS_REPORT_COMPRESSOR_LOW.
#define AURALIS_REPORT_COMPRESSOR_MID 20

// See AURALIS_REPORT_COMPRESSOR_LOW.
#define AURALIS_REPORT_COMPRESSOR_HIGH 21

// Place of the largest gain or cut of the equalizer in dB.
#define AURALIS_REPORT_EQ_MAX 22

// Place of the largest difference of the third octaves from the reference's in dB.
#define AURALIS_REPORT_SPECTRAL_ERROR_MAX 23

// Place of their mean difference in dB.
#define AURALIS_REPORT_SPECTRAL_ERROR_MEAN 24

// Place of their mean difference before in dB.
#define AURALIS_REPORT_SPECTRAL_ERROR_BEFORE_MEAN 25

// Place of gain_in plus gain_out in dB.
#define AURALIS_REPORT_GAIN_TOTAL 26

// Place of what the limiter was set to hold in dBTP.
#define AURALIS_REPORT_CEILING 27

// Place of how often the signal was gone through.
#define AURALIS_REPORT_PASSES 28

// Place of the lag in frames of a stream with these settings.
#define AURALIS_REPORT_LATENCY 29

// Place of the version of the report.
#define AURALIS_REPORT_VERSION 30

// The loudness asked for is reached.
#define AURALIS_LIMITED_BY_NOTHING 0

// More would cost more loudness than the limiter may (limiting).
#define AURALIS_LIMITED_BY_LIMITING 1

// The whole gain is the most allowed (gain_max).
#define AURALIS_LIMITED_BY_GAIN_MAX 2

// There is nothing to be made loud; nothing was processed.
#define AURALIS_LIMITED_BY_SILENT 3

// The signal is shorter than 0.4 s; nothing was processed.
#define AURALIS_LIMITED_BY_SHORT 4

// An intensity of 0 asks for nothing; nothing was processed.
#define AURALIS_LIMITED_BY_BYPASS 5

// Place among the meters of a stream of the most by which the limiter reduced the frames that came last, in dB.
#define AURALIS_METER_LIMITER 0

// Place of the gain of the dynamics of the low band in dB.
#define AURALIS_METER_COMPRESSOR_LOW 1

// See AURALIS_METER_COMPRESSOR_LOW.
#define AURALIS_METER_COMPRESSOR_MID 2

// See AURALIS_METER_COMPRESSOR_LOW.
#define AURALIS_METER_COMPRESSOR_HIGH 3

// Place of the loudness of the last 0.4 s of the output in LUFS.
#define AURALIS_METER_MOMENTARY 4

// Place of the loudness of the last 3 s of the output in LUFS.
#define AURALIS_METER_SHORT_TERM 5

// Place of the integrated loudness of the output so far in LUFS.
#define AURALIS_METER_INTEGRATED 6

// Place of the highest true peak of the output so far in dBTP.
#define AURALIS_METER_TRUE_PEAK 7

// Place of the largest sample of the output so far in dBFS.
#define AURALIS_METER_SAMPLE_PEAK 8

// A stream of auralis_chroma_cqt.
typedef struct auralis_chroma_stream auralis_chroma_stream;

// A stream of auralis_fingerprint.
typedef struct auralis_fingerprint_stream auralis_fingerprint_stream;

// A stream of auralis_hpss.
typedef struct auralis_hpss_stream auralis_hpss_stream;

// What finds the settings of the mastering chain, from a signal that is pushed as often as it asks.
typedef struct auralis_master_solver auralis_master_solver;

// The mastering chain over a stream.
typedef struct auralis_master_stream auralis_master_stream;

// A stream of auralis_profile.
typedef struct auralis_profile_stream auralis_profile_stream;

// A stream of auralis_yin.
typedef struct auralis_yin_stream auralis_yin_stream;

// Parameters of auralis_hpss and its stream; auralis_hpss_params_init fills in the defaults.
typedef struct auralis_hpss_params {
  // sizeof(auralis_hpss_params), by which the library knows the version of the struct.
  size_t struct_size;
  // Samples in a frame, 2 to 2^20. Default 2048.
  uint32_t n_fft;
  // Samples between frames, 0 to n_fft; 0 stands for n_fft / 4. Default 512.
  uint32_t hop_length;
  // Samples of the Hann window, 0 to n_fft; 0 stands for n_fft. Default 0.
  uint32_t win_length;
  // Length of the median filter along time, which finds the harmonic part, in frames: 1 to 4095. Default 31.
  uint32_t kernel_harmonic;
  // Length of the median filter along frequency, which finds the percussive part, in bins: 1 to 4095.
  // Default 31.
  uint32_t kernel_percussive;
  // Exponent of the soft masks, above 0. Infinite: binary masks, which give each bin wholly to the larger
  // part. Default 2.
  double power;
  // Factor by which the harmonic median must exceed the percussive one, 1 to 1e6. What belongs to neither
  // part when a margin is above 1 is left out of both. Default 1.
  double margin_harmonic;
  // Factor by which the percussive median must exceed the harmonic one, 1 to 1e6. Default 1.
  double margin_percussive;
  // 1: frame t is centred on sample t * hop_length, and the signal is continued at its ends. 0: frame t
  // begins at that sample, and the signal must be as long as a frame. Default 1.
  uint32_t center;
  // How the signal is continued at its ends if center is 1: AURALIS_PAD_*. Default AURALIS_PAD_CONSTANT.
  uint32_t pad_mode;
} auralis_hpss_params;

// Parameters of auralis_yin and its stream; auralis_yin_params_init fills in the defaults.
typedef struct auralis_yin_params {
  // sizeof(auralis_yin_params), by which the library knows the version of the struct.
  size_t struct_size;
  // Lowest frequency that is searched, in Hz: above sample_rate / (frame_length - 1), below fmax. Default
  // 65.406, the note C2.
  double fmin;
  // Highest frequency that is searched, in Hz: above fmin, at most sample_rate / 2. Default 2093.0, the note
  // C7.
  double fmax;
  // The first trough of the cumulative mean normalised difference function below this value is the period;
  // above 0. Default 0.1.
  double trough_threshold;
  // Samples in a frame, 4 to 2^20. Default 2048.
  uint32_t frame_length;
  // Samples between frames, 0 to 2^31; 0 stands for frame_length / 4. Default 0.
  uint32_t hop_length;
  // 1: frame t is centred on sample t * hop_length, and the signal is continued at its ends. 0: frame t
  // begins at that sample, and the signal must be as long as a frame. Default 1.
  uint32_t center;
  // How the signal is continued at its ends if center is 1: AURALIS_PAD_*. Default AURALIS_PAD_CONSTANT.
  uint32_t pad_mode;
} auralis_yin_params;

// Parameters of auralis_cqt; auralis_cqt_params_init fills in the defaults.
typedef struct auralis_cqt_params {
  // sizeof(auralis_cqt_params), by which the library knows the version of the struct.
  size_t struct_size;
  // Frequency of the lowest bin in Hz, 1 to sample_rate / 2. Default 32.703, the note C1.
  double fmin;
  // Deviation of all bins from fmin, in fractions of a bin, -1000 to 1000. NaN: it is estimated from the
  // signal. Default 0.
  double tuning;
  // Factor of the lengths of the filters, 0.25 to 16. Below 1 time is resolved better, above 1 frequency.
  // Default 1.
  double filter_scale;
  // Number of bins, 1 to 4096. The highest must end below sample_rate / 2. Default 84.
  uint32_t n_bins;
  // Bins per octave, 1 to 960. Default 12.
  uint32_t bins_per_octave;
  // Samples between frames, 1 to 2^20. Default 512.
  uint32_t hop_length;
  // How the signal is continued at its ends: AURALIS_PAD_*. Default AURALIS_PAD_CONSTANT.
  uint32_t pad_mode;
} auralis_cqt_params;

// Parameters of auralis_chroma_cqt and its stream; auralis_chroma_params_init fills in the defaults.
typedef struct auralis_chroma_params {
  // sizeof(auralis_chroma_params), by which the library knows the version of the struct.
  size_t struct_size;
  // Frequency of the lowest bin in Hz, 1 to sample_rate / 2. Default 32.703, the note C1.
  double fmin;
  // Deviation of all bins from fmin, in fractions of a bin, -1000 to 1000. NaN: it is estimated from the
  // signal. Default NaN.
  double tuning;
  // Samples between frames, 1 to 2^20. Default 512.
  uint32_t hop_length;
  // Number of pitch classes, 1 to bins_per_octave; the first is C. Default 12.
  uint32_t n_chroma;
  // Number of octaves above fmin, 1 to 64. The highest bin must end below sample_rate / 2. Default 7.
  uint32_t n_octaves;
  // Bins per octave of the constant-Q transform, a multiple of n_chroma, up to 960. Default 36.
  uint32_t bins_per_octave;
  // How each frame is normalised: AURALIS_NORM_*. Default AURALIS_NORM_MAX.
  uint32_t norm;
  // How the signal is continued at its ends: AURALIS_PAD_*. Default AURALIS_PAD_CONSTANT.
  uint32_t pad_mode;
} auralis_chroma_params;

// Parameters of auralis_onset_strength; auralis_onset_strength_params_init fills in the defaults.
typedef struct auralis_onset_strength_params {
  // sizeof(auralis_onset_strength_params), by which the library knows the version of the struct.
  size_t struct_size;
  // Lower edge of the lowest mel band in Hz, 0 to below fmax. Default 0.
  double fmin;
  // Upper edge of the highest mel band in Hz, above fmin and up to sample_rate / 2, for which 0 stands.
  // Default 0.
  double fmax;
  // Samples in a frame, 2 to 2^20. Default 2048.
  uint32_t n_fft;
  // Samples between frames, 0 to 2^31; 0 stands for n_fft / 4. Default 512.
  uint32_t hop_length;
  // Number of mel bands, 1 to 2048. Default 128.
  uint32_t n_mels;
  // Distance of the two frames that are compared, in frames, 1 to 1024. Default 1.
  uint32_t lag;
  // Width of the maximum filter along frequency that is applied to the earlier frame, in bands, 1 to n_mels.
  // Default 1, no filter.
  uint32_t max_size;
  // 1: slow changes are removed by the filter (1 - z^-1) / (1 - 0.99 z^-1). Default 0.
  uint32_t detrend;
  // 1: the envelope is delayed by n_fft / (2 hop_length) frames, to where the new samples of a frame are.
  // Default 1.
  uint32_t center;
  // How the rises of all bands become one number: AURALIS_AGGREGATE_*. Default AURALIS_AGGREGATE_MEAN.
  uint32_t aggregate;
} auralis_onset_strength_params;

// Parameters of auralis_onset_detect; auralis_onset_detect_params_init fills in the defaults.
typedef struct auralis_onset_detect_params {
  // sizeof(auralis_onset_detect_params), by which the library knows the version of the struct.
  size_t struct_size;
  // Least height of a peak above the mean of the 100 ms before and after it; at least 0. Default 0.07.
  double delta;
  // Samples between the frames of the envelope, 1 to 2^20. Default 512.
  uint32_t hop_length;
  // 1: the envelope is first shifted and scaled to the range 0 to 1. Default 1.
  uint32_t normalize;
} auralis_onset_detect_params;

// Parameters of auralis_tempo; auralis_tempo_params_init fills in the defaults.
typedef struct auralis_tempo_params {
  // sizeof(auralis_tempo_params), by which the library knows the version of the struct.
  size_t struct_size;
  // Tempo at which the log-normal prior is largest, in BPM, above 0 and finite. Default 120.
  double start_bpm;
  // Standard deviation of the prior in octaves, above 0 and finite. Default 1.
  double std_bpm;
  // Length of the autocorrelation window in seconds: at least two frames, at most 600. Default 8.
  double ac_size;
  // Tempos of this and more are excluded, in BPM, above 0; infinite: none is. Default 320.
  double max_tempo;
  // Samples between the frames of the envelope, 1 to 2^20. Default 512.
  uint32_t hop_length;
  // Has no meaning yet and must be 0.
  uint32_t reserved;
} auralis_tempo_params;

// Parameters of auralis_beat_track; auralis_beat_track_params_init fills in the defaults.
typedef struct auralis_beat_track_params {
  // sizeof(auralis_beat_track_params), by which the library knows the version of the struct.
  size_t struct_size;
  // Tempo in BPM, above 0, with a beat every 1 to 1e6 frames. NaN: the tempo that auralis_tempo finds.
  // Default NaN.
  double bpm;
  // Tempo at which the prior of that estimate is largest, in BPM, above 0 and finite. Default 120.
  double start_bpm;
  // How strictly the beats keep to the tempo, above 0 and finite. Default 100.
  double tightness;
  // Samples between the frames of the envelope, 1 to 2^20. Default 512.
  uint32_t hop_length;
  // 1: weak beats at both ends are left out. Default 1.
  uint32_t trim;
} auralis_beat_track_params;

// Parameters of auralis_spectral_centroid, auralis_spectral_rolloff and auralis_spectral_flatness;
// auralis_spectral_params_init fills in the defaults.
typedef struct auralis_spectral_params {
  // sizeof(auralis_spectral_params), by which the library knows the version of the struct.
  size_t struct_size;
  // Share of the sum of magnitudes that lies below the rolloff, above 0 and below 1. Default 0.85.
  double roll_percent;
  // Exponent of the magnitudes of the flatness, above 0 and up to 8. Default 2.
  double power;
  // Smallest value that enters the flatness, above 0 and finite. Default 1e-10.
  double amin;
  // Samples in a frame, 2 to 2^20. Default 2048.
  uint32_t n_fft;
  // Samples between frames, 0 to 2^31; 0 stands for n_fft / 4. Default 512.
  uint32_t hop_length;
  // Samples of the Hann window, 0 to n_fft; 0 stands for n_fft. Default 0.
  uint32_t win_length;
  // 1: frame t is centred on sample t * hop_length, and the signal is continued at its ends. 0: frame t
  // begins at that sample, and the signal must be as long as a frame. Default 1.
  uint32_t center;
  // How the signal is continued at its ends if center is 1: AURALIS_PAD_*. Default AURALIS_PAD_CONSTANT.
  uint32_t pad_mode;
  // Has no meaning yet and must be 0.
  uint32_t reserved;
} auralis_spectral_params;

// Parameters of auralis_rms; auralis_rms_params_init fills in the defaults.
typedef struct auralis_rms_params {
  // sizeof(auralis_rms_params), by which the library knows the version of the struct.
  size_t struct_size;
  // Samples in a frame, 1 to 2^20. Default 2048.
  uint32_t frame_length;
  // Samples between frames, 1 to 2^31. Default 512.
  uint32_t hop_length;
  // 1: frame t is centred on sample t * hop_length, and the signal is continued at its ends. 0: frame t
  // begins at that sample, and the signal must be as long as a frame. Default 1.
  uint32_t center;
  // How the signal is continued at its ends if center is 1: AURALIS_PAD_*. Default AURALIS_PAD_CONSTANT.
  uint32_t pad_mode;
} auralis_rms_params;

// Parameters of auralis_zero_crossing_rate; auralis_zero_crossing_rate_params_init fills in the defaults.
typedef struct auralis_zero_crossing_rate_params {
  // sizeof(auralis_zero_crossing_rate_params), by which the library knows the version of the struct.
  size_t struct_size;
  // Samples in a frame, 1 to 2^20. Default 2048.
  uint32_t frame_length;
  // Samples between frames, 1 to 2^31. Default 512.
  uint32_t hop_length;
  // 1: frame t is centred on sample t * hop_length, and the first and the last sample go on beyond the
  // ends. 0: frame t begins at that sample, and the signal must be as long as a frame. Default 1.
  uint32_t center;
  // Has no meaning yet and must be 0.
  uint32_t reserved;
  // What lies within this of zero is zero, which counts as positive; 0 to 1e100. Default 1e-10.
  double threshold;
} auralis_zero_crossing_rate_params;

// Parameters of auralis_loudness; auralis_loudness_params_init fills in the defaults.
typedef struct auralis_loudness_params {
  // sizeof(auralis_loudness_params), by which the library knows the version of the struct.
  size_t struct_size;
  // 1: the true peak is measured, which takes longer than everything else. 0: it is NaN. Default 1.
  uint32_t true_peak;
  // Where the loudspeakers of the channels stand: the bits of the channel mask of WAVE files, one for each
  // channel, whose order is that of the bits. 0: what is usual for their number. Default 0.
  uint32_t channel_mask;
} auralis_loudness_params;

// Parameters of auralis_fingerprint and its stream; auralis_fingerprint_params_init fills in the defaults.
typedef struct auralis_fingerprint_params {
  // sizeof(auralis_fingerprint_params), by which the library knows the version of the struct.
  size_t struct_size;
  // The dimensions to compute, as a sum of AURALIS_GROUP_*, 1 to 63; the others are NaN. Default 63, all.
  uint32_t groups;
  // 1: the time of each kernel is measured, for auralis_fingerprint_stream_seconds. The stream then reads
  // the clock, which on some machines is a system call. Default 0.
  uint32_t timing;
  // Where the loudspeakers of the channels stand, for the loudness; as in auralis_loudness_params. Default
  // 0, what is usual for their number.
  uint32_t channel_mask;
  // Has no meaning yet and must be 0.
  uint32_t reserved;
} auralis_fingerprint_params;

// Parameters of auralis_profile. Fill with auralis_profile_params_init.
typedef struct auralis_profile_params {
  // sizeof(auralis_profile_params)
  size_t struct_size;
  // The dimensions of the fingerprint to compute, the others being NaN: AURALIS_GROUP_*, added. Default all,
  // 63. The loudness is NaN unless AURALIS_GROUP_LEVEL or AURALIS_GROUP_DYNAMICS is among them.
  uint32_t groups;
  // 1 to measure the third octaves; 0: they are NaN. Default 1.
  uint32_t third_octaves;
} auralis_profile_params;

// What is asked of a master. Fill with auralis_target_params_init or auralis_target_params_preset.
typedef struct auralis_target_params {
  // sizeof(auralis_target_params)
  size_t struct_size;
  // Integrated loudness, -30 to -5 LUFS; NaN: chosen by the track or the reference. Default NaN.
  double loudness;
  // Highest true peak, -9 to 0 dBTP; NaN: chosen by the loudness. Default NaN.
  double peak;
  // How much of the changes of sound (tone, dynamics, width) to make, 0 to 1; 0 leaves the track unchanged,
  // whatever else is asked. Default 0.7.
  double intensity;
  // The most loudness that the limiter may cost, 0 to 6 LU. Default 1.5.
  double limiting;
  // The most gain, 0 to 60 dB. Default 20.
  double gain_max;
  // Taste, -1 to 1: more bass and less treble. Default 0, as of all tastes.
  double warmth;
  // Taste, -1 to 1: more treble and less bass.
  double brightness;
  // Taste, -1 to 1: more or less compression.
  double punch;
  // Taste, -1 to 1: a wider or a narrower image.
  double width;
  // Taste, -1 to 1: up to 3 LU more or less than the loudness that is chosen.
  double loud;
} auralis_target_params;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

// What a status means, in English: a static string, never NULL, also for a number that is no status.
const char *auralis_status_message(int32_t status);

// Copies the message of the calling thread's last error into `buffer`: the argument, its value and what is
// allowed, as UTF-8. It is empty if no call of this thread has failed; a call that succeeds leaves it as
// it is.
//
// `buffer`: room for `capacity` bytes, to which the message is cut, between characters and with a final
// NUL; 256 suffice for every parameter that is refused. It may be NULL if `capacity` is 0.
//
// Returns the number of bytes that the whole message needs, its final NUL included.
//
// Memory:
// `buffer` is NULL or points to `capacity` writable bytes.
size_t auralis_last_error(char *buffer, size_t capacity);

// The version of the library, "major.minor.patch": a static string.
const char *auralis_version(void);

// The version of the binary interface. A program that was built for one number runs with every library
// that returns it.
uint32_t auralis_abi_version(void);

// Fills `params` with the defaults and sets its struct_size to `size`, which is
// sizeof(auralis_hpss_params).
//
// Errors:
// INVALID_ARGUMENT: `size` is no multiple of sizeof(size_t), or above 4096.
//
// Memory:
// `params` points to `size` writable bytes.
int32_t auralis_hpss_params_init(struct auralis_hpss_params *params, size_t size);

// Separates a signal into its harmonic and its percussive part, as librosa.effects.hpss does: the
// magnitudes of the short-time Fourier transform are smoothed by a median along time (H) and one along
// frequency (P), the spectrum is multiplied by the masks H^p / (H^p + (m P)^p) and P^p / (P^p + (m H)^p)
// with power p and margin m, and transformed back (D. Fitzgerald, DAFx 2010; margins: J. Driedger, M.
// Mueller and S. Disch, ISMIR 2014). With both margins at 1 the parts add up to the signal.
//
// `audio`: `n_samples` samples of one channel, at least 1. `harmonic`, `percussive`: room for `n_samples`
// doubles each, in the unit of the audio.
//
// Errors:
// INVALID_ARGUMENT: a parameter outside its range; audio shorter than a frame if center is 0.
// NON_FINITE_INPUT. OUT_OF_MEMORY.
//
// Memory:
// `audio` points to `n_samples` readable doubles, `harmonic` and `percussive` to as many writable ones;
// `params` is NULL or points to as many readable bytes as its struct_size says.
int32_t auralis_hpss(const double *audio,
                     size_t n_samples,
                     const struct auralis_hpss_params *params,
                     double *harmonic,
                     double *percussive);

// Makes a stream that takes a signal in blocks of up to `max_block` samples, at least 1, and gives what
// auralis_hpss gives for the whole signal, bit for bit. All memory is allocated here.
//
// `sample_rate`: in Hz, 8000 to 384000; the separation does not depend on it. `handle`: where the stream
// is written, which auralis_hpss_stream_free frees.
//
// Errors:
// INVALID_ARGUMENT: `sample_rate`, `max_block` or a parameter outside its range. OUT_OF_MEMORY.
//
// Memory:
// `params` is NULL or points to as many readable bytes as its struct_size says; `handle` points to a
// writable pointer.
int32_t auralis_hpss_stream_new(double sample_rate,
                                const struct auralis_hpss_params *params,
                                size_t max_block,
                                struct auralis_hpss_stream **handle);

// Takes the next `n_samples` of the signal, 1 to max_block, and writes the samples of both parts that are
// ready. It never allocates, locks or blocks. If it fails, it takes and writes nothing.
//
// `harmonic` and `percussive`: room for `capacity` doubles each; as many as auralis_hpss_stream_max_output
// says always suffice. `n_written`: how many samples were written to each.
//
// Errors:
// INVALID_ARGUMENT: `n_samples` outside its range. BUFFER_TOO_SMALL. NON_FINITE_INPUT. PANIC: also if an
// earlier call returned it.
//
// Memory:
// `handle` comes from auralis_hpss_stream_new and no other call uses it at the same time; `audio` points
// to `n_samples` readable doubles, `harmonic` and `percussive` to `capacity` writable ones; `n_written`
// points to a writable size_t.
int32_t auralis_hpss_stream_push(struct auralis_hpss_stream *handle,
                                 const double *audio,
                                 size_t n_samples,
                                 double *harmonic,
                                 double *percussive,
                                 size_t capacity,
                                 size_t *n_written);

// Ends the signal and writes the samples that are left, as auralis_hpss_stream_push does; the stream is
// then as new. It never allocates, locks or blocks. If it fails, the signal has not ended.
//
// Errors:
// INVALID_ARGUMENT: no signal, or audio shorter than a frame if center is 0. BUFFER_TOO_SMALL. PANIC: also
// if an earlier call returned it.
//
// Memory:
// As for auralis_hpss_stream_push.
int32_t auralis_hpss_stream_finish(struct auralis_hpss_stream *handle,
                                   double *harmonic,
                                   double *percussive,
                                   size_t capacity,
                                   size_t *n_written);

// Writes the largest number of samples by which the output lags behind the input.
//
// Errors:
// PANIC: also if an earlier call returned it.
//
// Memory:
// `handle` comes from auralis_hpss_stream_new; `samples` points to a writable size_t.
int32_t auralis_hpss_stream_latency(const struct auralis_hpss_stream *handle, size_t *samples);

// Writes the largest number of samples that a push of `block` samples, or finish if `block` is 0, can
// write to each part.
//
// Errors:
// INVALID_ARGUMENT: `block` above max_block. PANIC: also if an earlier call returned it.
//
// Memory:
// `handle` comes from auralis_hpss_stream_new; `n_written` points to a writable size_t.
int32_t auralis_hpss_stream_max_output(const struct auralis_hpss_stream *handle,
                                       size_t block,
                                       size_t *n_written);

// Forgets the signal; the stream is then as new. It never allocates, locks or blocks.
//
// Errors:
// PANIC: also if an earlier call returned it.
//
// Memory:
// `handle` comes from auralis_hpss_stream_new and no other call uses it at the same time.
int32_t auralis_hpss_stream_reset(struct auralis_hpss_stream *handle);

// Frees a stream; NULL is allowed and does nothing.
//
// Memory:
// `handle` is NULL or comes from auralis_hpss_stream_new, and is not used again.
void auralis_hpss_stream_free(struct auralis_hpss_stream *handle);

// Fills `params` with the defaults and sets its struct_size to `size`, which is
// sizeof(auralis_yin_params).
//
// Errors:
// INVALID_ARGUMENT: `size` is no multiple of sizeof(size_t), or above 4096.
//
// Memory:
// `params` points to `size` writable bytes.
int32_t auralis_yin_params_init(struct auralis_yin_params *params, size_t size);

// Writes the number of frames that auralis_yin gives for a signal of `n_samples`: 1 + n_samples /
// hop_length if center is 1, else 1 + (n_samples - frame_length) / hop_length, rounded down. Costs
// nothing.
//
// Errors:
// INVALID_ARGUMENT: `n_samples` is 0 or, with center 0, below frame_length; a parameter outside its range.
//
// Memory:
// `params` is NULL or points to as many readable bytes as its struct_size says; `n_frames` points to a
// writable size_t.
int32_t auralis_yin_frames(size_t n_samples, const struct auralis_yin_params *params, size_t *n_frames);

// Estimates the fundamental frequency of each frame in Hz, as librosa.yin does (A. de Cheveigne and H.
// Kawahara, JASA 111(4), 2002): the period is the first trough below trough_threshold of the difference
// function `d(k) = sum (x[i] - x[i + k])^2`, divided by its mean up to k, and is refined by a parabola.
// Without such a trough it is the deepest one; a silent frame gets the highest frequency that is searched.
//
// `audio`: `n_samples` samples of one channel, at least 1. `sample_rate`: in Hz, 8000 to 384000. `f0`:
// room for `capacity` doubles, at least as many as auralis_yin_frames says; shape `[n_frames]`.
//
// Errors:
// INVALID_ARGUMENT: `sample_rate` or a parameter outside its range; audio shorter than a frame if center
// is 0. BUFFER_TOO_SMALL. NON_FINITE_INPUT. OUT_OF_MEMORY.
//
// Memory:
// `audio` points to `n_samples` readable doubles, `f0` to `capacity` writable ones; `params` is NULL or
// points to as many readable bytes as its struct_size says.
int32_t auralis_yin(const double *audio,
                    size_t n_samples,
                    double sample_rate,
                    const struct auralis_yin_params *params,
                    double *f0,
                    size_t capacity);

// Makes a stream that takes a signal in blocks of up to `max_block` samples, at least 1, and gives what
// auralis_yin gives for the whole signal, bit for bit. All memory is allocated here.
//
// `sample_rate`: in Hz, 8000 to 384000. `handle`: where the stream is written, which
// auralis_yin_stream_free frees.
//
// Errors:
// INVALID_ARGUMENT: `sample_rate`, `max_block` or a parameter outside its range. OUT_OF_MEMORY.
//
// Memory:
// `params` is NULL or points to as many readable bytes as its struct_size says; `handle` points to a
// writable pointer.
int32_t auralis_yin_stream_new(double sample_rate,
                               const struct auralis_yin_params *params,
                               size_t max_block,
                               struct auralis_yin_stream **handle);

// Takes the next `n_samples` of the signal, 1 to max_block, and writes the fundamental frequencies in Hz
// of the frames that they complete. It never allocates, locks or blocks. If it fails, it takes and writes
// nothing.
//
// `f0`: room for `capacity` doubles; as many as auralis_yin_stream_max_output says always suffice.
// `n_written`: how many frames were written.
//
// Errors:
// INVALID_ARGUMENT: `n_samples` outside its range. BUFFER_TOO_SMALL. NON_FINITE_INPUT. PANIC: also if an
// earlier call returned it.
//
// Memory:
// `handle` comes from auralis_yin_stream_new and no other call uses it at the same time; `audio` points to
// `n_samples` readable doubles, `f0` to `capacity` writable ones; `n_written` points to a writable size_t.
int32_t auralis_yin_stream_push(struct auralis_yin_stream *handle,
                                const double *audio,
                                size_t n_samples,
                                double *f0,
                                size_t capacity,
                                size_t *n_written);

// Ends the signal and writes the frames that reach beyond its end, as auralis_yin_stream_push does; the
// stream is then as new. It never allocates, locks or blocks. If it fails, the signal has not ended.
//
// Errors:
// BUFFER_TOO_SMALL. PANIC: also if an earlier call returned it.
//
// Memory:
// As for auralis_yin_stream_push.
int32_t auralis_yin_stream_finish(struct auralis_yin_stream *handle,
                                  double *f0,
                                  size_t capacity,
                                  size_t *n_written);

// Writes how many samples from the instant of a frame, t * hop_length, on must arrive before the frame is
// written.
//
// Errors:
// PANIC: also if an earlier call returned it.
//
// Memory:
// `handle` comes from auralis_yin_stream_new; `samples` points to a writable size_t.
int32_t auralis_yin_stream_latency(const struct auralis_yin_stream *handle, size_t *samples);

// Writes the largest number of frames that a push of `block` samples, or finish if `block` is 0, can
// write.
//
// Errors:
// INVALID_ARGUMENT: `block` above max_block. PANIC: also if an earlier call returned it.
//
// Memory:
// `handle` comes from auralis_yin_stream_new; `n_written` points to a writable size_t.
int32_t auralis_yin_stream_max_output(const struct auralis_yin_stream *handle,
                                      size_t block,
                                      size_t *n_written);

// Forgets the signal; the stream is then as new. It never allocates, locks or blocks.
//
// Errors:
// PANIC: also if an earlier call returned it.
//
// Memory:
// `handle` comes from auralis_yin_stream_new and no other call uses it at the same time.
int32_t auralis_yin_stream_reset(struct auralis_yin_stream *handle);

// Frees a stream; NULL is allowed and does nothing.
//
// Memory:
// `handle` is NULL or comes from auralis_yin_stream_new, and is not used again.
void auralis_yin_stream_free(struct auralis_yin_stream *handle);

// Fills `params` with the defaults and sets its struct_size to `size`, which is
// sizeof(auralis_cqt_params).
//
// Errors:
// INVALID_ARGUMENT: `size` is no multiple of sizeof(size_t), or above 4096.
//
// Memory:
// `params` points to `size` writable bytes.
int32_t auralis_cqt_params_init(struct auralis_cqt_params *params, size_t size);

// Writes the number of frames that auralis_cqt gives for a signal of `n_samples`: 1 + n_samples /
// hop_length, rounded down. Costs nothing.
//
// Errors:
// INVALID_ARGUMENT: `n_samples` is 0, or a parameter outside its range.
//
// Memory:
// `params` is NULL or points to as many readable bytes as its struct_size says; `n_frames` points to a
// writable size_t.
int32_t auralis_cqt_frames(size_t n_samples, const struct auralis_cqt_params *params, size_t *n_frames);

// Constant-Q transform (C. Schoerkhuber and A. Klapuri, SMC 2010) with the wavelets, scaling and phase of
// librosa.cqt: bin k has the frequency fmin * 2^((k + tuning) / bins_per_octave), and its frame t is the
// correlation of the signal with the wavelet of that frequency centred on sample t * hop_length. The
// coefficients keep within 1e-4 of the largest to that definition, of which librosa.cqt is an
// approximation.
//
// `audio`: `n_samples` samples of one channel, at least 1. `sample_rate`: in Hz, 8000 to 384000.
// `coefficients`: room for `capacity` doubles, at least 2 * n_bins * auralis_cqt_frames; shape
// `[n_bins][n_frames]` of re, im.
//
// Errors:
// INVALID_ARGUMENT: `sample_rate` or a parameter outside its range; a bin that does not end below
// sample_rate / 2; a filter that would be too long, as fmin is too low. BUFFER_TOO_SMALL.
// NON_FINITE_INPUT. OUT_OF_MEMORY.
//
// Memory:
// `audio` points to `n_samples` readable doubles, `coefficients` to `capacity` writable ones; `params` is
// NULL or points to as many readable bytes as its struct_size says.
int32_t auralis_cqt(const double *audio,
                    size_t n_samples,
                    double sample_rate,
                    const struct auralis_cqt_params *params,
                    double *coefficients,
                    size_t capacity);

// Fills `params` with the defaults and sets its struct_size to `size`, which is
// sizeof(auralis_chroma_params).
//
// Errors:
// INVALID_ARGUMENT: `size` is no multiple of sizeof(size_t), or above 4096.
//
// Memory:
// `params` points to `size` writable bytes.
int32_t auralis_chroma_params_init(struct auralis_chroma_params *params, size_t size);

// Writes the number of frames that auralis_chroma_cqt gives for a signal of `n_samples`: 1 + n_samples /
// hop_length, rounded down. Costs nothing.
//
// Errors:
// INVALID_ARGUMENT: `n_samples` is 0, or a parameter outside its range.
//
// Memory:
// `params` is NULL or points to as many readable bytes as its struct_size says; `n_frames` points to a
// writable size_t.
int32_t auralis_chroma_frames(size_t n_samples, const struct auralis_chroma_params *params, size_t *n_frames);

// Chromagram as librosa.feature.chroma_cqt computes it: in each frame, centred on sample t * hop_length,
// the magnitudes of the constant-Q transform (see auralis_cqt) are added up over all octaves, pitch class
// by pitch class, and the sums are normalised.
//
// `audio`: `n_samples` samples of one channel, at least 1. `sample_rate`: in Hz, 8000 to 384000. `chroma`:
// room for `capacity` doubles, at least n_chroma * auralis_chroma_frames; shape `[n_chroma][n_frames]`, 0
// to 1 but for AURALIS_NORM_NONE.
//
// Errors:
// INVALID_ARGUMENT: `sample_rate` or a parameter outside its range; a bin that does not end below
// sample_rate / 2; a filter that would be too long, as fmin is too low. BUFFER_TOO_SMALL.
// NON_FINITE_INPUT. OUT_OF_MEMORY.
//
// Memory:
// `audio` points to `n_samples` readable doubles, `chroma` to `capacity` writable ones; `params` is NULL
// or points to as many readable bytes as its struct_size says.
int32_t auralis_chroma_cqt(const double *audio,
                           size_t n_samples,
                           double sample_rate,
                           const struct auralis_chroma_params *params,
                           double *chroma,
                           size_t capacity);

// Estimates how far a recording is tuned from A4 = 440 Hz, as librosa.estimate_tuning does from the peaks
// of its spectra: in fractions of a bin, from -0.5 to 0.49 in steps of 0.01; 0 if it has no peak. The frames
// have librosa's 2048 samples up to 96 kHz, where an exact A4 is found 0.1 of a semitone off (0.03 up to 48
// kHz); above, they last as long as 2048 samples do at 44.1 kHz.
//
// `audio`: `n_samples` samples of one channel, at least 1. `sample_rate`: in Hz, 8000 to 384000.
// `bins_per_octave`: 1 to 960; with 12 the result is in fractions of a semitone. `tuning`: where the
// result is written.
//
// Errors:
// INVALID_ARGUMENT: `sample_rate` or `bins_per_octave` outside its range. NON_FINITE_INPUT. OUT_OF_MEMORY.
//
// Memory:
// `audio` points to `n_samples` readable doubles, `tuning` to a writable one.
int32_t auralis_estimate_tuning(const double *audio,
                                size_t n_samples,
                                double sample_rate,
                                uint32_t bins_per_octave,
                                double *tuning);

// Makes a stream that takes a signal in blocks of up to `max_block` samples, at least 1, and gives what
// auralis_chroma_cqt gives for the whole signal, bit for bit. All memory is allocated here.
//
// `sample_rate`: in Hz, 8000 to 384000. `params`: the tuning must be a number, as a stream cannot look
// ahead to estimate it: that of auralis_estimate_tuning for a recording, or 0 for A4 = 440 Hz. NULL is
// therefore refused. `handle`: where the stream is written, which auralis_chroma_stream_free frees.
//
// Errors:
// INVALID_ARGUMENT: `sample_rate`, `max_block` or a parameter outside its range. OUT_OF_MEMORY.
//
// Memory:
// `params` is NULL or points to as many readable bytes as its struct_size says; `handle` points to a
// writable pointer.
int32_t auralis_chroma_stream_new(double sample_rate,
                                  const struct auralis_chroma_params *params,
                                  size_t max_block,
                                  struct auralis_chroma_stream **handle);

// Takes the next `n_samples` of the signal, 1 to max_block, and writes the frames that they complete, one
// after the other, shape `[n_written][n_chroma]`. It never allocates, locks or blocks. If it fails, it
// takes and writes nothing.
//
// `chroma`: room for `capacity` doubles; n_chroma for each frame that auralis_chroma_stream_max_output
// says always suffice. `n_written`: how many frames were written.
//
// Errors:
// INVALID_ARGUMENT: `n_samples` outside its range. BUFFER_TOO_SMALL. NON_FINITE_INPUT. PANIC: also if an
// earlier call returned it.
//
// Memory:
// `handle` comes from auralis_chroma_stream_new and no other call uses it at the same time; `audio` points
// to `n_samples` readable doubles, `chroma` to `capacity` writable ones; `n_written` points to a writable
// size_t.
int32_t auralis_chroma_stream_push(struct auralis_chroma_stream *handle,
                                   const double *audio,
                                   size_t n_samples,
                                   double *chroma,
                                   size_t capacity,
                                   size_t *n_written);

// Ends the signal and writes the frames that reach beyond its end, as auralis_chroma_stream_push does; the
// stream is then as new. It never allocates, locks or blocks. If it fails, the signal has not ended.
//
// Errors:
// BUFFER_TOO_SMALL. PANIC: also if an earlier call returned it.
//
// Memory:
// As for auralis_chroma_stream_push.
int32_t auralis_chroma_stream_finish(struct auralis_chroma_stream *handle,
                                     double *chroma,
                                     size_t capacity,
                                     size_t *n_written);

// Writes how many samples from the instant of a frame, t * hop_length, on must arrive before the frame is
// written, at most.
//
// Errors:
// PANIC: also if an earlier call returned it.
//
// Memory:
// `handle` comes from auralis_chroma_stream_new; `samples` points to a writable size_t.
int32_t auralis_chroma_stream_latency(const struct auralis_chroma_stream *handle, size_t *samples);

// Writes the largest number of frames that a push of `block` samples, or finish if `block` is 0, can
// write.
//
// Errors:
// INVALID_ARGUMENT: `block` above max_block. PANIC: also if an earlier call returned it.
//
// Memory:
// `handle` comes from auralis_chroma_stream_new; `n_written` points to a writable size_t.
int32_t auralis_chroma_stream_max_output(const struct auralis_chroma_stream *handle,
                                         size_t block,
                                         size_t *n_written);

// Forgets the signal; the stream is then as new. It never allocates, locks or blocks.
//
// Errors:
// PANIC: also if an earlier call returned it.
//
// Memory:
// `handle` comes from auralis_chroma_stream_new and no other call uses it at the same time.
int32_t auralis_chroma_stream_reset(struct auralis_chroma_stream *handle);

// Frees a stream; NULL is allowed and does nothing.
//
// Memory:
// `handle` is NULL or comes from auralis_chroma_stream_new, and is not used again.
void auralis_chroma_stream_free(struct auralis_chroma_stream *handle);

// Fills `params` with the defaults and sets its struct_size to `size`, which is
// sizeof(auralis_onset_strength_params).
//
// Errors:
// INVALID_ARGUMENT: `size` is no multiple of sizeof(size_t), or above 4096.
//
// Memory:
// `params` points to `size` writable bytes.
int32_t auralis_onset_strength_params_init(struct auralis_onset_strength_params *params, size_t size);

// Fills `params` with the defaults and sets its struct_size to `size`, which is
// sizeof(auralis_onset_detect_params).
//
// Errors:
// INVALID_ARGUMENT: `size` is no multiple of sizeof(size_t), or above 4096.
//
// Memory:
// `params` points to `size` writable bytes.
int32_t auralis_onset_detect_params_init(struct auralis_onset_detect_params *params, size_t size);

// Fills `params` with the defaults and sets its struct_size to `size`, which is
// sizeof(auralis_tempo_params).
//
// Errors:
// INVALID_ARGUMENT: `size` is no multiple of sizeof(size_t), or above 4096.
//
// Memory:
// `params` points to `size` writable bytes.
int32_t auralis_tempo_params_init(struct auralis_tempo_params *params, size_t size);

// Fills `params` with the defaults and sets its struct_size to `size`, which is
// sizeof(auralis_beat_track_params).
//
// Errors:
// INVALID_ARGUMENT: `size` is no multiple of sizeof(size_t), or above 4096.
//
// Memory:
// `params` points to `size` writable bytes.
int32_t auralis_beat_track_params_init(struct auralis_beat_track_params *params, size_t size);

// Writes the number of frames that auralis_onset_strength gives for a signal of `n_samples`: 1 + n_samples
// / hop_length, rounded down. Costs nothing.
//
// Errors:
// INVALID_ARGUMENT: `n_samples` is 0, or a parameter outside its range.
//
// Memory:
// `params` is NULL or points to as many readable bytes as its struct_size says; `n_frames` points to a
// writable size_t.
int32_t auralis_onset_strength_frames(size_t n_samples,
                                      const struct auralis_onset_strength_params *params,
                                      size_t *n_frames);

// Onset strength envelope as librosa.onset.onset_strength computes it (S. Boeck and G. Widmer, DAFx 2013):
// for each frame, the rise of the level of each mel band in dB above the frame `lag` before, falls
// counting as 0, and the mean or median of all bands.
//
// `audio`: `n_samples` samples of one channel, at least 1. `sample_rate`: in Hz, 8000 to 384000.
// `envelope`: room for `capacity` doubles, at least as many as auralis_onset_strength_frames says; shape
// `[n_frames]`, in dB.
//
// Errors:
// INVALID_ARGUMENT: `sample_rate` or a parameter outside its range. BUFFER_TOO_SMALL. NON_FINITE_INPUT.
// OUT_OF_MEMORY.
//
// Memory:
// `audio` points to `n_samples` readable doubles, `envelope` to `capacity` writable ones; `params` is NULL
// or points to as many readable bytes as its struct_size says.
int32_t auralis_onset_strength(const double *audio,
                               size_t n_samples,
                               double sample_rate,
                               const struct auralis_onset_strength_params *params,
                               double *envelope,
                               size_t capacity);

// Finds the frames of an onset envelope in which an onset lies, ascending, as librosa.onset.onset_detect
// does (S. Boeck, F. Krebs and M. Schedl, ISMIR 2012): values that are the largest of the last 30 ms, at
// least `delta` above the mean of the 100 ms before and after, and more than 30 ms after the onset before.
//
// `envelope`: `n_frames` values of an onset envelope, as auralis_onset_strength gives them, at least 1.
// `sample_rate`: of the audio, in Hz, 8000 to 384000. `frames`: room for `capacity` numbers; n_frames
// always suffice. `n_written`: how many of them were written.
//
// Errors:
// INVALID_ARGUMENT: `sample_rate` or a parameter outside its range. BUFFER_TOO_SMALL. NON_FINITE_INPUT.
// OUT_OF_MEMORY.
//
// Memory:
// `envelope` points to `n_frames` readable doubles, `frames` to `capacity` writable numbers, `n_written`
// to one; `params` is NULL or points to as many readable bytes as its struct_size says.
int32_t auralis_onset_detect(const double *envelope,
                             size_t n_frames,
                             double sample_rate,
                             const struct auralis_onset_detect_params *params,
                             size_t *frames,
                             size_t capacity,
                             size_t *n_written);

// Estimates the tempo of an onset envelope in BPM, as librosa.feature.tempo does from the mean
// autocorrelation of windows of some seconds (P. Grosche, M. Mueller and F. Kurth, ICASSP 2010), weighted
// by a log-normal prior. Where nothing repeats it is the tempo at which the prior is largest.
//
// `envelope`: `n_frames` values of an onset envelope, as auralis_onset_strength gives them, at least 1.
// `sample_rate`: of the audio, in Hz, 8000 to 384000. `bpm`: where the tempo is written.
//
// Errors:
// INVALID_ARGUMENT: `sample_rate` or a parameter outside its range. NON_FINITE_INPUT. OUT_OF_MEMORY.
//
// Memory:
// `envelope` points to `n_frames` readable doubles, `bpm` to a writable one; `params` is NULL or points to
// as many readable bytes as its struct_size says.
int32_t auralis_tempo(const double *envelope,
                      size_t n_frames,
                      double sample_rate,
                      const struct auralis_tempo_params *params,
                      double *bpm);

// Finds the frames of an onset envelope on which a beat falls, ascending, and its tempo in BPM, as
// librosa.beat.beat_track does by dynamic programming (D. P. W. Ellis, JNMR 36(1), 2007). An envelope of
// zeros has no beat and tempo 0. librosa makes the envelope with AURALIS_AGGREGATE_MEDIAN.
//
// `envelope`: `n_frames` values of an onset envelope, as auralis_onset_strength gives them, at least 1.
// `sample_rate`: of the audio, in Hz, 8000 to 384000. `frames`: room for `capacity` numbers; n_frames
// always suffice. `n_written`: how many of them were written. `bpm`: where the tempo is written.
//
// Errors:
// INVALID_ARGUMENT: `sample_rate` or a parameter outside its range. BUFFER_TOO_SMALL. NON_FINITE_INPUT.
// OUT_OF_MEMORY.
//
// Memory:
// `envelope` points to `n_frames` readable doubles, `frames` to `capacity` writable numbers, `n_written`
// to one, `bpm` to a writable double; `params` is NULL or points to as many readable bytes as its
// struct_size says.
int32_t auralis_beat_track(const double *envelope,
                           size_t n_frames,
                           double sample_rate,
                           const struct auralis_beat_track_params *params,
                           size_t *frames,
                           size_t capacity,
                           size_t *n_written,
                           double *bpm);

// Fills `params` with the defaults and sets its struct_size to `size`, which is
// sizeof(auralis_spectral_params).
//
// Errors:
// INVALID_ARGUMENT: `size` is no multiple of sizeof(size_t), or above 4096.
//
// Memory:
// `params` points to `size` writable bytes.
int32_t auralis_spectral_params_init(struct auralis_spectral_params *params, size_t size);

// Fills `params` with the defaults and sets its struct_size to `size`, which is
// sizeof(auralis_rms_params).
//
// Errors:
// INVALID_ARGUMENT: `size` is no multiple of sizeof(size_t), or above 4096.
//
// Memory:
// `params` points to `size` writable bytes.
int32_t auralis_rms_params_init(struct auralis_rms_params *params, size_t size);

// Writes the number of frames that auralis_spectral_centroid, auralis_spectral_rolloff or
// auralis_spectral_flatness gives for a signal of `n_samples`: 1 + n_samples / hop_length if center is 1,
// else 1 + (n_samples - n_fft) / hop_length, rounded down. Costs nothing.
//
// Errors:
// INVALID_ARGUMENT: `n_samples` is 0 or, with center 0, below n_fft; a parameter outside its range.
//
// Memory:
// `params` is NULL or points to as many readable bytes as its struct_size says; `n_frames` points to a
// writable size_t.
int32_t auralis_spectral_frames(size_t n_samples,
                                const struct auralis_spectral_params *params,
                                size_t *n_frames);

// Spectral centroid of each frame in Hz, as librosa.feature.spectral_centroid computes it: sum (f *
// |X(f)|) / sum |X(f)| over the frequencies f of the bins; 0 for silence.
//
// `audio`: `n_samples` samples of one channel, at least 1. `sample_rate`: in Hz, 8000 to 384000.
// `centroid`: room for `capacity` doubles, at least as many as auralis_spectral_frames says; shape
// `[n_frames]`.
//
// Errors:
// INVALID_ARGUMENT: `sample_rate` or a parameter outside its range; audio shorter than a frame if center
// is 0. BUFFER_TOO_SMALL. NON_FINITE_INPUT. OUT_OF_MEMORY.
//
// Memory:
// `audio` points to `n_samples` readable doubles, `centroid` to `capacity` writable ones; `params` is NULL
// or points to as many readable bytes as its struct_size says.
int32_t auralis_spectral_centroid(const double *audio,
                                  size_t n_samples,
                                  double sample_rate,
                                  const struct auralis_spectral_params *params,
                                  double *centroid,
                                  size_t capacity);

// Spectral rolloff of each frame in Hz, as librosa.feature.spectral_rolloff computes it: the lowest bin up
// to which the magnitudes make up roll_percent of their sum; 0 for silence.
//
// `audio`: `n_samples` samples of one channel, at least 1. `sample_rate`: in Hz, 8000 to 384000.
// `rolloff`: room for `capacity` doubles, at least as many as auralis_spectral_frames says; shape
// `[n_frames]`.
//
// Errors:
// INVALID_ARGUMENT: `sample_rate` or a parameter outside its range; audio shorter than a frame if center
// is 0. BUFFER_TOO_SMALL. NON_FINITE_INPUT. OUT_OF_MEMORY.
//
// Memory:
// `audio` points to `n_samples` readable doubles, `rolloff` to `capacity` writable ones; `params` is NULL
// or points to as many readable bytes as its struct_size says.
int32_t auralis_spectral_rolloff(const double *audio,
                                 size_t n_samples,
                                 double sample_rate,
                                 const struct auralis_spectral_params *params,
                                 double *rolloff,
                                 size_t capacity);

// Spectral flatness of each frame, as librosa.feature.spectral_flatness computes it: the geometric mean of
// max(amin, |X|^power) divided by the arithmetic mean. It is 1 for silence, close to 1 for white noise and
// close to 0 for a tone.
//
// `audio`: `n_samples` samples of one channel, at least 1. `flatness`: room for `capacity` doubles, at
// least as many as auralis_spectral_frames says; shape `[n_frames]`.
//
// Errors:
// INVALID_ARGUMENT: a parameter outside its range; audio shorter than a frame if center is 0.
// BUFFER_TOO_SMALL. NON_FINITE_INPUT. OUT_OF_MEMORY.
//
// Memory:
// `audio` points to `n_samples` readable doubles, `flatness` to `capacity` writable ones; `params` is NULL
// or points to as many readable bytes as its struct_size says.
int32_t auralis_spectral_flatness(const double *audio,
                                  size_t n_samples,
                                  const struct auralis_spectral_params *params,
                                  double *flatness,
                                  size_t capacity);

// Writes the number of frames that auralis_rms gives for a signal of `n_samples`: 1 + n_samples /
// hop_length if center is 1, else 1 + (n_samples - frame_length) / hop_length, rounded down. Costs
// nothing.
//
// Errors:
// INVALID_ARGUMENT: `n_samples` is 0 or, with center 0, below frame_length; a parameter outside its range.
//
// Memory:
// `params` is NULL or points to as many readable bytes as its struct_size says; `n_frames` points to a
// writable size_t.
int32_t auralis_rms_frames(size_t n_samples, const struct auralis_rms_params *params, size_t *n_frames);

// Root mean square of each frame, as librosa.feature.rms computes it: sqrt(sum x^2 / frame_length).
//
// `audio`: `n_samples` samples of one channel, at least 1. `rms`: room for `capacity` doubles, at least as
// many as auralis_rms_frames says; shape `[n_frames]`, in the unit of the audio.
//
// Errors:
// INVALID_ARGUMENT: a parameter outside its range; audio shorter than a frame if center is 0.
// BUFFER_TOO_SMALL. NON_FINITE_INPUT. OUT_OF_MEMORY.
//
// Memory:
// `audio` points to `n_samples` readable doubles, `rms` to `capacity` writable ones; `params` is NULL or
// points to as many readable bytes as its struct_size says.
int32_t auralis_rms(const double *audio,
                    size_t n_samples,
                    const struct auralis_rms_params *params,
                    double *rms,
                    size_t capacity);

// Fills `params` with the defaults and sets its struct_size to `size`, which is
// sizeof(auralis_zero_crossing_rate_params).
//
// Errors:
// INVALID_ARGUMENT: `size` is no multiple of sizeof(size_t), or above 4096.
//
// Memory:
// `params` points to `size` writable bytes.
int32_t auralis_zero_crossing_rate_params_init(struct auralis_zero_crossing_rate_params *params, size_t size);

// Writes the number of frames that auralis_zero_crossing_rate gives for a signal of `n_samples`: 1 +
// n_samples / hop_length if center is 1, else 1 + (n_samples - frame_length) / hop_length, rounded down.
// Costs nothing.
//
// Errors:
// INVALID_ARGUMENT: `n_samples` is 0 or, with center 0, below frame_length; a parameter outside its range.
//
// Memory:
// `params` is NULL or points to as many readable bytes as its struct_size says; `n_frames` points to a
// writable size_t.
int32_t auralis_zero_crossing_rate_frames(size_t n_samples,
                                          const struct auralis_zero_crossing_rate_params *params,
                                          size_t *n_frames);

// Share of the samples of each frame whose sign differs from that of the sample before, as
// librosa.feature.zero_crossing_rate computes it. The first sample of a frame has
// none before it.
//
// `audio`: `n_samples` samples of one channel, at least 1. `rate`: room for `capacity` doubles, at least as
// many as auralis_zero_crossing_rate_frames says; shape `[n_frames]`, 0 to 1.
//
// Errors:
// INVALID_ARGUMENT: a parameter outside its range; audio shorter than a frame if center is 0.
// BUFFER_TOO_SMALL. NON_FINITE_INPUT. OUT_OF_MEMORY.
//
// Memory:
// `audio` points to `n_samples` readable doubles, `rate` to `capacity` writable ones; `params` is NULL or
// points to as many readable bytes as its struct_size says.
int32_t auralis_zero_crossing_rate(const double *audio,
                                   size_t n_samples,
                                   const struct auralis_zero_crossing_rate_params *params,
                                   double *rate,
                                   size_t capacity);

// Fills `params` with the defaults and sets its struct_size to `size`, which is
// sizeof(auralis_loudness_params).
//
// Errors:
// INVALID_ARGUMENT: `size` is no multiple of sizeof(size_t), or above 4096.
//
// Memory:
// `params` points to `size` writable bytes.
int32_t auralis_loudness_params_init(struct auralis_loudness_params *params, size_t size);

// The number of values that auralis_loudness gives: 5 in this version, the indices AURALIS_LOUDNESS_*.
size_t auralis_loudness_len(void);

// Loudness of a track by ITU-R BS.1770-4 and EBU Tech 3342; AURALIS_LOUDNESS_* are the indices of its
// values. One that cannot be measured is NaN: of silence, of less than 0.4 s, or of less than 3 s for the
// range and the short-term loudness.
//
// Channels stand in the order of WAVE files. Without a channel_mask one is C; two are L, R; three L, R, C;
// four L, R, Ls, Rs; five L, R, C, Ls, Rs; six L, R, C, LFE, Ls, Rs; seven L, R, C, LFE, back C, Ls, Rs; and
// eight L, R, C, LFE, back L, back R, Ls, Rs. By annex 3 of BS.1770-4 side channels have the weight 1.41, and
// the back ones where there are no side channels; LFE has 0, and all others have 1.
//
// `interleaved`: `n_frames` frames of `n_channels` (1 to 64) samples, at least 1 frame. `sample_rate`: in
// Hz, 8000 to 384000. `values`: room for `capacity` doubles, at least 5; as many as there is room for are
// written, up to auralis_loudness_len(), which may grow with the version.
//
// Errors:
// INVALID_ARGUMENT: `n_channels`, `sample_rate` or a parameter outside its range, or a channel_mask of
// another number of channels. BUFFER_TOO_SMALL.
// NON_FINITE_INPUT. OUT_OF_MEMORY.
//
// Memory:
// `interleaved` points to `n_frames` times `n_channels` readable doubles, `values` to `capacity` writable
// ones; `params` is NULL or points to as many readable bytes as its struct_size says.
int32_t auralis_loudness(const double *interleaved,
                         size_t n_frames,
                         uint32_t n_channels,
                         double sample_rate,
                         const struct auralis_loudness_params *params,
                         double *values,
                         size_t capacity);

// Writes the number of values, one for each whole 0.1 s, that auralis_momentary_loudness and
// auralis_short_term_loudness give for a signal of `n_frames`. Costs nothing.
//
// Errors:
// INVALID_ARGUMENT: `n_frames` is 0, or `sample_rate` outside 8000 to 384000 Hz.
//
// Memory:
// `n_steps` points to a writable size_t.
int32_t auralis_loudness_steps(size_t n_frames, double sample_rate, size_t *n_steps);

// Momentary loudness in LUFS (ITU-R BS.1770-4, EBU Tech 3341): value i is that of the 0.4 s which end 0.1
// s * (i + 1) after the beginning of the signal. It is NaN if they begin before the signal or are silent.
//
// `interleaved`: `n_frames` frames of `n_channels` (1 to 64) samples, at least 1 frame. `sample_rate`: in
// Hz, 8000 to 384000. Channels are those of auralis_loudness. `loudness`: room for `capacity` doubles, at
// least as many as auralis_loudness_steps says; shape `[n_steps]`.
//
// Errors:
// INVALID_ARGUMENT: `n_channels` or `sample_rate` outside its range. BUFFER_TOO_SMALL. NON_FINITE_INPUT.
// OUT_OF_MEMORY.
//
// Memory:
// `interleaved` points to `n_frames` times `n_channels` readable doubles, `loudness` to `capacity`
// writable ones.
int32_t auralis_momentary_loudness(const double *interleaved,
                                   size_t n_frames,
                                   uint32_t n_channels,
                                   double sample_rate,
                                   double *loudness,
                                   size_t capacity);

// Short-term loudness in LUFS (ITU-R BS.1770-4, EBU Tech 3341): value i is that of the 3 s which end 0.1 s
// * (i + 1) after the beginning of the signal. It is NaN if they begin before the signal or are silent.
//
// `interleaved`: `n_frames` frames of `n_channels` (1 to 64) samples, at least 1 frame. `sample_rate`: in
// Hz, 8000 to 384000. Channels are those of auralis_loudness. `loudness`: room for `capacity` doubles, at
// least as many as auralis_loudness_steps says; shape `[n_steps]`.
//
// Errors:
// INVALID_ARGUMENT: `n_channels` or `sample_rate` outside its range. BUFFER_TOO_SMALL. NON_FINITE_INPUT.
// OUT_OF_MEMORY.
//
// Memory:
// `interleaved` points to `n_frames` times `n_channels` readable doubles, `loudness` to `capacity`
// writable ones.
int32_t auralis_short_term_loudness(const double *interleaved,
                                    size_t n_frames,
                                    uint32_t n_channels,
                                    double sample_rate,
                                    double *loudness,
                                    size_t capacity);

// Fills `params` with the defaults and sets its struct_size to `size`, which is
// sizeof(auralis_fingerprint_params).
//
// Errors:
// INVALID_ARGUMENT: `size` is no multiple of sizeof(size_t), or above 4096.
//
// Memory:
// `params` points to `size` writable bytes.
int32_t auralis_fingerprint_params_init(struct auralis_fingerprint_params *params, size_t size);

// The number of dimensions of a fingerprint: 25 in this version.
size_t auralis_fingerprint_len(void);

// The version of the definitions of the dimensions. Fingerprints of different versions must not be
// compared.
uint32_t auralis_fingerprint_version(void);

// The name of dimension `i`: a static string; NULL if there is no such dimension.
const char *auralis_fingerprint_name(size_t i);

// The unit of dimension `i`, empty for a share or an index: a static string; NULL if there is no such
// dimension.
const char *auralis_fingerprint_unit(size_t i);

// The group of dimension `i`, in lower case: a static string; NULL if there is no such dimension.
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

// How dimension `i` is computed, in a sentence, as UTF-8: a static string; NULL if there is no such
// dimension.
const char *auralis_fingerprint_definition(size_t i);

// The lowest value that dimension `i` can have; NaN if there is no such dimension.
double auralis_fingerprint_lowest(size_t i);

// The highest value that dimension `i` can have, infinite if there is no limit; NaN if there is no such
// dimension.
double auralis_fingerprint_highest(size_t i);

// What is to be said of a fingerprint as a whole: that the signal is silent, or that its channels cancel in
// their mean, so that what is taken from that is NaN; empty if there is nothing to say. A static string; NULL
// if `values` is NULL or `n_values` is not auralis_fingerprint_len().
//
// Memory:
// `values` is NULL or points to `n_values` doubles.
const char *auralis_fingerprint_remark(const double *values, size_t n_values);

// The number of kernels whose time auralis_fingerprint_stream_seconds gives.
size_t auralis_fingerprint_stages(void);

// The name of kernel `i`: a static string; NULL if there is no such kernel.
const char *auralis_fingerprint_stage(size_t i);

// Fingerprint of a track: numbers that describe its spectrum, level, rhythm, harmony, dynamics and stereo
// image, each defined by auralis_fingerprint_definition and in docs/FINGERPRINT.md. One that cannot be
// computed, of silence or too short a signal, is NaN.
//
// `interleaved`: `n_frames` frames of `n_channels` (1 to 64) samples, at least 1 frame. `sample_rate`: in
// Hz, 8000 to 384000. `values`: room for `capacity` doubles, at least 25; as many as there is room for are
// written, up to auralis_fingerprint_len(), which may grow with the version.
//
// Errors:
// INVALID_ARGUMENT: `n_channels`, `sample_rate` or a parameter outside its range. BUFFER_TOO_SMALL.
// NON_FINITE_INPUT. OUT_OF_MEMORY.
//
// Memory:
// `interleaved` points to `n_frames` times `n_channels` readable doubles, `values` to `capacity` writable
// ones; `params` is NULL or points to as many readable bytes as its struct_size says.
int32_t auralis_fingerprint(const double *interleaved,
                            size_t n_frames,
                            uint32_t n_channels,
                            double sample_rate,
                            const struct auralis_fingerprint_params *params,
                            double *values,
                            size_t capacity);

// Makes a stream that takes a signal in blocks of up to `max_block` interleaved frames, at least 1, and
// gives what auralis_fingerprint gives for the whole signal, bit for bit. All memory is allocated here:
// some 60 MiB, of which a short signal uses few pages.
//
// `sample_rate`: in Hz, 8000 to 384000. `n_channels`: 1 to 64. `handle`: where the stream is written,
// which auralis_fingerprint_stream_free frees.
//
// Errors:
// INVALID_ARGUMENT: `sample_rate`, `n_channels`, `max_block` or a parameter outside its range.
// OUT_OF_MEMORY.
//
// Memory:
// `params` is NULL or points to as many readable bytes as its struct_size says; `handle` points to a
// writable pointer.
int32_t auralis_fingerprint_stream_new(double sample_rate,
                                       uint32_t n_channels,
                                       const struct auralis_fingerprint_params *params,
                                       size_t max_block,
                                       struct auralis_fingerprint_stream **handle);

// Takes the next `n_frames` interleaved frames of the signal, 1 to max_block. It never allocates, locks or
// blocks. If it fails, it takes nothing.
//
// Errors:
// INVALID_ARGUMENT: `n_frames` outside its range. NON_FINITE_INPUT. PANIC: also if an earlier call
// returned it.
//
// Memory:
// `handle` comes from auralis_fingerprint_stream_new and no other call uses it at the same time;
// `interleaved` points to `n_frames` times the stream's number of channels of readable doubles.
int32_t auralis_fingerprint_stream_push(struct auralis_fingerprint_stream *handle,
                                        const double *interleaved,
                                        size_t n_frames);

// Ends the signal and writes its fingerprint; the stream is then as new. It computes for up to a fraction
// of a second, but never allocates, locks or waits.
//
// `values`: room for `capacity` doubles, at least 25; as many as there is room for are written, up to
// auralis_fingerprint_len(), which may grow with the version. `n_written`: how many were written.
//
// Errors:
// INVALID_ARGUMENT: no signal. BUFFER_TOO_SMALL. PANIC: also if an earlier call returned it.
//
// Memory:
// `handle` comes from auralis_fingerprint_stream_new and no other call uses it at the same time; `values`
// points to `capacity` writable doubles, `n_written` to a writable size_t.
int32_t auralis_fingerprint_stream_finish(struct auralis_fingerprint_stream *handle,
                                          double *values,
                                          size_t capacity,
                                          size_t *n_written);

// Writes 0: the values are known when the signal ends.
//
// Errors:
// PANIC: also if an earlier call returned it.
//
// Memory:
// `handle` comes from auralis_fingerprint_stream_new; `samples` points to a writable size_t.
int32_t auralis_fingerprint_stream_latency(const struct auralis_fingerprint_stream *handle, size_t *samples);

// Writes the number of values that finish gives if `block` is 0, and 0 for a push of `block` frames.
//
// Errors:
// INVALID_ARGUMENT: `block` above max_block. PANIC: also if an earlier call returned it.
//
// Memory:
// `handle` comes from auralis_fingerprint_stream_new; `n_written` points to a writable size_t.
int32_t auralis_fingerprint_stream_max_output(const struct auralis_fingerprint_stream *handle,
                                              size_t block,
                                              size_t *n_written);

// Writes the seconds that the stream has spent in each kernel since it was made, 0 unless its parameter
// timing is 1; auralis_fingerprint_stage names the kernels.
//
// `seconds`: room for `capacity` doubles, at least 8; as many as there is room for are written, up to
// auralis_fingerprint_stages(), which may grow with the version.
//
// Errors:
// BUFFER_TOO_SMALL. PANIC: also if an earlier call returned it.
//
// Memory:
// `handle` comes from auralis_fingerprint_stream_new; `seconds` points to `capacity` writable doubles.
int32_t auralis_fingerprint_stream_seconds(const struct auralis_fingerprint_stream *handle,
                                           double *seconds,
                                           size_t capacity);

// Forgets the signal; the stream is then as new. It never allocates, locks or blocks.
//
// Errors:
// PANIC: also if an earlier call returned it.
//
// Memory:
// `handle` comes from auralis_fingerprint_stream_new and no other call uses it at the same time.
int32_t auralis_fingerprint_stream_reset(struct auralis_fingerprint_stream *handle);

// Frees a stream; NULL is allowed and does nothing.
//
// Memory:
// `handle` is NULL or comes from auralis_fingerprint_stream_new, and is not used again.
void auralis_fingerprint_stream_free(struct auralis_fingerprint_stream *handle);

// Fills `params`, a struct of `size` bytes, with the defaults.
//
// Memory:
// `params` points to `size` writable bytes.
int32_t auralis_profile_params_init(struct auralis_profile_params *params, size_t size);

// The number of values of a profile, 95.
size_t auralis_profile_len(void);

// The version of the definitions, those of the fingerprint aside (auralis_fingerprint_version).
uint32_t auralis_profile_version(void);

// The name of value `i` of a profile; static text, NULL if there is no such value.
const char *auralis_profile_name(size_t i);

// The unit of value `i` of a profile, empty for a share or an index; static text, NULL if there is no such
// value.
const char *auralis_profile_unit(size_t i);

// What value `i` of a profile is, in a sentence, UTF-8; static text, NULL if there is no such value.
const char *auralis_profile_definition(size_t i);

// The profile of a track: its fingerprint, loudness, peaks and third octaves, defined in docs/MASTERING.md
// and by auralis_profile_definition. One that cannot be computed is NaN.
//
// `interleaved`: `n_frames` frames of `n_channels` (1 to 64) samples. `sample_rate`: 8000 to 384000 Hz.
// `values`: room for auralis_profile_len() doubles, `capacity` of them.
//
// Memory:
// `interleaved` points to `n_frames` times `n_channels` doubles, `values` to `capacity` writable ones;
// `params` is NULL or points to a struct as its struct_size says.
int32_t auralis_profile(const double *interleaved,
                        size_t n_frames,
                        uint32_t n_channels,
                        double sample_rate,
                        const struct auralis_profile_params *params,
                        double *values,
                        size_t capacity);

// One profile of several, so that a master can be like all of them: third octaves are brought to -14 LUFS and
// averaged as power, the other values are averaged. What is NaN is left out, as are the third octaves of a
// track without a loudness.
//
// `profiles`: `n_profiles` (1 or more) times auralis_profile_len() doubles, one after another. `values`: room
// for auralis_profile_len() doubles, `capacity` of them.
//
// Memory:
// `profiles` points to as many doubles as said, `values` to `capacity` writable ones.
int32_t auralis_profile_mean(const double *profiles, size_t n_profiles, double *values, size_t capacity);

// Makes a stream that takes blocks of up to `max_block` frames of `n_channels` (1 to 64) interleaved samples
// and gives what auralis_profile gives for the whole signal, bit for bit. All memory is taken here.
//
// `sample_rate`: 8000 to 384000 Hz. `handle`: to be freed with auralis_profile_stream_free.
//
// Memory:
// `params` is NULL or points to a struct as its struct_size says; `handle` is writable.
int32_t auralis_profile_stream_new(double sample_rate,
                                   uint32_t n_channels,
                                   const struct auralis_profile_params *params,
                                   size_t max_block,
                                   struct auralis_profile_stream **handle);

// Takes the next `n_frames` interleaved frames. Never allocates, locks or blocks. Takes nothing if it
// fails.
//
// Memory:
// `handle` comes from auralis_profile_stream_new and nothing else uses it; `interleaved` points to
// `n_frames` times the stream's channels doubles.
int32_t auralis_profile_stream_push(struct auralis_profile_stream *handle,
                                    const double *interleaved,
                                    size_t n_frames);

// Ends the signal and writes its auralis_profile_len() values; the stream is then as new. Works as long as a
// fraction of a second, but never allocates, locks or waits.
//
// `values`: room for `capacity` doubles. `n_written`: how many were written.
//
// Memory:
// `handle` comes from auralis_profile_stream_new and nothing else uses it; `values` points to `capacity`
// writable doubles; `n_written` is writable.
int32_t auralis_profile_stream_finish(struct auralis_profile_stream *handle,
                                      double *values,
                                      size_t capacity,
                                      size_t *n_written);

// 0: the values are known at the end of the signal.
//
// Memory:
// `handle` comes from auralis_profile_stream_new; `samples` is writable.
int32_t auralis_profile_stream_latency(const struct auralis_profile_stream *handle, size_t *samples);

// The values that finish writes (`block` 0) or a push of `block` frames: none.
//
// Memory:
// `handle` comes from auralis_profile_stream_new; `n_written` is writable.
int32_t auralis_profile_stream_max_output(const struct auralis_profile_stream *handle,
                                          size_t block,
                                          size_t *n_written);

// Forgets the signal; the stream is then as new.
//
// Memory:
// `handle` comes from auralis_profile_stream_new and nothing else uses it.
int32_t auralis_profile_stream_reset(struct auralis_profile_stream *handle);

// Gives the stream's memory back; NULL is a no-op.
//
// Memory:
// `handle` is NULL or comes from auralis_profile_stream_new, and is not used again.
void auralis_profile_stream_free(struct auralis_profile_stream *handle);

// Fills `params`, a struct of `size` bytes, with the defaults.
//
// Memory:
// `params` points to `size` writable bytes.
int32_t auralis_target_params_init(struct auralis_target_params *params, size_t size);

// Fills `params`, a struct of `size` bytes, with the defaults and the tastes of `preset`, one of
// AURALIS_PRESET_*.
//
// Memory:
// `params` points to `size` writable bytes.
int32_t auralis_target_params_preset(struct auralis_target_params *params, size_t size, uint32_t preset);

// The number of targets, 18.
size_t auralis_targets_len(void);

// The version of the rules.
uint32_t auralis_targets_version(void);

// The name of target `i`; static text, NULL if there is no such target.
const char *auralis_targets_name(size_t i);

// The unit of target `i`; static text, NULL if there is no such target.
const char *auralis_targets_unit(size_t i);

// What target `i` is, in a sentence, UTF-8; static text, NULL if there is no such target.
const char *auralis_targets_definition(size_t i);

// What a master of a track should be: 18 numbers at AURALIS_TARGET_*, defined in docs/MASTERING.md and by
// auralis_targets_definition. A value of the profile that is NaN causes nothing; without a loudness (silence,
// less than 0.4 s) all targets are NaN but the peak.
//
// `profile`: `profile_len` doubles, a fingerprint (25) or a profile (95). `reference`: `reference_len` doubles
// likewise, of a track that the master should be like, or NULL. `targets`: room for auralis_targets_len()
// doubles, `capacity` of them.
//
// Errors:
// AURALIS_ERROR_INVALID_ARGUMENT for another length, a value out of its range or infinite, shares that do not
// sum to 100 ± 0.5 % (but may be 0 or NaN throughout), a reference without a loudness, a parameter out of its
// range.
//
// Memory:
// `profile` points to `profile_len` doubles, `targets` to `capacity` writable ones; `reference` is NULL or
// points to `reference_len` doubles; `params` is NULL or points to a struct as its struct_size says.
int32_t auralis_targets(const double *profile,
                        size_t profile_len,
                        const double *reference,
                        size_t reference_len,
                        const struct auralis_target_params *params,
                        double *targets,
                        size_t capacity);

// The targets of many tracks, as auralis_targets gives them for each.
//
// `profiles`: `n_profiles` (1 or more) times `profile_len` (25 or 95) doubles, one track after another.
// `targets`: room for `n_profiles` times auralis_targets_len() doubles, one track after another, `capacity` of
// them. The others as in auralis_targets; an error tells which profile it is about.
//
// Memory:
// `profiles` points to `n_profiles` times `profile_len` doubles, `targets` to `capacity` writable ones;
// `reference` is NULL or points to `reference_len` doubles; `params` is NULL or points to a struct as its
// struct_size says.
int32_t auralis_targets_of_each(const double *profiles,
                                size_t n_profiles,
                                size_t profile_len,
                                const double *reference,
                                size_t reference_len,
                                const struct auralis_target_params *params,
                                double *targets,
                                size_t capacity);

// Why the targets are what auralis_targets says: how much each cause moves each target.
//
// `parts`: room for auralis_targets_len() rows of AURALIS_CAUSES doubles, the causes of a target side by side,
// `capacity` doubles. Columns are the dimensions of the fingerprint, then what is at AURALIS_CAUSE_*. One after
// another the dimensions take the track's values in place of neutral ones, then the reference comes in, then
// the preferences, then the limits. A row sums to its target within 1e-12; rows of targets that are NaN are
// NaN. The others as in auralis_targets.
//
// Memory:
// As for auralis_targets, `parts` in place of `targets`.
int32_t auralis_targets_explain(const double *profile,
                                size_t profile_len,
                                const double *reference,
                                size_t reference_len,
                                const struct auralis_target_params *params,
                                double *parts,
                                size_t capacity);

// The number of settings, 84.
size_t auralis_master_settings_len(void);

// The version of the settings and of the mapper.
uint32_t auralis_master_settings_version(void);

// The name of setting `i`; static text, NULL if there is no such setting.
const char *auralis_master_settings_name(size_t i);

// The unit of setting `i`, empty for a flag; static text, NULL if there is no such setting.
const char *auralis_master_settings_unit(size_t i);

// What setting `i` is, in a sentence, UTF-8; static text, NULL if there is no such setting.
const char *auralis_master_settings_definition(size_t i);

// The settings of the mastering chain that bring a track towards its targets, at AURALIS_SETTING_*: the
// parameter mapper. What only a measurement of the result can tell (makeup, output gain) is 0.
//
// `profile`: `profile_len` = auralis_profile_len() doubles. `reference`: what the targets were made with, 25
// or 95 doubles, or NULL; the third octaves of a profile take the place of the tones. `targets`:
// `targets_len` doubles of auralis_targets, which may be changed within their ranges. `params`: what the
// targets were made with. `settings`: room for auralis_master_settings_len() doubles, `capacity` of them.
//
// Errors:
// AURALIS_ERROR_INVALID_ARGUMENT as auralis_targets, and for targets out of their ranges.
//
// Memory:
// `profile`, `targets` and, unless it is NULL, `reference` point to as many doubles as said, `settings` to
// `capacity` writable ones; `params` is NULL or points to a struct as its struct_size says.
int32_t auralis_master_settings(const double *profile,
                                size_t profile_len,
                                const double *reference,
                                size_t reference_len,
                                const double *targets,
                                size_t targets_len,
                                const struct auralis_target_params *params,
                                double *settings,
                                size_t capacity);

// The number of values of the report of a master, 31.
size_t auralis_master_report_len(void);

// The version of the definitions of the report of a master.
uint32_t auralis_master_report_version(void);

// The name of value `i` of the report of a master; static text, NULL if there is no such value.
const char *auralis_master_report_name(size_t i);

// The unit of value `i` of the report of a master, empty for a share or a count; static text, NULL if there is no such value.
const char *auralis_master_report_unit(size_t i);

// What value `i` of the report of a master is, in a sentence, UTF-8; static text, NULL if there is no such value.
const char *auralis_master_report_definition(size_t i);

// The number of values of the meters of a stream, 9.
size_t auralis_master_meters_len(void);

// The version of the definitions of the meters of a stream.
uint32_t auralis_master_meters_version(void);

// The name of value `i` of the meters of a stream; static text, NULL if there is no such value.
const char *auralis_master_meters_name(size_t i);

// The unit of value `i` of the meters of a stream, empty for a share or a count; static text, NULL if there is no such value.
const char *auralis_master_meters_unit(size_t i);

// What value `i` of the meters of a stream is, in a sentence, UTF-8; static text, NULL if there is no such value.
const char *auralis_master_meters_definition(size_t i);

// Masters a whole signal: finds the settings that bring it to its targets, and runs the chain with them.
// `output` then has `n_frames` frames, aligned with `interleaved`. Nothing is processed, and the samples are
// copied, if the signal is silent or shorter than 0.4 s or the intensity is 0.
//
// `interleaved`: `n_frames` frames of `n_channels` (1 to 64) samples; two are left and right, of another
// number all channels get the same gains. `sample_rate`: 8000 to 384000 Hz. `reference`: a fingerprint or
// a profile, `reference_len` = 25 or 95 doubles, of what the master should be like, or NULL. `output`: room for
// `capacity` doubles, as many as `interleaved` has. `report`: room for `report_capacity` doubles,
// auralis_master_report_len() of them, at AURALIS_REPORT_*.
//
// Errors:
// AURALIS_ERROR_INVALID_ARGUMENT as auralis_targets.
//
// Memory:
// `interleaved` points to `n_frames` times `n_channels` doubles, `reference`, unless it is NULL, to as many as
// said, `output` and `report` to as many writable ones; `params` is NULL or points to a struct as its
// struct_size says.
int32_t auralis_master(const double *interleaved,
                       size_t n_frames,
                       uint32_t n_channels,
                       double sample_rate,
                       const double *reference,
                       size_t reference_len,
                       const struct auralis_target_params *params,
                       double *output,
                       size_t capacity,
                       double *report,
                       size_t report_capacity);

// Makes a stream that takes blocks of up to `max_block` frames of `n_channels` (1 to 64) interleaved samples
// and masters them with fixed settings. All memory is taken here.
//
// `sample_rate`: 8000 to 384000 Hz. `settings`: `settings_len` = auralis_master_settings_len() doubles, at
// AURALIS_SETTING_*. `handle`: to be freed with auralis_master_stream_free.
//
// Errors:
// AURALIS_ERROR_INVALID_ARGUMENT for a setting out of its range, by its name.
//
// Memory:
// `settings` points to `settings_len` doubles; `handle` is writable.
int32_t auralis_master_stream_new(double sample_rate,
                                  uint32_t n_channels,
                                  const double *settings,
                                  size_t settings_len,
                                  size_t max_block,
                                  struct auralis_master_stream **handle);

// Takes the next `n_frames` interleaved frames and writes those that are ready to the front of `output`;
// `n_written` frames. Push and finish together write exactly the frames of the input, aligned to it. Never
// allocates, locks or blocks. Takes nothing if it fails.
//
// `output`: room for `capacity` doubles; auralis_master_stream_max_output times the channels always suffice.
//
// Memory:
// `handle` comes from auralis_master_stream_new and nothing else uses it; `interleaved` points to `n_frames`
// times the stream's channels doubles, `output` to `capacity` writable ones; `n_written` is writable.
int32_t auralis_master_stream_push(struct auralis_master_stream *handle,
                                   const double *interleaved,
                                   size_t n_frames,
                                   double *output,
                                   size_t capacity,
                                   size_t *n_written);

// Ends the signal and writes the frames that are still missing, as auralis_master_stream_push does; the stream
// is then as new, but for its meters, which tell of the signal until the next one begins. Never allocates,
// locks or blocks. The signal has not ended if it fails.
//
// Memory:
// As for auralis_master_stream_push.
int32_t auralis_master_stream_finish(struct auralis_master_stream *handle,
                                     double *output,
                                     size_t capacity,
                                     size_t *n_written);

// What the stream's meters tell, at AURALIS_METER_*, of the output so far; NaN cannot be told yet. Never
// allocates, locks or blocks.
//
// `values`: room for auralis_master_meters_len() doubles, `capacity` of them.
//
// Memory:
// `handle` comes from auralis_master_stream_new; `values` points to `capacity` writable doubles.
int32_t auralis_master_stream_meters(const struct auralis_master_stream *handle,
                                     double *values,
                                     size_t capacity);

// The frames by which the output lags behind the input; they depend on sample rate and lookahead alone.
//
// Memory:
// `handle` comes from auralis_master_stream_new; `samples` is writable.
int32_t auralis_master_stream_latency(const struct auralis_master_stream *handle, size_t *samples);

// The most frames that one push of `block` frames can write, or finish if `block` is 0.
//
// Memory:
// `handle` comes from auralis_master_stream_new; `n_written` is writable.
int32_t auralis_master_stream_max_output(const struct auralis_master_stream *handle,
                                         size_t block,
                                         size_t *n_written);

// Forgets the signal; the stream is then as new.
//
// Memory:
// `handle` comes from auralis_master_stream_new and nothing else uses it.
int32_t auralis_master_stream_reset(struct auralis_master_stream *handle);

// Gives the stream's memory back; NULL is a no-op.
//
// Memory:
// `handle` is NULL or comes from auralis_master_stream_new, and is not used again.
void auralis_master_stream_free(struct auralis_master_stream *handle);

// Makes a solver for a signal that need not lie in memory: push it whole, then ask auralis_master_solver_next
// whether it is needed again. Takes blocks of up to `max_block` frames of `n_channels` (1 to 64) interleaved
// samples. A stream with the settings that it finds gives what auralis_master gives, bit for bit.
//
// `sample_rate`: 8000 to 384000 Hz. `reference`: a fingerprint or a profile, `reference_len` = 25 or 95
// doubles, of what the master should be like, or NULL. `handle`: to be freed with auralis_master_solver_free.
//
// Errors:
// AURALIS_ERROR_INVALID_ARGUMENT as auralis_targets.
//
// Memory:
// `reference`, unless it is NULL, points to as many doubles as said; `params` is NULL or points to a struct as
// its struct_size says; `handle` is writable.
int32_t auralis_master_solver_new(double sample_rate,
                                  uint32_t n_channels,
                                  const double *reference,
                                  size_t reference_len,
                                  const struct auralis_target_params *params,
                                  size_t max_block,
                                  struct auralis_master_solver **handle);

// Takes the next `n_frames` interleaved frames of the pass. Takes nothing if it fails.
//
// Errors:
// AURALIS_ERROR_INVALID_ARGUMENT for more frames than the first pass had, and once the settings are found.
//
// Memory:
// `handle` comes from auralis_master_solver_new and nothing else uses it; `interleaved` points to `n_frames`
// times the solver's channels doubles.
int32_t auralis_master_solver_push(struct auralis_master_solver *handle,
                                   const double *interleaved,
                                   size_t n_frames);

// The next frame begins a track of an album: all tracks get the same settings, and the loudness is that of the
// loudest. To be called in the first pass; later ones know the borders.
//
// Memory:
// `handle` comes from auralis_master_solver_new and nothing else uses it.
int32_t auralis_master_solver_mark(struct auralis_master_solver *handle);

// Ends a pass. `again`: 1 if the same signal must be pushed again, 0 if the settings are found.
//
// Errors:
// AURALIS_ERROR_INVALID_ARGUMENT for a pass of another length than the first; it must be repeated.
//
// Memory:
// `handle` comes from auralis_master_solver_new and nothing else uses it; `again` is writable.
int32_t auralis_master_solver_next(struct auralis_master_solver *handle, uint32_t *again);

// Masters a whole signal as auralis_master does; targets, settings and report can then be had from the solver.
// What was pushed before is forgotten.
//
// `interleaved`: `n_frames` frames, of any number. `output`: room for `capacity` doubles, as many as
// `interleaved` has.
//
// Memory:
// `handle` comes from auralis_master_solver_new and nothing else uses it; `interleaved` points to `n_frames`
// times the solver's channels doubles, `output` to `capacity` writable ones.
int32_t auralis_master_solver_process(struct auralis_master_solver *handle,
                                      const double *interleaved,
                                      size_t n_frames,
                                      double *output,
                                      size_t capacity);

// The profile of the signal, auralis_profile_len() doubles; group harmony only if dynamics run, and of an
// album the loudness of its loudest track; once no further pass is needed.
//
// `values`: room for `capacity` doubles.
//
// Errors:
// AURALIS_ERROR_INVALID_ARGUMENT while passes are needed.
//
// Memory:
// `handle` comes from auralis_master_solver_new; `values` points to `capacity` writable doubles.
int32_t auralis_master_solver_profile(const struct auralis_master_solver *handle,
                                      double *values,
                                      size_t capacity);

// The targets, auralis_targets_len() doubles at AURALIS_TARGET_*; once no further pass is needed.
//
// `values`: room for `capacity` doubles.
//
// Errors:
// AURALIS_ERROR_INVALID_ARGUMENT while passes are needed.
//
// Memory:
// `handle` comes from auralis_master_solver_new; `values` points to `capacity` writable doubles.
int32_t auralis_master_solver_targets(const struct auralis_master_solver *handle,
                                      double *values,
                                      size_t capacity);

// The settings that were found, auralis_master_settings_len() doubles at AURALIS_SETTING_*; once no further pass is needed.
//
// `values`: room for `capacity` doubles.
//
// Errors:
// AURALIS_ERROR_INVALID_ARGUMENT while passes are needed.
//
// Memory:
// `handle` comes from auralis_master_solver_new; `values` points to `capacity` writable doubles.
int32_t auralis_master_solver_settings(const struct auralis_master_solver *handle,
                                       double *values,
                                       size_t capacity);

// The report, auralis_master_report_len() doubles at AURALIS_REPORT_*; once no further pass is needed.
//
// `values`: room for `capacity` doubles.
//
// Errors:
// AURALIS_ERROR_INVALID_ARGUMENT while passes are needed.
//
// Memory:
// `handle` comes from auralis_master_solver_new; `values` points to `capacity` writable doubles.
int32_t auralis_master_solver_report(const struct auralis_master_solver *handle,
                                     double *values,
                                     size_t capacity);

// Forgets the signal; the solver is then as new.
//
// Memory:
// `handle` comes from auralis_master_solver_new and nothing else uses it.
int32_t auralis_master_solver_reset(struct auralis_master_solver *handle);

// Gives the solver's memory back; NULL is a no-op.
//
// Memory:
// `handle` is NULL or comes from auralis_master_solver_new, and is not used again.
void auralis_master_solver_free(struct auralis_master_solver *handle);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* AURALIS_DSP_H */
