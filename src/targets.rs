//! Targets: what a master of a track should be, from its profile, and why.
//!
//! Each target is a continuous, bounded function of the profile, of a reference if there is one, and of
//! a few preferences (`rules`); a number of the profile that is not known takes a neutral value and so
//! causes nothing. [`explain()`] tells a target as a sum of its causes.

mod explain;
mod params;
mod rules;
mod table;

pub use explain::{CAUSES, Explanation, cause, explain};
pub use params::{Preset, TargetParams};
pub use table::{LEN, TARGETS, VERSION, target};

pub(crate) use rules::{
    EDGES, MOST_BOOST, MOST_CUT, TOLERANCE, TONES, USUAL_SHARES, check_profile, check_reference,
    neutral_targets, taste_tones,
};

use crate::blocks::error::Result;

/// The targets of a track, in the order of [`TARGETS`]. Without a loudness (silence, less than 0.4 s) all
/// are NaN but the peak.
///
/// `profile`: a fingerprint or a profile; `reference`: likewise, a track that the master should be like.
///
/// # Errors
/// A length other than 25 or 95; a value that is infinite or out of its range, such as shares that are not
/// in percent; shares of which some are NaN; a reference without a loudness; preferences out of their range.
pub fn targets(profile: &[f64], reference: Option<&[f64]>, params: &TargetParams) -> Result<[f64; LEN]> {
    params.check()?;
    let profile = check_profile(profile)?;
    let reference = reference.map(check_reference).transpose()?;
    Ok(rules::targets(&profile, reference.as_ref(), params))
}

/// The targets of many tracks, of each `profile_len` values of `profiles` and [`LEN`] of `output`.
///
/// # Errors
/// As [`targets`], with the place of the profile that an error is about.
///
/// # Panics
/// If `profiles` and `output` do not hold as many tracks.
pub fn targets_of_each(
    profiles: &[f64],
    profile_len: usize,
    reference: Option<&[f64]>,
    params: &TargetParams,
    output: &mut [f64],
) -> Result<()> {
    params.check()?;
    let reference = reference.map(check_reference).transpose()?;
    let (output, []) = output.as_chunks_mut::<LEN>() else { panic!("whole targets") };
    assert_eq!(profiles.len(), output.len() * profile_len);
    let profiles = profiles.chunks_exact(profile_len);
    // All are checked before the first is written.
    for (i, profile) in profiles.clone().enumerate() {
        check_profile(profile).map_err(|error| error.of(format_args!("profile {i}")))?;
    }
    for (profile, output) in profiles.zip(output) {
        let profile = check_profile(profile).expect("checked above");
        *output = rules::targets(&profile, reference.as_ref(), params);
    }
    Ok(())
}

#[cfg(test)]
mod tests;
