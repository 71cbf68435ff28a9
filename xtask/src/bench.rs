//! `cargo xtask bench`: the app's own bench page in headless Chromium, or `examples/bench.rs` natively; one JSON line per figure.
//!
//! The page is opened at `#bench?workload=…&config=…&backend=…&runs=…`. It appends each figure as one line of text to the
//! element `bench-output` and adds an element `bench-done` at the end. A line is printed here as soon as it is whole.
//!
//! `tokenize` is measured natively first, beside the `tokenizers` crate, and then in the tab.
//!
//! `cold` is the exception: its figure is the time from the start of the navigation to the end of the first step, on a profile
//! that has seen nothing, so every run is a new browser. The page's line carries one run's time in `median_ms`; they are put
//! together here.

use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::arguments::Arguments;
use crate::browser::Browser;
use crate::build::{Audience, DIST, build};
use crate::process::{cargo, run, say};
use crate::static_files::Server;
use crate::webdriver::Session;
use crate::{Outcome, browser, corpora};

const WORKLOADS: [&str; 6] = ["train", "matmul", "generate", "sample", "cold", "tokenize"];
const CONFIGS: [&str; 5] = ["S", "M", "lstm", "encoder", "encdec"];
const BACKENDS: [&str; 2] = ["webgpu", "cpu"];
/// Longest wait for the next line: config M on a software adapter takes seconds a step.
const SILENCE: Duration = Duration::from_secs(900);
const COLD_RUNS: u32 = 5;

/// What to measure; what is not said is everything (workloads, backends, configurations), in as many runs as it takes.
pub struct Request {
    workload: Option<String>,
    config: Option<String>,
    backend: Option<String>,
    runs: Option<u32>,
    native: bool,
}

impl Request {
    pub fn read(arguments: &mut Arguments) -> Outcome<Self> {
        Ok(Self {
            workload: arguments.choice("--workload", &WORKLOADS)?,
            config: arguments.choice("--config", &CONFIGS)?,
            backend: arguments.choice("--backend", &BACKENDS)?,
            runs: arguments.number("--runs")?,
            native: arguments.flag("--native"),
        })
    }
}

pub fn bench(request: &Request) -> Outcome<()> {
    if request.native {
        return native(request);
    }
    let browser = browser::ensure()?;
    build(Audience::Public)?;
    let server = Server::start(Path::new(DIST), "/", 0)?;
    let mut failures = Vec::new();
    for workload in chosen(&WORKLOADS, &request.workload) {
        if workload == "tokenize" {
            // The reference runs only natively; one run shows both, and then the same work in the tab.
            native(&Request {
                workload: Some(workload.to_owned()),
                config: None,
                backend: Some("cpu".to_owned()),
                runs: request.runs,
                native: true,
            })?;
        }
        // A cold start is a promise about machines without WebGPU; it is measured on the CPU unless asked otherwise.
        // Cutting text does not touch the device.
        let has_one = workload == "cold" && request.backend.is_none() || workload == "tokenize";
        let backends = if has_one {
            vec!["cpu"]
        } else {
            chosen(&BACKENDS, &request.backend)
        };
        for backend in backends {
            for config in configs(request, workload) {
                let job = format!("{workload} {config} on {backend}");
                say(&job);
                let fragment = fragment(request, workload, config, backend);
                let address = format!("{}{fragment}", server.url());
                let outcome = if workload == "cold" {
                    cold(&browser, &address, request.runs)
                } else {
                    measure(&browser, &address, print)
                };
                if let Err(error) = outcome {
                    say(&format!("{job} failed: {error}"));
                    failures.push(job);
                }
            }
        }
    }
    if failures.is_empty() {
        Ok(())
    } else {
        Err(format!("not measured: {}", failures.join(", ")).into())
    }
}

fn chosen<'a>(all: &[&'a str], asked: &'a Option<String>) -> Vec<&'a str> {
    asked
        .as_deref()
        .map_or_else(|| all.to_vec(), |one| vec![one])
}

fn native(request: &Request) -> Outcome<()> {
    if chosen(&WORKLOADS, &request.workload).contains(&"tokenize") {
        corpora::prepare(false)?;
    }
    let mut command = cargo();
    command.args([
        "run",
        "--release",
        "--package",
        "seedling",
        "--example",
        "bench",
        "--",
    ]);
    for (name, value) in [
        ("--workload", &request.workload),
        ("--config", &request.config),
        ("--backend", &request.backend),
    ] {
        command.args(value.iter().flat_map(|value| [name, value.as_str()]));
    }
    command.args(
        request
            .runs
            .iter()
            .flat_map(|runs| ["--runs".to_owned(), runs.to_string()]),
    );
    run("measuring natively", &mut command)
}

/// The reference models a workload is measured on: training has one of every kind, generation a small and a big decoder.
fn configs<'a>(request: &'a Request, workload: &str) -> Vec<&'a str> {
    match &request.config {
        None if workload == "train" => CONFIGS.to_vec(),
        None if workload == "generate" => CONFIGS[..2].to_vec(),
        None => vec![CONFIGS[0]],
        Some(config) => vec![config],
    }
}

/// The bench page's part of the address.
fn fragment(request: &Request, workload: &str, config: &str, backend: &str) -> String {
    let runs = match (workload, config, backend) {
        // Each cold run is one browser.
        ("cold", ..) => 1,
        _ if request.runs.is_some() => request.runs.unwrap_or_default(),
        // Seconds a step where the adapter is software, and most benches run on such.
        ("train", "M", "webgpu") => 10,
        // With the warm-up, enough steps to tell the loss at step 50.
        ("train", ..) => 50,
        _ => 20,
    };
    format!("#bench?workload={workload}&backend={backend}&config={config}&runs={runs}")
}

fn print(line: &str) -> Outcome<()> {
    serde_json::from_str::<Value>(line)
        .map_err(|error| format!("the page printed a line that is not JSON ({error}): {line}"))?;
    println!("{line}");
    Ok(())
}

/// Opens the bench page in a fresh browser and hands over its lines until it is done.
fn measure(
    browser: &Browser,
    address: &str,
    mut hear: impl FnMut(&str) -> Outcome<()>,
) -> Outcome<()> {
    const STATE: &str = "
        const loading = document.getElementById('loading');
        return {
            output: document.getElementById('bench-output')?.textContent ?? '',
            done: document.getElementById('bench-done') !== null,
            refused: loading?.getAttribute('role') === 'alert' ? loading.textContent : null,
        };";
    let session = Session::start(browser)?;
    session.open(address)?;
    let (mut heard, mut last) = (0, Instant::now());
    loop {
        let state = session.evaluate(STATE)?;
        let done = state["done"] == true;
        let output = state["output"].as_str().unwrap_or_default();
        // Until the page is done its last line may still grow.
        let whole = if done {
            output.len()
        } else {
            output.rfind('\n').map_or(0, |end| end + 1)
        };
        for line in output
            .get(heard..whole)
            .unwrap_or_default()
            .lines()
            .filter(|line| !line.trim().is_empty())
        {
            hear(line)?;
            last = Instant::now();
        }
        heard = heard.max(whole);
        if done {
            return if heard > 0 {
                Ok(())
            } else {
                Err("the page gave no figure".into())
            };
        }
        let mut errors = session.console_errors()?;
        errors.extend(
            state["refused"]
                .as_str()
                .map(|text| text.split_whitespace().collect::<Vec<_>>().join(" ")),
        );
        if !errors.is_empty() {
            return Err(format!("the page reported: {}", errors.join("; ")).into());
        }
        if last.elapsed() > SILENCE {
            return Err(format!("no figure for {} minutes", SILENCE.as_secs() / 60).into());
        }
        std::thread::sleep(Duration::from_millis(100));
    }
}

/// Times several first visits and prints them as one figure.
fn cold(browser: &Browser, address: &str, runs: Option<u32>) -> Outcome<()> {
    let mut lines = Vec::new();
    for _ in 0..runs.unwrap_or(COLD_RUNS).max(1) {
        measure(browser, address, |line| {
            lines.push(serde_json::from_str::<Value>(line)?);
            Ok(())
        })?;
    }
    println!("{}", together(&lines)?);
    Ok(())
}

/// One line out of one line per run: median, least and most of their `median_ms`, the rest as in the first.
fn together(lines: &[Value]) -> Outcome<Value> {
    let mut times: Vec<f64> = lines
        .iter()
        .filter_map(|line| line["median_ms"].as_f64())
        .collect();
    if times.is_empty() || times.len() != lines.len() {
        return Err("the page gave no time of its first step (median_ms)".into());
    }
    times.sort_by(f64::total_cmp);
    let (low, high) = (times[(times.len() - 1) / 2], times[times.len() / 2]);
    let mut line = lines[0].clone();
    line["median_ms"] = json!((low + high) / 2.0);
    line["min_ms"] = json!(times[0]);
    line["max_ms"] = json!(times[times.len() - 1]);
    line["runs"] = json!(times.len());
    Ok(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn asks_the_page_for_what_was_said() {
        let mut arguments =
            Arguments::new(["--config", "M", "--runs", "3"].map(str::to_owned).to_vec());
        let request = Request::read(&mut arguments).unwrap();
        assert_eq!(
            fragment(&request, "train", "M", "cpu"),
            "#bench?workload=train&backend=cpu&config=M&runs=3"
        );
        assert_eq!(
            fragment(&request, "cold", "M", "cpu"),
            "#bench?workload=cold&backend=cpu&config=M&runs=1"
        );
        let everything = Request::read(&mut Arguments::new(Vec::new())).unwrap();
        assert_eq!(configs(&everything, "train"), CONFIGS);
        assert_eq!(configs(&everything, "generate"), ["S", "M"]);
        assert_eq!(configs(&everything, "sample"), ["S"]);
        assert_eq!(configs(&request, "train"), ["M"]);
        assert_eq!(
            fragment(&everything, "train", "S", "webgpu"),
            "#bench?workload=train&backend=webgpu&config=S&runs=50"
        );
    }

    #[test]
    fn puts_cold_runs_together() {
        let line = |ms: f64| json!({ "workload": "cold", "median_ms": ms });
        let figure = together(&[line(900.0), line(700.0), line(800.0), line(1200.0)]).unwrap();
        assert_eq!(figure["median_ms"], 850.0);
        assert_eq!(
            (figure["min_ms"].as_f64(), figure["max_ms"].as_f64()),
            (Some(700.0), Some(1200.0))
        );
        assert_eq!(
            (figure["runs"].as_u64(), figure["workload"].as_str()),
            (Some(4), Some("cold"))
        );
        assert!(together(&[json!({})]).is_err());
    }
}
