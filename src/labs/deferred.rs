//! Views that a first visit does not download. What stands in a module called `later` goes into the second part of the page's WebAssembly
//! module (`xtask/src/divide.rs`); nothing of it may be called before [`deferred`] has seen that part come. In a module that is not
//! divided it is there from the beginning.

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::part;
use crate::ui::Button;
use crate::words::{fill, messages_are_here, say, words};

/// How far the second part is.
#[derive(Clone, Debug, Default, PartialEq)]
enum Part {
    #[default]
    NotAsked,
    Coming,
    Here,
    /// In the browser's words.
    Failed(String),
}

/// The second part of the page, shared through the component context.
#[derive(Clone, Copy, Default)]
pub struct Later(RwSignal<Part>);

impl Later {
    /// Fetches it unless it is there or on its way.
    pub fn fetch(self) {
        if matches!(self.0.get_untracked(), Part::Coming | Part::Here) {
            return;
        }
        self.0.set(Part::Coming);
        spawn_local(async move {
            let part = match part::load(first_part).await {
                Ok(()) => {
                    messages_are_here();
                    Part::Here
                }
                Err(reason) => Part::Failed(reason),
            };
            self.0.set(part);
        });
    }
}

/// A view of the second part, once that is here.
pub fn deferred(view: fn() -> AnyView) -> AnyView {
    let later: Later = expect_context();
    later.fetch();
    let part = later.0;
    let shown = move || match part.get() {
        Part::Here => view(),
        Part::NotAsked | Part::Coming => {
            let text = words().shell.part_coming;
            view! { <p class="quiet" role="status" data-testid="part-coming">{text}</p> }.into_any()
        }
        Part::Failed(reason) => {
            let text = fill(words().shell.part_failed, &[("reason", &reason)]);
            view! {
                <div class="stack">
                    <p role="alert" data-testid="part-failed">{text}</p>
                    <p><Button label=say(|w| w.shell.part_again) press=move |()| later.fetch() test="part-again" /></p>
                </div>
            }
            .into_any()
        }
    };
    view! { {shown} }.into_any()
}

/// Address of the page's module.
fn first_part() -> Result<String, String> {
    let selector = "link[rel=preload][href$='_bg.wasm']";
    let link = document().query_selector(selector).ok().flatten();
    let address = link.and_then(|link| link.get_attribute("href"));
    address.ok_or_else(|| "index.html has no preload link".to_owned())
}
