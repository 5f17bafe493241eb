//! Signals, from music-like to hostile.

use super::bytes::Bytes;

/// A number of samples: mostly few, at times a second's worth.
pub fn length(bytes: &mut Bytes) -> usize {
    match bytes.byte() {
        0..=63 => 1 + bytes.below(4_096),
        64..=127 => 1 + bytes.below(64),
        128..=223 => 1 + bytes.below(1_024),
        _ => 1 + bytes.below(16_384),
    }
}

/// `len` samples of one of many kinds, with a special value put in now and then.
pub fn signal(bytes: &mut Bytes, len: usize) -> Vec<f64> {
    let kind = bytes.byte() % 12;
    let step = 0.001 + f64::from(bytes.byte()) / 100.0;
    let mut state = bytes.word() | 1;
    let mut noise = move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1_u64 << 52) as f64 - 1.0
    };
    let constant = match kind {
        4 => bytes.special(),
        _ => f64::from_bits(bytes.word()),
    };
    let mut audio: Vec<f64> = (0..len)
        .map(|i| match kind {
            0 => (i as f64 * step).sin(),
            1 => 0.0,
            2 => noise(),
            3 => f64::from(u8::from(i == len / 2)),
            4 | 5 => constant,
            6 => 1e300 * noise(),
            7 => 1e-310 * noise(),
            8 => f64::MAX * if i % 2 == 0 { 1.0 } else { -1.0 },
            9 => (i as f64 * step).sin() * (noise() * 700.0).exp2(),
            10 => (i as f64 * step).sin() + 0.1 * noise(),
            _ => (f64::from(bytes.byte()) - 128.0) / 128.0,
        })
        .collect();
    if bytes.rarely(32) {
        for _ in 0..=bytes.byte() % 4 {
            let at = bytes.below(1 << 16) % len;
            audio[at] = bytes.special();
        }
    }
    audio
}
