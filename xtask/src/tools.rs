//! The tools of a page build: the wasm target, Trunk, wasm-bindgen's command line in the version of `Cargo.lock`, wasm-opt.
//! Each is looked for first and installed when missing.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use crate::Outcome;
use crate::process::{cargo, executable, find, output, run, say};

const TRUNK: &str = "0.21.14";
const BINARYEN: &str = "125";
/// What we install beside other versions of the same tool; ignored by git.
const OWN: &str = "target/tools";

/// `PATH` for Trunk and for test runs: the right wasm-bindgen first.
pub struct Tools {
    pub path: OsString,
    pub trunk: PathBuf,
}

/// Finds or installs what every build of the page needs.
pub fn ensure() -> Outcome<Tools> {
    wasm_target()?;
    let bindgen = wasm_bindgen()?;
    let trunk = trunk()?;
    let mut folders: Vec<PathBuf> = bindgen
        .parent()
        .map(Path::to_path_buf)
        .into_iter()
        .collect();
    folders.extend(std::env::split_paths(
        &std::env::var_os("PATH").unwrap_or_default(),
    ));
    Ok(Tools {
        path: std::env::join_paths(folders)?,
        trunk,
    })
}

pub fn wasm_target() -> Outcome<()> {
    let sysroot = output(Command::new("rustc").args(["--print", "sysroot"]))
        .ok_or("rustc cannot be run; install Rust from https://rustup.rs")?;
    if Path::new(&sysroot)
        .join("lib/rustlib/wasm32-unknown-unknown/lib")
        .is_dir()
    {
        return Ok(());
    }
    if find("rustup").is_none() {
        return Err("the target wasm32-unknown-unknown is missing and there is no rustup to add it; install Rust from https://rustup.rs".into());
    }
    run(
        "adding the target wasm32-unknown-unknown",
        Command::new("rustup").args(["target", "add", "wasm32-unknown-unknown"]),
    )
}

fn trunk() -> Outcome<PathBuf> {
    let fits = |path: &PathBuf| version(path).is_some_and(|found| found.starts_with("0.21."));
    if let Some(found) = candidates("trunk").into_iter().find(fits) {
        return Ok(found);
    }
    // Its lock file is needed (a later lightningcss does not compile with it); its TLS is not, we let it download nothing.
    install(
        "trunk",
        TRUNK,
        &["--locked", "--no-default-features"],
        "trunk",
    )
}

/// The folder-independent rule of wasm-bindgen: the command line must have exactly the version of the crate.
fn wasm_bindgen() -> Outcome<PathBuf> {
    let needed = locked_version(&fs::read_to_string("Cargo.lock")?, "wasm-bindgen")
        .ok_or("Cargo.lock does not name wasm-bindgen")?;
    let fits = |path: &PathBuf| {
        let runner = path
            .parent()
            .is_some_and(|folder| executable(folder, "wasm-bindgen-test-runner").is_some());
        runner && version(path).as_deref() == Some(needed.as_str())
    };
    if let Some(found) = candidates("wasm-bindgen").into_iter().find(fits) {
        return Ok(found);
    }
    install("wasm-bindgen-cli", &needed, &[], "wasm-bindgen")
}

/// wasm-opt, from `PATH` or from npm's `binaryen` package. A page without it is complete, only larger.
pub fn wasm_opt() -> Option<Command> {
    if let Some(found) = find("wasm-opt") {
        return Some(Command::new(found));
    }
    let folder = Path::new(OWN).join("npm");
    let script = folder.join("node_modules/binaryen/bin/wasm-opt");
    if !script.is_file() {
        let (npm, _) = (find("npm")?, find("node")?);
        fs::create_dir_all(&folder).ok()?;
        let mut install = Command::new(npm);
        install.args([
            "install",
            "--no-save",
            "--no-package-lock",
            "--ignore-scripts",
            "--no-audit",
            "--no-fund",
            "--silent",
            "--prefix",
        ]);
        install.arg(&folder).arg(format!("binaryen@{BINARYEN}"));
        if let Err(error) = run("fetching wasm-opt (npm package binaryen)", &mut install) {
            say(&format!("no wasm-opt: {error}"));
            return None;
        }
    }
    let mut node = Command::new(find("node")?);
    node.arg(script);
    Some(node)
}

/// Places where a tool of ours may be, the user's own first.
fn candidates(name: &str) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = find(name).into_iter().collect();
    found.extend(cargo_home().and_then(|home| executable(&home.join("bin"), name)));
    found.extend(
        executable(&Path::new(OWN).join("bin"), name).and_then(|path| path.canonicalize().ok()),
    );
    found
}

fn cargo_home() -> Option<PathBuf> {
    let home = || {
        std::env::var_os(if cfg!(windows) { "USERPROFILE" } else { "HOME" })
            .map(|home| Path::new(&home).join(".cargo"))
    };
    std::env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(home)
}

/// The last word of `tool --version` that looks like a version.
fn version(tool: &Path) -> Option<String> {
    let text = output(Command::new(tool).arg("--version"))?;
    text.split_whitespace()
        .find(|word| word.starts_with(|first: char| first.is_ascii_digit()))
        .map(str::to_owned)
}

fn locked_version(lock: &str, package: &str) -> Option<String> {
    let (_, after) = lock.split_once(&format!("name = \"{package}\"\nversion = \""))?;
    after.split_once('"').map(|(version, _)| version.to_owned())
}

/// Installs a crate's programs. Where the user has the tool already, in another version, ours goes beside it, not over it.
fn install(package: &str, version: &str, options: &[&str], program: &str) -> Outcome<PathBuf> {
    let started = Instant::now();
    let beside = find(program).is_some();
    let root = if beside {
        Some(std::path::absolute(OWN)?)
    } else {
        None
    };
    let bin = match &root {
        Some(root) => root.join("bin"),
        None => cargo_home()
            .ok_or("neither CARGO_HOME nor a home folder is set")?
            .join("bin"),
    };
    let with_root = |command: &mut Command| {
        if let Some(root) = &root {
            command.arg("--root").arg(root);
        }
    };
    let done = |path: PathBuf| {
        say(&format!(
            "{package} {version} is installed ({:.0} s)",
            started.elapsed().as_secs_f32()
        ));
        path
    };
    if find("cargo-binstall").is_some() {
        let mut binstall = cargo();
        binstall.args([
            "binstall",
            "--no-confirm",
            "--force",
            "--version",
            version,
            package,
        ]);
        with_root(&mut binstall);
        match run(
            &format!("installing {package} {version} with cargo-binstall"),
            &mut binstall,
        ) {
            Ok(()) => {
                if let Some(path) = executable(&bin, program) {
                    return Ok(done(path));
                }
            }
            Err(error) => say(&format!("{error}; compiling it instead")),
        }
    }
    let workshop = std::path::absolute(Path::new(OWN).join(format!("{package}-build")))?;
    let mut build = cargo();
    build
        .args(["install", "--force", package, "--version", version])
        .args(options);
    with_root(&mut build);
    // A tool that runs for seconds need not be optimised for minutes.
    build
        .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1")
        .env("CARGO_PROFILE_RELEASE_LTO", "off");
    build
        .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
        .env("CARGO_PROFILE_RELEASE_DEBUG", "0");
    build
        .env("CARGO_TARGET_DIR", &workshop)
        .env_remove("RUSTFLAGS");
    run(
        &format!("installing {package} {version}: compiled once, takes a few minutes"),
        &mut build,
    )?;
    // Left-over build files are only a waste of room.
    let _ = fs::remove_dir_all(&workshop);
    let path = executable(&bin, program).ok_or_else(|| {
        format!(
            "{package} was installed, but {program} is not in {}",
            bin.display()
        )
    })?;
    Ok(done(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_locked_version_of_exactly_that_package() {
        let lock = "[[package]]\nname = \"wasm-bindgen-futures\"\nversion = \"0.4.50\"\n\n[[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\n";
        assert_eq!(
            locked_version(lock, "wasm-bindgen").as_deref(),
            Some("0.2.130")
        );
        assert_eq!(locked_version(lock, "trunk"), None);
    }
}
