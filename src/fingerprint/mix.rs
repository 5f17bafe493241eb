//! The channels of a chunk side by side, their mean, and what each channel's samples sum up to.

use super::level::{Moments, moments};
use crate::blocks::error::{Result, buffer};

pub(super) struct Mix {
    n_channels: usize,
    mono: Vec<f64>,
    /// The first two channels, which are one and the same of a mono signal; the second also takes the
    /// others in passing.
    pair: [Vec<f64>; 2],
    other: Vec<f64>,
    /// Frames of the chunk.
    len: usize,
    /// Of each channel, over the signal so far.
    channels: Vec<Moments>,
}

impl Mix {
    /// For chunks of up to `most` frames.
    pub fn new(n_channels: usize, most: usize) -> Result<Self> {
        Ok(Self {
            n_channels,
            mono: buffer(most, 0.0)?,
            pair: [buffer(most, 0.0)?, buffer(most, 0.0)?],
            other: buffer(if n_channels > 2 { most } else { 0 }, 0.0)?,
            len: 0,
            channels: buffer(n_channels, Moments::default())?,
        })
    }

    pub fn take(&mut self, interleaved: &[f64]) {
        let Self { n_channels, mono, pair: [left, right], other, len, channels } = self;
        *len = interleaved.len() / *n_channels;
        let mono = &mut mono[..*len];
        for (i, sums) in channels.iter_mut().enumerate() {
            let channel = match i {
                0 => &mut left[..*len],
                1 => &mut right[..*len],
                _ => &mut other[..*len],
            };
            extract(interleaved, *n_channels, i, channel);
            sums.add(moments(channel));
            if i == 0 {
                mono.copy_from_slice(channel);
            } else {
                mono.iter_mut().zip(&*channel).for_each(|(sum, x)| *sum += x);
            }
        }
        if *n_channels == 1 {
            right[..*len].copy_from_slice(mono);
        } else {
            let count = *n_channels as f64;
            // The mean of finite samples is finite, also where their sum is not.
            mono.iter_mut().for_each(|x| *x = (*x / count).clamp(f64::MIN, f64::MAX));
        }
    }

    /// The mean of all channels of the chunk.
    pub fn mono(&self) -> &[f64] {
        &self.mono[..self.len]
    }

    /// The first two channels of the chunk; one channel is both.
    pub fn pair(&self) -> [&[f64]; 2] {
        self.pair.each_ref().map(|channel| &channel[..self.len])
    }

    /// Of each channel, over the signal so far.
    pub fn channels(&self) -> &[Moments] {
        &self.channels
    }

    pub fn reset(&mut self) {
        self.channels.fill(Moments::default());
    }
}

/// Copies one channel out of all.
fn extract(interleaved: &[f64], n_channels: usize, channel: usize, out: &mut [f64]) {
    match n_channels {
        1 => out.copy_from_slice(interleaved),
        2 => {
            for (x, pair) in out.iter_mut().zip(interleaved.as_chunks::<2>().0) {
                *x = pair[channel];
            }
        }
        _ => {
            for (x, sample) in out.iter_mut().zip(interleaved[channel..].iter().step_by(n_channels)) {
                *x = *sample;
            }
        }
    }
}
