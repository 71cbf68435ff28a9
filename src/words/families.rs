//! Kinds of models: their names, the settings that only some of them have, and what they cannot do.

use super::table;

table! {
    /// Texts about the families of models.
    Families {
    family: "Kind of model" | "模型种类（family）";
    ngram: "n-gram (Shannon 1948)" | "n 元模型（n-gram，Shannon 1948）";
    feed_forward: "feed-forward (Bengio 2003)" | "前馈网络（feed-forward，Bengio 2003）";
    rnn: "RNN (Elman 1990)" | "循环网络（RNN，Elman 1990）";
    gru: "GRU (Cho 2014)" | "门控循环单元（GRU，Cho 2014）";
    lstm: "LSTM (Hochreiter 1997)" | "长短期记忆（LSTM，Hochreiter 1997）";
    seq2seq: "LSTM with attention (seq2seq)" | "带注意力的 LSTM（seq2seq）";
    decoder: "decoder-only (GPT)" | "仅解码器（decoder-only，GPT）";
    encoder: "encoder-only (BERT)" | "仅编码器（encoder-only，BERT）";
    encoder_decoder: "encoder–decoder (T5, BART)" | "编码器–解码器（encoder–decoder，T5、BART）";

    group_objective: "Objective" | "训练目标（objective）";
    group_counts: "Counts" | "计数（counts）";
    group_attention: "Attention" | "注意力（attention）";
    group_start: "Start of the weights" | "权重的起点（initialisation）";

    kv_heads: "Heads of keys and values" | "键与值的头数（key–value heads）";
    kv_heads_all: "as many as heads" | "与头数相同";
    qk_norm: "Normalise queries and keys (QK-norm)" | "归一化查询与键（QK-norm）";
    pattern: "What a token sees" | "词元能看到什么（pattern）";
    pattern_dense: "all before it (dense)" | "之前的全部（dense）";
    pattern_window: "the last few (sliding window)" | "最近若干个（sliding window）";
    pattern_strided: "the last few and every n-th (strided)" | "最近若干个与等距的（strided）";
    span: "Window or stride, tokens" | "窗口或步长（span），词元";
    alternating: "Dense and sparse layers take turns" | "稠密层与稀疏层交替（alternating）";
    parallel: "Attention and MLP side by side" | "注意力与前馈并行（parallel）";
    score_cap: "Soft cap of the scores" | "分数的软上限（soft cap）";
    logit_cap: "Soft cap of the logits" | "logit 的软上限（soft cap）";
    positions_relative: "relative (T5)" | "相对（relative，T5）";
    window: "Window, tokens" | "窗口（window），词元";
    hidden: "Hidden units" | "隐藏单元数（hidden units）";
    direct: "Direct connections to the output" | "直连输出层（direct connections）";
    forget_bias: "Forget gates' bias at the start" | "遗忘门的初始偏置（forget bias）";
    carried: "Carry the state to the next batch" | "状态延续到下一批（carried state）";
    order: "Order n" | "阶数 n（order）";
    smoothing: "Smoothing" | "平滑（smoothing）";
    smoothing_none: "none (maximum likelihood)" | "无（最大似然，maximum likelihood）";
    smoothing_add_k: "add-k" | "加 k（add-k）";
    smoothing_back_off: "stupid back-off" | "简单回退（stupid back-off）";
    smoothing_kneser_ney: "modified Kneser–Ney" | "修正的 Kneser–Ney";
    add_k: "Added to every count, k" | "每个计数加上的 k";
    back_off: "Back-off factor α" | "回退系数 α（back-off）";
    initialisation: "Weights start" | "权重初始化";
    initialisation_usual: "as is usual for the kind" | "该种类的惯例";
    initialisation_xavier_uniform: "Xavier, uniform" | "Xavier 均匀分布";
    initialisation_xavier_normal: "Xavier, normal" | "Xavier 正态分布";
    initialisation_kaiming: "Kaiming, normal" | "Kaiming 正态分布";
    initialisation_normal: "normal" | "正态分布（normal）";
    initial_std: "Standard deviation σ" | "标准差 σ（standard deviation）";
    zero_projections: "What is added to the residual starts at 0" | "加到残差上的部分从 0 开始（zero projections）";

    cannot: "What it cannot do" | "它做不到什么";
    does_not_generate: "An encoder-only model does not generate: every token sees its right neighbours, so none of its numbers is the probability of a next token. It fills blanks; a text is scored by masking one token after another (pseudo-perplexity)." | "仅编码器（encoder-only）模型不生成文本：每个词元都能看到右边的词元，因此它给出的都不是下一个词元的概率。它可以填空；给文本打分要逐个遮盖词元（伪困惑度，pseudo-perplexity）。";
    answers_a_source: "An encoder–decoder answers a source: it does not continue a text by itself, for its decoder is trained on what belongs to a source. Give it one in Text to text." | "编码器–解码器（encoder–decoder）回答源文本：它不会独自续写，因为它的解码器只学过与源文本对应的内容。请在「文本到文本」中给它源文本。";
    sees_no_right: "It cannot use what stands to the right of a blank: it reads from left to right and every token sees only those before it. Filling blanks is for encoders." | "它用不到空白右边的内容：它从左到右阅读，每个词元只能看到之前的词元。填空是编码器（encoder）的事。";
    sees_a_window: "It sees no more than the last {n} tokens: what stands before them changes nothing." | "它只能看到最近的 {n} 个词元：更早的内容不起任何作用。";
    sees_one: "It sees no more than the last token: what stands before it changes nothing." | "它只能看到最近的 1 个词元：更早的内容不起任何作用。";
    sees_nothing: "It sees no token before the one it predicts: it knows only how often each token occurs." | "它看不到要预测的词元之前的任何词元：只知道各个词元出现的频率。";
    keeps_a_state: "It cannot look back at a token: all that it knows of the past is a state of {n} numbers a layer." | "它不能回头看某个词元：它对过去的全部了解就是每层 {n} 个数的状态（state）。";
    has_no_attention: "There is no attention to look at: this kind of model has none." | "没有可看的注意力（attention）：这种模型不含注意力。";
    has_no_weights: "It has no weights, hence no learning rate, gradients or steps: its text is counted once." | "它没有权重，因此没有学习率、梯度和训练步：文本只计数一遍。";

    recurrence: "recurrence" | "循环部分";
    hidden_layer: "hidden layer" | "隐藏层";
    no_parameters: "None: an n-gram model keeps counts." | "没有：n 元模型（n-gram）只保存计数。";
    counted_once: "Nothing is trained by steps; the text is counted once." | "不按步训练，文本只计数一遍。";
    memory_unknown: "As many as there are distinct n-grams; known once the text is counted." | "取决于有多少种不同的 n 元组，计数之后才知道。";

    try_no_smoothing: "Counts alone" | "只用计数";
    try_bigram: "Bigrams" | "二元模型（bigram）";
    try_back_off: "Stupid back-off" | "简单回退（back-off）";
    try_direct: "Direct connections, as in 2003" | "2003 年的直连";
    try_neural_bigram: "See one token only" | "只看一个词元";
    try_wider: "See twice as far" | "看得远一倍";
    try_two_layers: "Two layers, with dropout" | "两层，加随机失活";
    try_carried: "Carry the state over" | "延续状态";
    try_no_forget_bias: "Forget gates without bias" | "遗忘门不加偏置";
    try_sparse: "GPT-3's alternating sparse attention" | "GPT-3 的交替稀疏注意力";
    try_grouped: "Llama's grouped queries" | "Llama 的分组查询（GQA）";
    try_parallel: "GPT-J's parallel parts" | "GPT-J 的并行结构";
    try_caps: "Gemma 2's soft caps" | "Gemma 2 的软上限";
    try_bert: "As BERT" | "仿照 BERT";
    try_roberta: "RoBERTa: no pairs, dynamic masks" | "RoBERTa：无句对，动态遮盖";
    try_mask_more: "Mask 40 %" | "遮盖 40%";
    try_original: "As the original of 2017" | "仿照 2017 年的原版";
    try_bart: "As BART" | "仿照 BART";
    try_t5: "As T5" | "仿照 T5";
    try_sums: "Sums, from text to text" | "算术：文本到文本";

    about_ngram: "An n-gram model counts which token followed the last n − 1 and turns the counts into shares (Shannon 1948). What never followed has no count, so what longer contexts say is mixed with what shorter ones say: that is smoothing. Nothing is trained by gradients." | "n 元模型（n-gram）统计最近 n − 1 个词元之后出现了什么，再把计数变成比例（Shannon 1948）。从未出现过的组合没有计数，所以要把长上下文与短上下文的说法混合起来，这就是平滑（smoothing）。没有任何东西靠梯度训练。";
    about_feed_forward: "Bengio's network of 2003 gives every token a vector, sets those of the last few side by side and sends them through one tanh layer to a softmax. Like an n-gram it sees a fixed window; unlike one it can treat similar tokens alike." | "Bengio 等人 2003 年的网络给每个词元一个向量，把最近几个并排，经过一层 tanh 送到 softmax。它和 n 元模型一样只看固定的窗口，但能对相似的词元作相似的处理。";
    about_rnn: "A recurrent network reads one token after another and keeps a state of fixed size that every token changes: h = tanh(W x + U h). It could remember everything; in practice gradients through many steps vanish or explode." | "循环网络（RNN）逐个读取词元，用固定大小的状态记住过去，每个词元都会改变它：h = tanh(W x + U h)。理论上它能记住一切；实际上，梯度穿过许多步后会消失或爆炸。";
    about_gru: "A gated recurrent unit decides at every token, channel by channel, how much of its old state to keep and how much to replace. Where a gate keeps, gradients pass unchanged, which the plain network lacks." | "门控循环单元（GRU）在每个词元处逐通道决定保留多少旧状态、换掉多少。门选择保留的地方，梯度原样通过，这正是普通循环网络所缺的。";
    about_lstm: "A long short-term memory has a second state, the cell, that changes only by forgetting and adding. Three gates say what is forgotten, written and shown, so that gradients survive many steps. For twenty years it was what language models were made of." | "长短期记忆（LSTM）有第二个状态，即记忆单元（cell），只通过遗忘和相加来改变。三个门决定忘掉、写入和输出什么，使梯度能穿过许多步。有二十年，语言模型就是用它做的。";
    about_seq2seq: "One LSTM reads the source in both directions, another writes the target. At every token it looks back at all states of the source with additive attention (Bahdanau, Cho and Bengio 2015), the idea that Transformers are built from." | "一个 LSTM 双向读取源文本，另一个写出目标文本。每写一个词元，它都用加性注意力（additive attention，Bahdanau、Cho 与 Bengio 2015）回看源文本的所有状态；Transformer 正是由这个想法而来。";
    about_encoder: "An encoder-only Transformer, as BERT. Every token sees every other, to the left and to the right, and the model learns to name tokens that were masked. It is good at filling blanks and at turning texts into vectors." | "仅编码器（encoder-only）的 Transformer，如 BERT。每个词元都能看到左右所有词元，模型学习说出被遮盖的词元。它擅长填空，也擅长把文本变成向量。";
    about_encoder_decoder: "A Transformer with two stacks, as the original of 2017, BART and T5. The encoder reads the source in both directions; the decoder writes the target token by token, seeing what it has written and, across, the whole source." | "有两个堆叠的 Transformer，如 2017 年的原版、BART 和 T5。编码器（encoder）双向读取源文本；解码器（decoder）逐个写出目标词元，既看到已写的内容，也通过交叉注意力（cross-attention）看到整个源文本。";
    }
}
