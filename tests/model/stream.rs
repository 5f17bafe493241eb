//! Streams: the functions of each, and one that runs.

use super::{Argument, Case, Function, Kernel, Kind, Settings, Size, model};

/// The functions of a handle.
pub struct Stream {
    pub whole: Whole,
    pub new: Function,
    pub push: Function,
    pub finish: Function,
    pub latency: Function,
    pub max_output: Function,
    pub reset: Function,
    pub free: Function,
    pub asked: Vec<Asked>,
}

/// What a stream gives for a whole signal.
pub enum Whole {
    /// What the function of this name gives.
    Kernel(&'static str),
    /// What the stream gives for one block: there is no function for whole signals.
    OneBlock {
        /// Doubles for each sample or frame that is written.
        width: fn(&Case) -> usize,
        /// As [`Kernel::work`].
        work: fn(&Case) -> f64,
        /// As [`Kernel::fallible`].
        fallible: Option<Settings>,
    },
}

/// What else can be asked of a stream: an array.
pub struct Asked {
    pub function: Function,
    /// The function that tells how long the array is.
    pub len: &'static str,
    pub plausible: fn(f64) -> bool,
}

/// A stream by its prototypes: `new, push, finish, latency, max_output, reset, free`.
#[macro_export]
macro_rules! stream {
    ($kernel:ident: $new:ident $new_arguments:tt $push:ident $push_arguments:tt
     $finish:ident $finish_arguments:tt $latency:ident $max_output:ident $reset:ident $free:ident) => {
        $crate::model::stream::Stream {
            whole: $crate::model::stream::Whole::Kernel(stringify!($kernel)),
            new: $crate::function!($new $new_arguments),
            push: $crate::function!($push $push_arguments),
            finish: $crate::function!($finish $finish_arguments),
            latency: $crate::function!($latency(handle, samples)),
            max_output: $crate::function!($max_output(handle, block, n_written)),
            reset: $crate::function!($reset(handle)),
            free: $crate::function!($free(handle)),
            asked: vec![],
        }
    };
}

impl Stream {
    pub fn name(&self) -> &'static str {
        self.new.name.trim_start_matches("auralis_").trim_end_matches("_new")
    }

    pub fn functions(&self) -> impl Iterator<Item = &Function> {
        let common =
            [&self.new, &self.push, &self.finish, &self.latency, &self.max_output, &self.reset, &self.free];
        common.into_iter().chain(self.asked.iter().map(|asked| &asked.function))
    }

    /// A case of `len` samples of each channel, with parameters that a stream takes at this rate.
    pub fn case(&self, len: usize, rate: f64) -> Case {
        Case::of(&self.new, len, rate).at_base()
    }

    fn kernel(&self) -> Option<&'static Kernel> {
        match self.whole {
            Whole::Kernel(name) => Some(model().kernel(name)),
            Whole::OneBlock { .. } => None,
        }
    }

    pub fn work(&self, case: &Case) -> f64 {
        match self.whole {
            Whole::Kernel(name) => (model().kernel(name).work)(case),
            Whole::OneBlock { work, .. } => work(case),
        }
    }

    /// Doubles in each output for every sample or frame that is written.
    fn width(&self, case: &Case) -> usize {
        match self.whole {
            Whole::Kernel(name) => model().kernel(name).rows(case),
            Whole::OneBlock { width, .. } => width(case),
        }
    }

    /// As [`Kernel::fallible`].
    pub fn fallible(&self) -> Option<Settings> {
        match self.whole {
            Whole::Kernel(name) => model().kernel(name).fallible,
            Whole::OneBlock { fallible, .. } => fallible,
        }
    }

    /// Frames or samples that must have been written after so many samples, by what the latency means: samples
    /// from the instant of a frame on, or, of what is only delayed, samples by which it is.
    pub fn due(&self, case: &Case, pushed: usize, latency: usize) -> usize {
        match self.kernel().and_then(|kernel| kernel.sizes.first()) {
            Some(Size::Frames(..)) => {
                (pushed + case.hop() as usize).saturating_sub(latency) / case.hop() as usize
            }
            Some(_) => (pushed + 1).saturating_sub(latency),
            None => pushed.saturating_sub(latency),
        }
    }

    /// The outputs for a whole signal, frame after frame as streams write them; None if it is refused.
    pub fn whole(&'static self, case: &Case) -> Option<Vec<Vec<f64>>> {
        let Some(kernel) = self.kernel() else {
            let mut running = Running::new(self, case, case.len).ok()?;
            let (mut out, mut written) = (vec![0.0; running.room(case.len)], 0);
            let taken = super::succeeded(running.push(&case.input, &mut out, &mut written));
            running.reset();
            return taken.then(|| running.run(&case.input, || case.len));
        };
        let needed = kernel.needed(case)?;
        let width = kernel.rows(case);
        let mut call = super::Call::new(&kernel.function, case.clone(), &needed);
        if !super::succeeded(call.status()) {
            return None;
        }
        let in_frames = |values: &[u64]| {
            let frames = values.len() / width;
            let value = |i: usize| f64::from_bits(values[i % width * frames + i / width]);
            (0..values.len()).map(value).collect()
        };
        Some(call.outputs.iter().map(|output| in_frames(output.result())).collect())
    }

    /// Whether a push gives results; otherwise they come at the end.
    pub fn gives_as_it_goes(&self) -> bool {
        self.push.has(Kind::Output)
    }

    /// A stream of this kind that has taken `case`'s signal as one block.
    pub fn fed(&'static self, case: &Case) -> Running {
        let mut running = Running::new(self, case, case.len).expect("a stream");
        let (mut out, mut written) = (vec![0.0; running.room(case.len)], 0);
        assert_eq!(running.push(&case.input, &mut out, &mut written), 0, "{}", super::last_error());
        running
    }
}

/// A handle, freed in the end.
pub struct Running {
    pub stream: &'static Stream,
    pub handle: u64,
    pub channels: usize,
    /// Arrays that are written.
    pub outputs: usize,
    /// Doubles in each for every sample or frame that is written.
    pub width: usize,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stream.free.call(&[self.handle]);
    }
}

impl Running {
    /// A stream with the parameters, rate and channels of `case`.
    pub fn new(stream: &'static Stream, case: &Case, max_block: usize) -> Result<Self, i32> {
        let mut handle = 0_u64;
        let place = (&raw mut handle).expose_provenance() as u64;
        let status = stream.new.status_with(|argument| match argument.kind {
            Kind::NewHandle => place,
            Kind::MaxBlock => max_block as u64,
            _ => case.word(argument),
        });
        if status != 0 {
            assert_eq!(handle, 0, "written by a call that failed");
            return Err(status);
        }
        let outputs = stream.finish.arguments.iter().filter(|argument| argument.kind == Kind::Output).count();
        let width = stream.width(case);
        Ok(Self { stream, handle, channels: case.channels, outputs, width })
    }

    /// Status of a push; the outputs share `out`, and `written` is set as the C function does, or to 0 where
    /// it has nothing to say.
    pub fn push(&mut self, block: &[f64], out: &mut [f64], written: &mut usize) -> i32 {
        self.push_with(block, out, written, |_, word| word)
    }

    /// A push with arguments changed.
    pub fn push_with(
        &mut self,
        block: &[f64],
        out: &mut [f64],
        written: &mut usize,
        change: impl FnMut(&Argument, u64) -> u64,
    ) -> i32 {
        let status = self.take(&self.stream.push, block, out, written, change);
        if status == 0 && !self.stream.gives_as_it_goes() {
            *written = 0;
        }
        status
    }

    pub fn finish(&mut self, out: &mut [f64], written: &mut usize) -> i32 {
        self.take(&self.stream.finish, &[], out, written, |_, word| word)
    }

    /// Takes no memory.
    fn take(
        &self,
        function: &Function,
        block: &[f64],
        out: &mut [f64],
        written: &mut usize,
        mut change: impl FnMut(&Argument, u64) -> u64,
    ) -> i32 {
        let capacity = out.len() / self.outputs;
        let mut place = out.as_mut_ptr().expose_provenance() as u64;
        let written = (&raw mut *written).expose_provenance() as u64;
        function.status_with(|argument| {
            let word = match argument.kind {
                Kind::Handle => self.handle,
                Kind::Input => block.as_ptr().expose_provenance() as u64,
                Kind::Length => (block.len() / self.channels) as u64,
                Kind::Output => {
                    let word = place;
                    place += 8 * capacity as u64;
                    word
                }
                Kind::Capacity => capacity as u64,
                Kind::Value => written,
                other => panic!("{}: what is {}, a {other:?}?", function.name, argument.name),
            };
            change(argument, word)
        })
    }

    fn asked(&self, function: &Function, block: usize) -> usize {
        let mut answer = usize::MAX;
        let place = (&raw mut answer).expose_provenance() as u64;
        let status = function.status_with(|argument| match argument.kind {
            Kind::Handle => self.handle,
            Kind::Block => block as u64,
            _ => place,
        });
        assert_eq!(status, 0, "{}", super::last_error());
        assert_ne!(answer, usize::MAX, "nothing was written");
        answer
    }

    pub fn latency(&self) -> usize {
        self.asked(&self.stream.latency, 0)
    }

    /// Frames that a push of `block` samples can write, or finish if `block` is 0.
    pub fn most(&self, block: usize) -> usize {
        self.asked(&self.stream.max_output, block)
    }

    /// Doubles for all that a push of `block` samples can write, or finish if `block` is 0.
    pub fn room(&self, block: usize) -> usize {
        self.most(block) * self.width * self.outputs
    }

    pub fn reset(&mut self) {
        assert_eq!(self.stream.reset.status(&[self.handle]), 0, "{}", super::last_error());
    }

    /// Asks what else the stream tells: as many values as the function that counts them says, and no more.
    /// Takes no memory.
    pub fn ask(&self) {
        for Asked { function, len, plausible } in &self.stream.asked {
            let len = model().function(len).call(&[]) as usize;
            let mut values = [super::UNTOUCHED; 256];
            assert!((1..values.len()).contains(&len));
            let place = values.as_mut_ptr().expose_provenance() as u64;
            let small = auralis_dsp::ffi::status::AURALIS_ERROR_BUFFER_TOO_SMALL;
            assert_eq!(function.status(&[self.handle, place, len as u64 - 1]), small);
            assert!(super::is_untouched(&values));
            assert_eq!(function.status(&[self.handle, place, len as u64]), 0);
            let known = |value: &u64| *value != super::UNTOUCHED && plausible(f64::from_bits(*value));
            assert!(values[..len].iter().all(known) && super::is_untouched(&values[len..]));
        }
    }

    /// Pushes `audio` in blocks of the lengths that `next` gives, then ends the signal: the outputs.
    pub fn run(&mut self, audio: &[f64], mut next: impl FnMut() -> usize) -> Vec<Vec<f64>> {
        let mut results = vec![vec![]; self.outputs];
        let mut rest = audio;
        while !rest.is_empty() {
            let (block, later) = rest.split_at((next() * self.channels).min(rest.len()));
            let room = self.room(block.len() / self.channels);
            let (mut out, mut written) = (vec![f64::NAN; room], 0);
            assert_eq!(self.push(block, &mut out, &mut written), 0, "{}", super::last_error());
            self.append(&mut results, &out, written);
            rest = later;
        }
        let (mut out, mut written) = (vec![f64::NAN; self.room(0)], 0);
        assert_eq!(self.finish(&mut out, &mut written), 0, "{}", super::last_error());
        self.append(&mut results, &out, written);
        results
    }

    /// Appends what a call wrote to `out`.
    pub fn append(&self, results: &mut [Vec<f64>], out: &[f64], written: usize) {
        let capacity = out.len() / self.outputs;
        for (i, result) in results.iter_mut().enumerate() {
            result.extend_from_slice(&out[i * capacity..][..written * self.width]);
        }
    }
}

/// Equal bit for bit.
pub fn equal(a: &[Vec<f64>], b: &[Vec<f64>]) -> bool {
    let same = |(a, b): (&Vec<f64>, &Vec<f64>)| {
        a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.to_bits() == b.to_bits())
    };
    a.len() == b.len() && a.iter().zip(b).all(same)
}
