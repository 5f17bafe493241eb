//! Dimensions 17 (harmonic share), 18 (steadiness of pitch) and 19 (spread of chroma).

use super::clock::{Clock, Stage};
use super::frames::Frames;
use super::level::FRAMES;
use super::series::{Series, Spread};
use super::spool::{BLOCK, Spool};
use super::{CHECKED, Dimension, Fingerprint};
use crate::blocks::error::{Error, Result, buffer};
use crate::blocks::istft::{Istft, SignalLength};
use crate::blocks::plan::Plan;
use crate::blocks::simd::{self, InstructionSet, Kernel, Vector};
use crate::blocks::stft::Tile;
use crate::kernels::chroma::{ChromaParams, DeferredChroma};
use crate::kernels::hpss::{HpssParams, Parts, Resynthesis, Separated, Separator};
use crate::kernels::tuning::TuningEstimator;
use crate::kernels::yin::{YinParams, YinPlan};

/// Frames that the spread of pitch needs.
const LEAST_FRAMES: usize = 10;

pub(super) struct Harmony {
    parts: Energies,
    pitch: Pitch,
    chroma: Option<Chroma>,
}

impl Harmony {
    pub fn new(sample_rate: f64, frames: Frames) -> Result<Self> {
        Ok(Self {
            parts: Energies::new(frames)?,
            pitch: Pitch::new(sample_rate, frames)?,
            chroma: if_possible(Chroma::new(sample_rate, frames))?,
        })
    }

    pub fn take(&mut self, mono: &[f64], clock: &mut Clock) {
        self.parts.back.resynthesis.keep(mono);
        clock.lap(Stage::Hpss);
        self.pitch.take(mono);
        clock.lap(Stage::Yin);
        if let Some(chroma) = &mut self.chroma {
            chroma.take(mono);
            clock.lap(Stage::Chroma);
        }
    }

    /// Takes frames of the signal that was taken; at its end, its length comes along.
    pub fn take_tile(&mut self, tile: &Tile, end: Option<SignalLength>, clock: &mut Clock) {
        self.parts.take(tile, end);
        clock.lap(Stage::Hpss);
        if let Some(chroma) = &mut self.chroma {
            (0..tile.len()).for_each(|i| chroma.estimate(tile.magnitude(i)));
            clock.lap(Stage::Chroma);
        }
    }

    /// Ends the signal. Pitch and chroma are those of the frames for which
    /// `keep` holds.
    pub fn finish(
        &mut self,
        end: SignalLength,
        keep: impl Fn(usize) -> bool + Copy,
        clock: &mut Clock,
        values: &mut Fingerprint,
    ) {
        let [harmonic, percussive] = self.parts.finish(end).map(f64::sqrt);
        values[Dimension::HarmonicRatio] = harmonic / (harmonic + percussive);
        clock.lap(Stage::Hpss);
        let Spread { mean, std, count } = self.pitch.finish().spread(keep);
        if count >= LEAST_FRAMES {
            values[Dimension::PitchStability] = 1.0 / (1.0 + 10.0 * std / mean);
        }
        clock.lap(Stage::Yin);
        if let Some(chroma) = &mut self.chroma {
            values[Dimension::ChromaEnergy] = chroma.finish(end.frames).mean(keep);
        }
        clock.lap(Stage::Chroma);
    }

    pub fn reset(&mut self) {
        self.parts.reset();
        self.pitch.plan.reset();
        self.pitch.f0.reset();
        if let Some(chroma) = &mut self.chroma {
            chroma.reset();
        }
    }
}

/// `None` where the sample rate is too low for a measure.
fn if_possible<T>(new: Result<T>) -> Result<Option<T>> {
    match new {
        Ok(measure) => Ok(Some(measure)),
        Err(Error::InvalidArgument { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Energies of the harmonic part and of the rest, which is the percussive part.
struct Energies {
    separator: Separator,
    back: Back,
}

impl Energies {
    fn new(frames: Frames) -> Result<Self> {
        let params = HpssParams { n_fft: frames.n_fft, hop_length: frames.hop, ..HpssParams::default() };
        let (stft, masks) = (params.stft().resolved()?, params.masks());
        Ok(Self {
            separator: Separator::new(frames.n_fft / 2 + 1, &masks, Parts::Harmonic)?,
            back: Back {
                instructions: InstructionSet::best(),
                resynthesis: Resynthesis::new(Istft::new(&stft)?, masks.tiles_ahead())?,
                harmonic: buffer(stft.span() + frames.chunk(), 0.0)?,
                energies: [0.0; 2],
            },
        })
    }

    fn take(&mut self, tile: &Tile, end: Option<SignalLength>) {
        self.separator.push(tile, |parts| self.back.add(parts, end));
    }

    fn finish(&mut self, end: SignalLength) -> [f64; 2] {
        self.separator.finish(|parts| self.back.add(parts, Some(end)));
        self.back.energies
    }

    fn reset(&mut self) {
        self.separator.reset();
        self.back.resynthesis.reset();
        self.back.energies = [0.0; 2];
    }
}

/// Back from spectra to samples, of which only the energy is kept.
struct Back {
    instructions: InstructionSet,
    resynthesis: Resynthesis,
    /// Samples of the harmonic part that one tile completes.
    harmonic: Vec<f64>,
    /// Of the harmonic and the percussive part.
    energies: [f64; 2],
}

impl Back {
    fn add(&mut self, parts: Separated, end: Option<SignalLength>) {
        let Self { instructions, resynthesis, harmonic, energies } = self;
        resynthesis.add(parts, end, harmonic, |input, harmonic| {
            let more = simd::run(*instructions, PartEnergies { input, harmonic });
            energies[0] += more[0];
            energies[1] += more[1];
        });
    }
}

/// Σ harmonic², Σ (input − harmonic)²
struct PartEnergies<'a> {
    input: &'a [f64],
    harmonic: &'a [f64],
}

impl Kernel for PartEnergies<'_> {
    type Output = [f64; 2];

    #[inline(always)]
    fn run<V: Vector>(self) -> [f64; 2] {
        // Eight sums side by side with every instruction set.
        let mut sums = [[0.0; 8]; 2];
        let whole = self.harmonic.len() / 8 * 8;
        for at in (0..whole).step_by(8) {
            for lane in (0..8).step_by(V::LANES) {
                let h = V::load(&self.harmonic[at + lane..]);
                let p = V::load(&self.input[at + lane..]).sub(h);
                for (sums, x) in sums.iter_mut().zip([h, p]) {
                    V::load(&sums[lane..]).add(x.mul(x)).store(&mut sums[lane..]);
                }
            }
        }
        for (x, h) in self.input[whole..].iter().zip(&self.harmonic[whole..]) {
            sums[0][0] += h * h;
            sums[1][0] += (x - h) * (x - h);
        }
        sums.map(|sums| sums.iter().sum())
    }
}

/// YIN from C2 to C7.
struct Pitch {
    plan: YinPlan,
    written: Vec<f64>,
    f0: Series,
}

impl Pitch {
    fn new(sample_rate: f64, frames: Frames) -> Result<Self> {
        let Frames { n_fft, hop, .. } = frames;
        let params = YinParams { frame_length: n_fft, hop_length: hop, ..YinParams::default() };
        let plan = YinPlan::new(sample_rate, &params)?;
        let most = plan.max_output(frames.chunk()).max(plan.max_output(0));
        Ok(Self { plan, written: buffer(most, 0.0)?, f0: Series::new(FRAMES)? })
    }

    fn take(&mut self, mono: &[f64]) {
        let written = self.plan.push(mono, &mut self.written).expect(CHECKED);
        self.keep(written);
    }

    fn finish(&mut self) -> &Series {
        let written = self.plan.finish(&mut self.written).expect(CHECKED);
        self.keep(written);
        &self.f0
    }

    fn keep(&mut self, written: usize) {
        self.written[..written].iter().for_each(|f0| self.f0.push(*f0));
    }
}

/// Chroma of the whole signal once its tuning is known; of a signal so long that the spool runs over,
/// with the tuning of the part before.
struct Chroma {
    plan: DeferredChroma,
    spool: Spool,
    tuning: TuningEstimator,
    tuned: bool,
    /// Mean of each column.
    energy: Series,
}

/// Blocks that wait for the tuning: five and a half minutes at 44.1 kHz.
const WAITING: usize = (14 << 20) / size_of::<i16>() / BLOCK;

impl Chroma {
    fn new(sample_rate: f64, frames: Frames) -> Result<Self> {
        let params = ChromaParams { hop_length: frames.hop, ..ChromaParams::default() };
        Ok(Self {
            plan: DeferredChroma::new(sample_rate, &params)?,
            spool: Spool::new(WAITING)?,
            tuning: TuningEstimator::new(sample_rate, params.bins_per_octave, frames.n_fft)?,
            tuned: false,
            energy: Series::new(FRAMES)?,
        })
    }

    fn estimate(&mut self, magnitude: &[f64]) {
        if !self.tuned {
            self.tuning.push(magnitude);
        }
    }

    fn take(&mut self, mono: &[f64]) {
        let Self { plan, spool, tuning, tuned, energy } = self;
        let DeferredChroma { decimation, columns } = plan;
        decimation.push(mono, |samples| {
            spool.push(samples, |samples| {
                if !*tuned {
                    columns.tune(tuning.finish());
                    *tuned = true;
                }
                columns.push(samples, usize::MAX, |column| energy.push(mean(column)));
            });
        });
    }

    /// Ends a signal of `n_frames`.
    fn finish(&mut self, n_frames: usize) -> &Series {
        let Self { plan, spool, tuning, tuned, energy } = self;
        let DeferredChroma { decimation, columns } = plan;
        if !*tuned {
            columns.tune(tuning.finish());
        }
        let mut push = |samples: &[f64]| columns.push(samples, n_frames, |column| energy.push(mean(column)));
        spool.drain(&mut push);
        decimation.finish(push);
        &self.energy
    }

    fn reset(&mut self) {
        self.plan.reset();
        self.spool.clear();
        self.tuning.reset();
        self.tuned = false;
        self.energy.reset();
    }
}

fn mean(column: &[f64]) -> f64 {
    column.iter().sum::<f64>() / column.len() as f64
}
