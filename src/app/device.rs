//! What the device badge opens: which device works, said plainly, how to turn WebGPU on in this browser, and the way to the bench.

use leptos::prelude::*;

use super::shell::Panels;
use crate::labs::Lab;
use crate::labs::workbench::workbench;
use crate::session::protocol::DeviceKind;
use crate::ui::{Button, Dialog};
use crate::words::{Words, fill, say, say_message, words};

/// Browsers that turn WebGPU on in different places.
#[derive(Clone, Copy)]
enum Browser {
    Chromium,
    Firefox,
    Safari,
    Other,
}

fn this_browser() -> Browser {
    let agent = window().navigator().user_agent().unwrap_or_default();
    // Chromium names Safari too, so the order matters.
    if agent.contains("Firefox/") {
        Browser::Firefox
    } else if agent.contains("Chrom") || agent.contains("Edg/") {
        Browser::Chromium
    } else if agent.contains("Safari/") {
        Browser::Safari
    } else {
        Browser::Other
    }
}

fn advice(w: &'static Words) -> &'static str {
    match this_browser() {
        Browser::Chromium => w.shell.webgpu_chromium,
        Browser::Firefox => w.shell.webgpu_firefox,
        Browser::Safari => w.shell.webgpu_safari,
        Browser::Other => w.shell.webgpu_other,
    }
}

/// The dialog.
#[component]
pub fn DeviceDialog() -> impl IntoView {
    let bench = workbench();
    let panels: Panels = expect_context();
    let device = bench.of_run(|run| run.device.clone());
    let launches = Memo::new(move |_| {
        bench
            .prepared
            .with(|prepared| prepared.as_ref().map(|it| it.dispatches_per_step))
    });
    let body = move || {
        let w = words();
        let Some(device) = device.get() else {
            return view! { <p>{w.shell.device_unknown_text}</p> }.into_any();
        };
        let text = match device.kind {
            DeviceKind::WebGpu => w.shell.device_gpu_text,
            DeviceKind::WebGpuSoftware => w.shell.device_software_text,
            DeviceKind::Cpu if device.reason.is_none() => w.shell.device_cpu_chosen_text,
            DeviceKind::Cpu => w.shell.device_cpu_text,
        };
        // A processor that was chosen, and not fallen back to, has no reason.
        let needs_advice = device.kind == DeviceKind::WebGpuSoftware || device.reason.is_some();
        let launches = launches.get().filter(|_| device.kind != DeviceKind::Cpu);
        view! {
            <p>{text}</p>
            {(!device.adapter.is_empty())
                .then(|| {
                    view! {
                        <p class="quiet" data-testid="adapter">
                            {fill(w.shell.adapter, &[("name", &device.adapter)])}
                        </p>
                    }
                })}
            {device
                .reason
                .map(|reason| {
                    view! { <p class="quiet">{fill(w.shell.device_reason, &[("reason", &say_message(&reason))])}</p> }
                })}
            {launches
                .map(|count| {
                    view! {
                        <p class="quiet">{fill(w.shell.launches, &[("n", &count.to_string())])}</p>
                    }
                })}
            {needs_advice
                .then(|| {
                    view! {
                        <h3>{w.shell.webgpu_how}</h3>
                        <p data-testid="webgpu-advice">{advice(w)}</p>
                    }
                })}
            <p class="quiet">{w.shell.same_bits}</p>
        }
        .into_any()
    };
    view! {
        <Dialog title=say(|w| w.shell.device) close_label=say(|w| w.shell.close) open=panels.device test="device-dialog">
            {body}
            <Button
                label=say(|w| w.shell.open_bench)
                press=move |()| {
                    panels.device.set(false);
                    bench.lab.set(Lab::Bench);
                }
                test="open-bench"
            />
        </Dialog>
    }
}
