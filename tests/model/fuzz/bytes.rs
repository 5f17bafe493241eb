//! Values made from bytes; where the bytes have run out, zeros follow, which stand for what is usual.

pub struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    pub fn rest(&self) -> &'a [u8] {
        self.0
    }

    pub fn byte(&mut self) -> u8 {
        let Some((first, rest)) = self.0.split_first() else { return 0 };
        self.0 = rest;
        *first
    }

    pub fn word(&mut self) -> u64 {
        u64::from_le_bytes(std::array::from_fn(|_| self.byte()))
    }

    /// A number below `end`, which is at most 2¹⁶.
    pub fn below(&mut self, end: usize) -> usize {
        usize::from(u16::from_le_bytes([self.byte(), self.byte()])) % end
    }

    pub fn one_of<T: Copy>(&mut self, values: &[T]) -> T {
        values[usize::from(self.byte()) % values.len()]
    }

    /// True in `of_256` of 256 cases, never for zero bytes.
    pub fn rarely(&mut self, of_256: u8) -> bool {
        self.byte() > 255 - of_256
    }

    pub fn sample_rate(&mut self) -> f64 {
        const USUAL: [f64; 8] =
            [44_100.0, 48_000.0, 22_050.0, 8_000.0, 384_000.0, 11_025.0, 96_000.0, 192_000.0];
        match self.byte() {
            0..=159 => self.one_of(&USUAL),
            160..=223 => 8_000.0 + (self.word() % 376_000_000) as f64 / 1_000.0,
            224..=239 => self.one_of(&[7_999.999, 384_000.001, 0.0, 1.0, 1e300]),
            _ => self.special(),
        }
    }

    pub fn special(&mut self) -> f64 {
        self.one_of(&[
            0.0,
            f64::NAN,
            f64::INFINITY,
            f64::NEG_INFINITY,
            -0.0,
            f64::MAX,
            f64::MIN,
            f64::MIN_POSITIVE,
            5e-324,
            f64::EPSILON,
            1.0,
            -1.0,
        ])
    }
}

/// A number that may be another; zero bytes leave it as it is.
pub fn vary_u32(value: u32, bytes: &mut Bytes) -> u32 {
    match bytes.byte() {
        0..=127 => value,
        128..=191 => bytes.byte().into(),
        192..=223 => bytes.below(1 << 16) as u32,
        224..=247 => {
            bytes.one_of(&[0, 1, 2, 3, 4, 5, 1 << 20, (1 << 20) + 1, 1 << 31, (1 << 31) + 1, u32::MAX])
        }
        _ => bytes.word() as u32,
    }
}

/// As [`vary_u32`].
pub fn vary_f64(value: f64, bytes: &mut Bytes) -> f64 {
    match bytes.byte() {
        0..=127 => value,
        128..=191 => value * f64::from(bytes.byte()) / 64.0,
        192..=207 => bytes.below(1 << 16) as f64,
        208..=239 => bytes.special(),
        _ => f64::from_bits(bytes.word()),
    }
}
