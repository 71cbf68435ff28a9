//! Surroundings of a program on this machine: the bench, and tests.

use std::cell::RefCell;
use std::future::ready;
use std::path::PathBuf;
use std::rc::Rc;
use std::time::Instant;

use super::reader::Reader;
use super::surroundings::{Acquired, Outside, Pending, Progress, Surroundings, on_cpu, on_device};
use crate::gpu::{Device, DeviceOptions, GpuExecutor};
use crate::plan::CpuExecutor;
use crate::session::config::BackendChoice;
use crate::session::protocol::{DeviceInfo, DeviceKind};
use crate::session::reading::{Given, Order, Reply, Want};

/// Clock from now on; texts only where a folder of them is named.
#[derive(Clone, Debug)]
pub struct Native {
    start: Instant,
    options: DeviceOptions,
    texts: Option<PathBuf>,
}

impl Native {
    pub fn new(options: DeviceOptions) -> Self {
        Self {
            start: Instant::now(),
            options,
            texts: None,
        }
    }

    /// With the texts of a folder.
    pub fn with_texts(self, folder: impl Into<PathBuf>) -> Self {
        Self {
            texts: Some(folder.into()),
            ..self
        }
    }
}

impl Outside for Native {
    fn now_secs(&self) -> f64 {
        self.start.elapsed().as_secs_f64()
    }

    fn fetch_text(&self, file: &str, _: Progress) -> Pending<Result<Vec<u8>, String>> {
        let read = match &self.texts {
            None => Err(format!("{file} is not served here")),
            Some(folder) => std::fs::read(folder.join(file)).map_err(|error| {
                format!("{} cannot be read: {error}", folder.join(file).display())
            }),
        };
        Box::pin(ready(read))
    }
}

impl Surroundings for Native {
    fn acquire(&self, choice: BackendChoice) -> Pending<Result<Acquired, String>> {
        let options = self.options;
        Box::pin(async move {
            if choice == BackendChoice::Cpu {
                return Ok(cpu(None));
            }
            match Device::acquire(options).await {
                Ok(device) => Ok(webgpu(device)),
                Err(error) if choice == BackendChoice::Auto => Ok(cpu(Some(error.to_string()))),
                Err(error) => Err(error.to_string()),
            }
        })
    }

    /// A reader of the moment: it knows what is served and what is made, no text of the user's own.
    fn ask_reader(&self, want: Want) -> Pending<Result<Given, String>> {
        let outside = Rc::new(self.clone());
        Box::pin(async move {
            let replies = Rc::new(RefCell::new(Vec::new()));
            let heard = replies.clone();
            let mut reader = Reader::new(outside, move |reply| heard.borrow_mut().push(reply));
            reader.handle(Order::Give { number: 0, want }).await;
            let given = replies.take().into_iter().find_map(|reply| match reply {
                Reply::Given { given, .. } => Some(given),
                _ => None,
            });
            given.unwrap_or_else(|| Err("The reader did not answer.".to_owned()))
        })
    }
}

fn cpu(reason: Option<String>) -> Acquired {
    const MOST_BYTES: u64 = 8 << 30;
    Acquired {
        executor: Box::new(CpuExecutor::new()),
        info: DeviceInfo {
            kind: DeviceKind::Cpu,
            adapter: String::new(),
            reason,
        },
        max_buffer_bytes: MOST_BYTES,
        max_total_bytes: Some(MOST_BYTES),
        device: None,
        further: on_cpu(),
    }
}

fn webgpu(device: Device) -> Acquired {
    Acquired {
        info: DeviceInfo {
            kind: if device.is_software {
                DeviceKind::WebGpuSoftware
            } else {
                DeviceKind::WebGpu
            },
            adapter: device.adapter_name.clone(),
            reason: None,
        },
        max_buffer_bytes: device.max_binding_bytes,
        max_total_bytes: None,
        further: on_device(&device),
        device: Some(device.clone()),
        executor: Box::new(GpuExecutor::new(device)),
    }
}
