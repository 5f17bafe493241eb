//! What is told of a master: before, after, what was asked and what limited it.

use std::ffi::CStr;

use crate::blocks::table::{Field, field};

/// Grows with every change of the table, and is its last value.
pub const REPORT_VERSION: u32 = 1;

/// Places of single values. Each pair has the value before and, one further, that after.
pub mod report {
    pub const INTEGRATED: usize = 0;
    pub const RANGE: usize = 2;
    pub const MAX_SHORT_TERM: usize = 4;
    pub const TRUE_PEAK: usize = 6;
    pub const SAMPLE_PEAK: usize = 8;
    pub const PEAK_TO_LOUDNESS: usize = 10;
    pub const TARGET_LOUDNESS: usize = 12;
    pub const LOUDNESS_ERROR: usize = 13;
    pub const LIMITED_BY: usize = 14;
    pub const LIMITER_COST: usize = 15;
    pub const LIMITER_MAX: usize = 16;
    pub const LIMITER_MEAN: usize = 17;
    pub const LIMITER_SHARE: usize = 18;
    /// Of the low, the mid and the high band.
    pub const COMPRESSOR: usize = 19;
    pub const EQ_MAX: usize = 22;
    pub const SPECTRAL_ERROR_MAX: usize = 23;
    pub const SPECTRAL_ERROR_MEAN: usize = 24;
    pub const SPECTRAL_ERROR_BEFORE_MEAN: usize = 25;
    pub const GAIN_TOTAL: usize = 26;
    pub const CEILING: usize = 27;
    pub const PASSES: usize = 28;
    pub const LATENCY: usize = 29;
    pub const VERSION: usize = 30;
    /// Number of values.
    pub const LEN: usize = 31;
}

/// What kept a master from the loudness that was asked for: the value at [`report::LIMITED_BY`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LimitedBy {
    Nothing = 0,
    /// More would cost more loudness than the limiter may.
    Limiting = 1,
    /// The whole gain is the most allowed.
    GainMax = 2,
    /// There is nothing to be made loud.
    Silent = 3,
    /// The signal is too short to have a loudness.
    Short = 4,
    /// An intensity of 0 asks for nothing.
    Bypass = 5,
}

/// The report, in the order of the values.
pub const REPORT: [Field; report::LEN] = fields();

const fn fields() -> [Field; report::LEN] {
    const ANY: (f64, f64) = (f64::NEG_INFINITY, f64::INFINITY);
    const POSITIVE: (f64, f64) = (0.0, f64::INFINITY);
    const INTEGRATED: &CStr = c"integrated loudness, of an album that of its loudest track";
    const RANGE: &CStr = c"loudness range, EBU Tech 3342";
    const SHORT_TERM: &CStr = c"highest loudness of 3 s";
    const TRUE_PEAK: &CStr = c"highest peak of all channels between the samples, ITU-R BS.1770-4";
    const SAMPLE_PEAK: &CStr = c"largest sample";
    const RATIO: &CStr = c"true peak less integrated loudness";
    const COMPRESSOR: &CStr = c"mean reduction by the band's dynamics while it is not silent, makeup aside; negative if they expand";
    const SPECTRUM: &CStr =
        c"of the third octaves of the mid signal from 125 Hz to 12.5 kHz beside the reference's, both less their mean, but for those 60 dB below the loudest; NaN without the profile of a reference";
    [
        field(c"integrated_before", c"LUFS", ANY, INTEGRATED),
        field(c"integrated_after", c"LUFS", ANY, INTEGRATED),
        field(c"range_before", c"LU", POSITIVE, RANGE),
        field(c"range_after", c"LU", POSITIVE, RANGE),
        field(c"max_short_term_before", c"LUFS", ANY, SHORT_TERM),
        field(c"max_short_term_after", c"LUFS", ANY, SHORT_TERM),
        field(c"true_peak_before", c"dBTP", ANY, TRUE_PEAK),
        field(c"true_peak_after", c"dBTP", ANY, TRUE_PEAK),
        field(c"sample_peak_before", c"dBFS", ANY, SAMPLE_PEAK),
        field(c"sample_peak_after", c"dBFS", ANY, SAMPLE_PEAK),
        field(c"peak_to_loudness_before", c"LU", ANY, RATIO),
        field(c"peak_to_loudness_after", c"LU", ANY, RATIO),
        field(c"target_loudness", c"LUFS", (-30.0, -5.0), c"the loudness that was asked for"),
        field(c"loudness_error", c"LU", ANY, c"integrated_after less target_loudness"),
        field(
            c"limited_by",
            c"",
            (0.0, 5.0),
            c"what kept the loudness from its target: 0 nothing, 1 limiting (the limiter would cost more), 2 gain_max; nothing is processed if 3 silent, 4 shorter than 0.4 s, 5 bypassed by an intensity of 0",
        ),
        field(c"limiter_cost", c"LU", ANY, c"loudness before the limiter less that after it"),
        field(c"limiter_max", c"dB", POSITIVE, c"the most by which the limiter reduces"),
        field(c"limiter_mean", c"dB", POSITIVE, c"mean reduction by the limiter"),
        field(c"limiter_share", c"", (0.0, 1.0), c"share of the time with a reduction by more than 0.1 dB"),
        field(c"compressor_low", c"dB", ANY, COMPRESSOR),
        field(c"compressor_mid", c"dB", ANY, COMPRESSOR),
        field(c"compressor_high", c"dB", ANY, COMPRESSOR),
        field(c"eq_max", c"dB", POSITIVE, c"largest gain or cut of the equalizer"),
        field(c"spectral_error_max", c"dB", POSITIVE, SPECTRUM),
        field(c"spectral_error_mean", c"dB", POSITIVE, SPECTRUM),
        field(c"spectral_error_before_mean", c"dB", POSITIVE, SPECTRUM),
        field(c"gain_total", c"dB", ANY, c"gain_in plus gain_out"),
        field(c"ceiling", c"dBTP", (-12.0, 0.0), c"what the limiter was set to hold"),
        field(c"passes", c"", POSITIVE, c"how often the signal was gone through"),
        field(c"latency", c"frames", POSITIVE, c"lag of a stream with these settings"),
        field(c"version", c"", POSITIVE, c"version of this table"),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::blocks::table::assert_sound;

    #[test]
    fn the_table_is_sound_and_in_the_order_of_the_places() {
        assert_sound(&REPORT, REPORT_VERSION);
        let expected = [
            (report::INTEGRATED, "integrated_before"),
            (report::PEAK_TO_LOUDNESS + 1, "peak_to_loudness_after"),
            (report::TARGET_LOUDNESS, "target_loudness"),
            (report::LIMITED_BY, "limited_by"),
            (report::LIMITER_SHARE, "limiter_share"),
            (report::COMPRESSOR + 2, "compressor_high"),
            (report::EQ_MAX, "eq_max"),
            (report::SPECTRAL_ERROR_BEFORE_MEAN, "spectral_error_before_mean"),
            (report::CEILING, "ceiling"),
            (report::VERSION, "version"),
        ];
        for (i, name) in expected {
            assert_eq!(REPORT[i].name(), name);
        }
    }
}
