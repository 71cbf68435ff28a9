//! Objectives that cannot be made of a text, and models that cannot be made of settings.

/// English as the engine says it, Chinese.
pub(super) const ROWS: &[(&str, &str)] = &[
    // Objectives.
    (
        "{setting}: {given} is out of range. Choose a number from {least} to {most}.",
        "{setting}：{given} 超出范围。请选择 {least} 到 {most} 之间的数。",
    ),
    ("Masking rate", "遮盖比例"),
    ("Noise masking rate", "遮盖词元的比例"),
    ("Deletion rate", "删除词元的比例"),
    ("Infilling rate", "片段填充的比例"),
    ("Mean infilling length", "填充片段的平均长度"),
    ("Sentence permutation", "打乱句子的概率"),
    ("Rotation", "从别处开始的概率"),
    ("Span corruption rate", "略去词元的比例"),
    ("Mean span length", "片段的平均长度"),
    (
        "The shares of masked, random and unchanged tokens are {mask}, {random} and {unchanged}. Give numbers from 0 to 1, one of them above 0.",
        "遮盖、随机替换和保持不变的比例是 {mask}、{random} 和 {unchanged}。请给出 0 到 1 之间的数，其中至少一个大于 0。",
    ),
    (
        "The objective {objective} needs a context of at least {needed}, but the context is {context}. Choose a longer context.",
        "训练目标 {objective} 需要至少 {needed} 的上下文，而上下文是 {context}。请加长上下文。",
    ),
    (
        "The {part} text has {tokens} tokens, but an example of this context needs {needed}. Take a longer text or a shorter context.",
        "{part}文本有 {tokens} 个词元，而这样的上下文每个样例需要 {needed} 个。请换更长的文本，或缩短上下文。",
    ),
    ("training", "训练"),
    ("validation", "验证"),
    (
        "The validation text is empty. Hold out a larger share of the text, or take a longer one.",
        "验证文本为空。请留出更大的比例，或换更长的文本。",
    ),
    (
        "Next-sentence prediction takes its pairs from at least two documents, but the {part} text has {documents} of at least two tokens. Take a text with empty lines between its documents, hold out more of it, or choose masked tokens alone.",
        "下一句预测至少要从两篇文档中取句对，而{part}文本中至少有两个词元的文档只有 {documents} 篇。请换用以空行分隔文档的文本、多留出一些，或只预测被遮盖的词元。",
    ),
    (
        "No token of the vocabulary begins a word, so whole words cannot be told apart. Turn whole-word masking off, or learn another tokenizer.",
        "词表中没有词元位于词首，无法区分整词。请关闭整词遮盖，或另学一个分词器。",
    ),
    (
        "The {part} text has no pairs of a question and an answer. Take a world with parallel sentences, questions, reviews or grammaticality, or a sequence task, or hold out another share.",
        "{part}文本中没有问题与答案的配对。请使用含有双语对照句、问答、评论或正误句对的小世界，或使用序列任务，或改变留出的比例。",
    ),
    (
        "The longest {part} example is number {number}, “{opening}”: it needs a context of {needed}, but the context is {context}. Choose a context of at least {same}, or shorter examples.",
        "最长的{part}样例是第 {number} 个，“{opening}”：它需要 {needed} 的上下文，而上下文是 {context}。请将上下文设为至少 {same}，或使用更短的样例。",
    ),
    // N-gram models.
    (
        "An n-gram model of order {order} is not offered. Choose an order from 1 to {most}.",
        "没有 {order} 阶的 n 元模型。请选择 1 到 {most} 之间的阶数。",
    ),
    (
        "An n-gram model cannot have a vocabulary of {vocabulary}. Choose a tokenizer with 1 to {most} tokens.",
        "n 元模型的词表大小不能是 {vocabulary}。请选择有 1 到 {most} 个词元的分词器。",
    ),
    (
        "The training text has {tokens} tokens; an n-gram model of order {order} needs at least {same}. Take a longer text, hold out less of it or lower the order.",
        "训练文本有 {tokens} 个词元，{order} 阶的 n 元模型至少需要 {same} 个。请换更长的文本、少留出一些，或降低阶数。",
    ),
    (
        "Token {token} at position {position} is outside the vocabulary of {vocabulary}. Tokenize the text with the tokenizer that this vocabulary belongs to.",
        "位置 {position} 处的词元 {token} 超出大小为 {vocabulary} 的词表。请用这个词表所属的分词器切分文本。",
    ),
    (
        "Add-k smoothing cannot add {add_k} to every count. Choose a number above 0, or maximum likelihood to add nothing.",
        "加 k 平滑不能给每个计数加 {add_k}。请选择大于 0 的数；若什么都不加，请选最大似然。",
    ),
    (
        "A back-off factor of {back_off} is out of range. Choose a number above 0 and at most 1.",
        "回退系数 {back_off} 超出范围。请选择大于 0 且不超过 1 的数。",
    ),
    (
        "Only n-gram models have counts. Choose one in Model.",
        "只有 n 元模型（n-gram）有计数。请在「模型」中选择一个。",
    ),
    (
        "Nothing is counted yet. Press play: the text is counted at once.",
        "还没有计数。请按「开始」：文本会立即计数一遍。",
    ),
    (
        "Only RNN, GRU and LSTM have a state to look at. Choose one in Model.",
        "只有 RNN、GRU 和 LSTM 有可看的状态。请在「模型」中选择一个。",
    ),
];
