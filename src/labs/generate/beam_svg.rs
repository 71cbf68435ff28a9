//! A beam search as SVG: a column for each length, in it the beginnings by their rank, a curve from each to what it was continued
//! with, as wide as the token is probable. Dropped ones are faint; the end of an answer has a bar at its right edge.

use std::collections::BTreeSet;
use std::fmt::Write;

use super::beam::{Fate, columns, fate, path};
use crate::session::questions::Beam;
use crate::ui::escape_markup as escape;
use crate::ui::token_text::visible;

/// Height of a rank and of a node's box, room between columns, CSS pixels.
const ROW: f64 = 26.0;
const BOX: f64 = 20.0;
const GAP: f64 = 34.0;
/// Width of a character, of which Chinese ones take two, and of the room around the text.
const CELL: f64 = 8.0;
const PADDING: f64 = 12.0;
/// Longest text of a node, in characters' widths.
const LONGEST: usize = 14;
const MARGIN: f64 = 6.0;

/// The drawing. The way to `chosen` is in the accent; `name` says what a node is, for the tooltip and for who does not see it. A
/// node has the id `{id}-{index}`.
pub fn draw(beam: &Beam, chosen: u32, id: &str, name: impl Fn(u32) -> String) -> String {
    let columns = columns(beam);
    let chosen_path: BTreeSet<u32> = path(beam, chosen).into_iter().collect();
    let best = beam.answers.first().map(|&end| path(beam, end));
    let best: BTreeSet<u32> = best.unwrap_or_default().into_iter().collect();
    let mut places = vec![None; beam.nodes.len()];
    let (mut x, mut rows) = (MARGIN, 1);
    for column in &columns {
        rows = rows.max(column.len());
        let texts = column.iter().map(|&node| cells(&label(beam, node)));
        let width = texts.max().unwrap_or(0) as f64 * CELL + PADDING;
        for (row, &node) in column.iter().enumerate() {
            let y = MARGIN + (row as f64 + 0.5) * ROW;
            places[node as usize] = Some((x, y, width));
        }
        x += width + GAP;
    }
    let (width, height) = (x - GAP + MARGIN, rows as f64 * ROW + 2.0 * MARGIN);
    let (mut edges, mut nodes) = (String::new(), String::new());
    for (depth, column) in columns.iter().enumerate() {
        for &node in column {
            let Some((x, y, width)) = places[node as usize] else {
                continue;
            };
            let mut class = match fate(beam, node) {
                Some(Fate::Finished) => "finished",
                Some(Fate::Kept) => "kept",
                _ => "dropped",
            }
            .to_owned();
            if best.contains(&node) {
                class += " best";
            }
            if chosen_path.contains(&node) || node == chosen {
                class += " on";
            }
            let data = &beam.nodes[node as usize];
            let parent = data.parent.and_then(|parent| places[parent as usize]);
            if let Some((px, py, pwidth)) = parent {
                let (from, share) = (px + pwidth, data.log_probability.exp());
                let bend = from + GAP / 2.0;
                let _ = write!(
                    edges,
                    "<path class=\"{class}\" style=\"--share:{share:.3}\" d=\"M{from:.0} {py:.0} C{bend:.0} {py:.0} {bend:.0} {y:.0} {x:.0} {y:.0}\"/>"
                );
            }
            let name = escape(&name(node)).replace('"', "&quot;");
            let _ = write!(
                nodes,
                "<g id=\"{id}-{node}\" class=\"{class}\" role=\"treeitem\" aria-level=\"{}\" aria-selected=\"{}\" aria-label=\"{name}\" data-node=\"{node}\"><title>{name}</title>",
                depth + 1,
                node == chosen,
            );
            let top = y - BOX / 2.0;
            let _ = write!(
                nodes,
                "<rect x=\"{x:.0}\" y=\"{top:.0}\" width=\"{width:.0}\" height=\"{BOX}\" rx=\"4\"/>"
            );
            if class.starts_with("finished") {
                let edge = x + width - 3.0;
                let _ = write!(
                    nodes,
                    "<rect class=\"end\" x=\"{edge:.0}\" y=\"{top:.0}\" width=\"3\" height=\"{BOX}\"/>"
                );
            }
            let _ = write!(
                nodes,
                "<text x=\"{:.0}\" y=\"{:.0}\">{}</text></g>",
                x + width / 2.0,
                y + 4.5,
                escape(&label(beam, node))
            );
        }
    }
    format!(
        "<svg viewBox=\"0 0 {width:.0} {height:.0}\" width=\"{width:.0}\" height=\"{height:.0}\" role=\"presentation\"><g class=\"edges\" aria-hidden=\"true\">{edges}</g>{nodes}</svg>"
    )
}

/// The text of a node's box; the root has none.
fn label(beam: &Beam, node: u32) -> String {
    let node = &beam.nodes[node as usize];
    if node.parent.is_none() {
        return "•".to_owned();
    }
    let text = visible(&node.text);
    if cells(&text) <= LONGEST {
        return text;
    }
    let mut cut = String::new();
    for letter in text.chars() {
        if cells(&cut) + 2 > LONGEST - 1 {
            break;
        }
        cut.push(letter);
    }
    cut + "…"
}

/// Widths of a character that a text takes.
fn cells(text: &str) -> usize {
    let of = |letter: char| {
        if letter as u32 >= 0x1100 && !is_narrow(letter) {
            2
        } else {
            1
        }
    };
    text.chars().map(of).sum()
}

/// Signs above the alphabets that are no wider than a letter: punctuation, arrows, and what stands for blanks.
fn is_narrow(letter: char) -> bool {
    matches!(letter, '\u{2000}'..='\u{2BFF}')
}

#[cfg(test)]
mod tests {
    use super::super::beam::tests::beam;
    use super::*;

    fn drawn(chosen: u32) -> String {
        draw(&beam(), chosen, "beam", |node| format!("node {node}"))
    }

    #[test]
    fn every_node_is_a_box_and_every_token_a_curve() {
        let svg = drawn(0);
        assert_eq!(svg.matches("role=\"treeitem\"").count(), 7);
        assert_eq!(svg.matches("<path ").count(), 6);
        for class in ["kept", "dropped", "finished best"] {
            assert!(
                svg.contains(&format!("<path class=\"{class}\"")),
                "{class}: {svg}"
            );
        }
        assert!(svg.contains("<title>node 5</title>"));
        assert!(svg.contains("&lt;") && !svg.contains("><<"));
        let quoted = draw(&beam(), 0, "beam", |_| "“\"<".into());
        assert!(quoted.contains("aria-label=\"“&quot;&lt;\""));
    }

    #[test]
    fn the_best_answer_and_the_chosen_node_are_emphasised() {
        let svg = drawn(5);
        let on = |node: u32| {
            let group = format!("<g id=\"beam-{node}\" class=\"");
            let class = svg.split(&group).nth(1).unwrap();
            class.split('"').next().unwrap().to_owned()
        };
        assert_eq!(on(5), "kept on");
        assert_eq!(on(2), "kept on");
        assert_eq!(on(3), "kept best");
        assert_eq!(on(1), "dropped");
        assert_eq!(svg.matches("aria-selected=\"true\"").count(), 1);
    }

    #[test]
    fn a_probable_token_has_a_wide_curve() {
        let svg = drawn(0);
        assert!(svg.contains("--share:0.905"), "e^−0.1: {svg}");
    }

    #[test]
    fn boxes_stand_side_by_side_and_inside_the_drawing() {
        let mut beam = beam();
        beam.nodes[2].text = "一个很长很长很长的词元在这里".into();
        let svg = draw(&beam, 0, "beam", |_| String::new());
        assert!(svg.contains('…'));
        let number = |text: &str, key: &str| -> f64 {
            let after = text.split(&format!(" {key}=\"")).nth(1).unwrap();
            after.split('"').next().unwrap().parse().unwrap()
        };
        let width = number(&svg, "width");
        let height = number(&svg, "height");
        let boxes: Vec<(f64, f64, f64)> = svg
            .split("<rect ")
            .skip(1)
            .filter(|rect| !rect.starts_with("class"))
            .map(|rect| {
                let rect = format!(" {rect}");
                (
                    number(&rect, "x"),
                    number(&rect, "y"),
                    number(&rect, "width"),
                )
            })
            .collect();
        for (at, (x, y, w)) in boxes.iter().enumerate() {
            assert!(x + w <= width && y + BOX <= height);
            for (other_x, other_y, other_w) in &boxes[..at] {
                let is_apart =
                    (y - other_y).abs() >= BOX || x + w <= *other_x || other_x + other_w <= *x;
                assert!(is_apart, "{boxes:?}");
            }
        }
        assert_eq!(cells("a鲸␣…"), 5);
    }

    #[test]
    fn nothing_found_is_an_empty_drawing() {
        let svg = draw(&Beam::default(), 0, "beam", |_| String::new());
        assert!(svg.starts_with("<svg ") && !svg.contains("<rect"));
    }
}
