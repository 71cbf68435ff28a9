//! Pages about the chosen corpus: Shannon's block entropies, and English beside Chinese.

use std::sync::Arc;

use leptos::prelude::*;

use super::super::formula;
use super::super::kept::Entropy;
use super::super::state::{BlockNames, block_curves, trusted_length};
use crate::data::statistics::blocks::Blocks;
use crate::data::statistics::reading;
use crate::labs::answer::answered;
use crate::labs::data_names::corpus_name;
use crate::session::study::{Coded, Finding, Study};
use crate::ui::number::{integer, significant};
use crate::ui::scale::ScaleKind;
use crate::ui::{ChartData, LineChart, Point, Series, XAxis};
use crate::words::{fill, say, words};

pub fn blocks_page(lab: Entropy) -> AnyView {
    let study = Memo::new(move |_| Study::Blocks {
        alphabet: lab.alphabet.get(),
        longest: lab.longest.get(),
    });
    answered(study.into(), move |finding| {
        let Finding::Blocks(_) = &*finding else {
            return ().into_any();
        };
        blocks_shown(lab, finding)
    })
}

fn blocks_of(finding: &Finding) -> &Blocks {
    static NONE: Blocks = Blocks {
        characters: 0,
        kinds: 0,
        uniform: 0.0,
        levels: Vec::new(),
    };
    match finding {
        Finding::Blocks(blocks) => blocks,
        _ => &NONE,
    }
}

fn blocks_shown(lab: Entropy, finding: Arc<Finding>) -> AnyView {
    if blocks_of(&finding).levels.is_empty() {
        return view! { <p class="empty">{words().entropy.blocks_none}</p> }.into_any();
    }
    let of_chart = Arc::clone(&finding);
    let data = Signal::derive(move || {
        let w = words();
        let blocks = blocks_of(&of_chart);
        let names = BlockNames {
            counted: w.entropy.counted,
            corrected: w.entropy.corrected,
            half: w.entropy.half,
            shuffled: w.entropy.shuffled,
        };
        ChartData {
            series: block_curves(blocks, &names),
            x_label: w.entropy.block_length.into(),
            y_label: w.entropy.bits_per_character.into(),
            x_axis: XAxis::Between(0.0, blocks.levels.len() as f64),
            y_scale: ScaleKind::Linear,
        }
    });
    let of_formula = Arc::clone(&finding);
    let shown = move || {
        let most = blocks_of(&finding).levels.len();
        let length = (lab.length.get() as usize).min(most);
        let blocks = blocks_of(&finding);
        let w = words();
        let trust = fill(
            w.entropy.blocks_trust,
            &[
                ("characters", &integer(blocks.characters)),
                ("kinds", &integer(blocks.kinds)),
                ("trusted", &trusted_length(blocks).to_string()),
            ],
        );
        let level = length.checked_sub(1).map(|index| {
            let level = &blocks.levels[index];
            let bits = |value: f64| format!("{value:.3}");
            fill(
                w.entropy.blocks_level,
                &[
                    ("n", &length.to_string()),
                    ("kinds", &integer(level.kinds)),
                    ("once", &integer(level.once)),
                    ("counted", &bits(level.conditional)),
                    ("corrected", &bits(level.corrected)),
                    ("half", &bits(level.half)),
                    ("shuffled", &bits(level.shuffled)),
                ],
            )
        });
        view! {
            <p class="in-words" data-testid="blocks-level">{level}</p>
            <p class="in-words" data-testid="blocks-trust">{trust}</p>
        }
    };
    let typeset = move || {
        let blocks = blocks_of(&of_formula);
        let length = (lab.length.get() as usize).min(blocks.levels.len());
        formula::block_entropy(blocks, length, words().entropy.bits)
    };
    view! {
        <LineChart
            label=say(|w| w.entropy.blocks_label)
            data=data
            empty=Signal::derive(String::new)
            test="blocks-chart"
        />
        <div class="formula" tabindex="0" data-testid="blocks-formula" inner_html=typeset></div>
        {shown}
    }
    .into_any()
}

pub fn languages_page() -> AnyView {
    answered(Signal::derive(|| Study::TwoLanguages), |finding| {
        let Finding::TwoLanguages { english, chinese } = (*finding).clone() else {
            return ().into_any();
        };
        let (en, zh) = (Arc::new(english), Arc::new(chinese));
        let data = {
            let (en, zh) = (Arc::clone(&en), Arc::clone(&zh));
            Signal::derive(move || {
                let w = words();
                ChartData {
                    series: vec![
                        learning(&en, w.entropy.language_english, 0),
                        learning(&zh, w.entropy.language_chinese, 1),
                    ],
                    x_label: w.entropy.characters_read.into(),
                    y_label: w.entropy.bits_per_character.into(),
                    x_axis: XAxis::Log,
                    y_scale: ScaleKind::Linear,
                }
            })
        };
        view! {
            {move || table(&en, &zh)}
            <LineChart
                label=say(|w| w.entropy.curve_label)
                data=data
                empty=Signal::derive(String::new)
                test="languages-chart"
            />
            <p class="in-words quiet">{move || words().entropy.languages_note}</p>
        }
        .into_any()
    })
}

fn learning(coded: &Coded, name: &str, style: usize) -> Series {
    let points = coded.length.curve.iter();
    Series {
        name: name.into(),
        style,
        points: points
            .map(|&(read, bits)| Point::at(read as f64, bits))
            .collect(),
        faint: false,
        is_read: true,
        dots: true,
    }
}

fn table(english: &Coded, chinese: &Coded) -> AnyView {
    let w = words();
    let bits = |value: f64| significant(value, 3);
    let pace =
        |pace: reading::Pace| format!("{:.0} ± {:.0}", pace.characters_per_minute, pace.deviation);
    let row = |name: &'static str, cells: [String; 2]| {
        let [first, second] = cells;
        view! { <tr><th scope="row">{name}</th><td>{first}</td><td>{second}</td></tr> }
    };
    let both = |figure: &dyn Fn(&Coded) -> String| {
        [english, chinese].map(|coded| {
            if coded.length.characters == 0 {
                w.entropy.no_language.to_owned()
            } else {
                figure(coded)
            }
        })
    };
    let per_second = [(english, reading::ENGLISH), (chinese, reading::CHINESE)]
        .map(|(coded, pace)| bits(pace.bits_per_second(coded.length.late_bits_per_character())));
    view! {
        <div class="table-scroll">
            <table class="figures-table" data-testid="languages">
                <thead>
                    <tr>
                        <td></td>
                        <th scope="col">{w.entropy.language_english}</th>
                        <th scope="col">{w.entropy.language_chinese}</th>
                    </tr>
                </thead>
                <tbody>
                    {row(w.entropy.languages_text, both(&|it| corpus_name(&it.name)))}
                    {row(w.entropy.row_characters, both(&|it| integer(it.length.characters)))}
                    {row(w.entropy.row_bits_character, both(&|it| bits(it.length.bits_per_character())))}
                    {row(w.entropy.row_late, both(&|it| bits(it.length.late_bits_per_character())))}
                    {row(w.entropy.row_bits_byte, both(&|it| bits(it.length.bits_per_byte())))}
                    {row(w.entropy.row_pace, [pace(reading::ENGLISH), pace(reading::CHINESE)])}
                    {row(w.entropy.row_bits_second, per_second)}
                </tbody>
            </table>
        </div>
    }
    .into_any()
}
