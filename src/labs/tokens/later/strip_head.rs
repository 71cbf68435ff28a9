//! A strip's head: which tokenizer it is, and what it comes to on this text.

use leptos::prelude::*;

use super::super::super::workbench::Workbench;
use super::super::kept::Tokens;
use super::super::names::{KINDS, SPLITS, corpus_name, strip_name};
use super::super::state::{Chosen, Counts};
use crate::session::config::{Corpus, Playground, Recipe};
use crate::session::field::{Choice, Field};
use crate::session::validate::range;
use crate::ui::number::{integer, percent, significant};
use crate::ui::{Button, ButtonKind, IconName};
use crate::words::{fill, say, words};

/// The recipe of a strip as a signal.
pub fn recipe_of(bench: Workbench, tokens: Tokens, id: u32) -> Memo<Recipe> {
    Memo::new(move |_| {
        let chosen = tokens
            .state
            .with(|state| match state.strip(id).map(|strip| &strip.chosen) {
                Some(Chosen::Beside { recipe, .. }) => Some(*recipe),
                _ => None,
            });
        chosen.unwrap_or_else(|| bench.draft.with(|p| p.tokenizer))
    })
}

/// A strip's tokenizer in a few words.
pub fn name_of(bench: Workbench, tokens: Tokens, id: u32) -> String {
    let playground = bench.draft.with(|p| p.tokenizer);
    tokens.state.with(|state| {
        let strip = state.strip(id);
        strip.map_or(String::new(), |strip| {
            strip_name(&strip.chosen, &playground)
        })
    })
}

/// Edits the recipe of a strip: the playground's own in the playground, the others where they are.
fn edit(bench: Workbench, tokens: Tokens, id: u32, put: impl FnOnce(&mut Recipe)) {
    let is_own = tokens.state.with_untracked(|state| {
        state
            .strip(id)
            .is_some_and(|strip| strip.chosen == Chosen::Playground)
    });
    if is_own {
        bench.draft.update(|draft| put(&mut draft.tokenizer));
    } else {
        tokens.state.update(|state| {
            state.edit(id, |chosen| {
                if let Chosen::Beside { recipe, .. } = chosen {
                    put(recipe);
                }
            });
        });
    }
}

pub fn head(bench: Workbench, tokens: Tokens, id: u32) -> AnyView {
    let is_imported = tokens.state.with_untracked(|state| {
        let strip = state.strip(id);
        strip.is_some_and(|strip| matches!(strip.chosen, Chosen::Imported { .. }))
    });
    if is_imported {
        return imported_head(bench, tokens, id);
    }
    let recipe = recipe_of(bench, tokens, id);
    let is_own = Memo::new(move |_| {
        tokens.state.with(|state| {
            state
                .strip(id)
                .is_some_and(|strip| strip.chosen == Chosen::Playground)
        })
    });
    let is_in_use = Memo::new(move |_| {
        bench.draft.with(|p| p.tokenizer.essential()) == recipe.get().essential()
    });
    let title = move || {
        if is_own.get() {
            words().tokens.own_strip
        } else {
            words().tokens.beside
        }
    };
    view! {
        <div class="strip-head">
            <span class="strip-title" class:own=move || is_own.get()>{title}</span>
            {kind_select(bench, tokens, id, recipe)}
            {move || {
                recipe.with(|recipe| recipe.kind.is_sized()).then(|| size_input(bench, tokens, id, recipe))
            }}
            {move || {
                recipe.with(|recipe| recipe.kind.is_split()).then(|| split_select(bench, tokens, id, recipe))
            }}
            {move || (!is_own.get()).then(|| corpus_select(tokens, id))}
            <span class="spring"></span>
            {move || {
                (!is_own.get())
                    .then(|| {
                        view! {
                            <Button
                                label=say(|w| w.tokens.use_it)
                                kind=ButtonKind::Chip
                                disabled=is_in_use
                                press=move |()| {
                                    let chosen = recipe.get_untracked();
                                    bench.draft.update(|draft: &mut Playground| draft.tokenizer = chosen);
                                }
                                test="use-tokenizer"
                            />
                            {remove_button(tokens, id)}
                        }
                    })
            }}
        </div>
    }
    .into_any()
}

/// A tokenizer from a file cannot be edited, and a link cannot carry it, so it is only compared.
fn imported_head(bench: Workbench, tokens: Tokens, id: u32) -> AnyView {
    view! {
        <div class="strip-head">
            <span class="strip-title">{move || words().tokens.from_file}</span>
            <b data-testid="strip-file">{move || name_of(bench, tokens, id)}</b>
            {specials(tokens, id)}
            <span class="spring"></span>
            {remove_button(tokens, id)}
        </div>
    }
    .into_any()
}

/// How many special tokens a tokenizer has, and which.
fn specials(tokens: Tokens, id: u32) -> AnyView {
    let known = Memo::new(move |_| {
        tokens.state.with(|state| {
            let (_, pieces) = state.strip(id)?.cut.as_ref()?;
            (pieces.special_count > 0).then(|| (pieces.special_count, pieces.specials.clone()))
        })
    });
    let shown = move || {
        let (count, specials) = known.get()?;
        let number = integer(u64::from(count));
        let head = fill(words().tokens.specials_count, &[("n", &number)]);
        let mut list: Vec<String> = specials
            .iter()
            .map(|(id, written)| format!("{written} {id}"))
            .collect();
        if list.len() < count as usize {
            list.push("…".to_owned());
        }
        let list = list.join(" · ");
        Some(view! {
            <details class="specials" data-testid="strip-specials">
                <summary>{head}</summary>
                <p class="quiet">{list}</p>
            </details>
        })
    };
    view! { {shown} }.into_any()
}

fn remove_button(tokens: Tokens, id: u32) -> AnyView {
    view! {
        <Button
            label=say(|w| w.tokens.remove)
            kind=ButtonKind::Icon
            icon=Signal::from(IconName::Close)
            press=move |()| {
                tokens.release();
                tokens.state.update(|state| state.remove(id));
            }
            test="remove-tokenizer"
        />
    }
    .into_any()
}

fn kind_select(bench: Workbench, tokens: Tokens, id: u32, recipe: Memo<Recipe>) -> AnyView {
    let options = KINDS
        .iter()
        .map(|&(kind, word, name)| {
            view! {
                <option value=word prop:selected=move || recipe.with(|recipe| recipe.kind == kind)>
                    {move || name(words())}
                </option>
            }
        })
        .collect_view();
    view! {
        <select
            class="compact"
            data-testid="strip-kind"
            aria-label=move || words().tokens.kind
            on:change=move |event| {
                let word = event_target_value(&event);
                edit(bench, tokens, id, |recipe| {
                    recipe.kind.set_word(&word);
                });
            }
        >
            {options}
        </select>
    }
    .into_any()
}

fn size_input(bench: Workbench, tokens: Tokens, id: u32, recipe: Memo<Recipe>) -> AnyView {
    let (least, most) = range(Field::Vocabulary).unwrap_or((2.0, 65_536.0));
    view! {
        <label class="compact-number">
            <span>{move || words().tokens.vocabulary}</span>
            <input
                type="number"
                class="compact"
                data-testid="strip-vocabulary"
                min=least
                max=most
                step="1"
                prop:value=move || recipe.with(|recipe| recipe.vocabulary.to_string())
                on:change=move |event| {
                    if let Ok(size) = event_target_value(&event).trim().parse::<f64>() {
                        let size = size.clamp(least, most) as u32;
                        edit(bench, tokens, id, |recipe| recipe.vocabulary = size);
                    }
                    // What could not be read, or was out of range, gives way to what holds.
                    event_target::<web_sys::HtmlInputElement>(&event)
                        .set_value(&recipe.with_untracked(|recipe| recipe.vocabulary.to_string()));
                }
            />
        </label>
    }
    .into_any()
}

fn split_select(bench: Workbench, tokens: Tokens, id: u32, recipe: Memo<Recipe>) -> AnyView {
    let options = SPLITS
        .iter()
        .map(|&(split, word, name)| {
            view! {
                <option value=word prop:selected=move || recipe.with(|recipe| recipe.split == split)>
                    {move || name(words())}
                </option>
            }
        })
        .collect_view();
    view! {
        <select
            class="compact"
            data-testid="strip-split"
            aria-label=move || words().tokens.split
            title=move || words().tokens.split
            on:change=move |event| {
                let word = event_target_value(&event);
                edit(bench, tokens, id, |recipe| {
                    recipe.split.set_word(&word);
                });
            }
        >
            {options}
        </select>
    }
    .into_any()
}

fn corpus_select(tokens: Tokens, id: u32) -> AnyView {
    let chosen = Memo::new(move |_| {
        tokens
            .state
            .with(|state| match state.strip(id).map(|strip| &strip.chosen) {
                Some(Chosen::Beside { corpus, .. }) => corpus.clone(),
                _ => None,
            })
    });
    let options = Corpus::Generated
        .words()
        .iter()
        .map(|&word| {
            let mut corpus = Corpus::Generated;
            corpus.set_word(word);
            let own = corpus.clone();
            view! {
                <option value=word prop:selected=move || chosen.get().as_ref() == Some(&own)>
                    {move || corpus_name(&corpus)}
                </option>
            }
        })
        .collect_view();
    view! {
        <select
            class="compact"
            data-testid="strip-corpus"
            aria-label=move || words().tokens.corpus
            title=move || words().tokens.corpus
            on:change=move |event| {
                let word = event_target_value(&event);
                let mut picked = Corpus::Generated;
                let picked = picked.set_word(&word).then_some(picked);
                tokens
                    .state
                    .update(|state| {
                        state
                            .edit(
                                id,
                                |chosen| {
                                    if let Chosen::Beside { corpus, .. } = chosen {
                                        *corpus = picked;
                                    }
                                },
                            );
                    });
            }
        >
            <option value="" prop:selected=move || chosen.with(Option::is_none)>
                {move || words().tokens.corpus_playground}
            </option>
            {options}
        </select>
    }
    .into_any()
}

/// What is counted, in columns that stand under each other from strip to strip.
pub fn counts(tokens: Tokens, id: u32) -> AnyView {
    let counted = Memo::new(move |_| {
        tokens.state.with(|state| {
            let pieces = state.pieces(id)?;
            let counts = Counts::of(&pieces, state.facts?);
            Some((counts, pieces.is_lossless))
        })
    });
    let figure = |name: fn(&'static crate::words::Words) -> &'static str,
                  test: &'static str,
                  value: Signal<String>| {
        view! {
            <div>
                <dt>{move || name(words())}</dt>
                <dd data-testid=test>{move || value.get()}</dd>
            </div>
        }
    };
    let of = move |say: fn(&Counts) -> String| {
        Signal::derive(move || counted.get().map_or("–".into(), |(counts, _)| say(&counts)))
    };
    let loss = move || {
        counted.get().map(|(_, is_lossless)| {
            let w = words();
            let (short, long) = if is_lossless {
                (w.tokens.lossless_short, w.tokens.lossless)
            } else {
                (w.tokens.lossy_short, w.tokens.lossy)
            };
            view! { <span class="loss-badge" class:lossy=!is_lossless title=long>{short}</span> }
        })
    };
    view! {
        <dl class="strip-counts">
            {figure(|w| w.tokens.count_tokens, "count-tokens", of(|c| integer(c.tokens)))}
            {figure(
                |w| w.tokens.count_characters,
                "count-characters",
                of(|c| significant(c.characters_per_token, 3)),
            )}
            {figure(|w| w.tokens.count_bytes, "count-bytes", of(|c| significant(c.bytes_per_token, 3)))}
            {figure(
                |w| w.tokens.count_fertility,
                "count-fertility",
                of(|c| significant(c.tokens_per_word, 3)),
            )}
            {figure(|w| w.tokens.count_unknown, "count-unknown", of(|c| percent(c.unknown)))}
            {figure(
                |w| w.tokens.count_vocabulary,
                "count-vocabulary",
                of(|c| integer(u64::from(c.vocabulary))),
            )}
            <div class="loss">{loss}</div>
        </dl>
    }
    .into_any()
}
