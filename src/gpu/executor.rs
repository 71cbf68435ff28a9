//! Replays plans on WebGPU. Everything is made when a plan is installed; a run writes one uniform, encodes the
//! dispatches into one compute pass, and submits once.

use std::collections::HashMap;
use std::rc::Rc;

use super::held::Held;
use super::readback::{MapFuture, StagingPool};
use super::{Device, DeviceOptions};
use crate::graph::{Binding, Globals, Launch, LaunchContext};
use crate::plan::{
    Buffer, Executor, ExecutorError, Place, Plan, PlanId, PlannedNode, Reading, Statistics,
};

/// WebGPU's alignment of uniform offsets.
const UNIFORM_STRIDE: u64 = 256;
/// Staging buffers made with a plan: readbacks that may be on their way at once without making more.
pub const STAGING_BUFFERS: usize = 4;

#[derive(Debug)]
struct Dispatch {
    pipeline: wgpu::ComputePipeline,
    bind_group: wgpu::BindGroup,
    workgroups: [u32; 3],
}

/// A stretch copied from a buffer into staging.
#[derive(Debug)]
struct Copy {
    source: wgpu::Buffer,
    source_offset: u64,
    offset: u64,
    bytes: u64,
}

#[derive(Debug)]
struct Installed {
    plan: Plan,
    dispatches: Vec<Dispatch>,
    globals: wgpu::Buffer,
    params: wgpu::Buffer,
    copies: Vec<Copy>,
    reading_bytes: u64,
    staging: StagingPool,
    own: HashMap<Buffer, wgpu::Buffer>,
}

impl Installed {
    /// In the browser a buffer that is only dropped keeps its memory until garbage is collected there.
    fn destroy(self, held: &Held) {
        for buffer in self.own.values() {
            held.destroy(buffer);
        }
        held.destroy(&self.globals);
        held.destroy(&self.params);
        empty(&self.staging, held);
    }
}

fn empty(staging: &StagingPool, held: &Held) {
    for buffer in staging.borrow_mut().drain(..) {
        held.destroy(&buffer);
    }
}

/// Runs plans on a WebGPU device.
#[derive(Debug)]
pub struct GpuExecutor {
    device: Device,
    shared: HashMap<Buffer, wgpu::Buffer>,
    plans: Vec<Option<Installed>>,
    /// Staging for copies out of any buffer, by bytes: snapshots take the same again and again.
    copying: HashMap<u64, StagingPool>,
    held: Held,
    statistics: Statistics,
}

impl GpuExecutor {
    /// Acquires a device and nothing else.
    ///
    /// # Errors
    /// As [`Device::acquire`].
    pub async fn acquire(options: DeviceOptions) -> Result<Self, ExecutorError> {
        Ok(Self::new(Device::acquire(options).await?))
    }

    pub fn new(device: Device) -> Self {
        Self {
            device,
            shared: HashMap::new(),
            plans: Vec::new(),
            copying: HashMap::new(),
            held: Held::default(),
            statistics: Statistics::default(),
        }
    }

    pub fn device(&self) -> &Device {
        &self.device
    }

    fn buffer(
        &mut self,
        bytes: u64,
        usage: wgpu::BufferUsages,
    ) -> Result<wgpu::Buffer, ExecutorError> {
        if bytes > self.device.max_binding_bytes {
            return Err(ExecutorError::TooLarge {
                needed: bytes,
                limit: self.device.max_binding_bytes,
            });
        }
        self.statistics.buffers_created += 1;
        let made = self.device.device.create_buffer(&wgpu::BufferDescriptor {
            label: None,
            size: bytes.max(4),
            usage,
            mapped_at_creation: false,
        });
        self.held.note(&made);
        Ok(made)
    }

    /// A zeroed storage buffer of `len` words.
    fn storage(&mut self, len: usize) -> Result<wgpu::Buffer, ExecutorError> {
        self.buffer(
            len as u64 * 4,
            wgpu::BufferUsages::STORAGE
                | wgpu::BufferUsages::COPY_SRC
                | wgpu::BufferUsages::COPY_DST,
        )
    }

    fn staging(&mut self, bytes: u64) -> Result<wgpu::Buffer, ExecutorError> {
        self.buffer(
            bytes,
            wgpu::BufferUsages::MAP_READ | wgpu::BufferUsages::COPY_DST,
        )
    }

    fn installed(&self, id: PlanId) -> &Installed {
        self.plans[id.0]
            .as_ref()
            .expect("a removed plan is not used")
    }

    fn find<'a>(
        &'a self,
        own: &'a HashMap<Buffer, wgpu::Buffer>,
        buffer: &Buffer,
    ) -> &'a wgpu::Buffer {
        own.get(buffer)
            .or_else(|| self.shared.get(buffer))
            .expect("every buffer of a plan is made when it is installed")
    }

    /// The shared buffers a plan needs that do not exist yet.
    fn share(&mut self, plan: &Plan) -> Result<(), ExecutorError> {
        let mut shared = vec![(Buffer::Weights, plan.layout.len)];
        if plan.uses_gradients {
            shared.push((Buffer::Gradients, plan.layout.len));
        }
        shared.extend(
            plan.states
                .iter()
                .map(|(name, &len)| (Buffer::State(name.clone()), len)),
        );
        for (buffer, len) in shared {
            if let Some(known) = self.shared.get(&buffer) {
                assert!(
                    known.size() >= len as u64 * 4,
                    "{buffer:?} must have one size in every plan"
                );
            } else {
                let made = self.storage(len)?;
                self.shared.insert(buffer, made);
            }
        }
        Ok(())
    }

    /// Makes the buffers of a plan alone, into `own`.
    fn allocate(
        &mut self,
        plan: &Plan,
        own: &mut HashMap<Buffer, wgpu::Buffer>,
    ) -> Result<(), ExecutorError> {
        for (slot, &len) in plan.pool.iter().enumerate() {
            own.insert(Buffer::Pool(slot), self.storage(len)?);
        }
        for (slot, (_, len)) in plan.inputs.iter().enumerate() {
            own.insert(Buffer::Input(slot), self.storage(*len)?);
        }
        for (slot, &(fill, len)) in plan.constants.iter().enumerate() {
            let buffer = self.storage(len)?;
            self.device
                .queue
                .write_buffer(&buffer, 0, bytemuck::cast_slice(&vec![fill; len]));
            own.insert(Buffer::Constant(slot), buffer);
        }
        Ok(())
    }

    fn dispatches(
        &mut self,
        plan: &Plan,
        own: &HashMap<Buffer, wgpu::Buffer>,
        globals: &wgpu::Buffer,
    ) -> Result<(Vec<Dispatch>, wgpu::Buffer), ExecutorError> {
        let launches: Vec<(&PlannedNode, Launch)> = plan
            .nodes
            .iter()
            .flat_map(|planned| {
                let cx = LaunchContext {
                    inputs: &planned.input_types,
                    outputs: &planned.output_types,
                    is_software: self.device.is_software,
                };
                let launches = planned.node.op.launches(&cx);
                launches.into_iter().map(move |launch| (planned, launch))
            })
            .collect();
        let mut words = vec![0u32; launches.len().max(1) * (UNIFORM_STRIDE as usize / 4)];
        for (slot, (planned, launch)) in launches.iter().enumerate() {
            assert!(
                launch.params.len() <= Launch::MAX_PARAMS,
                "{}: too many parameters",
                planned.name
            );
            let start = slot * (UNIFORM_STRIDE as usize / 4);
            words[start..start + launch.params.len()].copy_from_slice(&launch.params);
        }
        let params = self.buffer(
            words.len() as u64 * 4,
            wgpu::BufferUsages::UNIFORM | wgpu::BufferUsages::COPY_DST,
        )?;
        self.device
            .queue
            .write_buffer(&params, 0, bytemuck::cast_slice(&words));
        let mut dispatches = Vec::with_capacity(launches.len());
        for (slot, (planned, launch)) in launches.iter().enumerate() {
            let mut pipelines = self.device.pipelines.borrow_mut();
            let before = pipelines.created;
            let pipeline = pipelines.pipeline(&self.device.device, launch);
            let layout = pipelines.layout(&self.device.device, launch);
            self.statistics.pipelines_created += pipelines.created - before;
            drop(pipelines);
            let uniform = |buffer, offset, bytes| {
                wgpu::BindingResource::Buffer(wgpu::BufferBinding {
                    buffer,
                    offset,
                    size: std::num::NonZeroU64::new(bytes),
                })
            };
            let mut entries = vec![
                wgpu::BindGroupEntry {
                    binding: 0,
                    resource: uniform(
                        &params,
                        slot as u64 * UNIFORM_STRIDE,
                        Launch::MAX_PARAMS as u64 * 4,
                    ),
                },
                wgpu::BindGroupEntry {
                    binding: 1,
                    resource: uniform(globals, 0, size_of::<Globals>() as u64),
                },
            ];
            for (binding, number) in launch.bindings.iter().zip(2..) {
                let place = place_of(planned, *binding);
                entries.push(wgpu::BindGroupEntry {
                    binding: number,
                    resource: uniform(
                        self.find(own, &place.buffer),
                        place.offset as u64 * 4,
                        place.len.max(1) as u64 * 4,
                    ),
                });
            }
            let bind_group = self
                .device
                .device
                .create_bind_group(&wgpu::BindGroupDescriptor {
                    label: Some(&planned.name),
                    layout: &layout,
                    entries: &entries,
                });
            self.statistics.bind_groups_created += 1;
            dispatches.push(Dispatch {
                pipeline,
                bind_group,
                workgroups: launch.workgroups,
            });
        }
        Ok((dispatches, params))
    }

    /// Everything of a plan but its buffers, which are left in `own`.
    fn make(
        &mut self,
        plan: Plan,
        own: &mut HashMap<Buffer, wgpu::Buffer>,
    ) -> Result<Installed, ExecutorError> {
        self.allocate(&plan, own)?;
        let globals = self.buffer(
            size_of::<Globals>() as u64,
            wgpu::BufferUsages::UNIFORM | wgpu::BufferUsages::COPY_DST,
        )?;
        let (dispatches, params) = match self.dispatches(&plan, own, &globals) {
            Ok(made) => made,
            Err(error) => {
                self.held.destroy(&globals);
                return Err(error);
            }
        };
        let mut copies = Vec::new();
        let mut reading_bytes = 0;
        for (_, place) in &plan.readings {
            let bytes = place.len as u64 * 4;
            copies.push(Copy {
                source: self.find(own, &place.buffer).clone(),
                source_offset: place.offset as u64 * 4,
                offset: reading_bytes,
                bytes,
            });
            reading_bytes += bytes;
        }
        let installed = Installed {
            plan,
            dispatches,
            globals,
            params,
            copies,
            reading_bytes,
            staging: StagingPool::default(),
            own: HashMap::new(),
        };
        let outcome =
            self.fill(&installed.staging, reading_bytes)
                .and_then(|()| match self.device.error() {
                    None => Ok(()),
                    Some(error) => Err(ExecutorError::Device(error)),
                });
        match outcome {
            Ok(()) => Ok(installed),
            Err(error) => {
                installed.destroy(&self.held);
                Err(error)
            }
        }
    }

    /// The staging buffers of a plan whose reading has so many bytes.
    fn fill(&mut self, staging: &StagingPool, reading_bytes: u64) -> Result<(), ExecutorError> {
        if reading_bytes > 0 {
            for _ in 0..STAGING_BUFFERS {
                let buffer = self.staging(reading_bytes)?;
                staging.borrow_mut().push(buffer);
            }
        }
        Ok(())
    }

    fn read_from(&mut self, buffer: wgpu::Buffer, offset: u64, bytes: u64) -> Reading {
        let home = Rc::clone(self.copying.entry(bytes).or_default());
        let free = home.borrow_mut().pop();
        let staging = match free.map_or_else(|| self.staging(bytes), Ok) {
            Ok(staging) => staging,
            Err(error) => return Box::pin(std::future::ready(Err(error))),
        };
        let mut encoder = self
            .device
            .device
            .create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
        encoder.copy_buffer_to_buffer(&buffer, offset, &staging, 0, Some(bytes));
        self.device.queue.submit([encoder.finish()]);
        self.statistics.submits += 1;
        self.statistics.readback_bytes += bytes;
        let held = self.held.clone();
        Box::pin(MapFuture::start(
            self.device.clone(),
            staging,
            bytes,
            &home,
            held,
        ))
    }
}

fn place_of(planned: &PlannedNode, binding: Binding) -> &Place {
    match binding {
        Binding::Input(i) => &planned.inputs[i],
        Binding::Output(o) | Binding::OutputRead(o) => &planned.outputs[o],
    }
}

impl Executor for GpuExecutor {
    fn install(&mut self, plan: Plan) -> Result<PlanId, ExecutorError> {
        if let Some(reason) = self.device.lost() {
            return Err(ExecutorError::DeviceLost(reason));
        }
        self.share(&plan)?;
        let mut own = HashMap::new();
        match self.make(plan, &mut own) {
            Ok(mut installed) => {
                installed.own = own;
                self.plans.push(Some(installed));
                Ok(PlanId(self.plans.len() - 1))
            }
            Err(error) => {
                for buffer in own.values() {
                    self.held.destroy(buffer);
                }
                Err(error)
            }
        }
    }

    fn plan(&self, id: PlanId) -> &Plan {
        &self.installed(id).plan
    }

    fn remove(&mut self, id: PlanId) {
        if let Some(installed) = self.plans[id.0].take() {
            installed.destroy(&self.held);
        }
    }

    fn clear(&mut self) {
        for installed in self.plans.drain(..).flatten() {
            installed.destroy(&self.held);
        }
        for (_, buffer) in self.shared.drain() {
            self.held.destroy(&buffer);
        }
        for (_, staging) in self.copying.drain() {
            empty(&staging, &self.held);
        }
    }

    fn retire(&mut self) {
        self.clear();
        self.device.destroy();
    }

    fn write(&mut self, id: PlanId, buffer: &Buffer, offset: usize, words: &[u32]) {
        let target = self.find(&self.installed(id).own, buffer);
        self.device
            .queue
            .write_buffer(target, offset as u64 * 4, bytemuck::cast_slice(words));
    }

    fn run(&mut self, id: PlanId, globals: &Globals, repeats: u32, read: bool) -> Option<Reading> {
        let staging = if read {
            let free = self.installed(id).staging.borrow_mut().pop();
            match free {
                Some(buffer) => Some(buffer),
                None => match self.staging(self.installed(id).reading_bytes) {
                    Ok(buffer) => Some(buffer),
                    Err(error) => return Some(Box::pin(std::future::ready(Err(error)))),
                },
            }
        } else {
            None
        };
        let installed = self.plans[id.0]
            .as_ref()
            .expect("a removed plan is not used");
        self.device
            .queue
            .write_buffer(&installed.globals, 0, bytemuck::bytes_of(globals));
        let mut encoder = self
            .device
            .device
            .create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
        {
            let mut pass = encoder.begin_compute_pass(&wgpu::ComputePassDescriptor::default());
            for _ in 0..repeats {
                for dispatch in &installed.dispatches {
                    pass.set_pipeline(&dispatch.pipeline);
                    pass.set_bind_group(0, &dispatch.bind_group, &[]);
                    let [x, y, z] = dispatch.workgroups;
                    pass.dispatch_workgroups(x, y, z);
                }
            }
        }
        if let Some(staging) = &staging {
            for copy in &installed.copies {
                encoder.copy_buffer_to_buffer(
                    &copy.source,
                    copy.source_offset,
                    staging,
                    copy.offset,
                    Some(copy.bytes),
                );
            }
        }
        self.device.queue.submit([encoder.finish()]);
        self.statistics.submits += 1;
        self.statistics.dispatches += u64::from(repeats) * installed.dispatches.len() as u64;
        let staging = staging?;
        self.statistics.readback_bytes += installed.reading_bytes;
        Some(Box::pin(MapFuture::start(
            self.device.clone(),
            staging,
            installed.reading_bytes,
            &installed.staging,
            self.held.clone(),
        )))
    }

    fn read(&mut self, id: PlanId, buffer: &Buffer, offset: usize, len: usize) -> Reading {
        let source = self.find(&self.installed(id).own, buffer).clone();
        self.read_from(source, offset as u64 * 4, len as u64 * 4)
    }

    fn statistics(&self) -> Statistics {
        Statistics {
            live_bytes: self.held.bytes(),
            ..self.statistics
        }
    }

    fn lost(&self) -> Option<String> {
        self.device.lost().or_else(|| self.device.error())
    }
}
