//! Functions that cannot fail: the texts about the library, and tables of names and limits.

use std::ffi::CStr;

use auralis_dsp::ffi::status::AURALIS_ERROR_NULL_POINTER;

use super::{Function, function::text, model};

/// What there is to say about the rows of a table.
pub struct Table {
    /// How many rows there are.
    pub len: Function,
    /// Texts about row `i`, NULL if there is no such row.
    pub texts: Vec<Function>,
    /// The least and the largest value that row `i` can have, NaN if there is no such row.
    pub limits: Vec<Function>,
    /// 1 if something holds for row `i`, 0 if not, or if there is no such row.
    pub flags: Vec<Function>,
}

impl Table {
    pub fn of(len: Function, texts: Vec<Function>) -> Self {
        Self { len, texts, limits: vec![], flags: vec![] }
    }

    pub fn functions(&self) -> impl Iterator<Item = &Function> {
        std::iter::once(&self.len).chain(&self.texts).chain(&self.limits).chain(&self.flags)
    }

    /// Asks for row `i`, which need not exist.
    fn ask(&self, i: usize) {
        let exists = i < self.len.call(&[]) as usize;
        for function in &self.texts {
            let told = text(function.call(&[i as u64]));
            assert_eq!(told.is_some(), exists, "{}({i})", function.name);
            // A quantity without a unit has an empty one.
            let filled = told.is_none_or(|text| !text.is_empty() || function.name.ends_with("_unit"));
            assert!(filled, "{}({i})", function.name);
        }
        for function in &self.flags {
            assert!(function.call(&[i as u64]) <= exists.into(), "{}({i})", function.name);
        }
        if let [lowest, highest] = &self.limits[..] {
            let [lowest, highest] = [lowest, highest].map(|limit| f64::from_bits(limit.call(&[i as u64])));
            assert_eq!(lowest < highest, exists, "row {i} of {}", self.len.name);
            assert!(exists || (lowest.is_nan() && highest.is_nan()));
        }
    }
}

/// Asks for row `i` of every table, for the meaning of `status`, for the versions, and for the last error
/// with room for `capacity` bytes.
pub fn ask(i: usize, status: i32, capacity: usize) {
    let model = model();
    model.tables.iter().for_each(|table| table.ask(i));
    for function in &model.about {
        match (function.name, function.returns) {
            ("auralis_last_error", _) => last_error(function, capacity),
            ("auralis_status_message", _) => {
                let message = text(function.call(&[u64::from(status as u32)]));
                assert!(!message.expect("a text for every number").is_empty());
            }
            ("auralis_fingerprint_remark", _) => remark(function),
            (_, "const char *") => assert!(!text(function.call(&[])).expect("a text").is_empty()),
            (_, "uint32_t") => assert!(function.call(&[]) < 1 << 32),
            (name, returns) => panic!("{name} returns {returns}"),
        }
    }
}

/// There is one of any values, but only if they are as many as a fingerprint has.
fn remark(function: &Function) {
    let len = model().function("auralis_fingerprint_len").call(&[]);
    for value in [f64::NAN, 0.0, 1.0, f64::INFINITY] {
        let values = vec![value; len as usize];
        let place = values.as_ptr().expose_provenance() as u64;
        assert!(text(function.call(&[place, len])).is_some());
        for arguments in [[place, len - 1], [0, len], [place + 1, len]] {
            assert_eq!(text(function.call(&arguments)), None);
        }
    }
}

fn last_error(function: &Function, capacity: usize) {
    let init = &model().params[0].init;
    assert_eq!(init.status(&[0, 64]), AURALIS_ERROR_NULL_POINTER);
    let mut bytes = vec![0xff_u8; capacity + 1];
    let place = bytes.as_mut_ptr().expose_provenance() as u64;
    let needed = function.call(&[place, capacity as u64]) as usize;
    assert!(needed > 1);
    if capacity > 0 {
        let written = CStr::from_bytes_until_nul(&bytes[..capacity]).expect("ends with NUL");
        assert_eq!(written.count_bytes(), (needed - 1).min(capacity - 1));
    }
    assert_eq!(bytes[capacity], 0xff, "written beyond the capacity");
    assert_eq!(function.call(&[0, 0]) as usize, needed, "without a buffer");
}
