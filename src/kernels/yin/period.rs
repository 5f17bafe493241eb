//! From the autocorrelation of a frame to its period: difference function, cumulative mean, dip.

use crate::blocks::error::{Result, buffer, reserve};
use crate::blocks::parabola::vertex;
use crate::blocks::simd::{self, InstructionSet, Kernel, LANES, Vector};

/// Lags are searched in blocks of so many.
const BLOCK: usize = 64;

/// Values this close to the least one, relatively, count as equal to it, and the shortest of their
/// lags is chosen. Where the function is flat (a frame that holds a single click), rounding would
/// choose otherwise.
const TIE: f64 = 1e-12;

pub(super) struct PeriodSearch {
    /// Indices of the shortest and the longest period searched; index `i` stands for lag `i + 1`.
    first: usize,
    last: usize,
    threshold: f64,
    instructions: InstructionSet,
    /// 1, 2, 3, …
    lags: Vec<f64>,
    /// Cumulative mean normalised difference; infinite where it is not searched.
    normalised: Vec<f64>,
    /// Least value of each block.
    least: Vec<f64>,
}

impl PeriodSearch {
    pub fn new(min_period: usize, max_period: usize, threshold: f64) -> Result<Self> {
        let len = max_period.next_multiple_of(BLOCK);
        let mut lags = reserve(len)?;
        lags.extend((1..=len).map(|lag| lag as f64));
        Ok(Self {
            first: min_period - 1,
            last: max_period - 1,
            threshold,
            instructions: InstructionSet::best(),
            lags,
            normalised: buffer(len, 0.0)?,
            least: buffer(len / BLOCK, 0.0)?,
        })
    }

    /// Period of `frame` in samples. `autocorrelation` is `scale` times too large.
    pub fn period(&mut self, frame: &[f64], autocorrelation: &[f64], scale: f64) -> f64 {
        let index = simd::run(self.instructions, Search { plan: self, frame, autocorrelation, scale });
        (index + 1) as f64 + self.shift(index)
    }

    /// Distance from the sample at `index` to the bottom of the parabola through it and its neighbours;
    /// 0 at the ends of the range and where the bottom is not between the neighbours.
    fn shift(&self, index: usize) -> f64 {
        if index == self.first || index == self.last {
            return 0.0;
        }
        let three = &self.normalised[index - 1..=index + 1];
        vertex(three[0], three[1], three[2]).shift
    }

    /// Whether the function dips at `index`. The neighbours of the range are infinite, so that an end
    /// is a dip if it lies below its one neighbour.
    fn is_trough(&self, index: usize) -> bool {
        let at = self.normalised[index];
        let falls = index == self.first || at < self.normalised[index - 1];
        // At the ends a flat piece is no dip.
        let rises = match index {
            _ if index == self.last => true,
            _ if index == self.first => at < self.normalised[index + 1],
            _ => at <= self.normalised[index + 1],
        };
        falls && rises
    }

    fn trough_below_threshold(&self, range: std::ops::Range<usize>) -> Option<usize> {
        range.into_iter().find(|&i| self.normalised[i] < self.threshold && self.is_trough(i))
    }

    /// Index of the least value of all, the first one of a tie.
    fn least(&self) -> usize {
        let least = self.least.iter().fold(f64::INFINITY, |a, b| a.min(*b));
        let bound = least + least.abs() * TIE;
        // Where samples near the end of the range of doubles overflow, all values may be NaN.
        let block = self.least.iter().position(|value| *value <= bound).unwrap_or(0);
        let from = (block * BLOCK).max(self.first);
        let values = &self.normalised[from..=self.last];
        from + values.iter().position(|value| *value <= bound).unwrap_or(0)
    }
}

/// Fills `plan.normalised` block by block until the first dip below the threshold is found; gives its
/// index, or that of the least value.
struct Search<'a> {
    plan: &'a mut PeriodSearch,
    frame: &'a [f64],
    autocorrelation: &'a [f64],
    scale: f64,
}

impl Kernel for Search<'_> {
    type Output = usize;

    #[inline(always)]
    fn run<V: Vector>(self) -> usize {
        let Self { plan, frame, autocorrelation, scale } = self;
        let gain = V::splat(2.0 / scale);
        let power = V::splat(autocorrelation[0]);
        let tiny = V::splat(f64::MIN_POSITIVE);
        let (mut energy, mut total) = (0.0, 0.0);
        let mut searched = plan.first;

        for block in 0..plan.least.len() {
            let range = block * BLOCK..(block + 1) * BLOCK;
            for at in range.clone().step_by(LANES) {
                let samples = group(frame, at);
                let correlations = group(autocorrelation, at + 1);
                let mut energies = running_sum::<V>(samples.map(|x| x * x), &mut energy);
                if at == 0 {
                    // librosa clears this one before it is used; it enters all cumulative means.
                    energies[0] = 0.0;
                }
                // d(k) = 2 (r(0) - r(k)) - (energy of the first k samples)
                let mut difference = [0.0; LANES];
                for i in (0..LANES).step_by(V::LANES) {
                    let d = power.sub(V::load(&correlations[i..])).mul(gain).sub(V::load(&energies[i..]));
                    d.store(&mut difference[i..]);
                }
                let sums = running_sum::<V>(difference, &mut total);
                for i in (0..LANES).step_by(V::LANES) {
                    let weighted = V::load(&difference[i..]).mul(V::load(&plan.lags[at + i..]));
                    weighted.div(V::load(&sums[i..]).add(tiny)).store(&mut plan.normalised[at + i..]);
                }
            }
            if range.start < plan.first {
                let end = plan.first.min(range.end);
                plan.normalised[range.start..end].fill(f64::INFINITY);
            }
            if range.end > plan.last {
                plan.normalised[plan.last + 1..range.end].fill(f64::INFINITY);
            }
            let mut least = V::splat(f64::INFINITY);
            for at in range.clone().step_by(V::LANES) {
                least = V::load(&plan.normalised[at..]).min(least);
            }
            let mut lanes = [f64::INFINITY; LANES];
            least.store(&mut lanes);
            let least = lanes.into_iter().fold(f64::INFINITY, f64::min);
            plan.least[block] = least;

            // The block's last value waits for its right neighbour.
            let end = if range.end > plan.last { plan.last + 1 } else { range.end - 1 };
            let waiting = searched < range.start && plan.normalised[searched] < plan.threshold;
            if (least < plan.threshold || waiting)
                && let Some(index) = plan.trough_below_threshold(searched..end)
            {
                return index;
            }
            searched = searched.max(end);
        }
        plan.least()
    }
}

/// Eight elements from `at` on; 0 beyond the end, where no lag is searched.
#[inline(always)]
fn group(from: &[f64], at: usize) -> [f64; LANES] {
    let mut group = [0.0; LANES];
    match from.get(at..at + LANES) {
        Some(all) => group.copy_from_slice(all),
        None => {
            let rest = from.get(at..).unwrap_or_default();
            group[..rest.len()].copy_from_slice(rest);
        }
    }
    group
}

/// Sums of the first 1, 2, … 8 of `terms` and of all before, which are in `carry`. Two additions per
/// group depend on the group before, so that groups overlap in time.
#[inline(always)]
fn running_sum<V: Vector>(terms: [f64; LANES], carry: &mut f64) -> [f64; LANES] {
    let mut sums = [0.0; LANES];
    for i in (0..LANES).step_by(V::LANES) {
        V::load(&terms[i..]).prefix_sums4().store(&mut sums[i..]);
    }
    let first = *carry;
    let second = first + sums[3];
    *carry = second + sums[7];
    let carries = [first, first, first, first, second, second, second, second];
    for i in (0..LANES).step_by(V::LANES) {
        V::load(&carries[i..]).add(V::load(&sums[i..])).store(&mut sums[i..]);
    }
    sums
}
