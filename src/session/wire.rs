//! Bytes between page and worker: postcard. Both ends come from the same build, so there is no version; a message that
//! cannot be read is an error to show, never a panic.

use serde::Serialize;
use serde::de::DeserializeOwned;

/// A message that could not be written or read.
#[derive(Debug, thiserror::Error)]
#[error(
    "A message between page and worker could not be {action} ({source}). Reload the page, so that both are of the same version."
)]
pub struct WireError {
    action: &'static str,
    source: postcard::Error,
}

/// The bytes of a `Command` or an `Event`.
pub fn encode<T: Serialize>(message: &T) -> Result<Vec<u8>, WireError> {
    postcard::to_stdvec(message).map_err(|source| WireError {
        action: "written",
        source,
    })
}

/// The `Command` or `Event` of these bytes, all of them.
pub fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, WireError> {
    let error = |source| WireError {
        action: "read",
        source,
    };
    match postcard::take_from_bytes(bytes) {
        Ok((message, [])) => Ok(message),
        Ok(_) => Err(error(postcard::Error::DeserializeBadEncoding)),
        Err(source) => Err(error(source)),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::session::presets;
    use crate::session::protocol::*;

    #[test]
    fn commands_survive() {
        let commands = [
            Command::Start {
                backend: crate::session::config::BackendChoice::Auto,
            },
            Command::OwnText {
                name: "鲸.txt".to_owned(),
                bytes: vec![0, 255, 7],
            },
            Command::Prepare {
                request: 7,
                playground: Box::new(presets::moby_dick()),
            },
            Command::Play,
            Command::SetSampling(presets::first_minute().sampling),
            Command::Score {
                request: u32::MAX,
                text: "a\nb".to_owned(),
            },
            Command::CorpusPage {
                offset: 1,
                limit: 2,
            },
        ];
        for command in commands {
            let bytes = encode(&command).unwrap();
            assert_eq!(decode::<Command>(&bytes).unwrap(), command);
        }
    }

    #[test]
    fn events_survive() {
        let metrics = StepMetrics {
            step: 1,
            loss: 4.2,
            learning_rate: 1e-3,
            grad_norm: f32::INFINITY,
            tokens_per_sec: 0.0,
            elapsed_secs: 1.5,
        };
        let candidate = Candidate {
            id: 3,
            text: "é".to_owned(),
            bytes: vec![0xC3, 0xA9],
            probability: 0.25,
        };
        let token = TokenScore {
            id: 3,
            text: "é".to_owned(),
            bytes: vec![0xC3, 0xA9],
            log_probability: None,
            candidates: vec![candidate],
        };
        let events = [
            Event::Ready,
            Event::Metrics(vec![metrics; 3]),
            Event::Estimated(Box::default()),
            Event::Generated {
                request: 1,
                tokens: vec![token],
                done: true,
            },
            Event::Failed {
                what: FailedWhat::Corpus,
                request: None,
                message: "no".to_owned(),
            },
        ];
        for event in events {
            let bytes = encode(&event).unwrap();
            assert_eq!(decode::<Event>(&bytes).unwrap(), event);
        }
    }

    #[test]
    fn cut_and_lengthened_messages_are_errors() {
        let mut bytes = encode(&Command::Estimate(Box::new(presets::tiny_cpu()))).unwrap();
        for length in 0..bytes.len() {
            assert!(decode::<Command>(&bytes[..length]).is_err(), "{length}");
        }
        bytes.push(0);
        let message = decode::<Command>(&bytes).unwrap_err().to_string();
        assert!(message.contains("Reload the page"), "{message}");
    }

    proptest! {
        #[test]
        fn garbage_never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = decode::<Command>(&bytes);
            let _ = decode::<Event>(&bytes);
        }
    }
}
