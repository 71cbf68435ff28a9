//! The tables of counts: contexts as a trie read from the last token backwards, each with the tokens that followed it.
//!
//! Level d holds the contexts of d tokens, sorted by their tokens from the last to the first; so the contexts that are one token longer
//! are a range of level d + 1, and the shorter contexts of a query are met on the way to the longest. Two searches a level answer a
//! query.
//!
//! What followed a context is a range of `followers`, sorted by token. Its counts are occurrences, or, under Kneser–Ney for all but the
//! longest contexts, continuations.

use super::MOST_ORDER;

/// A token that followed a context.
#[derive(Clone, Copy, Debug)]
pub(super) struct Follower {
    pub token: u32,
    pub count: u32,
}

/// What is kept of a context.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Node {
    /// The first of the contexts that are one token longer, in the next level; the next node has the end.
    pub longer: u32,
    /// The first of its followers; the next node has the end.
    pub followers: u32,
    /// Sum of their counts.
    pub total: u32,
    /// Followers with count 1.
    pub ones: u32,
    /// Followers with count 2.
    pub twos: u32,
}

/// The contexts of one length.
#[derive(Clone, Debug, Default)]
pub(super) struct Level {
    /// The first token of each; of the empty context, 0.
    pub tokens: Vec<u32>,
    /// One more than contexts, for the last one's ends.
    pub nodes: Vec<Node>,
    pub followers: Vec<Follower>,
}

/// One level per length of context, from the empty one: as many as the order.
#[derive(Clone, Debug)]
pub(super) struct Table {
    pub levels: Vec<Level>,
}

/// A context as it is asked about.
#[derive(Clone, Copy, Debug)]
pub(super) struct Context<'a> {
    pub total: u32,
    /// How many followers have count 1, 2, and more.
    pub followers_by_count: [u32; 3],
    pub followers: &'a [Follower],
}

/// The contexts of a query that were seen.
#[derive(Clone, Copy, Debug)]
pub(super) struct Path {
    nodes: [u32; MOST_ORDER],
    /// Tokens of the longest seen.
    pub seen: usize,
    /// Tokens that the order and the query's length allow.
    pub wanted: usize,
}

impl Path {
    /// The node of the context of `depth` tokens, at most `seen`.
    pub fn node(&self, depth: usize) -> usize {
        self.nodes[depth] as usize
    }
}

impl Context<'_> {
    /// The count of a token; 0 if it never followed.
    pub fn count(&self, token: u32) -> u32 {
        let found = self.followers.binary_search_by_key(&token, |f| f.token);
        found.map_or(0, |i| self.followers[i].count)
    }
}

impl Table {
    pub fn path(&self, context: &[u32]) -> Path {
        let mut path = Path {
            nodes: [0; MOST_ORDER],
            seen: 0,
            wanted: context.len().min(self.levels.len() - 1),
        };
        for token in context.iter().rev().take(path.wanted) {
            let longer = self.longer(path.seen, path.node(path.seen));
            let first = longer.start;
            match self.levels[path.seen + 1].tokens[longer].binary_search(token) {
                Ok(i) => {
                    path.seen += 1;
                    path.nodes[path.seen] = (first + i) as u32;
                }
                Err(_) => break,
            }
        }
        path
    }

    /// The nodes of level `depth + 1` that add a token to this node.
    pub fn longer(&self, depth: usize, node: usize) -> std::ops::Range<usize> {
        let nodes = &self.levels[depth].nodes;
        nodes[node].longer as usize..nodes[node + 1].longer as usize
    }

    pub fn context(&self, depth: usize, node: usize) -> Context<'_> {
        let level = &self.levels[depth];
        let (this, next) = (level.nodes[node], level.nodes[node + 1]);
        let followers = &level.followers[this.followers as usize..next.followers as usize];
        let more = followers.len() as u32 - this.ones - this.twos;
        Context {
            total: this.total,
            followers_by_count: [this.ones, this.twos, more],
            followers,
        }
    }

    /// Per level, how many n-grams have count 1, 2, 3, 4.
    pub fn counts_of_counts(&self) -> impl Iterator<Item = [u64; 4]> {
        self.levels.iter().map(|level| {
            let mut counts = [0; 4];
            for follower in &level.followers {
                if let Some(n) = counts.get_mut(follower.count as usize - 1) {
                    *n += 1;
                }
            }
            counts
        })
    }

    pub fn entries(&self) -> Vec<usize> {
        self.levels.iter().map(|l| l.followers.len()).collect()
    }

    pub fn memory_bytes(&self) -> usize {
        let bytes = |level: &Level| {
            size_of::<Level>()
                + level.tokens.capacity() * size_of::<u32>()
                + level.nodes.capacity() * size_of::<Node>()
                + level.followers.capacity() * size_of::<Follower>()
        };
        self.levels.iter().map(bytes).sum()
    }
}
