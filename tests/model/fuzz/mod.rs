//! The C interface as a hostile or unlucky host uses it: calls made from bytes, and what must hold after each.
//!
//! Used by the tests of `tests/faults` and, unchanged, by the fuzz target in `fuzz/`.

pub mod batch;
pub mod bytes;
pub mod given;
pub mod signals;
pub mod solvers;
pub mod streams;

use super::{Kernel, Solver, Stream, model, texts};
use bytes::Bytes;

/// Calls that take more steps than this are left out: they are slow, not faulty.
pub const MOST_WORK: f64 = if cfg!(miri) { 3e5 } else { 3e7 };

/// What calls made from bytes are made to.
#[derive(Clone, Copy)]
pub enum Target {
    /// All functions that cannot fail.
    Texts,
    /// A function for whole signals, its parameters and what tells the length of its results.
    Kernel(&'static Kernel),
    Stream(&'static Stream),
    Solver(&'static Solver),
}

impl Target {
    pub fn name(self) -> String {
        match self {
            Self::Texts => "texts".into(),
            Self::Kernel(kernel) => kernel.name().into(),
            Self::Stream(stream) => stream.name().into(),
            Self::Solver(solver) => solver.name().into(),
        }
    }

    pub fn run(self, data: &[u8]) {
        match self {
            Self::Texts => {
                let bytes = &mut Bytes::new(data);
                let (status, capacity) = (bytes.word() as i32, bytes.below(600));
                texts::ask(bytes.byte().into(), status, capacity);
                texts::ask(bytes.word() as usize, status, capacity);
            }
            Self::Kernel(kernel) => batch::run(kernel, data),
            Self::Stream(stream) => streams::run(stream, data),
            Self::Solver(solver) => solvers::run(solver, data),
        }
    }
}

/// All targets, or those that AURALIS_FUZZ_TARGETS names.
pub fn targets() -> Vec<Target> {
    let kernels = model().kernels.iter().map(Target::Kernel);
    let solvers = model().solvers.iter().map(Target::Solver);
    let streams = model().streams.iter().map(Target::Stream).chain(solvers);
    let mut all: Vec<_> = std::iter::once(Target::Texts).chain(kernels).chain(streams).collect();
    if let Ok(wanted) = std::env::var("AURALIS_FUZZ_TARGETS") {
        let wanted: Vec<_> = wanted.split(',').collect();
        let names: Vec<_> = all.iter().map(|target| target.name()).collect();
        let unknown: Vec<_> = wanted.iter().filter(|name| !names.iter().any(|n| n == *name)).collect();
        assert!(unknown.is_empty(), "no target is called {unknown:?}; there are {names:?}");
        all.retain(|target| wanted.contains(&target.name().as_str()));
    }
    all
}

/// Runs the one target, or that which the first byte chooses.
pub fn run(targets: &[Target], data: &[u8]) {
    match (targets, data) {
        ([target], data) => target.run(data),
        (targets, [first, rest @ ..]) => targets[usize::from(*first) % targets.len()].run(rest),
        _ => {}
    }
}
