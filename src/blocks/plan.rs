//! What the plans of all streams have in common.

/// A kernel made ready for one sample rate and one set of parameters, with every work buffer it needs.
///
/// A plan takes a signal in blocks by its own `push`, gives what is left by `finish`, and then is as new.
/// These differ in what they write; common to all is what a host asks for to size and time its buffers.
pub trait Plan: Send + Sync {
    /// Samples that must arrive after the instant of an output (of a frame: `t * hop_length`) before it is
    /// written, at most.
    fn latency(&self) -> usize;

    /// The most frames (of a separation: samples) that one `push` of `block` samples can write, or `finish`
    /// (`block` = 0).
    fn max_output(&self, block: usize) -> usize;

    /// Forgets the signal; the plan is then as new.
    fn reset(&mut self);
}
