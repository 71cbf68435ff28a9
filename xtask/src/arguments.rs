//! The few options the commands take: `--flag`, `--name value`, `--name=value`, and one bare word.

use crate::Outcome;

pub struct Arguments(Vec<String>);

impl Arguments {
    pub fn new(given: Vec<String>) -> Self {
        Self(given)
    }

    /// Whether `--name` was given; takes it.
    pub fn flag(&mut self, name: &str) -> bool {
        let before = self.0.len();
        self.0.retain(|given| given != name);
        self.0.len() < before
    }

    /// The value after `--name`; takes both.
    pub fn value(&mut self, name: &str) -> Outcome<Option<String>> {
        let prefix = format!("{name}=");
        let Some(place) = self
            .0
            .iter()
            .position(|given| given == name || given.starts_with(&prefix))
        else {
            return Ok(None);
        };
        let given = self.0.remove(place);
        if let Some(value) = given.strip_prefix(&prefix) {
            return Ok(Some(value.to_owned()));
        }
        if place < self.0.len() {
            return Ok(Some(self.0.remove(place)));
        }
        Err(format!("{name} needs a value").into())
    }

    /// The value after `--name`, which must be one of `allowed`.
    pub fn choice(&mut self, name: &str, allowed: &[&str]) -> Outcome<Option<String>> {
        match self.value(name)? {
            Some(value) if !allowed.contains(&value.as_str()) => {
                Err(format!("{name} is one of {}, not `{value}`", allowed.join(", ")).into())
            }
            value => Ok(value),
        }
    }

    /// The whole number after `--name`.
    pub fn number<N: std::str::FromStr>(&mut self, name: &str) -> Outcome<Option<N>> {
        let Some(value) = self.value(name)? else {
            return Ok(None);
        };
        match value.parse() {
            Ok(number) => Ok(Some(number)),
            Err(_) => Err(format!("{name} needs a whole number in range, not `{value}`").into()),
        }
    }

    /// The first bare word; takes it.
    pub fn word(&mut self) -> Option<String> {
        let place = self.0.iter().position(|given| !given.starts_with('-'))?;
        Some(self.0.remove(place))
    }

    /// Nothing may be left.
    pub fn finish(self, usage: &str) -> Outcome<()> {
        match self.0.first() {
            None => Ok(()),
            Some(rest) => Err(format!("`{rest}` is not understood here:\n\n{usage}").into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(line: &str) -> Arguments {
        Arguments::new(line.split_whitespace().map(str::to_owned).collect())
    }

    #[test]
    fn takes_values_in_both_spellings() {
        let mut arguments = given("--config=M --runs 5 --native");
        assert_eq!(arguments.value("--config").unwrap().as_deref(), Some("M"));
        assert_eq!(arguments.number::<u32>("--runs").unwrap(), Some(5));
        assert!(arguments.flag("--native"));
        assert!(!arguments.flag("--native"));
        assert!(arguments.finish("").is_ok());
    }

    #[test]
    fn refuses_what_it_does_not_know() {
        assert!(given("--prot 80").finish("").is_err());
        assert!(given("--config X").choice("--config", &["S", "M"]).is_err());
        assert!(given("--port many").number::<u16>("--port").is_err());
        assert!(given("--port").number::<u16>("--port").is_err());
    }
}
