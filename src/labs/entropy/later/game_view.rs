//! The guessing game on the page: the passage, a box that takes one letter at a time, the counts and the bounds.

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;

use super::super::formula;
use super::super::game::Outcome;
use super::super::kept::Entropy;
use crate::labs::answer::answered;
use crate::session::study::{Finding, Study};
use crate::ui::number::integer;
use crate::ui::{Amount, AmountBars, Button, ButtonKind};
use crate::words::{fill, say, words};

pub fn game_page(lab: Entropy) -> AnyView {
    let study = Memo::new(move |_| Study::Guessing {
        round: lab.round.get(),
    });
    answered(study.into(), move |finding| {
        let Finding::Guessing(passage) = &*finding else {
            return ().into_any();
        };
        let passage = std::sync::Arc::new(passage.clone());
        lab.game.update(|game| game.take(&passage));
        game_shown(lab)
    })
}

/// What the last guess came to, kept as data so that it follows the language.
type Said = Option<(Outcome, char)>;

fn game_shown(lab: Entropy) -> AnyView {
    let said = RwSignal::new(Said::None);
    let revealed = RwSignal::new(None::<char>);
    let guess = move |letter: char| {
        revealed.set(None);
        let mut outcome = Outcome::Over;
        lab.game.update(|game| outcome = game.guess(letter));
        said.set(Some((outcome, letter.to_ascii_lowercase())));
    };
    let keyed = move |event: KeyboardEvent| {
        if event.ctrl_key() || event.meta_key() || event.alt_key() {
            return;
        }
        let key = event.key();
        let mut letters = key.chars();
        if let (Some(letter), None) = (letters.next(), letters.next()) {
            event.prevent_default();
            guess(letter);
        }
    };
    // Keyboards of phones do not name their keys; what they write into the box is the guess.
    let written = move |event: leptos::ev::Event| {
        let input = event_target::<web_sys::HtmlInputElement>(&event);
        let letter = input.value().chars().next();
        input.set_value("");
        if let Some(letter) = letter {
            guess(letter);
        }
    };
    let passage = move || {
        let (given, found) = lab.game.with(|game| game.shown());
        let letters: Vec<_> = found
            .into_iter()
            .map(|(letter, guesses)| {
                let title = fill(words().entropy.game_guess, &[("n", &guesses.to_string())]);
                view! {
                    <span class="found" class:first=guesses == 1 title=title>
                        {letter.to_string()}
                        <sub>{guesses}</sub>
                    </span>
                }
            })
            .collect();
        view! {
            <span class="given">{given}</span>
            {letters}
            <span class="cursor-letter" aria-hidden="true">"▁"</span>
        }
    };
    let status = move || {
        let w = words();
        if lab.game.with(|game| game.is_over()) {
            return w.entropy.game_over.to_string();
        }
        if let Some(letter) = revealed.get() {
            return fill(w.entropy.game_revealed, &[("letter", &name(letter))]);
        }
        match said.get() {
            None => w.entropy.game_hint.to_string(),
            Some((outcome, letter)) => {
                let letter = name(letter);
                let n = match outcome {
                    Outcome::Right(n) => n.to_string(),
                    _ => String::new(),
                };
                let template = match outcome {
                    Outcome::Right(_) => w.entropy.game_right,
                    Outcome::Wrong => w.entropy.game_wrong,
                    Outcome::Tried => w.entropy.game_again,
                    Outcome::NoLetter => w.entropy.game_no_letter,
                    Outcome::Over => w.entropy.game_over,
                };
                fill(template, &[("letter", &letter), ("n", &n)])
            }
        }
    };
    let tried = move || {
        let letters = lab
            .game
            .with(|game| game.tried().iter().map(|&it| name(it)).collect::<Vec<_>>());
        (!letters.is_empty()).then(|| {
            fill(
                words().entropy.game_tried,
                &[("letters", &letters.join(" "))],
            )
        })
    };
    let rows = Signal::derive(move || {
        lab.game.with(|game| {
            let most = game.found_at().iter().copied().max().unwrap_or(0).max(1);
            let row = |(index, &count): (usize, &u64)| Amount {
                name: fill(
                    words().entropy.game_guess,
                    &[("n", &(index + 1).to_string())],
                ),
                share: count as f64 / most as f64,
                figure: integer(count),
            };
            game.found_at()
                .iter()
                .enumerate()
                .map(row)
                .collect::<Vec<_>>()
        })
    });
    view! {
        <section class="stack game">
            <p class="passage" data-testid="passage">{passage}</p>
            <div class="row">
                <label class="guess">
                    <span>{move || words().entropy.game_label}</span>
                    <input
                        type="text"
                        class="number-text"
                        maxlength="1"
                        autocomplete="off"
                        autocapitalize="off"
                        spellcheck="false"
                        data-testid="guess"
                        on:keydown=keyed
                        on:input=written
                    />
                </label>
                <Button
                    label=say(|w| w.entropy.game_reveal)
                    kind=ButtonKind::Chip
                    disabled=Signal::derive(move || lab.game.with(|game| game.is_over()))
                    press=move |()| {
                        let mut letter = None;
                        lab.game.update(|game| letter = game.reveal());
                        revealed.set(letter);
                    }
                    test="game-reveal"
                />
                <Button
                    label=say(|w| w.entropy.game_next)
                    kind=ButtonKind::Chip
                    press=move |()| lab.round.update(|round| *round = round.wrapping_add(1))
                    test="game-next"
                />
                <span class="quiet">
                    {move || {
                        let left = lab.game.with(|game| game.left()).to_string();
                        fill(words().entropy.game_left, &[("n", &left)])
                    }}
                </span>
            </div>
            <p role="status" data-testid="game-status">{status}</p>
            <p class="readout" data-testid="game-tried">{tried}</p>
        </section>
        <div class="columns">
            <section class="stack">
                <h3>{move || words().entropy.game_guesses}</h3>
                <AmountBars label=say(|w| w.entropy.game_guesses) rows=rows test="game-counts" />
            </section>
            {bounds(lab)}
        </div>
    }
    .into_any()
}

fn bounds(lab: Entropy) -> AnyView {
    let typeset = move || {
        let bounds = lab.game.with(|game| game.bounds());
        bounds.map_or_else(String::new, |it| {
            formula::guessing_bounds(&it, words().entropy.bits_per_letter)
        })
    };
    let in_words = move || {
        let w = words();
        let (person, machine) = lab.game.with(|game| (game.bounds(), game.machine_bounds()));
        let Some(person) = person else {
            return view! { <p class="quiet">{w.entropy.game_none}</p> }.into_any();
        };
        let bits = |value: f64| format!("{value:.2}");
        let you = fill(
            w.entropy.game_you,
            &[
                ("lower", &bits(person.lower)),
                ("upper", &bits(person.upper)),
                ("n", &integer(person.letters)),
            ],
        );
        let machine = machine.map(|it| {
            fill(
                w.entropy.game_machine,
                &[("lower", &bits(it.lower)), ("upper", &bits(it.upper))],
            )
        });
        view! {
            <p data-testid="game-bounds">{you}</p>
            <p>{machine}</p>
            <p class="quiet">{(person.letters < 100).then_some(w.entropy.game_few)}</p>
        }
        .into_any()
    };
    view! {
        <section class="stack">
            <div class="formula" tabindex="0" data-testid="game-formula" inner_html=typeset></div>
            {in_words}
        </section>
    }
    .into_any()
}

fn name(letter: char) -> String {
    match letter {
        ' ' => words().entropy.game_blank.to_string(),
        letter => letter.to_string(),
    }
}
