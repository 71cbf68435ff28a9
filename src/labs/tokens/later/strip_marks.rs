//! Marks on the tokens of a strip, and what is said of a token that is only a part.

use wasm_bindgen::JsCast;

use super::super::pieces::Shown;
use crate::words::{fill, words};

/// Marks the tokens `over` among those that are drawn, and the one at the cursor; unmarks the others.
pub fn mark(strip: &web_sys::Element, over: std::ops::Range<usize>, cursor: Option<usize>) {
    // A browser that refuses shows no marks; nothing else depends on them.
    if let Ok(marked) = strip.query_selector_all(".linked, .cursor") {
        for index in 0..marked.length() {
            let element = marked
                .item(index)
                .and_then(|it| it.dyn_into::<web_sys::Element>().ok());
            if let Some(element) = element {
                let _ = element.class_list().remove_2("linked", "cursor");
                let _ = element.set_attribute("aria-selected", "false");
            }
        }
    }
    let drawn = |token: usize| {
        strip
            .query_selector(&format!("[data-token=\"{token}\"]"))
            .ok()
            .flatten()
    };
    for element in over.filter_map(drawn) {
        let _ = element.class_list().add_1("linked");
    }
    if let Some(element) = cursor.and_then(drawn) {
        let _ = element.class_list().add_1("cursor");
        let _ = element.set_attribute("aria-selected", "true");
    }
}

/// What a token that is no whole character is a part of.
pub fn part_note(shown: &Shown) -> Option<String> {
    let w = words();
    match shown {
        Shown::Whole(_) => None,
        Shown::Added => Some(w.tokens.token_added.into()),
        Shown::PartOfCluster { cluster, .. } => {
            Some(fill(w.tokens.part_of_cluster, &[("cluster", cluster)]))
        }
        Shown::PartOfCharacter {
            character,
            first,
            last,
            of,
            ..
        } => {
            let range = if last - first == 1 {
                last.to_string()
            } else {
                format!("{}–{last}", first + 1)
            };
            Some(fill(
                w.tokens.part_of_character,
                &[
                    ("range", &range),
                    ("of", &of.to_string()),
                    ("character", &character.to_string()),
                ],
            ))
        }
    }
}
