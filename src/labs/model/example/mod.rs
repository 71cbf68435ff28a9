//! An example of the objective as it is drawn: columns of what stood in the text, what the model reads for it, and what it has to
//! predict there. Tokens that belong together have one mark, so that pointing at one finds the others.
//!
//! ```text
//! text      the   fox   ran   off           runs   1 the fox   2 ran off        where sentences moved
//! reads     the  [MASK] ran   fly
//! predict         fox         off           writes [BOS] the … over the … [EOS]   of an encoder–decoder
//! ```

#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::ops::Range;

use crate::data::objective::{CellKind, ExampleView};

/// A token on show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    pub text: String,
    /// Shared by the tokens that belong together: the number of a column, or a number past all columns.
    pub mark: usize,
}

/// What became of some tokens of the text; its number is the mark of its tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    pub kind: CellKind,
    /// Tokens of the text, none for what was put in.
    pub originals: Vec<String>,
    /// None for a deleted token.
    pub reads: Option<String>,
    /// None without loss, and where another stack predicts.
    pub target: Option<Piece>,
    /// Numbers of the runs of the text that begin here, where its parts moved.
    pub begins: Vec<usize>,
    /// 0 or 1 where segments are told apart.
    pub segment: Option<u32>,
}

/// An example as it is drawn.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Picture {
    /// The text in its own order, cut where parts of it moved; empty when nothing did.
    pub runs: Vec<Vec<Piece>>,
    pub columns: Vec<Column>,
    /// What a decoder reads, and what it has to predict there.
    pub writes: Vec<[Piece; 2]>,
    /// Whether the second segment follows the first in the text.
    pub is_next: Option<bool>,
}

/// Kinds in the order of the legend.
const KINDS: [CellKind; 9] = [
    CellKind::Kept,
    CellKind::Masked,
    CellKind::Random,
    CellKind::Unchanged,
    CellKind::Moved,
    CellKind::Sentinel,
    CellKind::Inserted,
    CellKind::Deleted,
    CellKind::Special,
];

impl Picture {
    /// `texts`: the text of every token in the example.
    pub fn of(view: &ExampleView, texts: &[(u32, String)]) -> Self {
        let texts: HashMap<u32, &String> = texts.iter().map(|(id, text)| (*id, text)).collect();
        let text = |id: u32| texts.get(&id).map_or_else(String::new, |it| (*it).clone());
        let cuts = cuts(&view.order);
        let columns = columns(view, &cuts, text);
        let column_of = column_of_place(view, &columns);
        let piece = |place: usize| Piece {
            text: text(view.original[place]),
            mark: column_of[place],
        };
        let mut runs: Vec<Range<usize>> = cuts.iter().map(|cut| cut.places.clone()).collect();
        runs.sort_unstable_by_key(|run| run.start);
        Self {
            runs: runs
                .into_iter()
                .map(|run| run.map(piece).collect())
                .collect(),
            writes: writes(view, &columns, &column_of, text),
            is_next: view.is_next,
            columns: columns.into_iter().map(|(column, _)| column).collect(),
        }
    }

    /// Whether what is read is not the text as it stands.
    pub fn is_changed(&self) -> bool {
        let is_plain = |it: &Column| matches!(it.kind, CellKind::Kept | CellKind::Special);
        !self.columns.iter().all(is_plain)
    }

    /// Whether something is predicted where the text is read.
    pub fn predicts_in_place(&self) -> bool {
        self.writes.is_empty()
    }

    /// The kinds that occur, with the number of columns of each.
    pub fn kinds(&self) -> Vec<(CellKind, usize)> {
        let count = |kind| self.columns.iter().filter(|it| it.kind == kind).count();
        let all = KINDS.into_iter().map(|kind| (kind, count(kind)));
        all.filter(|(_, count)| *count > 0).collect()
    }

    /// Places where something is to be predicted.
    pub fn predicted(&self) -> usize {
        let in_place = self.columns.iter().filter(|it| it.target.is_some());
        self.writes.len() + in_place.count()
    }
}

/// A part of the text that moved as one.
struct Cut {
    /// In the text.
    places: Range<usize>,
    /// After moving.
    at: usize,
    /// Its number in the text, from 1.
    number: usize,
}

/// The parts in their new order; none when nothing moved.
fn cuts(order: &[u32]) -> Vec<Cut> {
    let mut cuts: Vec<Cut> = Vec::new();
    for (at, &place) in order.iter().enumerate() {
        let place = place as usize;
        match cuts.last_mut() {
            Some(cut) if cut.places.end == place => cut.places.end += 1,
            _ => cuts.push(Cut {
                places: place..place + 1,
                at,
                number: 0,
            }),
        }
    }
    let mut starts: Vec<usize> = cuts.iter().map(|cut| cut.places.start).collect();
    starts.sort_unstable();
    for cut in &mut cuts {
        cut.number = 1 + starts.partition_point(|&start| start < cut.places.start);
    }
    cuts
}

/// The columns, each with the places after moving that it stands for.
fn columns(
    view: &ExampleView,
    cuts: &[Cut],
    text: impl Fn(u32) -> String,
) -> Vec<(Column, Range<usize>)> {
    let moved = |place: usize| view.order.get(place).map_or(place, |&from| from as usize);
    let original = |place: usize| view.original.get(moved(place)).map(|&id| text(id));
    let column = |kind, places: Range<usize>| Column {
        kind,
        originals: places.clone().filter_map(original).collect(),
        reads: None,
        target: None,
        begins: cuts
            .iter()
            .filter(|cut| places.contains(&cut.at))
            .map(|cut| cut.number)
            .collect(),
        segment: None,
    };
    let mut columns: Vec<(Column, Range<usize>)> = Vec::new();
    let mut place = 0;
    let last = view.source.len().saturating_sub(1);
    for (at, cell) in view.source.iter().enumerate() {
        let (mut start, mut end) = (cell.start as usize, cell.end as usize);
        if at == last && cell.kind == CellKind::Special {
            // What frames the text at its end stands after all of it.
            (start, end) = (view.original.len(), view.original.len());
        }
        for gone in place..start {
            let places = gone..gone + 1;
            columns.push((column(CellKind::Deleted, places.clone()), places));
        }
        let mut made = column(cell.kind, start..end);
        made.reads = Some(text(cell.id));
        made.segment = view.segments.get(at).copied();
        if view.inputs.is_empty() {
            let target = view.targets.get(at).copied().flatten();
            // The next token is that of the next column; what is hidden belongs to its own.
            let is_next = matches!(cell.kind, CellKind::Kept | CellKind::Special);
            let mark = columns.len() + usize::from(is_next && at < last);
            made.target = target.map(|id| Piece {
                text: text(id),
                mark,
            });
        }
        columns.push((made, start..end));
        place = place.max(end);
    }
    columns
}

/// The column of each place of the text. The token after a window belongs to the last.
fn column_of_place(view: &ExampleView, columns: &[(Column, Range<usize>)]) -> Vec<usize> {
    let mut of_place = vec![columns.len().saturating_sub(1); view.original.len()];
    for (number, (_, places)) in columns.iter().enumerate() {
        for place in places.clone() {
            let place = view.order.get(place).map_or(place, |&from| from as usize);
            if let Some(column) = of_place.get_mut(place) {
                *column = number;
            }
        }
    }
    of_place
}

/// What the decoder reads over what it has to predict. What it reads is what it had to predict before.
fn writes(
    view: &ExampleView,
    columns: &[(Column, Range<usize>)],
    column_of: &[usize],
    text: impl Fn(u32) -> String,
) -> Vec<[Piece; 2]> {
    let sentinels: HashMap<u32, usize> = view
        .source
        .iter()
        .filter(|cell| cell.kind == CellKind::Sentinel)
        .filter_map(|cell| Some((cell.id, *column_of.get(cell.start as usize)?)))
        .collect();
    let targets: Vec<u32> = view.targets.iter().copied().flatten().collect();
    let repeats = targets.starts_with(&view.original) && targets.len() == view.original.len() + 1;
    let mut span = None;
    // Past all columns: what belongs to nothing in the source.
    let own = |at: usize| columns.len() + 1 + at;
    let mut before = columns.len();
    let mut pairs = Vec::new();
    for (at, (&input, &target)) in view.inputs.iter().zip(&targets).enumerate() {
        if let Some(&column) = sentinels.get(&target) {
            span = Some(column);
        } else if at + 1 == targets.len() {
            span = None;
        }
        let copied = || column_of.get(at).copied().filter(|_| repeats);
        let mark = span.or_else(copied).unwrap_or(own(at));
        let piece = |id, mark| Piece {
            text: text(id),
            mark,
        };
        pairs.push([piece(input, before), piece(target, mark)]);
        before = mark;
    }
    pairs
}
