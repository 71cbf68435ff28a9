//! A set of byte strings that finds all of its members at the start of a text: a trie in a double array.
//!
//! ```text
//! child(s, byte) = t = base[s] XOR byte, if check[t] = s
//! ```
//!
//! One step is one read of 12 bytes, and no step searches. Source: Aoe 1989 ("An efficient digital search algorithm by using a
//! double-array structure"), with XOR for + so that the children of a node stay inside one block of 256.

/// No node, no value.
const NONE: u32 = u32::MAX;
/// The root's parent: no place, so that no step leads to the root.
const NOBODY: u32 = u32::MAX - 1;
/// Free places that are tried for a family of children before the array grows by a block.
const TRIES: usize = 96;
const BLOCK: usize = 256;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Node {
    base: u32,
    /// The parent; `NONE` in a free place.
    check: u32,
    /// The value of the string that ends here.
    value: u32,
}

const FREE: Node = Node {
    base: 0,
    check: NONE,
    value: NONE,
};

/// Strings with a value each. Built once, then only read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DoubleArray {
    nodes: Vec<Node>,
}

impl DoubleArray {
    /// The trie of these strings, in any order. Of equal strings the last one's value holds; the empty string is no member.
    /// Values must be below `u32::MAX`.
    pub fn of<'a>(strings: impl IntoIterator<Item = (&'a [u8], u32)>) -> Self {
        let mut strings: Vec<(&[u8], u32)> = strings.into_iter().collect();
        strings.sort_by_key(|&(string, _)| string); // stable: the last of equals stays last
        strings.reverse();
        strings.dedup_by_key(|&mut (string, _)| string);
        strings.reverse();
        strings.retain(|(string, _)| !string.is_empty());
        let mut builder = Builder::default();
        builder.grow();
        builder.take(0, NOBODY);
        // Nodes still without children: (node, depth, its strings).
        let mut open = vec![(0u32, 0usize, 0usize..strings.len())];
        let mut labels: Vec<u8> = Vec::new();
        let mut families: Vec<std::ops::Range<usize>> = Vec::new();
        while let Some((node, depth, range)) = open.pop() {
            labels.clear();
            families.clear();
            let mut start = range.start;
            if start < range.end && strings[start].0.len() == depth {
                builder.nodes[node as usize].value = strings[start].1;
                start += 1;
            }
            while start < range.end {
                let label = strings[start].0[depth];
                let length =
                    strings[start..range.end].partition_point(|(string, _)| string[depth] == label);
                labels.push(label);
                families.push(start..start + length);
                start += length;
            }
            if labels.is_empty() {
                continue;
            }
            let base = builder.place(&labels);
            builder.nodes[node as usize].base = base;
            for (&label, family) in labels.iter().zip(families.drain(..)) {
                let child = base ^ u32::from(label);
                builder.take(child, node);
                open.push((child, depth + 1, family));
            }
        }
        Self {
            nodes: builder.nodes,
        }
    }

    /// Calls `found` with (length in bytes, value) of every member that the text starts with, shortest first.
    #[inline(always)]
    pub fn prefixes(&self, text: &[u8], mut found: impl FnMut(usize, u32)) {
        let mut at = 0u32;
        let mut base = self.nodes[0].base;
        for (i, &byte) in text.iter().enumerate() {
            let next = base ^ u32::from(byte);
            // `base` and so `next` stay inside the array, whose length is a whole number of blocks.
            let node = self.nodes[next as usize];
            if node.check != at {
                return;
            }
            if node.value != NONE {
                found(i + 1, node.value);
            }
            at = next;
            base = node.base;
        }
    }

    /// The longest member that the text starts with: (length in bytes, value).
    pub fn longest(&self, text: &[u8]) -> Option<(usize, u32)> {
        let mut longest = None;
        self.prefixes(text, |length, value| longest = Some((length, value)));
        longest
    }

    /// The value of a string.
    pub fn get(&self, string: &[u8]) -> Option<u32> {
        self.longest(string)
            .filter(|&(length, _)| length == string.len())
            .map(|(_, value)| value)
    }
}

/// The array while it grows: free places are a ring, linked both ways, so that taking and trying them is O(1) each.
#[derive(Default)]
struct Builder {
    nodes: Vec<Node>,
    next: Vec<u32>,
    previous: Vec<u32>,
    /// Some free place, or `NONE`.
    free: u32,
}

impl Builder {
    fn grow(&mut self) {
        let start = self.nodes.len() as u32;
        let end = start + BLOCK as u32;
        let tail = if start == 0 || self.free == NONE {
            None
        } else {
            Some(self.previous[self.free as usize])
        };
        self.nodes.resize(end as usize, FREE);
        self.next.extend(start + 1..=end);
        self.previous
            .extend((start..end).map(|place| place.wrapping_sub(1)));
        match tail {
            None => {
                self.next[end as usize - 1] = start;
                self.previous[start as usize] = end - 1;
            }
            Some(tail) => {
                let head = self.free;
                self.next[tail as usize] = start;
                self.previous[start as usize] = tail;
                self.next[end as usize - 1] = head;
                self.previous[head as usize] = end - 1;
            }
        }
        // The newest block is tried first: older ones have only gaps left.
        self.free = start;
    }

    fn take(&mut self, place: u32, parent: u32) {
        let (next, previous) = (self.next[place as usize], self.previous[place as usize]);
        self.next[previous as usize] = next;
        self.previous[next as usize] = previous;
        if self.free == place {
            self.free = if next == place { NONE } else { next };
        }
        self.nodes[place as usize].check = parent;
    }

    /// A base at which all these children are free.
    fn place(&mut self, labels: &[u8]) -> u32 {
        let first = u32::from(labels[0]);
        let fits = |nodes: &[Node], base: u32| {
            labels.iter().all(|&label| {
                let place = base ^ u32::from(label);
                nodes[place as usize].check == NONE
            })
        };
        if self.free != NONE {
            let mut place = self.free;
            for _ in 0..TRIES {
                let base = place ^ first;
                if fits(&self.nodes, base) {
                    return base;
                }
                place = self.next[place as usize];
                if place == self.free {
                    break;
                }
            }
        }
        self.grow();
        self.free ^ first
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    fn found(trie: &DoubleArray, text: &[u8]) -> Vec<(usize, u32)> {
        let mut found = Vec::new();
        trie.prefixes(text, |length, value| found.push((length, value)));
        found
    }

    #[test]
    fn members_at_the_start_are_found() {
        let trie = DoubleArray::of([
            (b"the".as_slice(), 0),
            (b"t", 1),
            (b"there", 2),
            (b"", 3),
            (b"t", 4),
        ]);
        assert_eq!(found(&trie, b"there!"), [(1, 4), (3, 0), (5, 2)]);
        assert_eq!(found(&trie, b"tho"), [(1, 4)]);
        assert_eq!(trie.longest(b"thee"), Some((3, 0)));
        assert_eq!(trie.get(b"ther"), None);
        assert!(found(&DoubleArray::of([]), b"a").is_empty());
    }

    proptest! {
        #[test]
        fn it_is_a_map(strings in proptest::collection::vec(proptest::collection::vec(0u8..6, 0..6), 0..300), wide in any::<Vec<u8>>()) {
            let mut strings = strings;
            strings.extend(wide.iter().map(|&byte| vec![byte, byte]));
            let trie = DoubleArray::of(strings.iter().enumerate().map(|(i, s)| (s.as_slice(), i as u32)));
            let map: BTreeMap<&[u8], u32> = strings.iter().enumerate().map(|(i, s)| (s.as_slice(), i as u32)).collect();
            for text in strings.iter().map(Vec::as_slice).chain([wide.as_slice()]) {
                let expected: Vec<(usize, u32)> = (1..=text.len())
                    .filter_map(|length| map.get(&text[..length]).map(|&value| (length, value)))
                    .collect();
                prop_assert_eq!(found(&trie, text), expected);
            }
        }
    }
}
