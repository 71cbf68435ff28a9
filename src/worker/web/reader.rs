//! The reader in the browser: its orders.

use std::rc::Rc;

use wasm_bindgen_futures::spawn_local;

use super::super::reader::Reader;
use super::{Browser, Inbox, post};
use crate::session::protocol::Job;
use crate::session::reading::{Order, Owed, Reply};
use crate::session::study::Finding;
use crate::session::tokens::{Answer, Ask};
use crate::session::wire;

fn receive(inbox: &Inbox<Order>, heard: Result<Order, wire::WireError>) {
    match heard {
        Ok(Order::Cancel) => cancel(inbox),
        Ok(Order::StopTokens) => stop_tokens(inbox),
        Ok(Order::StopStudies) => stop_studies(inbox),
        Ok(Order::StopToken { job, address }) => inbox.stop.keep_address(job, address),
        Ok(order) => {
            // A newer question of the tokenizer laboratory makes an older one for the same place idle.
            if let Order::Tokens { place: newer, .. } = &order {
                inbox.retain(
                    |waiting| !matches!(waiting, Order::Tokens { place, .. } if place == newer),
                );
            }
            inbox.keep(order);
        }
        Err(error) => post(&Reply::Failed {
            message: error.to_string(),
        }),
    }
}

/// Gives up what the engine wants, under way or waiting.
fn cancel(inbox: &Inbox<Order>) {
    inbox.retain(|order| match order {
        Order::Give { number, .. } => {
            post(&Owed::Given(*number).failed("cancelled".to_owned()));
            false
        }
        _ => true,
    });
    inbox.stop.raise(Job::Prepare);
}

/// Gives up what the tokenizer laboratory asked for, under way or waiting; its text is kept all the same.
fn stop_tokens(inbox: &Inbox<Order>) {
    inbox.retain(|order| match order {
        Order::Tokens {
            ask: Ask::Text { .. },
            ..
        } => true,
        Order::Tokens { request, .. } => {
            post(&Reply::Tokens {
                request: *request,
                answer: Answer::Stopped,
            });
            false
        }
        _ => true,
    });
    inbox.stop.raise(Job::Tokens);
}

/// Gives up the study under way, and those that wait.
fn stop_studies(inbox: &Inbox<Order>) {
    inbox.retain(|order| {
        let Order::Study { request, .. } = order else {
            return true;
        };
        post(&Reply::Studied {
            request: *request,
            finding: Box::new(Finding::Stopped),
        });
        false
    });
    inbox.stop.raise(Job::Study);
}

/// Begins the reader's life: takes the messages over, says `Ready`, and answers for ever.
pub fn start() {
    let inbox = Rc::new(Inbox::default());
    inbox.listen(receive);
    post(&Reply::Ready);
    spawn_local(async move {
        let browser = Browser {
            stop: Rc::clone(&inbox.stop),
        };
        let mut reader = Reader::new(Rc::new(browser), |reply| post(&reply));
        loop {
            while let Some(order) = inbox.next() {
                reader.handle(order).await;
            }
            inbox.wait().await;
        }
    });
}
