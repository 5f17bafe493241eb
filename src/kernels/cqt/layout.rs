//! Which octaves are computed together, at which rate and in which block length.
//!
//! All of it is decided for the tuning rounded to whole bins, so that the rates do not depend on the
//! fraction.

use std::ops::Range;

use super::accuracy::Accuracy;
use super::params::CqtParams;
use super::wavelet::Wavelet;
use crate::blocks::error::{Result, collect, reserve};
use crate::blocks::lengths::{ANY, next_fast};
use crate::blocks::resample::{PASSBAND, REACH};
use crate::blocks::simd::LANES;

/// Bins that share one rate and one forward transform.
#[derive(Debug, Clone)]
pub(super) struct Group {
    pub bins: Range<usize>,
    /// Halvings of the sample rate.
    pub level: usize,
    /// Samples between frames at that rate.
    pub hop: usize,
    /// Points of the inverse transforms: frames in a block.
    pub frames: usize,
    /// Samples that a frame needs before and after its instant.
    pub reach: usize,
}

impl Group {
    /// Samples in a block.
    pub fn block(&self) -> usize {
        self.hop * self.frames
    }
}

#[derive(Debug, Clone)]
pub(super) struct Layout {
    /// Frames that are computed at a time.
    pub step: usize,
    /// The least level of a group: where the cascade ends.
    pub base: usize,
    pub groups: Vec<Group>,
}

/// Frames at a time, unless the filters are much longer or the hop is very long.
const STEP: usize = 32;
/// Samples at most in a step.
const LONGEST_STEP: usize = 1 << 17;

impl Layout {
    pub fn new(sample_rate: f64, params: &CqtParams, accuracy: Accuracy) -> Result<Self> {
        // Half a bin up is where rates are tightest, half a bin down where wavelets are longest.
        let tuned = |offset| CqtParams { tuning: params.tuning.round() + offset, ..*params };
        let highest = Wavelet::all(sample_rate, &tuned(0.5))?;
        let longest = Wavelet::all(sample_rate, &tuned(-0.5))?;
        let bands = collect((0..params.n_bins).map(|k| {
            let (low, high) = accuracy.band(&highest, k, params);
            (highest[k].frequency * low, highest[k].frequency * high)
        }))?;
        let hop = params.hop_length;

        let length = longest.iter().fold(0, |length, w| length.max(2 * w.reach()));
        let step = (length / hop / 4).next_multiple_of(LANES).max(STEP).min((LONGEST_STEP / hop).max(1));

        // Octaves from the top; the lowest may be incomplete.
        let lasts = (0..params.n_bins).rev().step_by(params.bins_per_octave);
        let octaves = collect(lasts.map(|last| (last + 1).saturating_sub(params.bins_per_octave)..last + 1))?;
        let group = |bins: Range<usize>| {
            let top = bins.clone().fold(0.0_f64, |top, k| top.max(bands[k].1));
            let clean = |level: &usize| top <= PASSBAND * sample_rate / (1_u64 << level) as f64;
            let level = (1..=hop.trailing_zeros() as usize).take_while(clean).count();
            let reach = bins.clone().fold(0, |reach, k| reach.max(longest[k].reach()));
            let reach = if level == 0 { reach } else { (reach >> level) + 4 };
            let hop = hop >> level;
            let least = (step - 1 + (2 * reach + 1).div_ceil(hop)).max(step);
            let frames = next_fast(least, LANES, &[(2, ANY), (3, ANY), (5, ANY), (7, ANY)]);
            Group { bins, level, hop, frames, reach }
        };

        // The cheapest way to cut the octaves into groups: for the first so many, what they cost, where
        // the last group begins, and that group.
        let mut best: Vec<(f64, usize, Group)> = reserve(octaves.len())?;
        for end in 1..=octaves.len() {
            let candidates = (0..end).map(|begin| {
                let group = group(octaves[end - 1].start..octaves[begin].end);
                let width: f64 = bands[group.bins.clone()].iter().map(|(low, high)| high - low).sum();
                let before = if begin == 0 { 0.0 } else { best[begin - 1].0 };
                (before + group_cost(&group, width / sample_rate), begin, group)
            });
            best.extend(candidates.min_by(|a, b| a.0.total_cmp(&b.0)));
        }
        let mut groups: Vec<Group> = reserve(best.len())?;
        let mut end = best.len();
        while end > 0 {
            let (_, begin, group) = &best[end - 1];
            groups.push(group.clone());
            end = *begin;
        }
        groups.reverse();
        let base = groups.iter().map(|group| group.level).min().expect("a transform has bins");
        Ok(Self { step, base, groups })
    }

    /// Samples at the base rate, counted from the instant of a step's first frame, that the step needs.
    pub fn ahead(&self) -> usize {
        let needs = self.groups.iter().map(|group| {
            let factor = 1 << (group.level - self.base);
            ((self.step - 1) * group.hop + group.reach) * factor + REACH * (factor - 1) + 1
        });
        needs.max().expect("a transform has bins")
    }
}

/// The work of a step in nanoseconds, roughly: measured costs of the transforms and products.
/// `width` is the sum of the bins' bands over the sample rate.
fn group_cost(group: &Group, width: f64) -> f64 {
    let (block, frames, bins) = (group.block() as f64, group.frames as f64, group.bins.len() as f64);
    let forward = block * (0.13 * block.log2() + 0.8);
    let products = 0.22 * width * block * (1_u64 << group.level) as f64;
    let inverse = bins * frames * (0.25 * frames.log2() + 1.5);
    forward + products + inverse
}
