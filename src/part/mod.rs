//! The second part of the page's WebAssembly module (`xtask/src/divide.rs`), which a first visit does not download. Page and engine are two
//! instances of the module, and each fetches the part for itself when it first needs it. In a module that is not divided it is
//! there from the beginning.

use std::cell::Cell;

use js_sys::{Reflect, WebAssembly};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

/// The export that a divided module has.
const TABLE: &str = "later";
/// What the second part calls the first.
const FIRST: &str = "page";

#[wasm_bindgen]
extern "C" {
    /// Of the page or of the worker, whichever this is.
    #[wasm_bindgen(catch)]
    fn fetch(address: &str) -> Result<js_sys::Promise, JsValue>;
}

thread_local! {
    static IS_HERE: Cell<bool> = const { Cell::new(false) };
}

/// Fetches what belongs to the first part, whose address `first` tells, unless it is here. Nobody calls it again before it has answered.
///
/// # Errors
/// Why it did not come, in the browser's words. It can be tried again.
pub async fn load(first: fn() -> Result<String, String>) -> Result<(), String> {
    let exports = wasm_bindgen::exports();
    let is_divided = Reflect::has(&exports, &TABLE.into()).unwrap_or(false);
    if is_divided && !IS_HERE.get() {
        let address = first()?.replace("_bg.wasm", "_later.wasm");
        let loaded = instantiate(&address, &exports).await;
        loaded.map_err(|error| String::from(js_sys::Error::from(error).message()))?;
        IS_HERE.set(true);
    }
    Ok(())
}

async fn instantiate(address: &str, exports: &JsValue) -> Result<(), JsValue> {
    let response: web_sys::Response = JsFuture::from(fetch(address)?).await?.dyn_into()?;
    if !response.ok() {
        let reason = format!("{address}: status {}", response.status());
        return Err(js_sys::Error::new(&reason).into());
    }
    let bytes = JsFuture::from(response.array_buffer()?).await?;
    let imports = js_sys::Object::new();
    Reflect::set(&imports, &FIRST.into(), exports)?;
    let bytes = js_sys::Uint8Array::new(&bytes).to_vec();
    JsFuture::from(WebAssembly::instantiate_buffer(&bytes, &imports)).await?;
    Ok(())
}
