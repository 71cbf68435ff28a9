//! An example of the objective as it is drawn: columns of what stood in the text, what the model reads for it, and what it has to
//! predict there. Tokens that belong together have one mark, so that pointing at one finds the others.
//!
//! ```text
//! text      the   fox   ran   off           runs   1 the fox   2 ran off        where sentences moved
//! reads     the  [MASK] ran   fly
//! predict         fox         off           writes [BOS] the … over the … [EOS]   of an encoder–decoder
//! ```

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::objective::Cell;

    fn texts() -> Vec<(u32, String)> {
        let words = [
            "a", "b", "c", "d", "e", "f", "[MASK]", "[EOS]", "[BOS]", "<0>", "<1>",
        ];
        let numbered = words.iter().enumerate();
        numbered
            .map(|(id, word)| (id as u32, (*word).to_owned()))
            .collect()
    }

    const MASK: u32 = 6;
    const EOS: u32 = 7;
    const BOS: u32 = 8;

    fn cell(id: u32, kind: CellKind, places: Range<u32>) -> Cell {
        Cell {
            id,
            kind,
            start: places.start,
            end: places.end,
        }
    }

    fn marks(writes: &[[Piece; 2]]) -> Vec<[usize; 2]> {
        let of = |pair: &[Piece; 2]| [pair[0].mark, pair[1].mark];
        writes.iter().map(of).collect()
    }

    #[test]
    fn the_next_token_is_marked_as_the_next_column() {
        let view = ExampleView {
            original: vec![0, 1, 2],
            source: vec![cell(0, CellKind::Kept, 0..1), cell(1, CellKind::Kept, 1..2)],
            targets: vec![Some(1), Some(2)],
            ..ExampleView::default()
        };
        let picture = Picture::of(&view, &texts());
        let targets: Vec<_> = picture
            .columns
            .iter()
            .filter_map(|it| it.target.clone())
            .collect();
        assert_eq!((targets[0].text.as_str(), targets[0].mark), ("b", 1));
        assert_eq!((targets[1].text.as_str(), targets[1].mark), ("c", 1));
        assert!(!picture.is_changed() && picture.predicts_in_place());
        assert_eq!(picture.columns.len(), 2, "the last token is not deleted");
        assert_eq!(picture.kinds(), [(CellKind::Kept, 2)]);
        assert!(picture.runs.is_empty());
    }

    #[test]
    fn what_is_hidden_belongs_to_its_own_column() {
        let view = ExampleView {
            original: vec![0, 1, 2],
            source: vec![
                cell(EOS, CellKind::Special, 0..0),
                cell(MASK, CellKind::Masked, 0..1),
                cell(1, CellKind::Kept, 1..2),
                cell(5, CellKind::Random, 2..3),
                cell(EOS, CellKind::Special, 3..3),
            ],
            targets: vec![None, Some(0), None, Some(2), None],
            segments: vec![0, 0, 0, 1, 1],
            is_next: Some(true),
            ..ExampleView::default()
        };
        let picture = Picture::of(&view, &texts());
        assert!(picture.is_changed());
        assert_eq!(picture.predicted(), 2);
        let masked = &picture.columns[1];
        assert_eq!(masked.originals, ["a"]);
        assert_eq!(masked.reads.as_deref(), Some("[MASK]"));
        assert_eq!(masked.target.as_ref().map(|it| it.mark), Some(1));
        assert_eq!(picture.columns[3].segment, Some(1));
        use CellKind::*;
        assert_eq!(
            picture.kinds(),
            [(Kept, 1), (Masked, 1), (Random, 1), (Special, 2)]
        );
    }

    /// Text a b c d e, begun at d; of that, "d" is deleted, "e a" became one mask, one mask is put in, "c" is deleted at the end.
    #[test]
    fn a_damaged_text_shows_runs_gaps_and_what_is_written_again() {
        let view = ExampleView {
            original: vec![0, 1, 2, 3, 4],
            order: vec![3, 4, 0, 1, 2],
            source: vec![
                cell(MASK, CellKind::Masked, 1..3),
                cell(MASK, CellKind::Inserted, 3..3),
                cell(1, CellKind::Moved, 3..4),
                cell(EOS, CellKind::Special, 4..4),
            ],
            inputs: vec![BOS, 0, 1, 2, 3, 4],
            targets: [0, 1, 2, 3, 4, EOS].map(Some).to_vec(),
            ..ExampleView::default()
        };
        let picture = Picture::of(&view, &texts());
        let kinds: Vec<CellKind> = picture.columns.iter().map(|it| it.kind).collect();
        use CellKind::*;
        assert_eq!(kinds, [Deleted, Masked, Inserted, Moved, Deleted, Special]);
        assert_eq!(picture.columns[0].originals, ["d"]);
        assert_eq!(picture.columns[0].reads, None);
        assert_eq!(picture.columns[1].originals, ["e", "a"]);
        assert_eq!(picture.columns[4].originals, ["c"]);
        let run = |run: &Vec<Piece>| run.iter().map(|it| it.text.clone()).collect::<String>();
        assert_eq!(
            picture.runs.iter().map(run).collect::<Vec<_>>(),
            ["abc", "de"]
        );
        assert_eq!(picture.columns[0].begins, [2]);
        assert_eq!(picture.columns[1].begins, [1]);
        // a and e came under one mask, b moved, c and d are gone; the end belongs to nothing.
        assert_eq!(
            marks(&picture.writes),
            [[6, 1], [1, 3], [3, 4], [4, 0], [0, 1], [1, 12]]
        );
        assert!(!picture.predicts_in_place());
        assert_eq!(picture.predicted(), 6);
    }

    /// a <0> d <1> [EOS] for a b c d e: <0> b c <1> e and a last sentinel.
    #[test]
    fn spans_are_marked_as_their_sentinels() {
        let view = ExampleView {
            original: vec![0, 1, 2, 3, 4],
            source: vec![
                cell(0, CellKind::Kept, 0..1),
                cell(9, CellKind::Sentinel, 1..3),
                cell(3, CellKind::Kept, 3..4),
                cell(10, CellKind::Sentinel, 4..5),
                cell(EOS, CellKind::Special, 5..5),
            ],
            inputs: vec![BOS, 9, 1, 2, 10, 4],
            targets: [9, 1, 2, 10, 4, 11].map(Some).to_vec(),
            ..ExampleView::default()
        };
        let picture = Picture::of(&view, &texts());
        assert_eq!(
            marks(&picture.writes),
            [[5, 1], [1, 1], [1, 1], [1, 3], [3, 3], [3, 11]]
        );
        assert_eq!(picture.columns[1].originals, ["b", "c"]);
    }

    #[test]
    fn an_answer_belongs_to_nothing_in_its_question() {
        let view = ExampleView {
            original: vec![0, 1],
            source: vec![
                cell(0, CellKind::Kept, 0..1),
                cell(1, CellKind::Kept, 1..2),
                cell(EOS, CellKind::Special, 2..2),
            ],
            inputs: vec![BOS, 4],
            targets: vec![Some(4), Some(EOS)],
            ..ExampleView::default()
        };
        let picture = Picture::of(&view, &texts());
        assert_eq!(marks(&picture.writes), [[3, 4], [4, 5]]);
        assert!(picture.columns.iter().all(|it| it.target.is_none()));
    }
}
