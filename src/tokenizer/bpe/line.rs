//! Words as rows of symbols in one array, where a merge costs the same however long the word is: no symbol is ever moved.
//!
//! A symbol that was put together from n units (bytes or characters) keeps the n slots of its units. Its id is in the first,
//! its length in the last (so that whoever stands behind it finds its start), and the slots between are dead. Words are
//! fenced off by a slot that is no symbol.
//!
//! ```text
//! units     | t  h  e |        after t + h      | th ·2 e |        after th + e    | the · ·3 |
//! ```

/// Set in every slot that is not the first of a symbol; the rest of a last slot is the symbol's length.
const NOT_FIRST: u32 = 1 << 31;
const DEAD: u32 = NOT_FIRST;
/// The fence between words.
const FENCE: u32 = u32::MAX;

/// Rows of symbols. Places are slot numbers; ids and lengths are below 2³¹.
#[derive(Clone, Debug)]
pub(super) struct Line {
    slots: Vec<u32>,
}

impl Line {
    pub(super) fn with_capacity(units: usize) -> Self {
        let mut slots = Vec::with_capacity(units + 2);
        slots.push(FENCE);
        Self { slots }
    }

    /// Puts one unit behind the last; the place it got.
    pub(super) fn push(&mut self, id: u32) -> u32 {
        self.slots.push(id);
        self.slots.len() as u32 - 1
    }

    /// Ends the word; every line ends with this.
    pub(super) fn fence(&mut self) {
        self.slots.push(FENCE);
    }

    /// Empties the line, keeping its memory.
    pub(super) fn clear(&mut self) {
        self.slots.truncate(1);
    }

    /// One more than the last place.
    pub(super) fn end(&self) -> u32 {
        self.slots.len() as u32
    }

    /// The symbol that starts at a place.
    #[inline]
    pub(super) fn symbol(&self, at: u32) -> Option<u32> {
        let slot = self.slots[at as usize];
        (slot & NOT_FIRST == 0).then_some(slot)
    }

    /// The place of the symbol after the one at `at`, in its word. `lengths` gives units by id.
    #[inline]
    pub(super) fn next(&self, at: u32, lengths: &[u32]) -> Option<u32> {
        let next = at + lengths[self.slots[at as usize] as usize];
        (self.slots[next as usize] != FENCE).then_some(next)
    }

    /// The place of the symbol before the one at `at`, in its word.
    #[inline]
    pub(super) fn previous(&self, at: u32) -> Option<u32> {
        match self.slots[at as usize - 1] {
            FENCE => None,
            last if last & NOT_FIRST != 0 => Some(at - (last & !NOT_FIRST)),
            _ => Some(at - 1),
        }
    }

    /// The place of the second of a pair whose first is at `at`, if the pair still stands there.
    #[inline]
    pub(super) fn pair(&self, at: u32, pair: (u32, u32), lengths: &[u32]) -> Option<u32> {
        if self.slots[at as usize] != pair.0 {
            return None;
        }
        self.next(at, lengths)
            .filter(|&next| self.slots[next as usize] == pair.1)
    }

    /// Makes the symbol at `at` and the next one, at `second`, one symbol of `length` units.
    #[inline]
    pub(super) fn merge(&mut self, at: u32, second: u32, id: u32, length: u32) {
        self.slots[second as usize] = DEAD;
        self.slots[(at + length - 1) as usize] = NOT_FIRST | length;
        self.slots[at as usize] = id;
    }

    /// All symbols in order, over the fences.
    pub(super) fn symbols(&self) -> impl Iterator<Item = u32> + '_ {
        self.slots
            .iter()
            .copied()
            .filter(|slot| slot & NOT_FIRST == 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn merges_keep_neighbours_in_reach() {
        let lengths = [1, 1, 1, 2, 3, 6];
        let mut line = Line::with_capacity(8);
        for id in [0, 1, 2, 0, 1, 2] {
            line.push(id);
        }
        line.fence();
        let lone = line.push(1);
        line.fence();
        line.merge(1, 2, 3, 2);
        line.merge(4, 5, 3, 2);
        assert_eq!(
            (line.next(1, &lengths), line.previous(4)),
            (Some(3), Some(3))
        );
        assert_eq!(line.previous(6), Some(4));
        line.merge(1, 3, 4, 3);
        line.merge(4, 6, 4, 3);
        assert_eq!(
            (line.next(1, &lengths), line.previous(4)),
            (Some(4), Some(1))
        );
        assert_eq!(line.symbols().collect::<Vec<_>>(), [4, 4, 1]);
        line.merge(1, 4, 5, 6);
        assert_eq!((line.next(1, &lengths), line.previous(1)), (None, None));
        assert_eq!(
            (line.next(lone, &lengths), line.previous(lone)),
            (None, None)
        );
        assert_eq!(
            (line.symbol(1), line.symbol(4), line.symbol(6)),
            (Some(5), None, None)
        );
    }
}
