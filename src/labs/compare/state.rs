//! What the laboratory knows: the [`Plan`], entries and budget as they are being set up, and the [`State`], the comparisons of this visit.
//! Pure reducers.

use super::record::Record;
use super::sweep::Shape;
use crate::session::compare::{Budget, Comparison, MOST_ENTRIES, News, Turns};
use crate::session::comparisons::usual;
use crate::session::config::{Corpus, Playground};
use crate::session::protocol::{Command, Event, FailedWhat};
use crate::session::validate::validate;

/// Comparisons kept while the page is open, newest last.
pub const MOST_RECORDS: usize = 12;

/// What an equal budget is equal in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    Tokens,
    Flops,
    Seconds,
}

/// A configuration to compare; its id stays when others are removed.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    pub id: u32,
    pub playground: Playground,
}

/// The comparison as it is being set up.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    pub entries: Vec<Entry>,
    pub unit: Unit,
    /// Budgets in tokens, operations and seconds: each is kept while another is in force.
    pub amounts: [f64; 3],
    pub turns: Turns,
    pub validations: u32,
    pub prompt: String,
    pub sample_tokens: u32,
    pub target: f32,
    /// Counts the entries that ever were.
    made: u32,
}

impl Default for Plan {
    fn default() -> Self {
        let usual = usual();
        let mut plan = Self {
            entries: Vec::new(),
            unit: Unit::Tokens,
            amounts: [200_000.0, 1e11, 30.0],
            turns: usual.turns,
            validations: usual.validations,
            prompt: String::new(),
            sample_tokens: usual.sample_tokens,
            target: usual.target_bits_per_byte,
            made: 0,
        };
        plan.take(usual);
        plan
    }
}

impl Plan {
    /// Takes a whole comparison, in the place of what there was.
    pub fn take(&mut self, comparison: Comparison) {
        let (unit, amount) = match comparison.budget {
            Budget::Tokens(amount) => (Unit::Tokens, amount),
            Budget::Flops(amount) => (Unit::Flops, amount),
            Budget::Seconds(amount) => (Unit::Seconds, amount),
        };
        self.unit = unit;
        self.amounts[unit as usize] = amount;
        self.turns = comparison.turns;
        self.validations = comparison.validations;
        self.prompt = comparison.prompt;
        self.sample_tokens = comparison.sample_tokens;
        self.target = comparison.target_bits_per_byte;
        self.entries.clear();
        for playground in comparison.entries {
            self.add(playground);
        }
    }

    pub fn is_full(&self) -> bool {
        self.entries.len() >= MOST_ENTRIES
    }

    /// Adds an entry at the end, made valid; its id, or `None` when the comparison is full.
    pub fn add(&mut self, playground: Playground) -> Option<u32> {
        self.insert(self.entries.len(), playground)
    }

    /// A copy of an entry after it.
    pub fn duplicate(&mut self, id: u32) -> Option<u32> {
        let place = self.entries.iter().position(|it| it.id == id)?;
        let playground = self.entries[place].playground.clone();
        self.insert(place + 1, playground)
    }

    fn insert(&mut self, place: usize, mut playground: Playground) -> Option<u32> {
        if self.is_full() {
            return None;
        }
        validate(&mut playground);
        let id = self.made;
        self.made += 1;
        self.entries.insert(place, Entry { id, playground });
        Some(id)
    }

    pub fn remove(&mut self, id: u32) {
        self.entries.retain(|it| it.id != id);
    }

    pub fn entry(&self, id: u32) -> Option<&Playground> {
        let entry = self.entries.iter().find(|it| it.id == id);
        entry.map(|it| &it.playground)
    }

    /// Edits an entry; it is made valid, and what that changed is told in English.
    pub fn edit(&mut self, id: u32, edit: impl FnOnce(&mut Playground)) -> Vec<String> {
        let Some(entry) = self.entries.iter_mut().find(|it| it.id == id) else {
            return Vec::new();
        };
        edit(&mut entry.playground);
        let notes = validate(&mut entry.playground);
        notes.iter().map(ToString::to_string).collect()
    }

    pub fn playgrounds(&self) -> Vec<Playground> {
        let all = self.entries.iter();
        all.map(|it| it.playground.clone()).collect()
    }

    pub fn amount(&self) -> f64 {
        self.amounts[self.unit as usize]
    }

    fn budget(&self) -> Budget {
        match self.unit {
            Unit::Tokens => Budget::Tokens(self.amount()),
            Unit::Flops => Budget::Flops(self.amount()),
            Unit::Seconds => Budget::Seconds(self.amount()),
        }
    }

    /// What the engine is asked for.
    pub fn comparison(&self) -> Comparison {
        Comparison {
            entries: self.playgrounds(),
            budget: self.budget(),
            turns: self.turns,
            validations: self.validations,
            prompt: self.prompt.clone(),
            sample_tokens: self.sample_tokens,
            target_bits_per_byte: self.target,
        }
    }

    /// The same for the cells of a sweep: one after the other, so that memory holds however many there are, and without texts, which nobody
    /// would read.
    pub fn sweep(&self, entries: Vec<Playground>) -> Comparison {
        Comparison {
            entries,
            turns: Turns::InTurn,
            sample_tokens: 0,
            ..self.comparison()
        }
    }

    /// Whether an entry reads the person's own text.
    pub fn has_own_text(&self) -> bool {
        let mut entries = self.entries.iter();
        entries.any(|it| it.playground.corpus == Corpus::Own)
    }
}

/// The comparisons of this visit.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct State {
    pub records: Vec<Record>,
    /// The request of the record on show.
    pub shown: u32,
    requests: u32,
}

impl State {
    /// Begins a comparison; its request.
    pub fn start(&mut self, comparison: Comparison, shape: Option<Shape>) -> u32 {
        if let Some(running) = self.running_mut() {
            // One comparison at a time: a new one ends the old one.
            running.is_over = true;
        }
        self.requests += 1;
        let request = self.requests;
        if self.records.len() == MOST_RECORDS {
            self.records.remove(0);
        }
        self.records.push(Record::new(request, comparison, shape));
        self.shown = request;
        request
    }

    /// The comparison on show.
    pub fn shown(&self) -> Option<&Record> {
        self.records.iter().find(|it| it.request == self.shown)
    }

    /// The comparison under way.
    pub fn running(&self) -> Option<&Record> {
        self.records.last().filter(|it| !it.is_over)
    }

    fn running_mut(&mut self) -> Option<&mut Record> {
        self.records.last_mut().filter(|it| !it.is_over)
    }

    /// What an order changes before the engine answers.
    pub fn sent(&mut self, command: &Command) {
        if let (Command::PauseComparing { is_paused }, Some(running)) =
            (command, self.running_mut())
        {
            running.is_paused = *is_paused;
        }
    }

    pub fn apply(&mut self, event: &Event) {
        match event {
            Event::Compared { request, news } => self.hear(*request, news),
            Event::Failed {
                what: FailedWhat::Compare,
                message,
                ..
            } => self.give_up(Some(message.clone())),
            _ => {}
        }
    }

    fn hear(&mut self, request: u32, news: &News) {
        let mut records = self.records.iter_mut();
        if let Some(record) = records.find(|it| it.request == request) {
            record.apply(news);
        }
    }

    /// The comparison under way cannot go on.
    pub fn give_up(&mut self, reason: Option<String>) {
        if let Some(running) = self.running_mut() {
            running.give_up(reason);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::record::tests::{trained, validated};
    use super::*;
    use crate::session::comparisons;
    use crate::session::presets::{first_minute, tiny_cpu};

    #[test]
    fn entries_are_added_duplicated_changed_and_removed() {
        let mut plan = Plan::default();
        let first = plan.add(first_minute()).unwrap();
        let last = plan.add(tiny_cpu()).unwrap();
        let copy = plan.duplicate(first).unwrap();
        let ids: Vec<u32> = plan.entries.iter().map(|it| it.id).collect();
        assert_eq!(ids, [first, copy, last]);
        let notes = plan.edit(copy, |p| p.model.heads = 3);
        assert_eq!(notes.len(), 1);
        assert_eq!(plan.entry(copy).unwrap().model.heads, 2);
        assert_eq!(*plan.entry(first).unwrap(), first_minute());
        plan.remove(first);
        assert_eq!((plan.entry(first), plan.entries.len()), (None, 2));
        assert_eq!(
            plan.edit(first, |p| p.model.heads = 3),
            Vec::<String>::new()
        );
        while plan.add(first_minute()).is_some() {}
        assert_eq!(plan.entries.len(), MOST_ENTRIES);
        assert_eq!(plan.duplicate(copy), None);
    }

    #[test]
    fn a_comparison_comes_back_as_it_was_taken() {
        for prepared in &comparisons::ALL {
            let comparison = (prepared.comparison)(Corpus::Generated);
            let mut plan = Plan::default();
            plan.take(comparison.clone());
            assert_eq!(plan.comparison(), comparison, "{}", prepared.id);
        }
    }

    #[test]
    fn each_budget_is_kept_while_another_is_in_force() {
        let mut plan = Plan {
            unit: Unit::Seconds,
            ..Plan::default()
        };
        assert_eq!(plan.comparison().budget, Budget::Seconds(30.0));
        plan.unit = Unit::Tokens;
        assert_eq!(plan.comparison().budget, Budget::Tokens(200_000.0));
        let sweep = plan.sweep(vec![first_minute()]);
        assert_eq!((sweep.turns, sweep.sample_tokens), (Turns::InTurn, 0));
    }

    #[test]
    fn news_go_to_the_comparison_they_are_of() {
        let mut state = State::default();
        let begin = |state: &mut State| {
            let mut comparison = usual();
            comparison.entries = vec![first_minute(); 2];
            state.start(comparison, None)
        };
        let first = begin(&mut state);
        let hear = |state: &mut State, request, news| {
            state.apply(&Event::Compared { request, news });
        };
        hear(&mut state, first, trained(1, 1, 2.0));
        state.sent(&Command::PauseComparing { is_paused: true });
        assert!(state.running().unwrap().is_paused);
        let second = begin(&mut state);
        assert!(state.records[0].is_over);
        hear(&mut state, first, validated(0, 1, 1.0));
        hear(&mut state, second, trained(0, 1, 2.0));
        assert_eq!(state.records[0].tracks[0].validations.len(), 1);
        assert_eq!(state.shown().unwrap().tracks[0].points.len(), 1);
        hear(&mut state, second, News::Over);
        assert_eq!(state.running(), None);
        state.give_up(Some("late".into()));
        assert_eq!(state.shown().unwrap().failure, None);
    }

    #[test]
    fn a_failure_ends_the_comparison_and_the_oldest_are_forgotten() {
        let mut state = State::default();
        for _ in 0..MOST_RECORDS + 3 {
            state.start(usual(), None);
        }
        assert_eq!(state.records.len(), MOST_RECORDS);
        state.apply(&Event::Failed {
            what: FailedWhat::Compare,
            request: None,
            message: "no memory".into(),
        });
        assert_eq!(state.running(), None);
        let failure = state.shown().unwrap().failure.as_deref();
        assert_eq!(failure, Some("no memory"));
    }
}
