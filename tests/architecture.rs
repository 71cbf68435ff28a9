//! The rooms of `src/lib.rs`' crate map, enforced: which room may look into which, and who may know the browser.
#![cfg(not(target_arch = "wasm32"))]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Room and what it may look into; the same table as the crate map's.
const ROOMS: &[(&str, &[&str])] = &[
    ("rng", &[]),
    ("graph", &[]),
    ("words", &[]),
    ("ops", &["graph", "rng"]),
    ("plan", &["graph", "ops"]),
    ("gpu", &["graph", "ops", "plan"]),
    ("nn", &["graph", "ops", "rng"]),
    ("tokenizer", &["rng"]),
    ("data", &["tokenizer", "rng"]),
    ("models", &["nn", "ops", "graph", "data"]),
    ("optim", &["graph", "ops", "plan"]),
    (
        "train",
        &[
            "models",
            "nn",
            "optim",
            "ops",
            "graph",
            "data",
            "tokenizer",
            "plan",
            "rng",
        ],
    ),
    ("session", &["models", "optim", "tokenizer", "data"]),
    (
        "worker",
        &[
            "session",
            "gpu",
            "train",
            "models",
            "optim",
            "ops",
            "graph",
            "data",
            "tokenizer",
            "plan",
            "rng",
        ],
    ),
    ("ui", &["words"]),
    ("labs", &["session", "ui", "words", "models"]),
    ("app", &["labs", "session", "ui", "words"]),
];

/// Crates of the browser, and the rooms and files that may name them. `words` reads the reader's language as a signal;
/// `gpu` needs none: wgpu speaks to the browser for it.
const BROWSER: [&str; 6] = [
    "leptos",
    "web_sys",
    "js_sys",
    "wasm_bindgen",
    "gloo_",
    "wasm_bindgen_futures",
];
const BROWSER_ROOMS: [&str; 4] = ["ui", "labs", "app", "words"];
const BROWSER_FILES: [&str; 1] = ["worker/web.rs"];

const NO_NAMES: [&str; 5] = ["utils", "helpers", "common", "manager", "misc"];

/// Text without comments and string literals' contents, so that prose is not taken for paths.
fn code_of(text: &str) -> String {
    text.lines()
        .map(|line| match line.find("//") {
            Some(at) => &line[..at],
            None => line,
        })
        .collect::<Vec<_>>()
        .join("\n")
}

/// Rooms a file names: `crate::room`, and rooms in the braces of `use crate::{…}`.
fn rooms_named(code: &str) -> BTreeSet<String> {
    let mut named = BTreeSet::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        if let Some(group) = rest.strip_prefix('{') {
            let mut depth = 0;
            let mut word = String::new();
            let mut is_head = true;
            for c in group.chars() {
                match c {
                    '{' => depth += 1,
                    '}' if depth == 0 => break,
                    '}' => depth -= 1,
                    ',' if depth == 0 => {
                        word.clear();
                        is_head = true;
                    }
                    ':' => is_head = false,
                    c if depth == 0 && is_head && (c.is_alphanumeric() || c == '_') => word.push(c),
                    _ => {}
                }
                if depth == 0 && !word.is_empty() && !is_head {
                    named.insert(std::mem::take(&mut word));
                }
            }
        } else {
            let room: String = rest
                .chars()
                .take_while(|c| c.is_alphanumeric() || *c == '_')
                .collect();
            named.insert(room);
        }
    }
    named
}

/// What is wrong with a file at `path` (relative to `src`).
fn faults(path: &str, text: &str) -> Vec<String> {
    let code = code_of(text);
    let Some((room, inside)) = path.split_once('/') else {
        return Vec::new(); // lib.rs and main.rs
    };
    let mut faults = Vec::new();
    let Some((_, allowed)) = ROOMS.iter().find(|r| r.0 == room) else {
        return vec![format!("{path}: {room} is no room of the crate map")];
    };
    for named in rooms_named(&code) {
        let is_room = ROOMS.iter().any(|r| r.0 == named);
        if is_room && named != room && !allowed.contains(&named.as_str()) {
            faults.push(format!("{path}: {room} may not look into {named}"));
        }
    }
    if !BROWSER_ROOMS.contains(&room) && !BROWSER_FILES.contains(&path) {
        for name in BROWSER {
            let is_named = code.match_indices(name).any(|(at, _)| {
                let before = code[..at].chars().next_back();
                let after = code[at + name.len()..].chars().next();
                let starts = before.is_none_or(|c| !c.is_alphanumeric() && c != '_');
                starts && (name.ends_with('_') || after == Some(':') || after == Some(';'))
            });
            if is_named {
                faults.push(format!("{path}: {room} knows the browser ({name})"));
            }
        }
    }
    if room == "labs"
        && let Some((lab, _)) = inside.split_once('/')
    {
        for (at, _) in code.match_indices("labs::") {
            let other: String = code[at + 6..]
                .chars()
                .take_while(|c| c.is_alphanumeric() || *c == '_')
                .collect();
            let is_lab = Path::new(env!("CARGO_MANIFEST_DIR"))
                .join("src/labs")
                .join(&other)
                .is_dir();
            if is_lab && other != lab {
                faults.push(format!(
                    "{path}: laboratory {lab} imports laboratory {other}"
                ));
            }
        }
    }
    let stems = path.split('/').map(|part| part.trim_end_matches(".rs"));
    faults.extend(
        stems
            .filter(|stem| NO_NAMES.contains(stem))
            .map(|stem| format!("{path}: {stem} says nothing")),
    );
    faults
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
}

#[test]
fn every_room_looks_only_where_it_may() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    files(&src, &mut found);
    assert!(found.len() > 50);
    let faults: Vec<String> = found
        .iter()
        .flat_map(|path| {
            let relative = path
                .strip_prefix(&src)
                .unwrap()
                .to_string_lossy()
                .replace('\\', "/");
            faults(&relative, &fs::read_to_string(path).unwrap())
        })
        .collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn every_shader_belongs_to_an_op_of_its_name() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for entry in fs::read_dir(root.join("shaders")).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            continue;
        }
        let stem = path.file_stem().unwrap().to_string_lossy().into_owned();
        // The kernels of one product are three files.
        let op = stem.trim_end_matches("_direct").trim_end_matches("_vector");
        let rust = root.join("src/ops").join(format!("{op}.rs"));
        assert!(rust.is_file(), "shaders/{stem}.wgsl has no src/ops/{op}.rs");
        let head = fs::read_to_string(&path).unwrap();
        assert!(
            head.contains(&format!("src/ops/{op}.rs")),
            "shaders/{stem}.wgsl does not name its Rust file"
        );
    }
}

#[test]
fn the_table_of_rooms_has_no_circle() {
    fn reaches(from: &str, to: &str) -> bool {
        let (_, next) = ROOMS.iter().find(|r| r.0 == from).unwrap();
        next.iter().any(|room| *room == to || reaches(room, to))
    }
    for (room, _) in ROOMS {
        assert!(!reaches(room, room), "{room} looks into itself in the end");
    }
}

#[test]
fn wrong_arrows_are_found() {
    let wrong = |path: &str, text: &str| !faults(path, text).is_empty();
    assert!(wrong("graph/mod.rs", "use crate::ops::add::Add;"));
    assert!(wrong("ops/add.rs", "let x = crate::plan::Plan::new();"));
    assert!(wrong("data/mod.rs", "use crate::{rng, session::config};"));
    assert!(wrong("session/link.rs", "use leptos::prelude::*;"));
    assert!(wrong("train/run.rs", "use web_sys::Window;"));
    assert!(wrong("shed/mod.rs", ""));
    assert!(wrong("ops/utils.rs", ""));
    assert!(wrong(
        "labs/train/view.rs",
        "use crate::labs::model::state::State;"
    ));
    assert!(!wrong(
        "ops/add.rs",
        "use crate::graph::{Op, Shader}; use crate::ops::Sample;"
    ));
    assert!(!wrong("graph/mod.rs", "// see crate::ops::add"));
    assert!(!wrong("labs/train/view.rs", "use crate::labs::run::Run;"));
}
