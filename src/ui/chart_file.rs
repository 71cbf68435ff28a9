//! A chart as a file of its own: the drawing of `chart_svg` with the page's colours and styles inside, as they are on light paper, so that
//! it looks the same wherever it is opened.

use super::chart_svg::{ChartData, Frame, draw, escape};
use super::colour::DASHES;

/// Size of a chart as a file, CSS pixels.
pub const WIDTH: f64 = 900.0;
pub const HEIGHT: f64 = 480.0;

/// Room for the title above the chart.
const TITLE: f64 = 32.0;

/// `--series-0` … of the style sheet, light.
const SERIES: [&str; DASHES.len()] = ["#0072b2", "#d55e00", "#00805d", "#b45a8e", "#4a4a4a"];

/// What the style sheets say about charts, with values for their colours. Names of curves have theirs in an attribute, which a rule
/// would overrule.
const STYLE: &str = "text{font:12px system-ui,-apple-system,'Segoe UI',Roboto,'Noto Sans','Noto Sans CJK SC',sans-serif}\
.tick,.axis-name{fill:#5d564e}.title{font-size:15px;font-weight:600;fill:#29231d}\
.grid{stroke:#dedad3}.axis{stroke:#8c867d}\
.curve-name{font-size:13px;font-weight:600;paint-order:stroke;stroke:#fdfbf7;stroke-width:3px}\
.curve{fill:none;stroke-width:2;stroke-linejoin:round}.curve.faint{stroke-width:1;opacity:.5}.band{opacity:.22}";

/// The chart with a title, as a whole SVG document of [`WIDTH`] × [`HEIGHT`].
pub fn document(data: &ChartData, title: &str) -> String {
    let frame = Frame::new(data, WIDTH - 32.0, HEIGHT - TITLE - 28.0);
    let mut body = draw(data, &frame);
    for (index, colour) in SERIES.iter().enumerate() {
        body = body.replace(&format!("var(--series-{index})"), colour);
    }
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{WIDTH}\" height=\"{HEIGHT}\" viewBox=\"0 0 {WIDTH} {HEIGHT}\"><style>{STYLE}</style><rect width=\"100%\" height=\"100%\" fill=\"#fdfbf7\"/><text class=\"title\" x=\"16\" y=\"26\">{}</text><g transform=\"translate(16 {})\">{body}</g></svg>",
        escape(title),
        TITLE + 12.0
    )
}

#[cfg(test)]
mod tests {
    use super::super::chart_svg::{Point, Series, XAxis};
    use super::super::scale::ScaleKind;
    use super::*;

    fn chart() -> ChartData {
        let series = |style: usize| Series {
            name: format!("curve {style}"),
            style,
            points: vec![Point::at(0.0, 2.0), Point::at(1e6, 1.0)],
            faint: false,
            is_read: true,
            dots: true,
        };
        ChartData {
            series: (0..8).map(series).collect(),
            x_label: "tokens".into(),
            y_label: "bits".into(),
            x_axis: XAxis::Between(0.0, 1e6),
            y_scale: ScaleKind::Linear,
        }
    }

    #[test]
    fn nothing_in_it_needs_the_page() {
        let svg = document(&chart(), "a < b");
        assert!(!svg.contains("var("));
        assert!(svg.contains("a &lt; b") && svg.contains("curve 7"));
        assert!(svg.starts_with("<svg xmlns=") && svg.ends_with("</g></svg>"));
        for name in ["grid", "axis", "curve", "curve-name"] {
            assert!(svg.contains(&format!("class=\"{name}\"")), "{name}");
            assert!(svg.contains(&format!(".{name}{{")), "{name}");
        }
    }

    #[test]
    fn its_colours_are_those_of_the_style_sheet() {
        let sheet = include_str!("../../public/style/tokens.css");
        let light = sheet.split("data-theme").next().unwrap();
        for (index, colour) in SERIES.iter().enumerate() {
            assert!(
                light.contains(&format!("--series-{index}: {colour};")),
                "{index}"
            );
        }
    }
}
