//! From the harmonic spectra back to samples, with the signal beside them.

use super::separator::Separated;
use crate::blocks::error::Result;
use crate::blocks::istft::{Istft, SignalLength};
use crate::blocks::ring::Ring;
use crate::blocks::stft::{StftParams, TILE};

/// The harmonic part of a signal in samples, and the signal itself, which it lags behind. Where the masks
/// sum to one, their difference is the percussive part, for which no transform is needed.
pub(crate) struct Resynthesis {
    istft: Istft,
    signal: Ring,
    given: isize,
}

impl Resynthesis {
    /// For spectra that come back from the separator `tiles_ahead` tiles later.
    pub fn new(istft: Istft, tiles_ahead: usize) -> Result<Self> {
        // The tiles that wait, the next one, and the samples of it that are kept before it is taken.
        let len = outstanding(istft.params(), tiles_ahead) + 2 * TILE * istft.params().hop_length;
        Ok(Self { istft, signal: Ring::new(len, 0)?, given: 0 })
    }

    /// Remembers the next samples, up to a tile's step of them, before the tiles that they complete are
    /// added.
    pub fn keep(&mut self, signal: &[f64]) {
        self.signal.push(signal);
    }

    /// Writes the harmonic samples that the next tile completes to the front of `harmonic`. Each piece of
    /// them goes to `sink`, after the signal that it is a part of. Returns their number.
    pub fn add(
        &mut self,
        mut parts: Separated,
        end: Option<SignalLength>,
        harmonic: &mut [f64],
        mut sink: impl FnMut(&[f64], &[f64]),
    ) -> usize {
        parts.add_harmonic_to(&mut self.istft);
        let len = self.istft.take(parts.last_of(end), harmonic);
        let [signal, wrapped] = self.signal.slices(self.given, len);
        let (harmonic, rest) = harmonic[..len].split_at(signal.len());
        sink(signal, harmonic);
        if !wrapped.is_empty() {
            sink(wrapped, rest);
        }
        self.given += len as isize;
        len
    }

    /// Forgets the signal.
    pub fn reset(&mut self) {
        self.istft.reset();
        self.signal.reset(0);
        self.given = 0;
    }
}

/// Most samples of which the signal is there but not the harmonic part.
pub(super) fn outstanding(stft: &StftParams, tiles_ahead: usize) -> usize {
    stft.span() + tiles_ahead * TILE * stft.hop_length
}
