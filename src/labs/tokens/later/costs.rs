//! The table of costs: a row for each tokenizer, a column for each text, every cell with its count, its factor and its strip.

use std::time::Duration;

use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;

use super::super::super::workbench::{Workbench, workbench};
use super::super::costs_state::Cost;
use super::super::kept::Tokens;
use super::super::names::KINDS;
use super::super::pieces::shown;
use super::player::is_played;
use crate::session::field::Choice as _;
use crate::session::tokens::SampleKind;
use crate::ui::number::{integer, significant};
use crate::ui::{Meter, TextArea};
use crate::words::{fill, say, say_message, words};

/// Place of the comparison's question to the worker.
const COSTS: u32 = (1 << 20) + 4;
const REST: Duration = Duration::from_millis(300);

fn kind_name(kind: SampleKind) -> &'static str {
    let w = words();
    match kind {
        SampleKind::English => w.tokens.sample_english,
        SampleKind::Chinese => w.tokens.sample_chinese,
        SampleKind::Code => w.tokens.sample_code,
    }
}

pub fn costs() -> AnyView {
    let bench = workbench();
    let tokens: Tokens = expect_context();
    let wanted = Memo::new(move |_| {
        tokens
            .costs
            .with(|costs| (costs.recipe.essential(), costs.texts.clone()))
    });
    let settling = StoredValue::new(None::<TimeoutHandle>);
    Effect::new(move |_| {
        // Read, not only tracked: a memo that nobody reads does not wake.
        wanted.with(|_| ());
        settling.update_value(|handle| {
            if let Some(handle) = handle.take() {
                handle.clear();
            }
            *handle = set_timeout_with_handle(move || ask(bench, tokens), REST).ok();
        });
    });
    let trouble = move || {
        let (progress, failure) = tokens
            .costs
            .with(|costs| (costs.progress, costs.failure.clone()));
        if let Some(failure) = failure {
            let text = say_message(&failure);
            return Some(view! { <p class="strip-trouble bad" role="alert">{text}</p> }.into_any());
        }
        progress.map(|share| {
            view! {
                <div class="strip-trouble">
                    <Meter
                        label=say(|w| w.tokens.learning)
                        share=Signal::derive(move || Some(f64::from(share)))
                    />
                </div>
            }
            .into_any()
        })
    };
    view! {
        <section class="costs" data-testid="token-costs">
            <p class="lead">{move || words().tokens.costs_lead}</p>
            {recipe_row(tokens)}
            {trouble}
            <div class="cost-texts">
                {SampleKind::ALL.map(|kind| text_box(tokens, kind)).into_iter().collect_view()}
            </div>
            {table(tokens)}
        </section>
    }
    .into_any()
}

fn ask(bench: Workbench, tokens: Tokens) {
    let request = tokens.next_request();
    let asked = tokens.costs.try_update(|costs| costs.question(request));
    if let Some(ask) = asked {
        bench.ask_tokens(COSTS, request, ask);
    }
}

fn recipe_row(tokens: Tokens) -> AnyView {
    let options = KINDS
        .iter()
        .filter(|kind| is_played(kind.0))
        .map(|&(kind, word, name)| {
            view! {
                <option
                    value=word
                    prop:selected=move || tokens.costs.with(|costs| costs.recipe.kind == kind)
                >
                    {move || name(words())}
                </option>
            }
        })
        .collect_view();
    view! {
        <div class="row">
            <select
                class="compact"
                data-testid="costs-kind"
                aria-label=move || words().tokens.kind
                on:change=move |event| {
                    let word = event_target_value(&event);
                    tokens.costs.update(|costs| {
                        costs.recipe.kind.set_word(&word);
                    });
                }
            >
                {options}
            </select>
            <label class="compact-number">
                <span>{move || words().tokens.vocabulary}</span>
                <input
                    type="number"
                    class="compact"
                    min="2"
                    max="4096"
                    data-testid="costs-vocabulary"
                    prop:value=move || tokens.costs.with(|costs| costs.recipe.vocabulary.to_string())
                    on:change=move |event| {
                        if let Ok(size) = event_target_value(&event).trim().parse::<f64>() {
                            tokens
                                .costs
                                .update(|costs| costs.recipe.vocabulary = size.clamp(2.0, 4096.0) as u32);
                        }
                    }
                />
            </label>
        </div>
    }
    .into_any()
}

fn text_box(tokens: Tokens, kind: SampleKind) -> AnyView {
    let place = kind as usize;
    let text = Memo::new(move |_| tokens.costs.with(|costs| costs.texts[place].clone()));
    let test = match kind {
        SampleKind::English => "costs-english",
        SampleKind::Chinese => "costs-chinese",
        SampleKind::Code => "costs-code",
    };
    view! {
        <TextArea
            label=Signal::derive(move || kind_name(kind).to_owned())
            value=text
            set=move |text: String| tokens.costs.update(|costs| costs.texts[place] = text)
            rows=4
            test=test
        />
    }
    .into_any()
}

fn table(tokens: Tokens) -> AnyView {
    let table = Memo::new(move |_| {
        tokens
            .costs
            .with(|costs| Some((costs.table.clone()?, costs.cut_texts.clone())))
    });
    let body = move || {
        let (table, texts) = table.get()?;
        let rows = SampleKind::ALL
            .into_iter()
            .zip(table.iter())
            .map(|(kind, costs)| {
                let cells = costs
                    .iter()
                    .zip(texts.iter())
                    .enumerate()
                    .map(|(place, (cost, text))| cell(cost, text, place == kind as usize))
                    .collect_view();
                let size = costs.first().map_or(0, |cost| cost.pieces.vocabulary);
                let vocabulary = format!(
                    "{} {}",
                    words().tokens.count_vocabulary,
                    integer(u64::from(size))
                );
                view! {
                    <tr>
                        <th scope="row">
                            {fill(words().tokens.costs_row, &[("sample", kind_name(kind))])}
                            <span class="quiet">{vocabulary}</span>
                        </th>
                        {cells}
                    </tr>
                }
            })
            .collect_view();
        let heads = SampleKind::ALL
            .map(|kind| view! { <th scope="col">{kind_name(kind)}</th> })
            .into_iter()
            .collect_view();
        Some(view! {
            <table class="cost-table" data-testid="cost-table">
                <thead>
                    <tr>
                        <td></td>
                        {heads}
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        })
    };
    view! { <div class="cost-frame" tabindex="0">{body}</div> }.into_any()
}

fn cell(cost: &Cost, text: &str, is_own: bool) -> AnyView {
    let count = cost.pieces.list.len() as u64;
    let items = cost
        .pieces
        .list
        .iter()
        .enumerate()
        .map(|(index, &piece)| {
            let shown = shown(text, piece);
            let class = format!(
                "tok tone-{}{}",
                index % 4,
                if shown.is_part() { " part" } else { "" }
            );
            view! { <span class=class>{shown.text().to_owned()}</span> }
        })
        .collect_view();
    // From 1 (nothing) to 4 times and more (full).
    let strength = ((cost.factor - 1.0) / 3.0).clamp(0.0, 1.0) * 100.0;
    view! {
        <td class:own=is_own style=format!("--strength:{strength:.0}%")>
            <p>
                <b>{integer(count)}</b>
                " "
                <span class="quiet">{words().tokens.count_tokens}</span>
                <span class="factor">{format!("{}×", significant(cost.factor, 2))}</span>
            </p>
            <div class="cost-strip">{items}</div>
        </td>
    }
    .into_any()
}
