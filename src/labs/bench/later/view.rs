//! The page of the bench. The elements `bench-output` and `bench-done` are what `cargo xtask bench` reads.

use leptos::prelude::*;

use super::super::super::setting::about;
use super::super::super::workbench::workbench;
use super::super::kept::Bench;
use super::super::state::{CONFIGS, Figure, Job, WORKLOADS, figures};
use crate::session::config::BackendChoice;
use crate::ui::number::{compact, integer, significant};
use crate::ui::range::Range;
use crate::ui::{Button, ButtonKind, Choice, Group, NumberField, Select, escape_markup};
use crate::words::{fill, language, say, say_message, words};

/// The figures so far.
#[inline(never)]
pub fn picture() -> AnyView {
    let bench = workbench();
    let page: Bench = expect_context();
    let lines = Memo::new(move |_| page.state.with(|state| state.lines.clone()));
    let numbered =
        move || -> Vec<(usize, String)> { lines.get().into_iter().enumerate().collect() };
    let running = Memo::new(move |_| page.state.with(|state| state.running.is_some()));
    let done = Memo::new(move |_| page.state.with(|state| state.done));
    let failure = Memo::new(move |_| page.state.with(|state| state.failure.clone()));
    view! {
        <div class="lab bench" data-testid="lab-bench">
            <div class="lab-head">
                <h2>{move || words().bench.title}</h2>
                <Button
                    label=say(|w| w.bench.run)
                    kind=ButtonKind::Primary
                    disabled=running
                    press=move |()| page.run(bench, page.job.get_untracked())
                    test="bench-run"
                />
            </div>
            <Show when=move || lines.with(Vec::is_empty) && !running.get()>
                <p class="empty">{move || words().bench.empty}</p>
            </Show>
            <div class="table-frame" class:gone=move || lines.with(Vec::is_empty)>
                <table
                    class="table"
                    data-testid="bench-table"
                    inner_html=move || lines.with(|lines| table(lines))
                ></table>
            </div>
            <Show when=move || running.get()>
                <p class="quiet">{move || words().bench.running}</p>
            </Show>
            {move || {
                failure
                    .get()
                    .map(|message| {
                        view! { <p class="banner bad" role="alert" id="bench-failure">{say_message(&message)}</p> }
                    })
            }}
            <Show when=move || done.get()>
                <p id="bench-done" class="quiet">{move || words().bench.done}</p>
            </Show>
            <div class:gone=move || lines.with(Vec::is_empty)>
                <Group title=say(|w| w.bench.lines) folded=true>
                    <pre id="bench-output" class="bench-output" tabindex="0">
                        <For
                            each=numbered
                            key=|(index, _)| *index
                            children=|(_, line)| format!("{line}\n")
                        />
                    </pre>
                </Group>
            </div>
        </div>
    }
    .into_any()
}

/// The figures side by side, as markup: a table of plain texts.
fn table(lines: &[String]) -> String {
    let w = words();
    let b = &w.bench;
    let mut markup = String::from("<thead><tr>");
    for name in [
        b.work,
        b.median,
        b.least_greatest,
        b.speed,
        b.launches,
        b.created,
    ] {
        markup.push_str(&format!("<th scope=\"col\">{name}</th>"));
    }
    markup.push_str("</tr></thead><tbody>");
    for figure in figures(lines) {
        let speed = match (figure.tokens_per_sec, figure.gflop_per_sec) {
            (Some(speed), _) => {
                format!("{} {}", compact(speed, language()), w.shell.tokens_per_sec)
            }
            (None, Some(speed)) => format!("{} GFLOP/s", significant(speed, 3)),
            (None, None) => "–".into(),
        };
        let milliseconds = |value| significant(value, 3);
        let cells = [
            milliseconds(figure.median_ms),
            [figure.min_ms, figure.max_ms].map(milliseconds).join(" – "),
            speed,
            count(figure.dispatches),
            count(figure.created),
        ];
        let work = escape_markup(&work(&figure));
        let cells = cells.join("</td><td>");
        markup.push_str(&format!(
            "<tr><th scope=\"row\">{work}</th><td>{cells}</td></tr>"
        ));
    }
    markup + "</tbody>"
}

/// What was measured, in words.
fn work(figure: &Figure) -> String {
    let mut parts = vec![workload_name(&figure.workload).to_string()];
    match (figure.n, figure.workload.as_str()) {
        (Some(n), _) => parts.push(format!("{n}³")),
        (None, "sample") => {}
        (None, _) => parts.push(figure.config.clone()),
    }
    if let Some(every) = figure.read_every {
        parts.push(fill(words().bench.read_every, &[("n", &every.to_string())]));
    }
    parts.push(
        if figure.backend == "cpu" {
            "CPU"
        } else {
            "WebGPU"
        }
        .into(),
    );
    parts.join(" · ")
}

/// A count for one unit of work; an average may be broken.
fn count(value: f64) -> String {
    if value.fract() == 0.0 {
        integer(value as u64)
    } else {
        significant(value, 3)
    }
}

fn workload_name(workload: &str) -> &'static str {
    let w = words();
    match workload {
        "train" => w.bench.train,
        "matmul" => w.bench.matmul,
        "generate" => w.bench.generate,
        "sample" => w.bench.sample,
        _ => w.bench.cold,
    }
}

/// The panel.
#[inline(never)]
pub fn settings() -> AnyView {
    let page: Bench = expect_context();
    let named = |names: &[&'static str],
                 say: fn(&'static str) -> &'static str|
     -> Vec<Choice<&'static str>> {
        names
            .iter()
            .map(|name| {
                let name = *name;
                Choice::new(name, Signal::derive(move || say(name).to_string()), name)
            })
            .collect()
    };
    let known = move |names: &'static [&'static str], get: fn(&Job) -> &str| {
        Signal::derive(move || {
            page.job
                .with(|job| names.iter().copied().find(|name| *name == get(job)))
                .unwrap_or(names[0])
        })
    };
    view! {
        <Group title=say(|w| w.bench.group)>
            <Select
                label=say(|w| w.bench.workload)
                choices=named(&WORKLOADS, workload_name)
                value=known(&WORKLOADS, |job| &job.workload)
                set=move |name: &'static str| page.job.update(|job| job.workload = name.into())
                test="bench-workload"
            />
            <Select
                label=say(|w| w.bench.config)
                choices=named(&CONFIGS, |name| name)
                value=known(&CONFIGS, |job| &job.config)
                set=move |name: &'static str| page.job.update(|job| job.config = name.into())
                test="bench-config"
            />
            <Select
                label=say(|w| w.fields.backend)
                choices=vec![
                    Choice::new(BackendChoice::Auto, say(|w| w.fields.backend_auto), "auto"),
                    Choice::new(BackendChoice::WebGpu, say(|_| "WebGPU"), "webgpu"),
                    Choice::new(BackendChoice::Cpu, say(|w| w.fields.backend_cpu), "cpu"),
                ]
                value=Signal::derive(move || page.job.with(|job| job.backend))
                set=move |backend| page.job.update(|job| job.backend = backend)
                test="bench-backend"
            />
            <NumberField
                label=say(|w| w.bench.runs)
                value=Signal::derive(move || page.job.with(|job| f64::from(job.runs)))
                set=move |runs: f64| page.job.update(|job| job.runs = runs as u32)
                range=Range::count(1, 1000)
                test="bench-runs"
            />
        </Group>
        {about(|w| w.bench.about)}
    }
    .into_any()
}
