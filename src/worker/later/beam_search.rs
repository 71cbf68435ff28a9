//! An answer to a source by beam search, a length at a time: a forward pass over the beginnings that are gone on from.

use super::framing::Framing;
use super::{Advance, Answering, Piece, Trouble, piece};
use crate::session::questions::{Beam, BeamNode, Told};
use crate::tokenizer::Tokenizer;
use crate::train::Row;
use crate::train::beam::{Search, Settings};
use crate::worker::engine::Active;
use crate::worker::prepare::token_text;
use crate::worker::writing::log_softmax;

/// Widest beam: a wider one cannot be drawn.
const WIDEST: u32 = 8;
/// Largest length penalty; at 1 the score is the mean ln p of a token already.
const LARGEST_PENALTY: f32 = 5.0;

pub struct BeamSearch {
    source: String,
    width: u32,
    length_penalty: f32,
    max_tokens: u32,
    /// Once it is begun.
    search: Option<(Framing, Settings, Search)>,
}

impl BeamSearch {
    pub fn new(source: String, width: u32, length_penalty: f32, max_tokens: u32) -> Self {
        Self {
            source,
            width,
            length_penalty,
            max_tokens,
            search: None,
        }
    }

    /// Every beginning goes on by a token.
    async fn searched(&mut self, active: &mut Active) -> Result<Piece, Trouble> {
        let (framing, settings, mut search) = match self.search.take() {
            Some(under_way) => under_way,
            None => self.begun(active)?,
        };
        let beginnings = search.beginnings();
        let rows: Vec<Row> = beginnings.iter().map(|b| framing.row(b)).collect();
        let batch = active.run.rows_at_once().min(settings.width);
        let logits = active.run.logits_at(&rows, batch).await?;
        let of_rows: Vec<Vec<f32>> = logits
            .chunks_exact(active.run.spec.vocabulary)
            .map(log_softmax)
            .collect();
        search.advance(of_rows.iter().map(Vec::as_slice));
        if search.is_over() {
            active.run.end_question();
            let beam = tree(&search, &*active.texts.tokenizer, framing.end);
            return Ok(Piece::last(Told::Searched(beam)));
        }
        let share = search.length() as f32 / settings.most_tokens as f32;
        self.search = Some((framing, settings, search));
        Ok(Piece::more(Told::Progress(share)))
    }

    fn begun(&self, active: &Active) -> Result<(Framing, Settings, Search), Trouble> {
        let framing = Framing::new(active, &self.source)?;
        let (width, penalty) = (self.width, self.length_penalty);
        if !(1..=WIDEST).contains(&width) {
            return Err(format!(
                "A beam cannot have the width {width}. Choose from 1 to {WIDEST}."
            )
            .into());
        }
        if !(0.0..=LARGEST_PENALTY).contains(&penalty) {
            return Err(format!(
                "The length penalty cannot be {penalty}. Choose from 0 to {LARGEST_PENALTY}."
            )
            .into());
        }
        let settings = Settings {
            width: width as usize,
            length_penalty: penalty,
            most_tokens: (self.max_tokens as usize).clamp(1, framing.most_tokens),
            end: framing.end,
        };
        Ok((framing, settings, Search::new(settings)))
    }
}

impl Answering for BeamSearch {
    fn advance<'a>(&'a mut self, active: &'a mut Active) -> Advance<'a> {
        Box::pin(async move { piece(self.searched(active).await) })
    }
}

fn tree(search: &Search, tokenizer: &dyn Tokenizer, end: u32) -> Beam {
    let nodes = search.nodes().iter().zip(0..).map(|(node, index)| {
        let is_empty = node.parent.is_none();
        BeamNode {
            parent: node.parent,
            token: node.token,
            text: if is_empty {
                String::new()
            } else {
                token_text(tokenizer, node.token)
            },
            log_probability: node.log_probability,
            total: node.total as f32,
            score: search.score(index) as f32,
            is_end: !is_empty && node.token == end,
            is_kept: node.is_kept,
        }
    });
    Beam {
        nodes: nodes.collect(),
        answers: search.answers(),
    }
}
