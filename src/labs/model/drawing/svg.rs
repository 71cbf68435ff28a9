//! Where everything stands, as markup.
//!
//! A pen goes down each column: a step is drawn from where the last one ended, along the column's middle line. Lines from column to
//! column are drawn when both have their places.

use std::fmt::{Display, Write};

use super::wrapped::{lines, width};
use super::{Part, Plan, Step};
use crate::ui::escape_markup;

const BOX: f64 = 32.0;
/// Height of a second and of every further line of a box.
const LINE: f64 = 16.0;
const GAP: f64 = 14.0;
const TOP: f64 = 8.0;
/// How far the line of a loop stands off its box.
const LOOP: f64 = 16.0;
/// Between boxes side by side.
const BESIDE: f64 = 8.0;

/// Where a column stands.
#[derive(Clone, Copy)]
struct Column {
    /// Left end and width of the boxes.
    left: f64,
    width: f64,
    /// The line beside them that the residual stream takes.
    rail: f64,
    /// The line on their other side, for what the boxes of a chain say.
    chain: f64,
    /// Left end and width of the frame.
    frame: (f64, f64),
    /// Room under the last box in the frame.
    frame_foot: f64,
}

/// A column by itself, 400 wide.
const ALONE: Column = Column {
    left: 96.0,
    width: 248.0,
    rail: 60.0,
    chain: 372.0,
    frame: (36.0, 356.0),
    frame_foot: GAP,
};

/// Encoder and decoder, 540 wide together; what they hand over takes the room between them.
const PAIR: [Column; 2] = [
    Column {
        left: 44.0,
        width: 184.0,
        rail: 22.0,
        chain: 240.0,
        frame: (4.0, 236.0),
        frame_foot: 24.0,
    },
    Column {
        left: 312.0,
        width: 184.0,
        rail: 518.0,
        chain: 518.0,
        frame: (300.0, 236.0),
        frame_foot: 24.0,
    },
];

/// Where the first line from column to column goes down; every further one a little to the right.
const BETWEEN: f64 = 258.0;
const BETWEEN_STEP: f64 = 16.0;

/// SVG markup; `label` gives the phrases of a part, `times` the text in the block's frame. Returns (width, height, markup).
pub fn draw(plan: &Plan, label: impl Fn(Part) -> Vec<String>, times: &str) -> (f64, f64, String) {
    let (columns, room): (&[Column], f64) = match plan.is_wide() {
        true => (&PAIR, 540.0),
        false => (&[ALONE], 400.0),
    };
    let mut pens: Vec<Pen<'_>> = Vec::new();
    for (steps, &column) in plan.columns.iter().zip(columns) {
        let mut pen = Pen::new(column, &label, times);
        steps.iter().for_each(|step| pen.step(step));
        pens.push(pen);
    }
    let mut svg: String = pens.iter().map(|pen| pen.svg.as_str()).collect();
    for (place, link) in plan.links.iter().enumerate() {
        let ends = match pens.as_slice() {
            [first, second] => first.place_of(link.from).zip(second.place_of(link.to)),
            _ => None,
        };
        if let Some((from, to)) = ends {
            let x = BETWEEN + BETWEEN_STEP * place as f64;
            let [start, end] = [from, to].map(|it| it.middle());
            put(
                &mut svg,
                format_args!(
                    "<path class=\"across\" d=\"M{} {start}H{x}V{end}H{}\"/>",
                    from.right, to.left
                ),
            );
            tip(&mut svg, "across", [to.left, end], Way::Right);
        }
    }
    let height = pens.iter().map(|pen| pen.y).fold(0.0, f64::max);
    (room, height + TOP, svg)
}

fn put(svg: &mut String, markup: impl Display) {
    let _ = write!(svg, "{markup}");
}

#[derive(Clone, Copy)]
enum Way {
    Left,
    Right,
}

/// The head of an arrow.
fn tip(svg: &mut String, class: &str, [x, y]: [f64; 2], way: Way) {
    let back = match way {
        Way::Right => x - 7.0,
        Way::Left => x + 7.0,
    };
    let (above, below) = (y - 4.0, y + 4.0);
    put(
        svg,
        format_args!("<path class=\"tip {class}\" d=\"M{x} {y}L{back} {above}V{below}z\"/>"),
    );
}

/// Where a part was drawn.
#[derive(Clone, Copy)]
struct Place {
    left: f64,
    right: f64,
    top: f64,
    bottom: f64,
}

impl Place {
    fn middle(&self) -> f64 {
        f64::midpoint(self.top, self.bottom)
    }
}

struct Pen<'a> {
    column: Column,
    label: &'a dyn Fn(Part) -> Vec<String>,
    times: &'a str,
    svg: String,
    y: f64,
    /// Where the residual stream left, and where the frame began.
    fork: f64,
    frame: f64,
    /// Heights at which boxes of a chain have spoken.
    said: Vec<f64>,
    places: Vec<(Part, Place)>,
    is_after_words: bool,
}

impl<'a> Pen<'a> {
    fn new(column: Column, label: &'a dyn Fn(Part) -> Vec<String>, times: &'a str) -> Self {
        Self {
            column,
            label,
            times,
            svg: String::with_capacity(4096),
            y: TOP,
            fork: TOP,
            frame: TOP,
            said: Vec::new(),
            places: Vec::new(),
            is_after_words: false,
        }
    }

    fn place_of(&self, part: Part) -> Option<Place> {
        let found = self.places.iter().find(|(of, _)| *of == part)?;
        Some(found.1)
    }

    fn middle(&self) -> f64 {
        self.column.left + self.column.width / 2.0
    }

    fn step(&mut self, step: &Step) {
        match step {
            Step::Text(part) => self.text(*part),
            Step::Box(part) => self.boxed(&[*part]),
            Step::Beside(parts) => self.boxed(parts),
            Step::Loop { part, both } => {
                self.boxed(&[*part]);
                self.looped(*part, *both);
            }
            Step::BlockStart => {
                self.flow(GAP);
                self.frame = self.y;
            }
            Step::BlockEnd => self.framed(),
            Step::Fork => self.fork = self.y + GAP / 2.0,
            Step::Add(name) => self.added(*name),
            Step::Rung(part) => {
                self.boxed(&[*part]);
                self.rung(*part);
            }
            Step::Along(part) => self.along(*part),
            Step::Gather { is_sum } => self.gathered(*is_sum),
        }
        self.is_after_words = matches!(step, Step::Text(_));
    }

    /// The main line, so far down.
    fn flow(&mut self, length: f64) {
        let (x, y) = (self.middle(), self.y);
        self.line([x, y], [x, y + length]);
        self.y += length;
    }

    fn line(&mut self, [x1, y1]: [f64; 2], [x2, y2]: [f64; 2]) {
        put(
            &mut self.svg,
            format_args!("<line class=\"flow\" x1=\"{x1}\" x2=\"{x2}\" y1=\"{y1}\" y2=\"{y2}\"/>"),
        );
    }

    fn words(&mut self, class: &str, [x, y]: [f64; 2], anchor: &str, text: &str) {
        let text = escape_markup(text);
        put(
            &mut self.svg,
            format_args!(
                "<text class=\"{class}\" x=\"{x}\" y=\"{y}\" text-anchor=\"{anchor}\">{text}</text>"
            ),
        );
    }

    fn text(&mut self, part: Part) {
        // Words after words go on from them; everything else is led to by the line.
        if self.y > TOP && !self.is_after_words {
            self.flow(GAP);
        }
        let (middle, top) = (self.middle(), self.y);
        let mut half = 0.0_f64;
        for line in lines(&(self.label)(part), self.column.width + 2.0 * BESIDE) {
            self.words("end", [middle, self.y + 15.0], "middle", &line);
            half = half.max(width(&line) / 2.0);
            self.y += LINE;
        }
        self.y += 6.0;
        let place = Place {
            left: middle - half - BESIDE,
            right: middle + half + BESIDE,
            top,
            bottom: self.y,
        };
        self.places.push((part, place));
    }

    /// One box, or several side by side.
    fn boxed(&mut self, parts: &[Part]) {
        let Column { left, width, .. } = self.column;
        let middle = self.middle();
        let count = parts.len().max(1) as f64;
        let each = (width - BESIDE * (count - 1.0)) / count;
        let labels: Vec<Vec<String>> = parts
            .iter()
            .map(|&part| lines(&(self.label)(part), each - 12.0))
            .collect();
        let most = labels.iter().map(Vec::len).max().unwrap_or(1).max(1);
        let height = BOX + LINE * (most - 1) as f64;
        let branches = parts.len() > 1;
        self.flow(GAP);
        let lead = if branches { GAP / 2.0 } else { 0.0 };
        let top = self.y + lead;
        for (place, (part, label)) in parts.iter().zip(&labels).enumerate() {
            let x = left + (each + BESIDE) * place as f64;
            let centre = x + each / 2.0;
            if branches {
                let (above, below) = (self.y, top + height);
                put(
                    &mut self.svg,
                    format_args!(
                        "<path class=\"branch\" d=\"M{middle} {above}H{centre}V{top}M{centre} {below}v{lead}H{middle}\"/>"
                    ),
                );
            }
            put(
                &mut self.svg,
                format_args!(
                    "<rect class=\"{}\" x=\"{x}\" y=\"{top}\" width=\"{each}\" height=\"{height}\" rx=\"6\"/>",
                    class(*part)
                ),
            );
            let first = top + 21.0 + LINE * (most - label.len().max(1)) as f64 / 2.0;
            for (row, line) in label.iter().enumerate() {
                let at = [centre, first + LINE * row as f64];
                self.words("label", at, "middle", line);
            }
            let place = Place {
                left: x,
                right: x + each,
                top,
                bottom: top + height,
            };
            self.places.push((*part, place));
        }
        self.y = top + height + lead;
    }

    /// What comes back to a box at the next token, beside it; `both`: on its left what comes from the right.
    fn looped(&mut self, part: Part, both: bool) {
        let Some(place) = self.place_of(part) else {
            return;
        };
        let (low, high) = (place.bottom - 8.0, place.top + 8.0);
        let mut sides = vec![(place.right, LOOP, Way::Left)];
        if both {
            sides.push((place.left, -LOOP, Way::Right));
        }
        for (x, off, way) in sides {
            put(
                &mut self.svg,
                format_args!(
                    "<path class=\"loop\" d=\"M{x} {low}h{off}V{high}h{}\"/>",
                    -off
                ),
            );
            tip(&mut self.svg, "loop", [x, high], way);
        }
    }

    fn framed(&mut self) {
        self.flow(self.column.frame_foot);
        let (left, width) = self.column.frame;
        let (top, height) = (self.frame, self.y - self.frame);
        put(
            &mut self.svg,
            format_args!(
                "<rect class=\"block\" x=\"{left}\" y=\"{top}\" width=\"{width}\" height=\"{height}\" rx=\"10\"/>"
            ),
        );
        let at = [left + width - 10.0, self.y - 8.0];
        let times = self.times;
        self.words("times", at, "end", times);
    }

    /// A circle with a plus on the main line; gives the height of its middle.
    fn plus(&mut self) -> f64 {
        self.flow(GAP);
        let (x, y) = (self.middle(), self.y + 9.0);
        put(
            &mut self.svg,
            format_args!(
                "<circle class=\"add\" cx=\"{x}\" cy=\"{y}\" r=\"9\"/><path class=\"plus\" d=\"M{} {y}h10M{x} {}v10\"/>",
                x - 5.0,
                y - 5.0
            ),
        );
        self.y = y + 9.0;
        y
    }

    fn added(&mut self, name: Option<Part>) {
        let (middle, rail, fork) = (self.middle(), self.column.rail, self.fork);
        let y = self.plus();
        let edge = if rail < middle {
            middle - 9.0
        } else {
            middle + 9.0
        };
        put(
            &mut self.svg,
            format_args!("<path class=\"residual\" d=\"M{middle} {fork}H{rail}V{y}H{edge}\"/>"),
        );
        if let Some(name) = name {
            let text = (self.label)(name).join(" ");
            self.words("times", [rail - 6.0, f64::midpoint(fork, y)], "end", &text);
        }
    }

    fn rung(&mut self, part: Part) {
        let Some(place) = self.place_of(part) else {
            return;
        };
        let (x, y, chain) = (place.right, place.middle(), self.column.chain);
        put(
            &mut self.svg,
            format_args!("<path class=\"chain\" d=\"M{x} {y}H{chain}\"/>"),
        );
        self.said.push(y);
    }

    fn along(&mut self, part: Part) {
        let text = (self.label)(part).join(" ");
        let at = [self.middle() - 8.0, self.y + 16.0];
        self.flow(LINE - GAP / 2.0);
        self.words("times", at, "end", &text);
    }

    fn gathered(&mut self, is_sum: bool) {
        let (middle, chain) = (self.middle(), self.column.chain);
        let (y, edge) = if is_sum {
            (self.plus(), middle + 9.0)
        } else {
            self.flow(GAP);
            (self.y, middle)
        };
        if let Some(top) = self.said.first() {
            put(
                &mut self.svg,
                format_args!("<path class=\"chain\" d=\"M{chain} {top}V{y}H{edge}\"/>"),
            );
            tip(&mut self.svg, "chain", [edge, y], Way::Left);
        }
    }
}

/// How a box looks.
fn class(part: Part) -> &'static str {
    match part {
        Part::Attention | Part::BothWays | Part::CrossAttention | Part::AdditiveAttention => {
            "box attention"
        }
        Part::Mlp | Part::Hidden | Part::Combine => "box mlp",
        Part::Cell | Part::EncoderCell => "box recurrent",
        Part::Norm | Part::FinalNorm | Part::EmbeddingNorm => "box norm",
        _ => "box",
    }
}
