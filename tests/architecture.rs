//! The rooms of `src/lib.rs`' crate map, enforced: which room may look into which, and who may know the browser.
#![cfg(not(target_arch = "wasm32"))]

#[path = "architecture/paths.rs"]
mod paths;

use std::fs;
use std::path::{Path, PathBuf};

use paths::{code_of, paths, tokens};

/// Room and what it may look into; the same table as the crate map's.
const ROOMS: &[(&str, &[&str])] = &[
    ("rng", &[]),
    ("graph", &[]),
    ("words", &[]),
    ("part", &[]),
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
    ("interop", &["models", "tokenizer", "train"]),
    ("session", &["models", "optim", "tokenizer", "data"]),
    (
        "worker",
        &[
            "session",
            "part",
            "gpu",
            "train",
            "interop",
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
    (
        "labs",
        &["session", "part", "ui", "words", "models", "data"],
    ),
    ("app", &["labs", "session", "ui", "words"]),
];

/// Crates of the browser, and the rooms and files that may name them. `words` reads the reader's language as a signal;
/// `gpu` needs none: wgpu speaks to the browser for it.
const BROWSER: [&str; 6] = [
    "leptos",
    "send_wrapper",
    "web_sys",
    "js_sys",
    "wasm_bindgen",
    "wasm_bindgen_futures",
];
const BROWSER_ROOMS: [&str; 5] = ["ui", "labs", "app", "words", "part"];
const BROWSER_FILES: [&str; 4] = [
    "worker/web/mod.rs",
    "worker/web/engine.rs",
    "worker/web/fused.rs",
    "worker/web/reader.rs",
];

const NO_NAMES: [&str; 5] = ["utils", "helpers", "common", "manager", "misc"];

/// The module of a file at `path` (relative to `src`).
fn module_of(path: &str) -> Vec<String> {
    let path = path.trim_end_matches(".rs");
    let path = path.strip_suffix("/mod").unwrap_or(path);
    path.split('/').map(str::to_owned).collect()
}

/// What is wrong with a file at `path` (relative to `src`), where `labs` are the laboratories' names.
fn faults(path: &str, text: &str, labs: &[String]) -> Vec<String> {
    let Some((room, _)) = path.split_once('/') else {
        return Vec::new(); // lib.rs and main.rs
    };
    if room == "bin" {
        return Vec::new(); // beginnings of modules
    }
    let Some((_, allowed)) = ROOMS.iter().find(|r| r.0 == room) else {
        return vec![format!("{path}: {room} is no room of the crate map")];
    };
    let code = code_of(text);
    let tokens = tokens(&code);
    let module = module_of(path);
    let own_lab = module.get(1).filter(|name| labs.contains(name));
    let mut faults = Vec::new();
    for named in paths(&tokens, &module) {
        let Some(first) = named.first() else {
            faults.push(format!(
                "{path}: a name for the whole crate hides where {room} looks"
            ));
            continue;
        };
        let is_room = ROOMS.iter().any(|r| r.0 == first);
        if is_room && first != room && !allowed.contains(&first.as_str()) {
            faults.push(format!("{path}: {room} may not look into {first}"));
        }
        if let (true, Some(own), Some(other)) = (first == "labs", own_lab, named.get(1))
            && labs.contains(other)
            && own != other
        {
            faults.push(format!(
                "{path}: laboratory {own} imports laboratory {other}"
            ));
        }
    }
    if !BROWSER_ROOMS.contains(&room) && !BROWSER_FILES.contains(&path) {
        let browser = tokens
            .iter()
            .filter(|token| BROWSER.contains(token) || token.starts_with("gloo_"));
        faults.extend(browser.map(|name| format!("{path}: {room} knows the browser ({name})")));
    }
    faults.extend(
        module
            .iter()
            .filter(|name| NO_NAMES.contains(&name.as_str()))
            .map(|name| format!("{path}: {name} says nothing")),
    );
    faults
}

/// The laboratories: the folders of `src/labs`.
fn labs() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/labs");
    fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .map(|path| path.file_name().unwrap().to_string_lossy().into_owned())
        .collect()
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
    let labs = labs();
    let mut found = Vec::new();
    files(&src, &mut found);
    assert!(found.len() > 50 && labs.len() > 3);
    let faults: Vec<String> = found
        .iter()
        .flat_map(|path| {
            let relative = path
                .strip_prefix(&src)
                .unwrap()
                .to_string_lossy()
                .replace('\\', "/");
            faults(&relative, &fs::read_to_string(path).unwrap(), &labs)
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
fn the_crate_map_shows_the_same_table() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let map = fs::read_to_string(root.join("src/lib.rs")).unwrap();
    let sorted = |rooms: &mut dyn Iterator<Item = &str>| {
        let mut rooms: Vec<String> = rooms.map(str::to_owned).collect();
        rooms.sort();
        rooms
    };
    let mut shown = 0;
    for row in map.lines().filter_map(|l| l.strip_prefix("//! | [`")) {
        let cells: Vec<&str> = row.trim_end_matches(" |").split(" | ").collect();
        let room = cells[0].trim_end_matches("`]");
        let Some((_, allowed)) = ROOMS.iter().find(|r| r.0 == room) else {
            panic!("the crate map's {room} is not in this test's table");
        };
        let mut seen = cells[2].split(", ").filter(|name| *name != "–");
        let mut allowed = allowed.iter().copied();
        assert_eq!(sorted(&mut seen), sorted(&mut allowed), "{room}");
        shown += 1;
    }
    assert_eq!(shown, ROOMS.len());
}

#[test]
fn wrong_arrows_are_found() {
    let labs = ["train", "model"].map(str::to_owned);
    let wrong = |path: &str, text: &str| !faults(path, text, &labs).is_empty();
    assert!(wrong("graph/mod.rs", "use crate::ops::add::Add;"));
    assert!(wrong("graph/mod.rs", "use super::ops::add::Add;"));
    assert!(wrong("graph/op.rs", "use super::super::ops;"));
    assert!(wrong("ops/add.rs", "let x = crate::plan::Plan::new();"));
    assert!(wrong("data/mod.rs", "use crate::{rng, session::config};"));
    assert!(wrong("data/mod.rs", "use crate::{rng, session};"));
    assert!(wrong("data/mod.rs", "use {crate::session};"));
    assert!(wrong("data/mod.rs", "use crate as root;"));
    assert!(wrong("data/mod.rs", "let a = \"//\"; crate::session::f();"));
    assert!(wrong("session/link.rs", "use leptos::prelude::*;"));
    assert!(wrong("train/run.rs", "use web_sys::Window;"));
    assert!(wrong("gpu/device.rs", "gloo_timers::sleep();"));
    assert!(wrong("shed/mod.rs", ""));
    assert!(wrong("ops/utils.rs", ""));
    assert!(wrong("ops/helpers/add.rs", ""));
    let view = "labs/train/view.rs";
    assert!(wrong(view, "use crate::labs::model::state::State;"));
    assert!(wrong(view, "use super::super::model::state::State;"));
    assert!(wrong(view, "use crate::labs::{run, model};"));

    assert!(!wrong(
        "ops/add.rs",
        "use crate::graph::{Op, Shader}; use crate::ops::Sample;"
    ));
    assert!(!wrong("graph/mod.rs", "// see crate::ops::add"));
    assert!(!wrong(
        "graph/op.rs",
        "mod tests { use super::super::ops; }"
    ));
    assert!(!wrong(view, "use crate::labs::run::Run; use super::state;"));
    assert!(!wrong("labs/mod.rs", "use crate::labs::model;"));
}

/// Code of the rooms that stands outside modules called `later`, without blanks, with its path.
fn code_outside_later() -> Vec<(String, String)> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    files(&src, &mut found);
    let mut codes = Vec::new();
    for path in found {
        let inside = path.strip_prefix(&src).unwrap();
        if !inside.components().any(|part| part.as_os_str() == "later") {
            let code = code_of(&fs::read_to_string(&path).unwrap());
            codes.push((
                inside.display().to_string(),
                code.split_whitespace().collect(),
            ));
        }
    }
    codes
}

/// What stands in a module called `later` is in the second part of the page, and may be called only once that is there.
#[test]
fn later_views_are_only_reached_through_deferred() {
    let mut reached = 0;
    for (path, code) in code_outside_later() {
        if path.starts_with("worker") {
            continue;
        }
        for (at, _) in code.match_indices("later::") {
            let before =
                code[..at].trim_end_matches(|c: char| c.is_alphanumeric() || c == '_' || c == ':');
            assert!(
                before.ends_with("deferred("),
                "{path} reaches into later without `deferred`"
            );
            reached += 1;
        }
    }
    assert!(reached >= 16, "only {reached} views are deferred");
}

/// The engine reaches later work by the doors that the division of the module knows, and none of them is inlined.
#[test]
fn later_work_of_the_engine_is_only_reached_through_its_doors() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let reach = fs::read_to_string(root.join("xtask/src/reach.rs")).unwrap();
    let doors: Vec<&str> = reach
        .split('"')
        .filter_map(|text| text.strip_prefix("seedling::worker::later::"))
        .filter(|door| !door.is_empty())
        .collect();
    assert!(doors.len() >= 6, "{doors:?}");
    for door in &doors {
        let (file, function) = door.rsplit_once("::").unwrap_or(("mod", door));
        let folder = root.join("src/worker/later");
        let code = fs::read_to_string(folder.join(format!("{file}.rs")))
            .or_else(|_| fs::read_to_string(folder.join(file).join("mod.rs")))
            .unwrap();
        let is_whole = code.contains(&format!("#[inline(never)]\npub fn {function}("));
        assert!(is_whole, "{door} is not, or may be inlined");
    }
    // What is no function may be named: types, and modules.
    let is_function = |name: &str| name.starts_with(|c: char| c.is_ascii_lowercase());
    for (path, code) in code_outside_later() {
        if !path.starts_with("worker") {
            continue;
        }
        for (at, named) in code.match_indices("later::") {
            let rest = code[at + named.len()..]
                .split(';')
                .next()
                .unwrap_or_default();
            let (module, leaves) = rest.rsplit_once("::").unwrap_or(("", rest));
            for leaf in leaves.trim_matches(['{', '}']).split(',') {
                let door = match module {
                    "" => leaf.to_owned(),
                    _ => format!("{module}::{leaf}"),
                };
                assert!(
                    !is_function(leaf) || doors.contains(&door.as_str()),
                    "{path} reaches {door}, which is no door"
                );
            }
        }
    }
}
