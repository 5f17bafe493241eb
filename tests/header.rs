//! The header: good C and C++, and the same functions as the library exports.

mod common;
#[path = "model/header.rs"]
#[allow(dead_code, reason = "the tests of the functions use the rest")]
mod declared;

use std::fs;
use std::process::Command;

#[test]
fn the_header_compiles_as_c99_and_cpp17() {
    let folder = common::scratch("header");
    let source = "#include \"auralis_dsp.h\"\n#include \"auralis_dsp.h\"\n\
                  int main(void) { return auralis_version() == NULL || AURALIS_ERROR_PANIC != -7; }\n";
    for (name, mut compiler) in [("c.c", common::c_compiler()), ("cpp.cpp", common::cpp_compiler())] {
        fs::write(folder.join(name), source).unwrap();
        common::run(compiler.arg("-fsyntax-only").arg(folder.join(name)));
    }
}

#[test]
fn the_cpp_header_compiles_with_and_without_exceptions() {
    let folder = common::scratch("cpp-header");
    let source = folder.join("all.cpp");
    fs::write(&source, "#include \"auralis_dsp.hpp\"\n#include \"auralis_dsp.hpp\"\n").unwrap();
    for option in ["-fexceptions", "-fno-exceptions"] {
        common::run(common::cpp_compiler().args([option, "-Wshadow", "-fsyntax-only"]).arg(&source));
    }
}

#[test]
fn the_library_exports_the_functions_of_the_header_and_nothing_else() {
    let library = common::library_folder().join("libauralis_dsp.so");
    let symbols = common::run(Command::new("nm").args(["-D", "--defined-only", "-P"]).arg(&library));
    let mut exported: Vec<&str> = symbols.lines().filter_map(|line| line.split(' ').next()).collect();
    exported.sort_unstable();
    let mut declared: Vec<_> = declared::functions().iter().map(|function| function.name).collect();
    declared.sort_unstable();
    assert_eq!(exported, declared);
}

#[test]
fn the_library_has_the_name_of_its_abi() {
    let library = common::library_folder().join("libauralis_dsp.so");
    let dynamic = common::run(Command::new("readelf").args(["-d", "-W"]).arg(&library));
    let abi = auralis_dsp::ffi::status::auralis_abi_version();
    let name = format!("[libauralis_dsp.so.{abi}]");
    assert!(dynamic.lines().any(|line| line.contains("SONAME") && line.contains(&name)), "{dynamic}");
}

#[test]
fn the_page_about_the_interface_names_every_constant_and_no_other() {
    let header = include_str!("../include/auralis_dsp.h");
    let page = include_str!("../docs/ABI.md");
    let constants: Vec<&str> = header
        .lines()
        .filter_map(|line| line.strip_prefix("#define ")?.split_once(' '))
        .map(|(name, _)| name)
        .collect();
    // Code in which a constant or, with an asterisk, a family of them stands.
    let named: Vec<&str> = page.split('`').filter(|code| code.starts_with("AURALIS_")).collect();
    let names = |code: &str, constant: &str| match code.strip_suffix('*') {
        Some(family) => constant.starts_with(family),
        None => code == constant,
    };
    assert!(constants.len() > 20 && !named.is_empty());
    for constant in &constants {
        assert!(named.iter().any(|code| names(code, constant)), "docs/ABI.md does not name {constant}");
    }
    for code in &named {
        assert!(constants.iter().any(|constant| names(code, constant)), "no constant is {code}");
    }
}
