//! Looking inside models without attention: counts, and what the units of recurrent models do. Only views that come later read them.

use super::{Language, Table, table};

table! {
    /// Texts about counts and traces.
    Inside {
    counts_title: "Look inside: counts" | "看内部：计数（counts）";
    counts_of: "{smoothing}, order {order}, vocabulary {vocabulary}" | "{smoothing}，{order} 阶，词表 {vocabulary}";
    counts_strip: "The text. The chosen token is explained by the tokens before it; the last place is what follows the text." | "文本。选中的词元由它之前的词元来解释；最后一格是文本之后的位置。";
    end: "after the text" | "文本之后";
    probability: "probability {probability}, {nats} nats, {bits} bits" | "概率 {probability}，{nats} 纳特（nats），{bits} 比特";
    impossible: "probability 0: not possible after this context" | "概率为 0：在这个上下文之后不可能出现";
    chain: "From the longest context down to the uniform distribution" | "从最长的上下文到均匀分布";
    chain_order: "n-gram" | "n 元组（n-gram）";
    chain_context: "context h" | "上下文 h";
    chain_kind: "what is counted" | "计数内容";
    occurrences: "occurrences c" | "出现次数 c";
    continuations: "continuations a" | "接续数 a（continuation）";
    with_token: "of h and the token" | "h 与该词元";
    of_context: "of h" | "h";
    discount: "discount D" | "折扣 D（discount）";
    own: "says itself" | "自身给出";
    weight: "weight of what is below" | "下一级的权重";
    contribution: "adds" | "贡献";
    no_context: "none" | "无";
    uniform: "uniform, 1 / V" | "均匀分布，1 / V";
    unseen: "never seen" | "从未出现";
    step_name: "Formula of order {order}" | "{order} 阶的公式";
    sum: "The sum" | "求和";
    formula: "The formula of order {order}, with its numbers" | "{order} 阶的公式与数值";
    formula_uniform: "The uniform distribution" | "均匀分布";
    formula_legend: "h is the context, h′ the context without its first token, w the token, V the vocabulary. Continuations: how many different tokens stand before h w in the text. N₁, N₂, N₃₊: tokens that followed h once, twice, more often." | "h 是上下文，h′ 是去掉首个词元的上下文，w 是词元，V 是词表大小。接续数：文本中 h w 之前出现过多少种不同的词元。N₁、N₂、N₃₊：在 h 之后出现一次、两次、更多次的词元种数。";
    next: "Most probable next tokens" | "最可能的下一个词元";
    next_explain: "Explain this token" | "解释这个词元";
    counts_about: "An n-gram model knows how often each token followed the few before it. What never followed has no count, so a smoothing takes a little from what was seen and asks shorter contexts, down to the uniform distribution. Choose a token of the text: the chain shows what each context says and how much of the probability it brings; press another next token to have that explained." | "n 元模型（n-gram）知道每个词元在前几个词元之后出现过多少次。从未出现的组合没有计数，所以平滑（smoothing）从见过的里面取出一点，再去问更短的上下文，直到均匀分布。选择文本中的一个词元：链条显示每级上下文给出什么、贡献多少概率；按另一个候选词元可以解释它。";
    traces_title: "Look inside: state and gates" | "看内部：状态与门（gates）";
    traces_at: "after step {step}; layer {layer} of {layers}, {units} units" | "第 {step} 步之后；第 {layer}/{layers} 层，{units} 个单元";
    traces_matrix: "Numbers of each unit at each token. Rows are units, columns are tokens; arrow keys move." | "每个单元在每个词元处的数值。行是单元，列是词元；用方向键移动。";
    unit: "unit" | "单元（unit）";
    token: "token" | "词元（token）";
    series: "What is shown" | "显示内容";
    series_h: "state h" | "状态 h";
    series_c: "memory c" | "记忆 c";
    series_i: "input gate i" | "输入门 i";
    series_f: "forget gate f" | "遗忘门 f";
    series_g: "candidate g" | "候选 g";
    series_o: "output gate o" | "输出门 o";
    series_r: "reset gate r" | "重置门 r";
    series_z: "update gate z" | "更新门 z";
    series_n: "candidate n" | "候选 n";
    layer: "Layer" | "层";
    unit_line: "Unit {unit} over the text" | "单元 {unit} 沿文本的变化";
    unit_strip: "The text, coloured by unit {unit}" | "按单元 {unit} 着色的文本";
    traces_about: "A recurrent network keeps a state that every token changes. A row of the picture is one unit, a column one token; blue is negative, red positive. Gates go from 0, closed, to 1, open. Some units learn to follow something a person can name, such as the place in a line or an open quotation (Karpathy, Johnson and Li 2015); most do not. While the model trains, the picture changes with it." | "循环网络保持一个状态，每个词元都会改变它。图中一行是一个单元，一列是一个词元；蓝色为负，红色为正。门从 0（关）到 1（开）。有些单元学会跟踪人能说出的东西，例如在一行中的位置或未闭合的引号（Karpathy、Johnson 与 Li 2015）；大多数则不然。训练时图会随之变化。";
    other_title: "Look inside" | "看内部";
    feed_forward: "A feed-forward model has neither attention nor a state: it sets the vectors of its window side by side and reads them at once, so there is no map from token to token to draw. Its probabilities are in Generate." | "前馈网络没有注意力，也没有状态：它把窗口内的向量并排一次读入，因此没有词元到词元的图可画。它的概率在「生成」中。";
    has_source: "This model reads a source and writes a target. Its attention goes from one text to the other, which is not drawn yet; its answers and their probabilities are in Generate." | "这个模型读取源文本、写出目标文本。它的注意力从一个文本指向另一个，目前还没有画出；它的回答及其概率在「生成」中。";
    }
}

impl Inside {
    pub fn of(language: Language) -> &'static Self {
        Self::in_language(language)
    }
}
