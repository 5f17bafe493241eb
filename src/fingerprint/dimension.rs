//! What each number of the fingerprint is: the one place that says it. The C interface, the Python package
//! and docs/FINGERPRINT.md are made from this table.

use std::ffi::CStr;
use std::fmt::{self, Write};

use crate::blocks::table::{Field, c_text};

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
        f.write_str(&self.name().to_string_lossy())
    }
}

/// The property of a track that a dimension describes. By default a comparison of two tracks counts each
/// aspect once, shared among its dimensions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Aspect {
    Spectrum,
    Loudness,
    Rhythm,
    Timbre,
    Harmony,
    Stereo,
}

impl Aspect {
    pub(crate) const fn name(self) -> &'static CStr {
        match self {
            Self::Spectrum => c"spectrum",
            Self::Loudness => c"loudness",
            Self::Rhythm => c"rhythm",
            Self::Timbre => c"timbre",
            Self::Harmony => c"harmony",
            Self::Stereo => c"stereo",
        }
    }
}

impl fmt::Display for Aspect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name().to_string_lossy())
    }
}

/// How values of a dimension are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scale {
    /// By their difference.
    Linear,
    /// On a circle: by the logarithm of their ratio, a value and its double being the same.
    Octaves,
}

/// Number of dimensions.
pub const LEN: usize = 25;

/// Grows with every change of a definition. Fingerprints of different versions are not to be compared.
pub const VERSION: u32 = 2;

const NO_LIMIT: f64 = f64::INFINITY;

/// What is known of one dimension.
struct Row {
    field: Field,
    group: Group,
    aspect: Aspect,
    scale: Scale,
}

/// Makes the enum and the table of the same lines.
macro_rules! dimensions {
    ($($variant:ident $name:literal $unit:literal $range:tt $group:ident $aspect:ident $scale:ident
       $version:literal $definition:literal;)*) => {
        /// One number of the fingerprint: its place in the vector.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Dimension {
            $(#[doc = $definition] $variant,)*
        }

        /// The dimensions, in the order of the values.
        pub const DIMENSIONS: [Dimension; LEN] = [$(Dimension::$variant,)*];

        static TABLE: [Row; LEN] = [$(Row {
            field: Field {
                name: c_text(concat!($name, "\0")),
                unit: c_text(concat!($unit, "\0")),
                range: $range,
                version: $version,
                definition: c_text(concat!($definition, "\0")),
            },
            group: Group::$group,
            aspect: Aspect::$aspect,
            scale: Scale::$scale,
        },)*];
    };
}

// Variant, name, unit, range, group, aspect, scale, version of the last change; definition.
#[rustfmt::skip]
dimensions! {
    SubBassPct "sub_bass_pct" "%" (0.0, 100.0) Spectrum Spectrum Linear 2
        "share of 20 to 60 Hz in the mean power of the frames; the seven shares sum to 100, a band above half the sample rate holds 0";
    BassPct "bass_pct" "%" (0.0, 100.0) Spectrum Spectrum Linear 2
        "share of 60 to 250 Hz";
    LowMidPct "low_mid_pct" "%" (0.0, 100.0) Spectrum Spectrum Linear 2
        "share of 250 to 500 Hz";
    MidPct "mid_pct" "%" (0.0, 100.0) Spectrum Spectrum Linear 2
        "share of 500 to 2000 Hz";
    UpperMidPct "upper_mid_pct" "%" (0.0, 100.0) Spectrum Spectrum Linear 2
        "share of 2000 to 4000 Hz";
    PresencePct "presence_pct" "%" (0.0, 100.0) Spectrum Spectrum Linear 2
        "share of 4000 to 6000 Hz";
    AirPct "air_pct" "%" (0.0, 100.0) Spectrum Spectrum Linear 2
        "share of 6000 to 20000 Hz";
    Lufs "lufs" "LUFS" (-70.0, NO_LIMIT) Level Loudness Linear 2
        "integrated loudness of the channels by ITU-R BS.1770-4, with the gates at -70 LUFS and 10 LU below the mean; needs 0.4 s";
    CrestDb "crest_db" "dB" (0.0, NO_LIMIT) Level Loudness Linear 2
        "20 log10(peak / RMS) of the samples of the whole signal; where channels cancel, of the channel with the highest peak";
    BassMidRatio "bass_mid_ratio" "dB" (-60.0, 60.0) Spectrum Spectrum Linear 2
        "energy of 60 to 250 Hz over that of 250 to 2000 Hz, limited to ±60";
    TempoBpm "tempo_bpm" "BPM" (0.0, 320.0) Rhythm Rhythm Octaves 2
        "librosa.feature.tempo of the onset strength; NaN if nothing repeats (mean autocorrelation at the beat's period below 1e-6) or the signal is shorter than two periods";
    RhythmStability "rhythm_stability" "" (0.0, 1.0) Rhythm Rhythm Linear 2
        "1 / (1 + coefficient of variation) of the intervals between the beats that librosa.beat.beat_track finds in the onset strength, the median of the bands in place of their mean; needs 3 beats";
    TransientDensity "transient_density" "1/s" (0.0, NO_LIMIT) Rhythm Rhythm Linear 2
        "onsets per second that librosa.onset.onset_detect finds in the onset strength with normalize=False and a delta of 0.07 of its range, at least 0.5 dB; needs the samples of a frame";
    SilenceRatio "silence_ratio" "" (0.0, 1.0) Level Loudness Linear 2
        "share of frames whose power is more than 40 dB below the loudest frame's; 1 for a silent signal";
    SpectralCentroid "spectral_centroid" "Hz" (0.0, NO_LIMIT) Spectrum Timbre Linear 2
        "median over frames of librosa.feature.spectral_centroid of 20 Hz to 10 kHz";
    SpectralRolloff "spectral_rolloff" "Hz" (0.0, NO_LIMIT) Spectrum Timbre Linear 2
        "median over frames of librosa.feature.spectral_rolloff of 20 Hz to 10 kHz, 85 % of the magnitudes";
    SpectralFlatness "spectral_flatness" "" (0.0, 1.0) Spectrum Timbre Linear 2
        "median over frames of librosa.feature.spectral_flatness of 20 Hz to 10 kHz (power 2; powers below 1e-10 count as 1e-10)";
    HarmonicRatio "harmonic_ratio" "" (0.0, 1.0) Harmony Harmony Linear 2
        "RMS(h) / (RMS(h) + RMS(p)) of the two parts of librosa.effects.hpss";
    PitchStability "pitch_stability" "" (0.0, 1.0) Harmony Harmony Linear 2
        "1 / (1 + 10 · standard deviation / mean) of the frequencies that librosa.yin (C2 to C7) finds; needs 10 frames";
    ChromaEnergy "chroma_energy" "" (0.0, 1.0) Harmony Harmony Linear 2
        "mean over frames and classes of librosa.feature.chroma_cqt, the largest class of a frame being 1, tuning estimated from the frames; needs a sample rate of more than 8.5 kHz";
    DynamicRangeVariation "dynamic_range_variation" "dB" (0.0, NO_LIMIT) Dynamics Loudness Linear 2
        "standard deviation of the crest factor in dB over frames of 0.5 s every 0.25 s, without those more than 60 dB below the loudest; needs two";
    LoudnessVariationStd "loudness_variation_std" "LU" (0.0, NO_LIMIT) Dynamics Loudness Linear 2
        "standard deviation of the short-term loudness (3 s, every 0.1 s) above -70 LUFS and above the integrated loudness - 20 LU; needs two values";
    PeakConsistency "peak_consistency" "" (0.0, 1.0) Dynamics Loudness Linear 2
        "1 / (1 + coefficient of variation) of the peaks of the frames of dynamic_range_variation";
    StereoWidth "stereo_width" "" (0.0, 1.0) Stereo Stereo Linear 2
        "energy of (L - R) / 2 over that of (L + R) / 2 and (L - R) / 2; 0 for one channel";
    PhaseCorrelation "phase_correlation" "" (-1.0, 1.0) Stereo Stereo Linear 2
        "correlation of L and R at lag 0, without their means; 1 for one channel, NaN if one of two is constant";
}

impl Dimension {
    const fn row(self) -> &'static Row {
        &TABLE[self as usize]
    }

    /// Name, unit, range, version of the last change and definition.
    pub const fn field(self) -> Field {
        self.row().field
    }

    pub fn name(self) -> &'static str {
        self.row().field.name()
    }

    /// The least and the largest value; infinite where there is no limit.
    pub fn range(self) -> (f64, f64) {
        self.field().range
    }

    pub fn group(self) -> Group {
        self.row().group
    }

    pub fn aspect(self) -> Aspect {
        self.row().aspect
    }

    pub fn scale(self) -> Scale {
        self.row().scale
    }
}

/// The text of docs/FINGERPRINT.md.
pub fn markdown() -> String {
    let mut text = String::from(HEAD);
    for (i, dimension) in DIMENSIONS.iter().enumerate() {
        let field = dimension.field();
        let unit = if field.unit().is_empty() { "–" } else { field.unit() };
        let range = match field.range {
            (low, f64::INFINITY) => format!("from {low}"),
            (low, high) => format!("{low} to {high}"),
        };
        let (name, definition, version) = (field.name(), field.definition(), field.version);
        let group = dimension.group();
        writeln!(text, "| {i} | `{name}` | {unit} | {range} | {group} | {version} | {definition} |")
            .expect("a string takes all that is written");
    }
    text + TAIL
}

const HEAD: &str = include_str!("head.md");
const TAIL: &str = include_str!("tail.md");

#[cfg(test)]
mod tests {
    use super::*;
    use crate::blocks::table::assert_sound;

    #[test]
    fn the_table_is_sound_and_variants_have_its_names() {
        assert_sound(&DIMENSIONS.map(Dimension::field), VERSION);
        for dimension in DIMENSIONS {
            assert_eq!(format!("{dimension:?}").to_lowercase(), dimension.name().replace('_', ""));
        }
        assert_eq!(DIMENSIONS.iter().fold(0, |bits, dimension| bits | dimension.group().bit()), Group::ALL);
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
