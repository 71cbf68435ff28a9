//! Pages of distributions that are dragged: coin and die, and what happens beside what is expected.

use leptos::prelude::*;

use super::super::formula;
use super::super::kept::Entropy;
use super::super::state::{OUTCOMES, SIDES, coin_curve, coin_place, set_share};
use crate::data::statistics::entropy::entropy;
use crate::labs::setting::Say;
use crate::ui::number::significant;
use crate::ui::scale::ScaleKind;
use crate::ui::{Button, ButtonKind, ChartData, Distribution, LineChart, Shares, XAxis};
use crate::words::{fill, say, words};

fn shares(name: Signal<String>, values: RwSignal<Vec<f64>>, style: usize) -> Shares {
    Shares {
        name,
        values: values.into(),
        set: Callback::new(move |(index, wanted)| {
            values.update(|all| set_share(all, index, wanted));
        }),
        style,
    }
}

/// Chips that set a distribution.
fn chips(signal: RwSignal<Vec<f64>>, presets: Vec<(Say, &'static str, Vec<f64>)>) -> AnyView {
    let chips: Vec<_> = presets
        .into_iter()
        .map(|(label, test, values)| {
            view! {
                <Button
                    label=say(label)
                    kind=ButtonKind::Chip
                    press=move |()| signal.set(values.clone())
                    test=test
                />
            }
        })
        .collect();
    view! { <div class="chips">{chips}</div> }.into_any()
}

fn typeset(markup: impl Fn() -> String + Send + Sync + 'static, test: &'static str) -> AnyView {
    view! { <div class="formula" data-testid=test tabindex="0" inner_html=markup></div> }.into_any()
}

pub fn dice_page(lab: Entropy) -> AnyView {
    let nameless = Signal::derive(String::new);
    let sides = Signal::derive(move || {
        let w = words();
        vec![w.entropy.heads.to_string(), w.entropy.tails.to_string()]
    });
    let pips = Signal::derive(|| (1..=SIDES).map(|side| side.to_string()).collect::<Vec<_>>());
    let curve = Signal::derive(move || {
        let w = words();
        ChartData {
            series: vec![
                coin_curve(w.entropy.entropy_axis),
                coin_place(lab.coin.with(|coin| coin[0]), w.entropy.your_coin),
            ],
            x_label: w.entropy.heads_axis.into(),
            y_label: w.entropy.entropy_axis.into(),
            x_axis: XAxis::Between(0.0, 100.0),
            y_scale: ScaleKind::Linear,
        }
    });
    let uneven = vec![0.05, 0.05, 0.1, 0.1, 0.2, 0.5];
    let mut certain = vec![0.0; SIDES];
    certain[SIDES - 1] = 1.0;
    view! {
        <div class="columns">
            <section class="stack">
                <h3>{move || words().entropy.coin}</h3>
                <Distribution
                    label=say(|w| w.entropy.coin_label)
                    outcomes=sides
                    shares=vec![shares(nameless, lab.coin, 0)]
                    test="coin"
                />
                {chips(
                    lab.coin,
                    vec![
                        (|w| w.entropy.fair, "coin-fair", vec![0.5, 0.5]),
                        (|w| w.entropy.coin_08, "coin-08", vec![0.8, 0.2]),
                        (|w| w.entropy.certain, "coin-certain", vec![1.0, 0.0]),
                    ],
                )}
                {typeset(move || lab.coin.with(|coin| formula::entropy_of(coin, words().entropy.bits)), "coin-formula")}
            </section>
            <section class="stack">
                <h3>{move || words().entropy.die}</h3>
                <Distribution
                    label=say(|w| w.entropy.die_label)
                    outcomes=pips
                    shares=vec![shares(nameless, lab.die, 0)]
                    test="die"
                />
                {chips(
                    lab.die,
                    vec![
                        (|w| w.entropy.fair, "die-fair", vec![1.0 / SIDES as f64; SIDES]),
                        (|w| w.entropy.loaded, "die-loaded", uneven),
                        (|w| w.entropy.certain, "die-certain", certain),
                    ],
                )}
                {typeset(move || lab.die.with(|die| formula::entropy_of(die, words().entropy.bits)), "die-formula")}
            </section>
        </div>
        <p class="quiet">{move || words().entropy.dice_hint}</p>
        <LineChart
            label=say(|w| w.entropy.entropy_axis)
            data=curve
            empty=Signal::derive(String::new)
            small=true
            test="coin-curve"
        />
        <p class="in-words">
            {move || {
                let fair = significant(entropy(&[1.0; SIDES]), 4);
                fill(words().entropy.dice_words, &[("fair", &fair)])
            }}
        </p>
    }
    .into_any()
}

pub fn pair_page(lab: Entropy) -> AnyView {
    let outcomes = Signal::derive(|| {
        let w = words();
        let names: [&str; OUTCOMES] = [
            w.entropy.outcome_sun,
            w.entropy.outcome_cloud,
            w.entropy.outcome_rain,
            w.entropy.outcome_snow,
        ];
        names.map(String::from).to_vec()
    });
    let blind = vec![0.5, 0.3, 0.2, 0.0];
    view! {
        <section class="stack">
            <Distribution
                label=say(|w| w.entropy.pair_label)
                outcomes=outcomes
                shares=vec![
                    shares(say(|w| w.entropy.pair_true), lab.p, 0),
                    shares(say(|w| w.entropy.pair_model), lab.q, 1),
                ]
                test="pair"
            />
            <p class="quiet">
                <b class="series-0">"p"</b>
                " · "
                <b class="series-1">"q"</b>
                " — "
                {move || words().entropy.pair_label}
                " · "
                {move || words().entropy.dice_hint}
            </p>
            <div class="chips">
                <Button
                    label=say(|w| w.entropy.pair_same)
                    kind=ButtonKind::Chip
                    press=move |()| lab.q.set(lab.p.get_untracked())
                    test="pair-same"
                />
                <Button
                    label=say(|w| w.entropy.pair_uniform)
                    kind=ButtonKind::Chip
                    press=move |()| lab.q.set(vec![1.0 / OUTCOMES as f64; OUTCOMES])
                    test="pair-uniform"
                />
                <Button
                    label=say(|w| w.entropy.pair_blind)
                    kind=ButtonKind::Chip
                    press=move |()| lab.q.set(blind.clone())
                    test="pair-blind"
                />
            </div>
            {typeset(
                move || {
                    lab.p.with(|p| lab.q.with(|q| formula::cross_entropy_of(p, q, words().entropy.bits)))
                },
                "pair-formula",
            )}
            <p class="in-words">{move || words().entropy.pair_words}</p>
        </section>
    }
    .into_any()
}
