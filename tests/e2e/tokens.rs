//! The tokenizer laboratory: strips side by side, learning watched, vocabularies browsed, and a run with a learned tokenizer.

use fantoccini::key::Key;

use crate::harness::{Page, Visit, visit};
use crate::page::{TINY, part};

/// Tokens of the strip at this place, as they are written.
fn strip_tokens(place: usize) -> String {
    format!(
        "[...document.querySelectorAll('{}')][{place}]?.querySelectorAll('.tok')",
        part("strip")
    )
}

/// Chooses an option of a select by its value, as a person's choice tells the page.
async fn choose(page: &Page, css: &str, value: &str) {
    page.element(css).await;
    page.evaluate(&format!(
        "(() => {{ const select = document.querySelector('{css}'); select.value = '{value}'; select.dispatchEvent(new Event('change', {{ bubbles: true }})); }})()"
    ))
    .await;
}

async fn write(page: &Page, text: &str) {
    page.find("tokens-text").await;
    let text = serde_json::Value::from(text);
    page.evaluate(&format!(
        "(() => {{ const box = document.querySelector('{}'); box.value = {text}; box.dispatchEvent(new Event('input', {{ bubbles: true }})); }})()",
        part("tokens-text")
    ))
    .await;
}

#[tokio::test]
async fn tokenizers_cut_a_text_side_by_side() {
    visit(Visit::ordinary(), |page| async move {
        page.open_ready(TINY).await;
        page.click("tab-tokens").await;
        write(&page, "a 鲸").await;
        // Characters beside bytes: the ideograph is one token there and three here.
        page.until(&format!("{}?.length === 3", strip_tokens(0)))
            .await;
        page.until(&format!("{}?.length === 5", strip_tokens(1)))
            .await;
        let strips = format!("{}:nth-of-type(1) .tok[data-token=\"2\"]", part("strip"));
        page.point_at(&strips).await;
        page.until(&format!(
            "[...document.querySelectorAll('{}')][1].querySelectorAll('.linked').length === 3",
            part("strip")
        ))
        .await;
        page.says("token-inspector", "E9 B2 B8").await;

        // A part of a character says so, by keyboard.
        page.evaluate(&format!(
            "[...document.querySelectorAll('{}')][1].focus()",
            part("strip-tokens")
        ))
        .await;
        for _ in 0..5 {
            let focused = page
                .client
                .active_element()
                .await
                .expect("the strip has the focus");
            focused
                .send_keys(&char::from(Key::Right).to_string())
                .await
                .expect("keys can be pressed");
        }
        page.says("token-inspector", "only a part of a character")
            .await;

        page.click("add-tokenizer").await;
        page.until(&format!(
            "document.querySelectorAll('{}').length === 3",
            part("strip")
        ))
        .await;
        page.until(&format!("{}?.length > 0", strip_tokens(2)))
            .await;
        page.click("remove-tokenizer").await;
        page.until(&format!(
            "document.querySelectorAll('{}').length === 2",
            part("strip")
        ))
        .await;
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_learned_says_why_and_the_rest_stays() {
    visit(Visit::ordinary(), |page| async move {
        page.open_ready(TINY).await;
        page.click("tab-tokens").await;
        page.click("add-tokenizer").await;
        let vocabulary = format!("{}:nth-of-type(3) {}", part("strip"), part("strip-vocabulary"));
        page.element(&vocabulary).await;
        page.evaluate(&format!(
            "(() => {{ const field = document.querySelector('{vocabulary}'); field.value = '2'; field.dispatchEvent(new Event('change', {{ bubbles: true }})); }})()"
        ))
        .await;
        page.says("strip-failure", "too small").await;
        page.until(&format!("{}?.length > 20", strip_tokens(0))).await;
        // The run is untouched.
        page.click("step").await;
        page.says("step-count", "1").await;
    })
    .await;
}

#[tokio::test]
async fn learning_is_played_stepped_and_rewound() {
    visit(Visit::ordinary(), |page| async move {
        page.open_ready(TINY).await;
        page.click("tab-tokens").await;
        page.click("tokens-learn").await;
        page.click("player-learn").await;
        page.says("player-place", "step 0 of 256").await;
        page.click("player-step").await;
        page.says("player-place", "step 1 of 256").await;
        page.until(&format!(
            "document.querySelectorAll('{} tbody tr').length === 10",
            part("player-pairs")
        ))
        .await;
        page.fill("player-jump", "256").await;
        page.says("player-place", "step 256 of 256").await;
        page.click("player-back").await;
        page.says("player-place", "step 255").await;
        page.click("player-rewind").await;
        page.says("player-place", "step 0").await;
        page.click("player-play").await;
        page.until(&format!(
            "Number(document.querySelector('{}').value) > 2",
            part("player-range")
        ))
        .await;

        choose(&page, &part("player-kind"), "unigram").await;
        page.click("player-learn").await;
        page.until(&format!(
            "document.querySelector('{}')?.innerText.includes('EM')",
            part("player-round")
        ))
        .await;
        page.element(&format!("{} .tok:nth-of-type(2)", part("player-sample")))
            .await
            .click()
            .await
            .expect("a token can be chosen");
        page.until(&format!(
            "document.querySelectorAll('{} tbody tr').length > 1",
            part("player-paths")
        ))
        .await;
    })
    .await;
}

#[tokio::test]
async fn a_vocabulary_is_searched_and_a_language_has_its_price() {
    visit(Visit::ordinary(), |page| async move {
        page.open_ready(&format!("{TINY}?tokenizer=bpe-bytes&vocabulary=400")).await;
        page.click("tab-tokens").await;
        page.click("tokens-vocabulary").await;
        page.says("browser-count", "400 of 400").await;
        page.fill("browser-search", "the").await;
        page.until(&format!("document.querySelectorAll('{} .entry').length < 30", part("browser-entries"))).await;
        page.element(&format!("{} .entry", part("browser-entries")))
            .await
            .click()
            .await
            .expect("an entry can be chosen");
        page.until(&format!("document.querySelectorAll('{} li').length > 0", part("browser-merges"))).await;
        page.until(&format!("document.querySelectorAll('{} li').length > 2", part("browser-places"))).await;

        page.click("tokens-languages").await;
        page.until(&format!("document.querySelectorAll('{} tbody td').length === 9", part("cost-table"))).await;
        let own = page
            .evaluate(&format!(
                "[...document.querySelectorAll('{} td.own .factor')].map(it => it.innerText).join()",
                part("cost-table")
            ))
            .await;
        assert_eq!(own, "1.0×,1.0×,1.0×", "each is cheapest where it was learned");
    })
    .await;
}

#[tokio::test]
async fn a_run_with_a_learned_tokenizer_comes_back_from_its_link() {
    visit(Visit::ordinary(), |page| async move {
        page.open_ready(TINY).await;
        page.click("tab-tokens").await;
        // Chosen beside the playground's, then taken for training.
        page.click("add-tokenizer").await;
        let kind = format!("{}:nth-of-type(3) {}", part("strip"), part("strip-kind"));
        choose(&page, &kind, "bpe-bytes").await;
        page.element(&format!(
            "{}:nth-of-type(3) {}",
            part("strip"),
            part("use-tokenizer")
        ))
        .await
        .click()
        .await
        .expect("it can be taken");
        page.until("location.hash.includes('tokenizer=bpe-bytes')")
            .await;
        page.click("tab-data").await;
        page.says("corpus-facts", "vocabulary of 512 tokens").await;
        page.click("tab-train").await;
        let first = page.first_losses(3).await;
        assert!(first[0] > 5.5, "512 tokens are guessed among: {first:?}");
        let hash = page.hash().await;
        page.open_ready("").await;
        page.open_ready(&hash).await;
        assert_eq!(page.first_losses(3).await, first);
    })
    .await;
}

#[tokio::test]
async fn a_vocabulary_goes_out_as_a_file_and_comes_back() {
    visit(Visit::ordinary(), |page| async move {
        page.open_ready(&format!("{TINY}?tokenizer=bpe-bytes&vocabulary=300")).await;
        page.click("tab-tokens").await;
        page.until(&format!("{}?.length > 0", strip_tokens(0))).await;
        // What is saved is caught on its way to the disk and given back as a picked file.
        page.evaluate("(() => { const make = URL.createObjectURL; URL.createObjectURL = blob => { if (blob.size > 0) window.saved = blob; return make(blob); }; })()")
            .await;
        page.evaluate("document.querySelectorAll('.panel details').forEach(it => it.open = true)").await;
        page.click("export-tokenizer").await;
        page.until("window.saved instanceof Blob").await;
        page.evaluate(&format!(
            "(() => {{ const files = new DataTransfer(); files.items.add(new File([window.saved], 'mine.json')); const input = document.querySelector('{}'); input.files = files.files; input.dispatchEvent(new Event('change', {{ bubbles: true }})); }})()",
            part("tokenizer-file")
        ))
        .await;
        page.says("strip-file", "mine.json").await;
        page.until(&format!("{}?.length > 0", strip_tokens(2))).await;
        let ids = |place: usize| format!("[...{}].map(it => it.dataset.id).join()", strip_tokens(place));
        let (own, read) = (page.evaluate(&ids(0)).await, page.evaluate(&ids(2)).await);
        assert_eq!(own, read);

        // A file that is none is refused in words.
        page.evaluate(&format!(
            "(() => {{ const files = new DataTransfer(); files.items.add(new File(['{{\"model\": 3}}'], 'broken.json')); const input = document.querySelector('{}'); input.files = files.files; input.dispatchEvent(new Event('change', {{ bubbles: true }})); }})()",
            part("tokenizer-file")
        ))
        .await;
        page.until("document.querySelector('.notices').innerText.includes('could not be read')").await;
    })
    .await;
}

/// Files whose names contain this that the page has fetched so far.
async fn fetched(page: &Page, name: &str) -> u64 {
    let script = format!(
        "performance.getEntriesByType('resource').filter(it => it.name.includes('{name}')).length"
    );
    page.evaluate(&script).await.as_u64().unwrap_or_default()
}

#[tokio::test]
async fn what_a_first_visit_does_not_need_comes_when_it_is_needed() {
    visit(Visit::ordinary(), |page| async move {
        page.open_ready(TINY).await;
        page.click("step").await;
        page.says("step-count", "1").await;
        assert_eq!(fetched(&page, "_later.wasm").await, 0);
        assert_eq!(fetched(&page, "seedling-reader").await, 0);

        // Without a connection the laboratory says so, the run goes on, and the second try works.
        page.evaluate("window.kept = window.fetch, window.fetch = () => Promise.reject(new Error('no connection')), 0")
            .await;
        page.click("tab-tokens").await;
        page.says("part-failed", "no connection").await;
        page.evaluate("window.fetch = window.kept, 0").await;
        page.click("part-again").await;
        page.find("tokens-text").await;
        page.until(&format!("{}?.length > 0", strip_tokens(0)))
            .await;
        assert!(fetched(&page, "_later.wasm").await > 0);
    })
    .await;
}

#[tokio::test]
async fn special_tokens_are_shown_and_read_only_when_asked_for() {
    visit(Visit::ordinary(), |page| async move {
        page.open_ready(TINY).await;
        page.click("tab-tokens").await;
        write(&page, "a<|end|>b").await;
        page.find("tokenizer-file").await;
        // A byte-level vocabulary of the 256 bytes and one special token, as a file.
        page.evaluate(&format!(
            "(() => {{ const seen = []; for (let b = 0; b < 256; b += 1) if ((b > 32 && b < 127) || (b > 160 && b < 256 && b !== 173)) seen.push(b); const vocab = {{}}; let other = 0; for (let b = 0; b < 256; b += 1) vocab[String.fromCharCode(seen.includes(b) ? b : 256 + other++)] = b; const file = {{ added_tokens: [{{ id: 256, content: '<|end|>', special: true }}], pre_tokenizer: {{ type: 'ByteLevel', add_prefix_space: false }}, model: {{ type: 'BPE', vocab, merges: [] }} }}; const files = new DataTransfer(); files.items.add(new File([JSON.stringify(file)], 'special.json')); const input = document.querySelector('{}'); input.files = files.files; input.dispatchEvent(new Event('change', {{ bubbles: true }})); }})()",
            part("tokenizer-file")
        ))
        .await;
        page.says("strip-file", "special.json").await;
        page.until(&format!("{}?.length === 9", strip_tokens(2))).await;
        page.says("strip-specials", "1").await;
        page.click("tokens-read-specials").await;
        page.until(&format!("{}?.length === 3", strip_tokens(2))).await;
        page.until(&format!("{}[1].innerText.includes('special')", strip_tokens(2)))
            .await;
        // The other tokenizers have none and cut as before.
        page.until(&format!("{}?.length === 9", strip_tokens(0))).await;
    })
    .await;
}
