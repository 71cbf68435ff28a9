//! The tokenizer laboratory.

use super::table;

table! {
    /// Texts of the tokenizer laboratory.
    Tokens {
    title: "Tokens" | "词元（tokens）";
    tabs: "Parts of the laboratory" | "实验室的各部分";
    tab_compare: "Compare" | "对比";
    tab_learn: "Watch it learn" | "观看学习";
    tab_vocabulary: "Vocabulary" | "词表";
    tab_languages: "Languages" | "语言";
    text_label: "A text to cut" | "要切分的文本";
    text_hint: "Type anything in any language." | "输入任何语言的任何内容。";
    text_long: "{size}, {characters} characters: too long for the text box, shown in the strips below." | "{size}，{characters} 个字符：对文本框来说太长，请看下方各条。";
    text_facts: "{characters} characters · {bytes} bytes · {words} words" | "{characters} 个字符 · {bytes} 字节 · {words} 个词";
    take_corpus: "Take the corpus" | "取用语料";
    clear_text: "Clear" | "清空";
    sample_text: "Sample" | "示例";
    add: "Add a tokenizer" | "添加分词器";
    enough: "There are {n} tokenizers; take one away to add another." | "已有 {n} 个分词器，移除一个才能再添加。";
    own_strip: "This playground's" | "本实验所用";
    beside: "Beside it" | "对照";
    use_it: "Use for training" | "用于训练";
    in_use: "in use" | "使用中";
    remove: "Remove this tokenizer" | "移除此分词器";
    kind: "Tokenizer" | "分词器";
    vocabulary: "Vocabulary" | "词表大小";
    split: "Pre-split" | "预切分";
    corpus: "Learned from" | "学习语料";
    corpus_playground: "the playground's text" | "本实验的文本";
    learning: "Learning" | "学习中";
    cutting: "Cutting" | "切分中";
    stop: "Stop" | "停止";
    stopped: "Learning was stopped." | "学习已停止。";
    retry: "Try again" | "重试";
    strip_label: "Tokens of the text, {name}" | "文本的词元，{name}";
    strip_empty: "The text is empty." | "文本为空。";
    count_tokens: "tokens" | "词元数";
    count_characters: "characters/token" | "字符/词元";
    count_bytes: "bytes/token" | "字节/词元";
    count_fertility: "tokens/word (fertility)" | "词元/词（fertility）";
    count_unknown: "unknown" | "未知";
    count_vocabulary: "vocabulary" | "词表";
    lossless: "lossless: decoding gives every text back" | "无损：解码总能还原文本";
    lossy: "lossy: what the vocabulary lacks is lost" | "有损：词表没有的内容会丢失";
    lossless_short: "lossless" | "无损";
    lossy_short: "lossy" | "有损";
    inspector: "The token under the cursor" | "光标下的词元";
    inspector_empty: "Point at a token, or move through a strip with the arrow keys: what the others make of the same bytes is marked. A click holds it." | "指向一个词元，或用方向键在条中移动：其他分词器对同样字节的切法会被标出。点击可固定。";
    held: "held; Escape lets go" | "已固定，按 Esc 松开";
    token_id: "id {id}" | "编号 {id}";
    token_bytes: "bytes {hex}" | "字节 {hex}";
    token_place: "bytes {start}–{end} of the text" | "文本的第 {start}–{end} 字节";
    token_entry: "vocabulary entry {label}" | "词表条目 {label}";
    token_unknown: "the vocabulary lacks this text, so it becomes the unknown token" | "词表中没有这段文本，因此成为未知词元";
    token_added: "The tokenizer added it; it covers nothing of the text." | "由分词器添加，不对应文本中的任何内容。";
    part_of_character: "byte {range} of {of} of {character}: only a part of a character" | "{character} 的 {of} 个字节中的第 {range} 字节：只是字符的一部分";
    part_of_cluster: "only a part of {cluster}, which readers see as one character" | "只是 {cluster} 的一部分，读者把它看作一个字符";
    same_text: "The same bytes in the others" | "同样的字节在其他分词器中";
    show_in_vocabulary: "Show in the vocabulary" | "在词表中查看";
    group_tokenizer: "This playground's tokenizer" | "本实验的分词器";
    min_count: "Least count" | "最小出现次数";
    dropout: "BPE-dropout while training" | "训练时的 BPE-dropout";
    try_bytes: "Bytes" | "字节";
    about: "A language model does not read letters. A tokenizer cuts text into tokens from a fixed vocabulary, and the model sees their numbers. The finer the cut, the longer the sequence; the coarser, the larger the vocabulary and the rarer each token. Learned tokenizers find a middle: they give frequent strings a token of their own. Colours only tell neighbours apart." | "语言模型读到的不是字母。分词器（tokenizer）用固定的词表（vocabulary）把文本切成词元（token），模型看到的是它们的编号。切得越细，序列越长；切得越粗，词表越大、每个词元越少见。通过学习得到的分词器取其中道：让常见的字符串各有一个词元。颜色只用来区分相邻的词元。";
    }
}
