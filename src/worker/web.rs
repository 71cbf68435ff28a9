//! The worker in the browser: messages in and out, the clock, the texts beside the page, the adapters.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use js_sys::{Array, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{DedicatedWorkerGlobalScope, MessageChannel, MessageEvent};

use super::engine::Engine;
use super::surroundings::{Acquired, Pending, Surroundings};
use crate::gpu::{Device, DeviceOptions, GpuExecutor};
use crate::plan::CpuExecutor;
use crate::session::config::BackendChoice;
use crate::session::protocol::{Command, DeviceInfo, DeviceKind, Event, FailedWhat};
use crate::session::wire;

/// What a WebAssembly heap of 4 GiB leaves for tensors.
const CPU_BYTES: u64 = 2 << 30;

fn scope() -> DedicatedWorkerGlobalScope {
    js_sys::global().unchecked_into()
}

fn post(event: &Event) {
    let Ok(bytes) = wire::encode(event) else {
        return;
    };
    let buffer = Uint8Array::from(bytes.as_slice()).buffer();
    // A page that is gone hears nothing; there is nobody to tell.
    let _ = scope().post_message_with_transfer(&buffer, &Array::of1(&buffer));
}

/// Commands that wait, and who waits for them.
#[derive(Default)]
struct Inbox {
    commands: RefCell<VecDeque<Command>>,
    waker: RefCell<Option<js_sys::Function>>,
}

impl Inbox {
    fn receive(&self, data: &JsValue) {
        match wire::decode::<Command>(&Uint8Array::new(data).to_vec()) {
            Ok(command) => self.commands.borrow_mut().push_back(command),
            Err(error) => post(&Event::Failed {
                what: FailedWhat::Backend,
                message: error.to_string(),
            }),
        }
        if let Some(wake) = self.waker.take() {
            let _ = wake.call0(&JsValue::NULL);
        }
    }

    fn next(&self) -> Option<Command> {
        self.commands.borrow_mut().pop_front()
    }

    async fn wait(&self) {
        let promise = js_sys::Promise::new(&mut |resolve, _| {
            *self.waker.borrow_mut() = Some(resolve);
        });
        // Resolved by `receive`; it is never rejected.
        let _ = JsFuture::from(promise).await;
    }
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

/// Begins the worker's life: takes the messages over from `worker.js`, says `Ready`, and works for ever.
pub fn start() {
    let inbox = Rc::new(Inbox::default());
    let queue = Reflect::get(&scope(), &"__seedlingQueue".into()).unwrap_or(JsValue::UNDEFINED);
    if let Some(queue) = queue.dyn_ref::<Array>() {
        for data in queue.iter() {
            inbox.receive(&data);
        }
    }
    let listener = Rc::clone(&inbox);
    let hear = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
        listener.receive(&event.data());
    });
    scope().set_onmessage(Some(hear.as_ref().unchecked_ref()));
    hear.forget();
    post(&Event::Ready);
    spawn_local(async move {
        let Ok(channel) = MessageChannel::new() else {
            return post(&Event::Failed {
                what: FailedWhat::Backend,
                message: "This browser gives workers no message channels; use a current one."
                    .to_owned(),
            });
        };
        let breath = Breath(channel);
        let mut engine = Engine::new(Rc::new(Browser), |event| post(&event));
        loop {
            while let Some(command) = inbox.next() {
                engine.handle(command).await;
            }
            if engine.work().await {
                breath.take().await;
            } else if inbox.commands.borrow().is_empty() {
                inbox.wait().await;
            }
        }
    });
}

/// Clock, fetch and adapters of this browser.
struct Browser;

impl Surroundings for Browser {
    fn now_secs(&self) -> f64 {
        // Seconds since 1970 to the microsecond: the page's clock and the worker's are then one.
        scope().performance().map_or_else(
            || js_sys::Date::now() / 1e3,
            |p| (p.time_origin() + p.now()) / 1e3,
        )
    }

    fn fetch_text(&self, file: &str) -> Pending<Result<Vec<u8>, String>> {
        let address = format!("corpora/{file}");
        Box::pin(async move {
            let missing = |reason: String| {
                format!(
                    "{address} could not be fetched ({reason}). Check the connection, or choose another text."
                )
            };
            let response = gloo_net::http::Request::get(&absolute(&address))
                .send()
                .await
                .map_err(|e| missing(e.to_string()))?;
            if !response.ok() {
                return Err(missing(format!("status {}", response.status())));
            }
            response.binary().await.map_err(|e| missing(e.to_string()))
        })
    }

    fn acquire(&self, choice: BackendChoice) -> Pending<Result<Acquired, String>> {
        Box::pin(async move {
            match choice {
                BackendChoice::Cpu => Ok(cpu(None)),
                BackendChoice::WebGpu => webgpu().await,
                BackendChoice::Auto => Ok(match webgpu().await {
                    Ok(acquired) => acquired,
                    Err(reason) => cpu(Some(reason)),
                }),
            }
        })
    }
}

/// The page's folder is the worker script's.
fn absolute(relative: &str) -> String {
    let base = scope().location().href();
    web_sys::Url::new_with_base(relative, &base).map_or_else(|_| relative.to_owned(), |u| u.href())
}

fn cpu(reason: Option<String>) -> Acquired {
    Acquired {
        executor: Box::new(CpuExecutor::new()),
        info: DeviceInfo {
            kind: DeviceKind::Cpu,
            adapter: String::new(),
            reason,
        },
        max_buffer_bytes: CPU_BYTES,
        max_total_bytes: Some(CPU_BYTES),
        device: None,
    }
}

async fn webgpu() -> Result<Acquired, String> {
    let name = adapter_name().await?;
    let mut device = Device::acquire(DeviceOptions::default())
        .await
        .map_err(|e| e.to_string())?;
    let is_swiftshader = name.to_lowercase().contains("swiftshader");
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
    let promise: js_sys::Promise = request
        .call0(&gpu)
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
