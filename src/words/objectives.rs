//! What models are trained to predict: names, one line each, settings.

use super::table;

table! {
    /// Texts about objectives.
    Objectives {
    objective: "What it learns to predict" | "学习预测什么";
    causal: "the next token" | "下一个词元（causal）";
    causal_note: "Every token is predicted from those before it." | "每个词元都由之前的词元预测。";
    masked: "masked tokens" | "被遮盖的词元（masked）";
    masked_note: "Some tokens are hidden and named from both sides, as BERT and RoBERTa." | "遮住一些词元，由左右两边推断，如 BERT 和 RoBERTa。";
    next_sentence: "masked tokens and next sentence" | "被遮盖的词元与下一句（next sentence）";
    next_sentence_note: "As BERT: also whether the second segment follows the first or comes from another document." | "如 BERT：还要判断第二段是接着第一段，还是来自别的文档。";
    denoising: "a damaged text, whole" | "复原被破坏的文本（denoising）";
    denoising_note: "As BART: the source is damaged, the target is the text." | "如 BART：源文本被破坏，目标是原文。";
    spans: "the spans that were left out" | "被略去的片段（span corruption）";
    spans_note: "As T5: marks stand for what was left out of the source; the target says what they stand for." | "如 T5：源文本中略去的部分用标记代替，目标说出每个标记代表什么。";
    text_to_text: "an answer from a question" | "由问题到答案（text to text）";
    text_to_text_note: "Pairs of a question and its answer, from a generated world or a task." | "问题与答案成对，来自生成的小世界或任务。";
    prompted: "the answer after a prompt" | "提示之后的答案（prompted）";
    prompted_note: "Question and answer in one text, of which only the answer counts; from a generated world or a task." | "问题与答案在同一段文本中，只有答案计入损失；来自生成的小世界或任务。";
    mask_rate: "Tokens to name, share" | "要说出的词元的比例（mask rate）";
    mask_share: "Of these become [MASK]" | "其中变为 [MASK] 的";
    random_share: "… become another token" | "……变为其他词元的（random）";
    unchanged_share: "… stay as they are" | "……保持不变的（unchanged）";
    masking: "Masks are drawn" | "遮盖的抽取（masking）";
    masking_dynamic: "anew every time (dynamic)" | "每次重新抽取（dynamic）";
    masking_static: "once for each place (static)" | "每处只抽一次（static）";
    whole_words: "Mask whole words" | "整词遮盖（whole words）";
    noise_mask: "Masked tokens" | "遮盖词元（token masking）";
    noise_delete: "Deleted tokens" | "删除词元（token deletion）";
    infill: "Tokens in filled-in spans" | "片段填充的词元比例（infilling）";
    infill_mean: "Mean length of such a span, λ" | "此类片段的平均长度 λ";
    permute: "Chance to shuffle the sentences" | "打乱句子的概率（permutation）";
    rotate: "Chance to begin elsewhere" | "从别处开始的概率（rotation）";
    span_rate: "Tokens left out, share" | "略去词元的比例（span rate）";
    span_mean: "Mean length of a span, tokens" | "片段的平均长度，词元";
    }
}
