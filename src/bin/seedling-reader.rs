//! The reader: a module of its own, which a worker of the page runs once texts are asked about.

#[cfg(target_arch = "wasm32")]
fn main() {
    console_error_panic_hook::set_once();
    seedling::worker::web::start_reader();
}

#[cfg(not(target_arch = "wasm32"))]
fn main() {
    eprintln!("This program is part of a web page. To build and open it: cargo xtask serve --open");
    std::process::exit(2);
}
