//! Half-band decimation: every second sample of a signal whose upper half band is removed.
//!
//! A half-band filter's even taps are zero but the middle one (Crochiere and Rabiner, *Multirate
//! Digital Signal Processing*, 1983), so an output costs [`PAIRS`] multiplications. The Kaiser design
//! leaves ripples below 5e-7 up to [`PASSBAND`] of the new rate, and folds no more than that into
//! it: there the decimated signal stands for the original, at the same times (zero phase).

use std::f64::consts::PI;

use crate::blocks::error::{Result, buffer, reserve};
use crate::blocks::simd::{self, InstructionSet, Vector};

/// Distinct taps beside the middle one.
const PAIRS: usize = 12;
/// How far the filter reaches to either side, in samples of its input.
pub(crate) const REACH: usize = 2 * PAIRS - 1;
/// Frequencies up to this share of the decimated rate come through undisturbed.
pub(crate) const PASSBAND: f64 = 0.3;
/// Kaiser's shape parameter for 140 dB.
const BETA: f64 = 14.47;

/// Most samples that a decimator takes at once.
pub(crate) const CHUNK: usize = 1024;

/// The taps at odd distances 1, 3, 5 … from the middle, which itself is 1/2.
fn taps() -> [f64; PAIRS] {
    let edge = bessel_i0(BETA);
    let mut taps: [f64; PAIRS] = std::array::from_fn(|i| {
        let n = (2 * i + 1) as f64;
        let across = n / (2 * PAIRS) as f64;
        (PI * n / 2.0).sin() / (PI * n) * bessel_i0(BETA * (1.0 - across * across).sqrt()) / edge
    });
    let sum: f64 = taps.iter().sum();
    taps.iter_mut().for_each(|tap| *tap *= 0.25 / sum);
    taps
}

/// Modified Bessel function of the first kind, order 0, by its power series.
fn bessel_i0(x: f64) -> f64 {
    let (mut term, mut sum) = (1.0, 1.0);
    for k in 1..64 {
        term *= (x / 2.0 / f64::from(k)).powi(2);
        sum += term;
    }
    sum
}

/// Halves the rate of a stream. Output sample n lies at the time of input sample 2n.
pub(crate) struct Decimator {
    instructions: InstructionSet,
    taps: [f64; PAIRS],
    /// Samples at even and odd times that later outputs still need, and room for a chunk.
    even: Vec<f64>,
    odd: Vec<f64>,
    /// How many input samples wait in `even` and `odd`.
    held: usize,
    /// How many of them, all zeros, are there at the start.
    held_at_start: usize,
    /// How many samples before time 0 the output begins.
    lead_in: usize,
}

impl Decimator {
    /// A decimator whose input begins `lead_in` samples before time 0.
    pub(crate) fn new(instructions: InstructionSet, lead_in: usize) -> Result<Self> {
        let out = Self::lead_in_of_output(lead_in);
        let held = 2 * out + REACH - lead_in;
        let room = held.max(2 * REACH + 1) + CHUNK;
        Ok(Self {
            instructions,
            taps: taps(),
            even: buffer(room / 2 + 8, 0.0)?,
            odd: buffer(room / 2 + 8, 0.0)?,
            held,
            held_at_start: held,
            lead_in: out,
        })
    }

    /// How many samples before time 0 the output of an input that begins `lead_in` samples before it
    /// can differ from zero.
    fn lead_in_of_output(lead_in: usize) -> usize {
        (lead_in + REACH) / 2
    }

    pub(crate) fn lead_in(&self) -> usize {
        self.lead_in
    }

    pub(crate) fn reset(&mut self) {
        self.even.fill(0.0);
        self.odd.fill(0.0);
        self.held = self.held_at_start;
    }

    /// Takes up to [`CHUNK`] samples; returns how many it wrote to `out`.
    pub(crate) fn push(&mut self, input: &[f64], out: &mut [f64]) -> usize {
        // The first held sample is REACH, an odd number, before the next output's middle: what stands
        // at an even place here has an odd time.
        let (alone, pairs) = input.split_at((self.held % 2).min(input.len()));
        let at = self.held / 2;
        self.even[at..at + alone.len()].copy_from_slice(alone);
        let at = self.held.div_ceil(2);
        simd::run(
            self.instructions,
            Split { pairs, first: &mut self.odd[at..], second: &mut self.even[at..] },
        );
        self.held += input.len();
        let n = (self.held + 1).saturating_sub(2 * REACH) / 2;
        if n == 0 {
            return 0;
        }
        simd::run(
            self.instructions,
            HalfBand { taps: &self.taps, even: &self.even[PAIRS - 1..], odd: &self.odd, out: &mut out[..n] },
        );
        let used = n..self.held.div_ceil(2);
        self.even.copy_within(used.clone(), 0);
        self.odd.copy_within(used, 0);
        self.held -= 2 * n;
        n
    }
}

/// Puts the samples of `pairs` apart.
struct Split<'a> {
    pairs: &'a [f64],
    first: &'a mut [f64],
    second: &'a mut [f64],
}

impl simd::Kernel for Split<'_> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector>(self) {
        let whole = self.pairs.len() / 2 / V::LANES * V::LANES;
        for i in (0..whole).step_by(V::LANES) {
            let (first, second) = V::load_interleaved(&self.pairs[2 * i..]);
            first.store(&mut self.first[i..]);
            second.store(&mut self.second[i..]);
        }
        for (i, pair) in self.pairs[2 * whole..].chunks(2).enumerate() {
            self.first[whole + i] = pair[0];
            if let Some(second) = pair.get(1) {
                self.second[whole + i] = *second;
            }
        }
    }
}

/// `out[n] = even[n] / 2 + Σ taps[k] (odd[n + PAIRS − 1 − k] + odd[n + PAIRS + k])`
struct HalfBand<'a> {
    taps: &'a [f64; PAIRS],
    even: &'a [f64],
    odd: &'a [f64],
    out: &'a mut [f64],
}

impl simd::Kernel for HalfBand<'_> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector>(self) {
        let whole = self.out.len() / V::LANES * V::LANES;
        for n in (0..whole).step_by(V::LANES) {
            let mut sum = V::splat(0.5).mul(V::load(&self.even[n..]));
            // Cut to the length that the taps reach, which spares a check for each.
            let odd = &self.odd[n..][..2 * PAIRS - 1 + V::LANES];
            for (k, tap) in self.taps.iter().enumerate() {
                let pair = V::load(&odd[PAIRS - 1 - k..]).add(V::load(&odd[PAIRS + k..]));
                sum = sum.add(V::splat(*tap).mul(pair));
            }
            sum.store(&mut self.out[n..]);
        }
        for n in whole..self.out.len() {
            let mut sum = 0.5 * self.even[n];
            for (k, tap) in self.taps.iter().enumerate() {
                sum += tap * (self.odd[n + PAIRS - 1 - k] + self.odd[n + PAIRS + k]);
            }
            self.out[n] = sum;
        }
    }
}

/// A signal decimated `levels` times over: what the constant-Q transform works on.
pub(crate) struct Cascade {
    decimators: Vec<Decimator>,
    ping: Vec<f64>,
    pong: Vec<f64>,
}

impl Cascade {
    pub(crate) fn new(instructions: InstructionSet, levels: usize) -> Result<Self> {
        let mut decimators = reserve(levels)?;
        let mut lead_in = 0;
        for _ in 0..levels {
            let decimator = Decimator::new(instructions, lead_in)?;
            lead_in = decimator.lead_in();
            decimators.push(decimator);
        }
        Ok(Self { decimators, ping: buffer(CHUNK, 0.0)?, pong: buffer(CHUNK, 0.0)? })
    }

    /// How many samples before time 0 the output begins.
    pub(crate) fn lead_in(&self) -> usize {
        self.decimators.last().map_or(0, Decimator::lead_in)
    }

    /// How many samples of input the output lags behind.
    pub(crate) fn delay(&self) -> usize {
        REACH * ((1 << self.decimators.len()) - 1)
    }

    pub(crate) fn reset(&mut self) {
        self.decimators.iter_mut().for_each(Decimator::reset);
    }

    /// Hands the decimated signal on, chunk by chunk.
    pub(crate) fn push(&mut self, audio: &[f64], mut sink: impl FnMut(&[f64])) {
        let mut chunks = audio.chunks(CHUNK).peekable();
        while let Some(chunk) = chunks.next() {
            // The engine works between two chunks, too long for the processor to see that the signal is
            // read in order.
            if let Some(next) = chunks.peek() {
                simd::prefetch(next);
            }
            if self.decimators.is_empty() {
                sink(chunk);
                continue;
            }
            let mut n = self.decimators[0].push(chunk, &mut self.ping);
            for decimator in &mut self.decimators[1..] {
                n = decimator.push(&self.ping[..n], &mut self.pong);
                std::mem::swap(&mut self.ping, &mut self.pong);
            }
            if n > 0 {
                sink(&self.ping[..n]);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn response(frequency: f64) -> f64 {
        let pairs = taps();
        0.5 + pairs
            .iter()
            .enumerate()
            .map(|(i, tap)| 2.0 * tap * (2.0 * PI * frequency * (2 * i + 1) as f64).cos())
            .sum::<f64>()
    }

    #[test]
    fn the_clean_band_passes_and_what_folds_into_it_does_not() {
        for step in 0..=200 {
            let frequency = PASSBAND / 2.0 * f64::from(step) / 200.0;
            assert!((response(frequency) - 1.0).abs() < 5e-7, "{frequency}: {}", response(frequency));
            assert!(response(0.5 - frequency).abs() < 5e-7);
        }
        assert!(response(0.28).abs() > 1e-3);
    }

    #[test]
    fn a_slow_sine_keeps_its_samples_and_its_times_however_it_is_cut() {
        let sine = |n: f64| (0.3 * n + 0.2).sin();
        let input: Vec<f64> = (0..4000).map(|n| sine(f64::from(n))).collect();
        let whole = |block: usize, instructions| {
            let mut cascade = Cascade::new(instructions, 2).unwrap();
            let mut out = Vec::new();
            input
                .chunks(block)
                .for_each(|chunk| cascade.push(chunk, |samples| out.extend_from_slice(samples)));
            (out, cascade.lead_in())
        };
        let (expected, lead_in) = whole(4000, InstructionSet::PORTABLE);
        for n in 30..900 {
            assert!((expected[n + lead_in] - sine(4.0 * n as f64)).abs() < 3e-7);
        }
        for instructions in InstructionSet::available() {
            for block in [1, 7, 1000, 1024, 1500] {
                assert_eq!(whole(block, *instructions), (expected.clone(), lead_in));
            }
        }
    }
}
