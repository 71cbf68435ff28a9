//! Tokenizers that cannot be learned or read.

/// English as the engine says it, Chinese.
pub(super) const ROWS: &[(&str, &str)] = &[
    // Learning a tokenizer.
    (
        "There is no text to learn a tokenizer from. Choose a longer text or hold out less of it.",
        "没有可供学习分词器的文本。请选择更长的文本，或少留出一些。",
    ),
    (
        "A vocabulary of {wanted} is too small: this tokenizer needs at least {least} for this text. Set the vocabulary to {same} or more.",
        "词表大小 {wanted} 太小：对这段文本，此分词器至少需要 {least} 个词元。请将词表大小设为 {same} 或更大。",
    ),
    (
        "A vocabulary of {wanted} is too large: this text yields at most {most}. Set the vocabulary to {same} or less, or take a longer text.",
        "词表大小 {wanted} 太大：这段文本最多得到 {most} 个词元。请将词表大小设为 {same} 或更小，或换更长的文本。",
    ),
    (
        "Learning the tokenizer was cancelled. Start it again when you like.",
        "分词器的学习已取消，可随时重新开始。",
    ),
    (
        "The text was replaced while its tokenizer was being learned. Start again.",
        "学习分词器时文本被替换。请重新开始。",
    ),
    (
        "This tokenizer is not learned.",
        "这个分词器不是学习得来的。",
    ),
    (
        "This tokenizer file is no longer here; choose it again.",
        "这个分词器文件已不在此处，请重新选取。",
    ),
    (
        "A tokenizer from a file has been learned already; choose a recipe to watch.",
        "来自文件的分词器已经学好，请选择一种方法来观看。",
    ),
    (
        "Nothing has been learned yet; start the learning first.",
        "还没有学习任何内容，请先开始学习。",
    ),
    // Tokenizer files.
    (
        "The file has {bytes} bytes; a tokenizer.json of at most {most} bytes can be read. Choose the tokenizer's file, not the model's.",
        "文件有 {bytes} 字节，最多可读取 {most} 字节的 tokenizer.json。请选择分词器的文件，而不是模型的。",
    ),
    (
        "This is no tokenizer.json: {reason}. Choose the file of that name from a model's folder.",
        "这不是 tokenizer.json：{reason}。请从模型的文件夹中选取同名文件。",
    ),
    (
        "The file has more than {most} tokens. Choose a tokenizer with fewer; the largest in use have 300,000.",
        "文件中的词元多于 {most} 个。请选择更小的分词器；现用最大的有 300,000 个。",
    ),
    (
        "The file has more than {most} merges. Choose a tokenizer with fewer; the largest in use have 300,000.",
        "文件中的合并多于 {most} 条。请选择更小的分词器；现用最大的有 300,000 条。",
    ),
    (
        "The file asks for nothing as its {part}, which is not known here. Known are {known}.",
        "文件没有 {part}，这里不支持。支持的有 {known}。",
    ),
    (
        "The file asks for {found} as its {part}, which is not known here. Known are {known}.",
        "文件的 {part} 要求 {found}，这里不支持。支持的有 {known}。",
    ),
    (
        "The file's {part} is not as it should be: {reason}. Save the tokenizer again.",
        "文件的 {part} 不合规范：{reason}。请重新保存分词器。",
    ),
    (
        "The vocabulary lists {token} twice. Save the tokenizer again.",
        "词表中 {token} 出现了两次。请重新保存分词器。",
    ),
    (
        "The tokens {first} and {second} have the same id {id}. Save the tokenizer again.",
        "词元 {first} 和 {second} 的编号同为 {id}。请重新保存分词器。",
    ),
    (
        "The token {token} has the id {id}, far beyond the file's {tokens} tokens. Save the tokenizer again.",
        "词元 {token} 的编号 {id} 远超文件的 {tokens} 个词元。请重新保存分词器。",
    ),
    (
        "Merge {merge} names {token}, which the vocabulary does not have. Take the vocabulary and the merges from the same tokenizer.",
        "第 {merge} 条合并提到词表中没有的 {token}。请使用同一分词器的词表和合并。",
    ),
    (
        "{token} is named as the unknown token, but the vocabulary does not have it. Add it to the vocabulary.",
        "{token} 被指定为未知词元，但词表中没有它。请把它加入词表。",
    ),
    (
        "This tokenizer has no tokenizer.json form here. Byte-level BPE, Unigram, WordPiece and bytes have one.",
        "这个分词器在此没有 tokenizer.json 形式。字节级 BPE、Unigram、WordPiece 和字节有。",
    ),
    (
        "The tokens {first} and {second} would be written alike. Learn the vocabulary again without that text.",
        "词元 {first} 和 {second} 的写法会相同。请去掉那段文本后重新学习词表。",
    ),
    // Why a file makes no tokenizer: what stands in the sentences above, and the parts that do not fit together.
    (
        "its vocabulary is of another type of model",
        "其词表属于另一类模型",
    ),
    (
        "it adds the token {id}, which the vocabulary does not have",
        "它添加的词元 {id} 不在词表中",
    ),
    ("an id is no number", "有编号不是数字"),
    ("a special token has no ids", "有特殊词元没有编号"),
    (
        "merge {merge} is no pair of tokens",
        "第 {merge} 条合并不是一对词元",
    ),
    ("its {key} is no text", "其中的 {key} 不是文本"),
    (
        "it makes a text more than {most} times longer",
        "它会使文本变长到 {most} 倍以上",
    ),
    ("it replaces an empty text", "它要替换空文本"),
    ("list of merges", "合并列表"),
    ("list of added tokens", "添加词元列表"),
    ("byte fallback", "字节回退（byte fallback）"),
    ("a Split by {expression}", "按 {expression} 切分的 Split"),
    ("pieces marked with {affix}", "以 {affix} 标记的片段"),
    ("a Metaspace with {sign}", "使用 {sign} 的 Metaspace"),
    ("the prepend_scheme {scheme}", "prepend_scheme {scheme}"),
    ("a blank before every line", "每行前的空格"),
    (
        "{token} in normalised text",
        "在规范化后的文本中查找 {token}",
    ),
    ("\"a part without a type\"", "没有类型的部分"),
    (
        "byte-level BPE, Unigram and WordPiece, without byte fallback",
        "字节级 BPE、Unigram 和 WordPiece，且没有字节回退",
    ),
    (
        "ByteLevel, alone or after a Split by the patterns of GPT-2, GPT-4, Llama 3 or Qwen (with BPE)",
        "ByteLevel，单独使用或接在按 GPT-2、GPT-4、Llama 3 或 Qwen 的模式切分的 Split 之后（用于 BPE）",
    ),
    (
        "Metaspace with \"▁\", alone or after a Split at line ends (with Unigram)",
        "使用“▁”的 Metaspace，单独使用或接在行末切分的 Split 之后（用于 Unigram）",
    ),
    (
        "NFC, NFD, NFKC, NFKD, Lowercase, Replace (of a fixed text), Prepend, Strip and sequences of these; with WordPiece, BertNormalizer",
        "NFC、NFD、NFKC、NFKD、Lowercase、Replace（固定文本）、Prepend、Strip 及其序列；用于 WordPiece 的还有 BertNormalizer",
    ),
    (
        "BertNormalizer (with WordPiece)",
        "BertNormalizer（用于 WordPiece）",
    ),
    (
        "BertPreTokenizer (with WordPiece)",
        "BertPreTokenizer（用于 WordPiece）",
    ),
    (
        "tokens found in the text as it is (with WordPiece)",
        "在原文中查找的词元（用于 WordPiece）",
    ),
    (
        "ByteLevel, TemplateProcessing, BertProcessing, RobertaProcessing and sequences of these",
        "ByteLevel、TemplateProcessing、BertProcessing、RobertaProcessing 及其序列",
    ),
    (
        "{what} at line {line} column {column}",
        "{what}（第 {line} 行，第 {column} 列）",
    ),
    ("expected value", "此处应为一个值"),
    ("EOF while parsing a value", "文件在此中断"),
    ("EOF while parsing an object", "文件在对象中间中断"),
    ("EOF while parsing a list", "文件在列表中间中断"),
    ("EOF while parsing a string", "文件在字符串中间中断"),
    ("missing field `{name}`", "缺少字段 {name}"),
    (
        "The vocabulary has no token for the byte 0x{byte}. Take a byte-level vocabulary, which has all 256.",
        "词表中没有字节 0x{byte} 的词元。请使用字节级词表，它包含全部 256 个字节。",
    ),
    (
        "Merge {merge} names token {id}, which the vocabulary does not have. Take the vocabulary and the merges from the same file.",
        "第 {merge} 条合并提到词表中没有的词元 {id}。请使用同一文件的词表和合并。",
    ),
    (
        "Merge {merge} makes a token that the vocabulary does not have. Take the vocabulary and the merges from the same file.",
        "第 {merge} 条合并得到的词元不在词表中。请使用同一文件的词表和合并。",
    ),
    (
        "Merge {merge} joins the unknown token to something, which no text calls for. Leave the merge out.",
        "第 {merge} 条合并用到未知词元，任何文本都用不着。请去掉这条合并。",
    ),
    (
        "Special token {id} is not in the vocabulary. Take the special tokens from the same file.",
        "特殊词元 {id} 不在词表中。请使用同一文件的特殊词元。",
    ),
    (
        "The vocabulary has no unknown token, so characters it lacks could not be written. Name one, or take a byte-level vocabulary.",
        "词表没有未知词元，因而写不出词表以外的字符。请指定一个，或使用字节级词表。",
    ),
    (
        "The vocabulary has {bytes} bytes of tokens; at most {most} can be held. Choose a smaller one.",
        "词表的词元共 {bytes} 字节，最多容纳 {most}。请选择更小的词表。",
    ),
    (
        "The vocabulary has {bytes} bytes of pieces; at most {most} can be held. Choose a smaller one.",
        "词表的片段共 {bytes} 字节，最多容纳 {most}。请选择更小的词表。",
    ),
    (
        "The unknown token is number {unknown}, but the vocabulary has {pieces} pieces. Name one of them.",
        "未知词元的编号是 {unknown}，而词表只有 {pieces} 个片段。请指定其中之一。",
    ),
    (
        "Piece {id} has a score that is not a finite number. Give it the logarithm of a probability.",
        "片段 {id} 的得分不是有限的数。请改为概率的对数。",
    ),
];
