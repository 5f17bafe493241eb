//! Streams, fed in blocks of any size, refused blocks between them; what they give must be what the call
//! for the whole signal gives.

use super::MOST_WORK;
use super::bytes::Bytes;
use super::given::{case_of, max_block};
use crate::model::{Kind, Running, Stream, UNTOUCHED, last_error, same, succeeded};

pub fn run(stream: &'static Stream, data: &[u8]) {
    let bytes = &mut Bytes::new(data);
    let Some((_given, case)) = case_of(&stream.new, bytes) else { return };
    let (len, channels) = (case.len, case.channels);
    let max_block = max_block(bytes);
    stream.free.call(&[0]);
    if stream.work(&case) > MOST_WORK {
        return;
    }
    let made = Running::new(stream, &case, max_block);
    assert!(made.is_ok() || !last_error().is_empty());
    let Ok(mut running) = made else { return };
    running.most(max_block);
    running.latency();
    running.ask();
    running.reset();
    let finite = case.input.iter().all(|x| x.is_finite());
    let whole = stream.whole(&case);
    for _ in 0..2 {
        let mut streamed = vec![vec![]; running.outputs];
        let mut at = 0;
        while at < len {
            let n = (1 + bytes.below(1 << 14)).min(max_block).min(len - at);
            let block = &case.input[at * channels..(at + n) * channels];
            refused(&mut running, block, max_block, bytes);
            let mut results = Results::new(running.room(n));
            if !succeeded(running.push(block, &mut results.out, &mut results.written)) {
                results.are_untouched();
                assert!(block.iter().any(|x| !x.is_finite()), "{}", last_error());
                break;
            }
            results.append(&running, &mut streamed);
            at += n;
        }
        if at < len || bytes.rarely(32) {
            running.reset();
            continue;
        }
        let mut results = Results::new(running.room(0));
        if !succeeded(running.finish(&mut results.out, &mut results.written)) {
            assert!(whole.is_none(), "finish: {}", last_error());
            results.are_untouched();
            running.reset();
            continue;
        }
        results.append(&running, &mut streamed);
        assert!(finite, "accepted samples that are not finite");
        for (streamed, whole) in streamed.iter().zip(whole.iter().flatten()) {
            assert_eq!(streamed.len(), whole.len(), "the stream gave another number of values");
            for (i, (value, expected)) in streamed.iter().zip(whole).enumerate() {
                let equal = same(value.to_bits(), expected.to_bits());
                assert!(equal, "frame {}: {value} is not {expected}", i / running.width);
            }
        }
    }
}

/// A block that must be refused, whereupon the stream goes on as if it had not come.
fn refused(running: &mut Running, block: &[f64], max_block: usize, bytes: &mut Bytes) {
    let mut block = block.to_vec();
    let gives = running.stream.gives_as_it_goes();
    let mut results = Results::new(running.room(block.len() / running.channels));
    let choice = bytes.byte();
    if let 200..=219 = choice {
        let at = bytes.below(1 << 16) % block.len();
        block[at] = f64::NAN;
    }
    let (mut arrays, last) = (0, running.outputs);
    let mut change = |kind: Kind, word: u64| {
        arrays += usize::from(kind == Kind::Output);
        match (choice, kind) {
            (220..=227, Kind::Input) => 0,
            (228..=235, Kind::Input) => word + 4,
            (236..=240, Kind::Length) => 0,
            (241..=245, Kind::Length) => (max_block + 1) as u64,
            (246..=250, Kind::Output) if arrays == last => 0,
            (251.., Kind::Output) if arrays == 1 => word + 2,
            _ => word,
        }
    };
    match choice {
        0..=199 => return,
        241..=245 if max_block == usize::MAX => return,
        246.. if !gives => return,
        _ => {}
    }
    let status = running.push_with(&block, &mut results.out, &mut results.written, |argument, word| {
        change(argument.kind, word)
    });
    assert!(!succeeded(status));
    results.are_untouched();
}

struct Results {
    out: Vec<f64>,
    written: usize,
}

impl Results {
    fn new(room: usize) -> Self {
        Self { out: vec![f64::from_bits(UNTOUCHED); room], written: usize::MAX }
    }

    fn are_untouched(&self) {
        let untouched = self.out.iter().all(|x| x.to_bits() == UNTOUCHED);
        assert!(untouched && self.written == usize::MAX, "written by a call that failed");
    }

    /// Appends what was written, which must be as much as `written` says.
    fn append(&self, running: &Running, streamed: &mut [Vec<f64>]) {
        for part in self.out.chunks((self.out.len() / running.outputs).max(1)) {
            let (result, rest) = part.split_at(self.written * running.width);
            assert!(result.iter().all(|x| x.to_bits() != UNTOUCHED), "a value was not written");
            assert!(rest.iter().all(|x| x.to_bits() == UNTOUCHED), "written beyond the result");
        }
        running.append(streamed, &self.out, self.written);
    }
}
