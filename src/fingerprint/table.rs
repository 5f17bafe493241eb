//! What each number of the fingerprint is: the one place that says it. The C face, the Python package
//! and docs/FINGERPRINT.md are made from this table.

use std::ffi::CStr;
use std::fmt::{self, Write};

/// Dimensions that are computed together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    Spectrum,
    Level,
    Rhythm,
    Harmony,
    Dynamics,
    Stereo,
}

impl Group {
    /// All bits.
    pub const ALL: u32 = 63;

    /// The group's bit in [`super::FingerprintParams::groups`].
    pub const fn bit(self) -> u32 {
        1 << self as u32
    }
}

impl Group {
    pub(crate) const fn name(self) -> &'static CStr {
        match self {
            Self::Spectrum => c"spectrum",
            Self::Level => c"level",
            Self::Rhythm => c"rhythm",
            Self::Harmony => c"harmony",
            Self::Dynamics => c"dynamics",
            Self::Stereo => c"stereo",
        }
    }
}

impl fmt::Display for Group {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(text(self.name()))
    }
}

/// One number of the fingerprint.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Dimension {
    pub(crate) name: &'static CStr,
    pub(crate) unit: &'static CStr,
    /// The least and the largest value; infinite where there is no limit.
    pub range: (f64, f64),
    pub group: Group,
    /// The version of the table in which the definition changed last.
    pub version: u32,
    pub(crate) definition: &'static CStr,
}

impl Dimension {
    pub const fn name(&self) -> &'static str {
        text(self.name)
    }

    /// Empty for a share or an index.
    pub const fn unit(&self) -> &'static str {
        text(self.unit)
    }

    /// How it is computed, in a sentence.
    pub const fn definition(&self) -> &'static str {
        text(self.definition)
    }
}

const fn text(text: &'static CStr) -> &'static str {
    match text.to_str() {
        Ok(text) => text,
        Err(_) => "",
    }
}

/// Number of dimensions.
pub const LEN: usize = 25;

/// Grows with every change of a definition. Fingerprints of different versions are not to be compared.
pub const VERSION: u32 = 1;

const NO_LIMIT: f64 = f64::INFINITY;

const fn dimension(
    name: &'static CStr,
    unit: &'static CStr,
    range: (f64, f64),
    group: Group,
    definition: &'static CStr,
) -> Dimension {
    Dimension { name, unit, range, group, version: 1, definition }
}

/// The dimensions, in the order of the values.
pub const DIMENSIONS: [Dimension; LEN] = [
    dimension(
        c"sub_bass_pct",
        c"%",
        (0.0, 100.0),
        Group::Spectrum,
        c"share of 20 to 60 Hz in the mean power of the STFT; the seven shares sum to 100, bands above half the sample rate hold 0",
    ),
    dimension(c"bass_pct", c"%", (0.0, 100.0), Group::Spectrum, c"share of 60 to 250 Hz"),
    dimension(c"low_mid_pct", c"%", (0.0, 100.0), Group::Spectrum, c"share of 250 to 500 Hz"),
    dimension(c"mid_pct", c"%", (0.0, 100.0), Group::Spectrum, c"share of 500 to 2000 Hz"),
    dimension(c"upper_mid_pct", c"%", (0.0, 100.0), Group::Spectrum, c"share of 2000 to 4000 Hz"),
    dimension(c"presence_pct", c"%", (0.0, 100.0), Group::Spectrum, c"share of 4000 to 6000 Hz"),
    dimension(c"air_pct", c"%", (0.0, 100.0), Group::Spectrum, c"share of 6000 to 20000 Hz"),
    dimension(
        c"lufs",
        c"LUFS",
        (-70.0, NO_LIMIT),
        Group::Level,
        c"integrated loudness of the channels by ITU-R BS.1770-4, with the gates at -70 LUFS and 10 LU below the mean; needs 0.4 s",
    ),
    dimension(
        c"crest_db",
        c"dB",
        (0.0, NO_LIMIT),
        Group::Level,
        c"20 log10(peak / RMS) of the samples of the whole signal",
    ),
    dimension(
        c"bass_mid_ratio",
        c"dB",
        (-60.0, 60.0),
        Group::Spectrum,
        c"energy of 60 to 250 Hz over that of 250 to 2000 Hz, limited to ±60",
    ),
    dimension(
        c"tempo_bpm",
        c"BPM",
        (0.0, 320.0),
        Group::Rhythm,
        c"librosa.feature.tempo of librosa.onset.onset_strength; NaN if nothing repeats (mean autocorrelation at the beat's period below 1e-6) or the signal is shorter than two periods",
    ),
    dimension(
        c"rhythm_stability",
        c"",
        (0.0, 1.0),
        Group::Rhythm,
        c"1 / (1 + coefficient of variation) of the intervals between the beats of librosa.beat.beat_track; needs 3 beats",
    ),
    dimension(
        c"transient_density",
        c"1/s",
        (0.0, NO_LIMIT),
        Group::Rhythm,
        c"onsets of librosa.onset.onset_detect per second; needs 2048 samples",
    ),
    dimension(
        c"silence_ratio",
        c"",
        (0.0, 1.0),
        Group::Level,
        c"share of frames whose RMS is more than 40 dB below the loudest frame's; 1 for a silent signal",
    ),
    dimension(
        c"spectral_centroid",
        c"Hz",
        (0.0, NO_LIMIT),
        Group::Spectrum,
        c"median over frames of librosa.feature.spectral_centroid",
    ),
    dimension(
        c"spectral_rolloff",
        c"Hz",
        (0.0, NO_LIMIT),
        Group::Spectrum,
        c"median over frames of librosa.feature.spectral_rolloff, 85 % of the magnitudes",
    ),
    dimension(
        c"spectral_flatness",
        c"",
        (0.0, 1.0),
        Group::Spectrum,
        c"median over frames of librosa.feature.spectral_flatness (power 2; powers below 1e-10 count as 1e-10)",
    ),
    dimension(
        c"harmonic_ratio",
        c"",
        (0.0, 1.0),
        Group::Harmony,
        c"RMS(h) / (RMS(h) + RMS(p)) of the two parts of librosa.effects.hpss",
    ),
    dimension(
        c"pitch_stability",
        c"",
        (0.0, 1.0),
        Group::Harmony,
        c"1 / (1 + 10 · standard deviation / mean) of the frequencies that librosa.yin (C2 to C7) finds; needs 10 frames and a sample rate below 133.8 kHz",
    ),
    dimension(
        c"chroma_energy",
        c"",
        (0.0, 1.0),
        Group::Harmony,
        c"mean over frames and classes of librosa.feature.chroma_cqt, the largest class of a frame being 1, tuning estimated; needs a sample rate of more than 8.5 kHz",
    ),
    dimension(
        c"dynamic_range_variation",
        c"dB",
        (0.0, NO_LIMIT),
        Group::Dynamics,
        c"standard deviation of the crest factor in dB over frames of 0.5 s every 0.25 s, without those more than 60 dB below the loudest; needs two",
    ),
    dimension(
        c"loudness_variation_std",
        c"LU",
        (0.0, NO_LIMIT),
        Group::Dynamics,
        c"standard deviation of the short-term loudness (3 s, every 0.1 s) above -70 LUFS and above the integrated loudness - 20 LU; needs two values",
    ),
    dimension(
        c"peak_consistency",
        c"",
        (0.0, 1.0),
        Group::Dynamics,
        c"1 / (1 + coefficient of variation) of the peaks of the frames of dynamic_range_variation",
    ),
    dimension(
        c"stereo_width",
        c"",
        (0.0, 1.0),
        Group::Stereo,
        c"energy of (L - R) / 2 over that of (L + R) / 2 and (L - R) / 2; 0 for one channel",
    ),
    dimension(
        c"phase_correlation",
        c"",
        (-1.0, 1.0),
        Group::Stereo,
        c"correlation of L and R at lag 0, without their means; 1 for one channel, NaN if one of two is constant",
    ),
];

/// The text of docs/FINGERPRINT.md.
pub fn markdown() -> String {
    let mut text = String::from(HEAD);
    for (i, dimension) in DIMENSIONS.iter().enumerate() {
        let Dimension { range, group, version, .. } = dimension;
        let (name, definition) = (dimension.name(), dimension.definition());
        let unit = if dimension.unit().is_empty() { "–" } else { dimension.unit() };
        let range = match *range {
            (low, f64::INFINITY) => format!("from {low}"),
            (low, high) => format!("{low} to {high}"),
        };
        // Writing to a string cannot fail.
        let _ = writeln!(text, "| {i} | `{name}` | {unit} | {range} | {group} | {version} | {definition} |");
    }
    text + TAIL
}

const HEAD: &str = include_str!("head.md");
const TAIL: &str = include_str!("tail.md");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_fit_for_identifiers() {
        for (i, dimension) in DIMENSIONS.iter().enumerate() {
            let (name, version) = (dimension.name(), dimension.version);
            assert!(name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'), "{name}");
            assert!(DIMENSIONS[..i].iter().all(|other| other.name() != name), "{name}");
            assert!((1..=VERSION).contains(&version), "{name}");
        }
        assert_eq!(DIMENSIONS.iter().fold(0, |bits, dimension| bits | dimension.group.bit()), Group::ALL);
    }

    #[test]
    fn the_document_is_this_table() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/FINGERPRINT.md");
        if std::env::var_os("AURALIS_WRITE_DOCS").is_some() {
            std::fs::write(path, markdown()).unwrap();
        }
        let committed = std::fs::read_to_string(path).unwrap_or_default();
        assert!(
            committed == markdown(),
            "run this test with AURALIS_WRITE_DOCS=1 and commit docs/FINGERPRINT.md"
        );
    }
}
