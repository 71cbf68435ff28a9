//! Writing, scoring and looking inside beside a run.

use seedling::session::config::{BackendChoice, SamplingConfig};
use seedling::session::protocol::{Command, Event};

use super::bench::{prepared, small};
use super::desk::losses;

#[test]
fn text_is_written_token_by_token_while_training_goes_on() {
    let mut desk = prepared(BackendChoice::Cpu);
    desk.tell(Command::Play);
    let mut sampling = small().sampling;
    sampling.max_tokens = 50;
    desk.tell(Command::Generate {
        request: 7,
        prompt: "The ".to_owned(),
        sampling,
    });
    let mut said = Vec::new();
    while !said
        .iter()
        .any(|e| matches!(e, Event::Generated { done: true, .. }))
    {
        // Both take turns of half a second.
        desk.surroundings
            .ahead
            .set(desk.surroundings.ahead.get() + 1.0);
        desk.work();
        said.extend(desk.events.take());
    }
    let tokens: Vec<_> = said
        .iter()
        .flat_map(|e| match e {
            Event::Generated {
                request: 7, tokens, ..
            } => tokens.clone(),
            _ => Vec::new(),
        })
        .collect();
    assert_eq!(tokens.len(), 50);
    for token in &tokens {
        let best = &token.candidates;
        assert!(
            best.windows(2)
                .all(|p| p[0].probability >= p[1].probability)
        );
        assert!(token.log_probability.unwrap() <= 0.0);
    }
    assert!(!losses(&said).is_empty(), "training stood still");
}

/// The ids of a text that was written.
fn written(said: &[Event]) -> Vec<u32> {
    said.iter()
        .flat_map(|e| match e {
            Event::Generated { tokens, .. } => tokens.iter().map(|t| t.id).collect(),
            _ => Vec::new(),
        })
        .collect()
}

#[test]
fn sampling_acts_at_once_on_the_text_being_written() {
    let mut desk = prepared(BackendChoice::Cpu);
    let mut hot = small().sampling;
    hot.temperature = 2.0;
    hot.max_tokens = 60;
    let write = |sampling: &SamplingConfig| Command::Generate {
        request: 1,
        prompt: "The ".to_owned(),
        sampling: sampling.clone(),
    };
    desk.tell(write(&hot));
    let mut said = desk.work_until(|e| matches!(e, Event::Generated { .. }));
    let first = written(&said).len();
    assert!(first < 20);
    let mut greedy = hot.clone();
    greedy.temperature = 0.0;
    greedy.max_tokens = 40;
    desk.tell(Command::SetSampling(greedy));
    said.extend(desk.work_until(|e| matches!(e, Event::Generated { done: true, .. })));
    assert_eq!(written(&said).len(), 40, "the new number of tokens");
    let best = said.iter().flat_map(|e| match e {
        Event::Generated { tokens, .. } => tokens.clone(),
        _ => Vec::new(),
    });
    assert!(
        best.skip(first).all(|t| t.id == t.candidates[0].id),
        "the most probable token each time"
    );
    // Fewer than are written already: it ends.
    desk.tell(write(&hot));
    desk.work_until(|e| matches!(e, Event::Generated { .. }));
    let mut one = hot;
    one.max_tokens = 1;
    desk.tell(Command::SetSampling(one));
    let said = desk.work_until(|e| matches!(e, Event::Generated { .. }));
    assert!(matches!(said[..], [Event::Generated { done: true, .. }]));
}

#[test]
fn scores_add_up_to_the_perplexity_also_beyond_the_context() {
    let mut desk = prepared(BackendChoice::Cpu);
    let text = "The hare sleeps under the old oak by the river, and the fox waits.";
    let said = desk.tell(Command::Score {
        request: 3,
        text: text.to_owned(),
    });
    let [
        Event::Scored {
            tokens,
            total_log_probability,
            perplexity,
            ..
        },
    ] = &said[..]
    else {
        panic!("{said:?}");
    };
    assert_eq!(tokens.len(), text.chars().count());
    assert_eq!(tokens[0].log_probability, None);
    let sum: f64 = tokens
        .iter()
        .filter_map(|t| t.log_probability)
        .map(f64::from)
        .sum();
    assert!((sum - total_log_probability).abs() < 1e-3);
    let expected = (-sum / (tokens.len() - 1) as f64).exp();
    assert!((perplexity / expected - 1.0).abs() < 1e-6);
    // An untrained model finds every token about equally likely.
    assert!(*perplexity > 20.0);
}

#[test]
fn attention_rows_are_distributions_over_the_past() {
    let mut desk = prepared(BackendChoice::Cpu);
    let said = desk.tell(Command::Inspect {
        request: 1,
        text: "The fox waits".to_owned(),
        live: true,
    });
    let Some(Event::Attention(maps)) = said.last() else {
        panic!("{said:?}");
    };
    let time = maps.tokens.len();
    assert_eq!(time, 13);
    assert_eq!(
        maps.weights.len(),
        (maps.layers * maps.heads) as usize * time * time
    );
    for (i, row) in maps.weights.chunks_exact(time).enumerate() {
        let query = i % time;
        assert!((row.iter().sum::<f32>() - 1.0).abs() < 1e-4);
        assert!(row[query + 1..].iter().all(|&w| w == 0.0));
    }
    desk.tell(Command::Play);
    desk.surroundings.ahead.set(10.0);
    desk.work_until(|e| matches!(e, Event::Attention(m) if m.step > 0));
}
