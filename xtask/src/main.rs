//! Seedling's commands. `cargo xtask` runs this program (see `.cargo/config.toml`); it finds or installs what a command
//! needs, says what it is doing and for how long, and leaves the work to cargo, Trunk and the browser.

mod arguments;
mod bench;
mod browser;
mod build;
mod corpora;
mod divide;
mod glue;
mod order;
mod process;
mod reach;
mod serve;
mod shaders;
#[path = "../static_files.rs"]
mod static_files;
mod test;
mod tools;
mod vocabularies;
mod wasm;
mod webdriver;

use std::path::Path;
use std::process::ExitCode;

use arguments::Arguments;

/// What a command gives back: a value, or a message for the person at the terminal.
pub type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

const USAGE: &str = "\
cargo xtask serve [--open] [--port N]       build the page and serve it on this machine
cargo xtask build                           build the page into dist/, for any static host
cargo xtask corpora [--poetry]              bring the texts; with --poetry also the classical Chinese ones (85 MB)
cargo xtask test  [native|web|e2e]          all checks, or one part of them
cargo xtask vocabularies                    bring the vocabularies that tests of imported tokenizers need
cargo xtask bench [--workload train|matmul|generate|sample|cold|tokenize] [--config S|M]
                  [--backend webgpu|cpu] [--runs N] [--native]
                                            measure; one JSON line per figure";

fn main() -> ExitCode {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("xtask lies in the repository's root");
    if let Err(error) = std::env::set_current_dir(root) {
        eprintln!("cannot work in {}: {error}", root.display());
        return ExitCode::FAILURE;
    }
    match command() {
        Ok(code) => code,
        Err(error) => {
            eprintln!("\nerror: {error}");
            ExitCode::FAILURE
        }
    }
}

fn command() -> Outcome<ExitCode> {
    let mut given = std::env::args().skip(1);
    let name = given.next().unwrap_or_default();
    let mut arguments = Arguments::new(given.collect());
    match name.as_str() {
        "serve" => {
            let open = arguments.flag("--open");
            let port = arguments.number("--port")?;
            arguments.finish(USAGE)?;
            serve::serve(open, port)?;
        }
        "build" => {
            arguments.finish(USAGE)?;
            build::build(build::Audience::Public)?;
        }
        "corpora" => {
            let with_poetry = arguments.flag("--poetry");
            arguments.finish(USAGE)?;
            corpora::prepare(with_poetry)?;
        }
        "test" => {
            let part = arguments.word();
            arguments.finish(USAGE)?;
            return test::test(part.as_deref(), USAGE);
        }
        "vocabularies" => {
            arguments.finish(USAGE)?;
            vocabularies::prepare()?;
        }
        "bench" => {
            let request = bench::Request::read(&mut arguments)?;
            arguments.finish(USAGE)?;
            bench::bench(&request)?;
        }
        "help" | "--help" | "-h" => println!("{USAGE}"),
        "" => return Err(format!("say which command:\n\n{USAGE}").into()),
        other => return Err(format!("there is no command `{other}`:\n\n{USAGE}").into()),
    }
    Ok(ExitCode::SUCCESS)
}
