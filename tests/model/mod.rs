//! The C interface described once, for every test, the fuzz target and benchmarks: what the header cannot say
//! about its functions and parameter structs, and how to call all of them alike.
//!
//! `table` has an entry for each kernel and each stream: the prototypes, whose names are compared with the
//! header's and whose types are read from it, the values of each parameter that are refused and the limits of
//! those that are taken, how long the results are and what they can be. Every test iterates over the entries,
//! so that a new one is tested in every way; [`not_called_by`] tells a test that leaves out a function.

#![allow(dead_code, unused_imports, reason = "each test uses its part")]

pub mod call;
pub mod function;
pub mod fuzz;
pub mod header;
pub mod kernel;
pub mod params;
pub mod signal;
pub mod solver;
pub mod stream;
pub mod table;
pub mod texts;

use std::sync::LazyLock;

pub use call::{Call, Case, UNTOUCHED, is_untouched};
pub use function::{Argument, Function, Kind, not_called_by};
pub use kernel::{Kernel, Size};
pub use params::{Params, Settings, Struct};
pub use solver::{Solver, Solving};
pub use stream::{Running, Stream};

/// The lowest and the highest sample rate, and what lies between.
pub const RATES: [f64; 7] = [8_000.0, 11_025.0, 22_050.0, 44_100.0, 48_000.0, 96_000.0, 384_000.0];

#[derive(Default)]
pub struct Model {
    pub params: Vec<Params>,
    /// Functions that tell how long a result is.
    pub counts: Vec<Function>,
    pub kernels: Vec<Kernel>,
    pub streams: Vec<Stream>,
    pub solvers: Vec<Solver>,
    pub tables: Vec<texts::Table>,
    /// Functions about the library as a whole.
    pub about: Vec<Function>,
}

/// All of the table.
pub fn model() -> &'static Model {
    static MODEL: LazyLock<Model> = LazyLock::new(|| {
        let mut model = Model::default();
        table::fill(&mut model);
        model
    });
    &MODEL
}

impl Model {
    /// Every function once.
    pub fn functions(&'static self) -> impl Iterator<Item = &'static Function> {
        let inits = self.params.iter().flat_map(|params| params.presets.iter().chain([&params.init]));
        let kernels = self.kernels.iter().map(|kernel| &kernel.function);
        let solvers = self.solvers.iter().flat_map(Solver::functions);
        let streams = self.streams.iter().flat_map(Stream::functions).chain(solvers);
        let tables = self.tables.iter().flat_map(texts::Table::functions);
        self.about.iter().chain(inits).chain(&self.counts).chain(kernels).chain(streams).chain(tables)
    }

    /// Those that return a status.
    pub fn fallible(&'static self) -> impl Iterator<Item = &'static Function> {
        self.functions().filter(|function| function.can_fail())
    }

    pub fn function(&'static self, name: &str) -> &'static Function {
        self.functions().find(|function| function.name == name).expect(name)
    }

    pub fn params(&'static self, name: &str) -> &'static Params {
        self.params.iter().find(|params| params.name == name).expect(name)
    }

    pub fn kernel(&'static self, name: &str) -> &'static Kernel {
        self.kernels.iter().find(|kernel| kernel.function.name == name).expect(name)
    }

    pub fn stream(&'static self, name: &str) -> &'static Stream {
        self.streams.iter().find(|stream| stream.name() == name).expect(name)
    }
}

/// The detail of this thread's last error.
pub fn last_error() -> String {
    let mut text = [0_u8; 1024];
    let place = text.as_mut_ptr().expose_provenance() as u64;
    let needed = model().function("auralis_last_error").call(&[place, text.len() as u64]) as usize;
    assert!((1..=text.len()).contains(&needed), "a text of {needed} bytes");
    String::from_utf8(text[..needed - 1].to_vec()).expect("the text is UTF-8")
}

/// Whether the call succeeded. Any status but the documented ones, or an error without a text, panics.
pub fn succeeded(status: i32) -> bool {
    use auralis_dsp::ffi::status::{AURALIS_ERROR_UNSUPPORTED, AURALIS_OK};
    let detail = last_error();
    assert!((AURALIS_ERROR_UNSUPPORTED..=AURALIS_OK).contains(&status), "status {status}: {detail}");
    assert!(status == AURALIS_OK || !detail.is_empty(), "status {status} without a text");
    let message = model().function("auralis_status_message").call(&[u64::from(status as u32)]);
    assert!(!function::text(message).expect("a text").is_empty());
    status == AURALIS_OK
}

/// Equal bit for bit, but for the payload of NaN.
pub fn same(a: u64, b: u64) -> bool {
    a == b || (f64::from_bits(a).is_nan() && f64::from_bits(b).is_nan())
}
