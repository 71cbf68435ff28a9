//! Uses of a model beside writing on and scoring, in the generation laboratory.

use super::table;

table! {
    /// Texts of the uses.
    Uses {
    label: "What the model is used for" | "模型的用途";
    write_on: "Write on" | "续写";
    fill_in: "Fill blanks" | "填空";
    text_to_text: "Text to text" | "文本到文本";
    embeddings: "Embeddings" | "句向量";
    not_this_model: "Not with this model" | "此模型做不到";
    instead: "{use} instead" | "改为{use}";
    other_model: "Choose another model" | "换一个模型";
    able: "What this model does" | "此模型能做什么";

    encoder_writes_nothing: "An encoder-only model does not generate: every token sees those after it, so it was never asked what comes next. Let it fill blanks instead." | "仅编码器模型不能生成：每个词元都能看到后面的词元，它从未学过“接下来是什么”。请改用填空。";
    answers_only: "This model does not write on: it writes an answer to a source, not the next words of a text. Give it a source under “Text to text”." | "此模型不续写：它为一段源文本写出答案，而不是接着写下文。请在“文本到文本”中给出源文本。";
    decoder_fills_nothing: "A decoder-only model does not fill blanks: its attention is causal, so it never sees what stands after a blank. Write on from before the blank, or train an encoder." | "仅解码器模型不能填空：它的注意力是因果的，看不到空格之后的内容。请从空格之前续写，或训练一个编码器。";
    reads_backwards_only: "This model does not fill blanks: it gives a token a probability from those before it alone and never sees what stands after a blank. Write on from before the blank, or train an encoder." | "此模型不能填空：它只根据前面的词元给出概率，看不到空格之后的内容。请从空格之前续写，或训练一个编码器。";
    fills_by_answering: "This model fills no blank in place: its decoder writes a whole answer from left to right. Give it the text with the blank as a source under “Text to text”." | "此模型不能就地填空：它的解码器从左到右写出整个答案。请把带空格的文本作为源文本，用“文本到文本”。";
    encoder_answers_nothing: "An encoder-only model answers nothing: it reads, but has no decoder that writes. Let it fill blanks, or choose an encoder–decoder." | "仅编码器模型不能作答：它只会读，没有负责写的解码器。请用它填空，或选择编码器–解码器。";
    no_source: "This model has no encoder for a source: what it reads and what it writes are one text. Put the question into the prompt and write on, or choose an encoder–decoder." | "此模型没有读取源文本的编码器：读的和写的是同一段文本。请把问题写进提示再续写，或选择编码器–解码器。";
    no_vectors: "An n-gram model has no vectors: it counts tokens and compares them only for being the same. Choose a neural model." | "n 元模型没有向量：它只计数，词元之间只有相同与不同之分。请选择神经模型。";

    vectors_of_tokens_only: "This model has no vector for a whole text: its encoder makes one for each token, for the decoder to choose from. Choose a model without a source, an encoder above all." | "此模型没有代表整段文本的向量：编码器为每个词元各产生一个向量，供解码器选用。请选择没有源文本的模型，最好是编码器。";

    waiting: "Asking the model …" | "正在询问模型……";
    stop: "Stop" | "停止";
    untrained: "The model is untrained: its answers are noise. Press play first." | "模型尚未训练，答案只是噪声。请先按「开始」。";

    fill_text: "Text; write [MASK] for a blank, or hide tokens below" | "文本：用 [MASK] 表示空格，或在下方隐藏词元";
    fill: "Fill" | "填空";
    fill_strip: "The text’s tokens. Press one, or Enter on it, to hide it or show it again." | "文本的词元。点按某个词元（或按回车）即可隐藏或恢复它。";
    fill_hint: "Press a token to hide it." | "点按词元即可隐藏它。";
    fill_stale: "The text has changed: fill again." | "文本已改变，请重新填空。";
    blank_hidden: "Token {n}, hidden: “{token}”" | "第 {n} 个词元，被隐藏：“{token}”";
    blank_written: "Token {n}, written as a blank" | "第 {n} 个词元，写成空格";
    blank_rank: "The true token is candidate {rank} of {of}: p = {p}, ln p = {nats}." | "真实词元排在第 {rank} 位（共 {of} 个候选）：p = {p}，ln p = {nats}。";
    blank_not_among: "The true token is not among these {of}: p = {p}, ln p = {nats}." | "真实词元不在这 {of} 个候选之中：p = {p}，ln p = {nats}。";
    blank_sum: "Other tokens: {p} together." | "其余词元合计 {p}。";
    hidden_now: "hidden" | "已隐藏";
    about_fill: "A masked language model (BERT) sees the whole text but the masked tokens, and gives every token of the vocabulary a probability for each blank. Each blank is filled by itself: none knows what another is filled with. The bars show the best candidates; a hidden token that the model finds is marked." | "掩码语言模型（masked language model，BERT）能看到除被遮盖词元外的全文，并为每个空格给出词表中每个词元的概率。各个空格互相独立：谁也不知道别处填了什么。条形为最佳候选，模型猜中的隐藏词元有标记。";

    pseudo_title: "Pseudo-perplexity of a text" | "文本的伪困惑度（pseudo-perplexity）";
    pseudo_text: "Text to score" | "要打分的文本";
    pseudo_score: "Score" | "打分";
    pseudo_total: "{n} tokens: Σ ln p = {total}, pseudo-perplexity {perplexity}." | "{n} 个词元：Σ ln p = {total}，伪困惑度 {perplexity}。";
    pseudo_why: "Not a perplexity: each token is predicted with both its sides in view, so these probabilities do not multiply to that of the text. Compare it with other masked models only." | "这不是困惑度：预测每个词元时都能看到它的左右两侧，这些概率相乘并不是文本的概率。只能与其他掩码模型比较。";
    pseudo_token: "“{token}” alone masked: ln p = {nats}, p = {p}" | "只遮盖“{token}”：ln p = {nats}，p = {p}";

    embed_text: "Texts to compare, one a line" | "要比较的文本，每行一段";
    embed: "Compare" | "比较";
    embed_too_many: "The first {most} lines are compared; {n} are left out." | "只比较前 {most} 行，略去 {n} 行。";
    embed_one: "Two lines at least are needed to compare." | "至少要有两行才能比较。";
    embed_matrix: "Cosine similarity of the texts’ vectors" | "文本向量的余弦相似度（cosine similarity）";
    embed_cell: "{a} · {b}: cosine {cosine}, angle {angle}°" | "{a} · {b}：余弦 {cosine}，夹角 {angle}°";
    embed_hint: "Point at a cell, or walk with the arrow keys." | "指向一个格子，或用方向键移动。";
    embed_facts: "Vectors of {n} numbers: the mean of the last layer over the text’s tokens." | "向量有 {n} 个数：最后一层在各词元上的平均值。";
    about_embed: "The last layer gives each token a vector that depends on its neighbours; their mean stands for the text. The cosine of two means says how far they point the same way, 1 being the same. Untrained or small models point almost everywhere the same way, so the colours run from the least value to 1; read the numbers." | "最后一层给每个词元一个依赖上下文的向量，它们的平均代表整段文本。两个平均向量的余弦说明方向有多接近，1 为相同。未训练或很小的模型几乎处处同向，因此颜色从最小值到 1 展开，请以数字为准。";

    source: "Source" | "源文本（source）";
    from_corpus: "An example of the corpus" | "取语料中的一例";
    way: "How the answer is found" | "怎样得到答案";
    greedy: "Greedy" | "贪心（greedy）";
    sampled: "Sampled" | "采样";
    beam: "Beam search" | "束搜索（beam search）";
    sampled_note: "With the sampling settings of the panel." | "使用面板中的采样设置。";
    width: "Beam width" | "束宽（beam width）";
    penalty: "Length penalty" | "长度惩罚（length penalty）";
    penalty_note: "score = ln p / length^{penalty}" | "得分 = ln p / 长度^{penalty}";
    longest: "Longest answer" | "最长答案";
    respond: "Answer" | "作答";
    respond_empty: "Give a source and press Answer. The answer is written token by token, or found by beam search and drawn as a tree." | "给出源文本，按「作答」。答案逐个词元写出，或由束搜索找到并画成树。";
    answering: "Answering: {n} tokens" | "正在作答：{n} 个词元";
    expected: "The corpus answers: {answer}" | "语料的答案：{answer}";
    answer_strip: "The tokens of the answer. Choose one to see its alternatives." | "答案的词元。选一个查看它的其他可能。";
    answer_text: "The answer" | "答案";
    answer_total: "{n} tokens: ln p = {total}" | "{n} 个词元：ln p = {total}";
    tree: "The beam as a tree: a column for each token, the best above. Walk with the arrow keys." | "束搜索树：每列一个词元，越靠上得分越高。可用方向键移动。";
    tree_root: "The beginning, before the first token" | "开头，第一个词元之前";
    tree_node: "“{text}” · p = {p} · ln p = {total} in all · score {score} · {fate}" | "“{text}” · p = {p} · 总 ln p = {total} · 得分 {score} · {fate}";
    fate_kept: "kept" | "保留";
    fate_finished: "finished" | "完成";
    fate_dropped: "dropped" | "舍弃";
    key_best: "best answer" | "最佳答案";
    answers: "Answers, best first" | "答案，由好到差";
    no_answers: "No answer was found; let it be longer." | "没有找到答案，请允许更长。";
    cut_off: "cut off" | "被截断";
    score_of: "score {score}" | "得分 {score}";
    nats_of: "ln p = {total}" | "ln p = {total}";
    about_respond: "The encoder reads the whole source; the decoder writes the answer token by token, looking at the source and at what it has written. Greedy takes the likeliest token each time; a beam keeps the best few beginnings, since a likely answer may begin with an unlikely token. Dividing ln p by a power of the length keeps short answers from winning only because they multiply fewer probabilities." | "编码器读完整个源文本；解码器看着源文本和已写的内容，逐个词元写出答案。贪心每次取最可能的词元；束搜索同时保留几个最好的开头，因为好的答案可能以不太可能的词元开始。用 ln p 除以长度的幂，可避免短答案仅因连乘的概率少而胜出。";
    }
}
