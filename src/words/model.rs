//! The model laboratory.

use super::table;

table! {
    /// Texts of the model laboratory.
    Model {
    title: "Model" | "模型（model）";
    drawing_label: "The model from tokens to prediction" | "从词元到预测的模型结构图";
    times: "× {n}" | "× {n} 层";
    part_tokens: "{t} tokens" | "{t} 个词元";
    part_embedding: "Token embedding · {c} channels" | "词嵌入（embedding） · {c} 通道";
    part_learned: "+ learned positions" | "+ 可学习的位置";
    part_sinusoidal: "+ sines and cosines of the position" | "+ 位置的正弦与余弦";
    part_attention: "Attention · {h} heads of {d}" | "注意力 · {h} 头 × {d}";
    part_final_norm: "Last {norm}" | "末层 {norm}";
    part_head: "Head" | "输出层（head）";
    part_head_tied: "Head, shared with the embedding" | "输出层（与词嵌入共享）";
    part_prediction: "probability of each next token" | "下一个词元的概率";
    embeddings: "embeddings" | "嵌入";
    attention: "attention" | "注意力";
    mlp: "MLP" | "前馈网络";
    norms: "norms" | "归一化";
    head: "head" | "输出层";
    computing: "Counting…" | "正在计算…";
    not_computed: "Not counted: the notice above says why." | "未能计算，原因见上方的通知。";
    parameters: "Parameters" | "参数量（parameters）";
    memory: "Memory while training" | "训练时的内存";
    weights: "weights" | "权重";
    gradients: "gradients" | "梯度";
    moments: "optimizer" | "优化器状态";
    activations: "activations and work space" | "激活值与工作区";
    work: "Work per training step" | "每个训练步的计算量";
    time: "About {step} a step on this device; {steps} steps take {time}." | "本设备上每步约 {step}，{steps} 步约需 {time}。";
    time_unknown: "The time per step is known once the first steps have run." | "运行几步之后即可估计每步时间。";
    group_shape: "Shape" | "形状";
    group_wiring: "Wiring" | "连接";
    group_parts: "Parts" | "部件";
    try_no_residual: "Without residuals" | "去掉残差";
    try_no_positions: "Without positions" | "去掉位置";
    try_no_attention: "Without attention" | "去掉注意力";
    try_llama: "As Llama does" | "仿照 Llama";
    about: "A decoder-only Transformer, as GPT-2. Every block reads from a stream of vectors, one per token, and adds to it: attention carries information between tokens, the MLP works on each token alone. Each switch here is a real change of the model; the drawing and the figures follow it." | "仅解码器（decoder-only）的 Transformer，结构同 GPT-2。每个词元对应一个向量，组成残差流；每个模块从中读取，再加回结果：注意力（attention）在词元之间传递信息，前馈网络（MLP）逐个处理词元。这里的每个开关都会真正改变模型，图和数字随之更新。";
    }
}
