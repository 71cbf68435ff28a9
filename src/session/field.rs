//! Every setting of a playground as one table: its name in links, how it is read and written as a word, and whether a
//! change of it acts at once. The link codec, validation and the pending flags all go through here, so that a setting
//! added to the configuration is added to them in one place.

use serde::{Deserialize, Serialize};

use super::config::*;
use crate::data::tasks::MOST_SIZES;
use crate::models::Initialisation;
use crate::models::{
    AttentionPattern, Family, MlpKind, NormKind, NormPlacement, Positions, Smoothing,
};

/// Where a setting lives in a playground.
pub enum Slot<'a> {
    Count(&'a mut u32),
    Real(&'a mut f32),
    Switch(&'a mut bool),
    Text(&'a mut String),
    Choice(&'a mut dyn Choice),
}

/// A setting that is one of a few words.
pub trait Choice {
    /// The word of the present value.
    fn word(&self) -> &'static str;
    /// Takes the value of this word; false when there is none.
    fn set_word(&mut self, word: &str) -> bool;
    /// All words, in the order they are offered.
    fn words(&self) -> &'static [&'static str];
}

macro_rules! words {
    ($($kind:ident: $($value:ident = $word:literal),+;)+) => {$(
        impl Choice for $kind {
            fn word(&self) -> &'static str {
                match self { $($kind::$value => $word),+ }
            }
            fn set_word(&mut self, word: &str) -> bool {
                match word { $($word => *self = $kind::$value,)+ _ => return false }
                true
            }
            fn words(&self) -> &'static [&'static str] {
                &[$($word),+]
            }
        }
    )+};
}

words! {
    Corpus: Generated = "generated", World = "world", Task = "task", MobyDick = "moby-dick", Sotu = "sotu", FirstNames = "first-names",
        Analects = "analects", BookOfSongs = "book-of-songs", SongCi = "song-ci", TangPoems = "tang-poems", Own = "own";
    TokenizerKind: Characters = "characters", Bytes = "bytes", Words = "words", BpeCharacters = "bpe", BpeBytes = "bpe-bytes", Unigram = "unigram";
    Split: None = "none", Whitespace = "whitespace", Gpt2 = "gpt2", Gpt4 = "gpt4";
    NormPlacement: Pre = "pre", Post = "post", None = "none";
    NormKind: LayerNorm = "layernorm", RmsNorm = "rmsnorm";
    Positions: Learned = "learned", Sinusoidal = "sinusoidal", Rotary = "rotary", Alibi = "alibi", Relative = "relative", None = "none";
    Family: Ngram = "ngram", FeedForward = "feed-forward", Rnn = "rnn", Gru = "gru", Lstm = "lstm", Seq2Seq = "seq2seq",
        Decoder = "decoder", Encoder = "encoder", EncoderDecoder = "encoder-decoder";
    Objective: Causal = "causal", Masked = "masked", NextSentence = "next-sentence", Denoising = "denoising", Spans = "spans",
        TextToText = "text-to-text", Prompted = "prompted";
    Masking: Dynamic = "dynamic", Static = "static";
    AttentionPattern: Dense = "dense", Window = "window", Strided = "strided";
    Smoothing: MaximumLikelihood = "none", AddK = "add-k", StupidBackOff = "back-off", KneserNey = "kneser-ney";
    Initialisation: Usual = "usual", XavierUniform = "xavier-uniform", XavierNormal = "xavier-normal", Kaiming = "kaiming", Normal = "normal";
    MlpKind: Gelu = "gelu", GeluErf = "gelu-erf", Relu = "relu", Silu = "silu", SwiGlu = "swiglu";
    HeldOutBy: Position = "position", Document = "document";
    OptimizerKind: AdamW = "adamw", Sgd = "sgd";
    ScheduleKind: Constant = "constant", Linear = "linear", Cosine = "cosine", Step = "step", InverseSquareRoot = "inverse-sqrt",
        WarmupStableDecay = "stable";
    BackendChoice: Auto = "auto", WebGpu = "webgpu", Cpu = "cpu";
}

/// Choosing another task takes its usual sizes with it.
impl Choice for TaskDials {
    fn word(&self) -> &'static str {
        self.kind.key()
    }
    fn set_word(&mut self, word: &str) -> bool {
        let kind = TaskKind::of_key(word);
        if let Some(kind) = kind.filter(|kind| *kind != self.kind) {
            self.choose(kind);
        }
        kind.is_some()
    }
    fn words(&self) -> &'static [&'static str] {
        TaskKind::KEYS
    }
}

/// When a change of a setting takes effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// On the run as it goes.
    AtOnce,
    /// With the next preparation; pending until then.
    Restart,
}

macro_rules! fields {
    ($($field:ident, $key:literal, $effect:ident, $slot:ident($($path:ident).+);)+) => {
        /// A setting. Its order is the order in links.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum Field { $($field),+ }

        impl Field {
            pub const ALL: &'static [Field] = &[$(Field::$field),+];

            /// Its name in links.
            pub const fn key(self) -> &'static str {
                match self { $(Field::$field => $key),+ }
            }

            /// When a change of it takes effect.
            pub const fn effect(self) -> Effect {
                match self { $(Field::$field => Effect::$effect),+ }
            }

            /// Its place in a playground.
            pub fn slot(self, playground: &mut Playground) -> Slot<'_> {
                match self { $(Field::$field => Slot::$slot(&mut playground.$($path).+)),+ }
            }

            /// Its value as written in links and messages.
            pub fn read(self, playground: &Playground) -> String {
                match self { $(Field::$field => playground.$($path).+.written()),+ }
            }

            /// Its value as a number; 0 and 1 for switches, `None` for choices and texts.
            pub fn number(self, playground: &Playground) -> Option<f64> {
                match self { $(Field::$field => playground.$($path).+.number()),+ }
            }
        }
    };
}

fields! {
    Name, "name", AtOnce, Text(name);
    Corpus, "corpus", Restart, Choice(corpus);
    WorldSeed, "world-seed", Restart, Count(world.seed);
    WorldKilobytes, "world-kb", Restart, Count(world.kilobytes);
    WorldVocabulary, "world-words", Restart, Count(world.vocabulary);
    WorldComplexity, "world-complexity", Restart, Count(world.complexity);
    WorldFacts, "world-facts", Restart, Count(world.facts_per_entity);
    WorldNoise, "world-noise", Restart, Real(world.noise);
    WorldDuplication, "world-duplication", Restart, Real(world.duplication);
    WorldChinese, "world-chinese", Restart, Real(world.chinese);
    WorldBias, "world-bias", Restart, Real(world.bias);
    WorldRudeWords, "world-rude", Restart, Real(world.rude_words);
    WorldStory, "world-story", Restart, Real(world.story);
    WorldParallel, "world-parallel", Restart, Real(world.parallel);
    WorldQuestion, "world-question", Restart, Real(world.question);
    WorldSentiment, "world-sentiment", Restart, Real(world.sentiment);
    WorldTagged, "world-tagged", Restart, Real(world.tagged);
    WorldNews, "world-news", Restart, Real(world.news);
    WorldDefinition, "world-definition", Restart, Real(world.definition);
    WorldGrammaticality, "world-grammar", Restart, Real(world.grammaticality);
    WorldArithmetic, "world-arithmetic", Restart, Real(world.arithmetic);
    Task, "task", Restart, Choice(task);
    TaskSize1, "task-size-1", Restart, Count(task.size_1);
    TaskSize2, "task-size-2", Restart, Count(task.size_2);
    TaskSize3, "task-size-3", Restart, Count(task.size_3);
    TaskSize4, "task-size-4", Restart, Count(task.size_4);
    TaskSeed, "task-seed", Restart, Count(task.seed);
    TaskKilobytes, "task-kb", Restart, Count(task.kilobytes);
    Tokenizer, "tokenizer", Restart, Choice(tokenizer.kind);
    Vocabulary, "vocabulary", Restart, Count(tokenizer.vocabulary);
    Split, "split", Restart, Choice(tokenizer.split);
    MinCount, "min-count", Restart, Count(tokenizer.min_count);
    MergeDropout, "merge-dropout", Restart, Real(tokenizer.dropout);
    SamplingAlpha, "sampling-alpha", Restart, Real(tokenizer.sampling);
    Family, "family", Restart, Choice(model.family);
    Layers, "layers", Restart, Count(model.layers);
    Heads, "heads", Restart, Count(model.heads);
    Channels, "channels", Restart, Count(model.channels);
    Context, "context", Restart, Count(model.context);
    TiedHead, "tied", Restart, Switch(model.tied_head);
    Bias, "bias", Restart, Switch(model.bias);
    NormPlacement, "norm-placement", Restart, Choice(model.norm_placement);
    Norm, "norm", Restart, Choice(model.norm);
    Positions, "positions", Restart, Choice(model.positions);
    Attention, "attention", Restart, Switch(model.attention);
    Mlp, "mlp", Restart, Switch(model.mlp);
    MlpKind, "mlp-kind", Restart, Choice(model.mlp_kind);
    Residual, "residual", Restart, Switch(model.residual);
    Dropout, "dropout", Restart, Real(model.dropout);
    KvHeads, "kv-heads", Restart, Count(model.kv_heads);
    QkNorm, "qk-norm", Restart, Switch(model.qk_norm);
    Pattern, "pattern", Restart, Choice(model.pattern);
    Span, "span", Restart, Count(model.span);
    Alternating, "alternating", Restart, Switch(model.alternating);
    Parallel, "parallel", Restart, Switch(model.parallel);
    ScoreCap, "score-cap", Restart, Real(model.score_cap);
    LogitCap, "logit-cap", Restart, Real(model.logit_cap);
    Window, "window", Restart, Count(model.window);
    HiddenUnits, "hidden", Restart, Count(model.hidden_units);
    Direct, "direct", Restart, Switch(model.direct);
    ForgetBias, "forget-bias", Restart, Real(model.forget_bias);
    CarriedState, "carried", Restart, Switch(model.carried_state);
    Order, "order", Restart, Count(model.order);
    Smoothing, "smoothing", Restart, Choice(model.smoothing);
    AddK, "add-k", Restart, Real(model.add_k);
    BackOff, "back-off", Restart, Real(model.back_off);
    Initialisation, "init", Restart, Choice(model.initialisation);
    InitialStd, "init-std", Restart, Real(model.initial_std);
    ZeroProjections, "zero-projections", Restart, Switch(model.zero_projections);
    Objective, "objective", Restart, Choice(objective.objective);
    MaskRate, "mask-rate", Restart, Real(objective.mask_rate);
    MaskShare, "mask-share", Restart, Real(objective.mask_share);
    RandomShare, "random-share", Restart, Real(objective.random_share);
    UnchangedShare, "unchanged-share", Restart, Real(objective.unchanged_share);
    Masking, "masking", Restart, Choice(objective.masking);
    WholeWords, "whole-words", Restart, Switch(objective.whole_words);
    NoiseMask, "noise-mask", Restart, Real(objective.noise_mask);
    NoiseDelete, "noise-delete", Restart, Real(objective.noise_delete);
    Infill, "infill", Restart, Real(objective.infill);
    InfillMean, "infill-mean", Restart, Real(objective.infill_mean);
    Permute, "permute", Restart, Real(objective.permute);
    Rotate, "rotate", Restart, Real(objective.rotate);
    SpanRate, "span-rate", Restart, Real(objective.span_rate);
    SpanMean, "span-mean", Restart, Real(objective.span_mean);
    Optimizer, "optimizer", Restart, Choice(training.optimizer);
    LearningRate, "lr", AtOnce, Real(training.learning_rate);
    Schedule, "schedule", Restart, Choice(training.schedule);
    WarmupSteps, "warmup", Restart, Count(training.warmup_steps);
    TotalSteps, "steps", Restart, Count(training.total_steps);
    FinalFraction, "final", Restart, Real(training.final_fraction);
    Beta1, "beta1", Restart, Real(training.beta1);
    Beta2, "beta2", Restart, Real(training.beta2);
    Epsilon, "epsilon", Restart, Real(training.epsilon);
    WeightDecay, "decay", Restart, Real(training.weight_decay);
    EmbeddingDecay, "decay-embeddings", Restart, Real(training.embedding_decay);
    VectorDecay, "decay-vectors", Restart, Real(training.vector_decay);
    Momentum, "momentum", Restart, Real(training.momentum);
    ClipNorm, "clip", Restart, Real(training.clip_norm);
    Batch, "batch", Restart, Count(training.batch);
    Accumulation, "accumulation", Restart, Count(training.accumulation);
    LabelSmoothing, "label-smoothing", Restart, Real(training.label_smoothing);
    ZLoss, "z-loss", Restart, Real(training.z_loss);
    TargetLoss, "target-loss", Restart, Real(training.target_loss);
    ValidationFraction, "held-out", Restart, Real(training.validation_fraction);
    HeldOutBy, "held-out-by", Restart, Choice(training.held_out_by);
    ValidationEvery, "validate-every", Restart, Count(training.validation_every);
    ValidationBatches, "validation-batches", Restart, Count(training.validation_batches);
    SampleEvery, "sample-every", Restart, Count(training.sample_every);
    SampleTokens, "sample-tokens", Restart, Count(training.sample_tokens);
    Temperature, "temperature", AtOnce, Real(sampling.temperature);
    TopK, "top-k", AtOnce, Count(sampling.top_k);
    TopP, "top-p", AtOnce, Real(sampling.top_p);
    SamplingSeed, "sampling-seed", AtOnce, Count(sampling.seed);
    MaxTokens, "tokens", AtOnce, Count(sampling.max_tokens);
    Prompt, "prompt", AtOnce, Text(prompt);
    Seed, "seed", Restart, Count(seed);
    Backend, "backend", Restart, Choice(backend);
}

impl Field {
    /// The sizes of a task, in the order of [`TaskKind::sizes`].
    pub const TASK_SIZES: [Self; MOST_SIZES] = [
        Self::TaskSize1,
        Self::TaskSize2,
        Self::TaskSize3,
        Self::TaskSize4,
    ];

    /// The setting of this name in links.
    pub fn of_key(key: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|field| field.key() == key)
    }

    /// Takes a value as written in links; false, and nothing changed, when it cannot be read. Ranges are not checked here.
    pub fn write(self, playground: &mut Playground, written: &str) -> bool {
        match self.slot(playground) {
            Slot::Count(slot) => written.parse().map(|value| *slot = value).is_ok(),
            Slot::Real(slot) => match written.parse::<f32>() {
                Ok(value) if value.is_finite() => {
                    *slot = value;
                    true
                }
                _ => false,
            },
            Slot::Switch(slot) => {
                match written {
                    "on" | "true" | "yes" | "1" => *slot = true,
                    "off" | "false" | "no" | "0" => *slot = false,
                    _ => return false,
                }
                true
            }
            Slot::Text(slot) => {
                written.clone_into(slot);
                true
            }
            Slot::Choice(slot) => slot.set_word(written),
        }
    }
}

impl Field {
    /// Sets a number or a switch (off at 0); whatever else is left alone. Ranges are not checked here.
    pub fn set_number(self, playground: &mut Playground, value: f64) {
        match self.slot(playground) {
            Slot::Count(slot) => *slot = value.round() as u32,
            Slot::Real(slot) => *slot = value as f32,
            Slot::Switch(slot) => *slot = value != 0.0,
            Slot::Text(_) | Slot::Choice(_) => {}
        }
    }
}

impl std::fmt::Display for Field {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.key())
    }
}

/// Settings that differ and wait for a restart: the wanted configuration acts in them only after `Prepare`.
pub fn pending(current: &Playground, wanted: &Playground) -> Vec<Field> {
    let waits = |field: &Field| {
        field.effect() == Effect::Restart && field.read(current) != field.read(wanted)
    };
    Field::ALL.iter().copied().filter(waits).collect()
}

/// The configuration in force once the settings of `wanted` that act at once have been sent to the run of `current`.
pub fn with_live_settings(current: &Playground, wanted: &Playground) -> Playground {
    let mut in_force = current.clone();
    for &field in Field::ALL {
        if field.effect() == Effect::AtOnce {
            field.write(&mut in_force, &field.read(wanted));
        }
    }
    in_force
}

/// A value as links and messages show it.
trait Written {
    fn written(&self) -> String;
    fn number(&self) -> Option<f64> {
        None
    }
}

impl Written for u32 {
    fn written(&self) -> String {
        self.to_string()
    }
    fn number(&self) -> Option<f64> {
        Some(f64::from(*self))
    }
}

impl Written for f32 {
    /// The shortest decimal that reads back as the same f32; `1e-8` instead of a row of zeros.
    fn written(&self) -> String {
        if *self != 0.0 && (self.abs() < 1e-4 || self.abs() >= 1e7) {
            format!("{self:e}")
        } else {
            self.to_string()
        }
    }
    fn number(&self) -> Option<f64> {
        Some(f64::from(*self))
    }
}

impl Written for bool {
    fn written(&self) -> String {
        if *self { "on" } else { "off" }.to_owned()
    }
    fn number(&self) -> Option<f64> {
        Some(f64::from(u8::from(*self)))
    }
}

impl Written for String {
    fn written(&self) -> String {
        self.clone()
    }
}

impl<T: Choice> Written for T {
    fn written(&self) -> String {
        self.word().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::session::presets;

    #[test]
    fn names_are_distinct_and_found_again() {
        let keys: HashSet<&str> = Field::ALL.iter().map(|field| field.key()).collect();
        assert_eq!(keys.len(), Field::ALL.len());
        for &field in Field::ALL {
            assert_eq!(Field::of_key(field.key()), Some(field));
        }
        assert_eq!(Field::of_key("layer"), None);
    }

    #[test]
    fn what_is_read_can_be_written_into_every_field() {
        let mut target = presets::first_minute();
        let source = presets::moby_dick();
        for &field in Field::ALL {
            assert!(field.write(&mut target, &field.read(&source)), "{field}");
        }
        assert_eq!(target, source);
    }

    #[test]
    fn unreadable_values_change_nothing() {
        let mut playground = presets::first_minute();
        for (field, written) in [
            (Field::Layers, "-1"),
            (Field::Layers, "4.5"),
            (Field::LearningRate, "NaN"),
            (Field::LearningRate, "1e99"),
            (Field::Bias, "perhaps"),
            (Field::Norm, "LayerNorm"),
        ] {
            assert!(!field.write(&mut playground, written), "{field} {written}");
        }
        assert_eq!(playground, presets::first_minute());
    }

    #[test]
    fn only_settings_that_need_a_restart_are_pending() {
        let current = presets::first_minute();
        let mut wanted = current.clone();
        wanted.training.learning_rate *= 2.0;
        wanted.sampling.top_k += 1;
        wanted.prompt.push('!');
        assert_eq!(pending(&current, &wanted), []);
        wanted.model.layers += 1;
        wanted.seed += 1;
        assert_eq!(pending(&current, &wanted), [Field::Layers, Field::Seed]);
        let in_force = with_live_settings(&current, &wanted);
        assert_eq!(in_force.prompt, wanted.prompt);
        assert_eq!(
            in_force.training.learning_rate,
            wanted.training.learning_rate
        );
        assert_eq!(in_force.model, current.model);
        assert_eq!(pending(&in_force, &wanted), [Field::Layers, Field::Seed]);
    }

    #[test]
    fn numbers_and_switches_are_set_as_they_are_read() {
        let mut playground = presets::first_minute();
        for (field, value) in [
            (Field::Layers, 3.0),
            (Field::Dropout, 0.25),
            (Field::Bias, 0.0),
        ] {
            field.set_number(&mut playground, value);
            assert_eq!(field.number(&playground), Some(value));
        }
        assert_eq!(Field::Corpus.number(&playground), None);
        Field::Corpus.set_number(&mut playground, 1.0);
        assert_eq!(playground.corpus, Corpus::Generated);
    }
}
