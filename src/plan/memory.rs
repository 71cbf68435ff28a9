//! Reuse of activation memory: a value takes the free buffer that fits best, or a new one.

/// Buffers by index, with the sizes they have grown to.
#[derive(Debug, Default)]
pub(super) struct Pool {
    /// Words of each buffer.
    pub sizes: Vec<usize>,
    free: Vec<usize>,
}

impl Pool {
    /// A buffer of at least `len` words: the smallest free one that holds it, else the largest free one of at
    /// least half the size, grown, else a new one.
    pub fn take(&mut self, len: usize) -> usize {
        let fits = (0..self.free.len())
            .filter(|&i| self.sizes[self.free[i]] >= len)
            .min_by_key(|&i| self.sizes[self.free[i]]);
        let grows = || {
            (0..self.free.len())
                .filter(|&i| self.sizes[self.free[i]] * 2 >= len)
                .max_by_key(|&i| self.sizes[self.free[i]])
        };
        match fits.or_else(grows) {
            Some(position) => {
                let slot = self.free.swap_remove(position);
                self.sizes[slot] = self.sizes[slot].max(len);
                slot
            }
            None => {
                self.sizes.push(len);
                self.sizes.len() - 1
            }
        }
    }

    pub fn give_back(&mut self, slot: usize) {
        debug_assert!(!self.free.contains(&slot), "a buffer is given back once");
        self.free.push(slot);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_free_buffer_that_fits_is_taken_before_a_new_one_is_made() {
        let mut pool = Pool::default();
        let (small, large) = (pool.take(10), pool.take(100));
        pool.give_back(small);
        pool.give_back(large);
        assert_eq!(pool.take(8), small);
        assert_eq!(pool.take(60), large);
        assert_eq!(pool.take(1), 2);
    }

    #[test]
    fn a_buffer_grows_rather_than_leaving_a_hole() {
        let mut pool = Pool::default();
        let slot = pool.take(60);
        pool.give_back(slot);
        assert_eq!(pool.take(100), slot);
        assert_eq!(pool.sizes, [100]);
    }
}
