//! Tokens by id, their bytes in one run.

/// A growing list of byte strings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Tokens {
    bytes: Vec<u8>,
    /// Token i is `bytes[starts[i]..starts[i + 1]]`.
    starts: Vec<u32>,
}

impl Default for Tokens {
    fn default() -> Self {
        Self {
            bytes: Vec::new(),
            starts: vec![0],
        }
    }
}

impl Tokens {
    pub(super) fn len(&self) -> u32 {
        self.starts.len() as u32 - 1
    }

    /// The id the token got.
    pub(super) fn push(&mut self, token: &[u8]) -> u32 {
        self.bytes.extend_from_slice(token);
        self.starts.push(self.bytes.len() as u32);
        self.len() - 1
    }

    /// The bytes of a token that there is.
    pub(super) fn get(&self, id: u32) -> &[u8] {
        let (start, end) = (self.starts[id as usize], self.starts[id as usize + 1]);
        &self.bytes[start as usize..end as usize]
    }
}
