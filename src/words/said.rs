//! What the engine says, in the page's language.
//!
//! The engine speaks English: its errors and notes are sentences for tests, consoles and logs as well. Here is the Chinese
//! of each of them. A sentence is found by its template, `{name}` standing for anything; what stands there is looked up in its turn
//! (a reason inside a sentence). A sentence without a row is shown as it is: it is still exact. `tests/said.rs` holds the
//! engine's messages to this table.

use super::{Language, fill};

/// A message of the engine in a language.
pub fn said(message: &str, language: Language) -> String {
    match language {
        Language::English => message.to_owned(),
        Language::Chinese => in_chinese(message).unwrap_or_else(|| message.to_owned()),
    }
}

/// The Chinese of a message, when the table has it.
pub fn in_chinese(message: &str) -> Option<String> {
    SAID.iter().find_map(|(english, chinese)| {
        let values = matched(english, message)?;
        let values: Vec<(&str, String)> = values
            .into_iter()
            .map(|(name, value)| (name, said(value, Language::Chinese)))
            .collect();
        let values: Vec<(&str, &str)> = values.iter().map(|(k, v)| (*k, v.as_str())).collect();
        Some(fill(chinese, &values))
    })
}

/// What stands at the `{name}` places of a template; `None` when the message is another one.
fn matched<'a>(template: &'a str, message: &'a str) -> Option<Vec<(&'a str, &'a str)>> {
    let (start, mut template) = template.split_once('{').unwrap_or((template, ""));
    let mut rest = message.strip_prefix(start)?;
    let mut values = Vec::new();
    while let Some((name, after)) = template.split_once('}') {
        let (literal, next) = after.split_once('{').unwrap_or((after, ""));
        let end = if next.is_empty() {
            // The last piece stands at the end, so that the value before it may hold the same words.
            let end = rest.len().checked_sub(literal.len())?;
            rest.get(end..).filter(|tail| *tail == literal)?;
            end
        } else {
            rest.find(literal)?
        };
        values.push((name, &rest[..end]));
        rest = &rest[end + literal.len()..];
        template = next;
    }
    rest.is_empty().then_some(values)
}

/// English as the engine says it, Chinese. The first row that fits is taken.
const SAID: &[(&str, &str)] = &[
    // Notes about links and configurations.
    (
        "A comparison holds at most {most} entries; the rest was left out.",
        "一次对比最多 {most} 项，其余已略去。",
    ),
    (
        "The comparison in the link is damaged; nothing of it could be read. Ask for the link again.",
        "链接中的对比已损坏，无法读取。请重新索取链接。",
    ),
    (
        "{field}: {was} became {became}, because {reason}.",
        "{field}：{was} 改为 {became}，因为{reason}。",
    ),
    (
        "allowed are {least} to {most}",
        "允许的范围是 {least} 到 {most}",
    ),
    (
        "{size} of {task} may be {least} to {most}",
        "任务 {task} 的 {size} 允许的范围是 {least} 到 {most}",
    ),
    ("{task} takes fewer sizes", "任务 {task} 没有这么多尺寸"),
    (
        "{task} takes {wanted} sizes, but {given} are given. Give one number for each of: {names}.",
        "任务 {task} 需要 {wanted} 个尺寸，却给了 {given} 个。请为以下每一项各给一个数：{names}。",
    ),
    (
        "{size} of {task} is {given}. Choose a number from {least} to {most}.",
        "任务 {task} 的 {size} 是 {given}。请选择 {least} 到 {most} 之间的数。",
    ),
    ("it must be a number", "它必须是一个数"),
    (
        "it must be a multiple of {factor}",
        "它必须是 {factor} 的倍数",
    ),
    (
        "heads must divide the {channels} channels",
        "注意力头数须整除通道数 {channels}",
    ),
    (
        "rotary positions need an even number of the {channels} channels per head",
        "旋转位置编码要求每个头分到的通道数（共 {channels}）为偶数",
    ),
    (
        "a head has at most {most} channels",
        "一个头最多有 {most} 个通道",
    ),
    ("the run has {steps} steps", "整个训练只有 {steps} 步"),
    (
        "the text has only {tokens} tokens",
        "文本只有 {tokens} 个词元",
    ),
    (
        "at most {most} characters are kept",
        "最多保留 {most} 个字符",
    ),
    (
        "The address holds no playground; the first preset is shown.",
        "地址中没有实验，显示第一个预设。",
    ),
    (
        "The link comes from a later version ({version}); what is known of it was taken.",
        "链接来自更新的版本（{version}），已采用其中可识别的部分。",
    ),
    (
        "There is no preset “{given}”; {used} is used instead.",
        "没有名为“{given}”的预设，改用 {used}。",
    ),
    (
        "There is no setting “{key}”; it was left out.",
        "没有名为“{key}”的设置，已略去。",
    ),
    (
        "{key}: “{given}” could not be read; it stays {kept}.",
        "{key}：无法读取“{given}”，保持 {kept}。",
    ),
    (
        "The text in the link is damaged or too long; it was left out.",
        "链接中的文本已损坏或过长，已略去。",
    ),
    (
        "The held-out text has {tokens} tokens, but validation needs {needed}; it is switched off. Hold out more, hold it out by position, or shorten the context.",
        "留出文本只有 {tokens} 个词元，而验证需要 {needed} 个，因此已关闭验证。请多留一些、改为按位置留出，或缩短上下文。",
    ),
    // Texts.
    (
        "The text is {bytes} bytes; at most {most} bytes (10 MB) are taken. Cut it into parts and take one.",
        "文本有 {bytes} 字节，最多接受 {most} 字节（10 MB）。请切分后取其中一部分。",
    ),
    (
        "The text is {bytes} bytes; a link takes at most {most}. Share the file beside the link instead.",
        "文本有 {bytes} 字节，链接最多容纳 {most} 字节。请在链接之外另行分享文件。",
    ),
    (
        "The text is empty. Paste some text or choose another file.",
        "文本为空。请粘贴一些文本，或另选文件。",
    ),
    (
        "The text has only {characters} characters; at least {fewest} are needed to train on. Add more text.",
        "文本只有 {characters} 个字符，训练至少需要 {fewest} 个。请添加更多文本。",
    ),
    (
        "The text is {encoding}, not UTF-8. Save it again with the encoding UTF-8 and choose it anew.",
        "文本的编码是 {encoding}，不是 UTF-8。请以 UTF-8 编码另存后重新选取。",
    ),
    (
        "Byte {offset} (0x{byte}, line {line}) is not valid UTF-8. Save the text again with the encoding UTF-8, or remove what stands there.",
        "第 {offset} 字节（0x{byte}，第 {line} 行）不是合法的 UTF-8。请以 UTF-8 编码重新保存文本，或删去该处内容。",
    ),
    (
        "The file is not text: byte {offset} is zero. Choose a plain text file.",
        "该文件不是文本：第 {offset} 字节为零。请选择纯文本文件。",
    ),
    (
        "There is no text of your own yet. Paste one or choose a file in Data, or take another corpus.",
        "还没有自己的文本。请在「数据」中粘贴或选取，或改用其他语料。",
    ),
    (
        "{address} could not be fetched ({reason}). Check the connection, or choose another text.",
        "无法取得 {address}（{reason}）。请检查网络连接，或选择其他文本。",
    ),
    ("status {status}", "状态码 {status}"),
    (
        "The text to train on has only {tokens} tokens; at least {needed} are needed. Add more text or hold out less of it.",
        "训练文本只有 {tokens} 个词元，至少需要 {needed} 个。请添加文本，或少留出一些。",
    ),
    (
        "The text has {tokens} tokens, but a context of {context} needs {needed}. Take a longer text or a shorter context.",
        "文本有 {tokens} 个词元，而上下文长度 {context} 需要 {needed} 个。请换更长的文本，或缩短上下文。",
    ),
    (
        "No text is loaded yet; prepare a run first.",
        "尚未载入文本，请先准备一次训练。",
    ),
    (
        "Every genre has the weight 0, so there is nothing to write. Give at least one genre a weight above 0.",
        "所有体裁的权重都是 0，没有内容可写。请至少给一种体裁大于 0 的权重。",
    ),
    (
        "{bytes} bytes are asked for; at most {most} are written. Ask for fewer.",
        "要求写 {bytes} 字节，最多可写 {most} 字节。请减少。",
    ),
    (
        "0 bytes are asked for. Ask for at least 1; the last document is always whole.",
        "要求写 0 字节。请至少写 1 字节；最后一个文档总是完整的。",
    ),
    (
        "This corpus has too few Latin letters for the guessing game. Choose one in English in Data.",
        "该语料中的拉丁字母太少，无法用于猜字母游戏。请在「数据」中选择英文语料。",
    ),
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
    // Why a text is not part of the site, as its build wrote it.
    (
        "npm was not found when the page was built; install Node.js and build again",
        "构建页面时没有找到 npm；请安装 Node.js 后重新构建",
    ),
    (
        "tar was not found when the page was built",
        "构建页面时没有找到 tar",
    ),
    (
        "npm could not fetch {package} when the page was built",
        "构建页面时 npm 未能取回 {package}",
    ),
    (
        "{id} made from {package} has the checksum {found} instead of {wanted}",
        "由 {package} 制成的 {id} 校验和为 {found}，应为 {wanted}",
    ),
    (
        "not brought when the page was built; run `cargo xtask corpora --poetry` and build again",
        "构建页面时未取回；请运行 `cargo xtask corpora --poetry` 后重新构建",
    ),
    ("{name} cannot be read: {error}", "无法读取 {name}：{error}"),
    // Devices and memory.
    (
        "This model does not fit: {figure}. What fits: {cure}.",
        "模型放不下：{figure}。可行的设置：{cure}。",
    ),
    (
        "its largest buffer needs {needed}, this device allows {allowed}",
        "最大的缓冲区需要 {needed}，本设备只允许 {allowed}",
    ),
    (
        "it needs {needed} in all, there are {there}",
        "共需要 {needed}，而可用的有 {there}",
    ),
    ("batch {n}, {rest}", "批大小 {n}，{rest}"),
    ("context {n}, {rest}", "上下文长度 {n}，{rest}"),
    ("layers {n}, {rest}", "层数 {n}，{rest}"),
    ("batch {n}", "批大小 {n}"),
    ("context {n}", "上下文长度 {n}"),
    ("layers {n}", "层数 {n}"),
    ("channels {n}", "通道数 {n}"),
    (
        "choose fewer channels and layers, or a smaller vocabulary",
        "减少通道数和层数，或用更小的词表",
    ),
    (
        "a buffer of {needed} is needed, this device allows {allowed}; lower batch, context or channels",
        "需要 {needed} 的缓冲区，本设备只允许 {allowed}；请减小批大小、上下文或通道数",
    ),
    (
        "the GPU device was lost: {reason}",
        "图形设备已丢失：{reason}",
    ),
    (
        "the GPU device refused the work: {reason}",
        "图形设备拒绝了这项工作：{reason}",
    ),
    (
        "no WebGPU adapter: {reason}",
        "没有 WebGPU 适配器：{reason}",
    ),
    (
        "this browser does not offer WebGPU to this page",
        "此浏览器未向本页面提供 WebGPU",
    ),
    (
        "the browser found no WebGPU adapter",
        "浏览器没有找到 WebGPU 适配器",
    ),
    (
        "No device is ready yet; start the engine first.",
        "还没有可用的设备，请先启动引擎。",
    ),
    (
        "The device is gone; choose a backend in the device menu.",
        "设备已不可用，请在「训练」中另选计算设备。",
    ),
    ("Device was destroyed.", "设备已被销毁"),
    ("Destroyed", "已销毁"),
    (
        "Error occurred when trying to async map a buffer",
        "无法读回结果",
    ),
    ("worker.js could not be loaded", "无法载入 worker.js"),
    (
        "This browser gives workers no message channels; use a current one.",
        "此浏览器的 worker 没有消息通道，请使用新版浏览器。",
    ),
    (
        "A message between page and worker could not be read ({reason}). Reload the page, so that both are of the same version.",
        "无法读取页面与 worker 之间的消息（{reason}）。请重新载入页面，使两者版本一致。",
    ),
    (
        "A message between page and worker could not be written ({reason}). Reload the page, so that both are of the same version.",
        "无法写入页面与 worker 之间的消息（{reason}）。请重新载入页面，使两者版本一致。",
    ),
    (
        "The worker for texts has ended ({reason}). Try again.",
        "处理文本的 worker 已终止（{reason}）。请重试。",
    ),
    ("Hit the end of buffer, expected more data", "数据不完整"),
    (
        "The reader answered another question. Reload the page.",
        "处理文本的 worker 答非所问。请重新载入页面。",
    ),
    ("The reader did not answer.", "处理文本的 worker 没有回答。"),
    (
        "index.html has no {selector}",
        "index.html 中没有 {selector}",
    ),
    // Training, writing, looking.
    (
        "Nothing is prepared yet; apply a configuration first.",
        "尚未准备任何模型，请先应用一份配置。",
    ),
    (
        "There is no run to resume; apply a configuration first.",
        "没有可恢复的训练，请先应用一份配置。",
    ),
    (
        "There is no model yet; apply a configuration first.",
        "还没有模型，请先应用一份配置。",
    ),
    (
        "The run has stopped; resume or rewind it first.",
        "训练已中断，请先恢复或倒回。",
    ),
    (
        "This model has no attention; switch it on in Model.",
        "这个模型没有注意力，请在「模型」中开启。",
    ),
    ("Write some text to look at.", "请写一些要查看的文本。"),
    (
        "Scoring needs at least two tokens: the first has nothing before it. Write some more text.",
        "打分至少需要两个词元：第一个之前没有内容。请再多写一些。",
    ),
    (
        "The text has {tokens} tokens; at most {most} are scored at once. Shorten it.",
        "文本有 {tokens} 个词元，一次最多给 {most} 个打分。请缩短。",
    ),
    (
        "There is no reference configuration {config}; take S or M.",
        "没有参考配置 {config}，请选 S 或 M。",
    ),
    (
        "There is no workload {workload}; take train, matmul, generate, sample or cold.",
        "没有任务 {workload}，请选 train、matmul、generate、sample 或 cold。",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_columns_have_the_same_places() {
        let places = |template: &str| {
            let mut names: Vec<String> = template
                .split('{')
                .skip(1)
                .filter_map(|part| part.split_once('}').map(|(name, _)| name.to_owned()))
                .collect();
            names.sort();
            names
        };
        for (english, chinese) in SAID {
            assert_eq!(places(english), places(chinese), "{english}");
        }
    }

    #[test]
    fn reasons_inside_a_sentence_are_said_too() {
        assert_eq!(
            in_chinese("layers: 99 became 24, because allowed are 1 to 24.").unwrap(),
            "layers：99 改为 24，因为允许的范围是 1 到 24。"
        );
        assert_eq!(
            in_chinese("the GPU device was lost: Device was destroyed."),
            Some("图形设备已丢失：设备已被销毁".into())
        );
        assert_eq!(
            in_chinese("batch 64, context 256, layers 6, channels 256").unwrap(),
            "批大小 64，上下文长度 256，层数 6，通道数 256"
        );
    }

    #[test]
    fn what_is_not_in_the_table_stays_as_it_is() {
        assert_eq!(in_chinese("something new"), None);
        assert_eq!(said("something new", Language::Chinese), "something new");
        assert_eq!(said("status 404", Language::English), "status 404");
        assert_eq!(matched("a {x} b", "a 1 b 2"), None);
        assert_eq!(matched("a {x} b", "a 1 b"), Some(vec![("x", "1")]));
        assert_eq!(matched("same", "same"), Some(vec![]));
    }
}
