//! Streams, fed in blocks of any size, refused blocks between them; what they give must be what the call
//! for the whole signal gives.

use super::bytes::Bytes;
use super::kernels::{Kernel, MOST_WORK, StreamKernel};
use super::params::Params;
use super::{audio, is_untouched, same, succeeded, untouched};

/// A handle that is freed whatever happens.
pub struct Stream<K: StreamKernel>(pub *mut K::Handle);

impl<K: StreamKernel> Drop for Stream<K> {
    fn drop(&mut self) {
        K::free(self.0);
    }
}

impl<K: StreamKernel> Stream<K> {
    pub fn new(sample_rate: f64, params: *const K::Params, max_block: usize) -> Result<Self, i32> {
        let mut handle = std::ptr::null_mut();
        match K::make(sample_rate, params, max_block, &mut handle) {
            0 => Ok(Self(handle)),
            status => {
                assert!(handle.is_null(), "written by a call that failed");
                Err(status)
            }
        }
    }

    /// Frames that a push of `block` samples can write, or finish if `block` is 0.
    pub fn most(&self, block: usize) -> usize {
        let mut most = usize::MAX;
        assert!(succeeded(K::max_output(self.0, block, &mut most)));
        most
    }
}

pub fn run<K: StreamKernel>(data: &[u8]) {
    let bytes = &mut Bytes::new(data);
    let params = Params::<K>::new(bytes, K::for_stream);
    let sample_rate = bytes.sample_rate();
    let length = audio::length(bytes);
    let audio = audio::signal(bytes, length * K::CHANNELS);
    let max_block = match bytes.byte() {
        0..=199 => 1 + bytes.below(4_096),
        200..=239 => 1 + bytes.below(16),
        _ => bytes.word() as usize,
    };
    K::free(std::ptr::null_mut());
    if K::work(&params.meant, length, sample_rate) > MOST_WORK {
        return;
    }
    let Ok(stream) = Stream::<K>::new(sample_rate, params.pointer(), max_block) else { return };
    let width = K::width(&params.meant);
    stream.most(max_block);
    let mut latency = usize::MAX;
    assert!(succeeded(K::latency(stream.0, &mut latency)));
    assert_ne!(latency, usize::MAX);
    K::ask(stream.0);
    let finite = audio.iter().all(|x| x.is_finite());
    let whole = whole::<K>(&audio, sample_rate, &params);
    for _ in 0..2 {
        let mut streamed = [vec![], vec![]];
        let mut at = 0;
        while at < length {
            let len = (1 + bytes.below(1 << 14)).min(max_block).min(length - at);
            let block = &audio[at * K::CHANNELS..(at + len) * K::CHANNELS];
            let capacity = stream.most(len) * width;
            refused(&stream, block, max_block, capacity, bytes);
            let mut call = Call::new(capacity);
            let status =
                K::push(stream.0, block.as_ptr(), len, call.pointers(), call.capacity, &mut call.written);
            if !succeeded(status) {
                assert!(call.outputs.iter().all(|output| is_untouched(output)));
                assert!(block.iter().any(|x| !x.is_finite()), "{}", super::last_error());
                break;
            }
            call.append(&mut streamed, K::OUTPUTS, width);
            at += len;
        }
        if at < length || bytes.rarely(32) {
            assert!(succeeded(K::reset(stream.0)));
            continue;
        }
        let mut call = Call::new(stream.most(0) * width);
        if !succeeded(K::finish(stream.0, call.pointers(), call.capacity, &mut call.written)) {
            assert!(whole.is_none(), "finish: {}", super::last_error());
            assert!(call.outputs.iter().all(|output| is_untouched(output)));
            assert!(succeeded(K::reset(stream.0)));
            continue;
        }
        call.append(&mut streamed, K::OUTPUTS, width);
        assert!(finite, "accepted samples that are not finite");
        if let Some(whole) = &whole {
            for (streamed, whole) in streamed.iter().zip(whole).take(K::OUTPUTS) {
                assert_eq!(streamed.len(), whole.len(), "the stream gave another number of values");
                let frames = whole.len() / width;
                for (i, value) in streamed.iter().enumerate() {
                    let (frame, row) = (i / width, i % width);
                    let expected = whole[row * frames + frame];
                    assert!(same(*value, expected), "frame {frame}, row {row}: {value} is not {expected}");
                }
            }
        }
    }
}

/// What the function for whole signals gives, if it takes this signal.
fn whole<K: Kernel>(audio: &[f64], sample_rate: f64, params: &Params<K>) -> Option<[Vec<f64>; 2]> {
    let length = audio.len() / K::CHANNELS;
    let mut frames = 0;
    if !succeeded(K::frames(length, params.pointer(), &mut frames)) {
        return None;
    }
    let capacity = frames * K::width(&params.meant);
    let mut outputs = [untouched(capacity), untouched(capacity)];
    let pointers = outputs.each_mut().map(Vec::as_mut_ptr);
    let status = K::call(audio.as_ptr(), length, sample_rate, params.pointer(), pointers, capacity);
    succeeded(status).then_some(outputs)
}

/// A block that must be refused, whereupon the stream goes on as if it had not come.
fn refused<K: StreamKernel>(
    stream: &Stream<K>,
    block: &[f64],
    max_block: usize,
    most: usize,
    bytes: &mut Bytes,
) {
    let mut block = block.to_vec();
    let mut call = Call::new(most);
    let (mut input, mut len, mut pointers) = (block.as_ptr(), block.len() / K::CHANNELS, call.pointers());
    match bytes.byte() {
        0..=199 => return,
        200..=219 => {
            let at = bytes.below(1 << 16) % block.len();
            block[at] = f64::NAN;
        }
        220..=227 => input = std::ptr::null(),
        228..=235 => input = input.wrapping_byte_add(4),
        236..=240 => len = 0,
        241..=245 if max_block < usize::MAX => len = max_block + 1,
        _ if !K::GIVES_AS_IT_GOES => return,
        246..=250 => pointers[K::OUTPUTS - 1] = std::ptr::null_mut(),
        _ => pointers[0] = pointers[0].wrapping_byte_add(2),
    }
    assert!(!succeeded(K::push(stream.0, input, len, pointers, call.capacity, &mut call.written)));
    assert!(call.outputs.iter().all(|output| is_untouched(output)), "written by a call that failed");
    assert_eq!(call.written, usize::MAX, "written by a call that failed");
}

struct Call {
    outputs: [Vec<f64>; 2],
    capacity: usize,
    written: usize,
}

impl Call {
    fn new(capacity: usize) -> Self {
        Self { outputs: [untouched(capacity), untouched(capacity)], capacity, written: usize::MAX }
    }

    fn pointers(&mut self) -> [*mut f64; 2] {
        self.outputs.each_mut().map(Vec::as_mut_ptr)
    }

    fn append(&self, streamed: &mut [Vec<f64>; 2], outputs: usize, width: usize) {
        for (output, streamed) in self.outputs.iter().zip(streamed).take(outputs) {
            let (result, rest) = output.split_at(self.written * width);
            assert!(result.iter().all(|x| x.to_bits() != super::UNTOUCHED), "a value was not written");
            assert!(is_untouched(rest), "written beyond the result");
            streamed.extend_from_slice(result);
        }
    }
}
