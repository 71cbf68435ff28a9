//! Which changes of the playground act at once, and which wait for a restart.

use crate::session::config::Playground;

/// Whether `draft` differs from the run in force by more than what acts at once: learning rate, sampling, prompt, name.
pub fn needs_restart(applied: &Playground, draft: &Playground) -> bool {
    *applied != with_live_settings(applied, draft)
}

/// `draft` with the settings that act at once taken from `applied`.
fn with_live_settings(applied: &Playground, draft: &Playground) -> Playground {
    let mut same = draft.clone();
    same.name.clone_from(&applied.name);
    same.prompt.clone_from(&applied.prompt);
    same.sampling = applied.sampling.clone();
    same.training.learning_rate = applied.training.learning_rate;
    same
}

/// `applied` with the settings that act at once taken from `draft`: the run in force once they have been sent.
pub fn keep_live_settings(applied: &mut Playground, draft: &Playground) {
    *applied = with_live_settings(draft, applied);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::labs::model::state::tests::playground;

    #[test]
    fn learning_rate_and_sampling_act_at_once() {
        let applied = playground();
        let mut draft = applied.clone();
        draft.training.learning_rate *= 2.0;
        draft.sampling.temperature = 0.1;
        draft.prompt = "x".into();
        assert!(!needs_restart(&applied, &draft));
        let mut kept = applied.clone();
        keep_live_settings(&mut kept, &draft);
        assert_eq!(kept, draft);
    }

    #[test]
    fn the_shape_of_the_model_waits() {
        let applied = playground();
        let mut draft = applied.clone();
        draft.model.layers += 1;
        assert!(needs_restart(&applied, &draft));
        let mut kept = applied.clone();
        keep_live_settings(&mut kept, &draft);
        assert_eq!(kept, applied);
    }
}
