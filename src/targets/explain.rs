//! Why a target is what it is: each as a sum of causes.

use std::fmt;

use super::TargetParams;
use super::rules::{self, Profile, check_profile, check_reference, within};
use super::table::{LEN, TARGETS, target};
use crate::blocks::error::Result;
use crate::fingerprint;
use crate::profile::PROFILE;

/// Number of causes of each target: the dimensions of the fingerprint and what is at [`cause`].
pub const CAUSES: usize = fingerprint::LEN + 4;

/// Places of the causes that are no dimension.
pub mod cause {
    use crate::fingerprint;

    /// The target of a track that causes nothing.
    pub const BASE: usize = fingerprint::LEN;
    /// Loudness, peak, limiting and tastes that are asked for.
    pub const PREFERENCE: usize = BASE + 1;
    pub const REFERENCE: usize = BASE + 2;
    /// The target's range.
    pub const LIMIT: usize = BASE + 3;
}

/// The targets with their causes. As text, a line for each target: its value, and the causes that move it
/// noticeably, largest first.
#[derive(Debug, Clone, PartialEq)]
pub struct Explanation {
    pub targets: [f64; LEN],
    /// How much each cause moves each target. A row sums to its target; what causes nothing is 0. Without a
    /// loudness all are NaN but the row of the peak.
    pub parts: [[f64; CAUSES]; LEN],
}

/// [`super::targets`] with its reasons: one after another the dimensions take the track's values in place
/// of neutral ones, then the reference comes in, then the preferences, then the limits; each cause is how
/// much that moved the target. (The true peak counts with `crest_db`, the side below 120 Hz with
/// `stereo_width`; intensity and the most gain hold from the beginning.)
///
/// # Errors
/// As [`super::targets`].
pub fn explain(profile: &[f64], reference: Option<&[f64]>, params: &TargetParams) -> Result<Explanation> {
    params.check()?;
    let track = check_profile(profile)?;
    let reference = reference.map(check_reference).transpose()?;
    let reference = reference.as_ref();
    let targets = rules::targets(&track, reference, params);

    let unasked =
        TargetParams { intensity: params.intensity, gain_max: params.gain_max, ..TargetParams::default() };
    let mut known = Profile::NEUTRAL;
    let mut before = rules::rules(&known, None, &unasked);
    let mut parts = [[0.0; CAUSES]; LEN];
    let mut add = |cause: usize, after: [f64; LEN]| {
        for ((parts, before), after) in parts.iter_mut().zip(&mut before).zip(after) {
            parts[cause] = after - *before;
            *before = after;
        }
    };
    if track.is_audible() {
        for dimension in fingerprint::DIMENSIONS {
            known.learn(dimension, &track);
            add(dimension as usize, rules::rules(&known, None, &unasked));
        }
        add(cause::REFERENCE, rules::rules(&known, reference, &unasked));
        let all = rules::rules(&known, reference, params);
        add(cause::PREFERENCE, all);
        add(cause::LIMIT, std::array::from_fn(|i| within(i, reference, all[i])));
        for (parts, base) in parts.iter_mut().zip(rules::rules(&Profile::NEUTRAL, None, &unasked)) {
            parts[cause::BASE] = base;
        }
    } else {
        let base = rules::peak_of_silence(&unasked);
        parts = [[f64::NAN; CAUSES]; LEN];
        parts[target::PEAK] = [0.0; CAUSES];
        parts[target::PEAK][cause::BASE] = base;
        parts[target::PEAK][cause::PREFERENCE] = targets[target::PEAK] - base;
    }
    Ok(Explanation { targets, parts })
}

/// The name of a cause.
fn name(cause: usize) -> &'static str {
    match cause {
        cause::BASE => "base",
        cause::PREFERENCE => "preference",
        cause::REFERENCE => "reference",
        cause::LIMIT => "limit",
        dimension => PROFILE[dimension].name(),
    }
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for ((target, value), parts) in TARGETS.iter().zip(self.targets).zip(&self.parts) {
            // Slopes are small numbers.
            let decimals = if target.unit() == "dB/dB" { 2 } else { 1 };
            write!(f, "{} {} {}", target.name(), minus(format!("{value:.decimals$}")), target.unit())?;
            let least = 0.5 * 0.1_f64.powi(decimals as i32);
            let mut causes: Vec<usize> = (0..CAUSES).filter(|cause| parts[*cause].abs() >= least).collect();
            causes.sort_by(|a, b| parts[*b].abs().total_cmp(&parts[*a].abs()));
            for (i, cause) in causes.into_iter().enumerate() {
                let before = if i == 0 { ": " } else { ", " };
                let part = minus(format!("{:+.decimals$}", parts[cause]));
                write!(f, "{before}{} {part}", name(cause))?;
            }
            writeln!(f)?;
        }
        Ok(())
    }
}

/// With a minus sign in place of the hyphen, and no sign before a 0.
fn minus(number: String) -> String {
    if number.bytes().all(|byte| !byte.is_ascii_digit() || byte == b'0') && !number.contains('N') {
        return number.trim_start_matches(['-', '+']).to_string();
    }
    number.replace('-', "−")
}
