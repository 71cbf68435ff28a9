//! The page starts, from any path, and keeps to its own address; and the harness would notice if it did not.

use std::path::PathBuf;

use crate::harness::{SUB_PATH, Visit, visit};

/// Everything the page needs lies beside it.
#[tokio::test]
async fn starts_under_a_sub_path() {
    visit(Visit::ordinary(), |page| async move {
        page.open("").await;
        page.until("document.readyState === 'complete'").await;
        page.element("body").await;
        let refused = page
            .evaluate("document.getElementById('loading')?.getAttribute('role') === 'alert'")
            .await;
        assert_eq!(refused, false, "the page says that it cannot start");
        page.until(
            "performance.getEntriesByType('resource').some(entry => entry.name.endsWith('.wasm'))",
        )
        .await;
        let own = page.url("").replace("http://", "").replace(SUB_PATH, "");
        let mut requests = page.requests();
        requests.retain(|heard| heard.host == own);
        let inside = requests
            .iter()
            .all(|heard| heard.target.starts_with(SUB_PATH) && heard.status == 200);
        assert!(inside && !requests.is_empty(), "{requests:#?}");
    })
    .await;
}

/// A missing adapter must fail the GPU tests, so here is the test that says which one there is.
#[tokio::test]
async fn the_browser_has_a_webgpu_adapter() {
    visit(Visit::ordinary(), |page| async move {
        page.open("").await;
        let adapter = page
            .evaluate("navigator.gpu.requestAdapter().then(adapter => adapter && [adapter.info.vendor, adapter.info.architecture, adapter.info.description].join(' '))")
            .await;
        let adapter = adapter.as_str().expect("there is an adapter").trim().to_owned();
        assert!(!adapter.is_empty());
        println!("WebGPU adapter: {adapter}");
    })
    .await;
}

/// What the tests of the CPU fallback rely on.
#[tokio::test]
async fn a_visit_without_webgpu_has_no_adapter() {
    visit(Visit::ordinary().without_webgpu(), |page| async move {
        page.open("").await;
        let adapter = page.evaluate("navigator.gpu ? navigator.gpu.requestAdapter().then(adapter => adapter !== null) : false").await;
        assert_eq!(adapter, false);
    })
    .await;
}

/// A page that asks for a font elsewhere, from its document and from a worker: the harness must hear both.
#[tokio::test]
async fn the_harness_hears_requests_to_other_addresses() {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("leaking-page");
    std::fs::create_dir_all(&folder).expect("a folder for the page");
    let page = "<!doctype html><link rel=icon href=data:,><script>
        fetch('http://document.example/a').catch(() => {});
        new Worker('worker.js').onmessage = () => { document.title = 'asked'; };
    </script>";
    std::fs::write(folder.join("index.html"), page).expect("the page is written");
    let worker =
        "fetch('https://worker.example/b').catch(() => {}).finally(() => postMessage('asked'));";
    std::fs::write(folder.join("worker.js"), worker).expect("the worker is written");

    let heard = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    let told = std::sync::Arc::clone(&heard);
    let leaking = Visit::ordinary().of(&folder).expecting_console_errors();
    let outcome = tokio::spawn(visit(leaking, |page| async move {
        page.open("").await;
        page.until("document.title === 'asked'").await;
        told.lock()
            .expect("no other test holds it")
            .extend(page.foreign_requests());
    }))
    .await;
    assert!(
        outcome.is_err(),
        "a visit with requests to other addresses must fail"
    );
    let mut hosts: Vec<String> = heard
        .lock()
        .expect("no other test holds it")
        .iter()
        .map(|heard| heard.host.clone())
        .collect();
    hosts.sort();
    assert_eq!(hosts, ["document.example", "worker.example:443"]);
}
