//! Names of settings and their values.

use super::table;

table! {
    /// Texts of settings.
    Fields {
    off: "off" | "关闭";
    none: "none" | "无";
    layers: "Layers" | "层数（layers）";
    heads: "Heads (divide the channels)" | "注意力头数（heads，须整除通道数）";
    channels: "Channels" | "通道数（channels）";
    context: "Context, tokens" | "上下文（context），词元";
    attention: "Attention" | "注意力（attention）";
    mlp: "MLP" | "前馈网络（MLP）";
    residual: "Residual connections" | "残差连接（residual）";
    tied_head: "Head shares the embedding" | "输出层与词嵌入共享权重（tied）";
    bias: "Biases" | "偏置（bias）";
    norm_placement: "Normalisation" | "归一化位置（normalisation）";
    norm_pre: "before each part (pre)" | "每部分之前（pre）";
    norm_post: "after each sum (post)" | "每次相加之后（post）";
    norm: "Kind of normalisation" | "归一化方式";
    positions: "Positions" | "位置编码（positions）";
    positions_learned: "learned" | "可学习（learned）";
    positions_sinusoidal: "sinusoidal" | "正弦（sinusoidal）";
    positions_rotary: "rotary (RoPE)" | "旋转（RoPE）";
    mlp_kind: "Nonlinearity" | "非线性（nonlinearity）";
    dropout: "Dropout" | "随机失活（dropout）";
    optimizer: "Optimizer" | "优化器（optimizer）";
    learning_rate: "Learning rate" | "学习率（learning rate）";
    schedule: "Schedule" | "学习率调度（schedule）";
    schedule_constant: "constant" | "恒定";
    schedule_linear: "linear" | "线性";
    schedule_cosine: "cosine" | "余弦";
    schedule_step: "step" | "阶梯";
    total_steps: "Steps in all" | "总步数（steps）";
    warmup_steps: "Warm-up steps" | "预热步数（warm-up）";
    final_fraction: "Last rate, share of the peak" | "末尾学习率占峰值的比例";
    batch: "Batch, sequences" | "批大小（batch），序列数";
    weight_decay: "Weight decay" | "权重衰减（weight decay）";
    momentum: "Momentum (SGD)" | "动量（momentum，SGD）";
    clip_norm: "Clip the gradient norm at" | "梯度范数裁剪（clipping）上限";
    validation_fraction: "Held out for validation" | "验证（validation）所占比例";
    validation_every: "Validate every, steps" | "每隔多少步验证一次";
    validation_batches: "Batches per validation" | "每次验证的批数";
    sample_every: "Write a sample every, steps" | "每隔多少步写一段样本（sample）";
    sample_tokens: "Tokens per sample" | "每段样本的词元数";
    backend: "Compute on" | "计算设备（backend）";
    backend_auto: "automatic" | "自动";
    backend_cpu: "CPU" | "CPU";
    seed: "Seed" | "随机种子（seed）";
    tokenizer: "Tokenizer" | "分词器（tokenizer）";
    tokenizer_characters: "Unicode characters" | "Unicode 字符（characters）";
    tokenizer_bytes: "bytes (UTF-8)" | "字节（bytes，UTF-8）";
    temperature: "Temperature (0 takes the likeliest)" | "温度（temperature，0 为总取最可能者）";
    max_tokens: "Tokens to write" | "要写的词元数";
    sampling_seed: "Seed of the sampling" | "采样的种子（seed）";
    }
}
