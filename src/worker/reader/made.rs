//! Texts that are made by dials: worlds and sequence tasks.

use std::rc::Rc;

use super::super::texts::Written;
use super::Reader;
use crate::data::corpus::Corpus;
use crate::data::{tasks, world};
use crate::session::config::{Made, TaskDials, WorldDials};

impl Reader {
    /// The text of dials, written now unless it was the last to be written.
    pub(super) fn made(&mut self, made: &Made) -> Result<Rc<Corpus>, String> {
        if let Some(written) = self.texts.written(made) {
            return Ok(written.corpus.clone());
        }
        let (text, nats_per_byte) = match made {
            Made::World(dials) => write_world(dials)?,
            Made::Task(dials) => write_task(dials)?,
        };
        let written = Written::new(made.clone(), text, nats_per_byte);
        Ok(self.texts.keep_written(written))
    }
}

/// A text and the exact entropy rate of its source, nats per UTF-8 byte, where it is known.
type Source = (String, Option<f64>);

fn write_world(dials: &WorldDials) -> Result<Source, String> {
    let bytes = dials.kilobytes as usize * 1000;
    let made = world::generate(&dials.config(), dials.seed, bytes);
    let made = made.map_err(|e| e.to_string())?;
    let nats_per_byte = made.entropy.nats_per_byte();
    Ok((made.text, Some(nats_per_byte)))
}

fn write_task(dials: &TaskDials) -> Result<Source, String> {
    let task = dials.kind.build(&dials.sizes());
    let task = task.map_err(|e| e.to_string())?;
    let text = tasks::text(&*task, dials.seed, dials.kilobytes as usize * 1000);
    // Lines of known entropy are of one length.
    let line_bytes = text.find('\n').map_or(1, |end| end + 1);
    let nats_per_byte = task.line_entropy().map(|nats| nats / line_bytes as f64);
    Ok((text, nats_per_byte))
}
