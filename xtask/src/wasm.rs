//! The one thing we do to a WebAssembly module ourselves: leave out the custom sections that only a debugger reads.
//!
//! The linker must keep them until wasm-bindgen has run (it reads `target_features`); in the page the function names alone
//! would be a quarter of the download.

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
}
