//! A comparison as a link: its settings, then each entry as its difference from the preset it is nearest to, parted by `;`, which
//! no value holds unescaped.
//!
//! ```text
//! #v1/compare?tokens=200000&turns=together&checks=20;first-minute?family=ngram&order=5;first-minute?family=lstm
//! ```
//!
//! What grows too long to be read is packed (raw deflate, then URL-safe base64) as `#v1/compare?packed=…`. As for playgrounds, reading never
//! fails: what cannot be used is left out and noted.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use miniz_oxide::{deflate, inflate};

use super::compare::{Budget, Comparison, MOST_ENTRIES, Turns};
use super::comparisons::usual;
use super::config::Playground;
use super::link::{self, VERSION, append, percent_decoded};
use super::notes::Note;
use super::presets;
use super::validate::{MOST_PROMPT, short};

/// Its place where a playground's link has the name of a preset.
const PLACE: &str = "compare";
const PACKED: &str = "packed";
/// Longest link left readable, bytes.
const LONGEST_PLAIN: usize = 1_600;
/// Most bytes a packed link may unfold to.
const MOST_BYTES: usize = 1 << 16;

/// Least and greatest budget, by its key: tokens, floating-point operations, seconds.
pub const BUDGETS: [(&str, f64, f64); 3] = [
    ("tokens", 1.0, 1e12),
    ("flops", 1e3, 1e18),
    ("seconds", 0.1, 86_400.0),
];
/// Most validations over a budget.
pub const MOST_VALIDATIONS: u32 = 1_000;
/// Most tokens that an entry writes at its end.
pub const MOST_SAMPLE: u32 = 2_000;
/// Highest target, bits per byte.
pub const HIGHEST_TARGET: f32 = 64.0;

/// What a link to a comparison holds.
#[derive(Clone, Debug, PartialEq)]
pub struct OpenedComparison {
    /// Valid, whatever the link said; perhaps without entries.
    pub comparison: Comparison,
    /// What the user should know.
    pub notes: Vec<Note>,
}

/// Whether a hash, with or without its `#`, is that of a comparison.
pub fn is_comparison(hash: &str) -> bool {
    let path = settings_of(hash).0;
    let place = path.split_once('/');
    place.is_some_and(|(version, place)| version.starts_with('v') && place == PLACE)
}

/// Path and the rest of a hash.
fn settings_of(hash: &str) -> (&str, &str) {
    let hash = hash.strip_prefix('#').unwrap_or(hash);
    match hash.find(['?', ';']) {
        Some(at) if hash.as_bytes()[at] == b'?' => (&hash[..at], &hash[at + 1..]),
        Some(at) => (&hash[..at], &hash[at..]),
        None => (hash, ""),
    }
}

/// The hash, with its `#`. Names of entries do not travel: they follow from the settings.
pub fn write(comparison: &Comparison) -> String {
    let body = written(comparison);
    let plain = format!("#{VERSION}/{PLACE}{body}");
    if plain.len() <= LONGEST_PLAIN {
        return plain;
    }
    let packed = URL_SAFE_NO_PAD.encode(deflate::compress_to_vec(body.as_bytes(), 9));
    format!("#{VERSION}/{PLACE}?{PACKED}={packed}")
}

fn written(comparison: &Comparison) -> String {
    let usual = usual();
    let mut body = String::new();
    let mut separator = '?';
    let (key, amount) = match comparison.budget {
        Budget::Tokens(amount) => ("tokens", amount),
        Budget::Flops(amount) => ("flops", amount),
        Budget::Seconds(amount) => ("seconds", amount),
    };
    append(&mut body, &mut separator, key, &number(amount));
    if comparison.turns != usual.turns {
        append(&mut body, &mut separator, "turns", turns(comparison.turns));
    }
    let mut differing = |key: &str, value: String, usual: String| {
        if value != usual {
            append(&mut body, &mut separator, key, &value);
        }
    };
    differing(
        "checks",
        comparison.validations.to_string(),
        usual.validations.to_string(),
    );
    differing(
        "sample",
        comparison.sample_tokens.to_string(),
        usual.sample_tokens.to_string(),
    );
    differing(
        "target",
        comparison.target_bits_per_byte.to_string(),
        usual.target_bits_per_byte.to_string(),
    );
    differing("prompt", comparison.prompt.clone(), usual.prompt);
    for entry in comparison.entries.iter().take(MOST_ENTRIES) {
        body.push(';');
        body.push_str(&nearest(entry));
    }
    body
}

/// An entry as the shortest of its differences from the presets, without `#v1/`.
fn nearest(entry: &Playground) -> String {
    let links = presets::ALL.iter().map(|preset| {
        let mut entry = entry.clone();
        entry.name = (preset.playground)().name;
        link::write(preset.id, &entry)
    });
    let shortest = links.min_by_key(String::len).unwrap_or_default();
    let start = VERSION.len() + 2;
    shortest[start..].to_owned()
}

/// A number as short as it reads back.
fn number(value: f64) -> String {
    if value >= 1e7 {
        format!("{value:e}")
    } else {
        value.to_string()
    }
}

fn turns(turns: Turns) -> &'static str {
    match turns {
        Turns::InTurn => "in-turn",
        Turns::Interleaved => "together",
    }
}

/// The comparison of a hash, with or without its `#`.
pub fn read(hash: &str) -> OpenedComparison {
    let (_, body) = settings_of(hash);
    match body
        .strip_prefix(PACKED)
        .and_then(|it| it.strip_prefix('='))
    {
        None => read_body(body),
        Some(packed) => match unpacked(packed) {
            // As it was written: with the `?` of its settings.
            Some(body) => read_body(body.strip_prefix('?').unwrap_or(&body)),
            None => OpenedComparison {
                comparison: usual(),
                notes: vec![Note::ComparisonUnreadable],
            },
        },
    }
}

fn unpacked(packed: &str) -> Option<String> {
    let packed = URL_SAFE_NO_PAD.decode(packed).ok()?;
    let bytes = inflate::decompress_to_vec_with_limit(&packed, MOST_BYTES).ok()?;
    String::from_utf8(bytes).ok()
}

fn read_body(body: &str) -> OpenedComparison {
    let mut comparison = usual();
    let mut notes = Vec::new();
    let mut parts = body.split(';');
    let settings = parts.next().unwrap_or_default();
    for pair in settings.split('&').filter(|pair| !pair.is_empty()) {
        let (key, given) = pair.split_once('=').unwrap_or((pair, ""));
        read_setting(key, given, &mut comparison, &mut notes);
    }
    for part in parts.filter(|part| !part.is_empty()) {
        if comparison.entries.len() == MOST_ENTRIES {
            let most = MOST_ENTRIES as u32;
            notes.push(Note::EntriesLeftOut { most });
            break;
        }
        let opened = link::read(&format!("{VERSION}/{part}"));
        for note in opened.notes {
            // What several entries share is said once.
            if !notes.contains(&note) {
                notes.push(note);
            }
        }
        comparison.entries.push(opened.playground);
    }
    OpenedComparison { comparison, notes }
}

fn read_setting(key: &str, given: &str, comparison: &mut Comparison, notes: &mut Vec<Note>) {
    let value = percent_decoded(given);
    let kept = match key {
        "tokens" | "flops" | "seconds" => {
            let amount = value.as_deref().and_then(|it| it.parse::<f64>().ok());
            let amount = amount.filter(|&amount| is_budget(key, amount));
            if let Some(amount) = amount {
                comparison.budget = match key {
                    "tokens" => Budget::Tokens(amount),
                    "flops" => Budget::Flops(amount),
                    _ => Budget::Seconds(amount),
                };
            }
            amount.is_none().then(|| match comparison.budget {
                Budget::Tokens(it) | Budget::Flops(it) | Budget::Seconds(it) => number(it),
            })
        }
        "turns" => match value.as_deref() {
            Some("in-turn") => set(&mut comparison.turns, Turns::InTurn),
            Some("together") => set(&mut comparison.turns, Turns::Interleaved),
            _ => Some(turns(comparison.turns).to_owned()),
        },
        "checks" => count(value, MOST_VALIDATIONS, &mut comparison.validations),
        "sample" => count(value, MOST_SAMPLE, &mut comparison.sample_tokens),
        "target" => {
            let target = value.and_then(|it| it.parse::<f32>().ok());
            match target.filter(|target| (0.0..=HIGHEST_TARGET).contains(target)) {
                Some(target) => set(&mut comparison.target_bits_per_byte, target),
                None => Some(comparison.target_bits_per_byte.to_string()),
            }
        }
        "prompt" => match value {
            Some(prompt) => {
                let prompt = prompt.chars().take(MOST_PROMPT as usize).collect();
                set(&mut comparison.prompt, prompt)
            }
            None => Some(short(&comparison.prompt)),
        },
        key => {
            notes.push(Note::UnknownKey { key: short(key) });
            return;
        }
    };
    if let Some(kept) = kept {
        notes.push(Note::Unreadable {
            key: key.to_owned(),
            given: short(given),
            kept,
        });
    }
}

/// Whether a budget of this key may be so large.
fn is_budget(key: &str, amount: f64) -> bool {
    let mut budgets = BUDGETS.iter();
    budgets.any(|&(name, least, most)| name == key && (least..=most).contains(&amount))
}

fn set<T>(slot: &mut T, value: T) -> Option<String> {
    *slot = value;
    None
}

/// Takes a whole number up to `most`; else what is kept.
fn count(value: Option<String>, most: u32, slot: &mut u32) -> Option<String> {
    match value.and_then(|it| it.parse::<u32>().ok()) {
        Some(value) if value <= most => set(slot, value),
        _ => Some(slot.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::models::Family;
    use crate::session::comparisons;
    use crate::session::config::Corpus;
    use crate::session::field::Field;
    use crate::session::offered::is_offered;
    use crate::session::validate::tests::anything;
    use crate::session::validate::validate;

    fn ladder() -> Comparison {
        let mut comparison = usual();
        for family in [Family::Ngram, Family::Lstm] {
            let mut entry = presets::first_minute();
            entry.model.family = family;
            comparison.entries.push(entry);
        }
        comparison
    }

    #[test]
    fn a_link_is_readable_and_comes_back() {
        let mut comparison = ladder();
        comparison.turns = Turns::InTurn;
        comparison.budget = Budget::Flops(1.5e11);
        comparison.prompt = "Call me; 鲸".to_owned();
        let hash = write(&comparison);
        assert_eq!(
            hash,
            "#v1/compare?flops=1.5e11&turns=in-turn&prompt=Call+me%3B+%E9%B2%B8;first-minute?family=ngram;first-minute?family=lstm"
        );
        assert!(is_comparison(&hash));
        let opened = read(&hash);
        assert_eq!((opened.comparison, opened.notes), (comparison, vec![]));
    }

    #[test]
    fn other_links_are_none_of_ours() {
        for hash in [
            "",
            "#",
            "#v1/moby-dick?layers=3",
            "#compare",
            "#bench",
            "#v1/compared",
        ] {
            assert!(!is_comparison(hash), "{hash}");
        }
        for hash in ["#v1/compare", "v1/compare;tiny-cpu", "#v2/compare?tokens=3"] {
            assert!(is_comparison(hash), "{hash}");
        }
        assert_eq!(read("#v1/compare").comparison, usual());
        assert_eq!(read("v1/compare;tiny-cpu").comparison.entries.len(), 1);
    }

    #[test]
    fn what_cannot_be_used_is_noted() {
        let hash =
            "#v1/compare?tokens=-3&turns=never&checks=many&colour=red;nobody?layers=x;tiny-cpu";
        let opened = read(hash);
        let notes: Vec<String> = opened.notes.iter().map(Note::to_string).collect();
        assert_eq!(
            notes,
            [
                "tokens: “-3” could not be read; it stays 200000.",
                "turns: “never” could not be read; it stays together.",
                "checks: “many” could not be read; it stays 20.",
                "There is no setting “colour”; it was left out.",
                "There is no preset “nobody”; first-minute is used instead.",
                "layers: “x” could not be read; it stays 2.",
            ]
        );
        assert_eq!(opened.comparison.entries.len(), 2);
        assert_eq!(
            read("#v1/compare?packed=AAAA").notes,
            [Note::ComparisonUnreadable]
        );
    }

    #[test]
    fn eight_entries_are_the_most() {
        let hash = format!("#v1/compare{}", ";tiny-cpu".repeat(12));
        let opened = read(&hash);
        assert_eq!(opened.comparison.entries.len(), MOST_ENTRIES);
        assert_eq!(opened.notes, [Note::EntriesLeftOut { most: 8 }]);
    }

    #[test]
    fn long_comparisons_are_packed() {
        let mut comparison = ladder();
        comparison.prompt = "once upon a time ".repeat(120);
        let hash = write(&comparison);
        assert!(
            hash.starts_with("#v1/compare?packed=") && hash.len() < 400,
            "{hash}"
        );
        let opened = read(&hash);
        assert_eq!((opened.comparison, opened.notes), (comparison, vec![]));
        let bomb = URL_SAFE_NO_PAD.encode(deflate::compress_to_vec(&vec![b'a'; 10_000_000], 9));
        let opened = read(&format!("#v1/compare?packed={bomb}"));
        assert_eq!(opened.notes, [Note::ComparisonUnreadable]);
    }

    #[test]
    fn prepared_comparisons_travel_whole() {
        for prepared in &comparisons::ALL {
            let comparison = (prepared.comparison)(Corpus::MobyDick);
            let opened = read(&write(&comparison));
            assert_eq!(opened.notes, [], "{}", prepared.id);
            assert_eq!(write(&opened.comparison), write(&comparison));
            assert_eq!(opened.comparison.entries.len(), comparison.entries.len());
        }
    }

    proptest! {
        #[test]
        fn what_acts_comes_back(
            mut entries in proptest::collection::vec(anything(), 0..4),
            tokens in 1.0f64..1e12,
            prompt in any::<String>(),
        ) {
            for entry in &mut entries {
                validate(entry);
            }
            let comparison = Comparison { entries, budget: Budget::Tokens(tokens), prompt, ..usual() };
            let opened = read(&write(&comparison));
            prop_assert_eq!(opened.notes, vec![]);
            prop_assert_eq!(opened.comparison.budget, comparison.budget);
            prop_assert_eq!(&opened.comparison.prompt, &comparison.prompt);
            prop_assert_eq!(opened.comparison.entries.len(), comparison.entries.len());
            for (read, entry) in opened.comparison.entries.iter().zip(&comparison.entries) {
                for &field in Field::ALL {
                    if is_offered(field, entry) && field != Field::Name {
                        prop_assert_eq!(field.read(read), field.read(entry), "{}", field);
                    }
                }
            }
        }

        #[test]
        fn any_string_opens_something_valid(hash in any::<String>(), body in "[-;?&=a-z0-9.%+/]{0,60}") {
            for hash in [hash, format!("#v1/compare?{body}"), format!("#v1/compare;{body}")] {
                let opened = read(&hash);
                prop_assert!(opened.comparison.entries.len() <= MOST_ENTRIES);
                for mut entry in opened.comparison.entries {
                    prop_assert_eq!(validate(&mut entry), vec![]);
                }
            }
        }
    }
}
