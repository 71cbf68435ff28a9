//! The data laboratory.

use super::table;

table! {
    /// Texts of the data laboratory.
    Data {
    title: "Data" | "数据（data）";
    corpus: "Corpus" | "语料（corpus）";
    generated: "Meadow" | "小草地";
    generated_note: "Twelve animals, always there, with rules a model can find." | "十二种动物，随时可用，含有模型能发现的规律。";
    world: "Generated world" | "生成的小世界";
    world_note: "Its facts, languages and genres are yours to set; its entropy is known exactly." | "事实、语言和体裁由你设定，其熵精确已知。";
    sotu: "State of the Union" | "国情咨文（State of the Union）";
    sotu_note: "123 speeches from 1900 to 2021, 5.3 MB of English." | "1900 至 2021 年的 123 篇演讲，5.3 MB 英文。";
    first_names: "First names" | "英文名字";
    first_names_note: "8,422 English first names, one a line." | "8,422 个英文名字，每行一个。";
    analects: "The Analects 论语" | "论语";
    analects_note: "Confucius and his disciples, 22,000 characters." | "孔子及其弟子，两万二千字。";
    book_of_songs: "The Book of Songs 诗经" | "诗经";
    book_of_songs_note: "305 poems, 39,000 characters." | "三百零五篇，三万九千字。";
    song_ci: "Song ci 宋词" | "宋词";
    song_ci_note: "21,000 lyrics, 5.5 MB; the package's scripts are mixed." | "两万一千首，5.5 MB；原数据简繁混用。";
    tang_poems: "Tang poems 唐诗" | "唐诗";
    tang_poems_note: "The first thousand of the complete collection, in traditional script." | "《全唐诗》前一千首，繁体。";
    missing: "Not part of this copy of the site" | "本站点副本未包含";
    licences: "Where the texts come from" | "文本的来源与许可";
    licence_of: "{author}. Licence: {licence}. Source: {source}." | "{author}。许可：{licence}。来源：{source}。";
    group_world: "World" | "世界";
    group_genres: "Genres, weights" | "体裁（权重）";
    world_entropy: "Exact entropy of this source: {bits} bits per byte, {nats} nats per token of this tokenizer. No model's mean loss can be lower." | "此来源的精确熵：每字节 {bits} 比特，在当前分词器下每词元 {nats} nat。任何模型的平均损失都不会更低。";
    moby_dick: "Moby Dick" | "《白鲸记》（Moby Dick）";
    moby_dick_note: "Melville, 1851. 1.2 MB of English, fetched when chosen." | "梅尔维尔，1851 年。约 1.2 MB 英文，选中时才载入。";
    own: "Your own text" | "自己的文本";
    own_note: "Paste, drop or pick; it never leaves this tab." | "粘贴、拖入或选取；不会离开这个标签页。";
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
    held_out_note: "Whole documents come from all over the text, the same ones for every seed, and copies of a document stay on one side." | "整篇文档取自全文各处，与种子无关；同一文档的副本总在同一边。";
    try_bytes: "Cut into bytes" | "切成字节";
    try_own: "Your own text" | "换成自己的文本";
    about: "A language model learns from text alone. The text is cut into tokens, and a part of it is held out: the model never trains on that part, so its loss there says how well it does on text it has not seen." | "语言模型只从文本中学习。文本先被切成词元（token）；其中一部分被留出，模型从不在其上训练，因此它在那里的损失（loss）说明模型对没见过的文本掌握得如何。";
    }
}
