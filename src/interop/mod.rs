//! Files of the Hugging Face ecosystem, in and out: what others can load, and what others made.

pub mod tokenizer_json;
