//! Cuts a signal that arrives in pieces into overlapping frames, as `librosa.util.frame` cuts a
//! whole one after `numpy.pad`.

use crate::blocks::error::{Result, buffer, require};
use crate::blocks::pad::reflect;
use crate::blocks::params::PadMode;

/// The largest step from frame to frame.
pub const MOST_HOP_LENGTH: usize = 1 << 31;

/// Samples of a frame that lasts, to the nearest power of two, as long as 2048 do at 44.1 kHz: what is
/// measured in such frames does not depend on the sample rate. 2048 from 31.2 to 62.3 kHz.
pub(crate) fn frame_length(sample_rate: f64) -> usize {
    1 << (2048.0 * sample_rate / 44_100.0).log2().round() as u32
}

/// The geometry of the frames.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Framing {
    pub frame_length: usize,
    pub hop_length: usize,
    /// Frame `t` is centred on sample `t * hop_length`, the signal being continued so at both ends;
    /// `None`: it begins there.
    pub centred: Option<PadMode>,
}

impl Framing {
    /// Samples put before the first and after the last one.
    pub fn padding(&self) -> usize {
        if self.centred.is_some() { self.frame_length / 2 } else { 0 }
    }

    /// The frames of a whole signal of `n_samples`; 0 if it is too short for one.
    pub fn count(&self, n_samples: usize) -> usize {
        // Written so that the largest lengths do not overflow.
        let padding = 2 * self.padding();
        let needed = self.frame_length - padding;
        if n_samples < needed || n_samples == 0 { 0 } else { 1 + (n_samples - needed) / self.hop_length }
    }

    /// [`Self::count`], or the error that says why there is no frame.
    pub fn require_count(&self, n_samples: usize) -> Result<usize> {
        let frames = self.count(n_samples);
        let shortest = if self.centred.is_some() { 1 } else { self.frame_length };
        let allowed = format_args!("at least {shortest} (a frame, if not centred)");
        require(frames > 0, "audio", format_args!("{n_samples} samples"), allowed)?;
        Ok(frames)
    }

    /// Samples that must have arrived before the first frame can be given.
    pub fn latency(&self) -> usize {
        let reflected = if self.centred == Some(PadMode::Reflect) { self.padding() + 1 } else { 0 };
        reflected.max(self.frame_length - self.padding())
    }

    /// The frames that are complete, the signal going on, once `n_samples` have arrived.
    pub fn complete(&self, n_samples: usize) -> usize {
        if n_samples < self.latency() {
            return 0;
        }
        1 + (n_samples - (self.frame_length - self.padding())) / self.hop_length
    }

    /// The most frames that one push of `block` samples can complete, or `finish` (`block` = 0).
    pub fn max_output(&self, block: usize) -> usize {
        let samples = if block == 0 { self.padding() } else { block };
        if samples == 0 { 0 } else { samples / self.hop_length + 1 }
    }
}

/// The frames of a stream. Holds a few frame lengths of samples, whatever the length of the signal.
pub(crate) struct Framer {
    framing: Framing,
    samples: Vec<f64>,
    /// Where in `samples` the next frame begins; beyond `end` while a hop longer than a frame is
    /// being skipped.
    start: usize,
    end: usize,
    /// Samples that have arrived.
    received: usize,
    frames_given: usize,
}

impl Framer {
    pub fn new(framing: Framing) -> Result<Self> {
        // Room for one frame, the padding and what arrives meanwhile; more only spares moves.
        let samples = buffer(4 * framing.frame_length + 64, 0.0)?;
        let mut framer = Self { framing, samples, start: 0, end: 0, received: 0, frames_given: 0 };
        framer.reset();
        Ok(framer)
    }

    pub fn reset(&mut self) {
        self.start = 0;
        self.end = self.framing.padding();
        self.samples[..self.end].fill(0.0);
        self.received = 0;
        self.frames_given = 0;
    }

    /// Samples that have arrived since the last [`Self::reset`].
    pub fn received(&self) -> usize {
        self.received
    }

    /// The frames that the next push of `n_samples` will give.
    pub fn pending(&self, n_samples: usize) -> usize {
        self.framing.complete(self.received.saturating_add(n_samples)) - self.frames_given
    }

    /// The frames that `finish` would give now.
    pub fn pending_at_finish(&self) -> usize {
        self.framing.count(self.received) - self.frames_given
    }

    /// Takes the next samples; each frame that they complete goes to `sink`.
    pub fn push(&mut self, audio: &[f64], mut sink: impl FnMut(&[f64])) {
        let mut rest = audio;
        while !rest.is_empty() {
            let room = self.make_room();
            // While the padding before the signal is unknown, no further than to the sample that
            // settles it.
            let most = match self.framing.latency().saturating_sub(self.received) {
                0 => room,
                missing => missing.min(room),
            };
            let (now, later) = rest.split_at(rest.len().min(most));
            self.append(now);
            self.received += now.len();
            rest = later;
            if self.received == self.framing.latency() {
                self.mirror_before();
            }
            if self.received >= self.framing.latency() {
                self.give(&mut sink);
            }
        }
    }

    /// Ends the signal; the frames that reach beyond its end go to `sink`.
    pub fn finish(&mut self, mut sink: impl FnMut(&[f64])) {
        if self.pending_at_finish() > 0 {
            if self.received < self.framing.latency() {
                self.mirror_before();
            }
            self.make_room();
            self.continue_after();
            self.give(&mut sink);
        }
        self.reset();
    }

    fn append(&mut self, audio: &[f64]) {
        self.samples[self.end..self.end + audio.len()].copy_from_slice(audio);
        self.end += audio.len();
    }

    fn give(&mut self, sink: &mut impl FnMut(&[f64])) {
        let length = self.framing.frame_length;
        while self.start + length <= self.end {
            sink(&self.samples[self.start..self.start + length]);
            self.start += self.framing.hop_length;
            self.frames_given += 1;
        }
    }

    /// Moves what is still needed to the front if there is no room for another two frames; the
    /// room there is.
    fn make_room(&mut self) -> usize {
        let length = self.framing.frame_length;
        if self.samples.len() - self.end < 2 * length {
            // The padding after the signal mirrors as many of its last samples, and one more.
            let needed_from = self.start.min(self.end.saturating_sub(self.framing.padding() + 1));
            self.samples.copy_within(needed_from..self.end, 0);
            self.start -= needed_from;
            self.end -= needed_from;
        }
        self.samples.len() - self.end
    }

    /// Fills the padding before the signal, of which all samples so far are in the buffer.
    fn mirror_before(&mut self) {
        if self.framing.centred == Some(PadMode::Reflect) {
            let padding = self.framing.padding();
            let known = self.end - padding;
            for i in 1..=padding {
                self.samples[padding - i] = self.samples[padding + reflect(i as isize, known)];
            }
        }
    }

    /// Appends the padding after the signal.
    fn continue_after(&mut self) {
        let (padding, end) = (self.framing.padding(), self.end);
        self.end += padding;
        self.samples[end..self.end].fill(0.0);
        if self.framing.centred == Some(PadMode::Reflect) {
            let known = self.received.min(padding + 1);
            for i in 1..=padding {
                self.samples[end - 1 + i] = self.samples[end - 1 - reflect(i as isize, known)];
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `numpy.pad` and `librosa.util.frame`, word by word.
    fn expected(audio: &[f64], framing: Framing) -> Vec<Vec<f64>> {
        let (n, padding) = (audio.len() as isize, framing.padding() as isize);
        let at = |i: isize| match framing.centred {
            _ if (0..n).contains(&i) => audio[i as usize],
            Some(PadMode::Reflect) => {
                let mut i = i;
                while n > 1 && !(0..n).contains(&i) {
                    i = if i < 0 { -i } else { 2 * (n - 1) - i };
                }
                audio[if n == 1 { 0 } else { i as usize }]
            }
            _ => 0.0,
        };
        let padded: Vec<f64> = (-padding..n + padding).map(at).collect();
        padded.windows(framing.frame_length).step_by(framing.hop_length).map(<[f64]>::to_vec).collect()
    }

    #[test]
    fn frames_last_as_long_at_every_rate() {
        for (rate, expected) in [
            (8000.0, 512),
            (11_025.0, 512),
            (16_000.0, 1024),
            (22_050.0, 1024),
            (32_000.0, 2048),
            (44_100.0, 2048),
            (48_000.0, 2048),
            (62_000.0, 2048),
            (88_200.0, 4096),
            (96_000.0, 4096),
            (192_000.0, 8192),
            (384_000.0, 16_384),
        ] {
            assert_eq!(frame_length(rate), expected, "{rate}");
        }
    }

    #[test]
    fn frames_are_those_of_the_padded_signal_for_any_geometry_and_split() {
        for frame_length in [1, 2, 5, 8, 31] {
            for hop_length in [1, 2, 3, 8, 40, 200] {
                for centred in [None, Some(PadMode::Constant), Some(PadMode::Reflect)] {
                    let framing = Framing { frame_length, hop_length, centred };
                    let mut framer = Framer::new(framing).unwrap();
                    for n in [1, 2, 3, 4, 5, 6, 15, 16, 17, 31, 33, 64, 997] {
                        let audio: Vec<f64> = (1..=n).map(f64::from).collect();
                        let expected = expected(&audio, framing);
                        assert_eq!(framing.count(audio.len()), expected.len(), "{framing:?} {n}");
                        for block in [1, 2, 7, 16, 1000] {
                            let mut frames = vec![];
                            for part in audio.chunks(block) {
                                let (before, pending) = (frames.len(), framer.pending(part.len()));
                                framer.push(part, |frame| frames.push(frame.to_vec()));
                                assert_eq!(frames.len() - before, pending, "{framing:?} {n} {block}");
                                assert!(pending <= framing.max_output(part.len()));
                            }
                            let (before, pending) = (frames.len(), framer.pending_at_finish());
                            framer.finish(|frame| frames.push(frame.to_vec()));
                            assert_eq!(frames.len() - before, pending);
                            assert!(pending <= framing.max_output(0), "{framing:?} {n} {block}");
                            assert_eq!(frames, expected, "{framing:?} {n} {block}");
                        }
                    }
                }
            }
        }
    }
}
