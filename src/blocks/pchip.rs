//! Monotone cubic interpolation: passes through the points and never overshoots them.
//!
//! Cubic Hermite pieces (Fritsch and Carlson, 1980) whose slope at an inner point is the weighted
//! harmonic mean of the slopes beside it (Fritsch and Butland, 1984), with the one-sided slopes of
//! Moler at both ends: `scipy.interpolate.PchipInterpolator`. Beyond its ends the curve is held.

/// A curve through `N` points.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pchip<const N: usize> {
    x: [f64; N],
    y: [f64; N],
    /// Of the curve at the points.
    slopes: [f64; N],
}

impl<const N: usize> Pchip<N> {
    /// Through the points (`x`, `y`); `x` ascends.
    pub fn new(x: [f64; N], y: [f64; N]) -> Self {
        const { assert!(N >= 2) };
        debug_assert!(x.is_sorted_by(|a, b| a < b));
        let width = |k: usize| x[k + 1] - x[k];
        let chord = |k: usize| (y[k + 1] - y[k]) / width(k);
        let slopes = std::array::from_fn(|k| match k {
            _ if N == 2 => chord(0),
            0 => end([width(0), width(1)], [chord(0), chord(1)]),
            _ if k == N - 1 => end([width(N - 2), width(N - 3)], [chord(N - 2), chord(N - 3)]),
            _ => inner([width(k - 1), width(k)], [chord(k - 1), chord(k)]),
        });
        Self { x, y, slopes }
    }

    /// The curve at `x`.
    pub fn at(&self, x: f64) -> f64 {
        let x = x.clamp(self.x[0], self.x[N - 1]);
        let k = self.x.partition_point(|point| *point <= x).clamp(1, N - 1) - 1;
        let (width, rise) = (self.x[k + 1] - self.x[k], self.y[k + 1] - self.y[k]);
        let (chord, [slope, next]) = (rise / width, [self.slopes[k], self.slopes[k + 1]]);
        let bend = (slope + next - 2.0 * chord) / width;
        let t = x - self.x[k];
        self.y[k] + t * (slope + t * ((chord - slope) / width - bend + t * bend / width))
    }
}

/// The slope at a point between two pieces.
fn inner(widths: [f64; 2], chords: [f64; 2]) -> f64 {
    let turns = chords[0] * chords[1] <= 0.0 || chords.contains(&0.0);
    if turns {
        return 0.0;
    }
    let weights = [2.0 * widths[1] + widths[0], widths[1] + 2.0 * widths[0]];
    (weights[0] + weights[1]) / (weights[0] / chords[0] + weights[1] / chords[1])
}

/// The slope at an end, from the piece there and the next one.
fn end(widths: [f64; 2], chords: [f64; 2]) -> f64 {
    let slope = ((2.0 * widths[0] + widths[1]) * chords[0] - widths[0] * chords[1]) / (widths[0] + widths[1]);
    if slope * chords[0] <= 0.0 {
        0.0
    } else if chords[0] * chords[1] <= 0.0 && slope.abs() > 3.0 * chords[0].abs() {
        3.0 * chords[0]
    } else {
        slope
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assert_curve<const N: usize>(points: [[f64; N]; 2], expected: &[(f64, f64)]) {
        let curve = Pchip::new(points[0], points[1]);
        for (x, y) in expected {
            assert!((curve.at(*x) - y).abs() < 1e-14, "{x}: {} instead of {y}", curve.at(*x));
        }
    }

    #[test]
    fn it_is_scipys() {
        assert_curve(
            [[0.0, 1.0, 1.5, 3.0, 4.0, 6.0, 6.5], [1.0, 2.0, 1.5, 1.5, 4.0, -3.0, -2.5]],
            &[
                (0.0, 1.0),
                (0.25, 1.484375),
                (0.9, 1.993),
                (1.2, 1.8240000000000003),
                (2.0, 1.5),
                (3.5, 2.75),
                (4.01, 3.99947675),
                (5.0, 0.5),
                (6.2, -2.9152),
                (6.5, -2.5),
            ],
        );
        // The slope at the first point is three times the chord's there, that at the last one is free.
        let expected = [(0.3, 0.657), (0.8, 0.992), (2.0, -1.5555555555555558), (3.9, -18.716777777777782)];
        assert_curve([[0.0, 1.0, 4.0], [0.0, 1.0, -20.0]], &expected);
        assert_curve([[0.0, 2.0], [1.0, 5.0]], &[(0.5, 2.0)]);
    }

    #[test]
    fn beyond_its_ends_it_is_held() {
        let curve = Pchip::new([1.0, 2.0, 4.0], [3.0, -1.0, 7.0]);
        assert_eq!([-9.0, 1.0, 4.0, 1e9].map(|x| curve.at(x)), [3.0, 3.0, 7.0, 7.0]);
    }
}
