//! A plain delay, in place of a stage that has nothing to do.

use super::planar;
use crate::blocks::error::Result;

/// Delays signals by a whole number of frames; what comes before the first one is silence.
pub(super) struct Delay {
    rings: Vec<Vec<f64>>,
    at: usize,
}

impl Delay {
    pub fn new(n_signals: usize, frames: usize) -> Result<Self> {
        Ok(Self { rings: planar::buffers(n_signals, frames)?, at: 0 })
    }

    pub fn reset(&mut self) {
        planar::silence(&mut self.rings);
        self.at = 0;
    }

    /// Takes the first `n` frames of `signals` and puts those that come out in their place.
    pub fn process(&mut self, signals: &mut [Vec<f64>], n: usize) {
        let frames = self.rings[0].len();
        for (signal, ring) in signals.iter_mut().zip(&mut self.rings) {
            let (mut at, mut rest) = (self.at, &mut signal[..n]);
            while !rest.is_empty() {
                let (now, later) = rest.split_at_mut(rest.len().min(frames - at));
                now.swap_with_slice(&mut ring[at..][..now.len()]);
                at = (at + now.len()) % frames;
                rest = later;
            }
        }
        self.at = (self.at + n) % frames;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[expect(clippy::needless_range_loop, reason = "one index of several sequences")]
    fn what_goes_in_comes_out_later() {
        for frames in [1, 5, 64] {
            let mut delay = Delay::new(2, frames).unwrap();
            for _ in 0..2 {
                let mut next = 0.0;
                for n in [1, 3, 0, 40, 100, 7, 64] {
                    let first = next;
                    let mut signals = vec![vec![0.0; 100]; 2];
                    for i in 0..n {
                        next += 1.0;
                        (signals[0][i], signals[1][i]) = (next, -next);
                    }
                    delay.process(&mut signals, n);
                    for i in 0..n {
                        let expected = (first + (i + 1) as f64 - frames as f64).max(0.0);
                        assert_eq!((signals[0][i], signals[1][i]), (expected, -expected));
                    }
                }
                delay.reset();
            }
        }
    }
}
