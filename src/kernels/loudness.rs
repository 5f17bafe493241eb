//! Loudness by ITU-R BS.1770-4 and EBU R 128: integrated, momentary, short-term, loudness range
//! (EBU Tech 3342) and true peak.
//!
//! The `ebur128` crate weights the channels (its K filter is designed anew for each sample rate); the true
//! peak is `true_peak`'s; gates and statistics are here, over the energies of steps of 0.1 s. They are
//! kept one by one for the first four hours, and after that as counts and sums in classes of 0.01 LU:
//! memory does not grow, and a gate can then err by what lies in one class.

mod layout;

use ebur128::{EbuR128, Mode};

use super::true_peak::TruePeak;
use crate::blocks::error::{
    Result, buffer, require, require_capacity, require_finite, require_in, require_sample_rate, reserve,
};

/// Steps of 0.1 s in a momentary block (0.4 s) and in a short-term block (3 s).
const MOMENTARY: usize = 4;
const SHORT_TERM: usize = 30;

/// The most channels: the limit of `ebur128`.
const MOST_CHANNELS: usize = 64;

/// No block at or below this loudness counts, in LUFS.
const ABSOLUTE_GATE: f64 = -70.0;

/// What is usually told of a track. Each is NaN if it cannot be told, see [`LoudnessPlan`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Loudness {
    /// Of the whole, in LUFS.
    pub integrated: f64,
    /// Loudness range in LU.
    pub range: f64,
    /// The highest loudness of 0.4 s, in LUFS.
    pub max_momentary: f64,
    /// The highest loudness of 3 s, in LUFS.
    pub max_short_term: f64,
    /// In dBTP.
    pub true_peak: f64,
}

impl Loudness {
    /// Of nothing.
    pub(crate) const UNKNOWN: Self = Self {
        integrated: f64::NAN,
        range: f64::NAN,
        max_momentary: f64::NAN,
        max_short_term: f64::NAN,
        true_peak: f64::NAN,
    };
}

/// What [`loudness`] measures, and of which channels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LoudnessParams {
    /// Whether to find the true peak, which takes a little longer.
    pub true_peak: bool,
    /// Where the loudspeakers stand: bits of the channel mask of WAVE files, in the order of the channels;
    /// 0: what is usual for their number, see [`LoudnessPlan`].
    pub channel_mask: u32,
}

impl LoudnessParams {
    /// The defaults but for the true peak, which is not found.
    pub const WITHOUT_TRUE_PEAK: Self = Self { true_peak: false, channel_mask: 0 };
}

impl Default for LoudnessParams {
    /// With the true peak, of the usual channels.
    fn default() -> Self {
        Self { true_peak: true, channel_mask: 0 }
    }
}

/// Loudness of a track.
///
/// # Errors
/// As [`LoudnessPlan::new`] and [`LoudnessPlan::push`]; `interleaved` empty.
pub fn loudness(
    interleaved: &[f64],
    n_channels: usize,
    sample_rate: f64,
    params: &LoudnessParams,
) -> Result<Loudness> {
    let mut plan = LoudnessPlan::new(sample_rate, n_channels, params)?;
    require(!interleaved.is_empty(), "interleaved", "empty", "at least 1 frame")?;
    plan.push(interleaved)?;
    Ok(plan.summary())
}

/// Over how long a time loudness is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Window {
    /// 0.4 s.
    Momentary,
    /// 3 s.
    ShortTerm,
}

/// Values of [`loudness_curve`]: the whole steps of 0.1 s in `n_frames`.
///
/// # Errors
/// `sample_rate` out of its range.
pub fn loudness_steps(n_frames: usize, sample_rate: f64) -> Result<usize> {
    Ok(n_frames / step(sample_rate)?)
}

/// Loudness in LUFS of the `window` that ends with each step of 0.1 s; NaN before as much has arrived,
/// and where all is silent. `loudness` takes [`loudness_steps`] values.
///
/// # Errors
/// As [`loudness`]; `loudness` too small.
pub fn loudness_curve(
    interleaved: &[f64],
    n_channels: usize,
    sample_rate: f64,
    window: Window,
    loudness: &mut [f64],
) -> Result<()> {
    let mut plan = LoudnessPlan::new(sample_rate, n_channels, &LoudnessParams::WITHOUT_TRUE_PEAK)?;
    require(!interleaved.is_empty(), "interleaved", "empty", "at least 1 frame")?;
    require_finite("interleaved", interleaved)?;
    let steps = loudness_steps(interleaved.len() / n_channels, sample_rate)?;
    require_capacity("loudness", loudness.len(), steps)?;
    for (frames, value) in interleaved.chunks(plan.step * n_channels).zip(loudness) {
        plan.push(frames)?;
        *value = match window {
            Window::Momentary => plan.momentary(),
            Window::ShortTerm => plan.short_term(),
        };
    }
    Ok(())
}

/// Frames in 0.1 s.
fn step(sample_rate: f64) -> Result<usize> {
    require_sample_rate(sample_rate)?;
    Ok(sample_rate.round() as usize / 10)
}

/// A meter for one channel count and sample rate, fed piece by piece.
///
/// Every value is NaN while it cannot be told: before 0.4 s (momentary, integrated) or 3 s
/// (short-term, range) have arrived, and where all is silent or gated.
///
/// Channels stand in the order of WAVE files. If their mask is not given, one is C; two are L, R; three
/// L, R, C; four L, R, Ls, Rs; five L, R, C, Ls, Rs; six L, R, C, LFE, Ls, Rs; seven L, R, C, LFE, back
/// centre, Ls, Rs; and eight L, R, C, LFE, back L, back R, Ls, Rs. By annex 3 of the standard loudspeakers
/// between 60° and 120° from the front weigh 1.41: the sides, and where there are none the backs. LFE
/// weighs 0, and all others, such as those of more than eight channels without a mask, 1.
pub struct LoudnessPlan {
    meter: EbuR128,
    true_peak: Option<TruePeak>,
    n_channels: usize,
    /// Frames in a step, and in the one that is under way.
    step: usize,
    begun: usize,
    /// Mean squares of the last 3 s of steps, oldest first, and how many are of this signal.
    steps: [f64; SHORT_TERM],
    known: usize,
    momentary: Blocks,
    short_term: Blocks,
}

impl LoudnessPlan {
    /// # Errors
    /// `Error::InvalidArgument` for `sample_rate` outside 8 to 384 kHz, `n_channels` outside 1 to 64, a
    /// `channel_mask` of another number of channels; `Error::OutOfMemory`.
    pub fn new(sample_rate: f64, n_channels: usize, params: &LoudnessParams) -> Result<Self> {
        let LoudnessParams { true_peak, channel_mask } = *params;
        let step = step(sample_rate)?;
        require_in("n_channels", n_channels, 1..=MOST_CHANNELS)?;
        let rate = sample_rate.round() as u32;
        let true_peak = true_peak.then(|| TruePeak::new(sample_rate, n_channels)).transpose()?;
        let channels = layout::channels(n_channels, channel_mask)?;
        // It allocates infallibly; what it refuses are rates and numbers of channels beyond these.
        let mut meter =
            EbuR128::new(n_channels as u32, rate, Mode::M).expect("rate and channels are checked");
        for (i, channel) in (0..).zip(channels) {
            meter.set_channel(i, channel).expect("it has so many channels");
        }
        Ok(Self {
            meter,
            true_peak,
            n_channels,
            step,
            begun: 0,
            steps: [0.0; SHORT_TERM],
            known: 0,
            momentary: Blocks::new()?,
            short_term: Blocks::new()?,
        })
    }

    /// Takes the next frames, interleaved.
    ///
    /// # Errors
    /// Samples that are not finite or do not fill whole frames. Nothing is taken then.
    pub fn push(&mut self, interleaved: &[f64]) -> Result<()> {
        let (len, n_channels) = (interleaved.len(), self.n_channels);
        let allowed = format_args!("whole frames of {n_channels} channels");
        require(len.is_multiple_of(n_channels), "interleaved", format_args!("{len} samples"), allowed)?;
        require_finite("interleaved", interleaved)?;
        if let Some(true_peak) = &mut self.true_peak {
            true_peak.push(interleaved);
        }
        let mut rest = interleaved;
        while !rest.is_empty() {
            let frames = (self.step - self.begun).min(rest.len() / n_channels);
            let (now, later) = rest.split_at(frames * n_channels);
            self.meter.add_frames_f64(now).expect("the frames are whole");
            rest = later;
            self.begun += frames;
            if self.begun == self.step {
                self.begun = 0;
                self.end_step();
            }
        }
        Ok(())
    }

    fn end_step(&mut self) {
        let loudness = self.meter.loudness_window(100).expect("it keeps 400 ms");
        self.steps.rotate_left(1);
        self.steps[SHORT_TERM - 1] = energy(loudness);
        self.known = SHORT_TERM.min(self.known + 1);
        if let Some(energy) = self.last(MOMENTARY) {
            self.momentary.add(energy);
        }
        if let Some(energy) = self.last(SHORT_TERM) {
            self.short_term.add(energy);
        }
    }

    /// Forgets the signal.
    pub fn reset(&mut self) {
        self.meter.reset();
        self.true_peak.as_mut().map(TruePeak::reset);
        self.begun = 0;
        self.known = 0;
        self.momentary.clear();
        self.short_term.clear();
    }

    /// Mean square of the last `count` steps.
    fn last(&self, count: usize) -> Option<f64> {
        let mean = self.steps[SHORT_TERM - count..].iter().sum::<f64>() / count as f64;
        (self.known >= count).then_some(mean)
    }

    /// Integrated loudness of all so far, in LUFS: the mean over 0.4 s blocks every 0.1 s above −70 LUFS
    /// and above the gate 10 LU below the mean of those.
    pub fn integrated(&self) -> f64 {
        level(self.momentary.gated_mean(10.0))
    }

    /// Loudness of the last 0.4 s, in LUFS; new every 0.1 s.
    pub fn momentary(&self) -> f64 {
        level(self.last(MOMENTARY).unwrap_or(f64::NAN))
    }

    /// Loudness of the last 3 s, in LUFS; new every 0.1 s.
    pub fn short_term(&self) -> f64 {
        level(self.last(SHORT_TERM).unwrap_or(f64::NAN))
    }

    /// The highest momentary loudness so far, in LUFS.
    pub fn max_momentary(&self) -> f64 {
        level(self.momentary.max)
    }

    /// The highest short-term loudness so far, in LUFS.
    pub fn max_short_term(&self) -> f64 {
        level(self.short_term.max)
    }

    /// Loudness range in LU (EBU Tech 3342): from the 10th to the 95th percentile of the short-term
    /// loudness every 0.1 s, above −70 LUFS and above the gate 20 LU below the mean of those. The plan
    /// is unchanged but for the order of its history.
    pub fn loudness_range(&mut self) -> f64 {
        let gate = self.short_term.relative_gate(20.0);
        let [low, high] = self.short_term.percentiles_above(gate, [0.10, 0.95]);
        level(high) - level(low)
    }

    /// Standard deviation in LU of the short-term loudness every 0.1 s, above −70 LUFS and above
    /// integrated loudness − 20 LU. NaN for fewer than two values.
    pub fn short_term_std(&self) -> f64 {
        let gate = energy(self.integrated() - 20.0).max(energy(ABSOLUTE_GATE));
        let values = || self.short_term.above(gate).map(|(count, energy)| (count, level(energy)));
        let count: f64 = values().map(|(count, _)| count).sum();
        if count < 2.0 {
            return f64::NAN;
        }
        let mean = values().map(|(count, value)| count * value).sum::<f64>() / count;
        let squares: f64 = values().map(|(count, value)| count * (value - mean).powi(2)).sum();
        (squares / count).sqrt()
    }

    /// All that is usually told of a track, so far.
    pub fn summary(&mut self) -> Loudness {
        Loudness {
            integrated: self.integrated(),
            range: self.loudness_range(),
            max_momentary: self.max_momentary(),
            max_short_term: self.max_short_term(),
            true_peak: self.true_peak(),
        }
    }

    /// Highest true peak of all channels so far in dBTP: oversampled four times, twice from 96 kHz on,
    /// from 192 kHz on the samples themselves. NaN if silent or if the plan was made without.
    pub fn true_peak(&self) -> f64 {
        let peak = self.true_peak.as_ref().map_or(0.0, TruePeak::peak);
        if peak > 0.0 && peak.is_finite() { 20.0 * peak.log10() } else { f64::NAN }
    }
}

/// Mean square of the weighted signal to LUFS, NaN for silence.
fn level(energy: f64) -> f64 {
    if energy > 0.0 { 10.0 * energy.log10() - 0.691 } else { f64::NAN }
}

fn energy(loudness: f64) -> f64 {
    10_f64.powf((loudness + 0.691) / 10.0)
}

/// The energies of all blocks above the absolute gate.
struct Blocks {
    /// The first ones; no more than its capacity.
    first: Vec<f64>,
    /// Count and sum of those that came later, by loudness.
    later: Vec<(f64, f64)>,
    max: f64,
}

/// Blocks kept one by one: four hours.
const KEPT: usize = 4 * 60 * 60 * 10;
/// Classes of the later ones: from the absolute gate on, in LU. All above go to the last.
const CLASS: f64 = 0.01;
const CLASSES: usize = 10_000;

impl Blocks {
    fn new() -> Result<Self> {
        Ok(Self { first: reserve(KEPT)?, later: buffer(CLASSES, (0.0, 0.0))?, max: f64::NAN })
    }

    fn clear(&mut self) {
        self.first.clear();
        self.later.fill((0.0, 0.0));
        self.max = f64::NAN;
    }

    fn add(&mut self, block: f64) {
        self.max = self.max.max(block);
        if block <= energy(ABSOLUTE_GATE) {
            return;
        }
        if self.first.len() < KEPT {
            self.first.push(block);
        } else {
            let class = ((level(block) - ABSOLUTE_GATE) / CLASS) as usize;
            let (count, sum) = &mut self.later[class.min(CLASSES - 1)];
            *count += 1.0;
            *sum += block;
        }
    }

    /// How many blocks of which energy lie above `gate`.
    fn above(&self, gate: f64) -> impl Iterator<Item = (f64, f64)> {
        let first = self.first.iter().map(|energy| (1.0, *energy));
        first.chain(self.classes()).filter(move |(_, energy)| *energy > gate)
    }

    /// Count and mean of each class, by rising energy.
    fn classes(&self) -> impl Iterator<Item = (f64, f64)> {
        let used = self.later.iter().filter(|(count, _)| *count > 0.0);
        used.map(|(count, sum)| (*count, sum / count))
    }

    fn mean_above(&self, gate: f64) -> f64 {
        let total = |(n, total), (count, energy)| (n + count, total + count * energy);
        let (count, sum) = self.above(gate).fold((0.0, 0.0), total);
        sum / count
    }

    /// `below` LU under the mean of all.
    fn relative_gate(&self, below: f64) -> f64 {
        self.mean_above(0.0) * 10_f64.powf(-below / 10.0)
    }

    fn gated_mean(&self, below: f64) -> f64 {
        self.mean_above(self.relative_gate(below))
    }

    /// The energies of the given ranks (0 to 1, rising, to the nearest block) among those above `gate`.
    fn percentiles_above<const N: usize>(&mut self, gate: f64, ranks: [f64; N]) -> [f64; N] {
        self.first.sort_unstable_by(f64::total_cmp);
        let count: f64 = self.above(gate).map(|(count, _)| count).sum();
        let mut first = self.first.iter().map(|energy| (1.0, *energy)).peekable();
        let mut classes = self.classes().peekable();
        // Both rise; merged they rise too.
        let mut rising = std::iter::from_fn(|| match (first.peek(), classes.peek()) {
            (Some(a), Some(b)) if a.1 > b.1 => classes.next(),
            (Some(_), _) => first.next(),
            (None, _) => classes.next(),
        })
        .filter(|(_, energy)| *energy > gate);
        let (mut passed, mut at) = (0.0, f64::NAN);
        ranks.map(|rank| {
            let index = ((count - 1.0) * rank).round();
            while passed <= index {
                let Some((count, energy)) = rising.next() else { break };
                passed += count;
                at = energy;
            }
            at
        })
    }
}

#[cfg(test)]
mod tests;
