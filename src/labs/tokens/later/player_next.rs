//! Under the player: what could come next (pairs, or pieces about to go and the ways to cut a word), and how far it has come.

use leptos::prelude::*;

use super::super::formula;
use super::super::kept::Tokens;
use super::super::lattice_svg;
use crate::session::tokens::{DoomedRow, LatticeView, Learning, Next, PairRow};
use crate::ui::number::{integer, percent, significant};
use crate::ui::scale::ScaleKind;
use crate::ui::{ChartData, LineChart, Point, Series, XAxis};
use crate::words::{fill, say, words};

pub fn next(tokens: Tokens) -> AnyView {
    let moment = Memo::new(move |_| tokens.player.with(|player| player.moment.clone()));
    let body = move || {
        let moment = moment.get()?;
        Some(match &moment.next {
            Next::Pairs(pairs) => pair_table(pairs),
            Next::Pieces { doomed, lattice } => {
                let lattice = lattice_view(tokens, lattice.clone());
                let doomed = doomed_list(doomed);
                view! { {lattice} {doomed} }.into_any()
            }
        })
    };
    view! { <div class="player-next">{body}</div> }.into_any()
}

fn pair_table(pairs: &[PairRow]) -> AnyView {
    let w = words();
    let most = pairs.first().map_or(1, |pair| pair.count).max(1);
    let rows = pairs
        .iter()
        .enumerate()
        .map(|(index, pair)| {
            let share = pair.count as f64 / most as f64;
            view! {
                <tr class:next=index == 0>
                    <td>
                        <span class="tok">{pair.left.clone()}</span>
                        <span class="tok">{pair.right.clone()}</span>
                    </td>
                    <td class="number">{integer(pair.count)}</td>
                    <td class="bar-cell" aria-hidden="true">
                        <span style:width=format!("{:.1}%", share * 100.0)></span>
                    </td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <table class="pairs" data-testid="player-pairs">
            <caption>{w.tokens.player_pairs}</caption>
            <thead>
                <tr>
                    <th scope="col">{w.tokens.player_pair}</th>
                    <th scope="col" class="number">{w.tokens.player_count}</th>
                    <th></th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}

fn lattice_view(tokens: Tokens, lattice: LatticeView) -> AnyView {
    let w = words();
    if lattice.word.is_empty() {
        return view! { <p class="quiet">{w.tokens.player_no_word}</p> }.into_any();
    }
    let chosen = RwSignal::new(0usize);
    let rows = lattice
        .paths
        .iter()
        .enumerate()
        .map(|(index, path)| {
            let pieces = path
                .edges
                .iter()
                .filter_map(|&edge| lattice.edges.get(edge as usize))
                .map(|edge| view! { <span class="tok">{edge.label.clone()}</span> })
                .collect_view();
            view! {
                <tr
                    class:next=move || chosen.get() == index
                    on:pointerenter=move |_| chosen.set(index)
                >
                    <td>
                        <button
                            type="button"
                            class="path"
                            aria-pressed=move || (chosen.get() == index).to_string()
                            on:click=move |_| chosen.set(index)
                            on:focus=move |_| chosen.set(index)
                        >
                            {pieces}
                        </button>
                    </td>
                    <td class="number">{significant(path.log_p, 4)}</td>
                    <td class="number">{percent(path.probability)}</td>
                </tr>
            }
        })
        .collect_view();
    let title = fill(
        w.tokens.player_lattice,
        &[("word", &lattice.word.replace(' ', "␣"))],
    );
    let lattice = StoredValue::new(lattice);
    let drawing = move || lattice.with_value(|lattice| lattice_svg::draw(lattice, chosen.get()));
    let product = move || {
        lattice.with_value(|lattice| {
            lattice
                .paths
                .get(chosen.get())
                .map(|path| formula::path(lattice, path))
                .unwrap_or_default()
        })
    };
    let _ = tokens;
    view! {
        <h3>{title}</h3>
        <div class="lattice-box" data-testid="player-lattice" inner_html=drawing></div>
        <div class="formula" inner_html=product></div>
        <table class="pairs" data-testid="player-paths">
            <thead>
                <tr>
                    <th scope="col">{w.tokens.player_way}</th>
                    <th scope="col" class="number">{w.tokens.player_log_p}</th>
                    <th scope="col" class="number">{w.tokens.player_share}</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}

fn doomed_list(doomed: &[DoomedRow]) -> AnyView {
    let w = words();
    if doomed.is_empty() {
        return view! { <p class="quiet">{w.tokens.player_no_pruning}</p> }.into_any();
    }
    let rows = doomed
        .iter()
        .take(10)
        .map(|row| {
            view! {
                <tr>
                    <td><span class="tok">{row.piece.clone()}</span></td>
                    <td class="number">{significant(f64::from(row.count), 3)}</td>
                    <td class="number">{significant(f64::from(row.cost), 3)}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <table class="pairs" data-testid="player-doomed">
            <caption>{w.tokens.player_doomed}</caption>
            <thead>
                <tr>
                    <th scope="col">{w.tokens.player_piece}</th>
                    <th scope="col" class="number">{w.tokens.player_expected}</th>
                    <th scope="col" class="number">{w.tokens.player_cost}</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}

/// How far the learning has come: the length of the corpus by merges, or likelihood and size by rounds.
pub fn chart(tokens: Tokens) -> AnyView {
    let data = Memo::new(move |_| {
        tokens.player.with(|player| {
            let learning = player.learning.as_deref();
            learning.map_or_else(empty_chart, |learning| chart_of(learning, player.at))
        })
    });
    let rounds = move || {
        tokens
            .player
            .with(|player| match player.learning.as_deref() {
                Some(Learning::Rounds { rounds, .. }) => {
                    let round = rounds.get(player.at as usize)?;
                    let w = words();
                    let kind = if round.is_pruning {
                        w.tokens.player_pruning
                    } else {
                        w.tokens.player_em
                    };
                    Some(fill(
                        kind,
                        &[
                            ("vocabulary", &integer(u64::from(round.vocabulary))),
                            ("dropped", &integer(u64::from(round.dropped))),
                            ("tokens", &integer(round.tokens as u64)),
                        ],
                    ))
                }
                _ => None,
            })
    };
    view! {
        <div class="player-chart">
            <LineChart
                label=say(|w| w.tokens.player_chart)
                data=data
                empty=say(|w| w.tokens.player_empty)
                test="player-chart"
            />
            <p data-testid="player-round">{rounds}</p>
        </div>
    }
    .into_any()
}

fn empty_chart() -> ChartData {
    ChartData {
        series: Vec::new(),
        x_label: String::new(),
        y_label: String::new(),
        x_axis: XAxis::Toward(1.0),
        y_scale: ScaleKind::Linear,
    }
}

fn chart_of(learning: &Learning, at: u32) -> ChartData {
    let w = words();
    let points: Vec<(f64, f64)> = match learning {
        Learning::Merges { length, merges, .. } => std::iter::once(*length)
            .chain(merges.iter().map(|merge| merge.length))
            .enumerate()
            .map(|(step, length)| (step as f64, length as f64))
            .collect(),
        Learning::Rounds {
            characters, rounds, ..
        } => rounds
            .iter()
            .enumerate()
            .map(|(step, round)| {
                (
                    step as f64,
                    -round.log_likelihood / (*characters).max(1) as f64,
                )
            })
            .collect(),
    };
    let (x_label, y_label) = match learning {
        Learning::Merges { .. } => (w.tokens.player_merges, w.tokens.player_length),
        Learning::Rounds { .. } => (w.tokens.player_rounds, w.tokens.player_nats),
    };
    // About as many points as pixels.
    let stride = points.len().div_ceil(600).max(1);
    let until = |end: usize| -> Vec<Point> {
        let last = points.len().saturating_sub(1).min(end);
        points
            .iter()
            .take(last + 1)
            .enumerate()
            .filter(|(index, _)| index.is_multiple_of(stride) || *index == last)
            .map(|(_, &(x, y))| Point::at(x, y))
            .collect()
    };
    let series = |points: Vec<Point>, faint: bool, dots: bool| Series {
        name: y_label.to_owned(),
        style: if faint { 4 } else { 2 },
        points,
        faint,
        is_read: !faint,
        dots,
    };
    let has_dots = matches!(learning, Learning::Rounds { .. });
    ChartData {
        series: vec![
            series(until(usize::MAX), true, false),
            series(until(at as usize), false, has_dots),
        ],
        x_label: x_label.to_owned(),
        y_label: y_label.to_owned(),
        x_axis: if has_dots {
            XAxis::Between(0.0, points.len().max(2) as f64 - 1.0)
        } else {
            XAxis::Toward(points.len() as f64)
        },
        y_scale: ScaleKind::Linear,
    }
}
