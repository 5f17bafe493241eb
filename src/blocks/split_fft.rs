//! Real FFT with the real and the imaginary parts of the spectrum apart, as vector kernels like them.
//!
//! The usual way: even and odd samples are the real and imaginary parts of a complex signal of half
//! the length, and two passes of vector code turn its spectrum into the real signal's and back. What is
//! made of a spectrum, its magnitudes for one, can be made in the same pass ([`Sink`]).

use std::sync::Arc;

use rustfft::Fft;
use rustfft::num_complex::Complex64;

use crate::blocks::error::{Result, buffer};
use crate::blocks::fft::{self, Plans};
use crate::blocks::simd::{self, InstructionSet, Kernel, LANES, Vector};

/// Eight neighbouring bins, at addresses that the widest vectors load fast.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
#[repr(align(64))]
pub(crate) struct Bins {
    pub re: [f64; LANES],
    pub im: [f64; LANES],
}

/// Bins 0 to `len / 2` of the spectrum of a real signal of `len` samples, filled up to whole [`Bins`]
/// by values of no meaning.
pub(crate) type Spectrum = Vec<Bins>;

pub(crate) fn spectrum(len: usize) -> Result<Spectrum> {
    buffer((len / 2 + 1).div_ceil(LANES), Bins::default())
}

impl Bins {
    /// Bin `k` of a spectrum.
    #[cfg(test)]
    fn at(spectrum: &[Bins], k: usize) -> Complex64 {
        let bins = &spectrum[k / LANES];
        Complex64 { re: bins.re[k % LANES], im: bins.im[k % LANES] }
    }
}

pub(crate) struct SplitFft {
    half: usize,
    instructions: InstructionSet,
    forward: Arc<dyn Fft<f64>>,
    inverse: Arc<dyn Fft<f64>>,
    /// cos and sin of 2πk / len, halved.
    twiddles: Arc<Spectrum>,
    /// The packed signal or its spectrum, `half` elements after [`LANES`] others and before as many that
    /// whole vectors may touch.
    packed: Vec<Complex64>,
    /// Real and imaginary parts of bin `k` in element `LANES + k`.
    re: Vec<f64>,
    im: Vec<f64>,
    scratch: Vec<Complex64>,
}

/// cos and sin of 2πk / len, halved, for the bins k of a spectrum.
fn twiddles(len: usize) -> Result<Arc<Spectrum>> {
    let mut twiddles = spectrum(len)?;
    for (k, bins) in twiddles.iter_mut().enumerate() {
        for lane in 0..LANES {
            let angle = std::f64::consts::TAU * (k * LANES + lane) as f64 / len as f64;
            (bins.re[lane], bins.im[lane]) = (0.5 * angle.cos(), 0.5 * angle.sin());
        }
    }
    Ok(Arc::new(twiddles))
}

static TWIDDLES: Plans<Arc<Spectrum>> = Plans::new();

/// Gives the memory that is kept from plan to plan back.
pub(crate) fn forget() {
    TWIDDLES.forget();
}

impl SplitFft {
    /// For signals of `len` samples, an even number.
    pub fn new(len: usize) -> Result<Self> {
        let half = len / 2;
        let (forward, inverse) = (fft::complex_forward(half), fft::complex_inverse(half));
        let scratch = forward.get_inplace_scratch_len().max(inverse.get_inplace_scratch_len());
        let twiddles = TWIDDLES.of(len, twiddles)?;
        let padded = (twiddles.len() + 1) * LANES;
        Ok(Self {
            half,
            instructions: InstructionSet::best(),
            forward,
            inverse,
            twiddles,
            packed: buffer(padded + LANES, Complex64::ZERO)?,
            re: buffer(padded, 0.0)?,
            im: buffer(padded, 0.0)?,
            scratch: buffer(scratch, Complex64::ZERO)?,
        })
    }

    /// Spectrum of `signal`, which is put at sample `position` of a silent FFT input and wraps around
    /// its end.
    pub fn forward(&mut self, signal: &[f64], position: usize, spectrum: &mut Spectrum) {
        let (before_end, wrapped) = signal.split_at(signal.len().min(2 * self.half - position));
        let write = |samples: &mut [f64]| {
            samples.fill(0.0);
            samples[position..][..before_end.len()].copy_from_slice(before_end);
            samples[..wrapped.len()].copy_from_slice(wrapped);
        };
        self.forward_of(write, spectrum);
    }

    /// Spectrum of the samples that `write` writes.
    pub fn forward_of(&mut self, write: impl FnOnce(&mut [f64]), spectrum: &mut Spectrum) {
        self.forward_to(write, SplitSink(spectrum));
    }

    /// The same, vector by vector.
    pub fn forward_to(&mut self, write: impl FnOnce(&mut [f64]), sink: impl Sink) {
        let packed = &mut self.packed[LANES..LANES + self.half];
        write(simd::parts_mut(packed));
        self.forward.process_with_scratch(packed, &mut self.scratch);
        simd::run(self.instructions, Unpack { fft: self, sink });
    }

    /// `len` times the signal of `spectrum`.
    pub fn inverse(&mut self, spectrum: &Spectrum) -> &[f64] {
        simd::run(self.instructions, Pack { fft: self, spectrum });
        let packed = &mut self.packed[LANES..LANES + self.half];
        self.inverse.process_with_scratch(packed, &mut self.scratch);
        simd::parts(packed)
    }
}

/// Takes a spectrum that has just been computed.
pub(crate) trait Sink {
    /// Takes the bins from `first` on. They come in order, filled up by values of no meaning to whole
    /// [`LANES`].
    fn take<V: Vector>(&mut self, first: usize, re: V, im: V);
}

struct SplitSink<'a>(&'a mut Spectrum);

impl Sink for SplitSink<'_> {
    #[inline(always)]
    fn take<V: Vector>(&mut self, first: usize, re: V, im: V) {
        let (bins, lane) = (&mut self.0[first / LANES], first % LANES);
        re.store(&mut bins.re[lane..]);
        im.store(&mut bins.im[lane..]);
    }
}

/// From the spectrum Z of the packed signal to that of the real one:
/// X(k) = ½ (Z(k) + Z*(h−k)) − ½ i e^(−2πik/2h) (Z(k) − Z*(h−k)).
struct Unpack<'a, S> {
    fft: &'a mut SplitFft,
    sink: S,
}

impl<S: Sink> Kernel for Unpack<'_, S> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector>(mut self) {
        let SplitFft { half, packed, twiddles, .. } = self.fft;
        // The spectrum is periodic.
        packed[LANES + *half] = packed[LANES];
        let (z, one_half) = (simd::parts(packed), V::splat(0.5));
        for (at, twiddle) in twiddles.iter().enumerate() {
            for lane in (0..LANES).step_by(V::LANES) {
                let at = at * LANES + lane;
                let (re, im) = V::load_interleaved(&z[2 * (LANES + at)..]);
                let mirrored = V::load_interleaved(&z[2 * (LANES + *half + 1 - at - V::LANES)..]);
                let [(even_re, even_im), (odd_re, odd_im)] = halves((re, im), mirrored);
                let (cos, sin) = (V::load(&twiddle.re[lane..]), V::load(&twiddle.im[lane..]));
                let turned_re = cos.mul(odd_im).sub(sin.mul(odd_re));
                let turned_im = cos.mul(odd_re).add(sin.mul(odd_im));
                let (re, im) = (even_re.mul(one_half).add(turned_re), even_im.mul(one_half).sub(turned_im));
                self.sink.take(at, re, im);
            }
        }
    }
}

/// The way back, twice as large: Z(k) = (X(k) + X*(h−k)) + i e^(2πik/2h) (X(k) − X*(h−k)).
struct Pack<'a> {
    fft: &'a mut SplitFft,
    spectrum: &'a Spectrum,
}

impl Kernel for Pack<'_> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector>(self) {
        let SplitFft { half, packed, re, im, twiddles, .. } = self.fft;
        let (last, two) = (LANES + *half, V::splat(2.0));
        let (re_chunks, im_chunks) = (re[LANES..].as_chunks_mut().0, im[LANES..].as_chunks_mut().0);
        for ((re, im), bins) in re_chunks.iter_mut().zip(im_chunks).zip(self.spectrum) {
            (*re, *im) = (bins.re, bins.im);
        }
        // A real signal's spectrum is real at both ends.
        (im[LANES], im[last]) = (0.0, 0.0);

        let mut z = Bins::default();
        let chunks = packed[LANES..].as_chunks_mut::<LANES>().0;
        for (at, (out, twiddle)) in chunks.iter_mut().zip(&**twiddles).enumerate() {
            for lane in (0..LANES).step_by(V::LANES) {
                let (here, mirrored) = (LANES + at * LANES + lane, last + 1 - at * LANES - lane - V::LANES);
                let [(even_re, even_im), (odd_re, odd_im)] = halves(
                    (V::load(&re[here..]), V::load(&im[here..])),
                    (V::load(&re[mirrored..]), V::load(&im[mirrored..])),
                );
                let (cos, sin) = (V::load(&twiddle.re[lane..]), V::load(&twiddle.im[lane..]));
                let turned_re = cos.mul(odd_im).add(sin.mul(odd_re)).mul(two);
                let turned_im = cos.mul(odd_re).sub(sin.mul(odd_im)).mul(two);
                even_re.sub(turned_re).store(&mut z.re[lane..]);
                even_im.add(turned_im).store(&mut z.im[lane..]);
            }
            *out = std::array::from_fn(|i| Complex64 { re: z.re[i], im: z.im[i] });
        }
    }
}

/// Z(k) + Z*(h−k) and Z(k) − Z*(h−k) from Z(k) and, in falling order of k, Z(h−k).
#[inline(always)]
fn halves<V: Vector>((re, im): (V, V), mirrored: (V, V)) -> [(V, V); 2] {
    let (mirrored_re, mirrored_im) = (mirrored.0.reverse(), mirrored.1.reverse());
    [(re.add(mirrored_re), im.sub(mirrored_im)), (re.sub(mirrored_re), im.add(mirrored_im))]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn transforms_are_the_definition_and_each_others_inverse() {
        for len in [2_usize, 4, 6, 12, 14, 16, 18, 48, 62] {
            for (position, count) in [(0, len), (0, len / 2), (len / 2, len - 1), (1, 1), (len - 1, 2)] {
                let short: Vec<f64> = (0..count).map(|i| (i as f64 * 1.7 + 0.3).sin()).collect();
                let mut signal = vec![0.0; len];
                for (i, x) in short.iter().enumerate() {
                    signal[(position + i) % len] = *x;
                }
                let mut results = vec![];
                for instructions in InstructionSet::available() {
                    instructions.scope(|| {
                        let mut fft = SplitFft::new(len).unwrap();
                        let mut spectrum = super::spectrum(len).unwrap();
                        fft.forward(&short, position, &mut spectrum);
                        for k in 0..=len / 2 {
                            let angle = |n: usize| -std::f64::consts::TAU * (k * n % len) as f64 / len as f64;
                            let exact: Complex64 =
                                signal.iter().enumerate().map(|(n, x)| Complex64::cis(angle(n)) * x).sum();
                            assert!((Bins::at(&spectrum, k) - exact).norm() < 1e-12, "{len} {k}");
                        }
                        let back = fft.inverse(&spectrum).to_vec();
                        for (back, x) in back.iter().zip(&signal) {
                            assert!((back / len as f64 - x).abs() < 1e-14, "{len}");
                        }
                        results.push(back);
                    });
                }
                assert!(results.iter().all(|result| *result == results[0]));
            }
        }
    }
}
