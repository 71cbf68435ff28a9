//! What is looked at before a run: an example of the objective, the schedule, the scale of the activations. A first visit needs none
//! of it.

use super::{Language, Table, table};

table! {
    /// Texts about what is looked at before a run.
    Preparing {
    example: "What the model is given" | "模型看到什么（example）";
    to_example: "Show an example" | "看一个样例";
    example_waiting: "Making an example…" | "正在生成样例…";
    example_none: "An example appears once a run is prepared." | "准备好一次运行后，这里会出现样例。";
    example_stale: "This is an example of the run in force. Apply the changes to see one of the new settings." | "这是当前运行的样例。应用更改后可看到新设置的样例。";
    example_place: "Step {step}, example {row} of {rows}" | "第 {step} 步，第 {row} / {rows} 个样例";
    example_again: "Step {step}, example {row} of {rows}, with the draws of step {again}" | "第 {step} 步，第 {row} / {rows} 个样例，按第 {again} 步抽取";
    previous: "Previous example" | "上一个样例";
    next: "Next example" | "下一个样例";
    another: "The same text at another step" | "同一文本，换一步";
    first_again: "Back to its own step" | "回到它自己的那一步";
    dynamic: "Masking is dynamic: each time this text comes, other tokens are masked." | "动态遮盖（dynamic）：这段文本每次出现，被遮盖的词元都不同。";
    fixed: "Masking is static: each time this text comes, the same tokens are masked." | "静态遮盖（static）：这段文本每次出现，被遮盖的词元都相同。";
    redrawn: "Each time this text comes, it is damaged in another way." | "这段文本每次出现，被破坏的方式都不同。";
    never_drawn: "Nothing here is drawn at random: at every step this text gives the same example." | "这里没有随机抽取：无论哪一步，这段文本给出的样例都相同。";
    row_text: "the text" | "原文";
    row_reads: "what the model reads" | "模型读到的";
    row_source: "what the encoder reads" | "编码器读到的";
    row_target: "what it has to predict there" | "此处要预测的";
    row_inputs: "what the decoder reads" | "解码器读到的";
    rows_of: "Rows, from above: {rows}" | "各行自上而下：{rows}";
    rows_between: "; " | "；";
    runs: "The text in its own order; its parts are numbered" | "原来的次序，各部分有编号";
    columns: "The example, token by token. Arrow keys move along it." | "逐个词元的样例。用方向键移动。";
    writes: "The answer, token by token. Arrow keys move along it." | "逐个词元的答案。用方向键移动。";
    loss_at: "There is loss at {n} of {all} places." | "{all} 处中有 {n} 处计入损失。";
    follows: "The second segment follows the first in the text: the answer is “next”." | "第二段在原文中接着第一段：答案是「是下一句」。";
    follows_not: "The second segment comes from another document: the answer is “not next”." | "第二段来自别的文档：答案是「不是下一句」。";
    kept: "as in the text" | "原样";
    masked: "masked" | "遮盖（masked）";
    random: "another token instead" | "换成别的词元（random）";
    unchanged: "as in the text, but to be predicted" | "原样，但要预测（unchanged）";
    moved: "in another place" | "移到别处（moved）";
    sentinel: "a sentinel for what was left out" | "代替略去部分的标记（sentinel）";
    inserted: "a mask where nothing was" | "凭空插入的遮盖（inserted）";
    deleted: "deleted" | "删除（deleted）";
    special: "frames the text" | "框住文本的标记（special）";
    says_becomes: "“{text}” is read as “{reads}”: {kind}." | "“{text}” 读作 “{reads}”：{kind}。";
    says_deleted: "“{text}” is deleted." | "“{text}” 被删除。";
    says_only: "“{reads}”: {kind}." | "“{reads}”：{kind}。";
    says_target: " To be predicted here: “{target}”." | "此处要预测：“{target}”。";
    says_writes: "After “{input}” the decoder has to write “{target}”." | "在 “{input}” 之后，解码器要写出 “{target}”。";
    point: "Point at a token, or move along them with the arrow keys." | "指向一个词元，或用方向键移动。";
    show_all: "Show all" | "全部显示";
    shows_only: "The first {n} of {all} places are shown." | "只显示 {all} 处中的前 {n} 处。";

    scales: "Activation scale at step 0" | "第 0 步的激活尺度（activation scale）";
    scales_axis: "root mean square of what each layer hands on, logarithmic" | "各层输出的均方根，对数坐标";
    scales_about: "Right after initialisation it should neither vanish nor grow from layer to layer." | "刚初始化时，它不应逐层消失或增大。";
    scales_waiting: "Measuring…" | "正在测量…";
    scales_none: "The scales appear once a run is prepared." | "准备好一次运行后，这里会出现激活尺度。";
    scales_counted: "An n-gram model is counted: it has no layers whose scale could be measured." | "n 元模型只计数，没有可测量尺度的层。";
    scales_later: "The run is at step {step}, so its weights are no longer those it began with. Rewind to measure them." | "运行已到第 {step} 步，权重已不是初始的。回到第 0 步即可测量。";
    scales_rewind: "Rewind to step 0" | "回到第 0 步";
    now: "now" | "现在";
    before: "before" | "之前";
    says_scale: "{layer}: {value}" | "{layer}：{value}";
    says_before: "{layer}: {value}; before {before}" | "{layer}：{value}；之前 {before}";
    says_ratio: "{layer}: {value}; before {before}, so {ratio} times that" | "{layer}：{value}；之前 {before}，是其 {ratio} 倍";
    start_std: "{name}, σ = {std}" | "{name}，σ = {std}";
    start_zero: "{name}, zero projections" | "{name}，投影为零";
    layer_embedding: "embedding" | "嵌入";
    layer_block: "layer {n}" | "第 {n} 层";
    layer_hidden: "hidden layer" | "隐藏层";
    stack_encoder: "encoder, {layer}" | "编码器，{layer}";
    stack_decoder: "decoder, {layer}" | "解码器，{layer}";

    schedule: "Learning rate by step. Drag the handles, or move them with the arrow keys." | "学习率随步数的变化。拖动手柄，或用方向键移动。";
    schedule_step: "now step {step}" | "现在第 {step} 步";
    schedule_run: "Pale: the run in force. The marked handles wait for a new run." | "浅色为当前运行。带标记的手柄要等新的运行才生效。";
    schedule_drops: "The rate drops where the dotted lines stand: after half and three quarters of the way from warm-up to the end." | "虚线处学习率下降：从预热结束到最后一步的一半和四分之三处。";
    schedule_decay: "The decay begins at the dotted line: at four fifths of the way from warm-up to the end." | "衰减从虚线处开始：从预热结束到最后一步的五分之四处。";
    handle_warmup: "End of warm-up" | "预热结束";
    handle_peak: "Peak learning rate" | "最大学习率";
    handle_total: "Last step" | "最后一步";
    handle_last: "Last learning rate" | "最后的学习率";
    says_step: "step {n}" | "第 {n} 步";
    says_no_warmup: "no warm-up" | "不预热";
    says_share: "{rate}, {share} of the peak" | "{rate}，为最大值的 {share}";
    says_factor: "{rate}, each drop to {share}" | "{rate}，每次降到 {share}";
    }
}

/// The table of a language.
pub fn in_language(language: Language) -> &'static Preparing {
    Preparing::in_language(language)
}

/// The table in use; tracked.
#[cfg(target_arch = "wasm32")]
pub fn preparing() -> &'static Preparing {
    in_language(super::language())
}

/// A text as a signal, for the properties of controls.
#[cfg(target_arch = "wasm32")]
pub fn say(pick: fn(&'static Preparing) -> &'static str) -> leptos::prelude::Signal<String> {
    leptos::prelude::Signal::derive(move || pick(preparing()).to_string())
}
