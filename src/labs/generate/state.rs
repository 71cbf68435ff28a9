//! What the generation laboratory knows: the tokens written so far, and the last scored text.

use crate::session::config::TokenizerKind;
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

    pub fn apply(&mut self, event: &Event) {
        match event {
            // The worker has dropped what the old model was writing.
            Event::Prepared(_) => {
                self.writing = None;
                self.scoring = None;
            }
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
            } => {
                self.writing = None;
                self.failure = Some(message.clone());
            }
            Event::Failed {
                what: FailedWhat::Score,
                message,
            } => {
                self.scoring = None;
                self.failure = Some(message.clone());
            }
            _ => {}
        }
    }

    /// The text so far, prompt first.
    pub fn text(&self, tokenizer: TokenizerKind) -> String {
        format!("{}{}", self.prompt, text_of(&self.tokens, tokenizer))
    }

    /// The prompt that continues from before token `index` with another `candidate` (an index into its candidates).
    /// `None` when the candidate is half a character, which a prompt cannot hold.
    pub fn branch(
        &self,
        index: usize,
        candidate: usize,
        tokenizer: TokenizerKind,
    ) -> Option<String> {
        let chosen = self.tokens.get(index)?.candidates.get(candidate)?;
        let mut prefix = self.tokens.get(..index)?.to_vec();
        prefix.push(TokenScore {
            id: chosen.id,
            text: chosen.text.clone(),
            log_probability: None,
            candidates: vec![],
        });
        let tail = match tokenizer {
            TokenizerKind::Bytes => String::from_utf8(bytes_of(&prefix)).ok()?,
            TokenizerKind::Characters => text_of(&prefix, tokenizer),
        };
        Some(format!("{}{tail}", self.prompt))
    }
}

fn bytes_of(tokens: &[TokenScore]) -> Vec<u8> {
    tokens.iter().map(|token| token.id as u8).collect()
}

/// The text of tokens. Bytes are joined before they are read as UTF-8, because one character may be several tokens.
fn text_of(tokens: &[TokenScore], tokenizer: TokenizerKind) -> String {
    match tokenizer {
        TokenizerKind::Bytes => String::from_utf8_lossy(&bytes_of(tokens)).into_owned(),
        TokenizerKind::Characters => tokens.iter().map(|token| token.text.as_str()).collect(),
    }
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

    fn token(id: u32, text: &str, others: &[(u32, &str)]) -> TokenScore {
        let candidate = |(id, text): &(u32, &str)| Candidate {
            id: *id,
            text: (*text).into(),
            probability: 0.5,
        };
        TokenScore {
            id,
            text: text.into(),
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
        state.apply(&piece(1, vec![token(0, "w", &[])], false));
        state.apply(&piece(9, vec![token(0, "?", &[])], false));
        state.apply(&piece(1, vec![token(1, "h", &[])], true));
        assert_eq!(state.text(TokenizerKind::Characters), "The wh");
        assert_eq!(state.writing, None);
    }

    #[test]
    fn branching_keeps_what_came_before() {
        let mut state = started("The ");
        let tokens = vec![token(0, "w", &[]), token(1, "h", &[(1, "h"), (2, "a")])];
        state.apply(&piece(1, tokens, true));
        assert_eq!(
            state.branch(1, 1, TokenizerKind::Characters),
            Some("The wa".into())
        );
        assert_eq!(state.branch(1, 9, TokenizerKind::Characters), None);
        assert_eq!(state.branch(7, 0, TokenizerKind::Characters), None);
    }

    #[test]
    fn bytes_are_read_together_and_never_cut_a_character() {
        let mut state = started("");
        let tokens = vec![
            token(0xe9, "é?", &[]),
            token(0xaf, "", &[]),
            token(0xb8, "", &[(0xb8, ""), (0x41, "A")]),
        ];
        state.apply(&piece(1, tokens, true));
        assert_eq!(state.text(TokenizerKind::Bytes), "鯸");
        assert_eq!(state.branch(2, 0, TokenizerKind::Bytes), Some("鯸".into()));
        assert_eq!(state.branch(2, 1, TokenizerKind::Bytes), None);
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
