//! The Hugging Face `tokenizers` crate at the work of the workload `tokenize`, on one thread.

use std::error::Error;
use std::path::Path;
use std::time::Instant;

use seedling::worker::reader::bench::{MIN_COUNT, MOST_RUNS, TEXT, VOCABULARY, line};
use serde_json::json;
use tokenizers::models::bpe::{BPE, BpeTrainerBuilder};
use tokenizers::models::unigram::{Unigram, UnigramTrainerBuilder};
use tokenizers::pre_tokenizers::byte_level::ByteLevel;
use tokenizers::pre_tokenizers::metaspace::{Metaspace, PrependScheme};
use tokenizers::utils::parallelism::set_parallelism;
use tokenizers::{
    AddedToken, DecoderWrapper, Model, NormalizerWrapper, PostProcessorWrapper,
    PreTokenizerWrapper, TokenizerImpl, Trainer,
};

type Reference<M> =
    TokenizerImpl<M, NormalizerWrapper, PreTokenizerWrapper, PostProcessorWrapper, DecoderWrapper>;

/// Prints the reference's figures beside ours.
pub fn tokenize(texts: &Path, runs: u32) -> Result<(), Box<dyn Error>> {
    let text = std::fs::read_to_string(texts.join(TEXT))?;
    let runs = runs.clamp(1, MOST_RUNS);
    set_parallelism(false);
    let bpe = || {
        BpeTrainerBuilder::new()
            .show_progress(false)
            .vocab_size(VOCABULARY as usize)
            .min_frequency(u64::from(MIN_COUNT))
            .initial_alphabet(ByteLevel::alphabet().into_iter().collect())
            .build()
    };
    let cut = ByteLevel::new(false, false, true);
    measure("bpe-bytes", BPE::default, bpe, cut.into(), &text, runs)?;
    let unigram = || {
        UnigramTrainerBuilder::default()
            .show_progress(false)
            .vocab_size(VOCABULARY)
            .unk_token(Some("<unk>".to_owned()))
            .special_tokens(vec![AddedToken::from("<unk>", true)])
            .build()
            .expect("a complete trainer")
    };
    let cut = Metaspace::new('▁', PrependScheme::Never, true);
    // It learns for ten seconds and more.
    let runs = runs.min(3);
    measure(
        "unigram",
        Unigram::default,
        unigram,
        cut.into(),
        &text,
        runs,
    )
}

fn measure<M, T>(
    name: &str,
    model: impl Fn() -> M,
    trainer: impl Fn() -> T,
    cut: PreTokenizerWrapper,
    text: &str,
    runs: u32,
) -> Result<(), Box<dyn Error>>
where
    M: Model<Trainer = T> + Sync + Send,
    T: Trainer<Model = M> + Sync,
{
    let (mut learning, mut cutting) = (Vec::new(), Vec::new());
    let mut tokens = 0;
    for _ in 0..runs {
        let mut reference = Reference::new(model());
        reference.with_pre_tokenizer(Some(cut.clone()));
        let start = Instant::now();
        let learned = reference.train(&mut trainer(), [text].into_iter());
        learned.map_err(|error| error.to_string())?;
        learning.push(start.elapsed().as_secs_f64());
        let start = Instant::now();
        let encoding = reference.encode_fast(text, false);
        tokens = encoding.map_err(|error| error.to_string())?.len();
        cutting.push(start.elapsed().as_secs_f64());
    }
    println!("{}", line(name, "tokenizers", "learn", text, learning));
    let mut line = line(name, "tokenizers", "encode", text, cutting);
    line["tokens"] = json!(tokens);
    println!("{line}");
    Ok(())
}
