//! Levels of the mono mix: the RMS of each frame, which tells silent frames from others, and dimensions
//! 8 (crest) and 13 (silence).

use super::series::Series;
use super::{CHUNK, HOP, N_FFT};
use crate::blocks::error::{Result, buffer};
use crate::blocks::simd::{self, InstructionSet, Kernel, Vector};
use crate::kernels::spectral::{RmsParams, RmsPlan};

/// Frames of which a value is kept: 50 minutes at 44.1 kHz; of more, every second, every fourth …
pub(super) const FRAMES: usize = 1 << 18;

/// A frame is silent below this share of the loudest: 60 dB.
const SILENT: f64 = 1e-3;
/// What [`Level::silence_ratio`] counts: 40 dB below the loudest.
const QUIET: f64 = 1e-2;
/// A signal whose loudest frame is below this is silent.
const LEAST: f64 = 1e-10;

pub(super) struct Level {
    plan: RmsPlan,
    written: Vec<f64>,
    rms: Series,
    loudest: f64,
    peak: f64,
    squares: f64,
    received: usize,
}

impl Level {
    pub fn new() -> Result<Self> {
        let params = RmsParams { frame_length: N_FFT, hop_length: HOP, ..RmsParams::default() };
        let plan = RmsPlan::new(&params)?;
        let most = plan.max_output(CHUNK).max(plan.max_output(0));
        Ok(Self {
            plan,
            written: buffer(most, 0.0)?,
            rms: Series::new(FRAMES)?,
            loudest: 0.0,
            peak: 0.0,
            squares: 0.0,
            received: 0,
        })
    }

    pub fn take(&mut self, mono: &[f64]) {
        self.received += mono.len();
        let (peak, squares) = peak_and_squares(mono);
        self.peak = self.peak.max(peak);
        self.squares += squares;
        let written = self.plan.push(mono, &mut self.written);
        self.keep(written);
    }

    pub fn finish(&mut self) {
        let written = self.plan.finish(&mut self.written);
        self.keep(written);
    }

    fn keep(&mut self, written: Result<usize>) {
        debug_assert!(written.is_ok());
        for rms in &self.written[..written.unwrap_or(0)] {
            self.loudest = self.loudest.max(*rms);
            self.rms.push(*rms);
        }
    }

    /// Frames of audio so far.
    pub fn received(&self) -> usize {
        self.received
    }

    pub fn is_silent(&self) -> bool {
        self.loudest < LEAST
    }

    /// Whether frame `i` of those that a [`Series`] keeps is not silent.
    pub fn is_loud(&self) -> impl Fn(usize) -> bool + Copy {
        let (rms, least) = (self.rms.values(), SILENT * self.loudest);
        move |i| rms.get(i).is_some_and(|rms| f64::from(*rms) >= least)
    }

    /// 20 log10(peak / RMS) of the whole signal.
    pub fn crest(&self) -> f64 {
        20.0 * (self.peak / (self.squares / self.received as f64).sqrt()).log10()
    }

    /// Share of frames more than 40 dB below the loudest; 1 for a silent signal.
    pub fn silence_ratio(&self) -> f64 {
        if self.is_silent() {
            return 1.0;
        }
        let (rms, least) = (self.rms.values(), QUIET * self.loudest);
        rms.iter().filter(|rms| f64::from(**rms) < least).count() as f64 / rms.len() as f64
    }

    pub fn reset(&mut self) {
        self.plan.reset();
        self.rms.reset();
        (self.loudest, self.peak, self.squares, self.received) = (0.0, 0.0, 0.0, 0);
    }
}

/// Largest absolute value, and sum of squares.
pub(super) fn peak_and_squares(samples: &[f64]) -> (f64, f64) {
    simd::run(InstructionSet::best(), PeakAndSquares(samples))
}

/// In eight lanes side by side with every instruction set.
struct PeakAndSquares<'a>(&'a [f64]);

impl Kernel for PeakAndSquares<'_> {
    type Output = (f64, f64);

    #[inline(always)]
    fn run<V: Vector>(self) -> (f64, f64) {
        let (mut peaks, mut sums) = ([0.0_f64; 8], [0.0; 8]);
        let (groups, rest) = self.0.as_chunks::<8>();
        for group in groups {
            for lane in (0..8).step_by(V::LANES) {
                let x = V::load(&group[lane..]);
                let absolute = x.max(V::splat(0.0).sub(x));
                V::load(&peaks[lane..]).max(absolute).store(&mut peaks[lane..]);
                V::load(&sums[lane..]).add(x.mul(x)).store(&mut sums[lane..]);
            }
        }
        for (i, x) in rest.iter().enumerate() {
            peaks[i] = peaks[i].max(x.abs());
            sums[i] += x * x;
        }
        (peaks.iter().fold(0.0, |peak, x| peak.max(*x)), sums.iter().sum())
    }
}
