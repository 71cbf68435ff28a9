//! Shares over many draws. Bounds are five standard deviations of the binomial unless another is named: one test in two million
//! would fail by chance, and the seeds are fixed.

use super::*;

/// Whether `hits` of `n` are a share `p` of them.
fn assert_share(name: &str, hits: usize, n: usize, p: f64) {
    let (expected, n) = (n as f64 * p, n as f64);
    let bound = 5.0 * (n * p * (1.0 - p)).sqrt();
    let difference = (hits as f64 - expected).abs();
    assert!(
        difference <= bound,
        "{name}: {hits} of {n}, expected {expected} ± {bound}"
    );
}

fn text(length: u32, vocabulary: u32) -> ObjectiveData {
    ObjectiveData {
        training: part(
            (0..length)
                .map(|i| crate::rng::hash32(8, i) % vocabulary)
                .collect(),
            vec![0..length as usize / 2, length as usize / 2..length as usize],
        ),
        word_starts: (0..vocabulary).map(|id| id % 2 == 0).collect(),
        sentence_ends: (0..vocabulary).map(|id| id % 10 == 0).collect(),
        ..ObjectiveData::default()
    }
}

fn views(config: &ObjectiveConfig, context: usize, count: u32) -> Vec<ExampleView> {
    let maker = maker(config, text(5000, 50), context, 50);
    (0..count).map(|step| maker.example(2, step, 0)).collect()
}

fn kinds(views: &[ExampleView], kind: CellKind) -> usize {
    let cells = views.iter().flat_map(|view| &view.source);
    cells.filter(|cell| cell.kind == kind).count()
}

#[test]
fn masks_keep_to_the_rate_and_the_shares() {
    let views = views(&config(Objective::Masked), 102, 400);
    let tokens = 400 * 100;
    let chosen = views
        .iter()
        .flat_map(|view| &view.targets)
        .flatten()
        .count();
    assert_share("chosen", chosen, tokens, 0.15);
    let [masked, random, unchanged] =
        [CellKind::Masked, CellKind::Random, CellKind::Unchanged].map(|kind| kinds(&views, kind));
    assert_eq!(masked + random + unchanged, chosen);
    assert_share("masked", masked, chosen, 0.8);
    assert_share("random", random, chosen, 0.1);
    assert_share("unchanged", unchanged, chosen, 0.1);
    // other tokens are drawn from the whole vocabulary, evenly
    let others = views.iter().flat_map(|view| &view.source);
    let others = others.filter(|cell| cell.kind == CellKind::Random);
    let low = others.filter(|cell| cell.id < 25).count();
    assert_share("low ids", low, random, 0.5);
}

#[test]
fn shares_are_taken_in_proportion() {
    let config = ObjectiveConfig {
        mask_rate: 1.0,
        mask_share: 0.2,
        random_share: 0.0,
        unchanged_share: 0.6,
        ..config(Objective::Masked)
    };
    let views = views(&config, 102, 100);
    assert_eq!(kinds(&views, CellKind::Kept), 0);
    assert_eq!(kinds(&views, CellKind::Random), 0);
    assert_share("masked", kinds(&views, CellKind::Masked), 10_000, 0.25);
}

#[test]
fn whole_words_keep_to_the_rate() {
    let config = ObjectiveConfig {
        whole_words: true,
        ..config(Objective::Masked)
    };
    let views = views(&config, 102, 400);
    let chosen = views
        .iter()
        .flat_map(|view| &view.targets)
        .flatten()
        .count();
    // Word lengths are geometric with mean 2; a sum over words has E[length²] / E[length] = 3 times the variance of
    // single tokens, so three of its standard deviations are 5.2 of the binomial.
    let (n, p) = (40_000.0, 0.15);
    let bound = 5.2 * f64::sqrt(n * p * (1.0 - p));
    assert!((chosen as f64 - n * p).abs() < bound, "{chosen}");
}

#[test]
fn half_the_pairs_follow() {
    let views = views(&config(Objective::NextSentence), 40, 2000);
    let next = views.iter().filter(|view| view.is_next == Some(true));
    assert_share("next", next.count(), 2000, 0.5);
    // one in ten is drawn short: of any length from 2 to 37 alike. Others are full unless a document ended.
    let short = views.iter().filter(|view| view.source.len() < 40).count();
    assert!((150..400).contains(&short), "{short}");
}

#[test]
fn noise_keeps_to_its_rates() {
    let config = ObjectiveConfig {
        noise_mask: 0.2,
        noise_delete: 0.3,
        infill: 0.0,
        permute: 0.25,
        rotate: 0.4,
        ..config(Objective::Denoising)
    };
    let views = views(&config, 101, 400);
    let masked = kinds(&views, CellKind::Masked);
    assert_share("masked", masked, 40_000, 0.2);
    let deleted: usize = views
        .iter()
        .map(|view| {
            let fates = view.fates();
            fates
                .iter()
                .filter(|&&fate| fate == CellKind::Deleted)
                .count()
        })
        .sum();
    assert_share("deleted", deleted, 40_000 - masked, 0.3);
    // Nothing moves if neither happens; 100 tokens are ten sentences or so, so a shuffle without effect (1 in 10!) or a rotation
    // by 0 (1 in 100) is not counted on: 0.4 · 0.01 below the bound.
    let moved = views.iter().filter(|view| !view.order.is_empty()).count();
    assert_share("moved", moved, 400, 1.0 - 0.75 * 0.6);
}

#[test]
fn infilled_spans_have_poisson_lengths() {
    let views = views(
        &ObjectiveConfig {
            permute: 0.0,
            ..config(Objective::Denoising)
        },
        201,
        400,
    );
    let mut lengths = Vec::new();
    for view in &views {
        let cells = view.source.iter();
        let spans = cells.filter(|cell| matches!(cell.kind, CellKind::Masked | CellKind::Inserted));
        let spans: Vec<u32> = spans.map(|cell| cell.end - cell.start).collect();
        let covered: u32 = spans.iter().sum();
        assert_eq!(covered, 60, "0.3 of 200 tokens, exactly");
        lengths.extend(spans);
    }
    // 60 is reached by 20 spans or so, of which the last is cut: the mean falls by at most the mean excess, which is below
    // λ / 20; three standard deviations of the mean of n Poisson lengths are 3 √(λ / n).
    let n = lengths.len() as f64;
    let mean = 60.0 * 400.0 / n;
    let bound = 3.0 / 20.0 + 3.0 * f64::sqrt(3.0 / n);
    assert!((mean - 3.0).abs() < bound, "{mean} ± {bound}");
    for length in 0..8u32 {
        let probability = (1..=length).fold((-3.0f64).exp(), |p, k| p * 3.0 / f64::from(k));
        let found = lengths.iter().filter(|&&l| l == length).count() as f64;
        // one length in 20 is a cut one, of any shorter length
        let bound = n * (0.05 * 0.35) + 5.0 * f64::sqrt(n * probability);
        assert!(
            (found - n * probability).abs() < bound,
            "{length}: {found} of {n}"
        );
    }
}

#[test]
fn span_runs_are_cut_anywhere() {
    // 6 kept and 3 dropped tokens in 2 spans: 5 ways to cut the kept ones, 2 the dropped, all alike.
    let config = ObjectiveConfig {
        span_rate: 0.34,
        span_mean: 1.5,
        ..config(Objective::Spans)
    };
    assert_eq!(
        Split::of(9, 0.34, 1.5),
        Split {
            kept: 6,
            dropped: 3,
            spans: 2
        }
    );
    let mut counts = std::collections::BTreeMap::new();
    for view in views(&config, 9, 5000) {
        let cells = view.source.iter().enumerate();
        let spans: Vec<(usize, u32)> = cells
            .filter(|(_, cell)| cell.kind == CellKind::Sentinel)
            .map(|(at, cell)| (at, cell.end - cell.start))
            .collect();
        *counts.entry(spans).or_insert(0) += 1;
    }
    assert_eq!(counts.len(), 10);
    for (spans, count) in counts {
        assert_share(&format!("{spans:?}"), count, 5000, 0.1);
    }
}
