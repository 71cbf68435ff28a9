//! Tokens by id, out of a file that gives ids by token: no id twice, no token twice, no hole that would cost memory.

use std::collections::HashMap;

use super::error::{ReadError, shown};
use super::file::AddedToken;

/// Ids may have holes, but no more than this beside as many as there are tokens.
const MOST_HOLES: usize = 4096;

/// The tokens of a vocabulary and the added ones, by id; `None` is a hole.
pub struct Tokens<'a> {
    pub by_id: Vec<Option<&'a str>>,
    pub ids: HashMap<&'a str, u32>,
}

impl<'a> Tokens<'a> {
    /// # Errors
    /// For a token or an id that is there twice, and for ids far beyond the number of tokens.
    pub fn of(vocabulary: &'a [(String, u32)], added: &'a [AddedToken]) -> Result<Self, ReadError> {
        let mut tokens = Self {
            by_id: Vec::new(),
            ids: HashMap::with_capacity(vocabulary.len() + added.len()),
        };
        let number = vocabulary.len() + added.len();
        for (token, id) in vocabulary {
            if tokens.ids.contains_key(token.as_str()) {
                let token = shown(token);
                return Err(ReadError::DuplicateToken { token });
            }
            tokens.put(token, *id, number)?;
        }
        for token in added {
            match tokens.ids.get(token.content.as_str()) {
                // Added tokens are mostly in the vocabulary too.
                Some(&id) if id == token.id => {}
                Some(_) => {
                    let token = shown(&token.content);
                    return Err(ReadError::DuplicateToken { token });
                }
                None => tokens.put(&token.content, token.id, number)?,
            }
        }
        Ok(tokens)
    }

    fn put(&mut self, token: &'a str, id: u32, number: usize) -> Result<(), ReadError> {
        let place = id as usize;
        if place >= 2 * number + MOST_HOLES {
            return Err(ReadError::IdOutOfRange {
                token: shown(token),
                id,
                tokens: number,
            });
        }
        if place >= self.by_id.len() {
            self.by_id.resize(place + 1, None);
        }
        if let Some(first) = self.by_id[place] {
            return Err(ReadError::DuplicateId {
                id,
                first: shown(first),
                second: shown(token),
            });
        }
        self.by_id[place] = Some(token);
        self.ids.insert(token, id);
        Ok(())
    }

    /// Ids that are holes.
    pub fn holes(&self) -> impl Iterator<Item = u32> {
        (0..)
            .zip(&self.by_id)
            .filter(|(_, token)| token.is_none())
            .map(|(id, _)| id)
    }
}
