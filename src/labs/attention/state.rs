//! What the laboratory knows: the newest maps, or the newest answer of a model without attention, and which part of them is
//! looked at.

use std::sync::Arc;

use super::counting::Chosen;
use crate::models::Family;
use crate::session::protocol::{AttentionMaps, Event, FailedWhat};
use crate::session::questions::{Counted, Told, Traces};

/// The maps with the choice of layer and head.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct State {
    pub maps: Option<Shared>,
    pub layer: u32,
    pub head: u32,
    /// The request whose answer is waited for.
    pub awaiting: Option<u32>,
    /// The question whose answer is waited for.
    pub asked: Option<u32>,
    /// How often something else was asked for than before.
    pub wanted: u32,
    /// The newest answer to a question.
    pub told: Option<Heard>,
    /// What is looked at of counts.
    pub chosen: Chosen,
    /// Which numbers of a recurrent layer are looked at.
    pub series: usize,
    /// Why the last request could not be answered.
    pub failure: Option<String>,
}

/// Maps shared without copying; equal when they are the same answer.
#[derive(Clone, Debug)]
pub struct Shared {
    pub maps: Arc<AttentionMaps>,
    /// The weights once more, in the form a matrix takes them.
    pub weights: Arc<Vec<f32>>,
    pub tokens: Arc<Vec<String>>,
}

impl PartialEq for Shared {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.maps, &other.maps)
    }
}

/// An answer shared without copying; equal when it is the same.
#[derive(Clone, Debug)]
pub struct Heard(pub Arc<Told>);

impl PartialEq for Heard {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Heard {
    /// The answer, if it is one about counts.
    pub fn counted(&self) -> Option<&Counted> {
        match &*self.0 {
            Told::Counted(counted) => Some(counted),
            _ => None,
        }
    }

    /// The answer, if it is one about a recurrent model.
    pub fn traces(&self) -> Option<&Traces> {
        match &*self.0 {
            Told::Traced(traces) => Some(traces),
            _ => None,
        }
    }
}

/// What there is to see in a model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// What every token attends to.
    Attention,
    /// How its counts make its probabilities.
    Counts,
    /// What its units do while it reads.
    Traces,
    /// Nothing: it reads a window at once.
    Window,
    /// Nothing yet: it reads one text and writes another.
    Source,
}

impl Kind {
    pub fn of(family: Family) -> Self {
        match family {
            Family::Decoder | Family::Encoder => Self::Attention,
            Family::Ngram => Self::Counts,
            Family::Rnn | Family::Gru | Family::Lstm => Self::Traces,
            Family::FeedForward => Self::Window,
            Family::EncoderDecoder | Family::Seq2Seq => Self::Source,
        }
    }
}

/// A weight a = e^score / sum. Scores are counted from the row's largest, s = q·k/√d − max, because the softmax forgets
/// everything else about them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Weight {
    pub weight: f32,
    pub score: f32,
    /// Σ e^score over the row.
    pub sum: f32,
}

impl State {
    pub fn apply(&mut self, event: &Event) {
        match event {
            Event::Attention(maps) => {
                if self.awaiting.is_some_and(|request| request > maps.request) {
                    return;
                }
                self.awaiting = None;
                self.failure = None;
                let mut maps = maps.clone();
                let weights = Arc::new(std::mem::take(&mut maps.weights));
                let tokens = Arc::new(maps.tokens.clone());
                self.layer = self.layer.min(maps.layers.saturating_sub(1));
                self.head = self.head.min(maps.heads.saturating_sub(1));
                self.maps = Some(Shared {
                    maps: Arc::from(maps),
                    weights,
                    tokens,
                });
            }
            Event::Failed {
                what: FailedWhat::Inspect,
                message,
                ..
            } => {
                self.awaiting = None;
                self.failure = Some(message.clone());
            }
            // What was asked for is not answered any more; the page asks again once the run goes on.
            Event::DeviceLost { .. } => self.awaiting = None,
            // Another model: its layers and tokens may differ, so the old picture would lie.
            Event::Prepared(_) => {
                self.maps = None;
                self.told = None;
            }
            _ => {}
        }
    }

    /// The answer to the question.
    pub fn hear(&mut self, told: Told) {
        self.asked = None;
        self.failure = None;
        match told {
            Told::Failed { message } => {
                self.failure = Some(message);
                self.told = None;
            }
            told => self.told = Some(Heard(Arc::new(told))),
        }
    }

    /// Where a head's matrix begins among the weights.
    pub fn offset(&self, layer: u32, head: u32) -> usize {
        self.maps.as_ref().map_or(0, |shared| {
            let tokens = shared.tokens.len();
            (layer * shared.maps.heads + head) as usize * tokens * tokens
        })
    }

    /// The weights of `query` over all tokens in the chosen head.
    pub fn row(&self, query: usize) -> Option<&[f32]> {
        let shared = self.maps.as_ref()?;
        let tokens = shared.tokens.len();
        let start = self.offset(self.layer, self.head) + query * tokens;
        (query < tokens)
            .then(|| shared.weights.get(start..start + tokens))
            .flatten()
    }

    /// One weight of the chosen head with the numbers of its softmax, as far as the weights tell them.
    pub fn weight(&self, query: usize, key: usize) -> Option<Weight> {
        let row = self.row(query)?;
        let weight = *row.get(key)?;
        let largest = row.iter().copied().fold(0.0, f32::max);
        Some(Weight {
            weight,
            score: (weight / largest).ln(),
            sum: row.iter().sum::<f32>() / largest,
        })
    }

    /// The cell to begin with: the last token, and what it reads most.
    pub fn first_cell(&self) -> Option<(usize, usize)> {
        let query = self.maps.as_ref()?.tokens.len().checked_sub(1)?;
        Some((query, self.strongest(query)?))
    }

    /// The key that `query` reads most.
    pub fn strongest(&self, query: usize) -> Option<usize> {
        let row = self.row(query)?;
        (0..row.len()).max_by(|a, b| row[*a].total_cmp(&row[*b]))
    }

    /// The number of layers and heads.
    pub fn shape(&self) -> (u32, u32) {
        self.maps
            .as_ref()
            .map_or((0, 0), |shared| (shared.maps.layers, shared.maps.heads))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn maps(request: u32, layers: u32, heads: u32) -> Event {
        let tokens = ["a", "b"].map(String::from).to_vec();
        let one = [1.0, 0.0, 0.2, 0.8];
        Event::Attention(Box::new(AttentionMaps {
            request,
            step: 3,
            tokens,
            layers,
            heads,
            weights: one
                .iter()
                .copied()
                .cycle()
                .take(4 * (layers * heads) as usize)
                .collect(),
            next: vec![],
        }))
    }

    #[test]
    fn the_choice_of_head_survives_new_maps_and_fits_smaller_models() {
        let mut state = State {
            layer: 1,
            head: 3,
            ..State::default()
        };
        state.apply(&maps(1, 2, 4));
        assert_eq!((state.layer, state.head), (1, 3));
        state.apply(&maps(2, 1, 2));
        assert_eq!((state.layer, state.head), (0, 1));
        assert_eq!(state.row(1), Some(&[0.2, 0.8][..]));
        assert_eq!(state.row(2), None);
    }

    #[test]
    fn an_answer_to_an_older_request_is_not_shown() {
        let mut state = State {
            awaiting: Some(5),
            ..State::default()
        };
        state.apply(&maps(4, 1, 1));
        assert!(state.maps.is_none());
        state.apply(&maps(5, 1, 1));
        assert!(state.maps.is_some());
    }

    #[test]
    fn scores_come_back_from_weights() {
        let mut state = State::default();
        state.apply(&maps(1, 1, 1));
        let cell = state.weight(1, 0).unwrap();
        assert_eq!(cell.weight, 0.2);
        assert!((cell.score - 0.25f32.ln()).abs() < 1e-6);
        assert!((cell.score.exp() / cell.sum - cell.weight).abs() < 1e-6);
        assert_eq!(state.weight(1, 1).unwrap().score, 0.0);
        assert_eq!(state.first_cell(), Some((1, 1)));
    }

    #[test]
    fn a_lost_device_answers_nothing_any_more_but_the_old_maps_stand() {
        let mut state = State::default();
        state.apply(&maps(1, 1, 1));
        state.awaiting = Some(2);
        state.apply(&Event::DeviceLost {
            reason: "driver reset".into(),
            snapshot_step: 0,
        });
        assert_eq!(state.awaiting, None);
        assert!(state.maps.is_some());
    }

    #[test]
    fn an_answer_stands_until_there_is_none() {
        let mut state = State {
            asked: Some(2),
            failure: Some("not yet".into()),
            ..State::default()
        };
        state.hear(Told::Traced(Box::default()));
        assert_eq!((state.asked, &state.failure), (None, &None));
        let heard = state.told.clone().unwrap();
        assert!(heard.traces().is_some() && heard.counted().is_none());
        let message = "nothing is counted".to_owned();
        state.hear(Told::Failed { message });
        assert_eq!(state.failure.as_deref(), Some("nothing is counted"));
        assert!(state.told.is_none(), "what stood is not so any more");
    }

    #[test]
    fn a_failure_is_kept_for_the_person() {
        let mut state = State::default();
        state.apply(&Event::Failed {
            what: FailedWhat::Inspect,
            request: None,
            message: "no attention".into(),
        });
        assert_eq!(state.failure.as_deref(), Some("no attention"));
    }
}
