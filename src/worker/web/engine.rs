//! The engine in the browser: its commands, its adapters, and what it asks of the reader by way of the page.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::Reflect;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::MessageChannel;

use super::super::engine::Engine;
use super::super::surroundings::{
    Acquired, Outside, Pending, Progress, Surroundings, on_cpu, on_device,
};
use super::{Browser, Inbox, fused, post, scope};
use crate::gpu::{Device, DeviceOptions, GpuExecutor};
use crate::plan::CpuExecutor;
use crate::session::config::BackendChoice;
use crate::session::protocol::{Command, DeviceInfo, DeviceKind, Event, FailedWhat, Job};
use crate::session::reading::{Given, Want};
use crate::session::wire;

/// What a WebAssembly heap of 4 GiB leaves for tensors.
const CPU_BYTES: u64 = 2 << 30;

/// Questions to the reader that are open. Their answers overtake the queue: who waits for one reads no commands.
#[derive(Default)]
struct Wants {
    last: Cell<u32>,
    open: RefCell<Vec<(u32, js_sys::Function)>>,
    given: RefCell<Vec<(u32, Result<Given, String>)>>,
}

impl Wants {
    async fn ask(&self, want: Want) -> Result<Given, String> {
        let number = self.last.get() + 1;
        self.last.set(number);
        let promise = js_sys::Promise::new(&mut |resolve, _| {
            self.open.borrow_mut().push((number, resolve));
        });
        post(&Event::Want { number, want });
        // Resolved by `give`; it is never rejected.
        let _ = JsFuture::from(promise).await;
        let mut given = self.given.borrow_mut();
        let place = given.iter().position(|it| it.0 == number);
        match place {
            Some(place) => given.swap_remove(place).1,
            None => Err("The reader did not answer.".to_owned()),
        }
    }

    fn give(&self, number: u32, given: Result<Given, String>) {
        let place = self.open.borrow().iter().position(|it| it.0 == number);
        let Some(place) = place else { return };
        let (_, resolve) = self.open.borrow_mut().swap_remove(place);
        self.given.borrow_mut().push((number, given));
        let _ = resolve.call0(&JsValue::NULL);
    }
}

fn receive(inbox: &Inbox<Command>, wants: &Wants, heard: Result<Command, wire::WireError>) {
    match heard {
        Ok(Command::Cancel) => cancel(inbox),
        Ok(Command::StopToken { job, address }) => inbox.stop.keep_address(job, address),
        Ok(Command::Given { number, given }) => wants.give(number, given),
        Ok(command) => inbox.keep(command),
        Err(error) => post(&Event::Failed {
            what: FailedWhat::Backend,
            request: None,
            message: error.to_string(),
        }),
    }
}

/// Gives up the preparation under way, and those that wait.
fn cancel(inbox: &Inbox<Command>) {
    inbox.retain(|command| match command {
        Command::Prepare { request, .. } => {
            post(&Event::Cancelled { request: *request });
            false
        }
        _ => true,
    });
    inbox.stop.raise(Job::Prepare);
}

/// Lets messages in: a task of its own in the event loop, without a timer's least delay of 4 ms.
struct Breath(MessageChannel);

impl Breath {
    async fn take(&self) {
        let promise = js_sys::Promise::new(&mut |resolve, _| {
            self.0.port1().set_onmessage(Some(&resolve));
            let _ = self.0.port2().post_message(&JsValue::NULL);
        });
        let _ = JsFuture::from(promise).await;
    }
}

/// Begins the engine's life: takes the messages over, says `Ready`, and works for ever.
pub fn start() {
    let inbox = Rc::new(Inbox::default());
    let wants = Rc::new(Wants::default());
    let given = Rc::clone(&wants);
    inbox.listen(move |inbox, heard| receive(inbox, &given, heard));
    post(&Event::Ready);
    spawn_local(async move {
        let Ok(channel) = MessageChannel::new() else {
            return post(&Event::Failed {
                what: FailedWhat::Backend,
                request: None,
                message: "This browser gives workers no message channels; use a current one."
                    .to_owned(),
            });
        };
        let breath = Breath(channel);
        let surroundings = BesidePage {
            browser: Browser {
                stop: Rc::clone(&inbox.stop),
            },
            wants,
        };
        let mut engine = Engine::new(Rc::new(surroundings), |event| post(&event));
        loop {
            while let Some(command) = inbox.next() {
                engine.handle(command).await;
            }
            if engine.work().await {
                breath.take().await;
            } else if inbox.is_empty() {
                inbox.wait().await;
            }
        }
    });
}

/// The browser with its adapters, and the reader behind the page.
struct BesidePage {
    browser: Browser,
    wants: Rc<Wants>,
}

impl Outside for BesidePage {
    fn now_secs(&self) -> f64 {
        self.browser.now_secs()
    }

    fn fetch_text(&self, file: &str, progress: Progress) -> Pending<Result<Vec<u8>, String>> {
        self.browser.fetch_text(file, progress)
    }

    fn is_cancelled(&self, job: Job) -> bool {
        self.browser.is_cancelled(job)
    }
}

impl Surroundings for BesidePage {
    fn ask_reader(&self, want: Want) -> Pending<Result<Given, String>> {
        let wants = Rc::clone(&self.wants);
        Box::pin(async move { wants.ask(want).await })
    }

    fn acquire(&self, choice: BackendChoice) -> Pending<Result<Acquired, String>> {
        Box::pin(async move {
            match choice {
                BackendChoice::Cpu => Ok(cpu(None).await),
                BackendChoice::WebGpu => webgpu().await,
                BackendChoice::Auto => Ok(match webgpu().await {
                    Ok(acquired) => acquired,
                    Err(reason) => cpu(Some(reason)).await,
                }),
            }
        })
    }
}

async fn cpu(reason: Option<String>) -> Acquired {
    let adapter = match fused::load().await {
        true => "CPU, fused multiply-add",
        false => "",
    };
    Acquired {
        executor: Box::new(CpuExecutor::new()),
        info: DeviceInfo {
            kind: DeviceKind::Cpu,
            adapter: adapter.to_owned(),
            reason,
        },
        max_buffer_bytes: CPU_BYTES,
        max_total_bytes: Some(CPU_BYTES),
        device: None,
        further: on_cpu(),
    }
}

async fn webgpu() -> Result<Acquired, String> {
    let name = adapter_name().await?;
    let mut device = Device::acquire(DeviceOptions::default())
        .await
        .map_err(|e| e.to_string())?;
    let is_swiftshader = name.to_ascii_lowercase().contains("swiftshader");
    device.is_software = device.is_software || is_swiftshader;
    let kind = if device.is_software {
        DeviceKind::WebGpuSoftware
    } else {
        DeviceKind::WebGpu
    };
    Ok(Acquired {
        info: DeviceInfo {
            kind,
            adapter: name,
            reason: None,
        },
        max_buffer_bytes: device.max_binding_bytes,
        max_total_bytes: None,
        further: on_device(&device),
        device: Some(device.clone()),
        executor: Box::new(GpuExecutor::new(device)),
    })
}

/// Vendor and architecture, as far as the browser tells; an error when it has no WebGPU or no adapter.
async fn adapter_name() -> Result<String, String> {
    let gpu = Reflect::get(&scope().navigator(), &"gpu".into()).unwrap_or(JsValue::UNDEFINED);
    if gpu.is_undefined() {
        return Err("this browser does not offer WebGPU to this page".to_owned());
    }
    let no_adapter = || "the browser found no WebGPU adapter".to_owned();
    let request: js_sys::Function = Reflect::get(&gpu, &"requestAdapter".into())
        .ok()
        .and_then(|f| f.dyn_into().ok())
        .ok_or_else(no_adapter)?;
    // The same adapter as the one the device is taken from.
    let options = js_sys::Object::new();
    Reflect::set(
        &options,
        &"powerPreference".into(),
        &"high-performance".into(),
    )
    .map_err(|_| no_adapter())?;
    let promise: js_sys::Promise = request
        .call1(&gpu, &options)
        .ok()
        .and_then(|p| p.dyn_into().ok())
        .ok_or_else(no_adapter)?;
    let adapter = JsFuture::from(promise).await.map_err(|_| no_adapter())?;
    if adapter.is_null() || adapter.is_undefined() {
        return Err(no_adapter());
    }
    let info = Reflect::get(&adapter, &"info".into()).unwrap_or(JsValue::UNDEFINED);
    let field = |name: &str| {
        Reflect::get(&info, &name.into())
            .ok()
            .and_then(|v| v.as_string())
            .unwrap_or_default()
    };
    let described = field("description");
    let name = if described.is_empty() {
        format!("{} {}", field("vendor"), field("architecture"))
    } else {
        described
    };
    Ok(name.trim().to_owned())
}
