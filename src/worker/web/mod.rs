//! The workers in the browser: messages in and out, the clock, the texts beside the page.

mod engine;
mod fused;
mod reader;

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;

use js_sys::{Array, Reflect, Uint8Array};
use serde::Serialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AbortController, DedicatedWorkerGlobalScope, MessageEvent, ReadableStreamDefaultReader,
    RequestInit, Response, XmlHttpRequest,
};

pub use engine::start as start_engine;
pub use reader::start as start_reader;

use super::surroundings::{Outside, Pending, Progress};
use crate::session::protocol::Job;
use crate::session::wire;

fn scope() -> DedicatedWorkerGlobalScope {
    js_sys::global().unchecked_into()
}

/// Sends an event or a reply up.
fn post(said: &impl Serialize) {
    let Ok(bytes) = wire::encode(said) else {
        return;
    };
    let buffer = Uint8Array::from(bytes.as_slice()).buffer();
    // A page that is gone hears nothing; there is nobody to tell.
    let _ = scope().post_message_with_transfer(&buffer, &Array::of1(&buffer));
}

/// Orders that wait, and who waits for them.
struct Inbox<T> {
    waiting: RefCell<VecDeque<T>>,
    waker: RefCell<Option<js_sys::Function>>,
    stop: Rc<Stop>,
}

impl<T> Default for Inbox<T> {
    fn default() -> Self {
        Self {
            waiting: RefCell::default(),
            waker: RefCell::default(),
            stop: Rc::default(),
        }
    }
}

impl<T: DeserializeOwned + 'static> Inbox<T> {
    /// Takes the messages over from `worker.js`: each is handed to `receive`, those that came before it first.
    fn listen(self: &Rc<Self>, receive: impl Fn(&Self, Result<T, wire::WireError>) + 'static) {
        let inbox = Rc::clone(self);
        let hear = move |data: &JsValue| {
            receive(&inbox, wire::decode(&Uint8Array::new(data).to_vec()));
            if let Some(wake) = inbox.waker.take() {
                let _ = wake.call0(&JsValue::NULL);
            }
        };
        let queue = Reflect::get(&scope(), &"__seedlingQueue".into()).unwrap_or(JsValue::UNDEFINED);
        if let Some(queue) = queue.dyn_ref::<Array>() {
            for data in queue.iter() {
                hear(&data);
            }
        }
        let hear = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
            hear(&event.data());
        });
        scope().set_onmessage(Some(hear.as_ref().unchecked_ref()));
        hear.forget();
    }

    fn keep(&self, order: T) {
        self.waiting.borrow_mut().push_back(order);
    }

    fn retain(&self, keeps: impl FnMut(&T) -> bool) {
        self.waiting.borrow_mut().retain(keeps);
    }

    fn next(&self) -> Option<T> {
        // What was under way has ended, so the orders to give it up are carried out.
        for is_raised in &self.stop.is_raised {
            is_raised.set(false);
        }
        self.waiting.borrow_mut().pop_front()
    }

    fn is_empty(&self) -> bool {
        self.waiting.borrow().is_empty()
    }

    async fn wait(&self) {
        let promise = js_sys::Promise::new(&mut |resolve, _| {
            *self.waker.borrow_mut() = Some(resolve);
        });
        // Resolved by `listen`; it is never rejected.
        let _ = JsFuture::from(promise).await;
    }
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

/// Clock and fetch of this browser.
struct Browser {
    stop: Rc<Stop>,
}

impl Outside for Browser {
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
