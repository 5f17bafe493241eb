//! What the header says: its functions with the names and types of their arguments, its parameter structs.

use std::sync::LazyLock;

/// A declaration, and what lies in its brackets: type and name of each argument or field.
pub struct Declaration {
    pub name: &'static str,
    /// The type that a function returns.
    pub returns: &'static str,
    pub members: Vec<(&'static str, &'static str)>,
}

/// The functions, in the order of the header.
pub fn functions() -> &'static [Declaration] {
    static FUNCTIONS: LazyLock<Vec<Declaration>> = LazyLock::new(|| {
        let functions = statements().iter().filter(|code| code.ends_with(')'));
        functions.map(|code| declaration(code, '(', ',')).collect()
    });
    &FUNCTIONS
}

/// The structs whose fields are told.
pub fn structs() -> &'static [Declaration] {
    static STRUCTS: LazyLock<Vec<Declaration>> = LazyLock::new(|| {
        let structs = statements().iter().filter(|code| code.contains('{'));
        structs.map(|code| declaration(code.trim_start_matches("typedef "), '{', ';')).collect()
    });
    &STRUCTS
}

/// The header's code, without comments, lines of the preprocessor and line breaks, cut at each semicolon
/// that is not within a struct.
fn statements() -> &'static [String] {
    static STATEMENTS: LazyLock<Vec<String>> = LazyLock::new(|| {
        let text = include_str!("../../include/auralis_dsp.h");
        let is_code =
            |line: &&str| !["//", "#", "extern \"C\"", "}  // extern"].iter().any(|s| line.starts_with(s));
        let words = text.lines().map(str::trim).filter(is_code).flat_map(str::split_whitespace);
        let code = words.collect::<Vec<_>>().join(" ").replace("struct ", "");
        let mut depth = 0_i32;
        let statements = code.split(|c| {
            depth += i32::from(c == '{') - i32::from(c == '}');
            c == ';' && depth == 0
        });
        statements.map(|statement| statement.trim().to_owned()).filter(|code| !code.is_empty()).collect()
    });
    &STATEMENTS
}

/// `returns name(type name, …)` or `name { type name; … } name`.
fn declaration(code: &'static str, open: char, between: char) -> Declaration {
    let (head, rest) = code.split_once(open).expect("a bracket");
    let (inside, _) = rest.rsplit_once([')', '}']).expect("the bracket is closed");
    let members = inside.split(between).map(str::trim).filter(|member| !["", "void"].contains(member));
    let (returns, name) = type_and_name(head.trim());
    Declaration { name, returns, members: members.map(type_and_name).collect() }
}

/// A name ends what declares it; what comes before is its type.
fn type_and_name(code: &'static str) -> (&'static str, &'static str) {
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let (of, name) = code.split_at(code.trim_end_matches(is_name).len());
    (of.trim(), name)
}
