//! The module works in the page's memory, and has no stack of its own: one that needed it would end at once instead of writing there.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    if std::env::var("CARGO_CFG_TARGET_ARCH").is_ok_and(|target| target == "wasm32") {
        for argument in ["--import-memory", "--no-entry", "-zstack-size=16"] {
            println!("cargo:rustc-link-arg-cdylib={argument}");
        }
    }
}
