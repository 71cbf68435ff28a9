//! The data laboratory.

use super::table;

table! {
    /// Texts of the data laboratory.
    Data {
    title: "Data" | "数据（data）";
    corpus: "Corpus" | "语料（corpus）";
    generated: "Generated world" | "生成的小世界";
    generated_note: "Small, always there, with rules a model can find." | "小巧、随时可用，含有模型能发现的规律。";
    moby_dick: "Moby Dick" | "《白鲸记》（Moby Dick）";
    moby_dick_note: "Melville, 1851. 1.2 MB of English, fetched when chosen." | "梅尔维尔，1851 年。约 1.2 MB 英文，选中时才载入。";
    moby_dick_missing: "Not part of this copy of the site." | "本站点副本未包含它。";
    own: "Your own text" | "自己的文本";
    own_note: "Paste, drop or pick; it never leaves this tab." | "粘贴、拖入或选取；不会离开这个标签页。";
    own_text_needed: "This playground uses a text of its maker's own, which a link does not carry. Paste or pick a text, or choose another corpus." | "本实验使用作者自己的文本，链接中并不包含。请粘贴或选取一段文本，或改选其他语料。";
    paste_label: "Paste a text" | "粘贴文本";
    paste_hint: "A few thousand characters make a model that imitates; a book makes one that writes." | "几千字可以让模型模仿，一本书可以让它写作。";
    pasted_name: "Pasted text" | "粘贴的文本";
    use_text: "Use this text" | "使用这段文本";
    drop_label: "or drop a UTF-8 text file here, up to 10 MB," | "或将 UTF-8 文本文件（不超过 10 MB）拖到这里，";
    pick_file: "Pick a file" | "选取文件";
    own_none: "No text kept yet." | "还没有保存文本。";
    own_kept: "Kept: {name}, {size}, {characters} characters." | "已保存：{name}，{size}，{characters} 个字符。";
    in_link: "Links carry this text, so whoever opens one can read it" | "链接中附带这段文本，打开链接的人都能读到";
    unreadable: "The file cannot be read. Nothing else changed." | "无法读取该文件，其他内容未变。";
    empty_text: "There is no text in it" | "其中没有文本";
    too_large: "The text is too large" | "文本过大";
    size_details: "{name}: {size}; allowed is up to {limit}." | "{name}：{size}；上限为 {limit}。";
    facts: "{name}: {size}, {characters} characters, vocabulary of {vocabulary} tokens, {bpt} bytes per token." | "{name}：{size}，{characters} 个字符，词表（vocabulary）含 {vocabulary} 个词元（token），平均每词元 {bpt} 字节。";
    train_part: "training" | "训练";
    validation_part: "validation" | "验证";
    tokens: "tokens" | "个词元";
    preview: "The text" | "文本";
    page_before: "Previous" | "上一页";
    page_after: "Next" | "下一页";
    vocabulary: "Vocabulary" | "词表（vocabulary）";
    more_entries: "and {n} more" | "另有 {n} 个";
    group_tokens: "Tokens" | "词元（token）";
    group_split: "Held-out text" | "留出文本";
    try_bytes: "Cut into bytes" | "切成字节";
    try_own: "Your own text" | "换成自己的文本";
    about: "A language model learns from text alone. The text is cut into tokens, here characters or bytes, and the end of it is held out: the model never trains on that part, so its loss there says how well it does on text it has not seen." | "语言模型只从文本中学习。文本先被切成词元（token），这里是字符或字节；末尾的一段被留出，模型从不在其上训练，因此它在那里的损失（loss）说明模型对没见过的文本掌握得如何。";
    }
}
