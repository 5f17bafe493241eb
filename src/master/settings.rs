//! The settings of the processing chain, and how they follow from a profile and its targets.

use crate::blocks::error::{Result, invalid, require, require_in, show};
use crate::blocks::table::{Field, field};
use crate::blocks::third_octaves::{BANDS, band_names};

/// Grows with every change of the table.
pub const SETTINGS_VERSION: u32 = 1;

/// Places of single settings; a band setting stands for its first band.
pub mod setting {
    use super::BANDS;

    pub const ACTIVE: usize = 0;
    pub const GAIN_IN: usize = 1;
    /// Of the 31 third octaves of the mid signal.
    pub const EQ_MID: usize = 2;
    /// Of the 31 third octaves of the side signal.
    pub const EQ_SIDE: usize = EQ_MID + BANDS;
    /// Of the low, the mid and the high band, as what follows.
    pub const THRESHOLD: usize = EQ_SIDE + BANDS;
    pub const SLOPE: usize = THRESHOLD + 3;
    pub const MAKEUP: usize = SLOPE + 3;
    pub const ATTACK: usize = MAKEUP + 3;
    pub const RELEASE: usize = ATTACK + 1;
    pub const KNEE: usize = RELEASE + 1;
    pub const RANGE: usize = KNEE + 1;
    pub const CROSSOVER_LOW: usize = RANGE + 1;
    pub const CROSSOVER_HIGH: usize = CROSSOVER_LOW + 1;
    pub const GAIN_OUT: usize = CROSSOVER_HIGH + 1;
    pub const CEILING: usize = GAIN_OUT + 1;
    pub const LOOKAHEAD: usize = CEILING + 1;
    pub const HOLD: usize = LOOKAHEAD + 1;
    pub const LIMITER_RELEASE: usize = HOLD + 1;
    /// Number of settings.
    pub const LEN: usize = LIMITER_RELEASE + 1;
}

/// The settings, in the order of the values.
pub const SETTINGS: [Field; setting::LEN] = fields();

const fn fields() -> [Field; setting::LEN] {
    const EQ: (f64, f64) = (-24.0, 24.0);
    const THRESHOLD: (f64, f64) = (-200.0, 100.0);
    const SLOPE: (f64, f64) = (-0.5, 0.15);
    const MAKEUP: (f64, f64) = (-24.0, 24.0);
    const MID: &std::ffi::CStr =
        c"gain of the mid signal (of every channel, unless there are two) around the third octave's centre";
    const SIDE: &std::ffi::CStr = c"gain of the side signal around the third octave's centre; without meaning unless there are two channels";
    const LEVEL: &std::ffi::CStr = c"level of the band above which the dynamics act";
    const GRADIENT: &std::ffi::CStr =
        c"gain in dB per dB above the threshold: negative compresses, positive expands, 0 leaves the band alone";
    const AFTER: &std::ffi::CStr = c"gain of the band after its dynamics";

    let none = field(c"", c"", (0.0, 0.0), c"");
    let mut fields = [none; setting::LEN];
    fields[setting::ACTIVE] =
        field(c"active", c"", (0.0, 1.0), c"1 to process, 0 to pass the bits of the input unchanged");
    fields[setting::GAIN_IN] = field(c"gain_in", c"dB", (-1000.0, 60.0), c"gain before everything else");
    let (mid, side) = (band_names!("eq_mid_"), band_names!("eq_side_"));
    let mut b = 0;
    while b < BANDS {
        fields[setting::EQ_MID + b] = field(mid[b], c"dB", EQ, MID);
        fields[setting::EQ_SIDE + b] = field(side[b], c"dB", EQ, SIDE);
        b += 1;
    }
    let thresholds = [c"threshold_low", c"threshold_mid", c"threshold_high"];
    let slopes = [c"slope_low", c"slope_mid", c"slope_high"];
    let makeups = [c"makeup_low", c"makeup_mid", c"makeup_high"];
    let mut band = 0;
    while band < 3 {
        fields[setting::THRESHOLD + band] = field(thresholds[band], c"dBFS", THRESHOLD, LEVEL);
        fields[setting::SLOPE + band] = field(slopes[band], c"dB/dB", SLOPE, GRADIENT);
        fields[setting::MAKEUP + band] = field(makeups[band], c"dB", MAKEUP, AFTER);
        band += 1;
    }
    fields[setting::ATTACK] = field(
        c"attack",
        c"ms",
        (3.0, 20.0),
        c"time constant of the dynamics while their gain moves away from 0 dB",
    );
    fields[setting::RELEASE] = field(
        c"release",
        c"ms",
        (40.0, 250.0),
        c"time constant of the dynamics while their gain returns to 0 dB",
    );
    fields[setting::KNEE] =
        field(c"knee", c"dB", (0.0, 24.0), c"width of the knee, centred on the threshold");
    fields[setting::RANGE] =
        field(c"range", c"dB", (0.0, 24.0), c"the most that the dynamics change a band's level, up or down");
    fields[setting::CROSSOVER_LOW] = field(
        c"crossover_low",
        c"Hz",
        (20.0, 20_000.0),
        c"centre of the octave over which the low band passes into the mid band",
    );
    fields[setting::CROSSOVER_HIGH] = field(
        c"crossover_high",
        c"Hz",
        (20.0, 20_000.0),
        c"centre of the octave over which the mid band passes into the high band; above crossover_low",
    );
    fields[setting::GAIN_OUT] = field(c"gain_out", c"dB", (-60.0, 60.0), c"gain before the limiter");
    fields[setting::CEILING] = field(c"ceiling", c"dBTP", (-12.0, 0.0), c"true peak that the limiter holds");
    fields[setting::LOOKAHEAD] =
        field(c"lookahead", c"ms", (1.0, 20.0), c"time over which the limiter's gain moves before a peak");
    fields[setting::HOLD] =
        field(c"hold", c"ms", (0.0, 100.0), c"time for which the limiter's gain stays after a peak");
    fields[setting::LIMITER_RELEASE] = field(
        c"limiter_release",
        c"ms",
        (1.0, 1000.0),
        c"time constant with which the limiter's gain returns",
    );
    fields
}

/// Checks that `settings` are [`setting::LEN`] numbers in their ranges.
///
/// # Errors
/// Another length; a setting that is NaN or out of its range, by its name; crossovers that do not ascend.
pub fn check_settings(settings: &[f64]) -> Result<&[f64; setting::LEN]> {
    let len = settings.len();
    let Ok(settings) = <&[f64; setting::LEN]>::try_from(settings) else {
        return Err(invalid("settings_len", len, setting::LEN));
    };
    for (value, field) in settings.iter().zip(&SETTINGS) {
        require_in(field.name(), *value, field.range.0..=field.range.1)?;
    }
    let active = settings[setting::ACTIVE];
    require(active == 0.0 || active == 1.0, "active", active, "0 or 1")?;
    let [low, high] = [settings[setting::CROSSOVER_LOW], settings[setting::CROSSOVER_HIGH]];
    require(low < high, "crossover_high", high, format_args!("above crossover_low, {}", show(low)))?;
    Ok(settings)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::blocks::table::assert_sound;

    #[test]
    fn the_table_is_sound_and_in_the_order_of_the_places() {
        assert_sound(&SETTINGS, SETTINGS_VERSION);
        let expected = [
            (0, "active"),
            (1, "gain_in"),
            (2, "eq_mid_20"),
            (32, "eq_mid_20k"),
            (33, "eq_side_20"),
            (63, "eq_side_20k"),
            (66, "threshold_high"),
            (67, "slope_low"),
            (72, "makeup_high"),
            (73, "attack"),
            (76, "range"),
            (78, "crossover_high"),
            (80, "ceiling"),
            (83, "limiter_release"),
        ];
        for (i, name) in expected {
            assert_eq!(SETTINGS[i].name(), name);
        }
    }

    #[test]
    fn settings_out_of_range_are_refused_by_name() {
        let mut settings = [0.0; setting::LEN];
        for (value, field) in settings.iter_mut().zip(&SETTINGS) {
            *value = 0.0_f64.clamp(field.range.0, field.range.1);
        }
        settings[setting::CROSSOVER_HIGH] = 2500.0;
        assert!(check_settings(&settings).is_ok());
        for (i, field) in SETTINGS.iter().enumerate() {
            for value in [field.range.0 - 1e-9, field.range.1 * (1.0 + 1e-9) + 1e-9, f64::NAN, f64::INFINITY]
            {
                let mut settings = settings;
                settings[i] = value;
                let error = check_settings(&settings).unwrap_err().to_string();
                assert!(error.starts_with(field.name()), "{error}");
            }
        }
        let mut falling = settings;
        falling[setting::CROSSOVER_LOW] = 2500.0;
        assert!(check_settings(&falling).unwrap_err().to_string().contains("above crossover_low"));
        let mut half = settings;
        half[setting::ACTIVE] = 0.5;
        assert_eq!(check_settings(&half).unwrap_err().to_string(), "active is 0.5; allowed: 0 or 1");
        assert!(check_settings(&settings[..83]).is_err());
    }
}
