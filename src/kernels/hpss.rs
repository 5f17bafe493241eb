//! Harmonic/percussive source separation by median filtering, equal to `librosa.effects.hpss`.
//!
//! Fitzgerald, "Harmonic/percussive separation using median filtering" (DAFx 2010); margins after Driedger,
//! Müller and Disch, "Extending harmonic-percussive separation of audio signals" (ISMIR 2014). Medians of
//! the magnitudes along time favour sustained tones, along frequency clicks; their ratio masks the spectra.
//!
//! One exception: where a kernel is 8 times as long as the 2 or more frames (or bins) that there are, scipy
//! reads outside its array and librosa's result is undefined; here the mirrored windows are as everywhere.
//!
//! Fast because the signal passes once, tile by tile, through buffers that stay in the cache, the medians
//! of neighbouring windows share their sorting, and where both masks sum to one the percussive part is the
//! input minus the harmonic one, which saves an inverse transform.

use crate::blocks::error::{
    Result, above, buffer, require_audio, require_capacity, require_finite, require_in,
};
use crate::blocks::params::PadMode;
use crate::blocks::plan::Plan;
use crate::blocks::stft::{Istft, Stft, StftParams, TILE};

pub use crate::kernels::separator::{Parts, Separated, Separator};

/// Largest kernel, in frames or bins.
pub const MOST_KERNEL: usize = 4095;

/// What to separate, and how strictly.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HpssParams {
    /// As in [`StftParams`].
    pub n_fft: usize,
    /// As in [`StftParams`]; 0 = `n_fft / 4`.
    pub hop_length: usize,
    /// As in [`StftParams`]; 0 = `n_fft`.
    pub win_length: usize,
    /// Frames of the median along time, 1 to [`MOST_KERNEL`].
    pub kernel_harmonic: usize,
    /// Bins of the median along frequency, 1 to [`MOST_KERNEL`].
    pub kernel_percussive: usize,
    /// Exponent of the masks, above 0; infinite = each bin goes wholly to the larger part.
    pub power: f64,
    /// How many times the percussive median the harmonic one must be, 1 to 1e6. Above 1, what neither part
    /// claims is left out of both.
    pub margin_harmonic: f64,
    /// The same for the percussive part.
    pub margin_percussive: f64,
    /// As in [`StftParams`].
    pub center: bool,
    /// As in [`StftParams`].
    pub pad_mode: PadMode,
}

impl Default for HpssParams {
    /// librosa's: frames of 2048 every 512, kernels of 31, power 2, no margin.
    fn default() -> Self {
        let StftParams { n_fft, hop_length, win_length, center, pad_mode } = StftParams::default();
        Self {
            n_fft,
            hop_length,
            win_length,
            kernel_harmonic: 31,
            kernel_percussive: 31,
            power: 2.0,
            margin_harmonic: 1.0,
            margin_percussive: 1.0,
            center,
            pad_mode,
        }
    }
}

impl HpssParams {
    /// How the signal is cut into frames.
    pub fn stft(&self) -> StftParams {
        let Self { n_fft, hop_length, win_length, center, pad_mode, .. } = *self;
        StftParams { n_fft, hop_length, win_length, center, pad_mode }
    }

    /// Checks all that concerns medians and masks.
    pub(crate) fn require_separable(&self) -> Result<()> {
        for (name, size) in
            [("kernel_harmonic", self.kernel_harmonic), ("kernel_percussive", self.kernel_percussive)]
        {
            require_in(name, size, 1..=MOST_KERNEL)?;
        }
        require_in("power", self.power, above(0.0))?;
        require_in("margin_harmonic", self.margin_harmonic, 1.0..=1e6)?;
        require_in("margin_percussive", self.margin_percussive, 1.0..=1e6)
    }

    /// Whether harmonic and percussive masks sum to one in every bin.
    fn masks_complement(&self) -> bool {
        self.margin_harmonic == 1.0 && self.margin_percussive == 1.0 && self.power.is_finite()
    }
}

/// Separates a whole signal into (harmonic, percussive), both as long as `audio`.
///
/// # Errors
/// `InvalidArgument` for an empty signal, one shorter than a frame where frames are not centred, or a
/// parameter outside its range; `NonFiniteInput`; `OutOfMemory`.
pub fn hpss(audio: &[f64], params: &HpssParams) -> Result<(Vec<f64>, Vec<f64>)> {
    let mut harmonic = buffer(audio.len(), 0.0)?;
    let mut percussive = buffer(audio.len(), 0.0)?;
    HpssPlan::new(params)?.process(audio, &mut harmonic, &mut percussive)?;
    Ok((harmonic, percussive))
}

/// Separation of a whole signal or of a stream, with every work buffer.
pub struct HpssPlan {
    params: StftParams,
    tiles_ahead: usize,
    stft: Stft,
    back: Back,
}

/// What follows the forward transform.
struct Back {
    separator: Separator,
    harmonic: Istft,
    percussive: Percussive,
}

/// Where the percussive part comes from.
enum Percussive {
    /// The input, of which the last samples are kept at their position modulo the length, minus the
    /// harmonic part.
    Rest {
        input: Vec<f64>,
        received: usize,
        given: usize,
    },
    Inverse(Istft),
}

/// The front of two outputs that are being written.
struct Outputs<'a> {
    harmonic: &'a mut [f64],
    percussive: &'a mut [f64],
    written: usize,
}

impl HpssPlan {
    /// # Errors
    /// `InvalidArgument` for a parameter outside its range, `OutOfMemory`.
    pub fn new(params: &HpssParams) -> Result<Self> {
        let stft = Stft::new(&params.stft())?;
        let resolved = *stft.params();
        let harmonic = Istft::new(&resolved)?;
        let rest = params.masks_complement() && harmonic.restores();
        let parts = if rest { Parts::Harmonic } else { Parts::Both };
        let separator = Separator::new(resolved.n_fft / 2 + 1, params, parts)?;
        let tiles_ahead = Separator::tiles_ahead(params.kernel_harmonic);
        let percussive = if rest {
            let input = buffer(outstanding(&resolved, tiles_ahead) + TILE * resolved.hop_length, 0.0)?;
            Percussive::Rest { input, received: 0, given: 0 }
        } else {
            Percussive::Inverse(Istft::new(&resolved)?)
        };
        Ok(Self { params: resolved, tiles_ahead, stft, back: Back { separator, harmonic, percussive } })
    }

    /// Takes the next samples; writes those that are ready to the front of both outputs and returns their
    /// number. Nothing is taken where an error is returned.
    ///
    /// # Errors
    /// `NonFiniteInput`; `BufferTooSmall` if an output does not hold what would be written
    /// ([`Self::max_output`] always suffices).
    pub fn push(&mut self, audio: &[f64], harmonic: &mut [f64], percussive: &mut [f64]) -> Result<usize> {
        require_finite("audio", audio)?;
        let received = self.stft.received();
        let ready = self.ready(received.saturating_add(audio.len())) - self.ready(received);
        require_capacity("harmonic", harmonic.len(), ready)?;
        require_capacity("percussive", percussive.len(), ready)?;
        Ok(self.advance(audio, harmonic, percussive))
    }

    /// Writes the remaining samples and returns their number; the plan is then as after [`Self::reset`].
    ///
    /// # Errors
    /// `InvalidArgument` if nothing was pushed, or less than a frame where frames are not centred;
    /// `BufferTooSmall`, after which the call may be repeated.
    pub fn finish(&mut self, harmonic: &mut [f64], percussive: &mut [f64]) -> Result<usize> {
        let received = self.stft.received();
        let rest = received - self.ready(received);
        require_capacity("harmonic", harmonic.len(), rest)?;
        require_capacity("percussive", percussive.len(), rest)?;
        let enough = self.stft.require_enough();
        if enough.is_ok() {
            self.flush(received, &mut Outputs { harmonic, percussive, written: 0 })?;
        }
        self.reset();
        enough.map(|()| rest)
    }

    /// Separates a whole signal.
    ///
    /// # Errors
    /// As [`hpss`]; `BufferTooSmall` if an output is shorter than `audio`.
    pub fn process(&mut self, audio: &[f64], harmonic: &mut [f64], percussive: &mut [f64]) -> Result<()> {
        require_audio("audio", audio)?;
        require_capacity("harmonic", harmonic.len(), audio.len())?;
        require_capacity("percussive", percussive.len(), audio.len())?;
        self.reset();
        let written = self.advance(audio, harmonic, percussive);
        self.finish(&mut harmonic[written..], &mut percussive[written..])?;
        Ok(())
    }

    /// Samples that are written once `received` are there.
    fn ready(&self, received: usize) -> usize {
        let tiles = self.params.tiles(received);
        Istft::ready(&self.params, TILE * tiles.saturating_sub(self.tiles_ahead))
    }

    fn advance(&mut self, audio: &[f64], harmonic: &mut [f64], percussive: &mut [f64]) -> usize {
        let mut outputs = Outputs { harmonic, percussive, written: 0 };
        let Back { separator, harmonic, percussive } = &mut self.back;
        // At most one tile is completed by a chunk, so the kept input need not grow with the block.
        for chunk in audio.chunks(TILE * self.params.hop_length) {
            percussive.keep(chunk);
            self.stft.push(chunk, |tile| {
                separator.push(tile, |parts| outputs.write(parts, harmonic, percussive, None));
            });
        }
        outputs.written
    }

    fn flush(&mut self, samples: usize, outputs: &mut Outputs) -> Result<()> {
        let Back { separator, harmonic, percussive } = &mut self.back;
        let frames = self.stft.params().frames(samples);
        let last = |parts: &Separated| (parts.first() + parts.len() == frames).then_some((frames, samples));
        self.stft.finish(|tile| {
            separator.push(tile, |parts| {
                let last = last(&parts);
                outputs.write(parts, harmonic, percussive, last);
            });
        })?;
        separator.finish(|parts| {
            let last = last(&parts);
            outputs.write(parts, harmonic, percussive, last);
        });
        Ok(())
    }
}

impl Plan for HpssPlan {
    fn latency(&self) -> usize {
        outstanding(&self.params, self.tiles_ahead)
    }

    fn max_output(&self, block: usize) -> usize {
        block.saturating_add(self.latency())
    }

    fn reset(&mut self) {
        self.stft.reset();
        self.back.separator.reset();
        self.back.harmonic.reset();
        match &mut self.back.percussive {
            Percussive::Rest { received, given, .. } => (*received, *given) = (0, 0),
            Percussive::Inverse(istft) => istft.reset(),
        }
    }
}

/// Most samples of which the input is there but not the output.
fn outstanding(params: &StftParams, tiles_ahead: usize) -> usize {
    params.span() + tiles_ahead * TILE * params.hop_length
}

impl Outputs<'_> {
    /// Transforms one tile back and appends its samples.
    fn write(
        &mut self,
        mut parts: Separated,
        harmonic: &mut Istft,
        percussive: &mut Percussive,
        last: Option<(usize, usize)>,
    ) {
        for i in 0..parts.len() {
            harmonic.add(parts.harmonic(i));
        }
        let from = self.written;
        let len = harmonic.take(last, &mut self.harmonic[from..]);
        let out = &mut self.percussive[from..];
        match percussive {
            Percussive::Inverse(istft) => {
                for i in 0..parts.len() {
                    istft.add(parts.percussive(i));
                }
                istft.take(last, out);
            }
            Percussive::Rest { input, given, .. } => {
                let kept = input.iter().cycle().skip(*given % input.len());
                for ((p, x), h) in out[..len].iter_mut().zip(kept).zip(&self.harmonic[from..]) {
                    *p = x - h;
                }
                *given += len;
            }
        }
        self.written += len;
    }
}

impl Percussive {
    /// Remembers the input where it is needed.
    fn keep(&mut self, audio: &[f64]) {
        if let Self::Rest { input, received, .. } = self {
            let start = *received % input.len();
            let (now, wrapped) = audio.split_at(audio.len().min(input.len() - start));
            input[start..][..now.len()].copy_from_slice(now);
            input[..wrapped.len()].copy_from_slice(wrapped);
            *received += audio.len();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::f64::consts::TAU;

    use super::*;
    use crate::blocks::error::Error;
    use crate::blocks::simd::InstructionSet;

    fn chord(len: usize) -> Vec<f64> {
        let tone = |i: usize, hz: f64| (TAU * hz * i as f64 / 44_100.0).sin();
        (0..len).map(|i| 0.2 * (tone(i, 220.0) + tone(i, 277.2) + tone(i, 329.6))).collect()
    }

    fn clicks(len: usize) -> Vec<f64> {
        (0..len).map(|i| if i % 11_025 == 5000 { 0.9 } else { 0.0 }).collect()
    }

    fn mixture(len: usize) -> Vec<f64> {
        chord(len).iter().zip(clicks(len)).map(|(a, b)| a + b).collect()
    }

    fn energy(x: &[f64]) -> f64 {
        x.iter().map(|x| x * x).sum()
    }

    #[test]
    fn tones_are_harmonic_and_clicks_percussive() {
        let params = HpssParams::default();
        let (harmonic, percussive) = hpss(&chord(88_200), &params).unwrap();
        // The onset and the end of the chord are not sustained.
        let inner = 8192..80_000;
        assert!(energy(&harmonic[inner.clone()]) > 31.6 * energy(&percussive[inner]));
        let (harmonic, percussive) = hpss(&clicks(88_200), &params).unwrap();
        assert!(energy(&percussive) > 31.6 * energy(&harmonic));
    }

    #[test]
    fn parts_sum_to_the_input_without_margins() {
        for (power, n_fft, hop_length) in [(2.0, 2048, 512), (1.0, 512, 128), (0.7, 255, 40)] {
            let params = HpssParams { power, n_fft, hop_length, ..HpssParams::default() };
            let audio = mixture(20_000);
            let (harmonic, percussive) = hpss(&audio, &params).unwrap();
            for i in 0..audio.len() {
                let error = (harmonic[i] + percussive[i] - audio[i]).abs();
                assert!(error < 1e-12, "{params:?} {i} {error:e}");
            }
        }
    }

    #[test]
    fn any_split_into_blocks_equals_the_whole_bit_for_bit() {
        let audio = mixture(30_011);
        for params in [
            HpssParams::default(),
            HpssParams { margin_harmonic: 2.0, pad_mode: PadMode::Reflect, ..HpssParams::default() },
            HpssParams {
                kernel_harmonic: 20,
                kernel_percussive: 9,
                n_fft: 600,
                hop_length: 500,
                ..Default::default()
            },
            HpssParams { center: false, n_fft: 1024, ..Default::default() },
        ] {
            let expected = hpss(&audio, &params).unwrap();
            let mut plan = HpssPlan::new(&params).unwrap();
            for sizes in [&[1, 777, 4096, 3][..], &[64], &[9973], &[30_011]] {
                let (mut harmonic, mut percussive) = (Vec::new(), Vec::new());
                let mut room = (vec![f64::NAN; 60_000], vec![f64::NAN; 60_000]);
                let mut rest = &audio[..];
                for size in sizes.iter().cycle() {
                    let (block, later) = rest.split_at((*size).min(rest.len()));
                    rest = later;
                    let most = plan.max_output(block.len());
                    let (h, p) = (&mut room.0[..most], &mut room.1[..most]);
                    let written =
                        if block.is_empty() { plan.finish(h, p) } else { plan.push(block, h, p) }.unwrap();
                    harmonic.extend_from_slice(&h[..written]);
                    percussive.extend_from_slice(&p[..written]);
                    if block.is_empty() {
                        break;
                    }
                }
                assert_eq!(harmonic, expected.0, "{params:?} {sizes:?}");
                assert_eq!(percussive, expected.1, "{params:?} {sizes:?}");
            }
        }
    }

    #[test]
    fn every_path_gives_the_same_bits() {
        let audio = mixture(12_345);
        for params in [
            HpssParams::default(),
            HpssParams { power: 1.0, margin_percussive: 3.0, kernel_harmonic: 12, ..Default::default() },
            HpssParams { power: f64::INFINITY, n_fft: 333, hop_length: 0, ..Default::default() },
        ] {
            let expected = InstructionSet::PORTABLE.scope(|| hpss(&audio, &params).unwrap());
            for instructions in InstructionSet::available() {
                assert_eq!(
                    instructions.scope(|| hpss(&audio, &params).unwrap()),
                    expected,
                    "{instructions:?} {params:?}"
                );
            }
        }
    }

    #[test]
    fn loudness_does_not_change_the_separation() {
        let audio = mixture(12_345);
        let expected = hpss(&audio, &HpssParams::default()).unwrap();
        for exponent in [-500, -330, 330, 490] {
            let gain = 2.0_f64.powi(exponent);
            let scaled: Vec<f64> = audio.iter().map(|x| x * gain).collect();
            let (harmonic, percussive) = hpss(&scaled, &HpssParams::default()).unwrap();
            for i in 0..audio.len() {
                assert!((harmonic[i] / gain - expected.0[i]).abs() < 1e-12, "2^{exponent} {i}");
                assert!((percussive[i] / gain - expected.1[i]).abs() < 1e-12, "2^{exponent} {i}");
            }
        }
    }

    #[test]
    fn errors_name_the_argument_and_consume_nothing() {
        let name = |error: Error| match error {
            Error::InvalidArgument { name, .. } => name,
            other => panic!("{other}"),
        };
        let new = |params: HpssParams| name(HpssPlan::new(&params).err().expect("an error"));
        assert_eq!(new(HpssParams { n_fft: 1, ..Default::default() }), "n_fft");
        assert_eq!(new(HpssParams { hop_length: 2049, ..Default::default() }), "hop_length");
        assert_eq!(new(HpssParams { kernel_harmonic: 0, ..Default::default() }), "kernel_harmonic");
        assert_eq!(new(HpssParams { power: f64::NAN, ..Default::default() }), "power");
        assert_eq!(new(HpssParams { margin_percussive: 0.5, ..Default::default() }), "margin_percussive");
        assert_eq!(name(hpss(&[], &HpssParams::default()).unwrap_err()), "audio");
        let uncentred = HpssParams { center: false, ..Default::default() };
        assert_eq!(name(hpss(&[0.5; 2047], &uncentred).unwrap_err()), "audio");

        let audio = mixture(30_000);
        let mut plan = HpssPlan::new(&HpssParams::default()).unwrap();
        let (mut h, mut p) = (vec![0.0; 30_000], vec![0.0; 30_000]);
        assert!(matches!(plan.push(&audio, &mut h[..9], &mut p), Err(Error::BufferTooSmall { .. })));
        assert!(matches!(plan.push(&[f64::NAN], &mut h, &mut p), Err(Error::NonFiniteInput { .. })));
        let written = plan.push(&audio, &mut h, &mut p).unwrap();
        plan.finish(&mut h[written..], &mut p[written..]).unwrap();
        assert_eq!((h, p), hpss(&audio, &HpssParams::default()).unwrap());
    }
}
