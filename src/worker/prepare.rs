//! From a configuration to a run that stands at step 0.

use std::rc::Rc;

use super::engine::{Active, Engine};
use super::estimate::{Room, estimate};
use super::spec::spec;
use super::tokenized::Tokenized;
use crate::data::objective::Specials;
use crate::session::config::Playground;
use crate::session::notes::Note;
use crate::session::protocol::{Estimate, Event, FailedWhat, Job, Prepared, RunState, Work};
use crate::session::validate::{fit_to_text, validate};
use crate::tokenizer::Tokenizer;
use crate::train::{Run, Spec, Target};

/// Text of a token: its characters, or its label where it is no whole character or a special token of the objective.
pub(super) fn token_text(tokenizer: &dyn Tokenizer, id: u32) -> String {
    let specials = Specials {
        base: tokenizer.vocabulary_size(),
    };
    if let Some(label) = specials.label(id) {
        return label;
    }
    match std::str::from_utf8(tokenizer.token_bytes(id)) {
        Ok(text) if Some(id) != tokenizer.unknown() => text.to_owned(),
        _ => tokenizer.token_label(id),
    }
}

/// What a token adds to a text: nothing for a special token of the objective.
pub(super) fn token_bytes(tokenizer: &dyn Tokenizer, id: u32) -> Vec<u8> {
    if id < tokenizer.vocabulary_size() {
        tokenizer.token_bytes(id).to_vec()
    } else {
        Vec::new()
    }
}

/// A valid playground with its text, and what it costs. It fits the device.
pub(super) struct Checked {
    pub playground: Playground,
    pub texts: Rc<Tokenized>,
    pub spec: Spec,
    pub figures: Estimate,
    pub notes: Vec<Note>,
}

impl Engine {
    /// Makes a playground valid and finds its text; `Err` when it cannot be trained in this room, with the cure.
    pub(super) async fn check(
        &mut self,
        mut playground: Playground,
        room: Room,
    ) -> Result<Checked, String> {
        let mut notes = validate(&mut playground);
        let texts = self.tokenized(&playground).await?;
        if !playground.objective.objective.takes_pairs() {
            let fitted = fit_to_text(
                &mut playground,
                texts.train.len() as u64,
                texts.validation.len() as u64,
            );
            notes.extend(fitted.map_err(|e| e.to_string())?);
        }
        let spec = spec(&playground, &texts)?;
        let vocabulary = spec.vocabulary as u32;
        let figures = estimate(&playground, vocabulary, room, self.clock.flops_per_sec)?;
        match figures.refusal {
            Some(refusal) => Err(refusal),
            None => Ok(Checked {
                playground,
                texts,
                spec,
                figures,
                notes,
            }),
        }
    }

    pub(super) async fn prepare(&mut self, request: u32, playground: Playground) {
        self.emit(Event::Progress {
            what: Work::Prepare,
            done: 0,
            total: 0,
        });
        if let Err(message) = self.try_prepare(request, playground).await {
            if self.surroundings.is_cancelled(Job::Prepare) {
                self.emit(Event::Cancelled { request });
            } else {
                self.emit(Event::Failed {
                    what: FailedWhat::Prepare,
                    request: Some(request),
                    message,
                });
            }
        }
    }

    /// Everything that can be refused is checked before the run that stands is given up.
    async fn try_prepare(&mut self, request: u32, playground: Playground) -> Result<(), String> {
        if self.info.is_none() {
            return Err("No device is ready yet; start the engine first.".to_owned());
        }
        let surroundings = Rc::clone(&self.surroundings);
        let checked = self.check(playground, self.room).await?;
        if surroundings.is_cancelled(Job::Prepare) {
            return Err("cancelled".to_owned());
        }
        self.drain().await;
        self.look = None;
        self.drop_questions();
        self.writing = None;
        self.chores.clear();
        self.snapshot = None;
        if self.state != RunState::Empty {
            self.set_state(RunState::Empty);
        }
        let mut executor = match (self.active.take(), self.spare.take()) {
            (Some(active), _) => active.run.into_executor(),
            (None, Some(spare)) => spare,
            (None, None) => {
                return Err("The device is gone; choose a backend in the device menu.".to_owned());
            }
        };
        if let Some(reason) = executor.lost() {
            let acquired = surroundings.acquire(self.backend).await;
            let acquired = acquired.map_err(|e| format!("{reason}; {e}"))?;
            executor.retire();
            let info = self.take(acquired);
            self.emit(Event::Backend(info));
        } else {
            self.spare = Some(executor);
        }
        let executor = self.spare.take().expect("an executor was just kept");
        let Checked {
            playground,
            texts,
            spec,
            figures,
            notes,
        } = checked;
        let can_validate = spec.examples.has_validation(spec.rows.time);
        let run = match Run::new(executor, spec) {
            Ok(run) => run,
            Err((mut executor, error)) => {
                executor.clear();
                self.spare = Some(executor);
                return Err(error.to_string());
            }
        };
        let vocabulary = texts.tokenizer.vocabulary_size();
        let texts_of = |id| token_text(&*texts.tokenizer, id);
        let flops_per_step = figures.flops_per_step;
        let memory_bytes = figures.memory_total;
        let prepared = Prepared {
            request,
            estimate: figures,
            corpus_name: texts.corpus.name.clone(),
            corpus_bytes: texts.corpus.text.len() as u64,
            corpus_characters: texts.corpus.text.chars().count() as u64,
            train_tokens: texts.train.len() as u64,
            validation_tokens: texts.validation.len() as u64,
            bytes_per_token: texts.bytes_per_token,
            vocabulary: (0..vocabulary).map(texts_of).collect(),
            dispatches_per_step: run.dispatches_per_step() as u32,
            source_nats_per_byte: texts.source_nats_per_byte,
            notes,
        };
        self.clock.reset();
        let settings = &playground.training;
        let validates = settings.validation_every > 0 && can_validate;
        let target = Target::new(settings.target_loss, validates);
        self.active = Some(Active {
            run,
            playground,
            texts,
            flops_per_step,
            memory_bytes,
            target,
        });
        self.emit(Event::Prepared(Box::new(prepared)));
        self.set_state(RunState::Paused);
        Ok(())
    }
}
