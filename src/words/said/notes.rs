//! What was changed or left out of links and configurations.

/// English as the engine says it, Chinese.
pub(super) const ROWS: &[(&str, &str)] = &[
    (
        "A comparison holds at most {most} entries; the rest was left out.",
        "一次对比最多 {most} 项，其余已略去。",
    ),
    (
        "The comparison in the link is damaged; nothing of it could be read. Ask for the link again.",
        "链接中的对比已损坏，无法读取。请重新索取链接。",
    ),
    (
        "{field}: {was} became {became}, because {reason}.",
        "{field}：{was} 改为 {became}，因为{reason}。",
    ),
    (
        "allowed are {least} to {most}",
        "允许的范围是 {least} 到 {most}",
    ),
    (
        "{size} of {task} may be {least} to {most}",
        "任务 {task} 的 {size} 允许的范围是 {least} 到 {most}",
    ),
    ("{task} takes fewer sizes", "任务 {task} 没有这么多尺寸"),
    (
        "{task} takes {wanted} sizes, but {given} are given. Give one number for each of: {names}.",
        "任务 {task} 需要 {wanted} 个尺寸，却给了 {given} 个。请为以下每一项各给一个数：{names}。",
    ),
    (
        "{size} of {task} is {given}. Choose a number from {least} to {most}.",
        "任务 {task} 的 {size} 是 {given}。请选择 {least} 到 {most} 之间的数。",
    ),
    ("it must be a number", "它必须是一个数"),
    (
        "it must be a multiple of {factor}",
        "它必须是 {factor} 的倍数",
    ),
    (
        "heads must divide the {channels} channels",
        "注意力头数须整除通道数 {channels}",
    ),
    (
        "rotary positions need an even number of the {channels} channels per head",
        "旋转位置编码要求每个头分到的通道数（共 {channels}）为偶数",
    ),
    (
        "a head has at most {most} channels",
        "一个头最多有 {most} 个通道",
    ),
    (
        "heads of keys and values must divide the {heads} heads",
        "键与值的头数须整除头数 {heads}",
    ),
    // Kinds of models; a blank stands between Latin letters and what follows.
    ("ngram", "n 元"),
    ("feed-forward", "前馈"),
    ("rnn", "RNN "),
    ("gru", "GRU "),
    ("lstm", "LSTM "),
    ("seq2seq", "seq2seq "),
    ("decoder", "仅解码器"),
    ("encoder", "仅编码器"),
    ("encoder-decoder", "编码器–解码器"),
    (
        "{family} models are not trained on it",
        "{family}模型不以此为训练目标",
    ),
    (
        "one of the three shares must be above 0",
        "三个比例中至少要有一个大于 0",
    ),
    ("the run has {steps} steps", "整个训练只有 {steps} 步"),
    (
        "the text has only {tokens} tokens",
        "文本只有 {tokens} 个词元",
    ),
    (
        "at most {most} characters are kept",
        "最多保留 {most} 个字符",
    ),
    (
        "The address holds no playground; the first preset is shown.",
        "地址中没有实验，显示第一个预设。",
    ),
    (
        "The link comes from a later version ({version}); what is known of it was taken.",
        "链接来自更新的版本（{version}），已采用其中可识别的部分。",
    ),
    (
        "There is no preset “{given}”; {used} is used instead.",
        "没有名为“{given}”的预设，改用 {used}。",
    ),
    (
        "There is no setting “{key}”; it was left out.",
        "没有名为“{key}”的设置，已略去。",
    ),
    (
        "{field} changes nothing in this {family} model; it was left out.",
        "{field} 对这种{family}模型不起作用，已略去。",
    ),
    (
        "{key}: “{given}” could not be read; it stays {kept}.",
        "{key}：无法读取“{given}”，保持 {kept}。",
    ),
    (
        "The text in the link is damaged or too long; it was left out.",
        "链接中的文本已损坏或过长，已略去。",
    ),
    (
        "The held-out text has {tokens} tokens, but validation needs {needed}; it is switched off. Hold out more, hold it out by position, or shorten the context.",
        "留出文本只有 {tokens} 个词元，而验证需要 {needed} 个，因此已关闭验证。请多留一些、改为按位置留出，或缩短上下文。",
    ),
];
