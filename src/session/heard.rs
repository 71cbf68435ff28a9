//! Events on their way to the page. They are handed on once a frame, or in a hidden tab once a timer fires, so what comes in
//! between is joined: a fast run must cost the page no more than a slow one, and memory must not grow meanwhile.

use super::protocol::Event;

/// Adds an event to those that wait. Neighbouring training steps become one event; of pictures of attention only the newest
/// stays, since nobody will see the others.
pub fn join(heard: &mut Vec<Event>, event: Event) {
    match event {
        Event::Metrics(steps) => {
            let newest = heard
                .iter_mut()
                .rev()
                .find(|it| !matches!(it, Event::Attention(_)));
            match newest {
                Some(Event::Metrics(before)) => before.extend(steps),
                _ => heard.push(Event::Metrics(steps)),
            }
        }
        Event::Attention(maps) => {
            heard.retain(|it| !matches!(it, Event::Attention(_)));
            heard.push(Event::Attention(maps));
        }
        event => heard.push(event),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::protocol::{AttentionMaps, StepMetrics};

    fn step(step: u32) -> Event {
        Event::Metrics(vec![StepMetrics {
            step,
            loss: 1.0,
            learning_rate: 1e-3,
            grad_norm: 1.0,
            tokens_per_sec: 1.0,
            elapsed_secs: 1.0,
        }])
    }

    fn attention(step: u32) -> Event {
        Event::Attention(Box::new(AttentionMaps {
            request: 1,
            step,
            tokens: vec![],
            layers: 1,
            heads: 1,
            weights: vec![],
            next: vec![],
        }))
    }

    #[test]
    fn a_long_wait_holds_few_events() {
        let mut heard = Vec::new();
        for index in 1..=1000 {
            join(&mut heard, step(index));
            join(&mut heard, attention(index));
        }
        assert_eq!(heard.len(), 2);
        assert!(matches!(&heard[0], Event::Metrics(steps) if steps.len() == 1000));
        assert_eq!(heard[1], attention(1000));
    }

    #[test]
    fn steps_before_and_after_a_rewind_stay_apart() {
        let mut heard = Vec::new();
        for event in [step(7), Event::Rewound, step(1), step(2)] {
            join(&mut heard, event);
        }
        assert_eq!(heard.len(), 3);
        assert_eq!(heard[0], step(7));
    }
}
