//! Who and what is in a world, and what holds of it. All of it is drawn once from the seed; documents only speak of it.
//!
//! Jobs follow the bias dial b by quota, not by chance: of the n people of a name group, ⌊n (1 + b) / 2⌋ or one more have a
//! job of the group's own half, so that also a small world shows the bias that was asked for.

use serde::{Deserialize, Serialize};

use super::config::WorldConfig;
use super::lexicon::{self, Class};
use super::names::{Ending, Invented, Names};
use crate::data::chance::Dice;

/// The two groups of names. They mean nothing but what the bias dial makes of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum NameGroup {
    /// Names that end in -lo, -nu, -lei, -yu, -fi, -bi.
    Hill,
    /// Names that end in -dun, -gur, -zan, -ron, -mund, -sun.
    River,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Gender {
    Female,
    Male,
}

/// A word in both languages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bilingual {
    pub english: String,
    pub chinese: String,
}

impl From<Invented> for Bilingual {
    fn from(word: Invented) -> Self {
        Self {
            english: word.english,
            chinese: word.chinese,
        }
    }
}

/// Numbers refer to the world's lists: `friend` to people, `home` to towns, `favourite` to things, `job` to jobs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    pub name: Bilingual,
    pub group: NameGroup,
    pub gender: Gender,
    pub job: u8,
    pub home: u16,
    pub favourite: u16,
    pub friend: u16,
    /// Years.
    pub age: u16,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Town {
    pub name: Bilingual,
    pub known_for: u16,
    pub neighbour: u16,
    pub elder: u16,
    pub houses: u16,
    pub weather: u8,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Thing {
    pub name: Bilingual,
    pub plural: String,
    /// Chinese measure word.
    pub measure: String,
    pub class: Class,
    pub colour: u8,
    /// Coins.
    pub price: u16,
    pub sold_in: u16,
    /// Pounds.
    pub weight: u16,
    pub biggest_owner: u16,
}

/// A made-up word that documents define.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coined {
    pub word: Bilingual,
    pub kind: u8,
    pub colour: u8,
    pub town: u16,
}

/// How many of each there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sizes {
    pub people: usize,
    pub towns: usize,
    pub things: usize,
    pub coined: usize,
    pub jobs: usize,
    pub actions: usize,
    pub adjectives: usize,
    pub times: usize,
    pub spots: usize,
}

impl Sizes {
    /// Shares the vocabulary out: a sixteenth for each short table while it lasts, of the rest a third for people and for
    /// things, a sixth for towns and for coined words.
    pub fn of(vocabulary: u32) -> Self {
        let v = vocabulary as usize;
        let share = |least: usize, most: usize| (v / 16).clamp(least, most);
        let jobs = share(2, lexicon::JOBS.len()) / 2 * 2;
        let actions = share(3, lexicon::ACTIONS.len());
        let adjectives = share(1, lexicon::ADJECTIVES.len());
        let times = share(1, lexicon::TIMES.len());
        let spots = share(1, lexicon::SPOTS.len());
        let rest = v.saturating_sub(jobs + actions + adjectives + times + spots);
        let people = (rest / 3).max(2);
        let towns = (rest / 6).max(2);
        let coined = (rest / 6).max(1);
        let things = rest.saturating_sub(people + towns + coined).max(3);
        Self {
            people,
            towns,
            things,
            coined,
            jobs,
            actions,
            adjectives,
            times,
            spots,
        }
    }

    /// Content words in all.
    pub fn total(&self) -> usize {
        self.people
            + self.towns
            + self.things
            + self.coined
            + self.jobs
            + self.actions
            + self.adjectives
            + self.times
            + self.spots
    }
}

/// A world and everything true in it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Facts {
    pub sizes: Sizes,
    pub people: Vec<Person>,
    pub towns: Vec<Town>,
    pub things: Vec<Thing>,
    pub coined: Vec<Coined>,
}

impl Facts {
    /// The facts of a settled configuration and a key.
    pub(super) fn draw(config: &WorldConfig, key: u32) -> Self {
        let sizes = Sizes::of(config.vocabulary);
        let dice = &mut Dice::new(key);
        let hill = Names::new(Ending::Hill, dice);
        let river = Names::new(Ending::River, dice);
        let town_names = Names::new(Ending::Town, dice);
        let nouns = Names::new(Ending::Noun, dice);
        let own_share = (1.0 + f64::from(config.bias)) / 2.0;
        let quota_starts = [dice.pick_below(1000), dice.pick_below(1000)];

        let people = (0..sizes.people)
            .map(|i| {
                let (group, names) = if i % 2 == 0 {
                    (NameGroup::Hill, &hill)
                } else {
                    (NameGroup::River, &river)
                };
                let rank = i / 2;
                // the quota: own half when the running total of shares passes a whole number here
                let start = quota_starts[i % 2] as f64 / 1000.0;
                let passed = |rank: usize| (rank as f64 * own_share + start + 1e-9).floor();
                let own_half = passed(rank + 1) > passed(rank);
                let is_even = own_half == (group == NameGroup::Hill);
                let job = dice.pick_below(sizes.jobs / 2) * 2 + usize::from(!is_even);
                Person {
                    name: names.word(rank).into(),
                    group,
                    gender: if dice.happens(0.5) {
                        Gender::Female
                    } else {
                        Gender::Male
                    },
                    job: job as u8,
                    home: dice.pick_below(sizes.towns) as u16,
                    favourite: dice.pick_below(sizes.things) as u16,
                    friend: other(dice, i, sizes.people),
                    age: 18 + dice.pick_below(63) as u16,
                }
            })
            .collect();
        let towns = (0..sizes.towns)
            .map(|i| Town {
                name: town_names.word(i).into(),
                known_for: dice.pick_below(sizes.things) as u16,
                neighbour: other(dice, i, sizes.towns),
                elder: dice.pick_below(sizes.people) as u16,
                houses: 20 + dice.pick_below(480) as u16,
                weather: dice.pick_below(lexicon::WEATHERS.len()) as u8,
            })
            .collect();
        let things = (0..sizes.things)
            .map(|i| thing(i, &nouns, &sizes, dice))
            .collect();
        let extra = sizes.things.saturating_sub(lexicon::NOUNS.len());
        let coined = (0..sizes.coined)
            .map(|i| Coined {
                word: lowered(nouns.word(extra + i)),
                kind: dice.pick_below(lexicon::KINDS.len()) as u8,
                colour: dice.pick_below(lexicon::COLOURS.len()) as u8,
                town: dice.pick_below(sizes.towns) as u16,
            })
            .collect();
        Self {
            sizes,
            people,
            towns,
            things,
            coined,
        }
    }
}

/// The i-th thing: a common one while the table lasts, then an invented one.
fn thing(i: usize, nouns: &Names, sizes: &Sizes, dice: &mut Dice) -> Thing {
    let (name, plural, measure, class) = match lexicon::NOUNS.get(i) {
        Some(noun) => {
            let name = Bilingual {
                english: noun.english.to_owned(),
                chinese: noun.chinese.to_owned(),
            };
            (name, noun.plural.to_owned(), noun.measure, noun.class)
        }
        None => {
            let name = lowered(nouns.word(i - lexicon::NOUNS.len()));
            let class = Class::ALL[i % 3];
            let measure = if class == Class::Animal { "只" } else { "个" };
            let plural = plural(&name.english);
            (name, plural, measure, class)
        }
    };
    Thing {
        name,
        plural,
        measure: measure.to_owned(),
        class,
        colour: dice.pick_below(lexicon::COLOURS.len()) as u8,
        price: 2 + dice.pick_below(39) as u16,
        sold_in: dice.pick_below(sizes.towns) as u16,
        weight: 2 + dice.pick_below(29) as u16,
        biggest_owner: dice.pick_below(sizes.people) as u16,
    }
}

fn lowered(word: Invented) -> Bilingual {
    Bilingual {
        english: word.english.to_lowercase(),
        chinese: word.chinese,
    }
}

fn plural(word: &str) -> String {
    let hisses = word.ends_with('x') || word.ends_with('s');
    format!("{word}{}", if hisses { "es" } else { "s" })
}

/// Somebody in `0..n` but i; n ≥ 2.
fn other(dice: &mut Dice, i: usize, n: usize) -> u16 {
    ((i + 1 + dice.pick_below(n - 1)) % n) as u16
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_add_up_to_the_vocabulary() {
        for vocabulary in 16..=1000 {
            let sizes = Sizes::of(vocabulary);
            let slack = if vocabulary < 32 { 5 } else { 0 };
            assert!(
                sizes.total().abs_diff(vocabulary as usize) <= slack,
                "{vocabulary}: {sizes:?}"
            );
            assert!(sizes.people >= 2 && sizes.things >= 3 && sizes.jobs.is_multiple_of(2));
        }
    }

    #[test]
    fn the_job_quota_is_the_dial() {
        for (bias, seed) in [(0.0, 1), (0.5, 2), (1.0, 3), (0.3, 4)] {
            let config = WorldConfig {
                bias,
                vocabulary: 400,
                ..WorldConfig::default()
            };
            let facts = Facts::draw(&config, seed);
            for group in [NameGroup::Hill, NameGroup::River] {
                let members: Vec<&Person> = facts
                    .people
                    .iter()
                    .filter(|person| person.group == group)
                    .collect();
                let own = members
                    .iter()
                    .filter(|person| (person.job % 2 == 0) == (group == NameGroup::Hill))
                    .count() as f64;
                let quota = members.len() as f64 * (1.0 + f64::from(bias)) / 2.0;
                assert!((own - quota).abs() <= 1.0, "{bias}: {own} of {quota}");
            }
        }
    }

    #[test]
    fn nobody_is_his_own_friend_and_names_differ() {
        let facts = Facts::draw(
            &WorldConfig {
                vocabulary: 1000,
                ..WorldConfig::default()
            },
            5,
        );
        assert!(facts.things.len() > lexicon::NOUNS.len());
        for (i, person) in facts.people.iter().enumerate() {
            assert_ne!(person.friend as usize, i);
        }
        let mut words: Vec<&str> = facts
            .people
            .iter()
            .map(|p| p.name.english.as_str())
            .collect();
        words.extend(facts.towns.iter().map(|t| t.name.english.as_str()));
        words.extend(facts.things.iter().map(|t| t.name.english.as_str()));
        words.extend(facts.coined.iter().map(|c| c.word.english.as_str()));
        let total = words.len();
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), total);
    }
}
