use crate::graph::*;
#[derive(Debug)]
pub struct QkNorm { pub heads: usize, pub kv_heads: usize }
impl Op for QkNorm {
    fn name(&self) -> &'static str { "qk_norm" }
    fn infer(&self, inputs: &[TensorType]) -> Result<Vec<TensorType>, String> { Ok(vec![inputs[0].clone()]) }
    fn forward_cpu(&self, _: &CpuContext<'_>, _: &[&[f32]], _: &mut [&mut [f32]]) { unreachable!() }
    fn gradient(&self, _: &mut GradientContext<'_>) -> Result<Gradients, GraphError> { unreachable!() }
    fn launches(&self, _: &LaunchContext<'_>) -> Vec<Launch> { unreachable!() }
}
