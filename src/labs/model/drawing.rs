//! The model as a drawing: boxes from the token to the prediction, with the residual stream beside them.

use std::fmt::Write;

use crate::models::{ModelConfig, NormPlacement};

/// A step on the way from tokens to prediction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    Tokens,
    Embedding,
    /// Positions added to the embedding (learned, sinusoidal).
    AddPositions,
    /// The frame around the repeated block begins.
    BlockStart,
    /// The residual stream leaves the main line here …
    Fork,
    Norm,
    Attention,
    Mlp,
    /// … and is added back here.
    Add,
    BlockEnd,
    FinalNorm,
    Head,
    Prediction,
}

/// The parts of a configuration, in order.
pub fn parts(config: &ModelConfig) -> Vec<Part> {
    use crate::models::Positions;
    let mut parts = vec![Part::Tokens, Part::Embedding];
    if matches!(config.positions, Positions::Learned | Positions::Sinusoidal) {
        parts.push(Part::AddPositions);
    }
    parts.push(Part::BlockStart);
    let sublayers = [(config.attention, Part::Attention), (config.mlp, Part::Mlp)];
    for (_, core) in sublayers.into_iter().filter(|(present, _)| *present) {
        if config.residual {
            parts.push(Part::Fork);
        }
        if config.norm_placement == NormPlacement::Pre {
            parts.push(Part::Norm);
        }
        parts.push(core);
        if config.residual {
            parts.push(Part::Add);
        }
        if config.norm_placement == NormPlacement::Post {
            parts.push(Part::Norm);
        }
    }
    parts.push(Part::BlockEnd);
    if config.norm_placement == NormPlacement::Pre {
        parts.push(Part::FinalNorm);
    }
    parts.extend([Part::Head, Part::Prediction]);
    parts
}

const LEFT: f64 = 96.0;
const BOX_WIDTH: f64 = 248.0;
const BOX: f64 = 32.0;
const GAP: f64 = 14.0;
const WIDTH: f64 = 400.0;
const RAIL: f64 = 60.0;

/// SVG markup; `label` gives the text of a part, `times` the text beside the block's frame. Returns (height, markup).
pub fn draw(parts: &[Part], label: impl Fn(Part) -> String, times: &str) -> (f64, String) {
    let middle = LEFT + BOX_WIDTH / 2.0;
    let mut svg = String::with_capacity(4096);
    let (mut y, mut fork, mut frame) = (8.0, 0.0, 0.0);
    let mut first = true;
    for &part in parts {
        match part {
            Part::BlockStart => {
                let _ = write!(
                    svg,
                    "<line class=\"flow\" x1=\"{middle}\" x2=\"{middle}\" y1=\"{y}\" y2=\"{}\"/>",
                    y + GAP
                );
                y += GAP;
                frame = y;
            }
            Part::BlockEnd => {
                let _ = write!(
                    svg,
                    "<line class=\"flow\" x1=\"{middle}\" x2=\"{middle}\" y1=\"{y}\" y2=\"{}\"/>",
                    y + GAP
                );
                y += GAP;
                let _ = write!(
                    svg,
                    "<rect class=\"block\" x=\"36\" y=\"{frame}\" width=\"{}\" height=\"{}\" rx=\"10\"/><text class=\"times\" x=\"{}\" y=\"{}\" text-anchor=\"end\">{}</text>",
                    WIDTH - 44.0,
                    y - frame,
                    WIDTH - 18.0,
                    y - 8.0,
                    crate::ui::escape_markup(times)
                );
            }
            Part::Fork => fork = y + GAP / 2.0,
            Part::Add => {
                let centre = y + GAP + 9.0;
                let _ = write!(
                    svg,
                    "<path class=\"residual\" d=\"M{middle} {fork}H{RAIL}V{centre}H{}\"/><line class=\"flow\" x1=\"{middle}\" x2=\"{middle}\" y1=\"{y}\" y2=\"{}\"/><circle class=\"add\" cx=\"{middle}\" cy=\"{centre}\" r=\"9\"/><path class=\"plus\" d=\"M{} {centre}h10M{middle} {}v10\"/>",
                    middle - 9.0,
                    y + GAP,
                    middle - 5.0,
                    centre - 5.0
                );
                y = centre + 9.0;
            }
            Part::Tokens | Part::Prediction => {
                if !first {
                    let _ = write!(
                        svg,
                        "<line class=\"flow\" x1=\"{middle}\" x2=\"{middle}\" y1=\"{y}\" y2=\"{}\"/>",
                        y + GAP
                    );
                    y += GAP;
                }
                let _ = write!(
                    svg,
                    "<text class=\"end\" x=\"{middle}\" y=\"{}\" text-anchor=\"middle\">{}</text>",
                    y + 15.0,
                    crate::ui::escape_markup(&label(part))
                );
                y += 22.0;
            }
            _ => {
                let class = match part {
                    Part::Attention => "box attention",
                    Part::Mlp => "box mlp",
                    Part::Norm | Part::FinalNorm => "box norm",
                    _ => "box",
                };
                let _ = write!(
                    svg,
                    "<line class=\"flow\" x1=\"{middle}\" x2=\"{middle}\" y1=\"{y}\" y2=\"{}\"/><rect class=\"{class}\" x=\"{LEFT}\" y=\"{}\" width=\"{BOX_WIDTH}\" height=\"{BOX}\" rx=\"6\"/><text x=\"{middle}\" y=\"{}\" text-anchor=\"middle\">{}</text>",
                    y + GAP,
                    y + GAP,
                    y + GAP + 21.0,
                    crate::ui::escape_markup(&label(part))
                );
                y += GAP + BOX;
            }
        }
        first = false;
    }
    (y + 8.0, svg)
}

#[cfg(test)]
mod tests {
    use super::super::state::tests::playground;
    use super::*;

    #[test]
    fn the_drawing_follows_the_switches() {
        let mut config = playground().model;
        let all = parts(&config);
        assert_eq!(all.iter().filter(|part| **part == Part::Add).count(), 2);
        assert!(all.contains(&Part::FinalNorm));
        config.residual = false;
        config.mlp = false;
        config.norm_placement = NormPlacement::None;
        assert_eq!(
            parts(&config)[3..],
            [
                Part::BlockStart,
                Part::Attention,
                Part::BlockEnd,
                Part::Head,
                Part::Prediction
            ]
        );
    }

    #[test]
    fn post_norm_comes_after_the_sum() {
        let mut config = playground().model;
        config.norm_placement = NormPlacement::Post;
        let all = parts(&config);
        let add = all.iter().position(|part| *part == Part::Add).unwrap();
        assert_eq!(all[add + 1], Part::Norm);
        assert!(!all.contains(&Part::FinalNorm));
    }

    #[test]
    fn labels_cannot_break_the_markup() {
        let (height, svg) = draw(&parts(&playground().model), |_| "<x>".into(), "× 2");
        assert!(height > 100.0 && !svg.contains("<x>") && svg.contains("× 2"));
    }
}
