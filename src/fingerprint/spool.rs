//! A delay line of samples with 16 bits each.
//!
//! Chroma needs the tuning, which is known at the end. The decimated signal waits here for it; what
//! leaves the full line before the end is worked on with the tuning found so far.

use crate::blocks::error::{Result, buffer, reserve};

/// Samples that share a scale: the largest of them becomes 2¹⁵ − 1, so that the rounding lies 98 dB
/// below it.
pub(super) const BLOCK: usize = 256;

pub(super) struct Spool {
    samples: Vec<i16>,
    scales: Vec<f64>,
    most_blocks: usize,
    /// Blocks taken in and given out.
    received: usize,
    given: usize,
    /// Samples that do not fill a block yet.
    waiting: [f64; BLOCK],
    filled: usize,
    decoded: Vec<f64>,
}

impl Spool {
    /// Room for `most_blocks` times [`BLOCK`] samples.
    pub fn new(most_blocks: usize) -> Result<Self> {
        Ok(Self {
            samples: reserve(most_blocks * BLOCK)?,
            scales: reserve(most_blocks)?,
            most_blocks,
            received: 0,
            given: 0,
            waiting: [0.0; BLOCK],
            filled: 0,
            decoded: buffer(BLOCK, 0.0)?,
        })
    }

    /// Takes samples; the oldest blocks, if there is no room for the new ones, go to `sink`.
    pub fn push(&mut self, mut samples: &[f64], mut sink: impl FnMut(&[f64])) {
        while !samples.is_empty() {
            let (now, later) = samples.split_at(samples.len().min(BLOCK - self.filled));
            self.waiting[self.filled..][..now.len()].copy_from_slice(now);
            self.filled += now.len();
            samples = later;
            if self.filled == BLOCK {
                if self.received == self.given + self.most_blocks {
                    self.give(&mut sink);
                }
                self.encode();
                self.filled = 0;
            }
        }
    }

    /// Gives all that is there and is then empty.
    pub fn drain(&mut self, mut sink: impl FnMut(&[f64])) {
        while self.given < self.received {
            self.give(&mut sink);
        }
        sink(&self.waiting[..self.filled]);
        self.clear();
    }

    pub fn clear(&mut self) {
        self.samples.clear();
        self.scales.clear();
        (self.received, self.given, self.filled) = (0, 0, 0);
    }

    fn encode(&mut self) {
        let peak = self.waiting.iter().fold(0.0, |peak: f64, x| peak.max(x.abs()));
        let scale = peak / f64::from(i16::MAX);
        let inverse = if scale.is_normal() { 1.0 / scale } else { 0.0 };
        let encoded = self.waiting.map(|x| (x * inverse).round_ties_even() as i16);
        let at = self.received % self.most_blocks;
        if at < self.scales.len() {
            self.samples[at * BLOCK..][..BLOCK].copy_from_slice(&encoded);
            self.scales[at] = scale;
        } else {
            self.samples.extend_from_slice(&encoded);
            self.scales.push(scale);
        }
        self.received += 1;
    }

    fn give(&mut self, sink: &mut impl FnMut(&[f64])) {
        let at = self.given % self.most_blocks;
        let scale = self.scales[at];
        for (x, encoded) in self.decoded.iter_mut().zip(&self.samples[at * BLOCK..]) {
            *x = f64::from(*encoded) * scale;
        }
        self.given += 1;
        sink(&self.decoded);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_come_back_in_order_to_16_bits_however_they_are_pushed() {
        let signal: Vec<f64> = (0..20 * BLOCK + 70).map(|i| (i as f64 * 0.1).sin() * 1e-3).collect();
        for (block, most) in [(1, 4), (1000, 4), (signal.len(), 4), (100, 100)] {
            let mut spool = Spool::new(most).unwrap();
            let mut out = vec![];
            for part in signal.chunks(block) {
                spool.push(part, |samples| out.extend_from_slice(samples));
            }
            let before_end = 20_usize.saturating_sub(most) * BLOCK;
            assert_eq!(out.len(), before_end);
            spool.drain(|samples| out.extend_from_slice(samples));
            assert_eq!(out.len(), signal.len());
            for (x, expected) in out.iter().zip(&signal) {
                assert!((x - expected).abs() <= 0.51e-3 / f64::from(i16::MAX));
            }
        }
    }

    #[test]
    fn silence_stays_silent() {
        let mut spool = Spool::new(2).unwrap();
        spool.push(&[0.0; BLOCK], |_| panic!());
        spool.drain(|samples| assert!(samples.iter().all(|x| *x == 0.0)));
    }
}
