//! Running other programs, with a line before each that says what and how long we have been at it.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::time::Instant;

use crate::Outcome;

static STARTED: OnceLock<Instant> = OnceLock::new();

/// Seconds since the command began, as `  12.3 s`.
fn elapsed() -> String {
    format!(
        "{:6.1} s",
        STARTED.get_or_init(Instant::now).elapsed().as_secs_f32()
    )
}

/// Announces a piece of work.
pub fn say(what: &str) {
    eprintln!("[{}] {what}", elapsed());
}

/// Runs a program to its end; a failure is an error that names it.
pub fn run(what: &str, command: &mut Command) -> Outcome<()> {
    say(what);
    let status = command
        .status()
        .map_err(|error| cannot_start(command, &error))?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("{what}: {} ended with {status}", name(command)).into())
    }
}

/// Runs a program to its end, showing its standard output line by line and giving each line to `hear`. Whether it succeeded.
pub fn run_listening(
    what: &str,
    command: &mut Command,
    mut hear: impl FnMut(&str),
) -> Outcome<bool> {
    say(what);
    let mut child = command
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| cannot_start(command, &error))?;
    let mut lines = BufReader::new(child.stdout.take().expect("standard output is piped"));
    let mut line = Vec::new();
    while lines.read_until(b'\n', &mut line)? > 0 {
        let text = String::from_utf8_lossy(&line);
        print!("{text}");
        hear(text.trim_end());
        line.clear();
    }
    Ok(child.wait()?.success())
}

/// What a program prints, when it can be run and succeeds.
pub fn output(command: &mut Command) -> Option<String> {
    let output = command
        .stderr(Stdio::null())
        .stdin(Stdio::null())
        .output()
        .ok()?;
    output
        .status
        .success()
        .then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// The program of that name on `PATH`.
pub fn find(name: &str) -> Option<PathBuf> {
    std::env::split_paths(&std::env::var_os("PATH")?).find_map(|folder| executable(&folder, name))
}

/// The program of that name in one folder.
pub fn executable(folder: &Path, name: &str) -> Option<PathBuf> {
    let endings: &[&str] = if cfg!(windows) {
        &[".exe", ".cmd", ".bat"]
    } else {
        &[""]
    };
    endings
        .iter()
        .map(|ending| folder.join(format!("{name}{ending}")))
        .find(|path| path.is_file())
}

/// Cargo, the one that runs us.
pub fn cargo() -> Command {
    Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

fn name(command: &Command) -> String {
    Path::new(command.get_program())
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

fn cannot_start(command: &Command, error: &std::io::Error) -> String {
    format!(
        "cannot start {}: {error}",
        command.get_program().to_string_lossy()
    )
}
