//! Solvers: handles that are fed a signal, again and again, until they know what was asked.

use super::{Case, Function, Kind, UNTOUCHED, is_untouched, last_error, model};

pub struct Solver {
    pub new: Function,
    pub push: Function,
    pub mark: Function,
    pub next: Function,
    pub process: Function,
    pub reset: Function,
    pub free: Function,
    /// What it tells in the end, and the functions that say how much.
    pub told: Vec<(Function, &'static str)>,
    /// As [`super::Kernel::work`], of all passes.
    pub work: fn(&Case) -> f64,
}

impl Solver {
    pub fn name(&self) -> &'static str {
        self.new.name.trim_start_matches("auralis_").trim_end_matches("_new")
    }

    pub fn functions(&self) -> impl Iterator<Item = &Function> {
        let common = [&self.new, &self.push, &self.mark, &self.next, &self.process, &self.reset, &self.free];
        common.into_iter().chain(self.told.iter().map(|(function, _)| function))
    }

    pub fn case(&self, len: usize, rate: f64) -> Case {
        Case::of(&self.new, len, rate).at_base()
    }
}

/// A solver's handle, freed in the end.
pub struct Solving {
    pub solver: &'static Solver,
    pub handle: u64,
    channels: usize,
}

impl Drop for Solving {
    fn drop(&mut self) {
        self.solver.free.call(&[self.handle]);
    }
}

impl Solving {
    pub fn new(solver: &'static Solver, case: &Case, max_block: usize) -> Result<Self, i32> {
        let mut handle = 0_u64;
        let place = (&raw mut handle).expose_provenance() as u64;
        let status = solver.new.status_with(|argument| match argument.kind {
            Kind::NewHandle => place,
            Kind::MaxBlock => max_block as u64,
            _ => case.word(argument),
        });
        if status != 0 {
            assert_eq!(handle, 0, "written by a call that failed");
            return Err(status);
        }
        Ok(Self { solver, handle, channels: case.channels })
    }

    pub fn push(&mut self, block: &[f64]) -> i32 {
        let place = block.as_ptr().expose_provenance() as u64;
        self.solver.push.status(&[self.handle, place, (block.len() / self.channels) as u64])
    }

    /// Whether another pass is needed; an error is a status.
    pub fn next(&mut self) -> Result<bool, i32> {
        let mut again = u64::MAX;
        let place = (&raw mut again).expose_provenance() as u64;
        match self.solver.next.status(&[self.handle, place]) {
            0 => Ok(again as u32 != 0),
            status => Err(status),
        }
    }

    pub fn mark(&mut self) {
        assert_eq!(self.solver.mark.status(&[self.handle]), 0, "{}", last_error());
    }

    pub fn reset(&mut self) {
        assert_eq!(self.solver.reset.status(&[self.handle]), 0, "{}", last_error());
    }

    /// Masters the whole of `audio`; None if it is refused.
    pub fn process(&mut self, audio: &[f64]) -> Option<Vec<u64>> {
        let mut output = vec![UNTOUCHED; audio.len()];
        let (input, place) = (audio.as_ptr().expose_provenance(), output.as_mut_ptr().expose_provenance());
        let (frames, capacity) = (audio.len() / self.channels, output.len());
        let words = [self.handle, input as u64, frames as u64, place as u64, capacity as u64];
        let done = super::succeeded(self.solver.process.status(&words));
        assert!(done || is_untouched(&output), "written by a call that failed");
        done.then_some(output)
    }

    /// All that it tells; None while passes are needed.
    pub fn told(&self) -> Option<Vec<u64>> {
        let mut all = vec![];
        for (function, len) in &self.solver.told {
            let len = model().function(len).call(&[]) as usize;
            let mut values = vec![UNTOUCHED; len + 1];
            let place = values.as_mut_ptr().expose_provenance() as u64;
            if !super::succeeded(function.status(&[self.handle, place, len as u64])) {
                assert!(is_untouched(&values), "written by a call that failed");
                return None;
            }
            assert!(!values[..len].contains(&UNTOUCHED) && is_untouched(&values[len..]), "{}", function.name);
            all.extend_from_slice(&values[..len]);
        }
        Some(all)
    }

    /// Pushes `audio` in blocks of the lengths that `next` gives until no more passes are needed: what it tells.
    pub fn run(&mut self, audio: &[f64], mut next: impl FnMut() -> usize) -> Vec<u64> {
        loop {
            assert!(self.told().is_none(), "told while passes are needed");
            let mut rest = audio;
            while !rest.is_empty() {
                let (block, later) = rest.split_at((next() * self.channels).min(rest.len()));
                assert_eq!(self.push(block), 0, "{}", last_error());
                rest = later;
            }
            if !self.next().expect("a whole pass") {
                return self.told().expect("no more passes are needed");
            }
        }
    }

    /// Uses each function: passes tell what `process` tells, whose output is given; so do tracks of an album
    /// that are one.
    pub fn run_in_every_way(&mut self, audio: &[f64], block: usize) -> Vec<u64> {
        let told = self.run(audio, || block);
        self.reset();
        self.mark();
        assert_eq!(self.run(audio, || block), told, "{}", self.solver.name());
        let output = self.process(audio).expect("what passes take");
        assert_eq!(self.told().expect("the settings are found"), told, "{}", self.solver.name());
        self.reset();
        [output, told].concat()
    }
}
