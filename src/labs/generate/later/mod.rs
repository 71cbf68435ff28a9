//! The views, in the part of the page that is loaded when one of its laboratories is first opened.
//!
//! | file | what is shown |
//! |---|---|
//! | `view` | the uses, of which one is open; the panel |
//! | `write_view`, `score_view` | a continuation with its alternatives; ln p of a text |
//! | `fill_view`, `mask_strip`, `pseudo_view` | blanks with their candidates; pseudo-perplexity |
//! | `respond_view`, `beam_view` | the answer to a source; the beam as a tree |
//! | `embed_view` | cosines of texts |
//! | `refusal_view` | why this model cannot |
//! | `desk` | what is kept, and questions to the model |
//! | `asking_view` | the button that asks, how far the answer is, why there is none |

mod asking_view;
mod beam_view;
mod desk;
mod embed_view;
mod fill_view;
mod mask_strip;
mod pseudo_view;
mod refusal_view;
mod respond_view;
mod score_view;
mod view;
mod write_view;

pub use view::{picture, settings};
