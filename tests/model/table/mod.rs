//! The entries: kernels with their parameters, streams, tables of names, section by section of the header.

#![allow(
    unused_mut,
    unused_unsafe,
    unused_variables,
    reason = "some functions are safe, some without arguments"
)]

use super::Model;

/// Sections, of which each adds its entries.
macro_rules! sections {
    ($($section:ident)*) => {
        $(mod $section;)*

        pub fn fill(model: &mut Model) {
            $($section::fill(model);)*
        }
    };
}

sections! { library separation pitch constant_q rhythm spectral loudness fingerprint mastering }

const TINY: f64 = f64::MIN_POSITIVE;
const HUGE: f64 = f64::MAX;
const INF: f64 = f64::INFINITY;
const NAN: f64 = f64::NAN;
const MILLION: f64 = (1 << 20) as f64;
const MOST: f64 = u32::MAX as f64;
const HALF_OF_MOST: f64 = (1_u32 << 31) as f64;
