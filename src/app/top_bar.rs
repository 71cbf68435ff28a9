//! The top bar: the playground's name, the run's buttons, its state in numbers, device, link, language and theme.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::desk::Desk;
use super::name::{Name, Presets};
use super::preferences::{switch_language, switch_theme};
use super::shell::Panels;
use super::{keys, link};
use crate::labs::workbench::{Workbench, workbench};
use crate::session::protocol::{Command, DeviceKind};
use crate::ui::number::{compact, integer, significant, wait};
use crate::ui::{Button, ButtonKind, Icon, IconName, copy_text};
use crate::words::{fill, language, say, words};

/// The bar.
#[component]
pub fn TopBar() -> impl IntoView {
    let bench = workbench();
    let panels: Panels = expect_context();
    view! {
        <header class="top-bar">
            <span class="mark" aria-hidden="true"><Icon name=Signal::from(IconName::Mark) /></span>
            <Name />
            <Presets />
            <RunButtons />
            <Figures />
            <span class="spring"></span>
            <DeviceBadge />
            <Share />
            <button
                type="button"
                class="button icon-only language"
                data-testid="language"
                lang=move || language().other().tag()
                aria-label=move || words().shell.other_language
                title=move || words().shell.other_language
                on:click=move |_| switch_language()
            >
                {move || words().shell.other_language_short}
            </button>
            <Button
                label=say(|w| w.shell.theme)
                kind=ButtonKind::Icon
                icon=Signal::from(IconName::Theme)
                press=move |()| switch_theme()
                test="theme"
            />
            <span class="wide-only">
                <Button
                    label=say(|w| w.shell.help)
                    kind=ButtonKind::Icon
                    icon=Signal::from(IconName::Help)
                    key="?"
                    press=move |()| panels.help.set(true)
                    test="help"
                />
            </span>
            <span class="narrow-only">
                <Button
                    label=say(|w| w.shell.settings)
                    kind=ButtonKind::Icon
                    icon=Signal::from(IconName::Settings)
                    press=move |()| panels.sheet.update(|open| *open = !*open)
                    test="open-sheet"
                />
            </span>
        </header>
        {pending_dot(bench)}
    }
}

/// On narrow screens the pending bar hides in the sheet; the top bar says so.
fn pending_dot(bench: Workbench) -> impl IntoView {
    let panels: Panels = expect_context();
    let pending = bench.has_pending();
    let started = bench.of_run(|run| run.step() > 0);
    move || {
        (pending.get() && started.get()).then(|| {
            view! {
                <button
                    type="button"
                    class="pending-strip narrow-only"
                    on:click=move |_| panels.sheet.set(true)
                >
                    {words().shell.pending}
                </button>
            }
        })
    }
}

#[component]
fn RunButtons() -> impl IntoView {
    let bench = workbench();
    let running = bench.of_run(|run| run.is_running());
    let able = bench.of_run(|run| run.can_train());
    let prepared = bench.is_ready();
    let unable = Signal::derive(move || !able.get());
    let reseed = move |()| {
        // Any seed will do as long as it is new; the page shows it and the link carries it.
        let seed = (js_sys::Math::random() * 1e6) as u32;
        bench.send(Command::Reseed { seed });
    };
    view! {
        <div class="run-buttons" role="group" aria-label=move || words().shell.run>
            <button
                type="button"
                class="button primary play"
                data-testid="play"
                data-running=move || running.get().to_string()
                disabled=move || unable.get()
                title=move || {
                    format!("{} (Space)", if running.get() { words().shell.pause } else { words().shell.play })
                }
                on:click=move |_| keys::play_or_pause(bench)
            >
                <Icon name=Signal::derive(move || {
                    if running.get() { IconName::Pause } else { IconName::Play }
                }) />
                <span>
                    {move || if running.get() { words().shell.pause } else { words().shell.play }}
                </span>
            </button>
            <Button
                label=say(|w| w.shell.step)
                kind=ButtonKind::Icon
                icon=Signal::from(IconName::Step)
                key="S"
                disabled=Signal::derive(move || unable.get() || running.get())
                press=move |()| keys::step(bench)
                test="step"
            />
            <Button
                label=say(|w| w.shell.rewind)
                kind=ButtonKind::Icon
                icon=Signal::from(IconName::Rewind)
                disabled=Signal::derive(move || !prepared.get())
                press=move |()| bench.send(Command::Rewind)
                test="rewind"
            />
            <Button
                label=say(|w| w.shell.reseed)
                kind=ButtonKind::Icon
                icon=Signal::from(IconName::Reseed)
                disabled=Signal::derive(move || !prepared.get())
                press=Callback::new(reseed)
                test="reseed"
            />
        </div>
    }
}

/// Step, loss, speed, time left: each keeps its width, so that nothing moves while numbers change.
#[component]
fn Figures() -> impl IntoView {
    let bench = workbench();
    let step = bench.of_run(|run| run.step());
    let last = bench.of_run(|run| run.last);
    let left = Memo::new(move |_| {
        bench.applied.with(|applied| {
            let applied = applied.as_ref()?;
            let tokens = applied.training.rows() as f64 * f64::from(applied.model.context);
            bench
                .run
                .with(|run| run.secs_left(applied.training.total_steps, tokens))
        })
    });
    view! {
        <dl class="figures">
            <div class="figure-step">
                <dt>{move || words().shell.figure_step}</dt>
                <dd data-testid="step-count">{move || integer(u64::from(step.get()))}</dd>
            </div>
            <div class="figure-loss">
                <dt>{move || words().shell.figure_loss}</dt>
                <dd data-testid="loss">
                    {move || last.get().map_or("–".into(), |it| significant(f64::from(it.loss), 3))}
                </dd>
            </div>
            <div class="figure-speed">
                <dt class="unseen">{move || words().shell.figure_speed}</dt>
                <dd data-testid="speed">
                    {move || {
                        last.get()
                            .filter(|it| it.tokens_per_sec > 0.0)
                            .map_or(
                                "–".into(),
                                |it| compact(f64::from(it.tokens_per_sec), language()),
                            )
                    }}
                    " "
                    {move || words().shell.tokens_per_sec}
                </dd>
            </div>
            <div class="figure-left">
                <dt class="unseen">{move || words().shell.figure_left}</dt>
                <dd data-testid="time-left">
                    {move || {
                        left.get()
                            .map(|secs| fill(words().shell.left, &[("time", &wait(secs, language()))]))
                            .unwrap_or_default()
                    }}
                </dd>
            </div>
        </dl>
    }
}

#[component]
fn DeviceBadge() -> impl IntoView {
    let bench = workbench();
    let panels: Panels = expect_context();
    let device = bench.of_run(|run| run.device.clone());
    let text = move || {
        let w = words();
        match device.get() {
            None => w.shell.device_unknown.to_string(),
            Some(device) => match device.kind {
                DeviceKind::WebGpu if device.adapter.is_empty() => "WebGPU".into(),
                DeviceKind::WebGpu => device.adapter,
                DeviceKind::WebGpuSoftware => w.shell.device_software.into(),
                DeviceKind::Cpu if device.reason.is_none() => w.shell.device_cpu_chosen.into(),
                DeviceKind::Cpu => w.shell.device_cpu.into(),
            },
        }
    };
    let kind = move || match device.get().map(|device| device.kind) {
        None => "unknown",
        Some(DeviceKind::WebGpu) => "gpu",
        Some(DeviceKind::WebGpuSoftware) => "software",
        Some(DeviceKind::Cpu) => "cpu",
    };
    view! {
        <button
            type="button"
            class="badge"
            data-testid="device-badge"
            data-kind=kind
            title=move || words().shell.device_title
            on:click=move |_| panels.device.set(true)
        >
            <span class="dot" aria-hidden="true"></span>
            <span class="badge-text">{text}</span>
        </button>
    }
}

#[component]
fn Share() -> impl IntoView {
    let bench = workbench();
    let desk: Desk = expect_context();
    let copied = RwSignal::new(false);
    let share = move |()| {
        desk.write_link(&bench.draft.get_untracked());
        let address = link::href();
        spawn_local(async move {
            if copy_text(address.clone()).await {
                copied.set(true);
                set_timeout(
                    move || copied.set(false),
                    std::time::Duration::from_millis(2000),
                );
            } else {
                // Without the clipboard the link itself is shown, to be copied by hand.
                bench.inform(|w| w.shell.copy_by_hand, vec![address]);
            }
        });
    };
    view! {
        <span class="share">
            <Button
                label=say(|w| w.shell.share)
                kind=ButtonKind::Icon
                icon=Signal::from(IconName::Share)
                press=Callback::new(share)
                test="share"
            />
            <span class="bubble" role="status" class:on=move || copied.get()>
                {move || if copied.get() { words().shell.copied } else { "" }}
            </span>
        </span>
    }
}
