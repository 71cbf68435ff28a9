//! The page and its engine: one WebAssembly module with two beginnings, told apart by the global scope it wakes up in.

#[cfg(target_arch = "wasm32")]
fn main() {
    use wasm_bindgen::JsCast;
    console_error_panic_hook::set_once();
    if js_sys::global().is_instance_of::<web_sys::Window>() {
        seedling::app::start();
    } else {
        seedling::worker::web::start_engine();
    }
}

#[cfg(not(target_arch = "wasm32"))]
fn main() {
    eprintln!("This program is a web page. To build and open it: cargo xtask serve --open");
    std::process::exit(2);
}
