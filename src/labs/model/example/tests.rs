//! Examples as the objectives make them, and how they are drawn.

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
