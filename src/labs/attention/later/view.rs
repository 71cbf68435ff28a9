//! The frame of the laboratory: the view that the kind of model has, and the panel.

use leptos::prelude::*;

use super::super::super::setting::about;
use super::super::super::workbench::{Workbench, workbench};
use super::super::counting::Chosen;
use super::super::kept::Look;
use super::super::state::Kind;
use super::asking::{inside, say_inside, want};
use super::{attention, counts, traces};
use crate::models::Family;
use crate::ui::{Button, ButtonKind, Group, TextArea, Toggle};
use crate::words::say;

/// What there is to see in the model in force.
fn kind_of(bench: Workbench) -> Memo<Kind> {
    Memo::new(move |_| {
        bench.applied.with(|run| {
            let family = run.as_ref().map(|run| run.model.family);
            Kind::of(family.unwrap_or(Family::Decoder))
        })
    })
}

/// What the model in force has to show.
#[inline(never)]
pub fn picture() -> AnyView {
    let bench = workbench();
    let look: Look = expect_context();
    if look.text.with_untracked(String::is_empty) {
        look.text
            .set(bench.draft.with_untracked(|p| p.prompt.clone()));
    }
    let kind = kind_of(bench);
    let shown = move || match kind.get() {
        Kind::Attention => attention::view(bench, look),
        Kind::Counts => counts::view(bench, look),
        Kind::Traces => traces::view(bench, look),
        Kind::Window => nothing(|w| w.feed_forward),
        Kind::Source => nothing(|w| w.has_source),
    };
    view! { {shown} }.into_any()
}

/// Why there is nothing to draw of a model.
fn nothing(why: fn(&'static crate::words::inside::Inside) -> &'static str) -> AnyView {
    view! {
        <div class="lab look" data-testid="lab-attention">
            <div class="lab-head">
                <h2>{move || inside().other_title}</h2>
            </div>
            <p class="empty" data-testid="inside-nothing">{say_inside(why)}</p>
        </div>
    }
    .into_any()
}

/// The panel.
#[inline(never)]
pub fn settings() -> AnyView {
    let bench = workbench();
    let look: Look = expect_context();
    let kind = kind_of(bench);
    let submit = move |()| match kind.get_untracked() {
        Kind::Attention => look.ask(bench),
        Kind::Counts => want(look, |state| state.chosen = Chosen::default()),
        Kind::Traces => want(look, |_| {}),
        Kind::Window | Kind::Source => {}
    };
    let follow = move |on| {
        look.live.set(on);
        if kind.get_untracked() == Kind::Attention {
            look.ask(bench);
        }
    };
    let has_text = move || !matches!(kind.get(), Kind::Window | Kind::Source);
    view! {
        <Show when=has_text>
            <Group title=say(|w| w.attention.group_text)>
                <TextArea
                    label=say(|w| w.attention.text_label)
                    value=look.text
                    set=move |text| look.text.set(text)
                    rows=3
                    submit=submit
                    test="attention-text"
                />
                <Button
                    label=say(|w| w.attention.look)
                    kind=ButtonKind::Primary
                    press=submit
                    test="attention-look"
                />
                <Show when=move || kind.get() != Kind::Counts>
                    <Toggle
                        label=say(|w| w.attention.live)
                        value=look.live
                        set=follow
                        test="attention-live"
                    />
                </Show>
            </Group>
        </Show>
        {move || match kind.get() {
            Kind::Attention => about(|w| w.attention.about),
            Kind::Counts => about_inside(|w| w.counts_about),
            Kind::Traces => about_inside(|w| w.traces_about),
            Kind::Window => about(|w| w.families.about_feed_forward),
            Kind::Source => ().into_any(),
        }}
    }
    .into_any()
}

fn about_inside(text: fn(&'static crate::words::inside::Inside) -> &'static str) -> AnyView {
    view! {
        <section class="about">
            <h3>{say(|w| w.shell.what_is_this)}</h3>
            <p>{say_inside(text)}</p>
        </section>
    }
    .into_any()
}
