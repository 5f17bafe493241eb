//! The loudness of a signal that may be an album: that of its loudest track.

use crate::blocks::error::Result;
use crate::kernels::loudness::{LoudnessParams, LoudnessPlan};

pub(super) struct Tracks {
    meter: LoudnessPlan,
    n_channels: usize,
    /// Frames that have come.
    at: usize,
    loudest: f64,
}

impl Tracks {
    pub fn new(sample_rate: f64, n_channels: usize) -> Result<Self> {
        let meter = LoudnessPlan::new(sample_rate, n_channels, &LoudnessParams::WITHOUT_TRUE_PEAK)?;
        Ok(Self { meter, n_channels, at: 0, loudest: f64::NAN })
    }

    pub fn reset(&mut self) {
        self.meter.reset();
        (self.at, self.loudest) = (0, f64::NAN);
    }

    /// Takes whole frames of finite samples. `borders`: the frames that begin a track, ascending; those that
    /// are still to come need not be known.
    pub fn push(&mut self, interleaved: &[f64], borders: &[usize]) {
        let mut rest = interleaved;
        while !rest.is_empty() {
            let passed = borders.partition_point(|border| *border <= self.at);
            if self.at > 0 && passed > 0 && borders[passed - 1] == self.at {
                self.loudest = self.loudest();
                self.meter.reset();
            }
            let frames = borders.get(passed).map_or(usize::MAX, |border| border - self.at);
            let (now, later) = rest.split_at(rest.len().min(frames.saturating_mul(self.n_channels)));
            self.meter.push(now).expect("whole frames of finite samples");
            self.at += now.len() / self.n_channels;
            rest = later;
        }
    }

    /// In LUFS; NaN if no track has a loudness.
    pub fn loudest(&self) -> f64 {
        self.loudest.max(self.meter.integrated())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::noise;

    #[test]
    fn the_loudest_track_counts_wherever_pushes_end() {
        let rate = 8_000.0;
        let tracks: Vec<Vec<f64>> = [(0.1, 20_000), (0.4, 9_000), (0.05, 12_000)]
            .map(|(gain, len)| noise(len).iter().map(|x| gain * x).collect())
            .into();
        let album = tracks.concat();
        let integrated = |audio: &[f64]| {
            let mut meter = LoudnessPlan::new(rate, 1, &LoudnessParams::WITHOUT_TRUE_PEAK).unwrap();
            meter.push(audio).unwrap();
            meter.integrated()
        };
        let mut loudness = Tracks::new(rate, 1).unwrap();
        for size in [100, 3000, 50_000] {
            album.chunks(size).for_each(|block| loudness.push(block, &[0, 20_000, 29_000]));
            assert_eq!(loudness.loudest(), integrated(&tracks[1]));
            loudness.reset();
            album.chunks(size).for_each(|block| loudness.push(block, &[]));
            assert_eq!(loudness.loudest(), integrated(&album));
            loudness.reset();
        }
    }
}
