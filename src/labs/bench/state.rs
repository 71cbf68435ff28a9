//! What the bench knows: which job is asked for, the lines so far. Links `#bench?workload=…&config=…&backend=…&runs=…` run at once.

use crate::session::config::BackendChoice;
use crate::session::protocol::{Event, FailedWhat};

/// The workloads, as the worker knows them.
pub const WORKLOADS: [&str; 6] = ["train", "matmul", "generate", "sample", "cold", TOKENIZE];
/// The one that is about texts and touches no device.
pub const TOKENIZE: &str = "tokenize";
/// The reference models.
pub const CONFIGS: [&str; 5] = ["S", "M", "lstm", "encoder", "encdec"];

/// One bench.
#[derive(Clone, Debug, PartialEq)]
pub struct Job {
    pub workload: String,
    pub config: String,
    pub backend: BackendChoice,
    pub runs: u32,
}

impl Default for Job {
    fn default() -> Self {
        Self {
            workload: "train".into(),
            config: "S".into(),
            backend: BackendChoice::Auto,
            runs: 20,
        }
    }
}

/// The job of a hash like `#bench?workload=train&config=S&backend=webgpu&runs=20`; unknown values fall back to the defaults.
/// `None` when the hash is no bench link or names no job.
pub fn job_of_hash(hash: &str) -> Option<Job> {
    let query = hash.trim_start_matches('#').strip_prefix("bench?")?;
    let mut job = Job::default();
    for (key, value) in query.split('&').filter_map(|pair| pair.split_once('=')) {
        match key {
            "workload" if WORKLOADS.contains(&value) => job.workload = value.into(),
            "config" if CONFIGS.contains(&value) => job.config = value.into(),
            "backend" => {
                job.backend = match value {
                    "webgpu" => BackendChoice::WebGpu,
                    "cpu" => BackendChoice::Cpu,
                    _ => BackendChoice::Auto,
                }
            }
            "runs" => job.runs = value.parse().unwrap_or(job.runs).clamp(1, 1000),
            _ => {}
        }
    }
    Some(job)
}

/// A line of the workload `cold` as a person counts it: from the navigation that opened the page to the end of the first step.
/// The worker only knows when that step ended (`epoch_ms`, since 1970); `time_origin_ms` is when the visit began. Every
/// other line stays as it is.
pub fn since_navigation(json: &str, time_origin_ms: f64) -> String {
    let Ok(serde_json::Value::Object(mut line)) = serde_json::from_str(json) else {
        return json.to_owned();
    };
    let ended = line.get("epoch_ms").and_then(serde_json::Value::as_f64);
    let Some(ended) = ended.filter(|_| line["workload"] == "cold") else {
        return json.to_owned();
    };
    // Tenths of a millisecond: browsers do not tell time more finely.
    let since = ((ended - time_origin_ms) * 10.0).round() / 10.0;
    for figure in ["median_ms", "min_ms", "max_ms"] {
        line.insert(figure.into(), since.into());
    }
    serde_json::Value::Object(line).to_string()
}

/// A line as a person reads it. Times are milliseconds for one unit of work (a step, a token, a draw, a product).
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    pub workload: String,
    pub config: String,
    pub backend: String,
    pub median_ms: f64,
    pub min_ms: f64,
    pub max_ms: f64,
    pub tokens_per_sec: Option<f64>,
    pub gflop_per_sec: Option<f64>,
    pub dispatches: f64,
    /// Buffers, bind groups and pipelines made on the way.
    pub created: f64,
    /// Steps between two readings of the loss.
    pub read_every: Option<u64>,
    /// Side of a matrix product.
    pub n: Option<u64>,
}

impl Figure {
    /// `None` when the line is no JSON. A number that is missing counts as 0.
    fn of(line: &str) -> Option<Self> {
        let line: serde_json::Value = serde_json::from_str(line).ok()?;
        let text = |name| line[name].as_str().unwrap_or_default().to_owned();
        let some = |name: &str| line[name].as_f64();
        let number = |name| some(name).unwrap_or(0.0);
        let made = [
            "buffers_created",
            "bind_groups_created",
            "pipelines_created",
        ];
        Some(Self {
            workload: text("workload"),
            config: text("config"),
            backend: text("backend"),
            median_ms: number("median_ms"),
            min_ms: number("min_ms"),
            max_ms: number("max_ms"),
            tokens_per_sec: some("tokens_per_s"),
            gflop_per_sec: some("gflop_per_s"),
            dispatches: number("dispatches"),
            created: made.map(number).iter().sum(),
            read_every: line["read_every"].as_u64(),
            n: line["n"].as_u64(),
        })
    }
}

/// The figures of the lines that are any.
pub fn figures(lines: &[String]) -> Vec<Figure> {
    lines.iter().filter_map(|line| Figure::of(line)).collect()
}

/// The bench's knowledge.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct State {
    pub running: Option<u32>,
    /// JSON objects, one a line.
    pub lines: Vec<String>,
    /// The last job has ended, well or not.
    pub done: bool,
    pub failure: Option<String>,
}

impl State {
    /// A job was sent.
    pub fn start(&mut self, request: u32) {
        *self = Self {
            running: Some(request),
            lines: std::mem::take(&mut self.lines),
            ..Self::default()
        };
    }

    /// `time_origin_ms`: when this visit of the page began, milliseconds since 1970.
    pub fn apply(&mut self, event: &Event, time_origin_ms: f64) {
        match event {
            Event::BenchLine { request, json } if self.running == Some(*request) => {
                self.lines.push(since_navigation(json, time_origin_ms));
            }
            Event::BenchDone { request } if self.running == Some(*request) => {
                self.running = None;
                self.done = true;
            }
            Event::Failed {
                what: FailedWhat::Bench | FailedWhat::Backend,
                message,
                ..
            } if self.running.is_some() => {
                self.running = None;
                self.done = true;
                self.failure = Some(message.clone());
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bench_link_names_its_job() {
        let job = job_of_hash("#bench?workload=generate&config=M&backend=cpu&runs=3").unwrap();
        assert_eq!(
            (job.workload.as_str(), job.config.as_str(), job.runs),
            ("generate", "M", 3)
        );
        assert_eq!(job.backend, BackendChoice::Cpu);
        for config in CONFIGS {
            let job = job_of_hash(&format!("#bench?workload=train&config={config}"));
            assert_eq!(job.unwrap().config, config);
        }
        assert_eq!(
            job_of_hash("#bench?workload=nonsense&runs=x"),
            Some(Job::default())
        );
        assert_eq!(job_of_hash("#bench"), None);
        assert_eq!(job_of_hash("#s=1"), None);
    }

    #[test]
    fn lines_belong_to_the_running_job() {
        let mut state = State::default();
        state.start(2);
        let line = |request| Event::BenchLine {
            request,
            json: "{}".into(),
        };
        state.apply(&line(1), 0.0);
        state.apply(&line(2), 0.0);
        state.apply(&Event::BenchDone { request: 2 }, 0.0);
        assert_eq!(state.lines.len(), 1);
        assert!(state.done && state.running.is_none());
    }

    #[test]
    fn a_cold_start_is_counted_from_the_navigation() {
        let cold = r#"{"workload":"cold","median_ms":12.5,"min_ms":12.5,"max_ms":12.5,"epoch_ms":1700000001500.25}"#;
        let line: serde_json::Value =
            serde_json::from_str(&since_navigation(cold, 1_700_000_000_000.0)).unwrap();
        for figure in ["median_ms", "min_ms", "max_ms"] {
            assert_eq!(line[figure], 1500.3);
        }
        let train = r#"{"workload":"train","median_ms":12.5}"#;
        assert_eq!(since_navigation(train, 0.0), train);
        assert_eq!(since_navigation("not JSON", 0.0), "not JSON");
    }

    #[test]
    fn lines_are_read_as_figures() {
        let line = r#"{"workload":"train","config":"S","backend":"cpu","median_ms":38.5,"min_ms":37,"max_ms":41,"dispatches":0,"buffers_created":1.5,"read_every":10,"tokens_per_s":13298.2,"loss_step50":null}"#;
        let figures = figures(&[line.to_owned(), "not JSON".to_owned()]);
        assert_eq!(figures.len(), 1);
        assert_eq!(figures[0].median_ms, 38.5);
        assert_eq!(figures[0].tokens_per_sec, Some(13298.2));
        assert_eq!((figures[0].read_every, figures[0].n), (Some(10), None));
        assert_eq!(figures[0].created, 1.5);
    }

    #[test]
    fn a_failed_job_ends_too() {
        let mut state = State::default();
        state.start(1);
        state.apply(
            &Event::Failed {
                what: FailedWhat::Bench,
                request: None,
                message: "no".into(),
            },
            0.0,
        );
        assert!(state.done && state.failure.is_some());
    }
}
