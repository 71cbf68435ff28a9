//! What the page says to the engine (`Command`) and hears from it (`Event`), as serde data (postcard on the wire).

use serde::{Deserialize, Serialize};

use super::compare::{Comparison, News};
use super::config::{BackendChoice, Playground, SamplingConfig};
use super::notes::Note;
use super::questions::{Question, Told};
use super::reading::{Given, Want};

/// Down: page → worker.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Command {
    /// Acquire an executor. Answered by `Event::Backend` (or `Failed`).
    Start {
        backend: BackendChoice,
    },
    /// Keep this as the user's own text (UTF-8 is checked in the worker, byte offset reported).
    OwnText {
        name: String,
        bytes: Vec<u8>,
    },
    /// Prepare text, tokenizer, plan and weights for this configuration, paused at step 0. Answered by `Prepared`, `Failed` or
    /// `Cancelled` of the same request.
    Prepare {
        request: u32,
        playground: Box<Playground>,
    },
    /// Give up the preparation under way and those that wait; the run that stood before stays. Each answers `Cancelled`.
    Cancel,
    /// What stops work that lets no message in: an address that can be fetched until the page revokes it. Sent anew after
    /// each use; the worker looks between commands and in the midst of work.
    StopToken {
        job: Job,
        address: String,
    },
    /// What it would cost, without building it. Answered by `Estimated`.
    Estimate(Box<Playground>),
    Play,
    Pause,
    /// One training step, then pause.
    Step,
    /// Back to step 0 with the same initial weights and the same batches. Answered by `Rewound`.
    Rewind,
    /// Step 0 with new weights from this seed. Answered by `Rewound`.
    Reseed {
        seed: u32,
    },
    /// Settings that act at once.
    SetLearningRate {
        learning_rate: f32,
    },
    /// For the samples of the run, and for the text that is being written.
    SetSampling(SamplingConfig),
    /// What the samples of the run continue.
    SetPrompt(String),
    /// Write `tokens` more tokens after the prompt. Answered by `Generated` pieces. One generation at a time; a new one replaces it.
    Generate {
        request: u32,
        prompt: String,
        sampling: SamplingConfig,
    },
    StopGenerating,
    /// log p of each token of a text. Answered by `Scored`.
    Score {
        request: u32,
        text: String,
    },
    /// Attention of every layer and head on this text (cut to the context). `live`: again after every few steps while training.
    Inspect {
        request: u32,
        text: String,
        live: bool,
    },
    StopInspecting,
    /// Answered by `Told`. A question takes the place of one of the same kind that is not answered yet.
    Ask {
        request: u32,
        question: Question,
    },
    StopAsking {
        request: u32,
    },
    /// Resume after device loss or a non-finite loss from the last good snapshot.
    Resume,
    /// Run a reference workload on a device of its own; the run that stands is paused and kept. Answered by `BenchLine`s and `BenchDone`.
    Bench {
        request: u32,
        backend: BackendChoice,
        workload: String,
        config: String,
        runs: u32,
    },
    /// For tests: destroy the GPU device as a driver reset would.
    DestroyDevice,
    /// `limit` characters of the current corpus from byte `offset` on. Answered by `CorpusPage`.
    CorpusPage {
        offset: u32,
        limit: u32,
    },
    /// Train several configurations side by side on executors of their own; the run that stands is paused and kept. Answered by
    /// `Compared` until `News::Over`. One comparison at a time; a new one replaces it.
    Compare {
        request: u32,
        comparison: Box<Comparison>,
    },
    PauseComparing {
        is_paused: bool,
    },
    StopComparing,
    /// Answers `Event::Want`.
    Given {
        number: u32,
        given: Result<Given, String>,
    },
}

/// The device in use.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DeviceInfo {
    pub kind: DeviceKind,
    /// Adapter name as the browser tells it, e.g. "NVIDIA ampere"; of a CPU what it does better than it must.
    pub adapter: String,
    /// Why WebGPU is not used, when it is not.
    pub reason: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum DeviceKind {
    WebGpu,
    /// WebGPU on a software adapter.
    WebGpuSoftware,
    Cpu,
}

/// What a configuration costs.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    /// Trainable numbers.
    pub parameters: u64,
    /// (part of the model, numbers) in order: embeddings, attention, MLP, norms, head.
    pub parameters_by_part: Vec<(String, u64)>,
    /// Floating-point operations of one training step (a multiply-add counts 2).
    pub flops_per_step: u64,
    /// Bytes: weights, gradients, optimizer moments, activations and work space; total.
    pub memory_weights: u64,
    pub memory_gradients: u64,
    pub memory_moments: u64,
    pub memory_activations: u64,
    pub memory_total: u64,
    /// Guess for this device, seconds for one step; None before anything ran.
    pub secs_per_step: Option<f32>,
    pub vocabulary: u32,
    /// `None` when it fits; else the message naming the figure and the nearest setting that fits.
    pub refusal: Option<String>,
}

/// A prepared run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Prepared {
    /// The `Prepare` that this answers.
    pub request: u32,
    pub estimate: Estimate,
    pub corpus_name: String,
    pub corpus_bytes: u64,
    pub corpus_characters: u64,
    pub train_tokens: u64,
    pub validation_tokens: u64,
    /// Mean UTF-8 bytes per token of the validation text (for bits per byte).
    pub bytes_per_token: f64,
    /// Text of every vocabulary entry.
    pub vocabulary: Vec<String>,
    /// Launches of one training step, for the expert.
    pub dispatches_per_step: u32,
    /// Exact entropy rate of the source of the corpus, where it is known, nats per UTF-8 byte.
    pub source_nats_per_byte: Option<f64>,
    /// What was changed to make it valid, for the user.
    pub notes: Vec<Note>,
}

/// One training step.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct StepMetrics {
    /// 1 is the first step.
    pub step: u32,
    /// Mean training loss, nats per token, before the update.
    pub loss: f32,
    pub learning_rate: f32,
    /// Global gradient norm before clipping.
    pub grad_norm: f32,
    /// Recent speed.
    pub tokens_per_sec: f32,
    /// Seconds of training so far (paused time not counted).
    pub elapsed_secs: f32,
}

/// A candidate next token.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Candidate {
    pub id: u32,
    pub text: String,
    /// What it adds to the text; perhaps only part of a character.
    pub bytes: Vec<u8>,
    /// Model probability at temperature 1, before top-k and top-p.
    pub probability: f32,
}

/// One token with what the model thought of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TokenScore {
    pub id: u32,
    pub text: String,
    /// What it adds to the text; perhaps only part of a character.
    pub bytes: Vec<u8>,
    /// ln p(token | before), nats. For the first token of a text that has no context: None.
    pub log_probability: Option<f32>,
    /// Most probable tokens at that place, best first.
    pub candidates: Vec<Candidate>,
}

/// Attention weights of one text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AttentionMaps {
    pub request: u32,
    pub step: u32,
    pub tokens: Vec<String>,
    pub layers: u32,
    pub heads: u32,
    /// (layers, heads, T, T), row = query, column = key; T = tokens.len().
    pub weights: Vec<f32>,
    /// Most probable next tokens after each position.
    pub next: Vec<Vec<Candidate>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum RunState {
    /// Nothing prepared.
    Empty,
    Paused,
    Running,
    /// All planned steps are done.
    Finished,
    /// Stopped by a non-finite loss or a lost device; `Resume` goes on from the last snapshot.
    Broken,
}

/// Up: worker → page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Event {
    /// The worker's code runs and listens.
    Ready,
    Backend(DeviceInfo),
    /// Long work: done and total units (0 total: unknown).
    Progress {
        what: Work,
        done: u64,
        total: u64,
    },
    Prepared(Box<Prepared>),
    /// The preparation was given up as asked; whatever stood before stands.
    Cancelled {
        request: u32,
    },
    /// The run stands at step 0 again: what was said of it before is over.
    Rewound,
    Estimated(Box<Estimate>),
    /// Own text accepted.
    TextKept {
        name: String,
        bytes: u64,
        characters: u64,
    },
    State(RunState),
    Metrics(Vec<StepMetrics>),
    /// Mean validation loss, nats per token, after `step` updates.
    Validation {
        step: u32,
        loss: f32,
    },
    /// Text written at `step` after the prompt.
    Sample {
        step: u32,
        prompt: String,
        text: String,
    },
    /// Next tokens of a generation; `done` with the last piece. Text is decoded so far as whole characters allow.
    Generated {
        request: u32,
        tokens: Vec<TokenScore>,
        done: bool,
    },
    Scored {
        request: u32,
        tokens: Vec<TokenScore>,
        total_log_probability: f64,
        perplexity: f64,
    },
    Attention(Box<AttentionMaps>),
    /// A piece of the answer to this request; `done` with the last.
    Told {
        request: u32,
        told: Box<Told>,
        done: bool,
    },
    /// The loss is not a number: which step, learning rate, gradient norm. The run is paused (`Broken`).
    NonFinite {
        step: u32,
        learning_rate: f32,
        grad_norm: f32,
        loss: f32,
    },
    /// The GPU device is gone; weights of `snapshot_step` are safe.
    DeviceLost {
        reason: String,
        snapshot_step: u32,
    },
    /// A command could not be done. `what` names it; `message` says why and the cure. Nothing the user had is lost.
    Failed {
        what: FailedWhat,
        /// The number of a `Prepare`.
        request: Option<u32>,
        message: String,
    },
    /// One JSON object, as `cargo xtask bench` prints it.
    BenchLine {
        request: u32,
        json: String,
    },
    BenchDone {
        request: u32,
    },
    CorpusPage {
        offset: u32,
        text: String,
    },
    /// News of the comparison of this request.
    Compared {
        request: u32,
        news: News,
    },
    /// The engine needs something of the reader. Answered by `Command::Given` with the same number.
    Want {
        number: u32,
        want: Want,
    },
}

/// Work that can be given up on the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Job {
    /// Text, tokenizer, plan and weights of a run.
    Prepare,
    /// What the tokenizer laboratory asked for.
    Tokens,
    /// Looking into a corpus.
    Study,
}

impl Job {
    /// All of them; `job as usize` counts them.
    pub const ALL: [Self; 3] = [Self::Prepare, Self::Tokens, Self::Study];
    pub const COUNT: usize = Self::ALL.len();
}

/// Work that takes long enough to be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Work {
    /// Fetching a text; units are bytes.
    Fetch,
    /// Learning a tokenizer; units are thousandths.
    Learn,
    /// Tokens, plan and weights.
    Prepare,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FailedWhat {
    Backend,
    Text,
    Corpus,
    Prepare,
    Estimate,
    Train,
    Generate,
    Score,
    Inspect,
    Bench,
    Compare,
}
