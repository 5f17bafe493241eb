//! Dimensions 20 (variation of the crest factor) and 22 (consistency of peaks), over frames of 0.5 s
//! every 0.25 s.

use super::level::{Moments, moments};
use super::series::Series;
use super::{Dimension, Fingerprint};
use crate::blocks::error::Result;

/// Frames of which values are kept: two hours; of more, every second, every fourth …
const FRAMES: usize = 1 << 15;
/// A frame is silent below this share of the RMS of the loudest one: 60 dB.
const SILENT: f64 = 1e-3;

pub(super) struct Dynamics {
    /// Samples in a quarter of a second.
    quarter: usize,
    /// Samples of the quarter that is under way.
    begun: usize,
    now: Moments,
    before: Option<Moments>,
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
            now: Moments::default(),
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
            self.now.add(moments(now));
            self.begun += now.len();
            rest = later;
            if self.begun == self.quarter {
                self.end_quarter();
            }
        }
    }

    fn end_quarter(&mut self) {
        if let Some(mut frame) = self.before {
            frame.add(self.now);
            let Moments { peak, squares, .. } = frame;
            let rms = (squares / (2 * self.quarter) as f64).sqrt();
            self.loudest = self.loudest.max(rms);
            self.rms.push(rms);
            self.peaks.push(peak);
            self.crests.push(20.0 * (peak / rms).log10());
        }
        self.before = Some(self.now);
        (self.begun, self.now) = (0, Moments::default());
    }

    /// Fewer than two frames tell nothing.
    pub fn write(&self, values: &mut Fingerprint) {
        let (crests, peaks) = (self.crests.spread(self.is_loud()), self.peaks.spread(self.is_loud()));
        if crests.count >= 2 {
            values[Dimension::DynamicRangeVariation] = crests.std;
            values[Dimension::PeakConsistency] = 1.0 / (1.0 + peaks.std / peaks.mean);
        }
    }

    fn is_loud(&self) -> impl Fn(usize) -> bool {
        let least = SILENT * self.loudest;
        move |i| f64::from(self.rms.values()[i]) >= least
    }

    pub fn reset(&mut self) {
        (self.begun, self.now, self.before, self.loudest) = (0, Moments::default(), None, 0.0);
        [&mut self.rms, &mut self.peaks, &mut self.crests].into_iter().for_each(Series::reset);
    }
}
