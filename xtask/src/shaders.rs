//! Comments of shaders are for their readers in this repository: in a released page there are spaces in their place, which
//! compress to nothing. One is for the engine: the mark of loops that it writes out (`src/graph/unroll.rs`) stays.

use std::fs;
use std::path::Path;

use crate::Outcome;
use crate::build::list;

/// Where the shaders stand.
const FOLDER: &str = "shaders";
/// What the engine looks for at the end of a line.
const MARK: &[u8] = b"// unrolled";

/// The texts of all shaders.
pub fn texts() -> Outcome<Vec<Vec<u8>>> {
    let mut files = Vec::new();
    list(Path::new(FOLDER), &mut files)?;
    files.iter().map(|file| Ok(fs::read(file)?)).collect()
}

/// Blanks the comments of these shaders wherever a module holds them, every line in its place.
pub fn blank_comments(module: &mut [u8], texts: &[Vec<u8>]) {
    for text in texts.iter().filter(|text| !text.is_empty()) {
        let blanked = without_comments(text);
        let mut from = 0;
        while let Some(at) = find(&module[from..], text) {
            let at = from + at;
            from = at + text.len();
            module[at..from].copy_from_slice(&blanked);
        }
    }
}

fn find(bytes: &[u8], text: &[u8]) -> Option<usize> {
    // Far fewer windows than bytes begin with the first line's beginning.
    let start = &text[..text.len().min(8)];
    let mut places = bytes.windows(start.len()).enumerate();
    places.find_map(|(at, window)| (window == start && bytes[at..].starts_with(text)).then_some(at))
}

/// WGSL has no strings, so `//` always begins a comment.
fn without_comments(text: &[u8]) -> Vec<u8> {
    let mut blanked = text.to_vec();
    for line in blanked.split_mut(|byte| *byte == b'\n') {
        let start = line.windows(2).position(|pair| pair == b"//");
        if let Some(start) = start.filter(|start| &line[*start..] != MARK) {
            line[start..].fill(b' ');
        }
    }
    blanked
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_engine_still_finds_every_loop_to_write_out() {
        // Every test runs in the folder of its own package.
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("..")
            .join(FOLDER);
        let mut files = Vec::new();
        list(&folder, &mut files).unwrap();
        let mut marks = 0;
        for file in files {
            let text = fs::read(&file).unwrap();
            let count = |text: &[u8]| text.windows(MARK.len()).filter(|it| *it == MARK).count();
            assert_eq!(
                count(&without_comments(&text)),
                count(&text),
                "{}",
                file.display()
            );
            marks += count(&text);
        }
        assert!(marks > 0, "the mark is another now");
        let engine = fs::read_to_string(folder.join("../src/graph/unroll.rs")).unwrap();
        assert!(engine.contains(std::str::from_utf8(MARK).unwrap()));
    }

    #[test]
    fn only_comments_of_shaders_are_blanked() {
        let texts = [b"// y = x\xc2\xb2.\nlet y = x / 2.0; // half\n".to_vec()];
        let mut module =
            b"\0// y = x // other\0// y = x\xc2\xb2.\nlet y = x / 2.0; // half\n\0".to_vec();
        blank_comments(&mut module, &texts);
        let text = String::from_utf8(module).unwrap();
        assert_eq!(
            text,
            "\0// y = x // other\0           \nlet y = x / 2.0;        \n\0"
        );
    }
}
