//! The equalizer that gives a track the third octaves of a reference.
//!
//! Gains wanted at the third octaves are not what the third octaves get: filters have slopes, and a band its
//! own spectrum. So what a filter would make of the track's spectrum is computed, and what is missing is
//! wanted beyond the gains that there are, again and again. What limits forbid is not wanted ever more: it
//! would push the neighbours away from where they are right.

use std::ops::RangeInclusive;

use super::equalizer::Designer;
use super::mapper::{COUNTS, Eq, Wanted};
use crate::blocks::error::{Result, buffer};
use crate::blocks::third_octaves::BANDS;
use crate::profile::{Octaves, place};
use crate::targets::TargetParams;

const ROUNDS: usize = 15;
/// How much of what is missing is added.
const PACE: f64 = 0.8;

/// The equalizer for a track of this `profile`, of whose `mid` and `side` signal these are the spectra.
pub(super) fn matched(
    profile: &[f64],
    reference: &[f64],
    params: &TargetParams,
    sample_rate: f64,
    mid: &Octaves,
    side: Option<&Octaves>,
) -> Result<Eq> {
    let goal = Wanted::new(profile, reference, params);
    let mut designer = Designer::new(sample_rate, mid.n_fft())?;
    let mut powers = buffer(mid.n_fft() / 2 + 1, 0.0)?;
    // How much each third octave gains by the filter.
    let mut gains = |octaves: &Octaves, before: &[f64], eq: &[f64; BANDS]| -> [f64; BANDS] {
        for (k, (power, gain)) in powers.iter_mut().zip(designer.response(eq, |_| 1.0)).enumerate() {
            *power = octaves.power(k) * gain * gain;
        }
        let after = octaves.levels(|k| powers[k]);
        std::array::from_fn(|b| after[b] - before[b])
    };
    let corrected = |eq: f64, goal: f64, gain: f64| {
        // Nothing is known of an empty band.
        if gain.is_nan() { goal } else { eq + PACE * (goal - gain) }
    };

    let mut wanted = goal;
    for _ in 0..ROUNDS {
        let eq = wanted.limited();
        let mid_gains = gains(mid, &profile[place::MID..], &eq.mid);
        wanted.mid = std::array::from_fn(|b| corrected(eq.mid[b], goal.mid[b], mid_gains[b]));
        if let Some(side) = side {
            let side_gains = gains(side, &profile[place::SIDE..], &eq.side);
            let wanted_side = |b: usize| goal.side[b].map(|goal| corrected(eq.side[b], goal, side_gains[b]));
            wanted.side = std::array::from_fn(wanted_side);
        }
    }
    Ok(wanted.limited())
}

/// 125 Hz to 12.5 kHz.
const COMPARED: RangeInclusive<usize> = 8..=28;

/// How far the third octaves of `levels` lie from those of the `reference`, both less their mean, in dB: at most
/// and in the mean. Bands that are empty in either do not count.
pub(super) fn spectral_error(levels: &[f64], reference: &[f64]) -> [f64; 2] {
    let least = |levels: &[f64]| levels.iter().copied().fold(f64::NAN, f64::max) - COUNTS;
    let (least_level, least_reference) = (least(levels), least(reference));
    let counts = |b: &usize| levels[*b] >= least_level && reference[*b] >= least_reference;
    let apart = || COMPARED.filter(counts).map(|b| levels[b] - reference[b]);
    let count = apart().count() as f64;
    let mean = apart().sum::<f64>() / count;
    let errors = || apart().map(|apart| (apart - mean).abs());
    [errors().fold(f64::NAN, f64::max), errors().sum::<f64>() / count]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_error_does_not_depend_on_level_nor_on_what_is_unknown() {
        let reference: Vec<f64> = (0..31).map(|b| -f64::from(b)).collect();
        let mut levels: Vec<f64> = reference.iter().map(|level| level + 7.0).collect();
        assert!(spectral_error(&levels, &reference).iter().all(|error| error.abs() < 1e-12));
        (levels[20], levels[0], levels[10]) = (levels[20] + 20.0, 20.0, f64::NAN);
        levels[28] = -80.0;
        let [most, mean] = spectral_error(&levels, &reference);
        // Of 19 bands one is 20 dB off.
        let (off, others) = (20.0 * 18.0 / 19.0, 20.0 / 19.0);
        assert!((most - off).abs() < 1e-9, "{most}");
        assert!((mean - (off + 18.0 * others) / 19.0).abs() < 1e-9, "{mean}");
        assert!(spectral_error(&[f64::NAN; 31], &reference).iter().all(|error| error.is_nan()));
    }
}
