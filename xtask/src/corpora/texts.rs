//! How each text is made from the files of its package: running text in UTF-8, lines ending in LF without trailing blanks, one
//! empty line between documents, no comments of editors.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::checksum;
use crate::Outcome;

/// The novel itself, chapter by chapter with its heading: no table of contents, etymology or extracts, which repeat or are not
/// running English.
pub fn moby_dick(package: &Path) -> Outcome<String> {
    let chapters = (1..=135).map(|number| format!("chapter_{number}.txt"));
    let mut parts = Vec::new();
    for name in chapters.chain(["epilogue.txt".to_owned()]) {
        parts.push(normalised(&read(&package.join("data").join(name))?));
    }
    Ok(joined(&parts))
}

/// Speeches from 1900 on, oldest first, each under a line with its year and speaker. Together with the older ones they would be
/// larger than what the page takes.
pub fn sotu(package: &Path) -> Outcome<String> {
    let mut parts = Vec::new();
    for path in sorted(&package.join("data"), "json")? {
        let speech: Value = serde_json::from_str(&read(&path)?)?;
        if speech["year"].as_u64().is_some_and(|year| year >= 1900) {
            let (name, text) = (word(&speech["name"]), word(&speech["text"]));
            parts.push(format!("{name}, {}\n{}", speech["year"], normalised(text)));
        }
    }
    Ok(joined(&parts))
}

/// Every name once, a line each. Their order is that of their checksums: the end of a text is held out, and in
/// alphabetical order that would be the names with Z.
pub fn first_names(packages: &[PathBuf]) -> Outcome<String> {
    let mut names: Vec<String> = Vec::new();
    for package in packages {
        let list = read(&package.join("data").join("names.txt"))?;
        names.extend(
            list.lines()
                .map(str::trim)
                .filter(|it| !it.is_empty())
                .map(str::to_owned),
        );
    }
    names.sort_by_cached_key(|name| checksum(name.as_bytes()));
    names.dedup();
    Ok(names.join("\n") + "\n")
}

/// Passages of the Analects under the name of their book.
pub fn analects(package: &Path) -> Outcome<String> {
    let mut parts = Vec::new();
    for book in list(&package.join("dist/lunyu/lunyu.json"))? {
        parts.push(word(&book["chapter"]).to_owned());
        parts.extend(lines(&book["paragraphs"]));
    }
    Ok(joined(&parts))
}

/// Poems of the Book of Songs under their titles.
pub fn book_of_songs(package: &Path) -> Outcome<String> {
    let poems = list(&package.join("dist/shijing/shijing.json"))?;
    Ok(joined(
        &poems
            .iter()
            .map(|it| poem(&it["title"], &it["content"]))
            .collect::<Vec<_>>(),
    ))
}

/// Ci of the Song under the names of their tunes, in the order of the package's numbered files.
pub fn song_ci(package: &Path) -> Outcome<String> {
    let mut parts = Vec::new();
    for number in 0..=21 {
        let name = format!("dist/songci/ci.song.{}.json", number * 1000);
        let poems = list(&package.join(name))?;
        parts.extend(
            poems
                .iter()
                .map(|it| poem(&it["rhythmic"], &it["paragraphs"])),
        );
    }
    Ok(joined(&parts))
}

/// The first thousand poems of the complete Tang poems.
pub fn tang_poems(package: &Path) -> Outcome<String> {
    let poems = list(&package.join("dist/quantangshi/poet.tang.0.json"))?;
    Ok(joined(
        &poems
            .iter()
            .map(|it| poem(&it["title"], &it["paragraphs"]))
            .collect::<Vec<_>>(),
    ))
}

fn poem(title: &Value, content: &Value) -> String {
    let mut all = vec![word(title).to_owned()];
    all.extend(lines(content));
    all.join("\n")
}

fn lines(content: &Value) -> Vec<String> {
    let all = content.as_array().map(Vec::as_slice).unwrap_or_default();
    all.iter()
        .map(|line| normalised(word(line)))
        .filter(|line| !line.is_empty())
        .collect()
}

fn word(value: &Value) -> &str {
    value.as_str().unwrap_or_default().trim()
}

fn list(path: &Path) -> Outcome<Vec<Value>> {
    match serde_json::from_str(&read(path)?)? {
        Value::Array(list) => Ok(list),
        _ => Err(format!("{} is no list", path.display()).into()),
    }
}

fn joined(parts: &[String]) -> String {
    parts.join("\n\n") + "\n"
}

fn read(path: &Path) -> Outcome<String> {
    fs::read_to_string(path)
        .map_err(|error| format!("{} cannot be read: {error}", path.display()).into())
}

/// The files of a folder with this ending, by name.
fn sorted(folder: &Path, ending: &str) -> Outcome<Vec<PathBuf>> {
    let mut found: Vec<PathBuf> = fs::read_dir(folder)?
        .map(|entry| Ok(entry?.path()))
        .collect::<std::io::Result<_>>()?;
    found.retain(|path| path.extension().is_some_and(|it| it == ending));
    found.sort();
    Ok(found)
}

fn normalised(text: &str) -> String {
    let text = text.trim_start_matches('\u{feff}').trim();
    text.lines()
        .map(str::trim_end)
        .collect::<Vec<_>>()
        .join("\n")
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
    fn poems_stand_under_their_titles() {
        let found = poem(
            &"关雎".into(),
            &serde_json::json!(["关关雎鸠，在河之洲。 ", "", "窈窕淑女，君子好逑。"]),
        );
        assert_eq!(found, "关雎\n关关雎鸠，在河之洲。\n窈窕淑女，君子好逑。");
    }
}
