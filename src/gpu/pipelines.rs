//! Pipelines by shader text and binding pattern, made once per device.

use std::collections::HashMap;

use crate::graph::{Access, Launch};

type Pattern = Vec<Access>;

/// Pipelines and bind-group layouts made so far.
#[derive(Debug, Default)]
pub(super) struct Pipelines {
    layouts: HashMap<Pattern, wgpu::BindGroupLayout>,
    pipelines: HashMap<(String, &'static str, Pattern), wgpu::ComputePipeline>,
    pub created: u64,
}

fn entry(binding: u32, ty: wgpu::BufferBindingType) -> wgpu::BindGroupLayoutEntry {
    wgpu::BindGroupLayoutEntry {
        binding,
        visibility: wgpu::ShaderStages::COMPUTE,
        ty: wgpu::BindingType::Buffer {
            ty,
            has_dynamic_offset: false,
            min_binding_size: None,
        },
        count: None,
    }
}

impl Pipelines {
    /// Bindings 0 and 1 are the uniforms `params` and `globals`, then storage by access.
    pub fn layout(&mut self, device: &wgpu::Device, launch: &Launch) -> wgpu::BindGroupLayout {
        let pattern: Pattern = launch.bindings.iter().map(|b| b.access()).collect();
        self.layouts
            .entry(pattern)
            .or_insert_with_key(|pattern| {
                let mut entries = vec![
                    entry(0, wgpu::BufferBindingType::Uniform),
                    entry(1, wgpu::BufferBindingType::Uniform),
                ];
                entries.extend(pattern.iter().zip(2..).map(|(&access, binding)| {
                    let read_only = access == Access::Read;
                    entry(binding, wgpu::BufferBindingType::Storage { read_only })
                }));
                device.create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor {
                    label: None,
                    entries: &entries,
                })
            })
            .clone()
    }

    pub fn pipeline(&mut self, device: &wgpu::Device, launch: &Launch) -> wgpu::ComputePipeline {
        let pattern: Pattern = launch.bindings.iter().map(|b| b.access()).collect();
        let key = (launch.shader.text(), launch.shader.entry, pattern);
        if let Some(known) = self.pipelines.get(&key) {
            return known.clone();
        }
        let layout = self.layout(device, launch);
        let module = device.create_shader_module(wgpu::ShaderModuleDescriptor {
            label: Some(launch.shader.name),
            source: wgpu::ShaderSource::Wgsl(key.0.as_str().into()),
        });
        let pipeline = device.create_compute_pipeline(&wgpu::ComputePipelineDescriptor {
            label: Some(launch.shader.name),
            layout: Some(
                &device.create_pipeline_layout(&wgpu::PipelineLayoutDescriptor {
                    label: None,
                    bind_group_layouts: &[Some(&layout)],
                    immediate_size: 0,
                }),
            ),
            module: &module,
            entry_point: Some(launch.shader.entry),
            compilation_options: wgpu::PipelineCompilationOptions {
                // Every kernel writes all of its workgroup memory before reading it.
                zero_initialize_workgroup_memory: false,
                ..Default::default()
            },
            cache: None,
        });
        self.created += 1;
        self.pipelines.insert(key, pipeline.clone());
        pipeline
    }
}
