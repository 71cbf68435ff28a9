//! Examples of a task put to a model that reads a source: all of them answered greedily side by side, a token at a time.

use super::duties::{FIRST_QUESTION, QUESTIONS};
use crate::data::objective::{Specials, text_to_text};
use crate::data::tasks::{Example, Task};
use crate::train::{Row, Run, RunError};
use crate::worker::tokenized::Tokenized;
use crate::worker::writing::decoded;

pub(super) struct SourceExam {
    task: Box<dyn Task>,
    specials: Specials,
    questions: Vec<Question>,
}

struct Question {
    example: Example,
    source: Vec<u32>,
    answer: Vec<u32>,
    /// Tokens after which no end is waited for any more.
    most: usize,
    is_over: bool,
}

impl SourceExam {
    pub fn new(task: Box<dyn Task>, seed: u32, run: &Run, texts: &Tokenized) -> Self {
        let tokenizer = &*texts.tokenizer;
        let specials = Specials {
            base: tokenizer.vocabulary_size(),
        };
        let rows = run.spec.rows;
        let question = |number| {
            let example = task.example(seed, FIRST_QUESTION + number);
            let source = text_to_text::source(&tokenizer.encode(&example.prompt), specials);
            let expected = tokenizer.encode(&example.answer).len();
            Question {
                // What does not fit is not answered.
                is_over: source.len() > rows.source,
                source,
                answer: Vec::new(),
                most: (2 * expected + 8).min(rows.time),
                example,
            }
        };
        Self {
            questions: (0..QUESTIONS).map(question).collect(),
            task,
            specials,
        }
    }

    /// One more token of every answer that is not over; how many are right once all are.
    ///
    /// # Errors
    /// A lost or too small device.
    pub async fn answer(
        &mut self,
        run: &mut Run,
        texts: &Tokenized,
    ) -> Result<Option<u32>, RunError> {
        let (begin, end) = (self.specials.bos(), self.specials.eos());
        let mut open: Vec<&mut Question> = self.questions.iter_mut().collect();
        open.retain(|question| !question.is_over);
        if open.is_empty() {
            run.end_question();
            return Ok(Some(self.right(texts)));
        }
        let rows: Vec<Row> = open
            .iter()
            .map(|question| Row {
                inputs: [&[begin], &*question.answer].concat(),
                source: question.source.clone(),
                place: question.answer.len() as u32,
                ..Row::default()
            })
            .collect();
        let vocabulary = run.spec.vocabulary;
        let logits = run.logits_at(&rows, run.rows_at_once()).await?;
        for (question, logits) in open.into_iter().zip(logits.chunks_exact(vocabulary)) {
            let best = (0..vocabulary).max_by(|a, b| logits[*a].total_cmp(&logits[*b]));
            let token = best.map_or(end, |id| id as u32);
            if token != end {
                question.answer.push(token);
            }
            question.is_over = token == end || question.answer.len() >= question.most;
        }
        Ok(None)
    }

    fn right(&self, texts: &Tokenized) -> u32 {
        let is_right = |question: &&Question| {
            let written = decoded(&*texts.tokenizer, &question.answer);
            self.task.is_right(&question.example, &written)
        };
        self.questions.iter().filter(is_right).count() as u32
    }
}
