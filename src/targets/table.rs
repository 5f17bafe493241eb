//! What each target is.

use crate::blocks::table::{Field, field};

/// Grows with every change of a rule.
pub const VERSION: u32 = 1;

/// Number of targets.
pub const LEN: usize = 18;

/// Places of the targets.
pub mod target {
    pub const LOUDNESS: usize = 0;
    pub const PEAK: usize = 1;
    /// The first of seven, as the bands of the fingerprint.
    pub const TONE: usize = 2;
    /// The first of three: low, mid, high.
    pub const SLOPE: usize = 9;
    pub const ATTACK: usize = 12;
    pub const RELEASE: usize = 13;
    pub const WIDTH: usize = 14;
    pub const WIDTH_LOW: usize = 15;
    pub const LIMITER_RELEASE: usize = 16;
    pub const LIMITING: usize = 17;
}

/// The gain of a tone, without and with a reference.
pub(super) const TONE_RANGE: (f64, f64) = (-6.0, 6.0);
pub(super) const TONE_RANGE_REFERENCE: (f64, f64) = (-12.0, 12.0);

const TONE: &std::ffi::CStr = c"gain of the band: half of what its share exceeds the tolerance about the average of popular music, at most ±6; towards a reference's share, at most ±12; the tastes warmth and brightness; no boost where the band is empty";
const SLOPE: &std::ffi::CStr = c"gain in dB per dB above the threshold: compresses by what the peaks must come down beyond 5 dB, less on sustained tones; more or less with punch; gently expands what is flat and need not become louder";

/// The targets, in the order of the values.
pub const TARGETS: [Field; LEN] = [
    field(c"loudness", c"LUFS", (-30.0, -5.0), c"integrated loudness: -14, up to 3 LU less for very dynamic music, or the reference's; 3 LU up or down by the taste loud; as asked, if asked"),
    field(c"peak", c"dBTP", (-9.0, 0.0), c"highest true peak: -1, down to -2 for a loudness above -14; as asked, if asked"),
    field(c"tone_sub_bass", c"dB", TONE_RANGE_REFERENCE, TONE),
    field(c"tone_bass", c"dB", TONE_RANGE_REFERENCE, TONE),
    field(c"tone_low_mid", c"dB", TONE_RANGE_REFERENCE, TONE),
    field(c"tone_mid", c"dB", TONE_RANGE_REFERENCE, TONE),
    field(c"tone_upper_mid", c"dB", TONE_RANGE_REFERENCE, TONE),
    field(c"tone_presence", c"dB", TONE_RANGE_REFERENCE, TONE),
    field(c"tone_air", c"dB", TONE_RANGE_REFERENCE, TONE),
    field(c"slope_low", c"dB/dB", (-0.5, 0.15), SLOPE),
    field(c"slope_mid", c"dB/dB", (-0.5, 0.15), SLOPE),
    field(c"slope_high", c"dB/dB", (-0.5, 0.15), SLOPE),
    field(c"attack", c"ms", (3.0, 20.0), c"time constant of the dynamics, 160 / C², C the crest factor as a ratio"),
    field(c"release", c"ms", (40.0, 250.0), c"2000 / C² less the attack"),
    field(c"width", c"dB", (-6.0, 3.0), c"gain of the side signal: what is narrower or wider than usual moves towards that, out-of-phase channels become narrower; towards a reference's width; the taste width"),
    field(c"width_low", c"dB", (-6.0, 0.0), c"gain of the side signal below 120 Hz, added to width: a wide bass becomes narrower"),
    field(c"limiter_release", c"ms", (60.0, 300.0), c"350 / onsets per second: a third of the mean time between them"),
    field(c"limiting", c"LU", (0.0, 6.0), c"the most loudness that the limiter may cost, as asked"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::blocks::table::assert_sound;

    #[test]
    fn the_table_is_sound_and_in_the_order_of_the_places() {
        assert_sound(&TARGETS, VERSION);
        let expected = [
            (target::TONE, "tone_sub_bass"),
            (target::SLOPE, "slope_low"),
            (target::ATTACK, "attack"),
            (target::WIDTH_LOW, "width_low"),
            (target::LIMITING, "limiting"),
        ];
        for (i, name) in expected {
            assert_eq!(TARGETS[i].name(), name);
        }
    }
}
