//! The line to one worker: bytes down, bytes up, both by transfer. Messages given before the worker listens wait in order.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use leptos::prelude::document;
use wasm_bindgen::prelude::*;
use web_sys::{MessageEvent, Worker, WorkerOptions, WorkerType};

use crate::session::wire;

/// A worker that was started.
pub struct Line {
    worker: Worker,
    is_ready: Cell<bool>,
    waiting: RefCell<Vec<Vec<u8>>>,
}

impl Line {
    /// Starts a worker with the module of these addresses. `hear` takes its messages; `fail` hears why it cannot run, in the browser's words.
    pub fn start(
        module: &Module,
        hear: impl Fn(&[u8]) + 'static,
        fail: impl Fn(String) + Clone + 'static,
    ) -> Result<Rc<Self>, String> {
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let worker = Worker::new_with_options(&module.address()?, &options)
            .map_err(|error| text_of(&error))?;
        let broken = fail.clone();
        let broken = Closure::<dyn Fn(JsValue)>::new(move |error: JsValue| {
            // An event without a message says that there is no script.
            let message = js_sys::Reflect::get(&error, &"message".into());
            let message = message.ok().and_then(|it| it.as_string());
            broken(message.unwrap_or_else(|| "worker.js could not be loaded".to_owned()));
        });
        worker.set_onerror(Some(broken.as_ref().unchecked_ref()));
        broken.forget();
        let receive = Closure::<dyn Fn(MessageEvent)>::new(move |message: MessageEvent| {
            let data = message.data();
            match data.as_string() {
                // The worker's loader speaks in strings, and only when it cannot start.
                Some(reason) => fail(reason),
                None => hear(&js_sys::Uint8Array::new(&data).to_vec()),
            }
        });
        worker.set_onmessage(Some(receive.as_ref().unchecked_ref()));
        receive.forget();
        Ok(Rc::new(Self {
            worker,
            is_ready: Cell::new(false),
            waiting: RefCell::default(),
        }))
    }

    /// Sends a message; before the worker listens it waits.
    pub fn send(&self, message: &impl serde::Serialize) -> Result<(), String> {
        let bytes = wire::encode(message).map_err(|error| error.to_string())?;
        if self.is_ready.get() {
            return self.post(&bytes);
        }
        self.waiting.borrow_mut().push(bytes);
        Ok(())
    }

    /// The worker listens: what waited is sent.
    pub fn listens(&self) -> Result<(), String> {
        self.is_ready.set(true);
        let waiting = self.waiting.take();
        waiting.iter().try_for_each(|bytes| self.post(bytes))
    }

    fn post(&self, bytes: &[u8]) -> Result<(), String> {
        let buffer = js_sys::Uint8Array::from(bytes).buffer();
        let transfer = js_sys::Array::of1(&buffer);
        let posted = self.worker.post_message_with_transfer(&buffer, &transfer);
        posted.map_err(|error| text_of(&error))
    }

    /// Ends the worker, whatever it does.
    pub fn end(&self) {
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        self.worker.terminate();
    }
}

/// Which module a worker runs.
pub enum Module {
    /// The page's own, whose names carry a hash that only the preload links know.
    Page,
    /// A module of its own beside the page. Its name carries no hash, so the page's stands after it: a browser that kept the
    /// module of an older page fetches it again.
    Beside(&'static str),
}

impl Module {
    /// `worker.js` beside the page, told where the module lies.
    fn address(&self) -> Result<String, String> {
        let js = href("link[rel=modulepreload]")?;
        let (js, wasm) = match self {
            Module::Page => (js, href("link[rel=preload][href$='.wasm']")?),
            Module::Beside(name) => {
                let version = js.rsplit('/').next().unwrap_or_default().to_owned();
                let with_version = |ending: &str| format!("./{name}{ending}?{version}");
                (with_version(".js"), with_version("_bg.wasm"))
            }
        };
        let encoded = |text: &str| String::from(js_sys::encode_uri_component(text));
        Ok(format!(
            "./worker.js?js={}&wasm={}",
            encoded(&js),
            encoded(&wasm)
        ))
    }
}

fn href(selector: &str) -> Result<String, String> {
    document()
        .query_selector(selector)
        .ok()
        .flatten()
        .and_then(|link| link.get_attribute("href"))
        .ok_or_else(|| format!("index.html has no {selector}"))
}

fn text_of(error: &JsValue) -> String {
    js_sys::Error::from(error.clone()).message().into()
}
