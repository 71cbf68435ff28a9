//! What an entry of a comparison owes besides training: validation, answers to held-out examples of a task, a text. Done piece by
//! piece, so that commands are heard in between; training waits, since all of it belongs to the weights of one step.

use std::collections::VecDeque;

use super::super::super::prepare::Checked;
use super::super::super::tokenized::Tokenized;
use super::super::super::writing::{Sample, decoded, framed};
use super::contestant::Rules;
use super::source_exam::SourceExam;
use crate::data::tasks::{Example, Task};
use crate::ops::sampler::DrawSettings;
use crate::session::config::{Corpus, Objective, TaskDials};
use crate::session::validate::MOST_PROMPT;
use crate::train::{Generation, HISTORY, Run, RunError};

/// Validation batches launched between two looks at the commands.
const BATCHES: u32 = 4;
/// Longest text that is written, tokens.
const MOST_SAMPLE_TOKENS: u32 = 2_000;
/// Examples of a task that are asked.
pub(super) const QUESTIONS: u32 = 32;
/// The first example that is asked. A text of a task begins with example 0 and never comes to this one.
pub(super) const FIRST_QUESTION: u32 = 1 << 31;

/// Something to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Due {
    Validation,
    Answers,
    Sample,
}

/// What came of a piece of work.
pub(super) enum Piece {
    /// Nothing that can be told yet.
    Part,
    /// Mean loss of the validation batches.
    Validated(f64),
    Answered {
        right: u32,
        asked: u32,
    },
    Wrote(String),
}

/// Work that was begun.
enum Begun {
    Validation { batches: u32, total: f64 },
    Answers(Exam),
    Sourced(SourceExam),
    Sample(Sample),
}

/// See the file's head.
pub(super) struct Duties {
    due: VecDeque<Due>,
    begun: Option<Begun>,
    can_validate: bool,
    can_write: bool,
    objective: Objective,
    has_source: bool,
    /// Where the text is of a task that it answers.
    task: Option<TaskDials>,
}

impl Duties {
    pub fn new(checked: &Checked) -> Self {
        let Checked {
            playground, spec, ..
        } = checked;
        let family = playground.model.family;
        let can_write = family.predicts_next();
        let can_answer = can_write || playground.objective.objective == Objective::TextToText;
        Self {
            due: VecDeque::new(),
            begun: None,
            can_validate: spec.examples.has_validation(spec.rows.time),
            can_write,
            objective: playground.objective.objective,
            has_source: family.has_source(),
            task: (can_answer && playground.corpus == Corpus::Task)
                .then(|| playground.task.clone()),
        }
    }

    /// Puts it at the end of what is due, where this entry can do it at all.
    pub fn add(&mut self, due: Due) {
        let is_possible = match due {
            Due::Validation => self.can_validate,
            Due::Answers => self.task.is_some(),
            Due::Sample => self.can_write,
        };
        if is_possible {
            self.due.push_back(due);
        }
    }

    pub fn is_empty(&self) -> bool {
        self.due.is_empty() && self.begun.is_none()
    }

    pub fn clear(&mut self) {
        self.due.clear();
        self.begun = None;
    }

    /// A piece of the first thing due; none when nothing is.
    pub async fn work(
        &mut self,
        run: &mut Run,
        texts: &Tokenized,
        rules: &Rules<'_>,
    ) -> Result<Option<Piece>, RunError> {
        let begun = match self.begun.take() {
            Some(begun) => begun,
            None => match self.due.pop_front() {
                Some(due) => match self.begin(due, run, texts, rules) {
                    Some(begun) => begun,
                    None => return Ok(Some(Piece::Part)),
                },
                None => return Ok(None),
            },
        };
        let (piece, left) = match begun {
            Begun::Validation { batches, total } => validate(run, batches, total).await?,
            Begun::Answers(exam) => exam.answer(run, texts).await?,
            Begun::Sourced(mut exam) => match exam.answer(run, texts).await? {
                Some(right) => (
                    Piece::Answered {
                        right,
                        asked: QUESTIONS,
                    },
                    None,
                ),
                None => (Piece::Part, Some(Begun::Sourced(exam))),
            },
            Begun::Sample(sample) => write(run, texts, sample).await?,
        };
        self.begun = left;
        Ok(Some(piece))
    }

    fn begin(&self, due: Due, run: &Run, texts: &Tokenized, rules: &Rules<'_>) -> Option<Begun> {
        Some(match due {
            Due::Validation => Begun::Validation {
                batches: 0,
                total: 0.0,
            },
            Due::Answers if self.has_source => {
                let dials = self.task.as_ref()?;
                let task = dials.kind.build(&dials.sizes()).ok()?;
                Begun::Sourced(SourceExam::new(task, dials.seed, run, texts))
            }
            Due::Answers => Begun::Answers(Exam::new(self.task.as_ref()?, self.objective)?),
            Due::Sample => {
                let comparison = rules.comparison;
                let tokens = comparison.sample_tokens.min(MOST_SAMPLE_TOKENS);
                let prompt = comparison.prompt.chars().take(MOST_PROMPT as usize);
                let prompt: String = prompt.collect();
                if tokens == 0 {
                    return None;
                }
                let sample = Sample::new(
                    &*texts.tokenizer,
                    self.objective,
                    prompt,
                    tokens,
                    rules.sampling,
                );
                Begun::Sample(sample)
            }
        })
    }
}

type Step = (Piece, Option<Begun>);

async fn validate(run: &mut Run, done: u32, mut total: f64) -> Result<Step, RunError> {
    let batches = run.spec.validation_batches.max(1);
    let end = (done + BATCHES).min(batches);
    total += run.validate_batches(done..end).await?;
    Ok(if end < batches {
        let left = Begun::Validation {
            batches: end,
            total,
        };
        (Piece::Part, Some(left))
    } else {
        (Piece::Validated(total / f64::from(batches)), None)
    })
}

async fn write(run: &mut Run, texts: &Tokenized, mut sample: Sample) -> Result<Step, RunError> {
    let left = sample.left().min(HISTORY);
    sample.generation.advance(run, left).await?;
    Ok(if sample.left() > 0 {
        (Piece::Part, Some(Begun::Sample(sample)))
    } else {
        (Piece::Wrote(sample.text(&*texts.tokenizer)), None)
    })
}

/// Examples of a task that stand nowhere in its text by their number; small tasks have so few that some are there all the same.
struct Exam {
    objective: Objective,
    task: Box<dyn Task>,
    seed: u32,
    asked: u32,
    right: u32,
    answering: Option<Answering>,
}

/// An example being answered.
struct Answering {
    /// The token that ends an answer, where there is one.
    end: Option<u32>,
    example: Example,
    generation: Generation,
    /// Tokens of the prompt.
    given: usize,
    /// Tokens after which no line end is waited for any more.
    most: usize,
}

impl Exam {
    /// None for sizes that are no task; what such a text was made of is a riddle, for it could not be written either.
    fn new(dials: &TaskDials, objective: Objective) -> Option<Self> {
        Some(Self {
            objective,
            task: dials.kind.build(&dials.sizes()).ok()?,
            seed: dials.seed,
            asked: 0,
            right: 0,
            answering: None,
        })
    }

    /// Some tokens of an answer, and its judgement when its line is over.
    async fn answer(mut self, run: &mut Run, texts: &Tokenized) -> Result<Step, RunError> {
        let tokenizer = &*texts.tokenizer;
        let mut answering = match self.answering.take() {
            Some(answering) => answering,
            None => {
                let example = self.task.example(self.seed, FIRST_QUESTION + self.asked);
                let (tokens, end) = match self.objective {
                    Objective::Prompted => framed(tokenizer, self.objective, &example.prompt),
                    // A line begins after the end of another, as in the text.
                    _ => (tokenizer.encode(&format!("\n{}", example.prompt)), None),
                };
                let answer = tokenizer.encode(&format!("{}\n", example.answer)).len();
                let greedy = DrawSettings {
                    temperature: 0.0,
                    top_k: 0,
                    top_p: 1.0,
                };
                Answering {
                    end,
                    given: tokens.len(),
                    most: 2 * answer + 8,
                    generation: Generation::new(tokens, greedy, 0),
                    example,
                }
            }
        };
        answering.generation.advance(run, HISTORY).await?;
        let tokens = &answering.generation.tokens[answering.given..];
        let end = tokens.iter().position(|&id| Some(id) == answering.end);
        let written = decoded(tokenizer, &tokens[..end.unwrap_or(tokens.len())]);
        if end.is_none() && !written.contains('\n') && tokens.len() < answering.most {
            self.answering = Some(answering);
            return Ok((Piece::Part, Some(Begun::Answers(self))));
        }
        self.asked += 1;
        self.right += u32::from(self.task.is_right(&answering.example, &written));
        let Self { asked, right, .. } = self;
        Ok(if asked < QUESTIONS {
            (Piece::Part, Some(Begun::Answers(self)))
        } else {
            (Piece::Answered { right, asked }, None)
        })
    }
}
