//! The licences of everything that the library is made of and made with; runs offline.

use std::collections::{HashMap, HashSet};
use std::process::Command;

use serde_json::Value;

/// May be part of the library.
const SHIPPED: &[&str] = &[
    "MIT",
    "MIT-0",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "ISC",
    "Zlib",
    "0BSD",
    "Unlicense",
    "CC0-1.0",
    "Unicode-3.0",
];

/// May moreover build or test it.
const TOOLS: &[&str] = &["MPL-2.0"];

/// Whether an SPDX expression can be satisfied with the `allowed` licences.
fn satisfied(expression: &str, allowed: &dyn Fn(&str) -> bool) -> bool {
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let tokens: Vec<&str> = spaced.split_whitespace().collect();
    let mut rest = &tokens[..];
    let result = any(&mut rest, allowed);
    assert!(rest.is_empty(), "{expression} is not understood");
    result
}

fn any(tokens: &mut &[&str], allowed: &dyn Fn(&str) -> bool) -> bool {
    let mut result = all(tokens, allowed);
    while let Some(("OR", rest)) = tokens.split_first().map(|(first, rest)| (*first, rest)) {
        *tokens = rest;
        result |= all(tokens, allowed);
    }
    result
}

fn all(tokens: &mut &[&str], allowed: &dyn Fn(&str) -> bool) -> bool {
    let mut result = one(tokens, allowed);
    while let Some(("AND", rest)) = tokens.split_first().map(|(first, rest)| (*first, rest)) {
        *tokens = rest;
        result &= one(tokens, allowed);
    }
    result
}

fn one(tokens: &mut &[&str], allowed: &dyn Fn(&str) -> bool) -> bool {
    match *tokens {
        ["(", rest @ ..] => {
            *tokens = rest;
            let result = any(tokens, allowed);
            *tokens = &tokens[1..];
            result
        }
        [licence, "WITH", exception, rest @ ..] => {
            *tokens = rest;
            allowed(&format!("{licence} WITH {exception}"))
        }
        [licence, rest @ ..] => {
            *tokens = rest;
            allowed(licence)
        }
        [] => false,
    }
}

fn metadata() -> Value {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version=1", "--offline", "--locked"])
        .args(["--filter-platform=x86_64-unknown-linux-gnu"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("cargo metadata is JSON")
}

/// The ids of what is linked into the library: all that the root needs by normal dependencies.
fn shipped(metadata: &Value) -> HashSet<&str> {
    let nodes: HashMap<&str, &Value> = metadata["resolve"]["nodes"]
        .as_array()
        .expect("nodes")
        .iter()
        .map(|node| (node["id"].as_str().expect("an id"), node))
        .collect();
    let mut open = vec![metadata["resolve"]["root"].as_str().expect("a root")];
    let mut found = HashSet::new();
    while let Some(id) = open.pop() {
        if found.insert(id) {
            let needed = nodes[id]["deps"].as_array().expect("dependencies").iter();
            let linked = needed.filter(|dependency| {
                let kinds = dependency["dep_kinds"].as_array().expect("kinds");
                kinds.iter().any(|kind| kind["kind"].is_null())
            });
            open.extend(linked.map(|dependency| dependency["pkg"].as_str().expect("an id")));
        }
    }
    found
}

#[test]
fn every_dependency_has_an_allowed_licence_and_comes_from_the_registry() {
    let metadata = metadata();
    let shipped = shipped(&metadata);
    assert!(shipped.len() > 5, "the dependencies were not found");
    let packages = metadata["packages"].as_array().expect("packages");
    for package in packages {
        let (id, name) = (package["id"].as_str().expect("an id"), &package["name"]);
        let licence = package["license"].as_str().unwrap_or_else(|| panic!("{name} states no licence"));
        let allowed =
            |name: &str| SHIPPED.contains(&name) || (!shipped.contains(id) && TOOLS.contains(&name));
        assert!(satisfied(licence, &allowed), "{name}: {licence}");
        let registry = "registry+https://github.com/rust-lang/crates.io-index";
        let local = package["source"].is_null() && name == "auralis-dsp";
        assert!(local || package["source"] == registry, "{name} comes from {}", package["source"]);
    }
}

#[test]
fn licence_expressions_are_understood() {
    let mit = |name: &str| name == "MIT";
    for (expression, expected) in [
        ("MIT", true),
        ("GPL-3.0", false),
        ("GPL-3.0 OR MIT", true),
        ("Apache-2.0/MIT", true),
        ("MIT AND GPL-3.0", false),
        ("(GPL-3.0 OR MIT) AND MIT", true),
        ("(GPL-3.0 OR MIT) AND ISC", false),
        ("Apache-2.0 WITH LLVM-exception OR MIT", true),
        ("MIT WITH LLVM-exception", false),
    ] {
        assert_eq!(satisfied(expression, &mit), expected, "{expression}");
    }
}
