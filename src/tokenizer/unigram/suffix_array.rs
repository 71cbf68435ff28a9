//! Suffix array and common prefixes of a sequence of symbols, both in linear time.
//!
//! ```text
//! SA   the starts of all suffixes, in the order of the suffixes
//! LCP  LCP[k] = how many first symbols the suffixes SA[k − 1] and SA[k] share (LCP[0] = 0)
//! ```
//!
//! Sources: induced sorting (Nong, Zhang, Chan 2009, "Linear suffix array construction by almost pure induced-sorting"); LCP by
//! Kasai et al. 2001. Suffixes are compared as strings: one that ends comes before its continuations.

const NONE: u32 = u32::MAX;

/// The suffix array of symbols `0..alphabet`.
pub fn suffix_array(text: &[u32], alphabet: usize) -> Vec<u32> {
    let n = text.len();
    if n < 2 {
        return (0..n as u32).collect();
    }
    // A suffix is small (S) if it is less than the next one, else large (L).
    let mut is_small = vec![false; n];
    for i in (0..n - 1).rev() {
        is_small[i] = match text[i].cmp(&text[i + 1]) {
            std::cmp::Ordering::Less => true,
            std::cmp::Ordering::Equal => is_small[i + 1],
            std::cmp::Ordering::Greater => false,
        };
    }
    let sorter = Sorter::new(text, alphabet, &is_small);
    // Leftmost small suffixes: everything else is induced from their order.
    let leftmost: Vec<u32> = (1..n)
        .filter(|&i| is_small[i] && !is_small[i - 1])
        .map(|i| i as u32)
        .collect();
    let mut sa = sorter.induce(&leftmost);
    if leftmost.len() < 2 {
        return sa;
    }
    // Name the stretches between them in sorted order; equal stretches share a name.
    let mut rank = vec![NONE; n];
    for (k, &i) in leftmost.iter().enumerate() {
        rank[i as usize] = k as u32;
    }
    let sorted: Vec<u32> = sa
        .iter()
        .copied()
        .filter(|&i| rank[i as usize] != NONE)
        .collect();
    let stretch = |i: u32| {
        let k = rank[i as usize] as usize;
        let end = leftmost.get(k + 1).map_or(n, |&next| next as usize + 1);
        &text[i as usize..end]
    };
    let mut names = vec![0; leftmost.len()];
    let mut name = 0;
    for pair in sorted.windows(2) {
        // The stretch that reaches the end of the text differs from all others: its end is smaller than every symbol.
        let reaches_end = |i: u32| rank[i as usize] as usize + 1 == leftmost.len();
        let is_same =
            stretch(pair[0]) == stretch(pair[1]) && !reaches_end(pair[0]) && !reaches_end(pair[1]);
        if !is_same {
            name += 1;
        }
        names[rank[pair[1] as usize] as usize] = name;
    }
    let order = suffix_array(&names, name as usize + 1);
    let leftmost: Vec<u32> = order.iter().map(|&k| leftmost[k as usize]).collect();
    sa = sorter.induce(&leftmost);
    sa
}

struct Sorter<'a> {
    text: &'a [u32],
    is_small: &'a [bool],
    /// Where the large and then the small suffixes of each first symbol start; one more entry ends the last.
    large: Vec<u32>,
    small: Vec<u32>,
}

impl<'a> Sorter<'a> {
    fn new(text: &'a [u32], alphabet: usize, is_small: &'a [bool]) -> Self {
        let mut large = vec![0u32; alphabet + 1];
        let mut small = vec![0u32; alphabet + 1];
        for (&symbol, &is_small) in text.iter().zip(is_small) {
            if is_small {
                small[symbol as usize] += 1;
            } else {
                large[symbol as usize] += 1;
            }
        }
        let mut start = 0;
        for symbol in 0..=alphabet {
            let (larges, smalls) = (large[symbol], small[symbol]);
            large[symbol] = start;
            small[symbol] = start + larges;
            start += larges + smalls;
        }
        Self {
            text,
            is_small,
            large,
            small,
        }
    }

    /// All suffixes in order, given the leftmost small ones in order (or, in any order, sorts those by their stretches).
    fn induce(&self, leftmost: &[u32]) -> Vec<u32> {
        let (text, n) = (self.text, self.text.len());
        let mut sa = vec![NONE; n];
        let mut at = self.small.clone();
        for &i in leftmost {
            let slot = &mut at[text[i as usize] as usize];
            sa[*slot as usize] = i;
            *slot += 1;
        }
        let mut at = self.large.clone();
        let mut put = |sa: &mut [u32], i: usize| {
            let slot = &mut at[text[i] as usize];
            sa[*slot as usize] = i as u32;
            *slot += 1;
        };
        put(&mut sa, n - 1);
        for k in 0..n {
            let i = sa[k];
            if i != NONE && i > 0 && !self.is_small[i as usize - 1] {
                put(&mut sa, i as usize - 1);
            }
        }
        // Small suffixes fill the places before the next symbol's large ones, from the right.
        let mut at: Vec<u32> = self.large[1..].to_vec();
        for k in (0..n).rev() {
            let i = sa[k];
            if i != NONE && i > 0 && self.is_small[i as usize - 1] {
                let slot = &mut at[text[i as usize - 1] as usize];
                *slot -= 1;
                sa[*slot as usize] = i - 1;
            }
        }
        sa
    }
}

/// The common prefixes of neighbours in the suffix array.
pub fn common_prefixes(text: &[u32], sa: &[u32]) -> Vec<u32> {
    let n = text.len();
    let mut rank = vec![0u32; n];
    for (k, &i) in sa.iter().enumerate() {
        rank[i as usize] = k as u32;
    }
    let mut lcp = vec![0; n];
    let mut shared = 0usize;
    for i in 0..n {
        let k = rank[i] as usize;
        if k == 0 {
            shared = 0;
            continue;
        }
        let j = sa[k - 1] as usize;
        while i + shared < n && j + shared < n && text[i + shared] == text[j + shared] {
            shared += 1;
        }
        lcp[k] = shared as u32;
        shared = shared.saturating_sub(1);
    }
    lcp
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(text: &[u32]) {
        let alphabet = text.iter().max().map_or(0, |&most| most as usize + 1);
        let sa = suffix_array(text, alphabet);
        let mut plain: Vec<u32> = (0..text.len() as u32).collect();
        plain.sort_by_key(|&i| &text[i as usize..]);
        assert_eq!(sa, plain, "{text:?}");
        let lcp = common_prefixes(text, &sa);
        for k in 1..sa.len() {
            let (a, b) = (&text[sa[k - 1] as usize..], &text[sa[k] as usize..]);
            let shared = a.iter().zip(b).take_while(|(a, b)| a == b).count();
            assert_eq!(lcp[k] as usize, shared);
        }
    }

    #[test]
    fn small_texts_in_every_arrangement() {
        for length in 0..=9 {
            for mut code in 0..3u32.pow(length) {
                let text: Vec<u32> = (0..length)
                    .map(|_| {
                        let symbol = code % 3;
                        code /= 3;
                        symbol
                    })
                    .collect();
                check(&text);
            }
        }
    }

    proptest! {
        #[test]
        fn suffixes_are_in_order(text in proptest::collection::vec(0u32..4, 0..300), wide in proptest::collection::vec(0u32..1000, 0..300)) {
            check(&text);
            check(&wide);
            check(&[text.clone(), text].concat());
        }
    }
}
