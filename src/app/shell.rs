//! The frame of the page: top bar, rail, the open laboratory, its panel (a sheet on narrow screens), dialogs, announcements.

use leptos::prelude::*;

use super::desk::Desk;
use super::device::DeviceDialog;
use super::help::KeysDialog;
use super::name::{Name, Presets};
use super::notices::NoticeList;
use super::top_bar::TopBar;
use super::{keys, link};
use crate::labs::deferred::{Later, deferred};
use crate::labs::run::{Progress, Run};
use crate::labs::workbench::{Workbench, workbench};
use crate::labs::{Lab, attention, bench, compare, data, entropy, generate, model, tokens, train};
use crate::session::config::Corpus;
use crate::session::protocol::{Command, RunState, Work};
use crate::ui::number::{bytes, integer, significant};
use crate::ui::{Button, ButtonKind, Icon, IconName, Meter};
use crate::words::{fill, say, words};

/// What is open over the page.
#[derive(Clone, Copy)]
pub struct Panels {
    pub help: RwSignal<bool>,
    pub device: RwSignal<bool>,
    /// The settings sheet of narrow screens.
    pub sheet: RwSignal<bool>,
}

/// The whole page.
#[component]
pub fn Shell() -> impl IntoView {
    let desk = Desk::provide(link::read());
    let panels = Panels {
        help: RwSignal::new(false),
        device: RwSignal::new(false),
        sheet: RwSignal::new(false),
    };
    provide_context(panels);
    keys::listen(desk.bench, panels);
    desk.open();
    let handle = window_event_listener(leptos::ev::hashchange, move |_| desk.reopen());
    on_cleanup(move || handle.remove());
    let lab = desk.bench.lab;
    Effect::new(move |_| {
        lab.track();
        panels.sheet.set(false);
        // A laboratory begins at its top, wherever the last one was scrolled to.
        if let Some(main) = document().get_element_by_id("main") {
            main.set_scroll_top(0);
        }
    });
    view! {
        <a class="skip" href="#main" on:click=move |event| {
            event.prevent_default();
            if let Some(main) = document().get_element_by_id("main") {
                use wasm_bindgen::JsCast;
                if let Ok(main) = main.dyn_into::<web_sys::HtmlElement>() {
                    let _ = main.focus();
                }
            }
        }>{move || words().shell.skip}</a>
        <TopBar />
        <div class="bench-frame">
            <Rail />
            <main id="main" tabindex="-1">
                <NoticeList />
                <Busy />
                {move || match lab.get() {
                    Lab::Data => deferred(data::later::picture),
                    Lab::Tokens => deferred(tokens::later::picture),
                    Lab::Entropy => deferred(entropy::later::picture),
                    Lab::Model => deferred(model::later::picture),
                    Lab::Train => train::picture(),
                    Lab::Attention => deferred(attention::later::picture),
                    Lab::Generate => deferred(generate::later::picture),
                    Lab::Compare => deferred(compare::later::picture),
                    Lab::Bench => deferred(bench::later::picture),
                }}
            </main>
            <Panel />
        </div>
        <KeysDialog />
        <DeviceDialog />
        <p class="unseen" aria-live="polite" data-testid="announcement">{announcement(desk.bench)}</p>
    }
}

fn lab_name(lab: Lab) -> String {
    let w = words();
    match lab {
        Lab::Data => w.shell.lab_data,
        Lab::Tokens => w.shell.lab_tokens,
        Lab::Entropy => w.shell.lab_entropy,
        Lab::Model => w.shell.lab_model,
        Lab::Train => w.shell.lab_train,
        Lab::Attention => w.shell.lab_attention,
        Lab::Generate => w.shell.lab_generate,
        Lab::Compare => w.shell.lab_compare,
        Lab::Bench => w.shell.lab_bench,
    }
    .to_string()
}

#[component]
fn Rail() -> impl IntoView {
    let bench = workbench();
    let later: Later = expect_context();
    let tabs: Vec<_> = Lab::RAIL
        .into_iter()
        .enumerate()
        .map(|(index, lab)| {
            let (icon, test) = match lab {
                Lab::Data => (IconName::Data, "tab-data"),
                Lab::Tokens => (IconName::Tokens, "tab-tokens"),
                Lab::Entropy => (IconName::Entropy, "tab-entropy"),
                Lab::Model => (IconName::Model, "tab-model"),
                Lab::Train | Lab::Bench => (IconName::Train, "tab-train"),
                Lab::Attention => (IconName::Attention, "tab-attention"),
                Lab::Generate => (IconName::Generate, "tab-generate"),
                Lab::Compare => (IconName::Compare, "tab-compare"),
            };
            view! {
                <button
                    type="button"
                    class="rail-tab"
                    data-testid=test
                    title=move || format!("{} ({})", lab_name(lab), index + 1)
                    aria-current=move || (bench.lab.get() == lab).then_some("page")
                    on:click=move |_| bench.lab.set(lab)
                    on:pointerenter=move |_| {
                        // Who points at it will open it.
                        if lab != Lab::Train {
                            later.fetch();
                        }
                    }
                >
                    <Icon name=Signal::from(icon) />
                    <span>{move || lab_name(lab)}</span>
                </button>
            }
        })
        .collect();
    view! { <nav class="rail" aria-label=move || words().shell.laboratories>{tabs}</nav> }
}

/// Long work with its amount, over the laboratory.
#[component]
fn Busy() -> impl IntoView {
    let bench = workbench();
    let progress = bench.of_run(|run| run.progress);
    let preparing = bench.of_run(Run::is_preparing);
    let started = bench.of_run(|run| run.ready || run.is_over);
    let busy =
        Memo::new(move |_| preparing.get() || progress.with(Option::is_some) || !started.get());
    view! {
        <div class="busy" class:on=move || busy.get() data-testid="busy">
            <Show when=move || busy.get()>
                <Meter
                    label=Signal::derive(move || busy_with(progress.get(), started.get()))
                    share=Signal::derive(move || progress.get().and_then(|it| it.share()))
                />
                <Show when=move || preparing.get()>
                    <Button
                        label=say(|w| w.shell.cancel)
                        kind=ButtonKind::Chip
                        press=move |()| bench.send(Command::Cancel)
                        test="cancel"
                    />
                </Show>
            </Show>
        </div>
    }
}

/// What long work is going on, and how far it is.
fn busy_with(progress: Option<Progress>, is_started: bool) -> String {
    let w = words();
    let Some(progress) = progress else {
        return if is_started {
            w.shell.preparing
        } else {
            w.shell.starting
        }
        .into();
    };
    let what = match progress.what {
        Work::Fetch => w.shell.fetching,
        Work::Prepare => return w.shell.preparing.into(),
        Work::Learn => return w.shell.learning_tokenizer.into(),
    };
    let amount = match progress.total {
        0 => bytes(progress.done),
        total => fill(
            w.shell.amount,
            &[("done", &bytes(progress.done)), ("total", &bytes(total))],
        ),
    };
    format!("{what} · {amount}")
}

#[component]
fn Panel() -> impl IntoView {
    let bench = workbench();
    let desk: Desk = expect_context();
    let panels: Panels = expect_context();
    let pending = bench.has_pending();
    let started = bench.of_run(|run| run.step() > 0 || run.is_running());
    let waits = Memo::new(move |_| pending.get() && started.get());
    let lacks_text = Signal::derive(move || {
        bench.draft.with(|draft| draft.corpus == Corpus::Own)
            && desk.data.state.with(|state| state.own.is_none())
    });
    view! {
        <aside class="panel" class:open=move || panels.sheet.get() aria-label=move || words().shell.settings data-testid="panel">
            <header class="panel-head row spread">
                <h2>{move || words().shell.settings}</h2>
                <span class="sheet-close">
                    <Button
                        label=say(|w| w.shell.close)
                        kind=ButtonKind::Icon
                        icon=Signal::from(IconName::Close)
                        press=move |()| panels.sheet.set(false)
                        test="close-sheet"
                    />
                </span>
            </header>
            <Show when=move || waits.get()>
                <div class="pending-bar" role="status" data-testid="pending">
                    <p>{move || words().shell.pending}</p>
                    <div class="row">
                        <Button
                            label=say(|w| w.shell.apply)
                            kind=ButtonKind::Primary
                            disabled=lacks_text
                            press=move |()| bench.apply_draft()
                            test="apply"
                        />
                        <Button
                            label=say(|w| w.shell.discard)
                            press=move |()| desk.revert_draft()
                            test="discard"
                        />
                    </div>
                </div>
            </Show>
            <div class="narrow-only sheet-name">
                <Name />
                <Presets />
            </div>
            <div class="panel-body">
                {move || match bench.lab.get() {
                    Lab::Data => deferred(data::later::settings),
                    Lab::Tokens => deferred(tokens::later::settings),
                    Lab::Entropy => deferred(entropy::later::settings),
                    Lab::Model => deferred(model::later::settings),
                    Lab::Train => train::settings(),
                    Lab::Attention => deferred(attention::later::settings),
                    Lab::Generate => deferred(generate::later::settings),
                    Lab::Compare => deferred(compare::later::settings),
                    Lab::Bench => deferred(bench::later::settings),
                }}
            </div>
        </aside>
    }
}

/// What a screen reader hears of the run: changes of state, and the loss at every tenth of the way.
fn announcement(bench: Workbench) -> impl Fn() -> String {
    let state = bench.of_run(|run| run.state);
    let total = Memo::new(move |_| {
        bench.applied.with(|run| {
            run.as_ref()
                .map_or(1, |run| run.training.total_steps.max(1))
        })
    });
    let tenth = Memo::new(move |_| {
        let step = bench.run.with(|run| run.step());
        u64::from(step) * 10 / u64::from(total.get())
    });
    move || {
        let w = words();
        tenth.track();
        let said = match state.get() {
            RunState::Empty => return String::new(),
            RunState::Paused => w.shell.state_paused,
            RunState::Running => w.shell.state_running,
            RunState::Finished => w.shell.state_finished,
            RunState::Broken => w.shell.state_broken,
        };
        match bench.run.with_untracked(|run| run.last) {
            None => said.into(),
            Some(last) => {
                let at = fill(
                    w.shell.at_step,
                    &[
                        ("step", &integer(u64::from(last.step))),
                        ("loss", &significant(f64::from(last.loss), 3)),
                    ],
                );
                format!("{said} {at}")
            }
        }
    }
}
