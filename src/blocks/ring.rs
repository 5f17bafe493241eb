//! The latest samples of a signal.

use crate::blocks::error::{Result, buffer};

/// A buffer in which the sample of each time stands at that time modulo the length, so that a new one takes
/// the place of the oldest.
pub(crate) struct Ring {
    samples: Vec<f64>,
    /// Time of the next sample.
    end: isize,
}

impl Ring {
    /// Room for the latest `len` samples of a signal that begins at time `start`, silent before.
    pub fn new(len: usize, start: isize) -> Result<Self> {
        Ok(Self { samples: buffer(len, 0.0)?, end: start })
    }

    /// Forgets the signal; another begins at time `start`.
    pub fn reset(&mut self, start: isize) {
        self.samples.fill(0.0);
        self.end = start;
    }

    pub fn len(&self) -> usize {
        self.samples.len()
    }

    /// Time of the next sample.
    pub fn end(&self) -> isize {
        self.end
    }

    /// Takes the next samples. A ring of length 0 keeps none.
    pub fn push(&mut self, samples: &[f64]) {
        let mut rest = if self.samples.is_empty() { &[] } else { samples };
        while !rest.is_empty() {
            let at = self.place(self.end);
            let (now, later) = rest.split_at(rest.len().min(self.samples.len() - at));
            self.samples[at..][..now.len()].copy_from_slice(now);
            self.end += now.len() as isize;
            rest = later;
        }
    }

    /// The `len` samples from time `from` on, which must be among those kept: those up to the end of the
    /// buffer, and those from its beginning on.
    pub fn slices(&self, from: isize, len: usize) -> [&[f64]; 2] {
        let at = self.place(from);
        let first = len.min(self.samples.len() - at);
        [&self.samples[at..][..first], &self.samples[..len - first]]
    }

    /// Copies the samples from time `from` on.
    pub fn read(&self, from: isize, out: &mut [f64]) {
        let [first, second] = self.slices(from, out.len());
        out[..first.len()].copy_from_slice(first);
        out[first.len()..].copy_from_slice(second);
    }

    fn place(&self, time: isize) -> usize {
        time.rem_euclid(self.samples.len() as isize) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_samples_are_read_by_their_times() {
        let mut ring = Ring::new(7, -3).unwrap();
        let signal: Vec<f64> = (-3..40).map(f64::from).collect();
        let mut taken = 0;
        for len in [1, 2, 7, 3, 11, 0, 5] {
            ring.push(&signal[taken..][..len]);
            taken += len;
            assert_eq!(ring.end(), taken as isize - 3);
            for kept in 0..=taken.min(7) {
                let mut out = vec![0.0; kept];
                ring.read(ring.end() - kept as isize, &mut out);
                assert_eq!(out, signal[taken - kept..taken]);
            }
        }
        ring.reset(0);
        assert_eq!(ring.slices(-2, 2).concat(), [0.0; 2]);
    }
}
