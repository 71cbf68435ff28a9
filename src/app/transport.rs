//! The line to the worker: commands go down as bytes, events come up as bytes, both by transfer.
//!
//! Commands given before the worker listens wait in order. Events are handed on once a frame, joined by [`crate::session::heard`];
//! in a hidden tab, where there are no frames, a timer does the same.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;

use leptos::ev;
use leptos::prelude::*;
use wasm_bindgen::prelude::*;
use web_sys::{MessageEvent, Worker, WorkerOptions, WorkerType};

use crate::session::heard::join;
use crate::session::protocol::{Command, Event, Job};
use crate::session::wire;

/// The page's end of the line. Dropping every clone does not stop the worker; it lives as long as the page.
#[derive(Clone)]
pub struct Transport(Rc<Line>);

struct Line {
    worker: Worker,
    ready: Cell<bool>,
    waiting: RefCell<VecDeque<Command>>,
    heard: RefCell<Vec<Event>>,
    scheduled: Cell<bool>,
    /// What stops each kind of work while it is fetched in vain.
    stops: [RefCell<String>; Job::COUNT],
    on_event: Box<dyn Fn(Event)>,
    on_failure: Box<dyn Fn(String)>,
}

impl Transport {
    /// Starts the worker. `on_failure` hears why it cannot run, in the browser's words.
    pub fn start(
        on_event: impl Fn(Event) + 'static,
        on_failure: impl Fn(String) + 'static,
    ) -> Result<Self, String> {
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let worker = Worker::new_with_options(&worker_address()?, &options)
            .map_err(|error| text_of(&error))?;
        let line = Rc::new(Line {
            worker,
            ready: Cell::new(false),
            waiting: RefCell::default(),
            heard: RefCell::default(),
            scheduled: Cell::new(false),
            stops: Default::default(),
            on_event: Box::new(on_event),
            on_failure: Box::new(on_failure),
        });
        let listener = line.clone();
        let hear = Closure::<dyn Fn(MessageEvent)>::new(move |message: MessageEvent| {
            listener.receive(&message.data());
        });
        line.worker
            .set_onmessage(Some(hear.as_ref().unchecked_ref()));
        hear.forget();
        let listener = line.clone();
        let broken = Closure::<dyn Fn(JsValue)>::new(move |error: JsValue| {
            // An event without a message says that there is no script.
            let message = js_sys::Reflect::get(&error, &"message".into());
            let message = message.ok().and_then(|it| it.as_string());
            let reason = message.unwrap_or_else(|| "worker.js could not be loaded".to_owned());
            (listener.on_failure)(reason);
        });
        line.worker
            .set_onerror(Some(broken.as_ref().unchecked_ref()));
        broken.forget();
        let listener = line.clone();
        let handle = window_event_listener(ev::visibilitychange, move |_| {
            // The frame that was asked for does not come while the tab is hidden.
            if document().hidden() {
                listener.hand_on();
            }
        });
        on_cleanup(move || handle.remove());
        let line = Self(line);
        line.renew_stop(Job::Prepare);
        line.renew_stop(Job::Tokens);
        line.renew_stop(Job::Study);
        Ok(line)
    }

    /// Tells work of this kind to stop: revoking its address is seen even while the worker reads no messages.
    fn stop(&self, job: Job) {
        let address = self.0.stops[job as usize].take();
        // An address that was never made stops nothing.
        let _ = web_sys::Url::revoke_object_url(&address);
    }

    /// Gives work of this kind a new address to look at.
    fn renew_stop(&self, job: Job) {
        let address =
            web_sys::Blob::new().and_then(|it| web_sys::Url::create_object_url_with_blob(&it));
        if let Ok(address) = address {
            self.0.stops[job as usize].replace(address.clone());
            self.send(Command::StopToken { job, address });
        }
    }

    /// Gives an order; before the worker listens it waits.
    pub fn send(&self, command: Command) {
        let stops = match &command {
            Command::Cancel => Some(Job::Prepare),
            Command::StopTokens => Some(Job::Tokens),
            Command::StopStudies => Some(Job::Study),
            _ => None,
        };
        if let Some(job) = stops {
            self.stop(job);
        }
        if self.0.ready.get() {
            self.0.post(&command);
        } else {
            self.0.waiting.borrow_mut().push_back(command);
        }
        if let Some(job) = stops {
            self.renew_stop(job);
        }
    }
}

impl Line {
    fn post(&self, command: &Command) {
        let bytes = match wire::encode(command) {
            Ok(bytes) => bytes,
            Err(error) => return (self.on_failure)(error.to_string()),
        };
        let buffer = js_sys::Uint8Array::from(bytes.as_slice()).buffer();
        let transfer = js_sys::Array::of1(&buffer);
        if let Err(error) = self.worker.post_message_with_transfer(&buffer, &transfer) {
            (self.on_failure)(text_of(&error));
        }
    }

    fn receive(self: &Rc<Self>, data: &JsValue) {
        // The worker's loader speaks in strings, and only when it cannot start.
        if let Some(reason) = data.as_string() {
            return (self.on_failure)(reason);
        }
        let bytes = js_sys::Uint8Array::new(data).to_vec();
        match wire::decode::<Event>(&bytes) {
            Ok(event) => {
                if event == Event::Ready {
                    self.ready.set(true);
                    for command in self.waiting.take() {
                        self.post(&command);
                    }
                }
                self.keep(event);
            }
            Err(error) => (self.on_failure)(error.to_string()),
        }
    }

    fn keep(self: &Rc<Self>, event: Event) {
        join(&mut self.heard.borrow_mut(), event);
        if self.scheduled.replace(true) {
            return;
        }
        let line = self.clone();
        if document().hidden() {
            set_timeout(
                move || line.hand_on(),
                std::time::Duration::from_millis(100),
            );
        } else {
            request_animation_frame(move || line.hand_on());
        }
    }

    fn hand_on(&self) {
        self.scheduled.set(false);
        for event in self.heard.take() {
            (self.on_event)(event);
        }
    }
}

/// `worker.js` beside the page, told where the page's own module lies: both names carry a hash that only the preload links know.
fn worker_address() -> Result<String, String> {
    let href = |selector: &str| {
        document()
            .query_selector(selector)
            .ok()
            .flatten()
            .and_then(|link| link.get_attribute("href"))
            .and_then(|href| js_sys::encode_uri_component(&href).as_string())
            .ok_or_else(|| format!("index.html has no {selector}"))
    };
    let js = href("link[rel=modulepreload]")?;
    let wasm = href("link[rel=preload][href$='.wasm']")?;
    Ok(format!("./worker.js?js={js}&wasm={wasm}"))
}

fn text_of(error: &JsValue) -> String {
    js_sys::Error::from(error.clone()).message().into()
}
