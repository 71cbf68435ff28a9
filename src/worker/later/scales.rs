//! The scale of the activations of each layer.

use super::{Advance, Answering, Piece};
use crate::session::questions::Told;
use crate::worker::engine::Active;

pub struct Scales;

impl Answering for Scales {
    fn advance<'a>(&'a mut self, active: &'a mut Active) -> Advance<'a> {
        Box::pin(async move {
            let run = &mut active.run;
            let layers = run.scales().await?;
            let step = run.step();
            Ok(Piece::last(Told::Scales { step, layers }))
        })
    }
}
