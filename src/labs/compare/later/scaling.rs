//! The small scaling-law view.

use leptos::prelude::*;

use super::super::super::setting::Say;
use super::super::fit::FEWEST_POINTS;
use super::super::kept::Compare;
use super::super::scaling::{Of, chart, different, law, places};
use super::told::Told;
use crate::ui::number::{figure, significant};
use crate::ui::{Choice, Group, LineChart, Segmented};
use crate::words::{fill, say, words};

fn axis_words(of: Of) -> Say {
    match of {
        Of::Parameters => |w| w.compare.scaling_parameters,
        Of::Tokens => |w| w.compare.scaling_tokens,
        Of::Flops => |w| w.compare.scaling_flops,
    }
}

fn amount(x: f64) -> String {
    if x < 1e9 {
        figure(x.round())
    } else {
        significant(x, 4)
    }
}

pub fn scaling(lab: Compare, told: Memo<Told>, folded: bool) -> AnyView {
    let of = lab.scaling;
    let found = Memo::new(move |_| {
        let of = of.get();
        lab.state.with(|state| {
            state
                .shown()
                .map(|record| places(record, of))
                .unwrap_or_default()
        })
    });
    let data = Signal::derive(move || {
        let w = words();
        found.with(|found| {
            told.with(|told| {
                let (x, y) = (axis_words(of.get())(w), w.compare.axis_bits_per_byte);
                chart(found, &told.names, w.compare.scaling_line, x, y)
            })
        })
    });
    let label = Signal::derive(move || {
        let axis = axis_words(of.get())(words());
        fill(words().compare.scaling_label, &[("axis", axis)])
    });
    let text = move || {
        let w = &words().compare;
        found.with(|found| match law(found) {
            Some(law) => {
                let values = [
                    ("a", significant(law.a, 3)),
                    ("b", significant(law.b, 3)),
                    ("error", significant(law.b_error, 2)),
                    ("n", law.points.to_string()),
                ];
                fill(
                    w.scaling_fit,
                    &values.each_ref().map(|it| (it.0, it.1.as_str())),
                )
            }
            None => {
                let (n, have) = (FEWEST_POINTS.to_string(), different(found).to_string());
                fill(w.scaling_few, &[("n", &n), ("have", &have)])
            }
        })
    };
    let choices = [
        (Of::Parameters, "scaling-parameters"),
        (Of::Tokens, "scaling-tokens"),
        (Of::Flops, "scaling-flops"),
    ];
    let choices = choices.map(|(of, test)| Choice::new(of, say(axis_words(of)), test));
    view! {
        <div class="compare-scaling">
            <Group title=say(|w| w.compare.scaling) folded=folded>
                <p class="quiet">{move || words().compare.scaling_about}</p>
                <div class="row">
                    <Segmented
                        label=say(|w| w.compare.against)
                        choices=choices.to_vec()
                        value=of
                        set=move |chosen| of.set(chosen)
                    />
                </div>
                <LineChart
                    label=label
                    data=data
                    empty=say(|w| w.compare.chart_nothing)
                    x_text=amount
                    test="scaling-chart"
                />
                <p class="in-words" data-testid="scaling-text">{text}</p>
            </Group>
        </div>
    }
    .into_any()
}
