//! The matrix product with fused multiply-add (`kernels/`): a module that shares this one's memory, taken where the browser knows its
//! instructions. Without it the general product does the same work, slower.

use std::hint::black_box;

use js_sys::{Function, Object, Reflect, WebAssembly};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use super::{Stop, absolute, fetch};
use crate::ops::product::{Kernel, take_kernel};

/// Beside the page.
const FILE: &str = "product.wasm";

/// Whether this browser has it. Asked for once; a failure is no trouble.
pub async fn load() -> bool {
    let bytes = fetch(&absolute(FILE), &Stop::default(), &|_, _| ()).await;
    let taken = match bytes {
        Ok(bytes) => take(&bytes).await,
        Err(error) => Err(error),
    };
    taken.unwrap_or(false)
}

async fn take(bytes: &[u8]) -> Result<bool, JsValue> {
    let shared = Object::new();
    Reflect::set(&shared, &"memory".into(), &wasm_bindgen::memory())?;
    let imports = Object::new();
    Reflect::set(&imports, &"env".into(), &shared)?;
    // Fails where the browser does not know the instructions.
    let made = JsFuture::from(WebAssembly::instantiate_buffer(bytes, &imports)).await?;
    let instance = Reflect::get(&made, &"instance".into())?;
    let exports = Reflect::get(&instance, &"exports".into())?;
    let table: WebAssembly::Table = wasm_bindgen::function_table().unchecked_into();
    let put = |name: &str, place: usize| -> Result<(), JsValue> {
        let function: Function = Reflect::get(&exports, &name.into())?.dyn_into()?;
        table.set(place as u32, &function)
    };
    // A function pointer is a place in the table of functions: theirs come to stand where two of ours stood.
    let kernel = Kernel {
        product: black_box(product_stands_here),
        room: black_box(room_stands_here),
    };
    put("product_1", kernel.product as usize)?;
    put("room", kernel.room as usize)?;
    Ok(take_kernel(black_box(kernel)))
}

extern "C" fn room_stands_here(_: usize) -> usize {
    unreachable!("the module's room has taken its place")
}

#[expect(unsafe_code, reason = "it has the type of a kernel")]
unsafe extern "C" fn product_stands_here(
    _: usize,
    _: usize,
    _: usize,
    _: *mut f32,
    _: usize,
    _: bool,
    _: f32,
    _: *const f32,
    _: usize,
    _: usize,
    _: *const f32,
    _: usize,
    _: usize,
    _: *mut f32,
) {
    unreachable!("the module's product has taken its place")
}
