//! Why this model cannot be used so, and what can be done about it.

use leptos::prelude::*;

use super::super::super::Lab;
use super::super::uses::{Pick, Use};
use super::desk::Desk;
use crate::models::Family;
use crate::ui::{Button, ButtonKind};
use crate::words::{fill, say, words};

pub fn refusal(desk: Desk, family: Family, reason: Pick) -> AnyView {
    let own = Use::own(family);
    let instead = Signal::derive(move || {
        let name = own.name()(words());
        fill(words().uses.instead, &[("use", name)])
    });
    view! {
        <section class="use-refusal" data-testid="use-refusal">
            <h3>{move || words().uses.not_this_model}</h3>
            <p>{move || reason(words())}</p>
            <div class="row">
                <Button
                    label=instead
                    kind=ButtonKind::Primary
                    press=move |()| desk.choose(own)
                    test="use-instead"
                />
                <Button
                    label=say(|w| w.uses.other_model)
                    press=move |()| desk.bench.lab.set(Lab::Model)
                    test="use-other-model"
                />
            </div>
        </section>
    }
    .into_any()
}
