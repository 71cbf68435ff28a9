//! The worker in the browser: messages in and out, the clock, the texts beside the page, the adapters.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;

use js_sys::{Array, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{
    AbortController, DedicatedWorkerGlobalScope, MessageChannel, MessageEvent,
    ReadableStreamDefaultReader, RequestInit, Response, XmlHttpRequest,
};

use super::engine::Engine;
use super::surroundings::{Acquired, Pending, Progress, Surroundings};
use crate::gpu::{Device, DeviceOptions, GpuExecutor};
use crate::plan::CpuExecutor;
use crate::session::config::BackendChoice;
use crate::session::protocol::{Command, DeviceInfo, DeviceKind, Event, FailedWhat, Job};
use crate::session::study::Finding;
use crate::session::tokens::{Answer, Ask};
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
    stop: Rc<Stop>,
}

/// The order to give up what is under way. It overtakes the queue: who waits for a text to arrive reads no commands. Work
/// that does not even wait (learning a tokenizer) looks whether an address can still be fetched: the page revokes it to say stop.
/// Shared memory would say it more plainly, but only sites that send special headers get it.
#[derive(Default)]
struct Stop {
    is_raised: [Cell<bool>; Job::COUNT],
    addresses: [RefCell<Option<String>>; Job::COUNT],
    looked_secs: Cell<f64>,
    /// Breaks off the request that is being answered.
    fetching: RefCell<Option<AbortController>>,
}

impl Stop {
    fn raise(&self, job: Job) {
        self.is_raised[job as usize].set(true);
        if let Some(fetching) = self.fetching.take() {
            fetching.abort();
        }
    }

    /// An address that cannot be fetched to begin with (a browser that forbids it) stops nothing.
    fn keep_address(&self, job: Job, address: String) {
        let kept = can_be_fetched(&address).then_some(address);
        *self.addresses[job as usize].borrow_mut() = kept;
    }

    fn is_raised(&self, job: Job, now_secs: f64) -> bool {
        const LOOK_EVERY_SECS: f64 = 0.05;
        let raised = &self.is_raised[job as usize];
        if !raised.get() && now_secs - self.looked_secs.get() > LOOK_EVERY_SECS {
            self.looked_secs.set(now_secs);
            let address = self.addresses[job as usize].borrow();
            raised.set(address.as_ref().is_some_and(|it| !can_be_fetched(it)));
        }
        raised.get()
    }
}

/// Whether a local address still leads somewhere, found out without waiting.
fn can_be_fetched(address: &str) -> bool {
    let fetch = || -> Result<(), JsValue> {
        let request = XmlHttpRequest::new()?;
        request.open_with_async("GET", address, false)?;
        request.send()
    };
    fetch().is_ok()
}

impl Inbox {
    fn receive(&self, data: &JsValue) {
        match wire::decode::<Command>(&Uint8Array::new(data).to_vec()) {
            Ok(Command::Cancel) => self.cancel(),
            Ok(Command::StopTokens) => self.stop_tokens(),
            Ok(Command::StopStudies) => self.stop_studies(),
            Ok(Command::StopToken { job, address }) => self.stop.keep_address(job, address),
            Ok(command) => {
                if let Command::Tokens { place, .. } = &command {
                    self.drop_tokens_waiting_for(*place);
                }
                self.commands.borrow_mut().push_back(command);
            }
            Err(error) => post(&Event::Failed {
                what: FailedWhat::Backend,
                request: None,
                message: error.to_string(),
            }),
        }
        if let Some(wake) = self.waker.take() {
            let _ = wake.call0(&JsValue::NULL);
        }
    }

    /// Gives up the preparation under way, and those that wait.
    fn cancel(&self) {
        let mut commands = self.commands.borrow_mut();
        commands.retain(|command| match command {
            Command::Prepare { request, .. } => {
                post(&Event::Cancelled { request: *request });
                false
            }
            _ => true,
        });
        self.stop.raise(Job::Prepare);
    }

    /// A newer question of the tokenizer laboratory makes an older one for the same place idle.
    fn drop_tokens_waiting_for(&self, newer: u32) {
        self.commands
            .borrow_mut()
            .retain(|command| !matches!(command, Command::Tokens { place, .. } if *place == newer));
    }

    /// Gives up what the tokenizer laboratory asked for, under way or waiting; its text is kept all the same.
    fn stop_tokens(&self) {
        self.commands.borrow_mut().retain(|command| match command {
            Command::Tokens {
                ask: Ask::Text { .. },
                ..
            } => true,
            Command::Tokens { request, .. } => {
                post(&Event::Tokens {
                    request: *request,
                    answer: Answer::Stopped,
                });
                false
            }
            _ => true,
        });
        self.stop.raise(Job::Tokens);
    }

    /// Gives up the study under way, and those that wait.
    fn stop_studies(&self) {
        self.commands.borrow_mut().retain(|command| {
            let Command::Study { request, .. } = command else {
                return true;
            };
            post(&Event::Studied {
                request: *request,
                finding: Box::new(Finding::Stopped),
            });
            false
        });
        self.stop.raise(Job::Study);
    }

    fn next(&self) -> Option<Command> {
        // What was under way has ended, so the orders to give it up are carried out.
        for is_raised in &self.stop.is_raised {
            is_raised.set(false);
        }
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
                request: None,
                message: "This browser gives workers no message channels; use a current one."
                    .to_owned(),
            });
        };
        let breath = Breath(channel);
        let browser = Browser {
            stop: Rc::clone(&inbox.stop),
        };
        let mut engine = Engine::new(Rc::new(browser), |event| post(&event));
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
struct Browser {
    stop: Rc<Stop>,
}

impl Surroundings for Browser {
    fn now_secs(&self) -> f64 {
        // Seconds since 1970 to the microsecond: the page's clock and the worker's are then one.
        scope().performance().map_or_else(
            || js_sys::Date::now() / 1e3,
            |p| (p.time_origin() + p.now()) / 1e3,
        )
    }

    fn fetch_text(&self, file: &str, progress: Progress) -> Pending<Result<Vec<u8>, String>> {
        let address = format!("corpora/{file}");
        let stop = Rc::clone(&self.stop);
        Box::pin(async move {
            let fetched = fetch(&absolute(&address), &stop, &progress).await;
            stop.fetching.take();
            fetched.map_err(|error| {
                let reason = js_sys::Error::from(error).message();
                format!(
                    "{address} could not be fetched ({reason}). Check the connection, or choose another text."
                )
            })
        })
    }

    fn is_cancelled(&self, job: Job) -> bool {
        self.stop.is_raised(job, self.now_secs())
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

/// The bytes at an address, piece by piece, so that the person sees how far it is and can stop it.
async fn fetch(
    address: &str,
    stop: &Stop,
    progress: &dyn Fn(u64, u64),
) -> Result<Vec<u8>, JsValue> {
    let controller = AbortController::new()?;
    let options = RequestInit::new();
    options.set_signal(Some(&controller.signal()));
    stop.fetching.replace(Some(controller));
    let request = scope().fetch_with_str_and_init(address, &options);
    let response: Response = JsFuture::from(request).await?.dyn_into()?;
    if !response.ok() {
        return Err(js_sys::Error::new(&format!("status {}", response.status())).into());
    }
    // With a compressed answer this is the compressed length, so the amount may run past it.
    let length = response.headers().get("content-length")?;
    let total = length.and_then(|text| text.parse().ok()).unwrap_or(0);
    let body = response
        .body()
        .ok_or_else(|| js_sys::Error::new("an empty answer"))?;
    let reader: ReadableStreamDefaultReader = body.get_reader().dyn_into()?;
    let mut bytes = Vec::new();
    loop {
        let piece = JsFuture::from(reader.read()).await?;
        if Reflect::get(&piece, &"done".into())?.is_truthy() {
            return Ok(bytes);
        }
        let piece: Uint8Array = Reflect::get(&piece, &"value".into())?.dyn_into()?;
        bytes.extend(piece.to_vec());
        progress(bytes.len() as u64, total);
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
