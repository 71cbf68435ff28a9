//! What a device holds for an executor: bytes of the buffers that were made and not yet destroyed. A buffer that is only dropped
//! counts on, as it does in a browser until garbage is collected there.

use std::cell::Cell;
use std::rc::Rc;

/// A count shared by an executor and its readings on their way.
#[derive(Clone, Debug, Default)]
pub(super) struct Held(Rc<Cell<u64>>);

impl Held {
    pub fn bytes(&self) -> u64 {
        self.0.get()
    }

    /// Takes a new buffer into the count.
    pub fn note(&self, buffer: &wgpu::Buffer) {
        self.0.set(self.0.get() + buffer.size());
    }

    pub fn destroy(&self, buffer: &wgpu::Buffer) {
        buffer.destroy();
        self.0.set(self.0.get() - buffer.size());
    }
}
