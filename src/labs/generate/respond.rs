//! Text to text: a source, the way its answer is found, and the answer.

use std::sync::Arc;

use super::asked::Asked;
use crate::data::objective::CellKind;
use crate::data::objective::pairs::TextPair;
use crate::session::config::{Corpus, Objective, Playground, SamplingConfig};
use crate::session::protocol::TokenScore;
use crate::session::questions::{Beam, Question, Told, Way};

/// Most beginnings a beam search keeps.
pub const WIDEST: u32 = 8;
/// Longest answer that a beam search is let find.
pub const LONGEST: u32 = 200;

/// How an answer is found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Finding {
    #[default]
    Greedy,
    Sampled,
    Beam,
}

/// The settings of beam search.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Search {
    pub width: u32,
    pub length_penalty: f32,
    pub longest: u32,
}

impl Default for Search {
    fn default() -> Self {
        Self {
            width: 3,
            length_penalty: 1.0,
            longest: 24,
        }
    }
}

/// An answer as it was found.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    Written(Vec<TokenScore>),
    Searched(Arc<Beam>),
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Respond {
    pub source: String,
    /// What the corpus answers to the source, while it is one of its own.
    pub expected: Option<String>,
    /// The number of the example of the corpus that comes next.
    pub next_example: u32,
    pub finding: Finding,
    pub search: Search,
    pub asked: Asked<Answer>,
}

impl Respond {
    /// A model is there: to another one the corpus may give other sources.
    pub fn met(&mut self, model: u32) {
        if self.asked.met(model) {
            self.next_example = 0;
            if self.expected.take().is_some() {
                self.source.clear();
            }
        }
    }

    /// A source that a person writes.
    pub fn set_source(&mut self, source: String) {
        if source != self.source {
            self.source = source;
            self.expected = None;
        }
    }

    /// A source of the corpus.
    pub fn take_example(&mut self, pair: TextPair) {
        self.source = pair.source;
        self.expected = Some(pair.target);
        self.next_example += 1;
    }

    /// The question was asked. The answer before it is gone, because the new one comes piece by piece in its place.
    pub fn sent(&mut self, request: u32) {
        self.asked.sent(request);
        self.asked.answer = None;
    }

    pub fn question(&self, sampling: &SamplingConfig) -> Question {
        let sampled = |temperature| {
            Way::Sampled(SamplingConfig {
                temperature,
                ..sampling.clone()
            })
        };
        let way = match self.finding {
            Finding::Greedy => sampled(0.0),
            Finding::Sampled => sampled(sampling.temperature),
            Finding::Beam => Way::Beam {
                width: self.search.width,
                length_penalty: self.search.length_penalty,
                max_tokens: self.search.longest,
            },
        };
        Question::Respond {
            source: self.source.clone(),
            way,
        }
    }

    pub fn hear(&mut self, told: Told, is_last: bool) {
        self.asked.hear(told, is_last, |answer, told| match told {
            Told::Responded { tokens } => match answer {
                Some(Answer::Written(written)) => written.extend(tokens),
                _ => *answer = Some(Answer::Written(tokens)),
            },
            Told::Searched(beam) => *answer = Some(Answer::Searched(Arc::new(beam))),
            _ => {}
        });
    }

    /// The tokens written so far, where they were written one by one.
    pub fn written(&self) -> &[TokenScore] {
        match &self.asked.answer {
            Some(Answer::Written(tokens)) => tokens,
            _ => &[],
        }
    }

    pub fn beam(&self) -> Option<&Arc<Beam>> {
        match &self.asked.answer {
            Some(Answer::Searched(beam)) => Some(beam),
            _ => None,
        }
    }
}

/// The text of an answer that was written token by token, without the token that ends it, and Σ ln p of its tokens.
pub fn read(tokens: &[TokenScore]) -> (String, f64) {
    let is_sentinel = |it: &TokenScore| it.bytes.is_empty() && it.text.starts_with('<');
    let bytes_of = |it: &TokenScore| match is_sentinel(it) {
        true => it.text.clone().into_bytes(),
        false => it.bytes.clone(),
    };
    let bytes: Vec<u8> = tokens.iter().flat_map(bytes_of).collect();
    let totals = tokens.iter().filter_map(|it| it.log_probability);
    let text = String::from_utf8_lossy(&bytes).into_owned();
    (text, totals.map(f64::from).sum())
}

/// Where the next example comes from.
#[derive(Clone, Debug, PartialEq)]
pub enum Example {
    /// It is known here.
    Known(TextPair),
    /// The model's data have it.
    Ask(Question),
    /// The corpus has none; a prompt is as good as any.
    None,
}

/// Example `number` of the corpus of a run.
pub fn example(playground: &Playground, number: u32) -> Example {
    let dials = &playground.task;
    let objective = playground.objective.objective;
    if !objective.has_source() {
        return Example::None;
    }
    let is_task = playground.corpus == Corpus::Task && objective == Objective::TextToText;
    match dials.kind.build(&dials.sizes()) {
        Ok(task) if is_task => {
            let example = task.example(dials.seed, number);
            Example::Known(TextPair {
                task: None,
                source: example.prompt,
                target: example.answer,
            })
        }
        _ => Example::Ask(Question::Example {
            step: number,
            row: 0,
            again: number,
        }),
    }
}

/// A source where the corpus gives none: the prompt, with a span left out where the model writes such.
pub fn source_of_prompt(playground: &Playground) -> String {
    let prompt = &playground.prompt;
    match playground.objective.objective {
        Objective::Spans => format!("{prompt} <extra_id_0>"),
        _ => prompt.clone(),
    }
}

/// Source and target of an example that the model's data told, as a person would write them.
pub fn pair_of(told: &Told) -> Option<TextPair> {
    let Told::Example { view, texts } = told else {
        return None;
    };
    let text = |id: &u32| {
        let known = texts.iter().find(|(own, _)| own == id);
        known.map_or("", |(_, text)| text.as_str())
    };
    let cells = view.source.iter();
    let source = cells.filter(|cell| cell.kind != CellKind::Special);
    let mut target: Vec<u32> = view.targets.iter().filter_map(|id| *id).collect();
    // The token that ends it.
    target.pop();
    Some(TextPair {
        task: None,
        source: source.map(|cell| text(&cell.id)).collect(),
        target: target.iter().map(text).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::objective::{Cell, ExampleView};
    use crate::session::config::TaskKind;
    use crate::session::presets::first_minute;

    fn token(text: &str, log_probability: f32) -> TokenScore {
        TokenScore {
            id: 0,
            text: text.into(),
            bytes: if text == "[EOS]" { vec![] } else { text.into() },
            log_probability: Some(log_probability),
            candidates: vec![],
        }
    }

    #[test]
    fn each_way_is_asked_with_its_own_settings() {
        let sampling = first_minute().sampling;
        let mut respond = Respond::default();
        let mut temperature = |finding| {
            respond.finding = finding;
            match respond.question(&sampling) {
                Question::Respond {
                    way: Way::Sampled(own),
                    ..
                } => own.temperature,
                other => panic!("{other:?}"),
            }
        };
        assert_eq!(temperature(Finding::Greedy), 0.0);
        assert_eq!(temperature(Finding::Sampled), sampling.temperature);
        respond.finding = Finding::Beam;
        respond.set_source("1+1=".into());
        let way = Way::Beam {
            width: 3,
            length_penalty: 1.0,
            max_tokens: 24,
        };
        let source = "1+1=".into();
        assert_eq!(
            respond.question(&sampling),
            Question::Respond { source, way }
        );
    }

    #[test]
    fn an_answer_grows_piece_by_piece_and_a_new_one_begins_anew() {
        let mut respond = Respond::default();
        respond.sent(1);
        let tokens = vec![token("4", -0.5)];
        respond.hear(Told::Responded { tokens }, false);
        let tokens = vec![token("2", -0.25), token("[EOS]", -0.25)];
        respond.hear(Told::Responded { tokens }, true);
        assert_eq!(read(respond.written()), ("42".into(), -1.0));
        assert!(!respond.asked.is_waiting());
        respond.sent(2);
        assert!(respond.written().is_empty());
        respond.hear(Told::Searched(Beam::default()), true);
        assert!(respond.beam().is_some() && respond.written().is_empty());
    }

    #[test]
    fn a_source_of_a_task_is_known_with_its_answer() {
        let mut playground = first_minute();
        assert_eq!(example(&playground, 0), Example::None);
        playground.objective.objective = Objective::TextToText;
        assert_eq!(source_of_prompt(&playground), playground.prompt);
        let other = Question::Example {
            step: 4,
            row: 0,
            again: 4,
        };
        assert_eq!(example(&playground, 4), Example::Ask(other));
        playground.corpus = Corpus::Task;
        playground.task.choose(TaskKind::Reverse);
        let Example::Known(pair) = example(&playground, 3) else {
            panic!("a task knows its examples");
        };
        let mut respond = Respond::default();
        respond.take_example(pair.clone());
        assert_eq!(respond.expected, Some(pair.target));
        assert_eq!(respond.next_example, 1);
        respond.set_source(pair.source);
        assert!(respond.expected.is_some(), "it is the same source");
        respond.met(1);
        assert!(respond.source.is_empty(), "it is of another model's corpus");
        respond.set_source("mine".into());
        respond.met(2);
        assert_eq!((respond.source.as_str(), respond.expected), ("mine", None));
    }

    #[test]
    fn an_example_is_read_from_its_tokens() {
        let cell = |id, kind| Cell {
            id,
            kind,
            start: 0,
            end: 1,
        };
        let view = ExampleView {
            original: vec![1, 2],
            source: vec![
                cell(1, CellKind::Kept),
                cell(8, CellKind::Masked),
                cell(9, CellKind::Special),
            ],
            targets: vec![Some(2), Some(9)],
            ..ExampleView::default()
        };
        let texts = [(1, "a"), (2, "b"), (8, "[MASK]"), (9, "[EOS]")];
        let texts = texts.map(|(id, text)| (id, text.to_owned())).to_vec();
        let pair = pair_of(&Told::Example {
            view: Box::new(view),
            texts,
        });
        let pair = pair.unwrap();
        assert_eq!(
            (pair.source.as_str(), pair.target.as_str()),
            ("a[MASK]", "b")
        );
        assert_eq!(pair_of(&Told::Progress(0.5)), None);
    }
}
