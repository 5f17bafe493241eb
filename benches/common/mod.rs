//! What the benchmarks share: noise, and the transforms that a kernel cannot do without.

#![allow(dead_code, unused_imports, reason = "each benchmark uses its part")]

#[path = "../../tests/model/signal.rs"]
mod signal;

use std::hint::black_box;
use std::sync::Arc;

use realfft::{ComplexToReal, RealFftPlanner, RealToComplex};
use rustfft::num_complex::Complex64;
pub use signal::Random;

/// The bare real FFT of one length and its inverse.
pub struct BareFft {
    forward: Arc<dyn RealToComplex<f64>>,
    inverse: Arc<dyn ComplexToReal<f64>>,
    frame: Vec<f64>,
    spectrum: Vec<Complex64>,
    scratch: Vec<Complex64>,
}

impl BareFft {
    pub fn new(len: usize) -> Self {
        let mut planner = RealFftPlanner::new();
        let (forward, inverse) = (planner.plan_fft_forward(len), planner.plan_fft_inverse(len));
        let scratch = forward.get_scratch_len().max(inverse.get_scratch_len());
        Self {
            frame: forward.make_input_vec(),
            spectrum: forward.make_output_vec(),
            scratch: vec![Complex64::ZERO; scratch],
            forward,
            inverse,
        }
    }

    pub fn forward(&mut self, frame: &[f64]) {
        self.frame.copy_from_slice(frame);
        let (frame, spectrum) = (&mut self.frame, &mut self.spectrum);
        self.forward.process_with_scratch(frame, spectrum, &mut self.scratch).unwrap();
        black_box(&self.spectrum);
    }

    pub fn forward_and_back(&mut self, frame: &[f64]) {
        self.forward(frame);
        let (frame, spectrum) = (&mut self.frame, &mut self.spectrum);
        self.inverse.process_with_scratch(spectrum, frame, &mut self.scratch).unwrap();
        black_box(&self.frame);
    }
}
