//! docs/MASTERING.md, made from the tables.

use std::fmt::Write;

use super::reporting::REPORT;
use super::settings::SETTINGS;
use crate::blocks::table::rows;
use crate::fingerprint;
use crate::profile::PROFILE;
use crate::targets::{MOST_BOOST, MOST_CUT, Preset, TARGETS, TOLERANCE, TONES, USUAL_SHARES};

/// The text of docs/MASTERING.md.
pub fn markdown() -> String {
    [
        include_str!("guide/profile.md"),
        &rows(&PROFILE[fingerprint::LEN..], fingerprint::LEN),
        include_str!("guide/targets.md"),
        &rows(&TARGETS, 0),
        include_str!("guide/rules.md"),
        &bands(),
        include_str!("guide/explain.md"),
        &presets(),
        include_str!("guide/settings.md"),
        &rows(&SETTINGS, 0),
        include_str!("guide/mapper.md"),
        include_str!("guide/chain.md"),
        &rows(&REPORT, 0),
        include_str!("guide/command.md"),
        include_str!("guide/measured.md"),
    ]
    .concat()
}

/// What the rules say of each band.
fn bands() -> String {
    let said: [(&str, [f64; TONES]); 4] = [
        ("usual share %", USUAL_SHARES),
        ("tolerance dB", TOLERANCE),
        ("most boost dB", MOST_BOOST),
        ("most cut dB", MOST_CUT),
    ];
    said.iter().map(|(name, values)| row(name, values)).collect()
}

fn presets() -> String {
    Preset::ALL.iter().map(|preset| row(preset.name(), &preset.tastes())).collect()
}

fn row(name: &str, values: &[f64]) -> String {
    let mut row = format!("| {name} |");
    for value in values {
        write!(row, " {} |", value.to_string().replace('-', "−"))
            .expect("a string takes all that is written");
    }
    row + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_document_is_made_of_the_tables() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/MASTERING.md");
        if std::env::var_os("AURALIS_WRITE_DOCS").is_some() {
            std::fs::write(path, markdown()).unwrap();
        }
        let committed = std::fs::read_to_string(path).unwrap_or_default();
        assert!(
            committed == markdown(),
            "run this test with AURALIS_WRITE_DOCS=1 and commit docs/MASTERING.md"
        );
    }
}
