//! The Hann window of spectral analysis.

use crate::blocks::error::{Result, reserve};

/// Periodic Hann window, `scipy.signal.get_window("hann", len)`: 0.5 − 0.5 cos(2πn/len).
///
/// Periodic, not symmetric: shifted copies then sum to a constant, which the inverse STFT needs.
pub(crate) fn hann(len: usize) -> Result<Vec<f64>> {
    let mut window = reserve(len)?;
    if len == 1 {
        window.push(1.0);
        return Ok(window);
    }
    let step = std::f64::consts::TAU / len as f64;
    window.extend((0..len).map(|n| 0.5 - 0.5 * (step * n as f64).cos()));
    Ok(window)
}

/// [`hann`] of `win_length`, centred in `n_fft` samples of which the rest are 0
/// (`librosa.util.pad_center`).
pub(crate) fn hann_centred(win_length: usize, n_fft: usize) -> Result<Vec<f64>> {
    let mut padded = crate::blocks::error::buffer(n_fft, 0.0)?;
    let start = (n_fft - win_length) / 2;
    padded[start..start + win_length].copy_from_slice(&hann(win_length)?);
    Ok(padded)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periodic_window_overlaps_to_a_constant() {
        let w = hann(64).unwrap();
        assert_eq!(w[0], 0.0);
        assert_eq!(w[32], 1.0);
        for n in 0..32 {
            assert!((w[n] + w[n + 32] - 1.0).abs() < 1e-15);
        }
    }
}
