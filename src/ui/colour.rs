//! Colour for numbers: one perceptually uniform map for matrices, one that diverges around a true zero, a colour-blind-safe set for
//! series.
//!
//! The diverging map is ColorBrewer's RdBu (Brewer et al. 2003) from blue to red, white in the middle. The matrix map is viridis (van der Walt and Smith 2015), kept as its eleven equidistant anchors and mixed in between:
//! lightness rises all the way, so it also reads in grey. Series colours are the Okabe–Ito set, as custom properties
//! `--series-0` … of the style sheet, because light and dark paper need different members to keep 3:1 contrast; each
//! colour goes with its own line style, so that nothing is said by colour alone.

/// Anchors of viridis from 0 to 1.
const VIRIDIS: [[u8; 3]; 11] = [
    [68, 1, 84],
    [72, 37, 118],
    [65, 68, 135],
    [53, 96, 141],
    [42, 120, 142],
    [33, 144, 140],
    [34, 168, 132],
    [67, 191, 113],
    [122, 209, 81],
    [187, 223, 39],
    [253, 231, 37],
];

/// Anchors of RdBu, turned round: blue at 0, white at 0.5, red at 1.
const BLUE_RED: [[u8; 3]; 11] = [
    [5, 48, 97],
    [33, 102, 172],
    [67, 147, 195],
    [146, 197, 222],
    [209, 229, 240],
    [247, 247, 247],
    [253, 219, 199],
    [244, 165, 130],
    [214, 96, 77],
    [178, 24, 43],
    [103, 0, 31],
];

/// Line styles that go with the series colours, as SVG `stroke-dasharray`.
pub const DASHES: [&str; 5] = ["none", "7 3", "2 3", "9 3 2 3", "1 2"];

/// The line style of series `index`. Where colours come round again, each has another line style than before.
pub fn dash(index: usize) -> &'static str {
    DASHES[(index + index / DASHES.len()) % DASHES.len()]
}

/// sRGB of `value` in 0..=1; values outside are clamped, NaN is grey.
pub fn viridis(value: f32) -> [u8; 3] {
    mixed(&VIRIDIS, value)
}

/// The same of the diverging map, 0.5 being its middle.
pub fn diverging(value: f32) -> [u8; 3] {
    mixed(&BLUE_RED, value)
}

fn mixed(anchors: &[[u8; 3]; 11], value: f32) -> [u8; 3] {
    if value.is_nan() {
        return [128, 128, 128];
    }
    let place = value.clamp(0.0, 1.0) * (anchors.len() - 1) as f32;
    let index = (place as usize).min(anchors.len() - 2);
    let mix = place - index as f32;
    let (from, to) = (anchors[index], anchors[index + 1]);
    std::array::from_fn(|channel| {
        (f32::from(from[channel]) * (1.0 - mix) + f32::from(to[channel]) * mix).round() as u8
    })
}

/// The same as a CSS colour.
pub fn viridis_css(value: f32) -> String {
    css(viridis(value))
}

/// `diverging(value)` as a CSS colour.
pub fn diverging_css(value: f32) -> String {
    css(diverging(value))
}

fn css([red, green, blue]: [u8; 3]) -> String {
    format!("rgb({red} {green} {blue})")
}

/// The whole diverging map as a CSS picture from left to right.
pub fn diverging_gradient() -> String {
    let colours = BLUE_RED.map(css).join(",");
    format!("linear-gradient(to right,{colours})")
}

/// Ink that reads on `viridis(value)`: light on its dark half, dark on its light half.
pub fn ink_on_viridis(value: f32) -> &'static str {
    if value < 0.6 { "#fff" } else { "#111" }
}

/// Ink that reads on `diverging(value)`: light on its dark ends.
pub fn ink_on_diverging(value: f32) -> &'static str {
    if (value - 0.5).abs() > 0.32 {
        "#fff"
    } else {
        "#111"
    }
}

/// The stylesheet colour of series `index`.
pub fn series(index: usize) -> String {
    format!("var(--series-{})", index % DASHES.len())
}

/// RGBA bytes of a matrix. `scale` is the value at the upper end of the colours; at the lower one is 0, or where numbers are signed
/// `−scale`.
pub fn paint(values: &[f32], scale: f32, is_signed: bool) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(values.len() * 4);
    for &value in values {
        let [red, green, blue] = if is_signed {
            diverging((value / scale + 1.0) / 2.0)
        } else {
            viridis(value / scale)
        };
        bytes.extend([red, green, blue, 255]);
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn luminance([red, green, blue]: [u8; 3]) -> f64 {
        let linear = |channel: u8| {
            let c = f64::from(channel) / 255.0;
            if c <= 0.04045 {
                c / 12.92
            } else {
                ((c + 0.055) / 1.055).powf(2.4)
            }
        };
        0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
    }

    #[test]
    fn lightness_rises_all_the_way() {
        let levels: Vec<f64> = (0..=100)
            .map(|i| luminance(viridis(i as f32 / 100.0)))
            .collect();
        assert!(levels.windows(2).all(|pair| pair[0] <= pair[1] + 1e-9));
    }

    #[test]
    fn ink_keeps_its_contrast() {
        for i in 0..=100 {
            let value = i as f32 / 100.0;
            for (paper, ink) in [
                (viridis(value), ink_on_viridis(value)),
                (diverging(value), ink_on_diverging(value)),
            ] {
                let paper = luminance(paper) + 0.05;
                let ink = if ink == "#fff" { 1.05 } else { 0.056 };
                let ratio = if ink > paper {
                    ink / paper
                } else {
                    paper / ink
                };
                assert!(ratio >= 3.0, "{value}: {ratio}");
            }
        }
    }

    #[test]
    fn signed_numbers_diverge_around_zero() {
        assert_eq!(
            paint(&[-2.0, 0.0, 2.0], 2.0, true),
            [5, 48, 97, 255, 247, 247, 247, 255, 103, 0, 31, 255]
        );
        assert!(diverging_gradient().starts_with("linear-gradient(to right,rgb(5 48 97),"));
        assert_eq!(diverging_css(0.5), "rgb(247 247 247)");
    }

    #[test]
    fn as_many_series_as_pairs_are_told_apart() {
        let styles: Vec<(String, &str)> = (0..25).map(|it| (series(it), dash(it))).collect();
        for (index, style) in styles.iter().enumerate() {
            assert!(!styles[..index].contains(style), "{index}");
        }
    }

    #[test]
    fn odd_values_have_a_colour() {
        assert_eq!(viridis(-1.0), VIRIDIS[0]);
        assert_eq!(viridis(2.0), VIRIDIS[10]);
        assert_eq!(viridis(f32::NAN), [128, 128, 128]);
        assert_eq!(paint(&[0.0, 1.0], 1.0, false).len(), 8);
    }
}
