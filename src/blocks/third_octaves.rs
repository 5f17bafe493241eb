//! The 31 third octaves from 20 Hz to 20 kHz, base 2 (IEC 61260-1), about 1 kHz.

/// Number of bands.
pub(crate) const BANDS: usize = 31;

/// The band about 1 kHz.
pub(crate) const BAND_1K: usize = 17;

/// The centre of band `b` in Hz.
pub(crate) fn centre(b: usize) -> f64 {
    1000.0 * log2_re_1k(b).exp2()
}

/// The lower and the upper edge of band `b` in Hz.
pub(crate) fn edges(b: usize) -> (f64, f64) {
    let sixth = (1.0_f64 / 6.0).exp2();
    (centre(b) / sixth, centre(b) * sixth)
}

/// The centre of band `b` in octaves above 1 kHz.
pub(crate) fn log2_re_1k(b: usize) -> f64 {
    (b as f64 - BAND_1K as f64) / 3.0
}

/// The names of the bands, each after a prefix: 31_5 is 31.5 Hz, 1k25 is 1.25 kHz.
macro_rules! band_names {
    ($prefix:literal) => {
        $crate::blocks::third_octaves::band_names!(
            $prefix, "20", "25", "31_5", "40", "50", "63", "80", "100", "125", "160", "200", "250", "315", "400",
            "500", "630", "800", "1k", "1k25", "1k6", "2k", "2k5", "3k15", "4k", "5k", "6k3", "8k", "10k", "12k5",
            "16k", "20k"
        )
    };
    ($prefix:literal, $($band:literal),+) => {
        [$($crate::blocks::table::c_text(concat!($prefix, $band, "\0"))),+]
    };
}
pub(crate) use band_names;

#[cfg(test)]
mod tests {
    use std::ffi::CStr;

    use super::*;

    #[test]
    fn names_are_the_centres_rounded() {
        let names: [&CStr; BANDS] = band_names!("");
        for (b, name) in names.iter().enumerate() {
            let name = name.to_str().unwrap();
            let number = match name.split_once('k') {
                Some((whole, part)) => 1000.0 * format!("{whole}.{part}0").parse::<f64>().unwrap(),
                None => name.replace('_', ".").parse().unwrap(),
            };
            assert!((centre(b) / number - 1.0).abs() < 0.02, "{name}: {}", centre(b));
        }
        assert_eq!(centre(BAND_1K), 1000.0);
        let joined = (1..BANDS).all(|b| (edges(b).0 / edges(b - 1).1 - 1.0).abs() < 1e-15);
        assert!(joined);
    }
}
