//! Dimensions 23 (width) and 24 (correlation) of the first two channels; one channel is both of them.

/// Sums over the frames so far.
#[derive(Default)]
pub(super) struct Stereo {
    n_channels: usize,
    frames: f64,
    mid: f64,
    side: f64,
    energy: [f64; 2],
    mean: [f64; 2],
    /// Of the deviations from the means: squares, and product of both channels.
    squares: [f64; 2],
    product: f64,
}

/// A channel is constant if its variance is below this share of its energy: rounding leaves some.
const CONSTANT: f64 = 1e-20;
/// Mean energy below which both channels are silent: an RMS of 1e-10.
const LEAST: f64 = 1e-20;

impl Stereo {
    pub fn new(n_channels: usize) -> Self {
        Self { n_channels, ..Self::default() }
    }

    pub fn take(&mut self, interleaved: &[f64]) {
        let other = usize::from(self.n_channels > 1);
        let pairs = || interleaved.chunks_exact(self.n_channels).map(|frame| [frame[0], frame[other]]);
        let count = (interleaved.len() / self.n_channels) as f64;
        let mut sum = [0.0; 2];
        for [left, right] in pairs() {
            let (mid, side) = ((left + right) / 2.0, (left - right) / 2.0);
            self.mid += mid * mid;
            self.side += side * side;
            self.energy[0] += left * left;
            self.energy[1] += right * right;
            sum[0] += left;
            sum[1] += right;
        }
        let mean = sum.map(|sum| sum / count);
        let (mut squares, mut product) = ([0.0; 2], 0.0);
        for [left, right] in pairs() {
            let (left, right) = (left - mean[0], right - mean[1]);
            squares[0] += left * left;
            squares[1] += right * right;
            product += left * right;
        }
        // Joins the chunk's deviations to those so far (Chan, Golub and LeVeque, 1979).
        let step = [mean[0] - self.mean[0], mean[1] - self.mean[1]];
        let weight = self.frames * count / (self.frames + count);
        self.product += product + step[0] * step[1] * weight;
        self.frames += count;
        for channel in 0..2 {
            self.squares[channel] += squares[channel] + step[channel].powi(2) * weight;
            self.mean[channel] += step[channel] * count / self.frames;
        }
    }

    /// Width and correlation.
    pub fn values(&self) -> [f64; 2] {
        let energy = self.mid + self.side;
        if energy < LEAST * self.frames {
            return [f64::NAN; 2];
        }
        if self.n_channels < 2 {
            return [0.0, 1.0];
        }
        let constant = |channel: usize| self.squares[channel] <= CONSTANT * self.energy[channel];
        let correlation = if constant(0) || constant(1) {
            f64::NAN
        } else {
            (self.product / (self.squares[0].sqrt() * self.squares[1].sqrt())).clamp(-1.0, 1.0)
        };
        [self.side / energy, correlation]
    }

    pub fn reset(&mut self) {
        *self = Self::new(self.n_channels);
    }
}
