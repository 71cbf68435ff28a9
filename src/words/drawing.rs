//! What stands in the drawing of a model. A dot between blanks is where a line may be broken first.

use super::table;

table! {
    /// Texts of the drawing of a model.
    Drawing {
    last_tokens: "the last {n} tokens" | "最近 {n} 个词元";
    one_token: "the last token" | "最近 1 个词元";
    no_tokens: "no token before" | "不看之前的词元";
    source: "source: {t} tokens" | "源文本（source）：{t} 个词元";
    target: "what is written so far" | "已写出的部分";
    masked_tokens: "{t} tokens, some of them masked" | "{t} 个词元，其中一些被遮盖";
    segments: "+ segment: first or second" | "+ 片段：第一段或第二段（segment）";
    embedding_norm: "{norm} of the embedding" | "嵌入后的 {norm}";
    attention_both: "Attention to both sides · {h} heads of {d}" | "双向注意力 · {h} 头 × {d}";
    attention_causal: "Attention to what is written · {h} heads of {d}" | "对已写部分的注意力 · {h} 头 × {d}";
    attention_cross: "Attention to the source · {h} heads of {d}" | "对源文本的注意力（cross） · {h} 头 × {d}";
    kv_heads: "{k} of keys and values" | "键与值 {k} 头";
    relative: "relative positions" | "相对位置";
    window: "the last {n} tokens" | "最近 {n} 个词元";
    strided: "the last {n} and every {n}th" | "最近 {n} 个与每隔 {n} 个";
    every_other: "in every other layer" | "隔层";
    score_cap: "scores capped at {x}" | "分数上限 {x}";
    logit_cap: "Logits softly capped at {x}" | "logit 软上限 {x}";
    memory: "a vector for each token of the source" | "源文本每个词元一个向量";
    masked_head: "Dense, GELU, {norm} · head shared with the embedding" | "全连接、GELU、{norm} · 与词嵌入共享的输出层";
    pair_head: "First token · dense, tanh · 2 numbers" | "首个词元 · 全连接、tanh · 2 个数";
    masked_prediction: "probability of each masked token" | "各个被遮盖词元的概率";
    pair_prediction: "… and whether the second follows the first" | "……以及第二段是否接着第一段";
    target_prediction: "probability of the next token of the target" | "目标文本下一个词元的概率";
    vectors: "a vector of {m} for each" | "每个一个 {m} 维向量";
    joined: "side by side: {n} × {m} = {x}" | "并排：{n} × {m} = {x}";
    hidden: "tanh · {f} hidden units" | "tanh · {f} 个隐藏单元";
    output: "Output layer" | "输出层";
    direct: "direct" | "直连";
    cell_rnn: "RNN · tanh · state of {c}" | "RNN · tanh · 状态 {c}";
    cell_gru: "GRU · 2 gates · state of {c}" | "GRU · 2 个门 · 状态 {c}";
    cell_lstm: "LSTM · 3 gates · state of 2 × {c}" | "LSTM · 3 个门 · 状态 2 × {c}";
    carried: "carried on from batch to batch" | "跨批延续";
    both_ways: "one LSTM each way, {c} channels" | "正反各一个 LSTM，{c} 通道";
    begins_from_source: "begins where the source ends" | "以源文本的末态开始";
    additive: "Additive attention to the source" | "对源文本的加性注意力（additive）";
    combine: "tanh of state and what was read · {c} channels" | "状态与读到的内容 · tanh · {c} 通道";
    counts: "Counts of up to {n} tokens in a row" | "至多 {n} 个连续词元的计数";
    counts_one: "Counts of single tokens" | "单个词元的计数";
    after_many: "after {n} tokens" | "{n} 个词元之后";
    after_one: "after 1 token" | "1 个词元之后";
    after_none: "whatever stands before" | "不论之前是什么";
    uniform: "all tokens alike · 1 / V" | "所有词元相同 · 1 / V";
    if_unseen_context: "if the context was never seen" | "若上下文从未出现";
    if_unseen: "if it never followed: × {x}" | "若从未接在其后：× {x}";
    plus_lower: "+ λ × what less context says" | "+ λ × 更短上下文的结果";
    share_of_counts: "c(h w) / c(h)" | "c(h w) / c(h)";
    share_with_k: "(c(h w) + {k}) / (c(h) + {k} V)" | "(c(h w) + {k}) / (c(h) + {k} V)";
    discounted: "(c(h w) − D) / c(h)" | "(c(h w) − D) / c(h)";
    discounted_kinds: "(kinds before h w − D) / sum" | "(h w 之前的种类数 − D) / 总和";
    normalised: "divided by the sum of all scores" | "除以所有分数之和";
    }
}
