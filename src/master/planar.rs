//! Between interleaved frames and one buffer per channel, and between left and right, mid and side.

use crate::blocks::error::{Result, buffer, collect};

/// `count` buffers of `len` zeros.
pub(super) fn buffers(count: usize, len: usize) -> Result<Vec<Vec<f64>>> {
    let mut buffers = collect((0..count).map(|_| Vec::new()))?;
    for samples in &mut buffers {
        *samples = buffer(len, 0.0)?;
    }
    Ok(buffers)
}

pub(super) fn silence(channels: &mut [Vec<f64>]) {
    channels.iter_mut().for_each(|channel| channel.fill(0.0));
}

/// The frames of `interleaved` times `gain`, to the front of `channels`.
pub(super) fn part(interleaved: &[f64], gain: f64, channels: &mut [Vec<f64>]) {
    if let [left, right] = channels {
        for ((left, right), frame) in left.iter_mut().zip(right).zip(interleaved.as_chunks::<2>().0) {
            (*left, *right) = (frame[0] * gain, frame[1] * gain);
        }
        return;
    }
    let n_channels = channels.len();
    for (i, channel) in channels.iter_mut().enumerate() {
        for (x, frame) in channel.iter_mut().zip(interleaved.chunks_exact(n_channels)) {
            *x = frame[i] * gain;
        }
    }
}

/// The frames of `channels` from `first` on, to all of `interleaved`.
pub(super) fn join(channels: &[Vec<f64>], first: usize, interleaved: &mut [f64]) {
    if let [left, right] = channels {
        let frames = interleaved.as_chunks_mut::<2>().0;
        for ((left, right), frame) in left[first..].iter().zip(&right[first..]).zip(frames) {
            *frame = [*left, *right];
        }
        return;
    }
    let n_channels = channels.len();
    for (i, channel) in channels.iter().enumerate() {
        for (x, frame) in channel[first..].iter().zip(interleaved.chunks_exact_mut(n_channels)) {
            frame[i] = *x;
        }
    }
}

/// The first `n` frames of two channels to mid and side. Others are left as they are.
pub(super) fn to_mid_side(channels: &mut [Vec<f64>], n: usize) {
    if let [left, right] = channels {
        for (left, right) in left[..n].iter_mut().zip(right) {
            (*left, *right) = ((*left + *right) / 2.0, (*left - *right) / 2.0);
        }
    }
}

/// The way back.
pub(super) fn from_mid_side(channels: &mut [Vec<f64>], n: usize) {
    if let [mid, side] = channels {
        for (mid, side) in mid[..n].iter_mut().zip(side) {
            (*mid, *side) = (*mid + *side, *mid - *side);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_and_back() {
        for n_channels in [1, 2, 3] {
            let frames: Vec<f64> = (0..5 * n_channels).map(|i| (i * i) as f64).collect();
            let mut channels = buffers(n_channels, 8).unwrap();
            part(&frames, 2.0, &mut channels);
            for (i, channel) in channels.iter().enumerate() {
                assert!((0..5).all(|n| channel[n] == 2.0 * frames[n * n_channels + i]));
                assert_eq!(channel[5..], [0.0; 3]);
            }
            let parted = channels.clone();
            to_mid_side(&mut channels, 5);
            assert_eq!(channels == parted, n_channels != 2);
            from_mid_side(&mut channels, 5);
            let mut joined = vec![0.0; frames.len()];
            join(&channels, 0, &mut joined);
            assert!(joined.iter().zip(&frames).all(|(a, b)| *a == 2.0 * b));
            let (later, last) = frames.split_at(3 * n_channels);
            joined.truncate(last.len());
            join(&channels, 3, &mut joined);
            assert!(joined.iter().zip(last).all(|(a, b)| *a == 2.0 * b), "{later:?}");
        }
    }
}
