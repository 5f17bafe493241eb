//! What each number of the profile is.

use crate::blocks::table::{Field, field};
use crate::blocks::third_octaves::{BANDS, band_names};
use crate::fingerprint;
use crate::profile::LEVELS;

/// Number of values.
pub const LEN: usize = place::SIDE + BANDS;

/// Grows with every change of a definition, the fingerprint's aside, which has a version of its own.
pub const VERSION: u32 = 1;

/// Places of values; the fingerprint comes first.
pub mod place {
    use super::{BANDS, fingerprint};

    pub const INTEGRATED: usize = fingerprint::LEN;
    pub const RANGE: usize = INTEGRATED + 1;
    pub const MAX_MOMENTARY: usize = INTEGRATED + 2;
    pub const MAX_SHORT_TERM: usize = INTEGRATED + 3;
    pub const TRUE_PEAK: usize = INTEGRATED + 4;
    pub const SAMPLE_PEAK: usize = INTEGRATED + 5;
    pub const DC: usize = INTEGRATED + 6;
    pub const DURATION: usize = INTEGRATED + 7;
    /// The first of the 31 third octaves of the mid signal.
    pub const MID: usize = INTEGRATED + 8;
    /// The first of the 31 third octaves of the side signal.
    pub const SIDE: usize = MID + BANDS;
}

/// The values, in their order.
pub const PROFILE: [Field; LEN] = fields();

const fn fields() -> [Field; LEN] {
    const ANY: (f64, f64) = (f64::NEG_INFINITY, f64::INFINITY);
    const POSITIVE: (f64, f64) = (0.0, f64::INFINITY);
    const MID: &std::ffi::CStr = c"mean square of a third octave of the mean of the channels, in Hann frames of 0.37 s (a power of 2 samples) every half of that; -3.01 for a sine of amplitude 1; NaN for a band that is empty (below -200 dB) or reaches above half the sample rate";
    const SIDE: &std::ffi::CStr = c"the same of (L - R) / 2; NaN unless there are two channels";

    let mut fields = [field(c"", c"", ANY, c""); LEN];
    let mut i = 0;
    while i < fingerprint::LEN {
        fields[i] = fingerprint::DIMENSIONS[i].field();
        i += 1;
    }
    fields[place::INTEGRATED] = field(
        c"integrated",
        c"LUFS",
        (-70.0, f64::INFINITY),
        c"integrated loudness, ITU-R BS.1770-4, as auralis_loudness; the same as lufs",
    );
    fields[place::RANGE] = field(c"range", c"LU", POSITIVE, c"loudness range, EBU Tech 3342");
    fields[place::MAX_MOMENTARY] = field(c"max_momentary", c"LUFS", ANY, c"highest loudness of 0.4 s");
    fields[place::MAX_SHORT_TERM] = field(c"max_short_term", c"LUFS", ANY, c"highest loudness of 3 s");
    fields[place::TRUE_PEAK] = field(
        c"true_peak",
        c"dBTP",
        ANY,
        c"highest peak of all channels between the samples, ITU-R BS.1770-4",
    );
    fields[place::SAMPLE_PEAK] = field(c"sample_peak", c"dBFS", ANY, c"largest sample; NaN for silence");
    fields[place::DC] = field(c"dc", c"", POSITIVE, c"largest absolute mean of a channel");
    fields[place::DURATION] = field(c"duration", c"s", POSITIVE, c"length");
    let (mid, side) = (band_names!("mid_"), band_names!("side_"));
    let mut b = 0;
    while b < BANDS {
        fields[place::MID + b] = field(mid[b], c"dB", LEVELS, MID);
        fields[place::SIDE + b] = field(side[b], c"dB", LEVELS, SIDE);
        b += 1;
    }
    fields
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::blocks::table::assert_sound;

    #[test]
    fn the_table_is_sound_and_in_the_order_of_the_places() {
        assert_sound(&PROFILE, VERSION.max(fingerprint::VERSION));
        let expected = [
            (7, "lufs"),
            (25, "integrated"),
            (29, "true_peak"),
            (32, "duration"),
            (33, "mid_20"),
            (50, "mid_1k"),
            (63, "mid_20k"),
            (64, "side_20"),
            (94, "side_20k"),
        ];
        for (i, name) in expected {
            assert_eq!(PROFILE[i].name(), name);
        }
    }
}
