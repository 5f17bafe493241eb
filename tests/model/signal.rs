//! Signals that resemble music.

/// Numbers that look random, the same in each run (splitmix64).
pub struct Random(pub u64);

impl Random {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut x = self.0;
        x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        x ^ (x >> 31)
    }

    pub fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }

    /// From -1 to 1.
    pub fn noise(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 52) as f64 - 1.0
    }
}

/// Tones, noise and a click every 4001 samples.
pub fn mixture(len: usize) -> Vec<f64> {
    let mut random = Random(1);
    let sample = |i: usize| {
        let t = i as f64;
        let click = f64::from(u8::from(i % 4001 == len / 3 % 4001));
        0.4 * (t * 0.0627).sin() + 0.2 * (t * 0.213).sin() + 0.025 * random.noise() + click
    };
    (0..len).map(sample).collect()
}
