//! Peaks of a signal between its samples.
//!
//! The signal is interpolated (×4 below 96 kHz, ×2 below 192 kHz) by a sinc of 48 taps under a Kaiser
//! window. The points of that grid alone miss up to 0.3 dB of noise; so where the parabola through three
//! neighbouring points has its vertex between the outer two, the vertex counts. As it leaves them it equals
//! the outer point, hence a peak is a continuous function of the samples.
//!
//! The points at ¼ and ¾ are mirror images, so sums and differences of the samples on both sides serve both;
//! and where the samples all around lie so low that no point between them can reach the ceiling, none is
//! computed.

use crate::blocks::error::{Result, buffer};
use crate::blocks::simd::{self, InstructionSet, Kernel, LANES, Vector};

/// Samples on either side of a gap that its points depend on.
pub(super) const REACH: usize = 24;
/// Kaiser's β.
const BETA: f64 = 8.0;

/// Peaks found at a time; with the gap before the first one these are whole vectors.
const TILE: usize = 63;
/// What a vector may touch beyond its samples.
pub(super) const SLACK: usize = LANES;

pub(super) struct Peaks {
    instructions: InstructionSet,
    taps: Taps,
    /// For the gaps from the one before the first sample of a tile on: their first and last points, and
    /// the highest peak within.
    gaps: [Vec<f64>; 3],
}

/// The taps for the gap's k-th neighbours on either side. Sums of both sides times `half` give the point at
/// ½; sums times `even`, plus or minus differences times `odd`, those at ¼ and ¾.
struct Taps {
    /// Points per sample: 4, 2 or 1.
    factor: usize,
    half: [f64; REACH],
    even: [f64; REACH],
    odd: [f64; REACH],
    /// No peak is higher than so many times the largest sample near it.
    most: f64,
}

impl Taps {
    fn new(sample_rate: f64) -> Self {
        let factor = match sample_rate {
            rate if rate < 96_000.0 => 4,
            rate if rate < 192_000.0 => 2,
            _ => 1,
        };
        let at = |fraction: f64| -> [f64; REACH] { std::array::from_fn(|k| sinc(k as f64 + fraction)) };
        let (near, far) = (at(0.25), at(0.75));
        // Each point of a constant signal is that constant.
        let scale_half = 0.5 / at(0.5).iter().sum::<f64>();
        let scale = 1.0 / near.iter().chain(&far).sum::<f64>();
        let half = at(0.5).map(|x| x * scale_half);
        let (near, far) = (near.map(|x| x * scale), far.map(|x| x * scale));
        let sum = |taps: &[f64]| taps.iter().map(|x| x.abs()).sum::<f64>();
        // A vertex exceeds its point by at most a quarter of the way between the outer two.
        let most = 1.5001 * (2.0 * sum(&half)).max(sum(&near) + sum(&far));
        Self {
            factor,
            half,
            even: std::array::from_fn(|k| 0.5 * (near[k] + far[k])),
            odd: std::array::from_fn(|k| 0.5 * (near[k] - far[k])),
            most,
        }
    }
}

/// sin(πt)/πt under the window, which ends at ±[`REACH`].
fn sinc(t: f64) -> f64 {
    let x = std::f64::consts::PI * t;
    let inside = 1.0 - (t / REACH as f64).powi(2);
    x.sin() / x * bessel_i0(BETA * inside.max(0.0).sqrt()) / bessel_i0(BETA)
}

/// The modified Bessel function of order 0: Σ (x²/4)^k / k!².
fn bessel_i0(x: f64) -> f64 {
    let (mut sum, mut term, mut k) = (1.0, 1.0, 1.0);
    while term > 1e-17 * sum {
        term *= x * x / (4.0 * k * k);
        sum += term;
        k += 1.0;
    }
    sum
}

impl Peaks {
    pub fn new(sample_rate: f64) -> Result<Self> {
        let gap = || buffer(TILE + 1 + SLACK, 0.0);
        Ok(Self {
            instructions: InstructionSet::best(),
            taps: Taps::new(sample_rate),
            gaps: [gap()?, gap()?, gap()?],
        })
    }

    /// For each of the samples from `first` on, as many as `peaks` takes, the highest peak of any channel from
    /// the sample before to the sample after it, or any lower value if that does not exceed `ceiling`.
    ///
    /// The channels hold [`REACH`] samples before and after those, and [`SLACK`] more.
    pub fn find(&mut self, channels: &[Vec<f64>], first: usize, ceiling: f64, peaks: &mut [f64]) {
        peaks.fill(0.0);
        let (instructions, quiet) = (self.instructions, ceiling / self.taps.most);
        let [first_points, last_points, inside] = &mut self.gaps;
        for samples in channels {
            for (tile, peaks) in peaks.chunks_mut(TILE).enumerate() {
                let samples = &samples[first + tile * TILE - REACH..][..peaks.len() + 2 * REACH + SLACK];
                if largest(instructions, &samples[..peaks.len() + 2 * REACH]) <= quiet {
                    continue;
                }
                let gaps =
                    Gaps { samples, n: peaks.len() + 1, taps: &self.taps, first_points, last_points, inside };
                simd::run(instructions, gaps);
                let samples = &samples[REACH - 1..];
                simd::run(instructions, AtSamples { samples, first_points, last_points, inside, peaks });
            }
        }
    }
}

/// The largest absolute value of `samples`.
pub(super) fn largest(instructions: InstructionSet, samples: &[f64]) -> f64 {
    struct LargestOf<'a>(&'a [f64]);
    impl Kernel for LargestOf<'_> {
        type Output = f64;

        #[inline(always)]
        fn run<V: Vector>(self) -> f64 {
            let mut lanes = [V::splat(0.0); 2];
            let mut chunks = self.0.chunks_exact(2 * V::LANES);
            for chunk in &mut chunks {
                lanes[0] = lanes[0].max(abs(V::load(chunk)));
                lanes[1] = lanes[1].max(abs(V::load(&chunk[V::LANES..])));
            }
            let mut out = [0.0; LANES];
            let [first, second] = lanes;
            first.max(second).store(&mut out);
            let rest = chunks.remainder().iter().map(|x| x.abs());
            out.into_iter().chain(rest).fold(0.0, f64::max)
        }
    }
    simd::run(instructions, LargestOf(samples))
}

#[inline(always)]
fn abs<V: Vector>(x: V) -> V {
    x.max(V::splat(0.0).sub(x))
}

/// The height of the point `b` between its neighbours, or of the vertex of the parabola through the three
/// if that lies between them.
#[inline(always)]
fn height<V: Vector>(a: V, b: V, c: V) -> V {
    let (rise, further) = (b.sub(a), c.sub(b));
    let (way, bend) = (rise.add(further), rise.sub(further));
    let beyond = way.mul(way).div(bend.mul(V::splat(8.0)));
    let point = abs(b);
    // Where all three are equal the vertex is NaN, and the comparison keeps the point.
    let vertex = abs(b.add(beyond)).max(point);
    abs(bend.add(bend)).select_ge(abs(way), vertex, point)
}

/// The points in the gaps, the first of which lies between samples `REACH` − 1 and `REACH`.
struct Gaps<'a> {
    samples: &'a [f64],
    n: usize,
    taps: &'a Taps,
    first_points: &'a mut [f64],
    last_points: &'a mut [f64],
    inside: &'a mut [f64],
}

impl Kernel for Gaps<'_> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector>(self) {
        let Self { samples, n, taps, first_points, last_points, inside } = self;
        for gap in (0..n).step_by(V::LANES) {
            let samples = &samples[gap..][..2 * REACH - 1 + V::LANES];
            let (left, right) = (V::load(&samples[REACH - 1..]), V::load(&samples[REACH..]));
            let (first, last, highest) = match taps.factor {
                4 => {
                    let [quarter, half, three_quarters] = quarters::<V>(samples, taps);
                    let inside = height(left, quarter, half)
                        .max(height(quarter, half, three_quarters))
                        .max(height(half, three_quarters, right));
                    (quarter, three_quarters, inside)
                }
                2 => {
                    let half = middle::<V>(samples, taps);
                    (half, half, height(left, half, right))
                }
                _ => (right, left, V::splat(0.0)),
            };
            first.store(&mut first_points[gap..]);
            last.store(&mut last_points[gap..]);
            highest.store(&mut inside[gap..]);
        }
    }
}

/// The points at ¼, ½ and ¾.
#[inline(always)]
fn quarters<V: Vector>(samples: &[f64], taps: &Taps) -> [V; 3] {
    let [mut half, mut even, mut odd] = [V::splat(0.0); 3];
    for k in 0..REACH {
        let (left, right) = (V::load(&samples[REACH - 1 - k..]), V::load(&samples[REACH + k..]));
        let (sum, difference) = (left.add(right), left.sub(right));
        half = half.add(sum.mul(V::splat(taps.half[k])));
        even = even.add(sum.mul(V::splat(taps.even[k])));
        odd = odd.add(difference.mul(V::splat(taps.odd[k])));
    }
    [even.add(odd), half, even.sub(odd)]
}

/// The point at ½.
#[inline(always)]
fn middle<V: Vector>(samples: &[f64], taps: &Taps) -> V {
    let mut half = V::splat(0.0);
    for k in 0..REACH {
        let (left, right) = (V::load(&samples[REACH - 1 - k..]), V::load(&samples[REACH + k..]));
        half = half.add(left.add(right).mul(V::splat(taps.half[k])));
    }
    half
}

/// Joins the peaks at the samples with those of the gaps on both sides and the samples beyond them.
/// `samples` begin with the one before the first.
struct AtSamples<'a> {
    samples: &'a [f64],
    first_points: &'a [f64],
    last_points: &'a [f64],
    inside: &'a [f64],
    peaks: &'a mut [f64],
}

impl AtSamples<'_> {
    #[inline(always)]
    fn highest<V: Vector>(&self, i: usize) -> V {
        let (left, here, right) = (i, i + 1, i + 2);
        let (before, after) = (V::load(&self.last_points[i..]), V::load(&self.first_points[i + 1..]));
        height(before, V::load(&self.samples[here..]), after)
            .max(abs(V::load(&self.samples[left..])))
            .max(abs(V::load(&self.samples[right..])))
            .max(V::load(&self.inside[i..]))
            .max(V::load(&self.inside[i + 1..]))
    }
}

impl Kernel for AtSamples<'_> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector>(self) {
        let whole = self.peaks.len() / V::LANES * V::LANES;
        for i in (0..whole).step_by(V::LANES) {
            let highest = self.highest::<V>(i).max(V::load(&self.peaks[i..]));
            highest.store(&mut self.peaks[i..]);
        }
        if whole < self.peaks.len() {
            let mut last = [0.0; LANES];
            self.highest::<V>(whole).store(&mut last);
            for (peak, here) in self.peaks[whole..].iter_mut().zip(last) {
                *peak = if here > *peak { here } else { *peak };
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::noise;

    const TAU: f64 = std::f64::consts::TAU;

    fn padded(signal: impl IntoIterator<Item = f64>) -> Vec<f64> {
        let around = || std::iter::repeat_n(0.0, REACH);
        around().chain(signal).chain(around()).chain([0.0; SLACK]).collect()
    }

    fn peaks(sample_rate: f64, channels: &[Vec<f64>], ceiling: f64) -> Vec<f64> {
        let mut peaks = vec![0.0; channels[0].len() - 2 * REACH - SLACK];
        Peaks::new(sample_rate).unwrap().find(channels, REACH, ceiling, &mut peaks);
        peaks
    }

    #[test]
    fn sines_between_samples_are_found_at_every_rate() {
        for (sample_rate, allowed) in [(44_100.0, 0.0015), (96_000.0, 0.002), (192_000.0, 0.01)] {
            for frequency in [997.0, 5_000.0, 11_025.0, 17_000.0_f64] {
                // At the highest rate the samples alone are a coarse grid.
                let allowed = if sample_rate > 100_000.0 && frequency > 12_000.0 { 0.03 } else { allowed };
                for phase in [0.0, 0.1, 0.125, 0.3, 0.45] {
                    let sine = (0..4000)
                        .map(|i| 0.5 * (TAU * (frequency * f64::from(i) / sample_rate + phase)).sin());
                    let found = peaks(sample_rate, &[padded(sine)], 0.0);
                    let highest = found[100..3900].iter().copied().fold(0.0, f64::max);
                    assert!((highest / 0.5 - 1.0).abs() < allowed, "{sample_rate} {frequency} {highest}");
                }
            }
        }
    }

    #[test]
    fn a_peak_belongs_to_the_samples_on_both_its_sides() {
        // A quarter of the rate, its samples at ±0.707 of the peaks between them.
        let sine = (0..400).map(|i| (TAU * (f64::from(i) / 4.0 + 0.125)).sin());
        let found = peaks(48_000.0, &[padded(sine)], 0.0);
        assert!(found[50..350].iter().all(|peak| (peak - 1.0).abs() < 1e-4));
        // One impulse: the sample itself and its neighbours, and beyond them no more than ripple.
        let found = peaks(48_000.0, &[padded((0..200).map(|i| f64::from(i == 100)))], 0.0);
        assert_eq!(found[99..=101], [1.0; 3]);
        assert!(found[98] < 0.25 && found[102] < 0.25);
    }

    #[test]
    fn the_least_change_of_a_sample_changes_peaks_the_least() {
        let signal = noise(20_000);
        let changed = noise(20_000).iter().rev().zip(&signal).map(|(d, x)| x + 1e-13 * d).collect::<Vec<_>>();
        for sample_rate in [44_100.0, 96_000.0, 192_000.0] {
            let peaks = |signal: &[f64]| peaks(sample_rate, &[padded(signal.iter().copied())], 0.0);
            for (a, b) in peaks(&signal).iter().zip(peaks(&changed)) {
                assert!((a - b).abs() < 2e-12, "{a} {b}");
            }
        }
    }

    #[test]
    fn what_cannot_exceed_the_ceiling_may_read_low_but_never_below_it_if_it_does() {
        let mut signal = noise(5000);
        for (i, x) in signal.iter_mut().enumerate() {
            *x *= (i as f64 * 0.001).sin().powi(2);
        }
        let channels = [padded(signal.iter().map(|x| -0.9 * x)), padded(signal)];
        let exact = peaks(44_100.0, &channels, 0.0);
        for ceiling in [0.2, 0.5, 0.9] {
            let found = peaks(44_100.0, &channels, ceiling);
            assert!(found.contains(&0.0));
            for (found, exact) in found.iter().zip(&exact) {
                assert!(if *exact > ceiling { found == exact } else { found <= exact });
            }
        }
    }

    #[test]
    fn peaks_are_the_same_bits_on_every_path_for_any_cut_and_both_polarities() {
        let channels = [padded(noise(1000)), padded(noise(1000).iter().map(|x| 0.3 * x))];
        for sample_rate in [44_100.0, 96_000.0, 192_000.0] {
            let expected = InstructionSet::PORTABLE.scope(|| peaks(sample_rate, &channels, 0.1));
            for instructions in InstructionSet::available() {
                instructions.scope(|| {
                    assert_eq!(peaks(sample_rate, &channels, 0.1), expected, "{instructions:?}");
                    let mut finder = Peaks::new(sample_rate).unwrap();
                    let negative = channels.clone().map(|x| x.iter().map(|x| -x).collect::<Vec<_>>());
                    let (mut at, mut size) = (0, 1);
                    while at < 1000 {
                        let n = size.min(1000 - at);
                        let mut piece = vec![0.0; n];
                        finder.find(&negative, REACH + at, 0.1, &mut piece);
                        assert_eq!(piece, expected[at..at + n]);
                        (at, size) = (at + n, (size * 3) % 130 + 1);
                    }
                });
            }
        }
    }
}
