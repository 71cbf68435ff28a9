//! A word's lattice as SVG: the characters along a line, an arc for every piece, as strong as its share of all ways to cut the
//! word. The ways themselves are listed beside it, so nothing is said by the drawing alone.

use std::fmt::Write;

use crate::session::tokens::LatticeView;
use crate::ui::escape_markup as escape;

/// Width of a character, and height of a level of arcs, CSS pixels.
const STEP: f64 = 44.0;
const LEVEL: f64 = 24.0;
/// Arcs with a smaller share are left out: there would be too many to tell apart.
const LEAST_SHARE: f64 = 0.001;

/// The drawing; `path` (an index into the lattice's paths) is drawn in the accent.
pub fn draw(lattice: &LatticeView, path: usize) -> String {
    let word = &lattice.word;
    let mut places: Vec<usize> = word.char_indices().map(|(at, _)| at).collect();
    places.push(word.len());
    let place = |byte: u32| places.partition_point(|&at| at < byte as usize);
    let characters = places.len() - 1;
    let on_path: &[u32] = lattice.paths.get(path).map_or(&[], |path| &path.edges);
    let mut longest = 1;
    let mut arcs = String::new();
    for (index, edge) in lattice.edges.iter().enumerate() {
        let chosen = on_path.contains(&(index as u32));
        let (from, to) = (place(edge.start), place(edge.end));
        if edge.posterior < LEAST_SHARE && !chosen || to <= from {
            continue;
        }
        let span = to - from;
        longest = longest.max(span);
        let (x1, x2) = (12.0 + from as f64 * STEP, 12.0 + to as f64 * STEP);
        let rise = -(LEVEL * span as f64);
        let middle = (x1 + x2) / 2.0;
        let _ = write!(
            arcs,
            "<g class=\"arc{}\" style=\"--share:{:.3}\"><path d=\"M{:.0} 0 C{:.0} {rise:.0} {:.0} {rise:.0} {:.0} 0\"/><text x=\"{middle:.0}\" y=\"{:.0}\">{}{}</text></g>",
            if chosen { " chosen" } else { "" },
            edge.posterior,
            x1 + 3.0,
            x1 + 8.0,
            x2 - 8.0,
            x2 - 3.0,
            rise * 0.75 - 4.0,
            // The letter of a short arc stands right below it.
            if span == 1 {
                String::new()
            } else {
                format!("{} ", escape(&edge.label))
            },
            share(edge.posterior)
        );
    }
    let width = 24.0 + characters as f64 * STEP;
    let height = LEVEL * 0.75 * longest as f64 + 22.0;
    let mut letters = String::new();
    for (index, c) in word.chars().enumerate() {
        let shown = if c == ' ' { '␣' } else { c };
        let _ = write!(
            letters,
            "<text class=\"letter\" x=\"{:.0}\" y=\"20\">{}</text>",
            12.0 + (index as f64 + 0.5) * STEP,
            escape(&shown.to_string())
        );
    }
    for index in 0..=characters {
        let _ = write!(
            letters,
            "<circle cx=\"{:.0}\" cy=\"0\" r=\"3\"/>",
            12.0 + index as f64 * STEP
        );
    }
    format!(
        "<svg class=\"lattice\" viewBox=\"0 {:.0} {width:.0} {:.0}\" width=\"{width:.0}\" height=\"{:.0}\" aria-hidden=\"true\">{arcs}{letters}</svg>",
        -height,
        height + 28.0,
        height + 28.0
    )
}

fn share(posterior: f64) -> String {
    match posterior * 100.0 {
        percent if percent > 0.0 && percent < 1.0 => "<1%".replace('<', "&lt;"),
        percent => format!("{percent:.0}%"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::tokens::{EdgeView, PathView};

    #[test]
    fn arcs_span_characters_not_bytes() {
        let edge = |start, end, posterior| EdgeView {
            label: "<".into(),
            start,
            end,
            log_p: -1.0,
            posterior,
        };
        let lattice = LatticeView {
            word: "a鲸b".into(),
            edges: vec![edge(0, 4, 0.9), edge(4, 5, 0.9), edge(1, 5, 0.0001)],
            paths: vec![PathView {
                edges: vec![0, 1],
                log_p: -2.0,
                probability: 0.9,
            }],
            log_z: -1.0,
        };
        let svg = draw(&lattice, 0);
        assert_eq!(svg.matches("class=\"arc chosen\"").count(), 2);
        assert_eq!(
            svg.matches("<path").count(),
            2,
            "unlikely arcs are left out"
        );
        assert!(svg.contains("&lt;") && svg.contains(">鲸<"));
    }
}
