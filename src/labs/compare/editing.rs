//! Which settings an entry can be changed in, and what their sliders offer.

use super::naming::{acts, seen};
use crate::session::config::Playground;
use crate::session::field::{Field, Slot};
use crate::session::validate::{CHANNEL_STEP, objectives_of, range};
use crate::ui::range::Range;

/// The settings of an entry that can be edited: those that act.
pub fn editable(entry: &Playground) -> Vec<Field> {
    seen().filter(|field| acts(*field, entry)).collect()
}

/// The words of a choice that make sense for the entry, in the order they are offered; none for what is no choice.
pub fn choices(field: Field, entry: &Playground) -> Vec<&'static str> {
    let mut entry = entry.clone();
    let fitting = objectives_of(entry.model.family);
    let Slot::Choice(slot) = field.slot(&mut entry) else {
        return Vec::new();
    };
    let is_fitting = |word: &str| {
        field != Field::Objective || fitting.iter().any(|objective| objective.key() == word)
    };
    let words = slot.words().iter().copied();
    words.filter(|word| is_fitting(word)).collect()
}

/// Whether a number is picked and not sought.
pub fn is_seed(field: Field) -> bool {
    matches!(
        field,
        Field::Seed | Field::WorldSeed | Field::TaskSeed | Field::SamplingSeed
    )
}

/// The range of a numeric setting of an entry.
pub fn slider(field: Field, entry: &Playground) -> Range {
    let task_size = Field::TASK_SIZES.iter().position(|it| *it == field);
    if let Some(size) = task_size.and_then(|place| entry.task.kind.sizes().get(place)) {
        return Range::whole(size.least, size.most, 1);
    }
    let (least, most) = range(field).unwrap_or((0.0, 1.0));
    let mut entry = entry.clone();
    if let Slot::Count(_) = field.slot(&mut entry) {
        let (low, high) = (least as u32, most as u32);
        return match field {
            Field::Channels | Field::HiddenUnits => Range::whole(low, high, CHANNEL_STEP),
            _ if most <= 64.0 => Range::whole(low, high, 1),
            _ => Range::count(low, high),
        };
    }
    // From nothing on, or over few powers of ten: evenly; else by ratio.
    if least <= 0.0 && most <= 1.0 {
        Range::real(least, most, 0.01)
    } else if field == Field::LearningRate {
        Range::ratio(1e-6, 1.0).allowing(least, most)
    } else if least > 0.0 && most / least >= 100.0 {
        Range::ratio(least, most)
    } else {
        Range::real(least, most, 0.1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::models::Family;
    use crate::session::presets::first_minute;
    use crate::session::validate::validate;

    #[test]
    fn what_a_slider_offers_is_valid() {
        for family in Family::ALL {
            let mut entry = first_minute();
            entry.model.family = family;
            validate(&mut entry);
            for field in editable(&entry) {
                let Some(now) = field.number(&entry) else {
                    continue;
                };
                let slider = slider(field, &entry);
                for value in [slider.low, slider.high, slider.neighbour(now, 1.0)] {
                    let mut edited = entry.clone();
                    field.set_number(&mut edited, value);
                    let wanted = field.number(&edited);
                    validate(&mut edited);
                    // Heads are held to the channels besides.
                    let is_bound = matches!(
                        field,
                        Field::Heads | Field::KvHeads | Field::WarmupSteps | Field::HiddenUnits
                    );
                    if field.number(&entry) != Some(0.0) && !is_bound && wanted != Some(0.0) {
                        assert_eq!(field.number(&edited), wanted, "{field} {value}");
                    }
                }
            }
        }
    }

    #[test]
    fn choices_are_those_that_fit() {
        let mut entry = first_minute();
        entry.model.family = Family::Encoder;
        assert_eq!(
            choices(Field::Objective, &entry),
            ["masked", "next-sentence"]
        );
        assert!(choices(Field::Family, &entry).contains(&"lstm"));
        assert!(choices(Field::Layers, &entry).is_empty());
        assert!(editable(&entry).contains(&Field::Family));
        assert!(!editable(&entry).contains(&Field::Prompt));
    }
}
