//! The bench: fixed work on this device, one JSON object a figure. The same runs as `tests/golden/README.md`, from the same
//! weights and data, so that every figure can be compared with other engines doing the same work.

use std::rc::Rc;

use serde_json::{Map, Value, json};

use super::super::engine::Engine;
use super::super::median::median;
use super::super::surroundings::{Acquired, Surroundings};
use super::{Moment, hidden};
use crate::graph::{Globals, Graph, TensorType};
use crate::models::Family;
use crate::ops::Fill;
use crate::ops::matmul::Matmul;
use crate::ops::sampler::Sampler;
use crate::plan::{Buffer, CompileOptions, Executor, Plan, PlanId, Statistics};
use crate::session::config::BackendChoice;
use crate::session::protocol::{DeviceKind, Event, FailedWhat};
use crate::train::reference::Reference;
use crate::train::{HISTORY, decoding};

const WARM_UP: u32 = 3;

/// What is to be measured.
pub struct Workload {
    pub backend: BackendChoice,
    pub name: String,
    pub config: String,
    pub runs: u32,
}

/// A bench under way.
struct Bench<'a> {
    executor: Box<dyn Executor>,
    surroundings: &'a dyn Surroundings,
    head: Map<String, Value>,
    runs: u32,
    is_software: bool,
    print: &'a dyn Fn(String),
}

/// Runs a workload on a device of its own.
#[inline(never)]
pub fn benching(engine: &mut Engine, request: u32, workload: Workload) -> Moment<'_> {
    hidden(Box::pin(async move {
        engine.pause().await;
        let surroundings = Rc::clone(&engine.surroundings);
        let outcome = match surroundings.acquire(workload.backend).await {
            Ok(acquired) => {
                let print = |json: String| engine.emit(Event::BenchLine { request, json });
                run(&*surroundings, acquired, &workload, &print).await
            }
            Err(message) => Err(message),
        };
        if let Err(message) = outcome {
            engine.fail(FailedWhat::Bench, message);
        }
        engine.emit(Event::BenchDone { request });
    }))
}

async fn run(
    surroundings: &dyn Surroundings,
    acquired: Acquired,
    Workload {
        name: workload,
        config,
        runs,
        ..
    }: &Workload,
    print: &dyn Fn(String),
) -> Result<(), String> {
    let reference = Reference::find(config)
        .filter(|found| workload == "train" || found.family == Family::Decoder)
        .ok_or_else(|| {
            format!(
                "There is no reference configuration {config} for {workload}; take S or M, and for training also lstm, encoder or encdec."
            )
        })?;
    let is_cpu = acquired.info.kind == DeviceKind::Cpu;
    let mut head = Map::new();
    head.insert("workload".into(), json!(workload));
    head.insert("config".into(), json!(config));
    head.insert(
        "backend".into(),
        json!(if is_cpu { "cpu" } else { "webgpu" }),
    );
    head.insert("adapter".into(), json!(acquired.info.adapter));
    let mut bench = Bench {
        executor: acquired.executor,
        surroundings,
        head,
        runs: (*runs).clamp(1, 1000),
        is_software: acquired.info.kind == DeviceKind::WebGpuSoftware,
        print,
    };
    let outcome = match workload.as_str() {
        "train" => bench.train(reference).await,
        "cold" => bench.cold(reference).await,
        "generate" => bench.generate(reference).await,
        "sample" => bench.sample().await,
        "matmul" => bench.matmul().await,
        other => Err(format!(
            "There is no workload {other}; take train, matmul, generate, sample or cold."
        )),
    };
    bench.executor.retire();
    outcome
}

impl Bench<'_> {
    fn install(&mut self, plan: Plan) -> Result<PlanId, String> {
        self.executor.install(plan).map_err(|e| e.to_string())
    }

    /// One line: times in seconds, counts between `before` and now per unit.
    fn report(&self, mut times: Vec<f64>, before: Statistics, units: f64, more: Value) {
        let now = self.executor.statistics();
        let mut line = self.head.clone();
        let each = |now: u64, before: u64| (now - before) as f64 / units;
        line.insert("runs".into(), json!(times.len()));
        line.insert("median_ms".into(), json!(median(&mut times) * 1e3));
        line.insert("min_ms".into(), json!(times[0] * 1e3));
        line.insert("max_ms".into(), json!(times[times.len() - 1] * 1e3));
        for (name, count) in [
            ("dispatches", each(now.dispatches, before.dispatches)),
            ("submits", each(now.submits, before.submits)),
            (
                "buffers_created",
                each(now.buffers_created, before.buffers_created),
            ),
            (
                "bind_groups_created",
                each(now.bind_groups_created, before.bind_groups_created),
            ),
            (
                "pipelines_created",
                each(now.pipelines_created, before.pipelines_created),
            ),
            (
                "readback_bytes",
                each(now.readback_bytes, before.readback_bytes),
            ),
        ] {
            line.insert(name.into(), json!(count));
        }
        if let Value::Object(more) = more {
            line.extend(more);
        }
        // Every line has the same keys; what a workload does not have is null.
        for name in ["tokens_per_s", "params", "loss_step0", "loss_step50"] {
            line.entry(name).or_insert(Value::Null);
        }
        (self.print)(Value::Object(line).to_string());
    }

    fn start_training(&mut self, reference: Reference) -> Result<PlanId, String> {
        let id = self.install(reference.plan().map_err(|e| e.to_string())?)?;
        Reference::write_weights(&mut *self.executor, id);
        Ok(id)
    }

    fn parameters(&self, id: PlanId) -> usize {
        let parameters = &self.executor.plan(id).parameters;
        parameters.iter().map(|p| p.len()).sum()
    }

    async fn train(&mut self, reference: Reference) -> Result<(), String> {
        let id = self.start_training(reference)?;
        let parameters = self.parameters(id);
        let mut losses = Vec::new();
        let mut times = Vec::new();
        let mut before = self.executor.statistics();
        for step in 0..WARM_UP + self.runs {
            if step == WARM_UP {
                before = self.executor.statistics();
            }
            let start = self.surroundings.now_secs();
            let reading = reference
                .launch(&mut *self.executor, id, step, true)
                .expect("a reading was asked for");
            losses.push(reading.await.map_err(|e| e.to_string())?[0]);
            if step >= WARM_UP {
                times.push(self.surroundings.now_secs() - start);
            }
        }
        let tokens = f64::from(reference.batch * reference.context);
        let speed = |times: &[f64]| {
            let mut sorted = times.to_vec();
            tokens / median(&mut sorted)
        };
        let facts = json!({
            "read_every": 1,
            "tokens_per_s": speed(&times),
            "params": parameters,
            "loss_step0": losses[0],
            "loss_step50": losses.get(50),
        });
        self.report(times, before, f64::from(self.runs), facts);
        // The loss read once in ten steps.
        const EVERY: u32 = 10;
        let groups = (self.runs / EVERY).max(1);
        let before = self.executor.statistics();
        let mut times = Vec::new();
        let mut step = WARM_UP + self.runs;
        for _ in 0..groups {
            let start = self.surroundings.now_secs();
            for i in 0..EVERY {
                let reading = reference.launch(&mut *self.executor, id, step, i + 1 == EVERY);
                step += 1;
                if let Some(reading) = reading {
                    reading.await.map_err(|e| e.to_string())?;
                }
            }
            times.push((self.surroundings.now_secs() - start) / f64::from(EVERY));
        }
        let facts = json!({
            "read_every": EVERY,
            "tokens_per_s": speed(&times),
            "params": parameters,
        });
        self.report(times, before, f64::from(groups * EVERY), facts);
        Ok(())
    }

    /// The first step of all; `epoch_ms` is when it ended, for whoever knows when the visit began.
    async fn cold(&mut self, reference: Reference) -> Result<(), String> {
        let before = self.executor.statistics();
        let start = self.surroundings.now_secs();
        let id = self.start_training(reference)?;
        let reading = reference
            .launch(&mut *self.executor, id, 0, true)
            .expect("a reading was asked for");
        let loss = reading.await.map_err(|e| e.to_string())?[0];
        let end = self.surroundings.now_secs();
        let facts = json!({
            "params": self.parameters(id),
            "loss_step0": loss,
            "epoch_ms": end * 1e3,
        });
        self.report(vec![end - start], before, 1.0, facts);
        Ok(())
    }

    /// 127 tokens from the initial weights at temperature 1, one reading in 16 tokens.
    async fn generate(&mut self, reference: Reference) -> Result<(), String> {
        let plan = decoding(&reference.model(), reference.vocabulary as usize);
        let id = self.install(plan.map_err(|e| e.to_string())?)?;
        Reference::write_weights(&mut *self.executor, id);
        let count = reference.context - 1;
        let mut times = Vec::new();
        let mut before = self.executor.statistics();
        for round in 0..=self.runs {
            if round == 1 {
                before = self.executor.statistics();
            }
            let start = self.surroundings.now_secs();
            self.executor
                .write(id, &Buffer::State("tokens".into()), 0, &[1]);
            self.executor
                .write(id, &Buffer::State("cursor".into()), 0, &[0]);
            let globals = Globals {
                seed: round,
                prompt_len: 1,
                ..Globals::default()
            };
            let mut left = count;
            while left > 0 {
                let piece = left.min(HISTORY as u32);
                let reading = self.executor.run(id, &globals, piece, true);
                reading
                    .expect("a reading was asked for")
                    .await
                    .map_err(|e| e.to_string())?;
                left -= piece;
            }
            if round > 0 {
                times.push((self.surroundings.now_secs() - start) / f64::from(count));
            }
        }
        let mut sorted = times.clone();
        let facts = json!({
            "per": "token",
            "tokens_per_s": 1.0 / median(&mut sorted),
            "params": self.parameters(id),
        });
        self.report(times, before, f64::from(count * self.runs), facts);
        Ok(())
    }

    /// One draw from the 50 most probable of 50,000 logits, read back.
    async fn sample(&mut self) -> Result<(), String> {
        const VOCABULARY: usize = 50_000;
        let mut graph = Graph::new();
        let logits = graph.input("logits", TensorType::f32(&[1, VOCABULARY]));
        let tokens = graph.state("tokens", TensorType::u32(&[2]));
        let cursor = graph.state("cursor", TensorType::u32(&[1]));
        let history = graph.state("history", TensorType::f32(&[1, VOCABULARY]));
        let op = Sampler {
            capacity: 2,
            history: 1,
        };
        graph
            .push(op, &[logits, tokens, cursor, history])
            .map_err(|e| e.to_string())?;
        let plan = Plan::compile(
            &graph,
            &CompileOptions {
                readings: vec![tokens],
                ..CompileOptions::default()
            },
        );
        let id = self.install(plan)?;
        let words = Fill::Normal(2.0).words(VOCABULARY, 1);
        self.executor.write(id, &Buffer::Input(0), 0, &words);
        let mut times = Vec::new();
        let mut before = self.executor.statistics();
        for round in 0..WARM_UP + self.runs {
            if round == WARM_UP {
                before = self.executor.statistics();
            }
            let start = self.surroundings.now_secs();
            self.executor
                .write(id, &Buffer::State("cursor".into()), 0, &[0]);
            let globals = Globals {
                seed: round,
                top_k: 50,
                ..Globals::default()
            };
            let reading = self.executor.run(id, &globals, 1, true);
            reading
                .expect("a reading was asked for")
                .await
                .map_err(|e| e.to_string())?;
            if round >= WARM_UP {
                times.push(self.surroundings.now_secs() - start);
            }
        }
        let facts = json!({ "vocabulary": VOCABULARY, "top_k": 50 });
        self.report(times, before, f64::from(self.runs), facts);
        Ok(())
    }

    /// C = A·B of n × n, one or ten products between two readings of one number.
    async fn matmul(&mut self) -> Result<(), String> {
        // A software adapter takes seconds for what a GPU does in a millisecond.
        let (products, sizes): (u32, &[usize]) = if self.is_software {
            (1, &[512, 1024])
        } else if self.head["backend"] == "cpu" {
            (10, &[512, 1024])
        } else {
            (10, &[512, 1024, 4096])
        };
        for &n in sizes {
            let mut graph = Graph::new();
            let a = graph.input("a", TensorType::f32(&[n, n]));
            let b = graph.input("b", TensorType::f32(&[n, n]));
            let c = graph
                .apply(Matmul::plain(), &[a, b])
                .map_err(|e| e.to_string())?;
            let plan = Plan::compile(
                &graph,
                &CompileOptions {
                    readings: vec![c],
                    ..CompileOptions::default()
                },
            );
            let id = self.install(plan)?;
            for (slot, seed) in [(0, 1), (1, 2)] {
                let words = Fill::Normal(1.0).words(n * n, seed);
                self.executor.write(id, &Buffer::Input(slot), 0, &words);
            }
            let product = Buffer::Pool(0);
            let mut times = Vec::new();
            let mut before = self.executor.statistics();
            for round in 0..=self.runs {
                if round == 1 {
                    before = self.executor.statistics();
                }
                let start = self.surroundings.now_secs();
                self.executor.run(id, &Globals::default(), products, false);
                let reading = self.executor.read(id, &product, 0, 1);
                reading.await.map_err(|e| e.to_string())?;
                if round > 0 {
                    times.push((self.surroundings.now_secs() - start) / f64::from(products));
                }
            }
            let mut sorted = times.clone();
            let gflops = 2.0 * (n as f64).powi(3) / median(&mut sorted) / 1e9;
            let facts = json!({ "n": n, "gflop_per_s": gflops });
            self.report(times, before, f64::from(self.runs * products), facts);
            self.executor.remove(id);
        }
        Ok(())
    }
}
