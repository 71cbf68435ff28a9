//! A passage for Shannon's guessing game, and a machine that plays it: the adaptive predictor after it has read the training text.

use super::guessing::reduced;
use super::predictor::Predictor;
use super::{Stopped, Watch, tell};
use crate::rng::{below, hash32};

/// Letters shown before the first guess.
pub const GIVEN: usize = 40;

/// Letters to guess.
pub const GUESSED: usize = 60;

/// Letters the machine reads first.
const READ: usize = 300_000;

/// A passage of the validation text with the machine's guesses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passage {
    /// [`GIVEN`] letters, then [`GUESSED`].
    pub text: String,
    /// At which guess the machine finds each of the guessed ones, 1 to 27.
    pub machine: Vec<u8>,
}

/// The passage of a round; `None` when the validation text has too few Latin letters. Of a text without validation part, its own
/// end is taken, which the machine has then read.
pub fn passage(
    training: &str,
    validation: &str,
    round: u32,
    watch: Watch<'_>,
) -> Result<Option<Passage>, Stopped> {
    const WHOLE: usize = GIVEN + GUESSED;
    const SEED: u32 = 27;
    let from = if validation.is_empty() {
        training
    } else {
        validation
    };
    let letters = reduced(from);
    let Some(room) = letters.len().checked_sub(WHOLE) else {
        return Ok(None);
    };
    let mut start = below(hash32(SEED, round), room as u32 + 1) as usize;
    // From the beginning of a word, where there is one.
    start = letters[..start].rfind(' ').map_or(0, |blank| blank + 1);
    let text = letters[start..start + WHOLE].to_owned();
    let symbols = |text: &str| text.bytes().map(u32::from).collect::<Vec<_>>();
    let alphabet = symbols("abcdefghijklmnopqrstuvwxyz ");
    let mut machine = Predictor::new(alphabet.len());
    let reading = reduced(training);
    let reading = &reading.as_bytes()[..reading.len().min(READ)];
    for (index, &letter) in reading.iter().enumerate() {
        if index % 4096 == 0 {
            tell(watch, index as f32 / reading.len() as f32)?;
        }
        machine.learn(u32::from(letter));
    }
    let mut ranks = Vec::with_capacity(GUESSED);
    for (index, symbol) in symbols(&text).into_iter().enumerate() {
        if index >= GIVEN {
            ranks.push(machine.rank(symbol, &alphabet) as u8);
        }
        machine.follow(symbol);
    }
    Ok(Some(Passage {
        text,
        machine: ranks,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(training: &str, validation: &str, round: u32) -> Option<Passage> {
        passage(training, validation, round, &mut |_| true).unwrap()
    }

    #[test]
    fn the_machine_knows_what_it_has_read() {
        let text = "The owl lives in the oak, and it hoots at night. ".repeat(40);
        let found = of(&text, &text, 3).unwrap();
        assert_eq!(
            (found.text.len(), found.machine.len()),
            (GIVEN + GUESSED, GUESSED)
        );
        // Five letters do not tell the oak from the owl; everything else is known.
        let known = found.machine.iter().filter(|&&rank| rank == 1).count();
        assert!(known * 10 > GUESSED * 8, "{found:?}");
        assert_eq!(of(&text, &text, 3), Some(found.clone()));
        let others: Vec<_> = (0..5).filter_map(|round| of(&text, &text, round)).collect();
        assert!(others.iter().any(|other| other.text != found.text));
    }

    #[test]
    fn unread_text_takes_more_guesses_and_han_gives_no_game() {
        let strange = "zyx wvu tsr qpo nml kji hgf edc ba ".repeat(20);
        let found = of("the owl lives in the oak", &strange, 0).unwrap();
        let all: u32 = found.machine.iter().map(|&rank| u32::from(rank)).sum();
        assert!(all > 4 * GUESSED as u32, "{found:?}");
        assert!(found.machine.iter().all(|&rank| (1..=27).contains(&rank)));
        assert_eq!(of("text", &"鲸在海里。".repeat(200), 0), None);
        assert_eq!(passage(&strange, &strange, 0, &mut |_| false), Err(Stopped));
    }
}
