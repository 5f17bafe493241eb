//! Deviation from A440 in fractions of a bin: `librosa.estimate_tuning`.
//!
//! Spectral peaks (the parabolic interpolation of J. O. Smith's *Spectral Audio Signal Processing*,
//! as in `librosa.piptrack`) that are at least as strong as their median vote for the distance of
//! their pitch from the nearest bin. Fast because only peaks are kept, not two matrices, and only the
//! bins between 150 and 4000 Hz are searched.

use crate::blocks::error::{Result, require_audio, require_in, require_sample_rate, reserve};
use crate::blocks::framing::frame_length;
use crate::blocks::parabola::vertex;
use crate::blocks::simd::InstructionSet;
use crate::blocks::stats::{largest, middle_by};
use crate::blocks::stft::{MOST_N_FFT, Stft, StftParams};

/// Up to this rate frames are 2048 samples long, as librosa's are at every rate: there its answers are as
/// good as can be, or nearly so. Beyond, they last as long as 2048 samples do at 44.1 kHz; with 2048, bins
/// are so wide that an exact A440 is found 0.2 of a semitone off at 192 kHz and 0.5 at 384 kHz.
const AS_LIBROSA: f64 = 96_000.0;
/// Pitches considered, in Hz.
const FMIN: f64 = 150.0;
const FMAX: f64 = 4000.0;
/// Peaks lower than this share of the frame's highest bin do not count.
const THRESHOLD: f64 = 0.1;
/// Cells of the histogram over a bin's width.
const CELLS: usize = 100;
/// Peaks kept one by one. Of more (some 8 minutes of music), strengths are kept to 8 significant
/// bits, so that memory does not grow: a vote more or less in a thousand.
const MOST_PEAKS: usize = 1 << 20;
/// Levels of strength then told apart: [`LEVELS_PER_OCTAVE`] from 2^[`LOWEST_OCTAVE`] on.
const LEVELS: usize = 96 * LEVELS_PER_OCTAVE;
const LEVELS_PER_OCTAVE: usize = 128;
const LOWEST_OCTAVE: i32 = -64;

/// Samples of a frame of [`estimate_tuning`]: 2048 up to 96 kHz.
fn n_fft(sample_rate: f64) -> usize {
    if sample_rate <= AS_LIBROSA { 2048 } else { frame_length(sample_rate) }
}

/// Deviation of `audio` from A440 in fractions of a bin, −0.5 to 0.49 in steps of 0.01; 0 if it has no
/// pitch.
///
/// Up to 96 kHz it is what `librosa.estimate_tuning` gives, whose frames of 2048 samples resolve pitch less
/// well the higher the rate: an exact A440 is found within 0.03 of a semitone up to 48 kHz, and within 0.1
/// at 96 kHz. Above, frames last as long as at 44.1 kHz.
///
/// ```
/// use auralis_dsp::tuning::estimate_tuning;
///
/// // A fifth of a semitone sharp.
/// let frequency = 440.0 * (0.2_f64 / 12.0).exp2();
/// let sine = |i: usize| (std::f64::consts::TAU * frequency * i as f64 / 44_100.0).sin();
/// let audio: Vec<f64> = (0..44_100).map(sine).collect();
/// assert!((estimate_tuning(&audio, 44_100.0, 12)? - 0.2).abs() < 0.05);
/// # Ok::<(), auralis_dsp::Error>(())
/// ```
///
/// # Errors
/// `Error::InvalidArgument` for an argument outside its range, `Error::NonFiniteInput`, `Error::OutOfMemory`.
pub fn estimate_tuning(audio: &[f64], sample_rate: f64, bins_per_octave: usize) -> Result<f64> {
    require_sample_rate(sample_rate)?;
    let n_fft = n_fft(sample_rate);
    let mut estimator = TuningEstimator::new(sample_rate, bins_per_octave, n_fft)?;
    require_audio("audio", audio)?;
    let mut stft = Stft::new(&StftParams { n_fft, hop_length: n_fft / 4, ..StftParams::default() })?;
    stft.process(audio, |tile| tile.magnitudes().for_each(|magnitude| estimator.push(magnitude)))?;
    Ok(estimator.finish())
}

/// Collects the peaks of the spectra of a signal.
pub struct TuningEstimator {
    instructions: InstructionSet,
    sample_rate: f64,
    /// Samples of a frame.
    n_fft: usize,
    bins_per_octave: f64,
    /// Spectral bins that are searched.
    bins: std::ops::Range<usize>,
    /// As long as there are at most [`MOST_PEAKS`].
    peaks: Vec<Peak>,
    /// Once there are more: how many of each level of strength and cell, `[LEVELS][CELLS]`.
    histogram: Vec<u32>,
    edges: [f64; CELLS + 1],
}

impl TuningEstimator {
    /// For spectra of frames of `n_fft` samples under a Hann window.
    ///
    /// # Errors
    /// `Error::InvalidArgument` for `sample_rate`, `bins_per_octave` (1 to 960) or `n_fft` (256 to 2²⁰)
    /// outside its range, `Error::OutOfMemory`.
    pub fn new(sample_rate: f64, bins_per_octave: usize, n_fft: usize) -> Result<Self> {
        require_sample_rate(sample_rate)?;
        require_in("n_fft", n_fft, 256..=MOST_N_FFT)?;
        require_in("bins_per_octave", bins_per_octave, 1..=960)?;
        let per_bin = 1.0 / (n_fft as f64 * (1.0 / sample_rate));
        let fmax = FMAX.min(sample_rate / 2.0);
        let start = (0..).take_while(|k| f64::from(*k) * per_bin < FMIN).count();
        let end = (0..).take_while(|k| f64::from(*k) * per_bin < fmax).count();
        let mut edges: [f64; CELLS + 1] = std::array::from_fn(|i| i as f64 * 0.01 - 0.5);
        edges[CELLS] = 0.5;
        Ok(Self {
            instructions: InstructionSet::best(),
            sample_rate,
            n_fft,
            bins_per_octave: bins_per_octave as f64,
            bins: start..end.min(n_fft / 2),
            peaks: reserve(MOST_PEAKS)?,
            histogram: reserve(LEVELS * CELLS)?,
            edges,
        })
    }

    /// Takes the next frame's magnitudes, `n_fft / 2 + 1` of them.
    pub fn push(&mut self, magnitudes: &[f64]) {
        let least = THRESHOLD * largest(self.instructions, magnitudes);
        let searched = &magnitudes[self.bins.start - 1..=self.bins.end];
        for (k, three) in self.bins.clone().zip(searched.windows(3)) {
            let [before, here, after] = [three[0], three[1], three[2]];
            // A bin at or below the threshold counts as 0.
            if here <= least || here < after || (here <= before && before > least) {
                continue;
            }
            let peak = vertex(before, here, after);
            let pitch = (k as f64 + peak.shift) * self.sample_rate / self.n_fft as f64;
            self.add(peak.value, self.cell(pitch));
        }
    }

    /// The cell of a pitch's distance from the nearest bin.
    fn cell(&self, pitch: f64) -> u8 {
        let octaves = (pitch / (440.0 / 16.0)).log2();
        let mut residual = self.bins_per_octave * octaves;
        residual -= residual.floor();
        if residual >= 0.5 {
            residual -= 1.0;
        }
        // The division may err by one cell at its edges, which are what decides.
        let mut cell = (((residual + 0.5) * CELLS as f64) as usize).min(CELLS - 1);
        if residual < self.edges[cell] {
            cell -= 1;
        } else if residual >= self.edges[cell + 1] && cell + 1 < CELLS {
            cell += 1;
        }
        cell as u8
    }

    fn add(&mut self, strength: f64, cell: u8) {
        if self.histogram.is_empty() && self.peaks.len() < MOST_PEAKS {
            return self.peaks.push(Peak::new(strength, cell));
        }
        if self.histogram.is_empty() {
            self.histogram.resize(LEVELS * CELLS, 0);
            for peak in self.peaks.drain(..) {
                self.histogram[level(peak.strength()) * CELLS + peak.cell()] += 1;
            }
        }
        self.histogram[level(strength) * CELLS + usize::from(cell)] += 1;
    }

    /// The tuning, as [`estimate_tuning`] gives it. The estimator is then as new.
    pub fn finish(&mut self) -> f64 {
        let votes = if self.histogram.is_empty() {
            strong_peaks(&mut self.peaks)
        } else {
            strong_levels(&self.histogram)
        };
        self.reset();
        let most = *votes.iter().max().expect("there are cells");
        let cell = votes.iter().position(|count| *count == most).expect("the most votes are those of a cell");
        if most > 0 { self.edges[cell] } else { 0.0 }
    }

    /// Forgets the signal.
    pub fn reset(&mut self) {
        self.peaks.clear();
        self.histogram.clear();
    }
}

/// A peak's strength and cell. The cell stands in the last bits of the strength, which so is exact to
/// 3e-14, and orders as the strength does.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Peak(u64);

impl Peak {
    const CELL: u64 = (CELLS as u64).next_power_of_two() - 1;

    fn new(strength: f64, cell: u8) -> Self {
        Self(strength.to_bits() & !Self::CELL | u64::from(cell))
    }

    fn strength(self) -> f64 {
        f64::from_bits(self.0 & !Self::CELL)
    }

    fn cell(self) -> usize {
        (self.0 & Self::CELL) as usize
    }
}

/// The peaks at least as strong as their median, by cell.
fn strong_peaks(peaks: &mut [Peak]) -> [u64; CELLS] {
    let mut votes = [0; CELLS];
    if let Some([lower, upper]) = middle_by(peaks, Peak::cmp) {
        let even = peaks.len().is_multiple_of(2);
        let median = if even { (lower.strength() + upper.strength()) / 2.0 } else { upper.strength() };
        for peak in peaks.iter().filter(|peak| peak.strength() >= median) {
            votes[peak.cell()] += 1;
        }
    }
    votes
}

/// The same from levels of strength: from the one on that holds the median.
fn strong_levels(histogram: &[u32]) -> [u64; CELLS] {
    let mut votes = [0; CELLS];
    let total: u64 = histogram.iter().map(|n| u64::from(*n)).sum();
    for level in histogram.rchunks_exact(CELLS) {
        for (votes, n) in votes.iter_mut().zip(level) {
            *votes += u64::from(*n);
        }
        if votes.iter().sum::<u64>() * 2 >= total {
            break;
        }
    }
    votes
}

/// The level of a strength, from its exponent and the first bits of its mantissa.
fn level(strength: f64) -> usize {
    let lowest = f64::from(LOWEST_OCTAVE).exp2().to_bits();
    let shift = f64::MANTISSA_DIGITS - 1 - LEVELS_PER_OCTAVE.trailing_zeros();
    ((strength.to_bits().saturating_sub(lowest) >> shift) as usize).min(LEVELS - 1)
}

#[cfg(test)]
mod tests;
