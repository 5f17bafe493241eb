//! Equalizer, width and crossover in one convolution of linear phase.
//!
//! So mid and side keep their phase and the bands sum exactly to the whole. Overlap-save: a block of N
//! samples, N being the filter's length, comes from a transform of 2 N that reaches half a filter beyond it
//! on both sides; one transform forward and one back per band serve all. The filters are symmetric about
//! time 0, hence their spectra are real. Blocks are counted from the start of the signal.

use super::crossover::band_weights;
use super::dynamics::BANDS;
use super::equalizer::{Designer, taps};
use super::planar;
use crate::blocks::error::{Result, buffer, collect};
use crate::blocks::simd::{self, InstructionSet, Kernel, LANES, Vector};
use crate::blocks::split_fft::{self, Bins, Spectrum, SplitFft};
use crate::blocks::third_octaves;

/// The gains in dB of every signal, and where it is cut into bands.
#[derive(Debug, Clone)]
pub(super) struct FilterbankParams {
    /// Of the first signal (the mid, or all if there are no two), and of the second.
    pub eq: [[f64; third_octaves::BANDS]; 2],
    /// In Hz, ascending; `None` for one band.
    pub crossovers: Option<[f64; 2]>,
}

pub(super) struct Filterbank {
    instructions: InstructionSet,
    /// Length of the filters and of a block.
    n_taps: usize,
    n_bands: usize,
    fft: SplitFft,
    spectrum: Spectrum,
    filtered: Spectrum,
    /// Per kind of signal and band.
    filters: Vec<Vec<Gains>>,
    /// Per signal: the samples around the block under way, from half a filter before it on.
    input: Vec<Vec<f64>>,
    filled: usize,
    /// Per signal and band: the block that is given out.
    output: Vec<Vec<f64>>,
}

/// Gains of neighbouring bins.
#[derive(Debug, Clone, Copy, Default)]
#[repr(align(64))]
struct Gains([f64; LANES]);

impl Filterbank {
    pub fn new(sample_rate: f64, n_signals: usize, params: &FilterbankParams) -> Result<Self> {
        let n_taps = taps(sample_rate);
        let n_bands = if params.crossovers.is_some() { BANDS } else { 1 };
        let mut designer = Designer::new(sample_rate, 2 * n_taps)?;
        let kinds = if n_signals == 2 { 2 } else { 1 };
        let filters = collect((0..kinds * n_bands).map(|_| Vec::new()))?;
        let mut filterbank = Self {
            instructions: InstructionSet::best(),
            n_taps,
            n_bands,
            fft: SplitFft::new(2 * n_taps)?,
            spectrum: split_fft::spectrum(2 * n_taps)?,
            filtered: split_fft::spectrum(2 * n_taps)?,
            filters,
            input: planar::buffers(n_signals, 2 * n_taps)?,
            filled: 0,
            output: planar::buffers(n_signals * n_bands, n_taps)?,
        };
        for (i, filter) in filterbank.filters.iter_mut().enumerate() {
            let (eq, band) = (&params.eq[i / n_bands], i % n_bands);
            let weight = |frequency| params.crossovers.map_or(1.0, |at| band_weights(frequency, at)[band]);
            *filter = buffer(filterbank.spectrum.len(), Gains::default())?;
            // The transform back multiplies by its length.
            let scale = 0.5 / n_taps as f64;
            for (k, gain) in designer.response(eq, weight).enumerate() {
                filter[k / LANES].0[k % LANES] = gain * scale;
            }
        }
        filterbank.reset();
        Ok(filterbank)
    }

    /// Bands of each signal.
    pub fn n_bands(&self) -> usize {
        self.n_bands
    }

    pub fn reset(&mut self) {
        for input in &mut self.input {
            input.fill(0.0);
        }
        // The first block ends before the signal begins, and has what the filters ring ahead of it.
        self.filled = 3 * self.n_taps / 2;
        planar::silence(&mut self.output);
    }

    /// Takes the first `n` frames of `signals` and puts those that come out into `bands`, the bands of one
    /// signal after those of another.
    pub fn process(&mut self, signals: &[Vec<f64>], n: usize, bands: &mut [Vec<f64>]) {
        let mut done = 0;
        while done < n {
            // What is given out lies as far after a block's begin as what comes in.
            let at = self.filled % self.n_taps;
            let piece = (n - done).min(self.n_taps - at);
            for (band, output) in bands.iter_mut().zip(&self.output) {
                band[done..][..piece].copy_from_slice(&output[at..][..piece]);
            }
            for (input, signal) in self.input.iter_mut().zip(signals) {
                input[self.filled..][..piece].copy_from_slice(&signal[done..][..piece]);
            }
            done += piece;
            self.filled += piece;
            if self.filled == 2 * self.n_taps {
                self.end_block();
            }
        }
    }

    fn end_block(&mut self) {
        let Self { instructions, n_taps, n_bands, fft, spectrum, filtered, .. } = self;
        let kinds = self.filters.len() / *n_bands;
        for (signal, input) in self.input.iter_mut().enumerate() {
            fft.forward(input, 0, spectrum);
            for band in 0..*n_bands {
                let gains = &self.filters[signal.min(kinds - 1) * *n_bands + band];
                simd::run(*instructions, Multiply { spectrum, gains, filtered });
                let block = &fft.inverse(filtered)[*n_taps / 2..][..*n_taps];
                self.output[signal * *n_bands + band].copy_from_slice(block);
            }
            input.copy_within(*n_taps.., 0);
        }
        self.filled = *n_taps;
    }
}

/// Samples by which the filterbank lags: a block, and half a filter.
pub(super) fn latency(sample_rate: f64) -> usize {
    3 * taps(sample_rate) / 2
}

struct Multiply<'a> {
    spectrum: &'a Spectrum,
    gains: &'a [Gains],
    filtered: &'a mut Spectrum,
}

impl Kernel for Multiply<'_> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector>(self) {
        for ((bins, gains), out) in self.spectrum.iter().zip(self.gains).zip(self.filtered) {
            let Bins { re, im } = out;
            for lane in (0..LANES).step_by(V::LANES) {
                let gain = V::load(&gains.0[lane..]);
                V::load(&bins.re[lane..]).mul(gain).store(&mut re[lane..]);
                V::load(&bins.im[lane..]).mul(gain).store(&mut im[lane..]);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::noise;

    fn params(crossovers: Option<[f64; 2]>) -> FilterbankParams {
        let eq = |shift: f64| std::array::from_fn(|b| 6.0 * (b as f64 * 0.6 + shift).sin());
        FilterbankParams { eq: [eq(0.0), eq(1.0)], crossovers }
    }

    const CROSSOVERS: Option<[f64; 2]> = Some([120.0, 2500.0]);

    /// All frames of the signals, in blocks of the given sizes, round and round.
    fn filtered(filterbank: &mut Filterbank, signals: &[Vec<f64>], sizes: &[usize]) -> Vec<Vec<f64>> {
        let (len, lag) = (signals[0].len(), 3 * filterbank.n_taps / 2);
        let mut out = vec![vec![]; signals.len() * filterbank.n_bands()];
        let mut block = vec![vec![0.0; 9000]; out.len()];
        let (mut sizes, mut at) = (sizes.iter().cycle(), 0);
        while at < len + lag {
            let n = *sizes.next().unwrap().min(&(len + lag - at));
            let piece = |x: &Vec<f64>| (at..at + n).map(|i| x.get(i).copied().unwrap_or(0.0)).collect();
            let piece: Vec<Vec<f64>> = signals.iter().map(piece).collect();
            filterbank.process(&piece, n, &mut block);
            for (out, block) in out.iter_mut().zip(&block) {
                out.extend_from_slice(&block[..n]);
            }
            at += n;
        }
        for out in &mut out {
            out.drain(..lag);
        }
        out
    }

    fn filter(sample_rate: f64, signals: &[Vec<f64>], crossovers: Option<[f64; 2]>) -> Vec<Vec<f64>> {
        let mut filterbank = Filterbank::new(sample_rate, signals.len(), &params(crossovers)).unwrap();
        filtered(&mut filterbank, signals, &[9000])
    }

    #[test]
    fn it_is_a_direct_convolution() {
        let sample_rate = 8_000.0;
        let n_taps = taps(sample_rate);
        let mut designer = Designer::new(sample_rate, 2 * n_taps).unwrap();
        let signals = [noise(5000), noise(5000).iter().rev().copied().collect::<Vec<_>>()];
        let out = filter(sample_rate, &signals, None);
        for (i, (signal, out)) in signals.iter().zip(&out).enumerate() {
            let response: Vec<f64> = designer.response(&params(None).eq[i], |_| 1.0).collect();
            let tap = |n: isize| {
                let angle = |k: usize| std::f64::consts::PI * (k as isize * n) as f64 / n_taps as f64;
                let inner: f64 = (1..n_taps).map(|k| response[k] * angle(k).cos()).sum();
                (response[0] + 2.0 * inner + response[n_taps] * angle(n_taps).cos()) / (2 * n_taps) as f64
            };
            let half = n_taps as isize / 2;
            let taps: Vec<f64> = (-half..=half).map(tap).collect();
            assert!(taps[0].abs() < 1e-15 && taps[2 * half as usize].abs() < 1e-15);
            for n in (0..5000).step_by(97).chain([0, 1, 4999]) {
                let sample = |m: isize| usize::try_from(m).ok().and_then(|m| signal.get(m)).copied();
                let direct: f64 = (-half..=half)
                    .map(|m| taps[(m + half) as usize] * sample(n as isize - m).unwrap_or(0.0))
                    .sum();
                assert!((out[n] - direct).abs() < 1e-13, "{n}");
            }
        }
    }

    #[test]
    fn bands_sum_to_the_whole() {
        let signals = [noise(20_000), noise(20_000).iter().map(|x| x * x).collect()];
        let (whole, bands) = (filter(44_100.0, &signals, None), filter(44_100.0, &signals, CROSSOVERS));
        for signal in 0..2 {
            for n in 0..20_000 {
                let sum: f64 = (0..BANDS).map(|band| bands[BANDS * signal + band][n]).sum();
                assert!((sum - whole[signal][n]).abs() < 1e-13);
            }
        }
    }

    #[test]
    fn more_than_two_signals_all_get_the_first_ones_gains() {
        let signal = noise(9000);
        let one = filter(44_100.0, std::slice::from_ref(&signal), CROSSOVERS);
        let three = filter(44_100.0, &[signal.clone(), signal.clone(), signal.clone()], CROSSOVERS);
        let two = filter(44_100.0, &[signal.clone(), signal], CROSSOVERS);
        assert!((0..3).all(|signal| three[3 * signal..][..3] == one[..]));
        assert!(two[..3] == one[..] && two[3..] != one[..]);
    }

    #[test]
    fn blocks_of_any_size_paths_polarity_and_reset_change_no_bit() {
        let signals = [noise(7000), noise(7000).iter().rev().copied().collect::<Vec<_>>()];
        let expected = InstructionSet::PORTABLE.scope(|| filter(8_000.0, &signals, CROSSOVERS));
        for instructions in InstructionSet::available() {
            instructions.scope(|| {
                let mut filterbank = Filterbank::new(8_000.0, 2, &params(CROSSOVERS)).unwrap();
                for sizes in [&[1][..], &[7], &[512, 1, 999], &[9000]] {
                    assert_eq!(
                        filtered(&mut filterbank, &signals, sizes),
                        expected,
                        "{instructions:?} {sizes:?}"
                    );
                    filterbank.reset();
                }
                let mirrored = signals.clone().map(|x| x.iter().map(|x| -x).collect::<Vec<_>>());
                let out = filtered(&mut filterbank, &mirrored, &[64]);
                assert!(out.iter().flatten().zip(expected.iter().flatten()).all(|(a, b)| *a == -b));
            });
        }
    }
}
