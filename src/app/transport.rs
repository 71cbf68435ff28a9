//! The lines to the workers. The engine runs as long as the page; the reader starts with the first order for it, and again after it
//! has failed. What the engine wants of the reader goes through here.
//!
//! Events and replies are handed on once a frame, events joined by [`crate::session::heard`]; in a hidden tab, where there are
//! no frames, a timer does the same.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use leptos::ev;
use leptos::prelude::*;

use super::line::{Line, Module};
use crate::session::heard::join;
use crate::session::protocol::{Command, Event, Job};
use crate::session::reading::{Order, Owed, Reply};
use crate::session::wire;

/// The name of the reader's module.
const READER: &str = "seedling-reader";

/// The page's end of the lines. Dropping every clone does not stop the workers; they live as long as the page.
#[derive(Clone)]
pub struct Transport(Rc<Lines>);

struct Lines {
    own: Weak<Lines>,
    engine: Rc<Line>,
    reader: RefCell<Option<Rc<Line>>>,
    /// Answers that the reader owes.
    owed: RefCell<Vec<Owed>>,
    /// The user's own text, for a reader that starts later.
    own_text: RefCell<Option<Order>>,
    heard: RefCell<Vec<Event>>,
    replies: RefCell<Vec<Reply>>,
    is_scheduled: Cell<bool>,
    /// What stops each kind of work while it is fetched in vain.
    stops: [RefCell<String>; Job::COUNT],
    on_event: Box<dyn Fn(Event)>,
    on_reply: Box<dyn Fn(Reply)>,
    on_failure: Box<dyn Fn(String)>,
}

impl Transport {
    /// Starts the engine. `on_failure` hears why it cannot run, in the browser's words; of the reader that is said in its replies.
    pub fn start(
        on_event: impl Fn(Event) + 'static,
        on_reply: impl Fn(Reply) + 'static,
        on_failure: impl Fn(String) + Clone + 'static,
    ) -> Result<Self, String> {
        let place: Rc<RefCell<Weak<Lines>>> = Rc::default();
        let listener = place.clone();
        let hear = move |bytes: &[u8]| {
            if let Some(lines) = listener.borrow().upgrade() {
                lines.hear_engine(bytes);
            }
        };
        let engine = Line::start(&Module::Page, hear, on_failure.clone())?;
        let lines = Rc::new_cyclic(|own| Lines {
            own: own.clone(),
            engine,
            reader: RefCell::default(),
            owed: RefCell::default(),
            own_text: RefCell::default(),
            heard: RefCell::default(),
            replies: RefCell::default(),
            is_scheduled: Cell::new(false),
            stops: Default::default(),
            on_event: Box::new(on_event),
            on_reply: Box::new(on_reply),
            on_failure: Box::new(on_failure),
        });
        *place.borrow_mut() = Rc::downgrade(&lines);
        let listener = lines.clone();
        let handle = window_event_listener(ev::visibilitychange, move |_| {
            // The frame that was asked for does not come while the tab is hidden.
            if document().hidden() {
                listener.hand_on();
            }
        });
        on_cleanup(move || handle.remove());
        lines.renew_stop(Job::Prepare);
        Ok(Self(lines))
    }

    /// Gives the engine a command.
    pub fn send(&self, command: Command) {
        let lines = &self.0;
        match &command {
            Command::Cancel => {
                lines.stop(Job::Prepare);
                lines.tell_engine(&command);
                if lines.reader.borrow().is_some() {
                    lines.tell_reader(Order::Cancel);
                }
                return lines.renew_stop(Job::Prepare);
            }
            Command::OwnText { name, bytes } => {
                let (name, bytes) = (name.clone(), bytes.clone());
                let order = Order::OwnText { name, bytes };
                lines.own_text.replace(Some(order.clone()));
                if lines.reader.borrow().is_some() {
                    lines.tell_reader(order);
                }
            }
            _ => {}
        }
        lines.tell_engine(&command);
    }

    /// Gives the reader an order.
    pub fn order(&self, order: Order) {
        let job = match &order {
            Order::StopTokens => Some(Job::Tokens),
            Order::StopStudies => Some(Job::Study),
            _ => None,
        };
        if let Some(job) = job {
            self.0.stop(job);
        }
        self.0.tell_reader(order);
        if let Some(job) = job {
            self.0.renew_stop(job);
        }
    }
}

impl Lines {
    fn tell_engine(&self, command: &Command) {
        if let Err(reason) = self.engine.send(command) {
            (self.on_failure)(reason);
        }
    }

    fn tell_reader(self: &Rc<Self>, order: Order) {
        if let Some(owed) = Owed::for_order(&order) {
            self.owed.borrow_mut().push(owed);
        }
        let sent = self.reader().and_then(|line| line.send(&order));
        if let Err(reason) = sent {
            self.end_reader(&reason);
        }
    }

    /// The line to the reader, started if there is none.
    fn reader(self: &Rc<Self>) -> Result<Rc<Line>, String> {
        if let Some(line) = &*self.reader.borrow() {
            return Ok(line.clone());
        }
        let (hearer, broken) = (self.own.clone(), self.own.clone());
        let line = Line::start(
            &Module::Beside(READER),
            move |bytes| {
                if let Some(lines) = hearer.upgrade() {
                    lines.hear_reader(bytes);
                }
            },
            move |reason| {
                if let Some(lines) = broken.upgrade() {
                    lines.end_reader(&reason);
                }
            },
        )?;
        self.reader.replace(Some(line.clone()));
        for job in Job::ALL {
            self.renew_stop(job);
        }
        if let Some(text) = &*self.own_text.borrow() {
            line.send(text)?;
        }
        Ok(line)
    }

    /// The reader is lost: whoever waits for it hears so, and the next order starts another.
    fn end_reader(self: &Rc<Self>, reason: &str) {
        if let Some(line) = self.reader.take() {
            line.end();
        }
        let message = format!("The worker for texts has ended ({reason}). Try again.");
        for owed in self.owed.take() {
            self.take_reply(owed.failed(message.clone()));
        }
    }

    /// Tells work of this kind to stop: revoking its address is seen even while a worker reads no messages.
    fn stop(&self, job: Job) {
        let address = self.stops[job as usize].take();
        // An address that was never made stops nothing.
        let _ = web_sys::Url::revoke_object_url(&address);
    }

    /// Gives work of this kind an address to look at, a new one after it was stopped.
    fn renew_stop(&self, job: Job) {
        let mut address = self.stops[job as usize].borrow_mut();
        if address.is_empty() {
            let made =
                web_sys::Blob::new().and_then(|it| web_sys::Url::create_object_url_with_blob(&it));
            *address = made.unwrap_or_default();
        }
        let address = address.clone();
        if address.is_empty() {
            return;
        }
        if job == Job::Prepare {
            let address = address.clone();
            self.tell_engine(&Command::StopToken { job, address });
        }
        if let Some(line) = &*self.reader.borrow() {
            // A line that is broken says so by itself.
            let _ = line.send(&Order::StopToken { job, address });
        }
    }

    fn hear_engine(self: &Rc<Self>, bytes: &[u8]) {
        match wire::decode::<Event>(bytes) {
            Ok(Event::Want { number, want }) => self.tell_reader(Order::Give { number, want }),
            Ok(event) => {
                if event == Event::Ready
                    && let Err(reason) = self.engine.listens()
                {
                    (self.on_failure)(reason);
                }
                join(&mut self.heard.borrow_mut(), event);
                self.schedule();
            }
            Err(error) => (self.on_failure)(error.to_string()),
        }
    }

    fn hear_reader(self: &Rc<Self>, bytes: &[u8]) {
        match wire::decode::<Reply>(bytes) {
            Ok(Reply::Ready) => {
                let line = self.reader.borrow().clone();
                if let Some(Err(reason)) = line.map(|line| line.listens()) {
                    self.end_reader(&reason);
                }
            }
            Ok(reply) => self.take_reply(reply),
            Err(error) => self.end_reader(&error.to_string()),
        }
    }

    fn take_reply(self: &Rc<Self>, reply: Reply) {
        if let Some(settled) = Owed::settled_by(&reply) {
            self.owed.borrow_mut().retain(|owed| *owed != settled);
        }
        if let Reply::Given { number, given } = reply {
            return self.tell_engine(&Command::Given { number, given });
        }
        self.replies.borrow_mut().push(reply);
        self.schedule();
    }

    fn schedule(self: &Rc<Self>) {
        if self.is_scheduled.replace(true) {
            return;
        }
        let lines = self.clone();
        if document().hidden() {
            set_timeout(
                move || lines.hand_on(),
                std::time::Duration::from_millis(100),
            );
        } else {
            request_animation_frame(move || lines.hand_on());
        }
    }

    fn hand_on(&self) {
        self.is_scheduled.set(false);
        for event in self.heard.take() {
            (self.on_event)(event);
        }
        for reply in self.replies.take() {
            (self.on_reply)(reply);
        }
    }
}
