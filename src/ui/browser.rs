//! The few browser calls controls need: ids, frames, the clipboard.

use std::sync::atomic::{AtomicU32, Ordering};

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen_futures::JsFuture;

/// A document-wide unique id, to tie labels to inputs.
pub fn element_id(stem: &str) -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    format!("{stem}-{}", NEXT.fetch_add(1, Ordering::Relaxed))
}

/// Copies a text; `false` when the browser refuses (no permission, no secure context).
pub async fn copy_text(text: String) -> bool {
    let clipboard = window().navigator().clipboard();
    // Outside a secure context the property is missing, whatever the type says.
    if js_sys::Reflect::get(&window().navigator(), &"clipboard".into())
        .is_ok_and(|value| value.is_undefined())
    {
        return false;
    }
    JsFuture::from(clipboard.write_text(&text)).await.is_ok()
}

/// The text at an address; `None` when there is none.
pub async fn fetch_text(address: &str) -> Option<String> {
    let response = JsFuture::from(window().fetch_with_str(address))
        .await
        .ok()?;
    let response: web_sys::Response = response.dyn_into().ok()?;
    if !response.ok() {
        return None;
    }
    JsFuture::from(response.text().ok()?)
        .await
        .ok()?
        .as_string()
}

/// Has the browser save what is at an address.
fn save_from(name: &str, address: &str) -> Result<(), wasm_bindgen::JsValue> {
    let link = document().create_element("a")?;
    link.set_attribute("href", address)?;
    link.set_attribute("download", name)?;
    link.unchecked_ref::<web_sys::HtmlElement>().click();
    Ok(())
}

/// Gives a text to the person as a file.
pub fn save_text(name: &str, text: &str) {
    let save = || -> Result<(), wasm_bindgen::JsValue> {
        let parts = js_sys::Array::of1(&text.into());
        let blob = web_sys::Blob::new_with_str_sequence(&parts)?;
        let address = web_sys::Url::create_object_url_with_blob(&blob)?;
        save_from(name, &address)?;
        // The browser has taken the address over by the time the click returns.
        web_sys::Url::revoke_object_url(&address)
    };
    // A browser that saves nothing says so itself.
    let _ = save();
}

/// Gives a drawing to the person as a PNG of `width` × `height` CSS pixels, twice as fine; `false` when the browser cannot draw it.
pub async fn save_picture(name: &str, svg: &str, width: f64, height: f64) -> bool {
    const FINENESS: f64 = 2.0;
    let save = async || -> Result<(), wasm_bindgen::JsValue> {
        let image = web_sys::HtmlImageElement::new()?;
        let markup = js_sys::encode_uri_component(svg);
        image.set_src(&format!("data:image/svg+xml;charset=utf-8,{markup}"));
        JsFuture::from(image.decode()).await?;
        let canvas: web_sys::HtmlCanvasElement = document().create_element("canvas")?.dyn_into()?;
        canvas.set_width((width * FINENESS) as u32);
        canvas.set_height((height * FINENESS) as u32);
        let context = canvas.get_context("2d")?;
        let context: web_sys::CanvasRenderingContext2d =
            context.ok_or(wasm_bindgen::JsValue::NULL)?.dyn_into()?;
        context.scale(FINENESS, FINENESS)?;
        context
            .draw_image_with_html_image_element_and_dw_and_dh(&image, 0.0, 0.0, width, height)?;
        save_from(name, &canvas.to_data_url()?)
    };
    save().await.is_ok()
}

/// Width and height of an element in CSS pixels, following its changes.
pub fn box_size(node: NodeRef<leptos::html::Div>) -> Signal<(f64, f64)> {
    let size = RwSignal::new((0.0, 0.0));
    Effect::new(move |_| {
        let Some(element) = node.get() else { return };
        let measured: Closure<dyn Fn(js_sys::Array)> =
            Closure::new(move |entries: js_sys::Array| {
                let Ok(entry) = entries.get(0).dyn_into::<web_sys::ResizeObserverEntry>() else {
                    return;
                };
                let area = entry.content_rect();
                let next = (area.width(), area.height());
                if size.try_get_untracked().is_some_and(|now| now != next) {
                    size.set(next);
                }
            });
        let Ok(observer) = web_sys::ResizeObserver::new(measured.as_ref().unchecked_ref()) else {
            return;
        };
        observer.observe(&element);
        let kept = send_wrapper::SendWrapper::new((observer, measured));
        on_cleanup(move || kept.0.disconnect());
    });
    size.into()
}
