//! Enumerations that several kernels share.

/// How a signal is continued beyond its ends before it is cut into centred frames.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PadMode {
    /// Zeros.
    #[default]
    Constant,
    /// Mirrored about the first and last sample, which are not repeated (`numpy.pad(mode="reflect")`).
    Reflect,
}

/// How each column of a chromagram is normalised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Norm {
    /// Largest absolute value is 1.
    #[default]
    Max,
    /// Absolute values sum to 1.
    L1,
    /// Euclidean length is 1.
    L2,
    /// Left as it is.
    None,
}
