//! Things said to the person that stay until dismissed: errors with their cure, changes made to a link.

use crate::session::protocol::FailedWhat;
use crate::words::Words;

/// How serious a notice is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    Information,
    Error,
}

/// One notice. The title follows the language; the details are exact and come from where the trouble was seen, in the
/// engine's English, and are said in the page's language.
#[derive(Clone, Debug)]
pub struct Notice {
    pub id: u32,
    pub tone: Tone,
    pub title: fn(&'static Words) -> &'static str,
    pub details: Vec<String>,
    /// What could not be done, for errors that are over once it can.
    pub about: Option<FailedWhat>,
}

/// The notices on show, oldest first.
#[derive(Clone, Debug, Default)]
pub struct Notices {
    next: u32,
    pub list: Vec<Notice>,
}

/// More than this at once is noise; the oldest goes.
const AT_MOST: usize = 4;

impl Notices {
    /// Shows a notice; the same details are not shown twice.
    pub fn push(
        &mut self,
        tone: Tone,
        title: fn(&'static Words) -> &'static str,
        details: Vec<String>,
        about: Option<FailedWhat>,
    ) {
        self.list
            .retain(|notice| notice.details != details || notice.tone != tone);
        self.next += 1;
        self.list.push(Notice {
            id: self.next,
            tone,
            title,
            details,
            about,
        });
        if self.list.len() > AT_MOST {
            self.list.remove(0);
        }
    }

    /// These things can be done again: what was said about them is over.
    pub fn settle(&mut self, done: &[FailedWhat]) {
        self.list
            .retain(|notice| !notice.about.is_some_and(|what| done.contains(&what)));
    }

    pub fn dismiss(&mut self, id: u32) {
        self.list.retain(|notice| notice.id != id);
    }

    /// Takes the newest away, for the Escape key; `false` when there is none.
    pub fn dismiss_newest(&mut self) -> bool {
        self.list.pop().is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notices_do_not_pile_up() {
        let mut notices = Notices::default();
        for index in 0..9 {
            notices.push(
                Tone::Error,
                |words| words.shell.close,
                vec![format!("{}", index % 6)],
                (index == 8).then_some(FailedWhat::Text),
            );
        }
        assert_eq!(notices.list.len(), AT_MOST);
        let ids: Vec<u32> = notices.list.iter().map(|notice| notice.id).collect();
        assert_eq!(ids, vec![6, 7, 8, 9]);
        notices.dismiss(7);
        notices.settle(&[FailedWhat::Prepare]);
        assert_eq!(notices.list.len(), 3);
        notices.settle(&[FailedWhat::Text]);
        assert!(notices.dismiss_newest());
        assert_eq!(notices.list.len(), 1);
    }
}
