//! `cargo xtask test`: every check of the project, in the order in which mistakes are cheapest to find.
//!
//! A part that cannot run counts as failed; nothing is skipped. The last line says how many checks passed and failed.

use std::path::Path;
use std::process::{Command, ExitCode};

use crate::build::{Audience, BUDGET_BYTES, DIST, build};
use crate::process::{cargo, run_listening, say};
use crate::{Outcome, browser, corpora, tools, vocabularies};

const WASM: &str = "wasm32-unknown-unknown";

pub fn test(part: Option<&str>, usage: &str) -> Outcome<ExitCode> {
    let mut tally = Tally::default();
    match part {
        None => {
            style(&mut tally);
            native(&mut tally);
            web(&mut tally);
            end_to_end(&mut tally);
        }
        Some("native") => native(&mut tally),
        Some("web") => web(&mut tally),
        Some("e2e") => end_to_end(&mut tally),
        Some(other) => return Err(format!("there is no part `{other}`:\n\n{usage}").into()),
    }
    say("done");
    for failure in &tally.failures {
        println!("failed: {failure}");
    }
    println!("{} passed, {} failed", tally.passed, tally.failed);
    Ok(if tally.failed == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// rustfmt, and clippy with warnings denied for the machine and for the web.
fn style(tally: &mut Tally) {
    tally.check(
        "rustfmt (cure: cargo fmt --all)",
        cargo().args(["fmt", "--all", "--check"]),
    );
    let clippy = |arguments: &[&str]| {
        let mut command = cargo();
        command
            .arg("clippy")
            .args(arguments)
            .args(["--", "-D", "warnings"]);
        command
    };
    // The browser tests are not part of `--all-targets`: they only run where the page is built.
    tally.check(
        "clippy, native",
        &mut clippy(&["--workspace", "--all-targets", "--test", "e2e"]),
    );
    if tally
        .attempt("the wasm target", tools::wasm_target())
        .is_some()
    {
        tally.check(
            "clippy, web",
            &mut clippy(&[
                // The unit tests run natively; what the web runs is the page and its tests.
                "--package",
                "seedling",
                "--lib",
                "--bin",
                "seedling-page",
                "--test",
                "web",
                "--target",
                WASM,
            ]),
        );
    }
}

/// Everything that runs without a browser, WebGPU on a software Vulkan included.
fn native(tally: &mut Tally) {
    let Some(driver) = tally.attempt("native tests", browser::software_vulkan()) else {
        return;
    };
    // Tests that need what is missing then say so and fail.
    tally.attempt("vocabularies for the tests", vocabularies::prepare());
    tally.attempt("texts for the tests", corpora::prepare());
    let mut command = cargo();
    command.args(["test", "--workspace", "--no-fail-fast"]);
    if let Some(driver) = driver {
        // The second name is for loaders from before 2022.
        command
            .env("VK_DRIVER_FILES", &driver)
            .env("VK_ICD_FILENAMES", &driver);
    }
    tally.libtest("native tests", &mut command);
}

/// `tests/web*.rs` in headless Chromium, compiled as the page is.
fn web(tally: &mut Tally) {
    let Some(tools) = tally.attempt("web tests", tools::ensure()) else {
        return;
    };
    let Some(browser) = tally.attempt("web tests", browser::ensure()) else {
        return;
    };
    let mut command = cargo();
    command.args([
        "test",
        "--release",
        "--package",
        "seedling",
        "--target",
        WASM,
        "--test",
        "web*",
        "--no-fail-fast",
    ]);
    command
        .env("PATH", &tools.path)
        .env("WASM_BINDGEN_TEST_ONLY_WEB", "1");
    // SwiftShader compiles shaders on the same cores that run the tests.
    command
        .env("WASM_BINDGEN_TEST_TIMEOUT", "900")
        .env("WASM_BINDGEN_TEST_DRIVER_TIMEOUT", "60");
    if tally
        .attempt("web tests", browser.tell(&mut command))
        .is_some()
    {
        tally.libtest("web tests", &mut command);
    }
}

/// The built page in headless Chromium, used as a person uses it.
fn end_to_end(tally: &mut Tally) {
    let Some(browser) = tally.attempt("browser tests", browser::ensure()) else {
        return;
    };
    let Some(size) = tally.attempt("building the page", build(Audience::Public)) else {
        return;
    };
    tally.count(
        &format!("the page's size, {size} of {BUDGET_BYTES} bytes gzipped"),
        size <= BUDGET_BYTES,
    );
    let mut command = cargo();
    command.args([
        "test",
        "--package",
        "seedling",
        "--test",
        "e2e",
        "--",
        "--test-threads=1",
    ]);
    let Some(dist) = tally.attempt(
        "browser tests",
        std::path::absolute(Path::new(DIST)).map_err(Into::into),
    ) else {
        return;
    };
    command.env("SEEDLING_DIST", dist);
    if tally
        .attempt("browser tests", browser.tell(&mut command))
        .is_some()
    {
        tally.libtest("browser tests", &mut command);
    }
}

/// What passed and what failed so far.
#[derive(Default)]
struct Tally {
    passed: u64,
    failed: u64,
    failures: Vec<String>,
}

impl Tally {
    fn count(&mut self, what: &str, good: bool) {
        if good {
            self.passed += 1;
        } else {
            self.failed += 1;
            self.failures.push(what.to_owned());
        }
    }

    /// Preparation: only a failure counts.
    fn attempt<T>(&mut self, what: &str, outcome: Outcome<T>) -> Option<T> {
        outcome
            .map_err(|error| self.count(&format!("{what}: {error}"), false))
            .ok()
    }

    /// A program whose success is one check.
    fn check(&mut self, what: &str, command: &mut Command) {
        let outcome = run_listening(what, command, |_| {});
        if let Some(good) = self.attempt(what, outcome) {
            self.count(what, good);
        }
    }

    /// A test run whose summary lines are added up.
    fn libtest(&mut self, what: &str, command: &mut Command) {
        let (mut passed, mut failed) = (0, 0);
        let outcome = run_listening(what, command, |line| {
            if let Some((more_passed, more_failed)) = summary(line) {
                passed += more_passed;
                failed += more_failed;
            }
        });
        let Some(good) = self.attempt(what, outcome) else {
            return;
        };
        self.passed += passed;
        self.failed += failed;
        if failed > 0 {
            self.failures
                .push(format!("{what}: {failed} of {}", passed + failed));
        } else if !good {
            self.count(&format!("{what}: did not come to an end"), false);
        } else if passed == 0 {
            self.count(&format!("{what}: there were none"), false);
        }
    }
}

/// (passed, failed) of a line like `test result: ok. 12 passed; 0 failed; 1 ignored; …`.
fn summary(line: &str) -> Option<(u64, u64)> {
    let counts = line
        .trim_start()
        .strip_prefix("test result: ")?
        .split_once(". ")?
        .1;
    let count = |name: &str| {
        counts
            .split("; ")
            .find_map(|part| part.strip_suffix(name)?.trim().parse().ok())
    };
    Some((count("passed")?, count("failed")?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_summaries() {
        assert_eq!(
            summary(
                "test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.1s"
            ),
            Some((12, 0))
        );
        assert_eq!(
            summary("test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 filtered out"),
            Some((3, 2))
        );
        assert_eq!(summary("test graph::result ... ok"), None);
    }

    #[test]
    fn a_part_that_cannot_run_is_a_failure() {
        let mut tally = Tally::default();
        tally.check("nothing", &mut Command::new("no-such-program-anywhere"));
        assert_eq!((tally.passed, tally.failed), (0, 1));
        let outcome: Outcome<()> = Err("no adapter".into());
        assert!(tally.attempt("gpu", outcome).is_none());
        assert_eq!(tally.failed, 2);
    }
}
