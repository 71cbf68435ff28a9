//! The learning player: a learning with every step written down, how far it is played, and the moment on show.

use std::ops::Range;
use std::sync::Arc;

use super::pieces::{Piece, Pieces};
use crate::session::tokens::{Answer, Learning, MergeRow, Moment, Next, Source};

/// Longest sample that is cut anew at every step, bytes.
pub const MOST_SAMPLE_BYTES: usize = 1500;

/// A moment as it is drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct Shown {
    pub at: u32,
    pub pieces: Arc<Pieces>,
    pub next: Next,
}

/// What the player knows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Player {
    /// What the learning on show was made from.
    pub source: Option<Source>,
    pub learning: Option<Arc<Learning>>,
    /// Steps done, as wanted; the moment on show may lag a little behind.
    pub at: u32,
    pub is_playing: bool,
    pub moment: Option<Arc<Shown>>,
    /// Share of the learning that is done.
    pub progress: Option<f32>,
    pub failure: Option<String>,
    pub is_stopped: bool,
    learning_request: Option<u32>,
    moment_request: Option<u32>,
}

impl Player {
    /// A learning was ordered; what was shown before goes.
    pub fn ordered(&mut self, source: Source, request: u32) {
        *self = Self {
            source: Some(source),
            progress: Some(0.0),
            learning_request: Some(request),
            ..Self::default()
        };
    }

    /// A moment was asked for.
    pub fn asked(&mut self, request: u32) {
        self.moment_request = Some(request);
    }

    pub fn is_learning(&self) -> bool {
        self.learning_request.is_some()
    }

    /// Whether an answer to the last question is still on its way.
    pub fn is_waiting(&self) -> bool {
        self.moment_request.is_some()
    }

    /// Whether this answer is for the player.
    pub fn awaits(&self, request: u32) -> bool {
        [self.learning_request, self.moment_request].contains(&Some(request))
    }

    pub fn apply(&mut self, request: u32, answer: &Answer) {
        if self.learning_request == Some(request) {
            self.progress = None;
            self.learning_request = None;
            match answer {
                Answer::Progress(share) => {
                    self.progress = Some(*share);
                    self.learning_request = Some(request);
                }
                Answer::Learned(learning) => {
                    self.learning = Some(Arc::new(learning.clone()));
                    self.at = 0;
                }
                Answer::Failed(message) => self.failure = Some(message.clone()),
                Answer::Stopped => self.is_stopped = true,
                _ => {}
            }
        } else if self.moment_request == Some(request) {
            self.moment_request = None;
            match answer {
                Answer::Moment(moment) => self.moment = Some(Arc::new(shown(moment))),
                Answer::Failed(message) => self.failure = Some(message.clone()),
                _ => {}
            }
        }
    }

    pub fn steps(&self) -> u32 {
        self.learning.as_ref().map_or(0, |it| it.steps() as u32)
    }

    /// Goes to a step; beyond the last there is none.
    pub fn go(&mut self, at: u32) {
        self.at = at.min(self.steps());
        if self.at == self.steps() {
            self.is_playing = false;
        }
    }

    /// Play, or pause; from the end it begins anew.
    pub fn toggle(&mut self) {
        if self.steps() == 0 {
            return;
        }
        if !self.is_playing && self.at == self.steps() {
            self.at = 0;
        }
        self.is_playing = !self.is_playing;
    }

    /// One tick of playing: single steps to begin with, larger ones later, so that a long learning takes about a minute.
    pub fn tick(&mut self) {
        if self.is_playing && !self.is_waiting() {
            self.go(self.at + stride(self.at));
        }
    }

    /// The merge that led to the present step.
    pub fn last_merge(&self) -> Option<&MergeRow> {
        match self.learning.as_deref()? {
            Learning::Merges { merges, .. } => merges.get((self.at as usize).checked_sub(1)?),
            Learning::Rounds { .. } => None,
        }
    }

    /// Tokens in the corpus at the present step.
    pub fn corpus_length(&self) -> Option<u64> {
        match self.learning.as_deref()? {
            Learning::Merges { length, merges, .. } => Some(match self.at {
                0 => *length,
                at => merges.get(at as usize - 1)?.length,
            }),
            Learning::Rounds { .. } => None,
        }
    }
}

/// Steps of one tick after `at` steps.
fn stride(at: u32) -> u32 {
    match at {
        0..40 => 1,
        40..200 => 2,
        200..1000 => 8,
        _ => 32,
    }
}

fn shown(moment: &Moment) -> Shown {
    Shown {
        at: moment.at,
        pieces: Arc::new(Pieces::of(&moment.cut)),
        next: moment.next.clone(),
    }
}

/// The beginning of a text, whole lines where possible, at most [`MOST_SAMPLE_BYTES`].
pub fn sample_of(text: &str) -> &str {
    if text.len() <= MOST_SAMPLE_BYTES {
        return text;
    }
    let mut end = MOST_SAMPLE_BYTES;
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    match text[..end].rfind('\n') {
        Some(line) if line > end / 2 => &text[..=line],
        _ => &text[..end],
    }
}

/// The word that a token belongs to, with the blank before it: up to the blanks around it, or for scripts without blanks
/// up to the punctuation.
pub fn word_at(text: &str, piece: Piece) -> Range<usize> {
    let is_end = |c: char| c.is_whitespace() || "。，、；：？！“”（）《》".contains(c);
    let floor = |mut at: usize| {
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        at
    };
    let (first, last) = (
        floor((piece.start as usize).min(text.len())),
        (piece.end as usize).min(text.len()),
    );
    let last = if text.is_char_boundary(last) {
        last
    } else {
        floor(last)
    };
    // The token may itself begin with the blank.
    let body = text[first..]
        .find(|c: char| !c.is_whitespace())
        .map_or(first, |at| first + at);
    let start = text[..body]
        .char_indices()
        .rev()
        .find(|&(_, c)| is_end(c))
        .map_or(0, |(at, c)| if c == ' ' { at } else { at + c.len_utf8() });
    let end = text[body.max(last)..]
        .find(is_end)
        .map_or(text.len(), |at| body.max(last) + at);
    start..end.max(start)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::tokens::Cut;

    fn merges(count: u64) -> Learning {
        let row = |k: u64| MergeRow {
            left: "a".into(),
            right: "b".into(),
            made: "ab".into(),
            count: 10,
            length: 1000 - 10 * (k + 1),
        };
        Learning::Merges {
            length: 1000,
            base: 256,
            merges: (0..count).map(row).collect(),
        }
    }

    fn learned(count: u64) -> Player {
        let mut player = Player {
            learning_request: Some(1),
            ..Player::default()
        };
        player.apply(1, &Answer::Learned(merges(count)));
        player
    }

    #[test]
    fn a_learning_is_played_to_its_end_and_again() {
        let mut player = learned(3);
        assert_eq!((player.steps(), player.at), (3, 0));
        assert_eq!(player.corpus_length(), Some(1000));
        player.toggle();
        for _ in 0..5 {
            player.tick();
        }
        assert_eq!((player.at, player.is_playing), (3, false));
        assert_eq!(player.corpus_length(), Some(970));
        assert_eq!(player.last_merge().unwrap().made, "ab");
        player.toggle();
        assert_eq!((player.at, player.is_playing), (0, true));
        player.go(99);
        assert_eq!(player.at, 3);
    }

    #[test]
    fn playing_waits_for_the_moment_on_its_way() {
        let mut player = learned(5);
        player.toggle();
        player.asked(2);
        player.tick();
        assert_eq!(player.at, 0);
        let moment = Moment {
            at: 0,
            cut: Cut::default(),
            next: Next::Pairs(vec![]),
        };
        player.apply(2, &Answer::Moment(Box::new(moment)));
        player.tick();
        assert_eq!(player.at, 1);
    }

    #[test]
    fn what_cannot_be_learned_says_why() {
        let mut player = Player {
            learning_request: Some(1),
            ..Player::default()
        };
        player.apply(1, &Answer::Progress(0.5));
        assert!(player.is_learning());
        player.apply(1, &Answer::Failed("too small".into()));
        assert_eq!(player.failure.as_deref(), Some("too small"));
        assert!(!player.is_learning());
    }

    #[test]
    fn words_have_their_blank_and_end_at_blanks() {
        let text = "the whale, 白鲸吞船。end";
        let word = |start: u32, end: u32| {
            let piece = Piece { id: 0, start, end };
            &text[word_at(text, piece)]
        };
        assert_eq!(word(4, 6), " whale,");
        assert_eq!(word(3, 9), " whale,");
        assert_eq!(word(0, 1), "the");
        assert_eq!(word(15, 18), " 白鲸吞船");
        assert_eq!(word(16, 17), " 白鲸吞船");
    }

    #[test]
    fn samples_end_with_a_line() {
        let text = "a line of text\n".repeat(200);
        let sample = sample_of(&text);
        assert!(sample.len() <= MOST_SAMPLE_BYTES && sample.ends_with('\n'));
        assert_eq!(sample_of("short"), "short");
        assert!(sample_of(&"鲸".repeat(1000)).len() <= MOST_SAMPLE_BYTES);
    }
}
