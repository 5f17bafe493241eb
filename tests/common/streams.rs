//! The streams of the C face behind one type, and what the functions for whole signals give, in the same
//! layout.

#![allow(dead_code, reason = "each test uses its part")]

use std::ffi::c_void;
use std::ptr::{null, null_mut};

use auralis_dsp::ffi::chroma::*;
use auralis_dsp::ffi::fingerprint::*;
use auralis_dsp::ffi::hpss::*;
use auralis_dsp::ffi::status::AURALIS_OK;
use auralis_dsp::ffi::yin::*;

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Kernel {
    Hpss,
    Yin,
    Chroma,
    /// Of one channel; writes nothing before the end.
    Fingerprint,
}

pub const KERNELS: [Kernel; 4] = [Kernel::Hpss, Kernel::Yin, Kernel::Chroma, Kernel::Fingerprint];
/// Those that write as they go.
pub const FRAME_KERNELS: [Kernel; 3] = [Kernel::Hpss, Kernel::Yin, Kernel::Chroma];

/// The default classes of a chroma frame.
const N_CHROMA: usize = 12;

/// A stream with default parameters, and A440 where a tuning is needed.
pub struct Stream {
    pub kernel: Kernel,
    handle: *mut c_void,
}

// SAFETY: a handle may move between threads.
unsafe impl Send for Stream {}

pub fn chroma_params(sample_rate: f64) -> auralis_chroma_params {
    // SAFETY: plain numbers, for which 0 is a value.
    let mut params: auralis_chroma_params = unsafe { std::mem::zeroed() };
    // SAFETY: the struct has its size.
    unsafe { auralis_chroma_params_init(&raw mut params, size_of_val(&params)) };
    params.tuning = 0.0;
    params.n_octaves = if sample_rate < 30_000.0 { 6 } else { 7 };
    params
}

impl Stream {
    pub fn new(kernel: Kernel, rate: f64, block: usize) -> Self {
        let mut handle: *mut c_void = null_mut();
        let place = &raw mut handle;
        // SAFETY: parameters that are the defaults or filled, and a place for the handle.
        let status = unsafe {
            match kernel {
                Kernel::Hpss => auralis_hpss_stream_new(rate, null(), block, place.cast()),
                Kernel::Yin => auralis_yin_stream_new(rate, null(), block, place.cast()),
                Kernel::Chroma => auralis_chroma_stream_new(rate, &chroma_params(rate), block, place.cast()),
                Kernel::Fingerprint => auralis_fingerprint_stream_new(rate, 1, null(), block, place.cast()),
            }
        };
        assert_eq!(status, AURALIS_OK);
        Self { kernel, handle }
    }

    /// Outputs, and the doubles in each for every sample or frame that is written.
    pub fn shape(kernel: Kernel) -> (usize, usize) {
        match kernel {
            Kernel::Hpss => (2, 1),
            Kernel::Yin | Kernel::Fingerprint => (1, 1),
            Kernel::Chroma => (1, N_CHROMA),
        }
    }

    /// Status; `out` is shared by the outputs, and `written` set as the C function does.
    pub fn push(&mut self, audio: &[f64], out: &mut [f64], written: &mut usize) -> i32 {
        let (audio, n, room) = (audio.as_ptr(), audio.len(), out.len() / Self::shape(self.kernel).0);
        let (h, out, n_written) = (self.handle, out.as_mut_ptr(), &raw mut *written);
        // SAFETY: the handle is this kernel's, the buffers are as long as said.
        unsafe {
            match self.kernel {
                Kernel::Hpss => {
                    auralis_hpss_stream_push(h.cast(), audio, n, out, out.add(room), room, n_written)
                }
                Kernel::Yin => auralis_yin_stream_push(h.cast(), audio, n, out, room, n_written),
                Kernel::Chroma => auralis_chroma_stream_push(h.cast(), audio, n, out, room, n_written),
                Kernel::Fingerprint => {
                    let status = auralis_fingerprint_stream_push(h.cast(), audio, n);
                    if status == AURALIS_OK {
                        *n_written = 0;
                    }
                    status
                }
            }
        }
    }

    pub fn finish(&mut self, out: &mut [f64], written: &mut usize) -> i32 {
        let room = out.len() / Self::shape(self.kernel).0;
        let (h, out, n_written) = (self.handle, out.as_mut_ptr(), &raw mut *written);
        // SAFETY: as in `push`.
        unsafe {
            match self.kernel {
                Kernel::Hpss => auralis_hpss_stream_finish(h.cast(), out, out.add(room), room, n_written),
                Kernel::Yin => auralis_yin_stream_finish(h.cast(), out, room, n_written),
                Kernel::Chroma => auralis_chroma_stream_finish(h.cast(), out, room, n_written),
                Kernel::Fingerprint => auralis_fingerprint_stream_finish(h.cast(), out, room, n_written),
            }
        }
    }

    pub fn latency(&self) -> usize {
        let mut samples = 0;
        let (h, place) = (self.handle, &raw mut samples);
        // SAFETY: the handle is this kernel's.
        let status = unsafe {
            match self.kernel {
                Kernel::Hpss => auralis_hpss_stream_latency(h.cast(), place),
                Kernel::Yin => auralis_yin_stream_latency(h.cast(), place),
                Kernel::Chroma => auralis_chroma_stream_latency(h.cast(), place),
                Kernel::Fingerprint => auralis_fingerprint_stream_latency(h.cast(), place),
            }
        };
        assert_eq!(status, AURALIS_OK);
        samples
    }

    /// Doubles that `out` must have for a push of `block` samples, or for `finish` (0).
    pub fn room(&self, block: usize) -> usize {
        let mut most = 0;
        let (h, place) = (self.handle, &raw mut most);
        // SAFETY: the handle is this kernel's.
        let status = unsafe {
            match self.kernel {
                Kernel::Hpss => auralis_hpss_stream_max_output(h.cast(), block, place),
                Kernel::Yin => auralis_yin_stream_max_output(h.cast(), block, place),
                Kernel::Chroma => auralis_chroma_stream_max_output(h.cast(), block, place),
                Kernel::Fingerprint => auralis_fingerprint_stream_max_output(h.cast(), block, place),
            }
        };
        assert_eq!(status, AURALIS_OK);
        let (outputs, width) = Self::shape(self.kernel);
        most * outputs * width
    }

    pub fn reset(&mut self) {
        let h = self.handle;
        // SAFETY: the handle is this kernel's.
        let status = unsafe {
            match self.kernel {
                Kernel::Hpss => auralis_hpss_stream_reset(h.cast()),
                Kernel::Yin => auralis_yin_stream_reset(h.cast()),
                Kernel::Chroma => auralis_chroma_stream_reset(h.cast()),
                Kernel::Fingerprint => auralis_fingerprint_stream_reset(h.cast()),
            }
        };
        assert_eq!(status, AURALIS_OK);
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        let h = self.handle;
        // SAFETY: the handle is this kernel's, and freed once.
        unsafe {
            match self.kernel {
                Kernel::Hpss => auralis_hpss_stream_free(h.cast()),
                Kernel::Yin => auralis_yin_stream_free(h.cast()),
                Kernel::Chroma => auralis_chroma_stream_free(h.cast()),
                Kernel::Fingerprint => auralis_fingerprint_stream_free(h.cast()),
            }
        }
    }
}

/// The outputs for a whole signal, frame after frame as streams write them.
pub fn batch(kernel: Kernel, audio: &[f64], rate: f64) -> Vec<Vec<f64>> {
    let (x, n) = (audio.as_ptr(), audio.len());
    let mut frames = 0;
    // SAFETY: the buffers are as long as said.
    unsafe {
        match kernel {
            Kernel::Hpss => {
                let (mut harmonic, mut percussive) = (vec![0.0; n], vec![0.0; n]);
                let status = auralis_hpss(x, n, null(), harmonic.as_mut_ptr(), percussive.as_mut_ptr());
                assert_eq!(status, AURALIS_OK);
                vec![harmonic, percussive]
            }
            Kernel::Yin => {
                assert_eq!(auralis_yin_frames(n, null(), &raw mut frames), AURALIS_OK);
                let mut f0 = vec![0.0; frames];
                assert_eq!(auralis_yin(x, n, rate, null(), f0.as_mut_ptr(), frames), AURALIS_OK);
                vec![f0]
            }
            Kernel::Chroma => {
                let params = chroma_params(rate);
                assert_eq!(auralis_chroma_frames(n, &params, &raw mut frames), AURALIS_OK);
                let mut rows = vec![0.0; N_CHROMA * frames];
                let status = auralis_chroma_cqt(x, n, rate, &params, rows.as_mut_ptr(), rows.len());
                assert_eq!(status, AURALIS_OK);
                let value = |i: usize| rows[i % N_CHROMA * frames + i / N_CHROMA];
                vec![(0..rows.len()).map(value).collect()]
            }
            Kernel::Fingerprint => {
                let mut values = vec![0.0; auralis_fingerprint_len()];
                let status = auralis_fingerprint(x, n, 1, rate, null(), values.as_mut_ptr(), values.len());
                assert_eq!(status, AURALIS_OK);
                vec![values]
            }
        }
    }
}
