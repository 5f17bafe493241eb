//! Levels of the mono mix: the RMS of each frame, which tells silent frames from others, and dimensions
//! 8 (crest) and 13 (silence).

use super::series::Series;
use super::{CHECKED, CHUNK, Dimension, Fingerprint, HOP, N_FFT};
use crate::blocks::error::{Result, buffer};
use crate::blocks::plan::Plan;
use crate::blocks::simd::{self, InstructionSet, Kernel, Vector};
use crate::kernels::spectral::{RmsParams, RmsPlan};

/// Frames of which a value is kept: 50 minutes at 44.1 kHz; of more, every second, every fourth …
pub(super) const FRAMES: usize = 1 << 18;

/// A frame is silent below this share of the loudest: 60 dB.
const SILENT: f64 = 1e-3;
/// What the silence ratio counts: 40 dB below the loudest.
const QUIET: f64 = 1e-2;
/// A signal whose loudest frame is below this is silent.
const LEAST: f64 = 1e-10;

pub(super) struct Level {
    plan: RmsPlan,
    written: Vec<f64>,
    rms: Series,
    loudest: f64,
    all: Moments,
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
            all: Moments::default(),
            received: 0,
        })
    }

    pub fn take(&mut self, mono: &[f64]) {
        self.received += mono.len();
        self.all.add(moments(mono));
        let written = self.plan.push(mono, &mut self.written).expect(CHECKED);
        self.keep(written);
    }

    /// Ends the signal.
    pub fn end(&mut self) {
        let written = self.plan.finish(&mut self.written).expect(CHECKED);
        self.keep(written);
    }

    fn keep(&mut self, written: usize) {
        for rms in &self.written[..written] {
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

    /// Writes what can be told of a silent signal.
    pub fn write_silence(&self, values: &mut Fingerprint) {
        values[Dimension::SilenceRatio] = 1.0;
    }

    pub fn write(&self, values: &mut Fingerprint) {
        let Moments { peak, squares, .. } = self.all;
        values[Dimension::CrestDb] = 20.0 * (peak / (squares / self.received as f64).sqrt()).log10();
        let (rms, least) = (self.rms.values(), QUIET * self.loudest);
        let quiet = rms.iter().filter(|rms| f64::from(**rms) < least).count();
        values[Dimension::SilenceRatio] = quiet as f64 / rms.len() as f64;
    }

    pub fn reset(&mut self) {
        self.plan.reset();
        self.rms.reset();
        (self.loudest, self.all, self.received) = (0.0, Moments::default(), 0);
    }
}

/// What samples sum up to.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Moments {
    /// The largest absolute value.
    pub peak: f64,
    pub sum: f64,
    pub squares: f64,
}

impl Moments {
    pub fn add(&mut self, other: Self) {
        self.peak = self.peak.max(other.peak);
        self.sum += other.sum;
        self.squares += other.squares;
    }
}

pub(super) fn moments(samples: &[f64]) -> Moments {
    simd::run(InstructionSet::best(), MomentsOf(samples))
}

/// In eight lanes side by side with every instruction set.
struct MomentsOf<'a>(&'a [f64]);

impl Kernel for MomentsOf<'_> {
    type Output = Moments;

    #[inline(always)]
    fn run<V: Vector>(self) -> Moments {
        let (mut peaks, mut sums, mut squares) = ([0.0_f64; 8], [0.0; 8], [0.0; 8]);
        let (groups, rest) = self.0.as_chunks::<8>();
        for group in groups {
            for lane in (0..8).step_by(V::LANES) {
                let x = V::load(&group[lane..]);
                let absolute = x.max(V::splat(0.0).sub(x));
                V::load(&peaks[lane..]).max(absolute).store(&mut peaks[lane..]);
                V::load(&sums[lane..]).add(x).store(&mut sums[lane..]);
                V::load(&squares[lane..]).add(x.mul(x)).store(&mut squares[lane..]);
            }
        }
        for (i, x) in rest.iter().enumerate() {
            peaks[i] = peaks[i].max(x.abs());
            sums[i] += x;
            squares[i] += x * x;
        }
        let peak = peaks.iter().fold(0.0, |peak, x| x.max(peak));
        Moments { peak, sum: sums.iter().sum(), squares: squares.iter().sum() }
    }
}
