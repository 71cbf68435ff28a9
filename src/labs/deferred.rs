//! Views that a first visit does not download. What stands in a module called `later` goes into the second part of the page's WebAssembly
//! module (`xtask/src/divide.rs`); nothing of it may be called before [`deferred`] has seen that part come. In a module that is not
//! divided it is there from the beginning.

use js_sys::{Reflect, WebAssembly};
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use crate::ui::Button;
use crate::words::{fill, say, words};

/// The export that a divided module has.
const TABLE: &str = "later";
/// What the second part calls the first.
const FIRST: &str = "page";

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
            let part = match load().await {
                Ok(()) => Part::Here,
                Err(error) => Part::Failed(js_sys::Error::from(error).message().into()),
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

async fn load() -> Result<(), JsValue> {
    let exports = wasm_bindgen::exports();
    if !Reflect::has(&exports, &TABLE.into())? {
        return Ok(());
    }
    let selector = "link[rel=preload][href$='_bg.wasm']";
    let first = document().query_selector(selector)?;
    let first = first.and_then(|link| link.get_attribute("href"));
    let address = first
        .ok_or_else(|| js_sys::Error::new("index.html has no preload link"))?
        .replace("_bg.wasm", "_later.wasm");
    let response = JsFuture::from(window().fetch_with_str(&address)).await?;
    let response: web_sys::Response = response.dyn_into()?;
    if !response.ok() {
        let reason = format!("{address}: status {}", response.status());
        return Err(js_sys::Error::new(&reason).into());
    }
    let bytes = JsFuture::from(response.array_buffer()?).await?;
    let imports = js_sys::Object::new();
    Reflect::set(&imports, &FIRST.into(), &exports)?;
    let bytes = js_sys::Uint8Array::new(&bytes).to_vec();
    JsFuture::from(WebAssembly::instantiate_buffer(&bytes, &imports)).await?;
    Ok(())
}
