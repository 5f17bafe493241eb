//! Autocorrelation of overlapping frames, for lags from 0 to a largest one.
//!
//! Where the hop and the frame are multiples of a block, consecutive frames share blocks. The
//! autocorrelation of a frame is the sum of the correlations of its blocks with each other, and lags
//! up to `max_lag` need only blocks close to each other. So a short FFT of each block is taken once,
//! and a frame costs those of its new blocks, products of spectra, and one inverse FFT as short. Put
//! at its place in time (modulo the FFT's length), a block has a spectrum that carries its phase, and
//! the products need no factors. Otherwise a frame is transformed as a whole.

use rustfft::num_complex::Complex64;

use crate::error::{Result, buffer, reserve};
use crate::fft::{self, RealFft};
use crate::simd::{self, Kernel, Path, Vector};

/// Spectra are held in whole vectors of the widest kind.
const LANES: usize = 8;

pub(super) struct Autocorrelation {
    layout: Layout,
    fft: RealFft,
    path: Path,
    /// Spectra of the last blocks, oldest first.
    spectra: Vec<Spectrum>,
    /// How many of them belong to blocks of this signal.
    known: usize,
    /// Where the next block stands in the FFT.
    position: usize,
    product: Spectrum,
    bins: Vec<Complex64>,
    signal: Vec<f64>,
    scratch: Vec<Complex64>,
}

/// Bins with real and imaginary parts apart.
struct Spectrum {
    re: Vec<f64>,
    im: Vec<f64>,
}

impl Spectrum {
    fn new(bins: usize) -> Result<Self> {
        let len = bins.next_multiple_of(LANES);
        Ok(Self { re: buffer(len, 0.0)?, im: buffer(len, 0.0)? })
    }
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
    fft_length: usize,
}

impl Layout {
    /// Blocks of `block_length`, which divides frame and hop (or is the frame).
    fn in_blocks(block_length: usize, frame_length: usize, hop_length: usize, max_lag: usize) -> Self {
        let blocks = frame_length / block_length;
        let reach = max_lag.div_ceil(block_length).min(blocks - 1);
        // Neither the negative lags of a block with itself nor the largest lags of the most distant
        // pair may wrap around into 0..=max_lag.
        let shortest = (max_lag + block_length).max((reach + 1) * block_length);
        let new_blocks = (hop_length / block_length).clamp(1, blocks);
        Self { block_length, blocks, new_blocks, reach, fft_length: fast_length(shortest) }
    }

    /// The cheapest layout.
    fn best(frame_length: usize, hop_length: usize, max_lag: usize) -> Self {
        let whole = Self::in_blocks(frame_length, frame_length, hop_length, max_lag);
        (1..=4)
            .filter(|parts| hop_length.is_multiple_of(*parts))
            .map(|parts| hop_length / parts)
            .filter(|block_length| frame_length.is_multiple_of(*block_length))
            .map(|block_length| Self::in_blocks(block_length, frame_length, hop_length, max_lag))
            .fold(whole, |best, other| if other.cost() < best.cost() { other } else { best })
    }

    /// Estimated time for one frame, in no particular unit.
    fn cost(&self) -> f64 {
        let n = self.fft_length as f64;
        (self.new_blocks + 1) as f64 * n * n.log2() + 2.0 * self.blocks as f64 * n
    }
}

/// The shortest length 2ᵃ·{1, 3, 9} from `at_least` on, where FFTs are fast.
fn fast_length(at_least: usize) -> usize {
    let length = |threes| threes * at_least.div_ceil(threes).next_power_of_two().max(2);
    [1, 3, 9].map(length).into_iter().min().unwrap_or(at_least)
}

impl Autocorrelation {
    pub fn new(frame_length: usize, hop_length: usize, max_lag: usize) -> Result<Self> {
        Self::with_layout(Layout::best(frame_length, hop_length, max_lag))
    }

    fn with_layout(layout: Layout) -> Result<Self> {
        let fft = fft::real(layout.fft_length);
        let bins = layout.fft_length / 2 + 1;
        let mut spectra = reserve(layout.blocks)?;
        for _ in 0..layout.blocks {
            spectra.push(Spectrum::new(bins)?);
        }
        let scratch = fft.forward.get_scratch_len().max(fft.inverse.get_scratch_len());
        Ok(Self {
            layout,
            path: Path::best(),
            spectra,
            known: 0,
            position: 0,
            product: Spectrum::new(bins)?,
            bins: buffer(bins, Complex64::ZERO)?,
            signal: buffer(layout.fft_length, 0.0)?,
            scratch: buffer(scratch, Complex64::ZERO)?,
            fft,
        })
    }

    /// The next frame is the first one of a signal.
    pub fn reset(&mut self) {
        self.known = 0;
        self.position = 0;
    }

    /// Autocorrelation of the next frame, times [`Self::scale`]: elements 0 to `max_lag`.
    pub fn of(&mut self, frame: &[f64]) -> &[f64] {
        let Layout { block_length, blocks, new_blocks, reach, .. } = self.layout;
        let new = if self.known == 0 { blocks } else { new_blocks };
        self.known = blocks;
        for block in frame.chunks_exact(block_length).skip(blocks - new) {
            self.transform(block);
        }
        simd::run(self.path, Products { spectra: &self.spectra, reach, product: &mut self.product });
        let parts = self.product.re.iter().zip(&self.product.im);
        for (bin, (&re, &im)) in self.bins.iter_mut().zip(parts) {
            *bin = Complex64 { re, im };
        }
        // Exactly real at both ends, as the inverse transform demands.
        self.bins[0].im = 0.0;
        if let Some(nyquist) = self.bins.last_mut() {
            nyquist.im = 0.0;
        }
        let done = self.fft.inverse.process_with_scratch(&mut self.bins, &mut self.signal, &mut self.scratch);
        debug_assert!(done.is_ok());
        &self.signal
    }

    /// The factor that the inverse FFT leaves in its result.
    pub fn scale(&self) -> f64 {
        self.layout.fft_length as f64
    }

    /// Takes the next block's spectrum, in place of the oldest.
    fn transform(&mut self, block: &[f64]) {
        self.signal.fill(0.0);
        let (before_end, wrapped) = block.split_at(block.len().min(self.signal.len() - self.position));
        self.signal[self.position..][..before_end.len()].copy_from_slice(before_end);
        self.signal[..wrapped.len()].copy_from_slice(wrapped);
        self.position = (self.position + block.len()) % self.signal.len();

        let done = self.fft.forward.process_with_scratch(&mut self.signal, &mut self.bins, &mut self.scratch);
        debug_assert!(done.is_ok());
        self.spectra.rotate_left(1);
        if let Some(newest) = self.spectra.last_mut() {
            for ((re, im), bin) in newest.re.iter_mut().zip(&mut newest.im).zip(&self.bins) {
                (*re, *im) = (bin.re, bin.im);
            }
        }
    }
}

/// Spectrum of the sum of the correlations of each block with itself and the `reach` next ones.
struct Products<'a> {
    spectra: &'a [Spectrum],
    reach: usize,
    product: &'a mut Spectrum,
}

impl Kernel for Products<'_> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector>(self) {
        let Self { spectra, reach, product } = self;
        for at in (0..product.re.len()).step_by(V::LANES) {
            let zero = V::splat(0.0);
            let (mut sum_re, mut sum_im) = (zero, zero);
            for (first, spectrum) in spectra.iter().enumerate() {
                let (re, im) = (V::load(&spectrum.re[at..]), V::load(&spectrum.im[at..]));
                let (mut later_re, mut later_im) = (re, im);
                for other in &spectra[first + 1..spectra.len().min(first + 1 + reach)] {
                    later_re = later_re.add(V::load(&other.re[at..]));
                    later_im = later_im.add(V::load(&other.im[at..]));
                }
                // The conjugate of this block times the sum of itself and those that it reaches.
                sum_re = sum_re.add(re.mul(later_re).add(im.mul(later_im)));
                sum_im = sum_im.add(re.mul(later_im).sub(im.mul(later_re)));
            }
            sum_re.store(&mut product.re[at..]);
            sum_im.store(&mut product.im[at..]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noise(len: usize) -> Vec<f64> {
        let mut state = 1_u64;
        let next = |_| {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            (state >> 11) as f64 / (1_u64 << 52) as f64 - 1.0
        };
        (0..len).map(next).collect()
    }

    #[test]
    fn every_layout_gives_the_sum_of_products() {
        for (frame_length, hop_length, max_lag) in
            [(64, 16, 20), (64, 16, 63), (64, 64, 5), (60, 20, 33), (64, 200, 40), (63, 21, 1), (48, 12, 47)]
        {
            let whole = Layout::in_blocks(frame_length, frame_length, hop_length, max_lag);
            let mut layouts = vec![whole, Layout::best(frame_length, hop_length, max_lag)];
            for block in [hop_length, hop_length / 2, hop_length / 4] {
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

    #[test]
    fn lengths_are_short_and_smooth() {
        for (at_least, expected) in [(1, 2), (3, 4), (5, 6), (1187, 1536), (2050, 2304), (2723, 3072)] {
            assert_eq!(fast_length(at_least), expected, "{at_least}");
        }
    }
}
