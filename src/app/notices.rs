//! The notices over the laboratory, each dismissible.

use leptos::prelude::*;

use crate::labs::notice::Tone;
use crate::labs::workbench::workbench;
use crate::ui::{Button, ButtonKind, IconName};
use crate::words::{say, say_message, words};

/// The list.
#[component]
pub fn NoticeList() -> impl IntoView {
    let bench = workbench();
    view! {
        <div class="notices" data-testid="notices" role="region" aria-label=move || words().shell.notices>
            <For
                each=move || bench.notices.get().list
                key=|notice| notice.id
                children=move |notice| {
                    let (class, role) = match notice.tone {
                        Tone::Error => ("notice bad", "alert"),
                        Tone::Information => ("notice", "status"),
                    };
                    let (id, title) = (notice.id, notice.title);
                    let details = notice
                        .details
                        .into_iter()
                        .map(|detail| view! { <li>{move || say_message(&detail)}</li> })
                        .collect_view();
                    view! {
                        <div class=class role=role data-testid="notice">
                            <div>
                                <b>{move || title(words())}</b>
                                <ul>{details}</ul>
                            </div>
                            <Button
                                label=say(|w| w.shell.dismiss)
                                kind=ButtonKind::Icon
                                icon=Signal::from(IconName::Close)
                                press=move |()| bench.notices.update(|notices| notices.dismiss(id))
                                test="dismiss"
                            />
                        </div>
                    }
                }
            />
        </div>
    }
}
