//! Devices, memory, and what asks for a model that is not there.

/// English as the engine says it, Chinese.
pub(super) const ROWS: &[(&str, &str)] = &[
    // Devices and memory.
    (
        "This model does not fit: {figure}. What fits: {cure}.",
        "模型放不下：{figure}。可行的设置：{cure}。",
    ),
    (
        "its largest buffer needs {needed}, this device allows {allowed}",
        "最大的缓冲区需要 {needed}，本设备只允许 {allowed}",
    ),
    (
        "it needs {needed} in all, there are {there}",
        "共需要 {needed}，而可用的有 {there}",
    ),
    ("batch {n}, {rest}", "批大小 {n}，{rest}"),
    ("context {n}, {rest}", "上下文长度 {n}，{rest}"),
    ("layers {n}, {rest}", "层数 {n}，{rest}"),
    ("batch {n}", "批大小 {n}"),
    ("context {n}", "上下文长度 {n}"),
    ("layers {n}", "层数 {n}"),
    ("channels {n}", "通道数 {n}"),
    (
        "choose fewer channels and layers, or a smaller vocabulary",
        "减少通道数和层数，或用更小的词表",
    ),
    (
        "a buffer of {needed} is needed, this device allows {allowed}; lower batch, context or channels",
        "需要 {needed} 的缓冲区，本设备只允许 {allowed}；请减小批大小、上下文或通道数",
    ),
    (
        "the GPU device was lost: {reason}",
        "图形设备已丢失：{reason}",
    ),
    (
        "the GPU device refused the work: {reason}",
        "图形设备拒绝了这项工作：{reason}",
    ),
    (
        "no WebGPU adapter: {reason}",
        "没有 WebGPU 适配器：{reason}",
    ),
    (
        "this browser does not offer WebGPU to this page",
        "此浏览器未向本页面提供 WebGPU",
    ),
    (
        "the browser found no WebGPU adapter",
        "浏览器没有找到 WebGPU 适配器",
    ),
    (
        "No device is ready yet; start the engine first.",
        "还没有可用的设备，请先启动引擎。",
    ),
    (
        "The device is gone; choose a backend in the device menu.",
        "设备已不可用，请在「训练」中另选计算设备。",
    ),
    ("Device was destroyed.", "设备已被销毁"),
    ("Destroyed", "已销毁"),
    (
        "Error occurred when trying to async map a buffer",
        "无法读回结果",
    ),
    ("worker.js could not be loaded", "无法载入 worker.js"),
    (
        "This browser gives workers no message channels; use a current one.",
        "此浏览器的 worker 没有消息通道，请使用新版浏览器。",
    ),
    (
        "A message between page and worker could not be read ({reason}). Reload the page, so that both are of the same version.",
        "无法读取页面与 worker 之间的消息（{reason}）。请重新载入页面，使两者版本一致。",
    ),
    (
        "A message between page and worker could not be written ({reason}). Reload the page, so that both are of the same version.",
        "无法写入页面与 worker 之间的消息（{reason}）。请重新载入页面，使两者版本一致。",
    ),
    (
        "The worker for texts has ended ({reason}). Try again.",
        "处理文本的 worker 已终止（{reason}）。请重试。",
    ),
    ("Hit the end of buffer, expected more data", "数据不完整"),
    (
        "The reader answered another question. Reload the page.",
        "处理文本的 worker 答非所问。请重新载入页面。",
    ),
    ("The reader did not answer.", "处理文本的 worker 没有回答。"),
    (
        "index.html has no {selector}",
        "index.html 中没有 {selector}",
    ),
    // Training, writing, looking.
    (
        "Nothing is prepared yet; apply a configuration first.",
        "尚未准备任何模型，请先应用一份配置。",
    ),
    (
        "There is no run to resume; apply a configuration first.",
        "没有可恢复的训练，请先应用一份配置。",
    ),
    (
        "There is no model yet; apply a configuration first.",
        "还没有模型，请先应用一份配置。",
    ),
    (
        "The run has stopped; resume or rewind it first.",
        "训练已中断，请先恢复或倒回。",
    ),
    (
        "The run has changed. Ask again.",
        "训练已有变化，请重新提问。",
    ),
    (
        "This model has no attention; switch it on in Model.",
        "这个模型没有注意力，请在「模型」中开启。",
    ),
    (
        "Attention is looked at in decoder-only and encoder-only models. Choose one of them in Model.",
        "只能查看仅解码器和仅编码器模型的注意力。请在「模型」中选择其一。",
    ),
    (
        "An encoder-only model does not generate: every token sees those after it, so it was never asked what comes next. Let it fill masks instead.",
        "仅编码器模型不生成文本：每个词元都能看到之后的词元，它从未学过接下来是什么。请改让它填空。",
    ),
    (
        "This model writes an answer to a source, not the next words of a text. Give it a source under text to text.",
        "这个模型写出的是对源文本的回答，而不是续写。请在「文本到文本」中给它源文本。",
    ),
    (
        "An encoder-only model gives a text no probability by the chain rule: it sees each token's right neighbours. Its pseudo-perplexity is told where masks are filled.",
        "仅编码器模型不能按链式法则给出文本的概率：它能看到每个词元右边的词元。它的伪困惑度显示在填空处。",
    ),
    (
        "This model gives an answer a probability, not a text by itself. Give it a source under text to text.",
        "这个模型给出的是回答的概率，而不是单独一段文本的概率。请在「文本到文本」中给它源文本。",
    ),
    (
        "The text has {tokens} tokens, but {rows} rows that go on where they ended need {needed}. Take a longer text, a smaller batch or a shorter context.",
        "文本有 {tokens} 个词元，而要让 {rows} 行各自接着读下去需要 {needed} 个。请换更长的文本、减小批大小，或缩短上下文。",
    ),
    ("Write some text to look at.", "请写一些要查看的文本。"),
    (
        "Scoring needs at least two tokens: the first has nothing before it. Write some more text.",
        "打分至少需要两个词元：第一个之前没有内容。请再多写一些。",
    ),
    (
        "The text has {tokens} tokens; at most {most} are scored at once. Shorten it.",
        "文本有 {tokens} 个词元，一次最多给 {most} 个打分。请缩短。",
    ),
    (
        "There is no reference configuration {config} for {workload}; take S or M, and for training also lstm, encoder or encdec.",
        "{workload} 没有参考配置 {config}；请选 S 或 M，训练时还可选 lstm、encoder 或 encdec。",
    ),
    (
        "There is no workload {workload}; take train, matmul, generate, sample or cold.",
        "没有任务 {workload}，请选 train、matmul、generate、sample 或 cold。",
    ),
    // Comparisons.
    (
        "A comparison is running. Pause or stop it first.",
        "正在进行对比，请先暂停或停止它。",
    ),
    (
        "{entries} configurations cannot be compared. Choose from 1 to {most}.",
        "无法对比 {entries} 个配置。请选择 1 到 {most} 个。",
    ),
    (
        "The budget of a comparison must be a number above 0. Set it in Compare.",
        "对比的预算必须是大于 0 的数。请在「对比」中设置。",
    ),
    (
        "Together the configurations need {needed} MiB, there are {most} MiB. Train them in turn.",
        "这些配置共需要 {needed} MiB，而可用的有 {most} MiB。请依次训练。",
    ),
    (
        "The device was changed. Start the comparison again.",
        "计算设备已更换，请重新开始对比。",
    ),
    (
        "The device is gone ({reason}). Start the comparison again.",
        "设备已不可用（{reason}）。请重新开始对比。",
    ),
    (
        "The device is gone ({reason}). Start the comparison again, in turn if it has too little memory for all at once.",
        "设备已不可用（{reason}）。请重新开始对比；若内存不足以同时训练，请依次训练。",
    ),
    (
        "The device is gone ({reason}). Resume the run, or choose a backend in the device menu.",
        "设备已不可用（{reason}）。请恢复训练，或在「训练」中另选计算设备。",
    ),
];
