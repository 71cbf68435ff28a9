//! `cargo xtask build`: the page in `dist/`, which any static host can serve from any path.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::Outcome;
use crate::process::{cargo, run, say};
use crate::reach::Behind;
use crate::{corpora, divide, glue, order, reach, shaders, tools, wasm};

pub const DIST: &str = "dist";
/// What a first visit may download, gzipped. The corpora are fetched when they are chosen, the reader and the second part of the page
/// when they are needed.
pub const BUDGET_BYTES: usize = 900_000;
/// The module of the reader, and the stem of its files.
const READER: &str = "seedling-reader";
/// The product with fused multiply-add.
const FUSED: &str = "product.wasm";
/// How the second part of a divided module ends, where the first ends in `_bg.wasm`.
const LATER: &str = "_later.wasm";

/// Who will load the page.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// Visitors of a host: as small as it gets.
    Public,
    /// This machine alone, now: wasm-opt, which takes longer than compiling a changed line, is left out.
    Myself,
}

/// Builds the page; the gzipped size of a first visit in bytes.
pub fn build(audience: Audience) -> Outcome<usize> {
    let tools = tools::ensure()?;
    corpora::prepare(false)?;
    let mut compile = cargo();
    compile.args([
        "build",
        "--release",
        "--target",
        "wasm32-unknown-unknown",
        "--package",
        "seedling",
        "--bin",
        "seedling-page",
        "--bin",
        READER,
    ]);
    run("compiling the page", &mut compile)?;
    // Trunk finds the compiled module fresh, runs wasm-bindgen and lays the files out.
    let mut trunk = Command::new(&tools.trunk);
    trunk.args(["build", "--release"]).env("PATH", &tools.path);
    // Trunk reads NO_COLOR as true or false only, and refuses the usual `1`.
    trunk
        .env_remove("NO_COLOR")
        .env("TRUNK_SKIP_VERSION_CHECK", "true")
        .env("TRUNK_LOG", "warn")
        .env("CARGO_TERM_QUIET", "true");
    run("assembling dist/", &mut trunk)?;
    fused()?;
    let mut files = Vec::new();
    list(Path::new(DIST), &mut files)?;
    let linked = fs::read(linked())?;
    let later = reach::behind_doors(&linked)?;
    let nothing = Behind::default();
    let is_module = |path: &&PathBuf| file_name(path).ends_with("_bg.wasm");
    for module in files.clone().iter().filter(is_module) {
        // Only the page can wait for its second part.
        let is_reader = file_name(module).starts_with(READER);
        let moved = if is_reader { &nothing } else { &later };
        for part in divided(module, moved)? {
            optimise(&part, audience)?;
            if !files.contains(&part) {
                files.push(part);
            }
        }
    }
    files.sort();
    let total = sizes(&files)?;
    say("dist/ is ready");
    Ok(total)
}

/// The page's module as the linker left it.
fn linked() -> PathBuf {
    compiled("seedling-page.wasm")
}

fn compiled(module: &str) -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR").unwrap_or_else(|| "target".into());
    let folder = Path::new(&target).join("wasm32-unknown-unknown/release");
    folder.join(module)
}

/// Puts the module of the fused product beside the page: it has instructions that not every browser knows.
fn fused() -> Outcome<()> {
    let mut compile = cargo();
    compile.args([
        "rustc",
        "--release",
        "--target",
        "wasm32-unknown-unknown",
        "--package",
        "seedling-kernels",
        "--",
        "-C",
        "target-feature=+relaxed-simd",
    ]);
    run("compiling the fused product", &mut compile)?;
    let module = fs::read(compiled("seedling_kernels.wasm"))?;
    let module = wasm::without_names(&module).ok_or("the fused product is not a module")?;
    if !wasm::has_no_stack_or_data(&module)? {
        return Err("the fused product needs a stack or data, which would be the page's".into());
    }
    fs::write(Path::new(DIST).join(FUSED), module)?;
    Ok(())
}

fn file_name(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}

/// Moves what is not needed at once out of a module, which needs its names for that, and drops what nobody reads; the parts.
fn divided(module: &Path, later: &Behind) -> Outcome<Vec<PathBuf>> {
    let script = PathBuf::from(module.to_string_lossy().replace("_bg.wasm", ".js"));
    let bytes = order::by_name(&fs::read(module)?)?;
    let (bytes, text) = glue::shortened(&bytes, &fs::read_to_string(&script)?)?;
    fs::write(&script, text)?;
    let parts = match divide::divide(&bytes, later)? {
        None => vec![(module.to_owned(), bytes)],
        Some([first, second]) => {
            let beside = PathBuf::from(module.to_string_lossy().replace("_bg.wasm", LATER));
            vec![(module.to_owned(), first), (beside, second)]
        }
    };
    let shaders = shaders::texts()?;
    for (path, part) in &parts {
        let no_module = || format!("{} is not a WebAssembly module", path.display());
        let mut part = wasm::without_names(part).ok_or_else(no_module)?;
        shaders::blank_comments(&mut part, &shaders);
        fs::write(path, part)?;
    }
    Ok(parts.into_iter().map(|(path, _)| path).collect())
}

/// Makes one module smaller, in place: with wasm-opt, for the public and when there is one.
fn optimise(module: &Path, audience: Audience) -> Outcome<()> {
    if audience == Audience::Myself {
        return Ok(());
    }
    let Some(mut wasm_opt) = tools::wasm_opt() else {
        say("no wasm-opt and no npm to bring it: the module stays a little larger");
        return Ok(());
    };
    wasm_opt
        .args([
            "-Os",
            "--all-features",
            // Rust lays the stack out first: nothing lives in the first kilobyte.
            "--low-memory-unused",
            "--strip-debug",
            "--strip-producers",
        ])
        .arg(module)
        .arg("-o")
        .arg(module);
    run("optimising a module with wasm-opt", &mut wasm_opt)
}

/// Prints the size of every file but the corpora, as it is and gzipped; the gzipped total of a first visit in bytes.
fn sizes(files: &[PathBuf]) -> Outcome<usize> {
    let (mut total, mut later) = (0, 0);
    eprintln!("{:>12} {:>12}", "bytes", "gzipped");
    for path in files
        .iter()
        .filter(|path| !path.starts_with(Path::new(DIST).join("corpora")))
    {
        let bytes = fs::read(path)?;
        let gzipped = gzipped_size(&bytes);
        let name = file_name(path);
        let is_later = name.starts_with(READER) || name.ends_with(LATER);
        *(if is_later { &mut later } else { &mut total }) += gzipped;
        eprintln!("{:>12} {:>12}  {}", bytes.len(), gzipped, path.display());
    }
    let verdict = if total <= BUDGET_BYTES {
        "within"
    } else {
        "ABOVE"
    };
    eprintln!(
        "{:>12} {:>12}  at a first visit, {verdict} the budget of {BUDGET_BYTES}",
        "", total
    );
    eprintln!(
        "{:>12} {:>12}  more, each part when it is first needed",
        "", later
    );
    Ok(total)
}

/// Bytes of `gzip -9`: the deflated data between a header of 10 and a trailer of 8.
fn gzipped_size(bytes: &[u8]) -> usize {
    miniz_oxide::deflate::compress_to_vec(bytes, 9).len() + 18
}

/// Every file of a folder and of those in it, in order.
pub fn list(folder: &Path, files: &mut Vec<PathBuf>) -> Outcome<()> {
    let mut entries: Vec<PathBuf> = fs::read_dir(folder)?
        .map(|entry| Ok(entry?.path()))
        .collect::<std::io::Result<_>>()?;
    entries.sort();
    for path in entries {
        if path.is_dir() {
            list(&path, files)?
        } else {
            files.push(path)
        }
    }
    Ok(())
}
