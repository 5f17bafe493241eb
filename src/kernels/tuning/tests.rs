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
