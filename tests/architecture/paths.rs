//! The modules that a Rust file names, read from its text: `use crate::…`, `super::…` and paths in the middle of the code, with
//! groups, nested modules and relative steps resolved to paths from the crate's root.

/// The text without comments and without what strings and characters hold, so that prose is not taken for paths.
pub fn code_of(text: &str) -> String {
    let c: Vec<char> = text.chars().collect();
    let at = |i: usize| c.get(i).copied().unwrap_or('\0');
    let mut code = String::new();
    let mut i = 0;
    while i < c.len() {
        if at(i) == '/' && at(i + 1) == '/' {
            while i < c.len() && at(i) != '\n' {
                i += 1;
            }
        } else if at(i) == '/' && at(i + 1) == '*' {
            let mut depth = 1;
            i += 2;
            while i < c.len() && depth > 0 {
                match (at(i), at(i + 1)) {
                    ('/', '*') => (depth, i) = (depth + 1, i + 2),
                    ('*', '/') => (depth, i) = (depth - 1, i + 2),
                    _ => i += 1,
                }
            }
        } else if let Some(hashes) = raw_string(&c, i) {
            while at(i) != '"' {
                i += 1;
            }
            i += 1;
            let ends = |i: usize| at(i) == '"' && (1..=hashes).all(|h| at(i + h) == '#');
            while i < c.len() && !ends(i) {
                i += 1;
            }
            i += 1 + hashes;
            code.push_str("\"\"");
        } else if at(i) == '"' || (at(i) == '\'' && (at(i + 1) == '\\' || at(i + 2) == '\'')) {
            let quote = at(i);
            i += 1;
            while i < c.len() && at(i) != quote {
                i += if at(i) == '\\' { 2 } else { 1 };
            }
            i += 1;
            code.push_str("\"\"");
        } else {
            code.push(at(i));
            i += 1;
        }
    }
    code
}

/// The number of `#` of a raw string that starts at `i`.
fn raw_string(c: &[char], i: usize) -> Option<usize> {
    let is_inside_word = i > 0 && (c[i - 1].is_alphanumeric() || c[i - 1] == '_');
    if c[i] != 'r' || (is_inside_word && c[i - 1] != 'b') {
        return None;
    }
    let hashes = c[i + 1..].iter().take_while(|c| **c == '#').count();
    (c.get(i + 1 + hashes) == Some(&'"')).then_some(hashes)
}

/// Words, `::` and single signs.
pub fn tokens(code: &str) -> Vec<&str> {
    let mut tokens = Vec::new();
    let mut rest = code.trim_start();
    while let Some(first) = rest.chars().next() {
        let is_word = |c: char| c.is_alphanumeric() || c == '_';
        let length = if is_word(first) {
            rest.find(|c| !is_word(c)).unwrap_or(rest.len())
        } else if rest.starts_with("::") {
            2
        } else {
            first.len_utf8()
        };
        tokens.push(&rest[..length]);
        rest = rest[length..].trim_start();
    }
    tokens
}

/// Every path that starts at `crate`, `self` or `super` in the file of module `module`, from the crate's root. An empty path
/// is the root itself (`use crate::*`).
pub fn paths(tokens: &[&str], module: &[String]) -> Vec<Vec<String>> {
    let mut here = module.to_vec();
    let mut depth = 0;
    let mut opened_at = Vec::new();
    let mut found = Vec::new();
    let mut i = 0;
    while i < tokens.len() {
        let is_start = i == 0 || tokens[i - 1] != "::";
        let next = tokens.get(i + 1).copied().unwrap_or("");
        match tokens[i] {
            "mod" if tokens.get(i + 2) == Some(&"{") => {
                here.push(next.to_owned());
                opened_at.push(depth);
                i += 1;
            }
            "{" => depth += 1,
            "}" => {
                depth -= 1;
                if opened_at.last() == Some(&depth) {
                    opened_at.pop();
                    here.pop();
                }
            }
            "crate" | "self" | "super" if is_start && (next == "::" || next == "as") => {
                tree(tokens, &mut i, here.clone(), &mut found);
                continue;
            }
            _ => {}
        }
        i += 1;
    }
    found
}

/// Reads one path or tree of paths from `tokens[*i]`, relative to `base`.
fn tree(tokens: &[&str], i: &mut usize, mut base: Vec<String>, found: &mut Vec<Vec<String>>) {
    loop {
        match tokens.get(*i).copied().unwrap_or("") {
            "{" => {
                *i += 1;
                while *i < tokens.len() && tokens[*i] != "}" {
                    if tokens[*i] == "," {
                        *i += 1;
                    } else {
                        tree(tokens, i, base.clone(), found);
                    }
                }
                *i += 1;
                return;
            }
            "crate" => base.clear(),
            "super" => {
                base.pop();
            }
            "self" => {}
            word if word.starts_with(|c: char| c.is_alphabetic() || c == '_') => {
                base.push(word.to_owned());
            }
            // `*`, or the `<` of a generic argument.
            _ => {
                *i += 1;
                found.push(base);
                return;
            }
        }
        *i += 1;
        match tokens.get(*i).copied().unwrap_or("") {
            "::" => *i += 1,
            "as" => {
                *i += 2;
                found.push(base);
                return;
            }
            _ => {
                found.push(base);
                return;
            }
        }
    }
}

#[test]
fn paths_are_resolved() {
    let read = |module: &str, text: &str| {
        let module: Vec<String> = module.split("::").map(str::to_owned).collect();
        let code = code_of(text);
        let found = paths(&tokens(&code), &module);
        let found: Vec<String> = found.iter().map(|path| path.join("::")).collect();
        found.join(" ")
    };
    assert_eq!(
        read("a::b", "use crate::{c, d::{e, f as g}, h::*};"),
        "c d::e d::f h"
    );
    assert_eq!(
        read("a::b", "use super::c; use super::super::d::e;"),
        "a::c d::e"
    );
    assert_eq!(
        read(
            "a::b",
            "mod tests { use super::super::c; } use super::super::d;"
        ),
        "a::c d"
    );
    assert_eq!(
        read("a", "fn f(&self) -> crate::b::C<D> { self::e() }"),
        "b::C a::e"
    );
    assert_eq!(read("a", "use crate as root; pub(crate) fn f() {}"), "");
    assert_eq!(
        read(
            "a",
            "\"http://x\" '{' crate::b; // crate::c\n/* crate::d */ r#\"crate::e \" \"#;"
        ),
        "b"
    );
    assert_eq!(read("a", "fn f<'a>(x: &'a str) { crate::b() }"), "b");
}
