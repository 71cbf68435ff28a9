//! What the generation laboratory knows: the tokens written so far, and the last scored text.

use crate::session::protocol::{Command, Event, FailedWhat, TokenScore};

/// A scored text.
#[derive(Clone, Debug, PartialEq)]
pub struct Scored {
    pub tokens: Vec<TokenScore>,
    pub total_log_probability: f64,
    pub perplexity: f64,
}

/// The laboratory's knowledge.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct State {
    /// The prompt of the text on show.
    pub prompt: String,
    pub tokens: Vec<TokenScore>,
    /// The request that is being answered.
    pub writing: Option<u32>,
    pub scored: Option<Scored>,
    pub scoring: Option<u32>,
    /// Why the last order could not be carried out.
    pub failure: Option<String>,
}

impl State {
    pub fn sent(&mut self, command: &Command) {
        match command {
            Command::Generate {
                request, prompt, ..
            } => {
                self.prompt.clone_from(prompt);
                self.tokens.clear();
                self.writing = Some(*request);
                self.failure = None;
            }
            Command::Score { request, .. } => {
                self.scoring = Some(*request);
                self.failure = None;
            }
            Command::StopGenerating => self.writing = None,
            _ => {}
        }
    }

    /// What was waited for does not come any more.
    pub fn give_up(&mut self) {
        self.writing = None;
        self.scoring = None;
    }

    pub fn apply(&mut self, event: &Event) {
        match event {
            // The worker has dropped what the old model, or the lost device, was about to answer.
            Event::Prepared(_) | Event::DeviceLost { .. } => self.give_up(),
            Event::Generated {
                request,
                tokens,
                done,
            } if self.writing == Some(*request) => {
                self.tokens.extend_from_slice(tokens);
                if *done {
                    self.writing = None;
                }
            }
            Event::Scored {
                request,
                tokens,
                total_log_probability,
                perplexity,
            } if self.scoring == Some(*request) => {
                self.scoring = None;
                self.scored = Some(Scored {
                    tokens: tokens.clone(),
                    total_log_probability: *total_log_probability,
                    perplexity: *perplexity,
                });
            }
            Event::Failed {
                what: FailedWhat::Generate,
                message,
                ..
            } => {
                self.writing = None;
                self.failure = Some(message.clone());
            }
            Event::Failed {
                what: FailedWhat::Score,
                message,
                ..
            } => {
                self.scoring = None;
                self.failure = Some(message.clone());
            }
            _ => {}
        }
    }

    /// The text so far, prompt first.
    pub fn text(&self) -> String {
        let written = bytes_of(&self.tokens);
        format!("{}{}", self.prompt, String::from_utf8_lossy(&written))
    }

    /// The prompt that continues from before token `index` with another `candidate` (an index into its candidates).
    /// `None` when the candidate ends inside a character, which a prompt cannot hold.
    pub fn branch(&self, index: usize, candidate: usize) -> Option<String> {
        let chosen = self.tokens.get(index)?.candidates.get(candidate)?;
        let mut tail = bytes_of(self.tokens.get(..index)?);
        tail.extend(&chosen.bytes);
        Some(format!("{}{}", self.prompt, String::from_utf8(tail).ok()?))
    }
}

/// The bytes of tokens, joined before they are read as UTF-8, because one character may be several tokens.
fn bytes_of(tokens: &[TokenScore]) -> Vec<u8> {
    tokens
        .iter()
        .flat_map(|token| token.bytes.iter().copied())
        .collect()
}

/// How surprising a token was, for its ground: 1 is certain, 0 is a probability of e⁻⁶ or less.
pub fn certainty(log_probability: f32) -> f32 {
    (1.0 + log_probability / 6.0).clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::config::SamplingConfig;
    use crate::session::protocol::Candidate;

    fn token(bytes: &[u8], others: &[&[u8]]) -> TokenScore {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let candidate = |bytes: &&[u8]| Candidate {
            id: 0,
            text: text(bytes),
            bytes: bytes.to_vec(),
            probability: 0.5,
        };
        TokenScore {
            id: 0,
            text: text(bytes),
            bytes: bytes.to_vec(),
            log_probability: Some(-0.7),
            candidates: others.iter().map(candidate).collect(),
        }
    }

    fn started(prompt: &str) -> State {
        let mut state = State::default();
        state.sent(&Command::Generate {
            request: 1,
            prompt: prompt.into(),
            sampling: SamplingConfig {
                temperature: 1.0,
                top_k: 0,
                top_p: 1.0,
                seed: 0,
                max_tokens: 10,
            },
        });
        state
    }

    fn piece(request: u32, tokens: Vec<TokenScore>, done: bool) -> Event {
        Event::Generated {
            request,
            tokens,
            done,
        }
    }

    #[test]
    fn pieces_of_the_running_request_are_joined() {
        let mut state = started("The ");
        state.apply(&piece(1, vec![token(b"w", &[])], false));
        state.apply(&piece(9, vec![token(b"?", &[])], false));
        state.apply(&piece(1, vec![token(b"hale", &[])], true));
        assert_eq!(state.text(), "The whale");
        assert_eq!(state.writing, None);
    }

    #[test]
    fn branching_keeps_what_came_before() {
        let mut state = started("The ");
        let tokens = vec![token(b"w", &[]), token(b"h", &[b"h", b"ave"])];
        state.apply(&piece(1, tokens, true));
        assert_eq!(state.branch(1, 1), Some("The wave".into()));
        assert_eq!(state.branch(1, 9), None);
        assert_eq!(state.branch(7, 0), None);
    }

    #[test]
    fn bytes_are_read_together_and_never_cut_a_character() {
        let mut state = started("");
        let tokens = vec![
            token(b"\xe9", &[]),
            token(b"\xaf", &[]),
            token(b"\xb8", &[b"\xb8", b"A"]),
        ];
        state.apply(&piece(1, tokens, true));
        assert_eq!(state.text(), "鯸");
        assert_eq!(state.branch(2, 0), Some("鯸".into()));
        assert_eq!(state.branch(2, 1), None);
    }

    #[test]
    fn nothing_is_waited_for_from_a_lost_device() {
        let mut state = started("The ");
        state.sent(&Command::Score {
            request: 3,
            text: "ab".into(),
        });
        state.apply(&piece(1, vec![token(b"w", &[])], false));
        state.apply(&Event::DeviceLost {
            reason: "driver reset".into(),
            snapshot_step: 0,
        });
        assert_eq!((state.writing, state.scoring), (None, None));
        assert_eq!(state.text(), "The w");
    }

    #[test]
    fn a_token_the_tokenizer_does_not_know_is_written_as_unknown_again() {
        // U+FFFD stands in no vocabulary, so it comes back as the unknown token.
        let mut state = started("");
        let unknown = "\u{FFFD}".as_bytes();
        state.apply(&piece(1, vec![token(unknown, &[unknown, b"a"])], true));
        assert_eq!(state.text(), "\u{FFFD}");
        assert_eq!(state.branch(0, 0), Some("\u{FFFD}".into()));
    }

    #[test]
    fn scores_answer_their_own_request() {
        let mut state = State::default();
        state.sent(&Command::Score {
            request: 3,
            text: "ab".into(),
        });
        let scored = |request| Event::Scored {
            request,
            tokens: vec![],
            total_log_probability: -1.0,
            perplexity: 2.0,
        };
        state.apply(&scored(2));
        assert!(state.scored.is_none());
        state.apply(&scored(3));
        assert_eq!(state.scored.unwrap().perplexity, 2.0);
        assert_eq!(certainty(0.0), 1.0);
        assert_eq!(certainty(-60.0), 0.0);
    }
}
