//! The second part of the page's module, which the engine fetches for itself: with a command that needs it, and again after a
//! failure.

use std::path::{Path, PathBuf};

use crate::harness::{Page, Visit, visit};
use crate::page::TINY;

/// How often the server gave the second part away.
fn fetched(page: &Page) -> usize {
    let of_part = |target: &str| {
        target
            .split('?')
            .next()
            .unwrap_or_default()
            .ends_with("_later.wasm")
    };
    let requests = page.requests();
    let given = requests
        .iter()
        .filter(|it| it.status == 200 && of_part(&it.target));
    given.count()
}

#[tokio::test]
async fn a_model_of_another_family_brings_its_code_with_it() {
    visit(Visit::ordinary(), |page| async move {
        page.open_ready(TINY).await;
        page.click("step").await;
        page.says("step-count", "1").await;
        assert_eq!(fetched(&page), 0, "a first visit needs none of it");
        page.open_ready("#v1/tiny-cpu?family=lstm").await;
        assert_eq!(fetched(&page), 1);
        page.click("step").await;
        page.says("step-count", "1").await;
    })
    .await;
}

#[tokio::test]
async fn a_bench_brings_its_code_with_it() {
    visit(Visit::ordinary(), |page| async move {
        page.open("#bench?workload=sample&config=S&backend=cpu&runs=2").await;
        page.element("#bench-done").await;
        page.until("!document.querySelector('#bench-failure') && document.querySelector('#bench-output').textContent.includes('\"workload\":\"sample\"')")
            .await;
    })
    .await;
}

fn second_part(folder: &Path) -> PathBuf {
    let files = std::fs::read_dir(folder).expect("the page was copied");
    let mut paths = files.map(|entry| entry.expect("it can be read").path());
    let part = paths.find(|path| path.to_string_lossy().ends_with("_later.wasm"));
    part.expect("the page has a second part")
}

#[tokio::test]
async fn without_a_connection_the_engine_says_what_to_do_and_goes_on() {
    let visitor = Visit::ordinary().expecting_console_errors();
    let folder = visitor.copy_without("no file");
    visit(visitor.of(&folder), |page| async move {
        page.open_ready(TINY).await;
        // The page itself has its part from before; the engine has none yet.
        page.evaluate(
            "(async () => { const first = document.querySelector('link[rel=preload][href$=\"_bg.wasm\"]').href; const kept = await (await fetch(first.replace('_bg.wasm', '_later.wasm') + '?page')).arrayBuffer(); const ordinary = fetch; window.fetch = (address, ...rest) => String(address).endsWith('_later.wasm') ? Promise.resolve(new Response(kept)) : ordinary(address, ...rest); return 1; })()",
        )
        .await;
        let part = second_part(&folder);
        let aside = part.with_extension("aside");
        std::fs::rename(&part, &aside).expect("it can be put aside");
        page.click("tab-attention").await;
        page.says("attention-empty", "could not be fetched").await;
        page.says("attention-empty", "try again").await;
        // Training goes on meanwhile.
        page.click("step").await;
        page.says("step-count", "1").await;

        std::fs::rename(&aside, &part).expect("it can be put back");
        page.fill("attention-text", "The cat eats").await;
        page.click("attention-look").await;
        page.find("attention-matrix").await;
        assert_eq!(fetched(&page), 2);
    })
    .await;
}
