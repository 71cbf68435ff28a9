//! Numbers from the device to the host without waiting: a few staging buffers take turns.

use std::cell::RefCell;
use std::future::Future;
use std::pin::Pin;
use std::rc::{Rc, Weak};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use super::Device;
use super::held::Held;
use crate::plan::ExecutorError;

/// Staging buffers that are free, all of one size.
pub(super) type StagingPool = Rc<RefCell<Vec<wgpu::Buffer>>>;

#[derive(Debug, Default)]
struct Mapping {
    result: Option<Result<(), String>>,
    waker: Option<Waker>,
}

/// Waits for a staging buffer's mapping and gives its first `bytes` as numbers. A buffer that cannot go home is destroyed: in
/// the browser a dropped buffer keeps its memory until garbage is collected there.
pub(super) struct MapFuture {
    device: Device,
    staging: wgpu::Buffer,
    bytes: u64,
    mapping: Arc<Mutex<Mapping>>,
    home: Weak<RefCell<Vec<wgpu::Buffer>>>,
    held: Held,
    is_read: bool,
}

impl MapFuture {
    /// Starts mapping. The copies into `staging` must have been submitted. The buffer goes back to `home`.
    pub fn start(
        device: Device,
        staging: wgpu::Buffer,
        bytes: u64,
        home: &StagingPool,
        held: Held,
    ) -> Self {
        let mapping = Arc::new(Mutex::new(Mapping::default()));
        let seen = mapping.clone();
        staging
            .slice(..bytes)
            .map_async(wgpu::MapMode::Read, move |result| {
                if let Ok(mut mapping) = seen.lock() {
                    mapping.result = Some(result.map_err(|e| e.to_string()));
                    if let Some(waker) = mapping.waker.take() {
                        waker.wake();
                    }
                }
            });
        Self {
            device,
            staging,
            bytes,
            mapping,
            home: Rc::downgrade(home),
            held,
            is_read: false,
        }
    }
}

impl Drop for MapFuture {
    fn drop(&mut self) {
        match self.home.upgrade() {
            Some(home) if self.is_read => home.borrow_mut().push(self.staging.clone()),
            _ => self.held.destroy(&self.staging),
        }
    }
}

impl Future for MapFuture {
    type Output = Result<Vec<f32>, ExecutorError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let is_pending = |mapping: &Mutex<Mapping>| match mapping.lock() {
            Ok(mut mapping) if mapping.result.is_none() => {
                mapping.waker = Some(cx.waker().clone());
                true
            }
            _ => false,
        };
        if is_pending(&self.mapping) {
            // Natively nothing comes back unless the device is polled; in the browser this does nothing.
            let _ = self.device.device.poll(wgpu::PollType::wait_indefinitely());
            if is_pending(&self.mapping) {
                return Poll::Pending;
            }
        }
        if let Some(reason) = self.device.lost() {
            return Poll::Ready(Err(ExecutorError::DeviceLost(reason)));
        }
        if let Some(error) = self.device.error() {
            return Poll::Ready(Err(ExecutorError::Device(error)));
        }
        let result = self.mapping.lock().ok().and_then(|mut m| m.result.take());
        if let Some(Err(reason)) = result {
            return Poll::Ready(Err(ExecutorError::DeviceLost(reason)));
        }
        let view = match self.staging.slice(..self.bytes).get_mapped_range() {
            Ok(view) => view,
            Err(error) => return Poll::Ready(Err(ExecutorError::Device(error.to_string()))),
        };
        let numbers = bytemuck::pod_collect_to_vec::<u8, f32>(&view);
        drop(view);
        self.staging.unmap();
        self.is_read = true;
        Poll::Ready(Ok(numbers))
    }
}
