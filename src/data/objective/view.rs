//! One example as it is made: the text, what became of it, what has to be predicted. Batches are made of these, so that what is
//! shown is what is trained on.
//!
//! ```text
//! original   a  b  c  d  e        tokens of the text, n of them
//! order      3  4  0  1  2        place of the original at each place after moving; empty when nothing moved
//! source     d [MASK] b  c [EOS]  cells; each stands for a range of places after moving
//! targets    –  e  –  –  –        one for each of `inputs`, or of `source` where there is one stack
//! ```

use std::ops::Range;

use serde::{Deserialize, Serialize};

/// What a token of the source is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum CellKind {
    /// The token of the text, as it stood there.
    Kept,
    /// The token of the text in another place.
    Moved,
    /// A mask for the tokens it stands for.
    Masked,
    /// Another token, drawn at random.
    Random,
    /// The token of the text, chosen for prediction all the same.
    Unchanged,
    /// A mask where nothing was.
    Inserted,
    /// A sentinel for the tokens it stands for.
    Sentinel,
    /// A token that frames the text.
    Special,
    /// Of an original token: nothing stands for it.
    Deleted,
}

/// One token of the source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cell {
    pub id: u32,
    pub kind: CellKind,
    /// It stands for the places `start..end` after moving; for none where these are equal.
    pub start: u32,
    pub end: u32,
}

/// One example.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExampleView {
    pub original: Vec<u32>, // (n)
    pub order: Vec<u32>,    // (n) or empty
    /// What the only stack or the encoder reads, without padding.
    pub source: Vec<Cell>,
    /// What the decoder of an encoder–decoder reads; else empty.
    pub inputs: Vec<u32>,
    /// None where there is no loss.
    pub targets: Vec<Option<u32>>,
    /// 0 or 1 for each cell of the source where it is a pair; else empty.
    pub segments: Vec<u32>,
    /// Whether the second segment follows the first in the text.
    pub is_next: Option<bool>,
}

impl ExampleView {
    /// What became of each original token: the kind of the cell that stands for it.
    pub fn fates(&self) -> Vec<CellKind> {
        let mut fates = vec![CellKind::Deleted; self.original.len()];
        for cell in &self.source {
            for place in cell.start..cell.end {
                let place = self.order.get(place as usize).map_or(place, |&from| from);
                if let Some(fate) = fates.get_mut(place as usize) {
                    *fate = cell.kind;
                }
            }
        }
        fates
    }

    /// Appends a token that stands for none of the text.
    pub(super) fn push_empty(&mut self, id: u32, kind: CellKind) {
        let place = self.source.last().map_or(0, |cell| cell.end);
        self.source.push(Cell {
            id,
            kind,
            start: place,
            end: place,
        });
    }

    /// Appends a token that stands for these places after moving.
    pub(super) fn push(&mut self, id: u32, kind: CellKind, places: Range<usize>) {
        self.source.push(Cell {
            id,
            kind,
            start: places.start as u32,
            end: places.end as u32,
        });
    }

    /// Has the decoder write `answer` and `end`: it reads `begin` and what it has written.
    pub(super) fn write(&mut self, begin: u32, answer: &[u32], end: u32) {
        self.inputs.push(begin);
        self.inputs.extend_from_slice(answer);
        self.targets.extend(answer.iter().map(|&id| Some(id)));
        self.targets.push(Some(end));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fates_follow_the_order_and_name_what_is_gone() {
        let mut view = ExampleView {
            original: vec![10, 11, 12, 13, 14],
            order: vec![3, 4, 0, 1, 2],
            ..ExampleView::default()
        };
        view.push(13, CellKind::Moved, 0..1);
        view.push(99, CellKind::Masked, 1..3);
        view.push_empty(99, CellKind::Inserted);
        view.push(12, CellKind::Moved, 4..5);
        view.push_empty(98, CellKind::Special);
        use CellKind::*;
        assert_eq!(view.fates(), [Masked, Deleted, Moved, Moved, Masked]);
        assert_eq!((view.source[2].start, view.source[2].end), (3, 3));
        view.write(97, &[10, 11], 98);
        assert_eq!(view.inputs, [97, 10, 11]);
        assert_eq!(view.targets, [Some(10), Some(11), Some(98)]);
    }
}
