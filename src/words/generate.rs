//! The generation laboratory.

use super::table;

table! {
    /// Texts of the generation laboratory.
    Generate {
    title: "Generate" | "生成（generation）";
    prompt: "Prompt" | "提示（prompt）";
    write: "Write" | "续写";
    go_on: "Write on from here" | "接着写";
    stop: "Stop" | "停止";
    writing: "Writing: {n} tokens" | "正在写：{n} 个词元";
    untrained: "The model is untrained: it writes noise. Press play first." | "模型尚未训练，只会写出噪声。请先按「开始」。";
    empty: "Type a prompt and press Write. Each token can then be opened to see what else was likely." | "输入提示，按「续写」。之后可以点开每个词元，查看当时还有哪些可能。";
    strip_label: "The tokens written. Choose one to see its alternatives." | "写出的词元。选一个查看它的其他可能。";
    scale_low: "p ≤ 0.25 %" | "p ≤ 0.25%";
    scale_high: "p = 1" | "p = 1";
    at_token: "Token {n}: ln p = {nats}" | "第 {n} 个词元：ln p = {nats}";
    alternatives: "Candidates with their probabilities" | "候选词元及其概率";
    branch: "Write on with this token instead" | "改用这个词元继续写";
    cannot_branch: "Cannot branch here" | "无法在此分支";
    half_character: "This token is only a part of a character; a prompt is made of whole ones. Choose another." | "这个词元只是一个字符的一部分，而提示必须由完整字符组成。请另选一个。";
    group_sampling: "Sampling (acts at once)" | "采样（sampling，立即生效）";
    try_greedy: "Always the likeliest" | "总取最可能的";
    try_hot: "Hot: temperature 1.5" | "升温到 1.5";
    try_top_k: "Only the best 5" | "只在前 5 名中选";
    try_nucleus: "Nucleus 0.9" | "核采样（nucleus）0.9";
    score_title: "How likely is a text?" | "一段文本有多可能？";
    score_label: "Text to score" | "要打分的文本";
    score: "Score" | "打分";
    score_strip: "The scored tokens" | "打分后的词元";
    score_total: "{n} tokens: ln p = {total} in all, perplexity {perplexity}." | "{n} 个词元：总 ln p = {total}，困惑度（perplexity）{perplexity}。";
    score_token: "“{token}”: ln p = {nats}, p = {p}" | "“{token}”：ln p = {nats}，p = {p}";
    score_first: "“{token}” is the first token: nothing comes before it, so it has no score." | "“{token}”是第一个词元，前面没有内容，因此没有分数。";
    score_hint: "Point at a token for its exact figures." | "指向一个词元查看精确数值。";
    about: "The model gives a probability to every token that could come next; one is drawn, appended, and the question is asked again. Temperature sharpens (below 1) or flattens (above 1) the probabilities; top-k and top-p cut off the unlikely tail. The bars show the model's own probabilities, before any of that." | "模型为每个可能的下一个词元给出概率，抽取一个接上，再重复提问。温度（temperature）低于 1 使概率更尖锐，高于 1 使其更平坦；top-k 与 top-p 截去不太可能的尾部。条形显示的是模型自身的概率，未经这些处理。";
    }
}
