//! The serialisable configuration of a playground: everything a link carries.

use serde::{Deserialize, Serialize};

pub use crate::data::objective::{Masking, Objective, ObjectiveConfig};
use crate::data::split::HeldOut;
pub use crate::data::split::HeldOutBy;
use crate::data::tasks::MOST_SIZES;
pub use crate::data::tasks::TaskKind;
use crate::data::world::WorldConfig;
use crate::models::ModelConfig;
use crate::optim::schedule::Schedule;
pub use crate::optim::schedule::ScheduleKind;
pub use crate::tokenizer::{Recipe, Split, TokenizerKind};

/// Where the text comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Corpus {
    /// The small deterministic generator, always there.
    Generated,
    /// A world drawn and written by the dials of [`WorldDials`].
    World,
    /// Examples of a sequence task, by the dials of [`TaskDials`].
    Task,
    /// Moby Dick, served from the site, as are the following; each is fetched only when chosen.
    MobyDick,
    /// State of the Union speeches.
    Sotu,
    /// English first names, one a line.
    FirstNames,
    /// 论语.
    Analects,
    /// 诗经.
    BookOfSongs,
    /// 宋词.
    SongCi,
    /// 唐诗.
    TangPoems,
    /// The user's own text. The text itself never goes in a link, unless it is short and the user asks for it.
    Own,
}

impl Corpus {
    /// Those that are served beside the page, if the site was built with them.
    pub const SERVED: [Corpus; 7] = [
        Corpus::MobyDick,
        Corpus::Sotu,
        Corpus::FirstNames,
        Corpus::Analects,
        Corpus::BookOfSongs,
        Corpus::SongCi,
        Corpus::TangPoems,
    ];

    /// Whether it is served beside the page, as `corpora/<word>.txt`.
    pub fn is_served(&self) -> bool {
        Self::SERVED.contains(self)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum OptimizerKind {
    AdamW,
    Sgd,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum BackendChoice {
    /// WebGPU when there is an adapter, else CPU.
    Auto,
    WebGpu,
    Cpu,
}

/// How the model is trained.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TrainingConfig {
    pub optimizer: OptimizerKind,
    /// Peak learning rate. Acts at once.
    pub learning_rate: f32,
    pub schedule: ScheduleKind,
    /// Steps of linear warm-up from 0.
    pub warmup_steps: u32,
    /// Steps the schedule is laid out for; training stops there.
    pub total_steps: u32,
    /// Final learning rate as a fraction of the peak (linear, cosine), or the factor per drop (step).
    pub final_fraction: f32,
    pub beta1: f32,
    pub beta2: f32,
    pub epsilon: f32,
    /// Weight decay of matrices.
    pub weight_decay: f32,
    /// Decay of embeddings as a multiple of it; 1 treats them as matrices.
    pub embedding_decay: f32,
    /// The same of vectors: biases and gains.
    pub vector_decay: f32,
    /// SGD's momentum.
    pub momentum: f32,
    /// Global gradient-norm clip; 0 is off.
    pub clip_norm: f32,
    /// Sequences of a micro-batch B.
    pub batch: u32,
    /// Micro-batches of a step: their gradients are averaged before the update.
    pub accumulation: u32,
    /// Probability of the target that is spread evenly over all tokens while training.
    pub label_smoothing: f32,
    /// Factor of the z-loss; 0 is off.
    pub z_loss: f32,
    /// Loss in nats per token at which the run ends, of validation where there is one; 0 is off.
    pub target_loss: f32,
    /// Share of the text held out for validation.
    pub validation_fraction: f32,
    /// Which part of it that is.
    pub held_out_by: HeldOutBy,
    /// Validate every so many steps; 0 is never.
    pub validation_every: u32,
    /// Batches per validation.
    pub validation_batches: u32,
    /// Write a sample every so many steps; 0 is never.
    pub sample_every: u32,
    /// Tokens per sample.
    pub sample_tokens: u32,
}

impl TrainingConfig {
    /// What is held out of the text.
    pub fn held_out(&self) -> HeldOut {
        HeldOut {
            fraction: self.validation_fraction,
            by: self.held_out_by,
        }
    }

    /// The learning rate by step.
    pub fn learning_rates(&self) -> Schedule {
        Schedule {
            kind: self.schedule,
            peak: self.learning_rate,
            warmup_steps: self.warmup_steps,
            total_steps: self.total_steps,
            final_fraction: self.final_fraction,
        }
    }

    /// Sequences of a step, all its micro-batches together.
    pub fn rows(&self) -> u64 {
        u64::from(self.batch) * u64::from(self.accumulation)
    }
}

/// How text is sampled. Acts at once.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SamplingConfig {
    /// 0 is greedy.
    pub temperature: f32,
    /// 0 is off.
    pub top_k: u32,
    /// 1 is off.
    pub top_p: f32,
    pub seed: u32,
    /// Tokens to write.
    pub max_tokens: u32,
}

/// What a generated world is drawn and written with. Ranges and meanings are those of [`crate::data::world::Dial`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WorldDials {
    /// Seeds the facts and the documents. Fixed by itself: reseeding a run gives new weights, not another text.
    pub seed: u32,
    /// Length of the text, kB.
    pub kilobytes: u32,
    pub vocabulary: u32,
    pub complexity: u32,
    pub facts_per_entity: u32,
    pub noise: f32,
    pub duplication: f32,
    /// Share of Chinese.
    pub chinese: f32,
    pub bias: f32,
    pub rude_words: f32,
    /// Weights of the genres.
    pub story: f32,
    pub parallel: f32,
    pub question: f32,
    pub sentiment: f32,
    pub tagged: f32,
    pub news: f32,
    pub definition: f32,
    pub grammaticality: f32,
    pub arithmetic: f32,
}

impl WorldDials {
    /// The same for the generator, genres in the order of [`crate::data::world::Genre::ALL`].
    pub fn config(&self) -> WorldConfig {
        WorldConfig {
            vocabulary: self.vocabulary,
            complexity: self.complexity,
            facts_per_entity: self.facts_per_entity,
            noise: self.noise,
            duplication: self.duplication,
            chinese: self.chinese,
            bias: self.bias,
            rude_words: self.rude_words,
            genres: [
                self.story,
                self.parallel,
                self.question,
                self.sentiment,
                self.tagged,
                self.news,
                self.definition,
                self.grammaticality,
                self.arithmetic,
            ],
        }
    }
}

impl Default for WorldDials {
    fn default() -> Self {
        let WorldConfig {
            vocabulary,
            complexity,
            facts_per_entity,
            noise,
            duplication,
            chinese,
            bias,
            rude_words,
            genres:
                [
                    story,
                    parallel,
                    question,
                    sentiment,
                    tagged,
                    news,
                    definition,
                    grammaticality,
                    arithmetic,
                ],
        } = WorldConfig::default();
        Self {
            seed: 1,
            kilobytes: 400,
            vocabulary,
            complexity,
            facts_per_entity,
            noise,
            duplication,
            chinese,
            bias,
            rude_words,
            story,
            parallel,
            question,
            sentiment,
            tagged,
            news,
            definition,
            grammaticality,
            arithmetic,
        }
    }
}

/// What the text of a sequence task is written with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskDials {
    pub kind: TaskKind,
    /// Its sizes, in the order of [`TaskKind::sizes`]; 0 beyond the last.
    pub size_1: u32,
    pub size_2: u32,
    pub size_3: u32,
    pub size_4: u32,
    /// Seeds the examples. Fixed by itself, as that of a world.
    pub seed: u32,
    /// Length of the text, kB.
    pub kilobytes: u32,
}

impl TaskDials {
    /// The same dials for another task, with its usual sizes.
    pub fn choose(&mut self, kind: TaskKind) {
        let usual = |place: usize| kind.sizes().get(place).map_or(0, |size| size.usual);
        self.kind = kind;
        [self.size_1, self.size_2, self.size_3, self.size_4] = std::array::from_fn(usual);
    }

    /// The sizes that its task takes.
    pub fn sizes(&self) -> Vec<u32> {
        let all: [u32; MOST_SIZES] = [self.size_1, self.size_2, self.size_3, self.size_4];
        all[..self.kind.sizes().len()].to_vec()
    }
}

impl Default for TaskDials {
    fn default() -> Self {
        let mut dials = Self {
            kind: TaskKind::Addition,
            size_1: 0,
            size_2: 0,
            size_3: 0,
            size_4: 0,
            seed: 1,
            kilobytes: 200,
        };
        dials.choose(TaskKind::Addition);
        dials
    }
}

/// The dials of every text that is made here.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Dials {
    pub world: WorldDials,
    pub task: TaskDials,
}

impl Dials {
    /// What a corpus is made with; none for one that is always the same.
    pub fn of(&self, corpus: &Corpus) -> Option<Made> {
        match corpus {
            Corpus::World => Some(Made::World(Box::new(self.world.clone()))),
            Corpus::Task => Some(Made::Task(self.task.clone())),
            _ => None,
        }
    }
}

/// A text that is made here.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Made {
    World(Box<WorldDials>),
    Task(TaskDials),
}

impl Made {
    /// The corpus it is the text of.
    pub fn corpus(&self) -> Corpus {
        match self {
            Self::World(_) => Corpus::World,
            Self::Task(_) => Corpus::Task,
        }
    }
}

/// The whole playground.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Playground {
    /// Shown in the top bar.
    pub name: String,
    pub corpus: Corpus,
    /// Means something when the corpus is [`Corpus::World`].
    pub world: WorldDials,
    /// Means something when the corpus is [`Corpus::Task`].
    pub task: TaskDials,
    /// What the tokenizer is learned with, from the training part of the text.
    pub tokenizer: Recipe,
    pub model: ModelConfig,
    /// What the model is trained to predict.
    pub objective: ObjectiveConfig,
    pub training: TrainingConfig,
    pub sampling: SamplingConfig,
    pub prompt: String,
    /// Seeds initial weights, batches and dropout.
    pub seed: u32,
    pub backend: BackendChoice,
}

impl Playground {
    pub fn dials(&self) -> Dials {
        Dials {
            world: self.world.clone(),
            task: self.task.clone(),
        }
    }
}
