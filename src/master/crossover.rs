//! The three bands of the dynamics: how much of each frequency goes to each.

/// Amplitude weights of the low, the mid and the high band at `frequency`, the bands parting at
/// `crossovers`: they sum to 1, and each passes into the next over an octave.
pub(crate) fn band_weights(frequency: f64, crossovers: [f64; 2]) -> [f64; 3] {
    let [low, high] = crossovers.map(|crossover| above(frequency, crossover));
    [1.0 - low, low * (1.0 - high), low * high]
}

/// A raised cosine in log2 of the frequency over the octave around `crossover`.
fn above(frequency: f64, crossover: f64) -> f64 {
    let t = ((frequency / crossover).log2() + 0.5).clamp(0.0, 1.0);
    0.5 - 0.5 * (std::f64::consts::PI * t).cos()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bands_sum_to_the_signal_and_cross_in_the_middle() {
        for i in 0..=200 {
            let frequency = 10.0 * 2200.0_f64.powf(f64::from(i) / 200.0);
            let weights = band_weights(frequency, [120.0, 2500.0]);
            assert!((weights.iter().sum::<f64>() - 1.0).abs() < 1e-15);
            assert!(weights.iter().all(|weight| (0.0..=1.0).contains(weight)));
        }
        let at = |frequency| band_weights(frequency, [120.0, 2500.0]);
        assert_eq!(
            [at(0.0), at(80.0), at(500.0), at(20_000.0)].map(|w| w.map(|w| w > 0.5)),
            [[true, false, false], [true, false, false], [false, true, false], [false, false, true],]
        );
        assert!((at(120.0)[0] - 0.5).abs() < 1e-15 && (at(2500.0)[2] - 0.5).abs() < 1e-15);
    }
}
