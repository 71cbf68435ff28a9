//! The frame of the entropy laboratory: its pages, and the panel.

use leptos::prelude::*;

use super::super::super::setting::{Experiment, about, suggestions};
use super::super::kept::Entropy;
use super::super::state::Page;
use super::corpus_view::{blocks_page, languages_page};
use super::game_view::game_page;
use super::shares_view::{dice_page, pair_page};
use crate::data::statistics::blocks::Alphabet;
use crate::labs::workbench::workbench;
use crate::session::config::Corpus;
use crate::ui::number::significant;
use crate::ui::range::Range;
use crate::ui::{Choice, Group, NumberField, Segmented, Select};
use crate::words::{fill, say, words};

/// The page that is open.
#[inline(never)]
pub fn picture() -> AnyView {
    let entropy: Entropy = expect_context();
    let choices = vec![
        Choice::new(Page::CoinAndDie, say(|w| w.entropy.page_dice), "page-dice"),
        Choice::new(
            Page::TwoDistributions,
            say(|w| w.entropy.page_pair),
            "page-pair",
        ),
        Choice::new(Page::Blocks, say(|w| w.entropy.page_blocks), "page-blocks"),
        Choice::new(
            Page::TwoLanguages,
            say(|w| w.entropy.page_languages),
            "page-languages",
        ),
        Choice::new(Page::Game, say(|w| w.entropy.page_game), "page-game"),
    ];
    view! {
        <div class="lab entropy" data-testid="lab-entropy">
            <div class="lab-head">
                <h2>{move || words().entropy.title}</h2>
                <Segmented
                    label=say(|w| w.entropy.page)
                    choices=choices
                    value=entropy.page
                    set=move |page| entropy.page.set(page)
                />
            </div>
            {move || match entropy.page.get() {
                Page::CoinAndDie => dice_page(entropy),
                Page::TwoDistributions => pair_page(entropy),
                Page::Blocks => blocks_page(entropy),
                Page::TwoLanguages => languages_page(),
                Page::Game => game_page(entropy),
            }}
        </div>
    }
    .into_any()
}

/// The panel.
#[inline(never)]
pub fn settings() -> AnyView {
    let entropy: Entropy = expect_context();
    let bench = workbench();
    const TRY: [Experiment; 1] = [(|w| w.entropy.try_world, |p| p.corpus = Corpus::World)];
    let alphabets = || {
        vec![
            Choice::new(
                Alphabet::Letters,
                say(|w| w.entropy.alphabet_letters),
                "letters",
            ),
            Choice::new(
                Alphabet::Characters,
                say(|w| w.entropy.alphabet_characters),
                "characters",
            ),
        ]
    };
    let number = |signal: RwSignal<u32>| {
        let value = Signal::derive(move || f64::from(signal.get()));
        (
            value,
            Callback::new(move |value: f64| signal.set(value as u32)),
        )
    };
    let (longest, set_longest) = number(entropy.longest);
    let (length, set_length) = number(entropy.length);
    let known = move || {
        let nats = bench
            .prepared
            .with(|it| it.as_ref()?.source_nats_per_byte)?;
        let bits = significant(nats / std::f64::consts::LN_2, 4);
        let text = fill(words().entropy.source_known, &[("bits", &bits)]);
        Some(view! { <p class="quiet" data-testid="source-known">{text}</p> })
    };
    view! {
        {suggestions(&TRY)}
        <Show when=move || entropy.page.get() == Page::Blocks>
            <Group title=say(|w| w.entropy.page_blocks)>
                <Select
                    label=say(|w| w.entropy.alphabet)
                    choices=alphabets()
                    value=entropy.alphabet
                    set=move |alphabet| entropy.alphabet.set(alphabet)
                    test="alphabet"
                />
                <NumberField
                    label=say(|w| w.entropy.longest)
                    value=longest
                    set=set_longest
                    range=Range::whole(2, 12, 1)
                    test="longest-block"
                />
                <NumberField
                    label=say(|w| w.entropy.shown_block)
                    value=length
                    set=set_length
                    range=Range::whole(0, 12, 1)
                    test="shown-block"
                />
            </Group>
        </Show>
        {known}
        {about(|w| w.entropy.about)}
    }
    .into_any()
}
