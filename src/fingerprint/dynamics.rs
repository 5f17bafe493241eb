//! Dimensions 20 (variation of the crest factor) and 22 (consistency of peaks), over frames of 0.5 s
//! every 0.25 s.

use super::level::peak_and_squares;
use super::series::Series;
use crate::blocks::error::Result;

/// Frames of which values are kept: two hours; of more, every second, every fourth …
const FRAMES: usize = 1 << 15;
/// A frame is silent below this share of the RMS of the loudest one: 60 dB.
const SILENT: f64 = 1e-3;

pub(super) struct Dynamics {
    /// Samples in a quarter of a second.
    quarter: usize,
    /// Samples, peak and energy of the quarter that is under way, and of the one before.
    begun: usize,
    now: (f64, f64),
    before: Option<(f64, f64)>,
    rms: Series,
    peaks: Series,
    crests: Series,
    loudest: f64,
}

impl Dynamics {
    pub fn new(sample_rate: f64) -> Result<Self> {
        Ok(Self {
            quarter: (sample_rate / 4.0) as usize,
            begun: 0,
            now: (0.0, 0.0),
            before: None,
            rms: Series::new(FRAMES)?,
            peaks: Series::new(FRAMES)?,
            crests: Series::new(FRAMES)?,
            loudest: 0.0,
        })
    }

    pub fn take(&mut self, mono: &[f64]) {
        let mut rest = mono;
        while !rest.is_empty() {
            let (now, later) = rest.split_at(rest.len().min(self.quarter - self.begun));
            let (peak, squares) = peak_and_squares(now);
            self.now = (self.now.0.max(peak), self.now.1 + squares);
            self.begun += now.len();
            rest = later;
            if self.begun == self.quarter {
                self.end_quarter();
            }
        }
    }

    fn end_quarter(&mut self) {
        if let Some((peak, energy)) = self.before {
            let peak = peak.max(self.now.0);
            let rms = ((energy + self.now.1) / (2 * self.quarter) as f64).sqrt();
            self.loudest = self.loudest.max(rms);
            self.rms.push(rms);
            self.peaks.push(peak);
            self.crests.push(20.0 * (peak / rms).log10());
        }
        self.before = Some(self.now);
        (self.begun, self.now) = (0, (0.0, 0.0));
    }

    /// Standard deviation of the frames' crest factors in dB, and 1 / (1 + coefficient of variation) of
    /// their peaks; NaN for fewer than two frames.
    pub fn values(&self) -> [f64; 2] {
        let (crests, peaks) = (self.crests.spread(self.is_loud()), self.peaks.spread(self.is_loud()));
        if crests.count < 2 {
            return [f64::NAN; 2];
        }
        [crests.std, 1.0 / (1.0 + peaks.std / peaks.mean)]
    }

    fn is_loud(&self) -> impl Fn(usize) -> bool {
        let least = SILENT * self.loudest;
        move |i| f64::from(self.rms.values()[i]) >= least
    }

    pub fn reset(&mut self) {
        (self.begun, self.now, self.before, self.loudest) = (0, (0.0, 0.0), None, 0.0);
        [&mut self.rms, &mut self.peaks, &mut self.crests].into_iter().for_each(Series::reset);
    }
}
