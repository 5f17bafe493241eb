//! Tables of named numbers. A vector that crosses an interface has one, of which its names there, its
//! constants and its page of the documentation are made.

use std::ffi::CStr;
use std::fmt::Write;

/// One number of a vector.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Field {
    pub(crate) name: &'static CStr,
    pub(crate) unit: &'static CStr,
    /// The least and the largest value; infinite where there is no limit.
    pub range: (f64, f64),
    /// The version of the table in which the definition changed last.
    pub version: u32,
    pub(crate) definition: &'static CStr,
}

impl Field {
    pub const fn name(&self) -> &'static str {
        text(self.name)
    }

    /// Empty for a share, an index or a count.
    pub const fn unit(&self) -> &'static str {
        text(self.unit)
    }

    /// What it is, in a sentence.
    pub const fn definition(&self) -> &'static str {
        text(self.definition)
    }
}

/// A field of version 1.
pub(crate) const fn field(
    name: &'static CStr,
    unit: &'static CStr,
    range: (f64, f64),
    definition: &'static CStr,
) -> Field {
    Field { name, unit, range, version: 1, definition }
}

const fn text(text: &'static CStr) -> &'static str {
    match text.to_str() {
        Ok(text) => text,
        Err(_) => "",
    }
}

/// `text` as a C string.
pub(crate) const fn c_text(text: &'static str) -> &'static CStr {
    match CStr::from_bytes_with_nul(text.as_bytes()) {
        Ok(text) => text,
        Err(_) => panic!("ends with its only zero"),
    }
}

/// The fields from place `first` on as rows of a Markdown table: place, name, unit, range, version,
/// definition. Neighbours with one definition share a row.
pub(crate) fn rows(fields: &[Field], first: usize) -> String {
    let mut rows = String::new();
    let mut at = first;
    for group in fields.chunk_by(|a, b| a.definition == b.definition) {
        let Field { range, version, .. } = group[0];
        let (name, last) = (group[0].name(), group[group.len() - 1].name());
        let (place, name) = match group.len() {
            1 => (format!("{at}"), format!("`{name}`")),
            2 => (format!("{at}, {}", at + 1), format!("`{name}`, `{last}`")),
            len => (format!("{at}–{}", at + len - 1), format!("`{name}` … `{last}`")),
        };
        let unit = if group[0].unit().is_empty() { "–" } else { group[0].unit() };
        let (range, definition) = (range_text(range), group[0].definition());
        writeln!(rows, "| {place} | {name} | {unit} | {range} | {version} | {definition} |")
            .expect("a string takes all that is written");
        at += group.len();
    }
    rows
}

fn range_text(range: (f64, f64)) -> String {
    match range {
        (f64::NEG_INFINITY, f64::INFINITY) => "any".into(),
        (f64::NEG_INFINITY, high) => format!("to {high}"),
        (low, f64::INFINITY) => format!("from {low}"),
        (low, high) => format!("{low} to {high}"),
    }
}

/// What every table must hold to.
#[cfg(test)]
pub(crate) fn assert_sound(fields: &[Field], version: u32) {
    for (i, field) in fields.iter().enumerate() {
        let name = field.name();
        let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
        assert!(name.starts_with(|c: char| c.is_ascii_lowercase()) && name.bytes().all(fits), "{name}");
        assert!(fields[..i].iter().all(|other| other.name() != name), "{name} occurs twice");
        assert!((1..=version).contains(&field.version), "{name}");
        assert!(field.range.0 < field.range.1 && !field.definition().is_empty(), "{name}");
    }
}
