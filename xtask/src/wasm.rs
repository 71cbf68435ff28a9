//! What we do to a WebAssembly module by hand: custom sections that only a debugger reads are left out, and one that shares memory is checked.
//!
//! The linker must keep them until wasm-bindgen has run (it reads `target_features`); in the page the function names alone
//! would be a quarter of the download.

use wasmparser::{Operator, Parser, Payload};

use crate::Outcome;

/// Sections nobody reads in a released page.
const SUPERFLUOUS: [&str; 6] = [
    "name",
    "producers",
    "target_features",
    "linking",
    "reloc.CODE",
    "reloc.DATA",
];

/// The same module without its superfluous custom sections, or `None` when the bytes are not a module.
pub fn without_names(module: &[u8]) -> Option<Vec<u8>> {
    let header = module
        .get(..8)
        .filter(|header| header.starts_with(b"\0asm"))?;
    let mut kept = header.to_vec();
    let mut at = 8;
    while at < module.len() {
        let start = at;
        let id = module[at];
        at += 1;
        let size = read_u32(module, &mut at)? as usize;
        let end = at.checked_add(size).filter(|end| *end <= module.len())?;
        let superfluous = id == 0 && {
            let length = read_u32(module, &mut at)? as usize;
            let name = module.get(at..at.checked_add(length)?)?;
            SUPERFLUOUS.iter().any(|known| known.as_bytes() == name)
        };
        if !superfluous {
            kept.extend_from_slice(&module[start..end]);
        }
        at = end;
    }
    Some(kept)
}

/// Whether a module may share another's memory: it writes nothing there at its start, and has no stack, whose place a global
/// would hold.
pub fn has_no_stack_or_data(module: &[u8]) -> Outcome<bool> {
    for payload in Parser::new(0).parse_all(module) {
        match payload? {
            Payload::DataSection(_) => return Ok(false),
            Payload::CodeSectionEntry(body) => {
                for operator in body.get_operators_reader()? {
                    if matches!(operator?, Operator::GlobalSet { .. }) {
                        return Ok(false);
                    }
                }
            }
            _ => {}
        }
    }
    Ok(true)
}

/// A LEB128 number (WebAssembly Core Specification, section 5.2.2).
fn read_u32(module: &[u8], at: &mut usize) -> Option<u32> {
    let mut value = 0;
    for shift in [0, 7, 14, 21, 28] {
        let byte = *module.get(*at)?;
        *at += 1;
        value |= u32::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drops_names_and_nothing_else() {
        let header = *b"\0asm\x01\0\0\0";
        let types = [1, 4, 1, 0x60, 0, 0];
        let names = [0, 7, 4, b'n', b'a', b'm', b'e', 1, 2];
        let other = [0, 6, 4, b'k', b'e', b'e', b'p', 9];
        let module = [&header[..], &types, &names, &other].concat();
        assert_eq!(
            without_names(&module).unwrap(),
            [&header[..], &types, &other].concat()
        );
        assert_eq!(without_names(&module[..12]), None, "cut short");
        assert_eq!(without_names(b"<!doctype html>"), None);
    }

    #[test]
    fn a_stack_or_data_is_seen() {
        let header = *b"\0asm\x01\0\0\0";
        let memory = [5, 3, 1, 0, 1];
        let types = [1, 4, 1, 0x60, 0, 0];
        let functions = [3, 2, 1, 0];
        let code = [10, 4, 1, 2, 0, 0x0b];
        let plain = [&header[..], &types, &functions, &memory, &code].concat();
        assert!(has_no_stack_or_data(&plain).unwrap());
        let data = [11, 7, 1, 0, 0x41, 0, 0x0b, 1, 9];
        let with_data = [&plain[..], &data].concat();
        assert!(!has_no_stack_or_data(&with_data).unwrap());
        let global = [6, 6, 1, 0x7f, 1, 0x41, 0, 0x0b];
        let code = [10, 8, 1, 6, 0, 0x41, 0, 0x24, 0, 0x0b];
        let with_stack = [&header[..], &types, &functions, &memory, &global, &code].concat();
        assert!(!has_no_stack_or_data(&with_stack).unwrap());
    }
}
