use super::*;

#[test]
fn a_detuned_tone_is_found_by_its_cents() {
    for cents in [-40.0, -12.0, 0.0, 3.0, 25.0, 45.0] {
        let step = std::f64::consts::TAU * 1760.0 * (cents / 1200.0_f64).exp2() / 44_100.0;
        let tone: Vec<f64> = (0..60_000).map(|t| (step * f64::from(t)).sin()).collect();
        let found = estimate_tuning(&tone, 44_100.0, 12).unwrap();
        assert!((found - cents / 100.0).abs() < 0.025, "{cents}: {found}");
    }
}

#[test]
fn an_exact_a440_is_one_at_any_rate() {
    for rate in [8_000.0, 22_050.0, 44_100.0, 48_000.0, 88_200.0, 96_000.0, 176_400.0, 192_000.0, 384_000.0] {
        let tone = |t: usize, k: f64| (std::f64::consts::TAU * 440.0 * k * t as f64 / rate).sin() / k;
        let audio: Vec<f64> =
            (0..rate as usize).map(|t| (1..5).map(|k| tone(t, f64::from(k))).sum()).collect();
        let found = estimate_tuning(&audio, rate, 12).unwrap();
        assert!(found.abs() <= if rate == 96_000.0 { 0.1 } else { 0.05 }, "{rate}: {found}");
    }
}

#[test]
fn silence_has_no_tuning() {
    assert_eq!(estimate_tuning(&[0.0; 5000], 44_100.0, 12), Ok(0.0));
    assert_eq!(estimate_tuning(&[1.0], 8_000.0, 12), Ok(0.0));
}

#[test]
fn more_peaks_than_are_kept_give_the_same_tuning() {
    let mut estimator = TuningEstimator::new(44_100.0, 12, 2048).unwrap();
    let mut votes = |n: usize| {
        for i in 0..n {
            // Strong peaks in cell 70, weak ones, as many, spread.
            if i % 2 == 0 {
                estimator.add(1.0 + (i % 97) as f64, 70)
            } else {
                estimator.add(0.1, (i % 60) as u8)
            }
        }
        estimator.finish()
    };
    let few = votes(1000);
    assert_eq!(votes(MOST_PEAKS + 1001), few);
    assert_eq!(few, 70.0 * 0.01 - 0.5);
    assert_eq!(votes(1000), few);
}
