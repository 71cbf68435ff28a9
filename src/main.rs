//! The page and its worker: one WebAssembly module with two beginnings, told apart by the global scope it wakes up in.

#[cfg(target_arch = "wasm32")]
fn main() {
    console_error_panic_hook::set_once();
}

#[cfg(not(target_arch = "wasm32"))]
fn main() {
    eprintln!("This program is a web page. To build and open it: cargo xtask serve --open");
    std::process::exit(2);
}
