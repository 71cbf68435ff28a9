//! Why a question to a model has no answer.

/// English as the engine says it, Chinese.
pub(super) const ROWS: &[(&str, &str)] = &[
    // Texts.
    (
        "The text has {tokens} tokens; this model has room for {most}. Shorten it.",
        "文本有 {tokens} 个词元，而这个模型只容得下 {most} 个。请缩短。",
    ),
    (
        "Write some text with a [MASK] in it.",
        "请写一段带有 [MASK] 的文本。",
    ),
    (
        "Write [MASK] where something is missing, or hide tokens of the text.",
        "请在缺失处写 [MASK]，或遮盖文本中的词元。",
    ),
    (
        "The text has {tokens} tokens, so none can be hidden at place {place}. Hide others.",
        "文本有 {tokens} 个词元，位置 {place} 处没有可遮盖的词元。请遮盖别处。",
    ),
    ("Write some text to score.", "请写一些要打分的文本。"),
    (
        "{count} texts cannot be embedded at once. Give from 1 to {most}.",
        "无法一次为 {count} 段文本求向量。请给出 1 到 {most} 段。",
    ),
    (
        "Text {number} is empty. Write something or leave it out.",
        "第 {number} 段文本为空。请写些内容，或去掉它。",
    ),
    ("Write a source to be answered.", "请写一段要回答的源文本。"),
    (
        "This model writes what is left out of a text: write <extra_id_0> where that is, and <extra_id_1> at the next such place.",
        "这个模型写出文本中略去的部分：请在略去处写 <extra_id_0>，下一处写 <extra_id_1>。",
    ),
    (
        "A beam cannot have the width {width}. Choose from 1 to {most}.",
        "束宽不能是 {width}。请选择 1 到 {most}。",
    ),
    (
        "The length penalty cannot be {penalty}. Choose from 0 to {most}.",
        "长度惩罚不能是 {penalty}。请选择 0 到 {most}。",
    ),
    // Families.
    (
        "A decoder-only model sees only what stands before a mask, not what comes after it; let it write instead.",
        "仅解码器模型只能看到遮盖处之前的内容，看不到之后的内容；请改让它续写。",
    ),
    (
        "This model reads from left to right and sees only what stands before a mask; let it write instead.",
        "这个模型从左往右读，只能看到遮盖处之前的内容；请改让它续写。",
    ),
    (
        "This model fills no single places: it reads a source and writes an answer to the whole of it. Give it a source instead.",
        "这个模型不填单个遮盖处：它读入源文本，再写出对整段的回答。请改为给它源文本。",
    ),
    (
        "An n-gram model counts tokens and has no vectors. Choose a neural model in Model.",
        "n 元模型只统计词元，没有向量。请在「模型」中选择神经网络模型。",
    ),
    (
        "This model's encoder writes a vector for each token, for its decoder to choose from, and none for a whole text. Choose an encoder-only model in Model.",
        "这个模型的编码器为每个词元写一个向量，供解码器选用，而没有整段文本的向量。请在「模型」中选择仅编码器模型。",
    ),
    (
        "An encoder-only model writes no answer: every token sees those after it, so it was never asked what comes next. Let it fill masks instead.",
        "仅编码器模型不写回答：每个词元都能看到之后的词元，它从未学过接下来是什么。请改让它填空。",
    ),
    (
        "This model has no encoder to read a source with: it goes on from a beginning. Let it write instead.",
        "这个模型没有读源文本的编码器：它只会接着开头往下写。请改让它续写。",
    ),
];
