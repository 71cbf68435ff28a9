//! The chosen token of a vocabulary, and the frequency–rank plot of all.

use std::sync::Arc;

use leptos::prelude::*;

use super::super::kept::Tokens;
use super::super::vocabulary_state::frequency_by_rank;
use crate::ui::number::integer;
use crate::ui::scale::ScaleKind;
use crate::ui::{ChartData, LineChart, Point, Series, XAxis};
use crate::words::{fill, say, words};

/// The chosen token: what made it, what it went into, where it occurs.
pub fn chosen(tokens: Tokens) -> AnyView {
    let id = Memo::new(move |_| tokens.browser.with(|browser| browser.chosen));
    let places = Memo::new(move |_| tokens.browser.with(|browser| browser.places.clone()));
    let ready = Memo::new(move |_| {
        tokens
            .browser
            .with(|browser| browser.entries.as_ref().map(|it| Arc::as_ptr(it) as usize))
    });
    let facts = move || {
        let w = words();
        let (Some(id), Some(_)) = (id.get(), ready.get()) else {
            return view! { <p class="quiet">{w.tokens.browser_none}</p> }.into_any();
        };
        tokens.browser.with_untracked(|browser| {
            let token = |id: u32| view! { <span class="tok">{browser.label(id).to_owned()}</span> };
            let merges = browser.merges_of(id);
            let steps = merges
                .iter()
                .map(|&(made, left, right)| {
                    view! { <li>{token(left)} " + " {token(right)} " → " {token(made)}</li> }
                })
                .collect_view();
            let into = browser.parts_of(id);
            let more = into.len().saturating_sub(24);
            let into_list = into
                .iter()
                .take(24)
                .map(|&other| {
                    view! {
                        <button
                            type="button"
                            class="tok link"
                            on:click=move |_| {
                                tokens.browser.update(|browser| browser.chosen = Some(other));
                            }
                        >
                            {browser.label(other).to_owned()}
                        </button>
                    }
                })
                .collect_view();
            view! {
                <h3>{w.tokens.browser_token} " " {token(id)} " " {integer(u64::from(id))}</h3>
                {(!merges.is_empty())
                    .then(|| {
                        view! {
                            <h4>{w.tokens.browser_merges}</h4>
                            <ul class="merges" data-testid="browser-merges">{steps}</ul>
                        }
                    })}
                {(!into.is_empty())
                    .then(|| {
                        view! {
                            <h4>{w.tokens.browser_into}</h4>
                            <p class="into">
                                {into_list} {(more > 0).then(|| format!(" + {}", integer(more as u64)))}
                            </p>
                        }
                    })}
            }
            .into_any()
        })
    };
    let occurrences = move || {
        let w = words();
        let places = places.get()?;
        let contexts = places
            .contexts
            .iter()
            .map(|[before, token, after]| {
                let flat = |text: &str| text.replace('\n', "↵");
                view! {
                    <li>
                        <span>{flat(before)}</span>
                        <mark>{flat(token)}</mark>
                        <span>{flat(after)}</span>
                    </li>
                }
            })
            .collect_view();
        let title = fill(
            w.tokens.browser_places,
            &[("n", &integer(u64::from(places.count)))],
        );
        Some(view! {
            <h4>{title}</h4>
            <ul class="contexts" data-testid="browser-places">{contexts}</ul>
        })
    };
    view! { <section class="chosen-token" data-testid="browser-chosen">{facts} {occurrences}</section> }
        .into_any()
}

pub fn zipf(tokens: Tokens) -> AnyView {
    let entries = Memo::new(move |_| {
        tokens.browser.with(|browser| {
            browser
                .entries
                .as_ref()
                .map(|it| frequency_by_rank(it))
                .unwrap_or_default()
        })
    });
    let data = Memo::new(move |_| {
        let w = words();
        let points: Vec<Point> =
            entries.with(|points| points.iter().map(|&(x, y)| Point::at(x, y)).collect());
        ChartData {
            series: vec![Series {
                name: w.tokens.zipf_count.to_owned(),
                style: 0,
                points,
                faint: false,
                is_read: true,
                dots: false,
            }],
            x_label: w.tokens.zipf_rank.to_owned(),
            y_label: w.tokens.zipf_count.to_owned(),
            x_axis: XAxis::Log,
            y_scale: ScaleKind::Log,
        }
    });
    view! {
        <div class="zipf">
            <h3>{move || words().tokens.zipf}</h3>
            <LineChart
                label=say(|w| w.tokens.zipf)
                data=data
                empty=say(|w| w.tokens.browser_none)
                small=true
                test="zipf-chart"
            />
        </div>
    }
    .into_any()
}
