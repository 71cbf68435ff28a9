//! The attention laboratory.

use super::table;

table! {
    /// Texts of the attention laboratory.
    Attention {
    title: "Look inside: attention" | "看内部：注意力（attention）";
    at_step: "after step {step}; layer {layer}, head {head}" | "第 {step} 步之后；第 {layer} 层，第 {head} 头";
    empty: "The attention of the model appears here once it is prepared." | "模型准备好后，其注意力会显示在这里。";
    computing: "Reading the model…" | "正在读取模型…";
    not_explanation: "Attention shows where information was read from. It is not an explanation of why the model predicts what it does." | "注意力只显示信息从哪里读取，并不能解释模型为什么作出这样的预测。";
    strip_label: "The text. The chosen token is the query; the colour of each token is the attention it gets." | "文本。选中的词元是查询（query），各词元的颜色表示它得到的注意力。";
    matrix_label: "Attention weights. Rows are queries, columns are keys; arrow keys move." | "注意力权重。行是查询（query），列是键（key）；用方向键移动。";
    query: "query" | "查询（query）";
    key: "key" | "键（key）";
    heads: "All heads, a row a layer" | "所有注意力头（head），每行一层";
    head_name: "Layer {layer}, head {head}" | "第 {layer} 层，第 {head} 头";
    next: "Next token after the query" | "查询之后的下一个词元";
    group_text: "Text to look at" | "要查看的文本";
    text_label: "Text (cut to the context length)" | "文本（截断到上下文长度）";
    look: "Look" | "查看";
    live: "Follow the training" | "随训练更新";
    about: "Each head lets every token read from earlier ones. A row of the matrix is one token's share of reading: it sums to 1, and what comes later is dark because a token cannot see the future. Point at a token or move with the arrow keys; press a small picture to see another head. While the model trains, the pictures change with it." | "每个注意力头（head）让词元从更早的词元读取信息。矩阵的一行是一个词元的读取比例，总和为 1；后面的位置是暗的，因为词元看不到未来。指向一个词元或用方向键移动；点小图可以换一个头。训练时图会随之变化。";
    }
}
