//! Texts that cannot be used, or that the site does not have.

/// English as the engine says it, Chinese.
pub(super) const ROWS: &[(&str, &str)] = &[
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
];
