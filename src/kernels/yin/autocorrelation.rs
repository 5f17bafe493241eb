//! Autocorrelation of overlapping frames, for lags from 0 to a largest one.
//!
//! Where the hop and the frame are multiples of a block, consecutive frames share blocks. The
//! autocorrelation of a frame is the sum of the correlations of its blocks with each other, and lags
//! up to `max_lag` need only blocks close to each other. So a short FFT of each block is taken once,
//! and a frame costs those of its new blocks, products of spectra, and one inverse FFT as short. Put
//! at its place in time (modulo the FFT's length), a block has a spectrum that carries its phase, and
//! the products need no factors. Otherwise a frame is transformed as a whole.

use crate::blocks::error::{Result, reserve};
use crate::blocks::lengths::{ANY, next_fast};
use crate::blocks::simd::{self, InstructionSet, Kernel, LANES, Vector};
use crate::blocks::split_fft::{Bins, Spectrum, SplitFft, spectrum};

pub(super) struct Autocorrelation {
    layout: Layout,
    fft: SplitFft,
    instructions: InstructionSet,
    /// Spectra of the last blocks, oldest first: a group that is just complete, and the open ones.
    spectra: Vec<Spectrum>,
    /// For each complete group of a frame: the spectrum of the correlations of its blocks with
    /// themselves and the `reach` next ones. Oldest first.
    groups: Vec<Spectrum>,
    /// Whether the frame before left its blocks.
    begun: bool,
    /// Where the next block stands in the FFT.
    position: usize,
    sum: Spectrum,
}

/// How a frame is cut before it is transformed.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Layout {
    block_length: usize,
    /// Blocks in a frame, and new ones in each frame after the first.
    blocks: usize,
    new_blocks: usize,
    /// Blocks further apart than this have no wanted lag between them.
    reach: usize,
    /// The new blocks of a frame are a group. Groups of a frame that do not reach beyond its end, and
    /// the blocks that are left.
    groups: usize,
    open: usize,
    fft_length: usize,
}

impl Layout {
    /// Blocks of `block_length`, which divides the frame, and the hop once or twice (or is the frame).
    fn in_blocks(block_length: usize, frame_length: usize, hop_length: usize, max_lag: usize) -> Self {
        let blocks = frame_length / block_length;
        let reach = max_lag.div_ceil(block_length).min(blocks - 1);
        // Neither the negative lags of a block with itself nor the largest lags of the most distant
        // pair may wrap around into 0..=max_lag.
        let shortest = (max_lag + block_length).max((reach + 1) * block_length);
        let new_blocks = (hop_length / block_length).clamp(1, blocks);
        let groups = (blocks - reach) / new_blocks;
        let open = blocks - groups * new_blocks;
        let fft_length = next_fast(shortest, 2, &[(2, ANY), (3, 2)]);
        Self { block_length, blocks, new_blocks, reach, groups, open, fft_length }
    }

    /// The cheapest layout.
    fn best(frame_length: usize, hop_length: usize, max_lag: usize) -> Self {
        let whole = Self::in_blocks(frame_length, frame_length, hop_length, max_lag);
        [1, 2]
            .into_iter()
            .filter(|parts| hop_length.is_multiple_of(*parts))
            .map(|parts| hop_length / parts)
            .filter(|block_length| frame_length.is_multiple_of(*block_length))
            .map(|block_length| Self::in_blocks(block_length, frame_length, hop_length, max_lag))
            .fold(whole, |best, other| if other.cost() < best.cost() { other } else { best })
    }

    /// Estimated time for one frame, in no particular unit.
    fn cost(&self) -> f64 {
        let n = self.fft_length as f64;
        // FFTs of lengths that are no power of two take a quarter longer; the other terms are passes
        // over a spectrum.
        let fft = n * n.log2() * if self.fft_length.is_power_of_two() { 1.0 } else { 1.25 };
        let passes = 6 * (self.new_blocks + 1) + self.groups + self.open;
        (self.new_blocks + 1) as f64 * fft + passes as f64 * n
    }
}

impl Autocorrelation {
    pub fn new(frame_length: usize, hop_length: usize, max_lag: usize) -> Result<Self> {
        Self::with_layout(Layout::best(frame_length, hop_length, max_lag))
    }

    fn with_layout(layout: Layout) -> Result<Self> {
        let spectra = |count| {
            let mut spectra = reserve(count)?;
            for _ in 0..count {
                spectra.push(spectrum(layout.fft_length)?);
            }
            Ok(spectra)
        };
        Ok(Self {
            layout,
            fft: SplitFft::new(layout.fft_length)?,
            instructions: InstructionSet::best(),
            spectra: spectra(layout.open + layout.new_blocks)?,
            groups: spectra(layout.groups)?,
            begun: false,
            position: 0,
            sum: spectrum(layout.fft_length)?,
        })
    }

    /// The next frame is the first one of a signal.
    pub fn reset(&mut self) {
        self.begun = false;
        self.position = 0;
    }

    /// Autocorrelation of the next frame, times [`Self::scale`], for the lags 0 to `max_lag`.
    pub fn of(&mut self, frame: &[f64]) -> &[f64] {
        let Layout { block_length, blocks, new_blocks, open, .. } = self.layout;
        let known = if self.begun { blocks - new_blocks } else { 0 };
        self.begun = true;
        for (index, block) in frame.chunks_exact(block_length).enumerate().skip(known) {
            self.take(block);
            let (taken, left) = (index + 1, blocks - index - 1);
            if left.is_multiple_of(new_blocks) && taken >= open + new_blocks {
                self.complete_group();
            }
        }
        let (groups, open) = (&self.groups, &self.spectra[new_blocks..]);
        simd::run(self.instructions, Sum { groups, open, sum: &mut self.sum });
        self.fft.inverse(&self.sum)
    }

    /// The factor that the inverse FFT leaves in its result.
    pub fn scale(&self) -> f64 {
        self.layout.fft_length as f64
    }

    /// Takes the next block's spectrum, in place of the oldest.
    fn take(&mut self, block: &[f64]) {
        self.spectra.rotate_left(1);
        let newest = self.spectra.last_mut().expect("a frame has new blocks");
        self.fft.forward(block, self.position, newest);
        self.position = (self.position + block.len()) % self.layout.fft_length;
    }

    /// Correlates the oldest group, all of whose blocks' next ones are there.
    fn complete_group(&mut self) {
        self.groups.rotate_left(1);
        // Where no group is complete within a frame, none is kept.
        if let Some(sum) = self.groups.last_mut() {
            let Layout { new_blocks, reach, .. } = self.layout;
            simd::run(self.instructions, Group { spectra: &self.spectra[..new_blocks + reach], reach, sum });
        }
    }
}

/// Spectrum of the correlations of all blocks but the last `reach` with themselves and the `reach` next
/// ones: a block's conjugate times the sum of those.
struct Group<'a> {
    spectra: &'a [Spectrum],
    reach: usize,
    sum: &'a mut Spectrum,
}

impl Kernel for Group<'_> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector>(self) {
        for (at, out) in self.sum.iter_mut().enumerate() {
            for lane in (0..LANES).step_by(V::LANES) {
                let mut sum = Parts::<V>::zero();
                for blocks in self.spectra.windows(self.reach + 1) {
                    let block = Parts::load(&blocks[0][at], lane);
                    let mut met = block;
                    for other in &blocks[1..] {
                        met = met.add(Parts::load(&other[at], lane));
                    }
                    sum = sum.add(block.conjugate_times(met));
                }
                sum.store(out, lane);
            }
        }
    }
}

/// The sum of `groups` and of the correlations of each open block with itself and all after it.
struct Sum<'a> {
    groups: &'a [Spectrum],
    open: &'a [Spectrum],
    sum: &'a mut Spectrum,
}

impl Kernel for Sum<'_> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector>(self) {
        for (at, out) in self.sum.iter_mut().enumerate() {
            for lane in (0..LANES).step_by(V::LANES) {
                let mut sum = Parts::<V>::zero();
                for group in self.groups {
                    sum = sum.add(Parts::load(&group[at], lane));
                }
                // From the last block on, so that the sum of those after each one grows by the way.
                let mut met = Parts::zero();
                for spectrum in self.open.iter().rev() {
                    let block = Parts::load(&spectrum[at], lane);
                    met = met.add(block);
                    sum = sum.add(block.conjugate_times(met));
                }
                sum.store(out, lane);
            }
        }
    }
}

/// Real and imaginary parts of a vector of bins.
#[derive(Clone, Copy)]
struct Parts<V>(V, V);

impl<V: Vector> Parts<V> {
    #[inline(always)]
    fn zero() -> Self {
        Self(V::splat(0.0), V::splat(0.0))
    }
    #[inline(always)]
    fn load(bins: &Bins, lane: usize) -> Self {
        Self(V::load(&bins.re[lane..]), V::load(&bins.im[lane..]))
    }
    #[inline(always)]
    fn store(self, bins: &mut Bins, lane: usize) {
        self.0.store(&mut bins.re[lane..]);
        self.1.store(&mut bins.im[lane..]);
    }
    #[inline(always)]
    fn add(self, other: Self) -> Self {
        Self(self.0.add(other.0), self.1.add(other.1))
    }
    #[inline(always)]
    fn conjugate_times(self, other: Self) -> Self {
        Self(self.0.mul(other.0).add(self.1.mul(other.1)), self.0.mul(other.1).sub(self.1.mul(other.0)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::noise;

    #[test]
    fn every_layout_gives_the_sum_of_products() {
        for (frame_length, hop_length, max_lag) in
            [(64, 16, 20), (64, 16, 63), (64, 64, 5), (60, 20, 33), (64, 200, 40), (63, 21, 1), (48, 12, 47)]
        {
            let whole = Layout::in_blocks(frame_length, frame_length, hop_length, max_lag);
            let mut layouts = vec![whole, Layout::best(frame_length, hop_length, max_lag)];
            for block in [hop_length, hop_length / 2] {
                if hop_length.is_multiple_of(block) && frame_length.is_multiple_of(block) {
                    layouts.push(Layout::in_blocks(block, frame_length, hop_length, max_lag));
                }
            }
            let audio = noise(frame_length + 9 * hop_length);
            for layout in layouts {
                let mut autocorrelation = Autocorrelation::with_layout(layout).unwrap();
                for frame in audio.windows(frame_length).step_by(hop_length) {
                    let scale = autocorrelation.scale();
                    let found = autocorrelation.of(frame);
                    for lag in 0..=max_lag {
                        let exact: f64 = frame.iter().zip(&frame[lag..]).map(|(a, b)| a * b).sum();
                        assert!((found[lag] / scale - exact).abs() < 1e-12, "{layout:?} {lag}");
                    }
                }
            }
        }
    }
}
