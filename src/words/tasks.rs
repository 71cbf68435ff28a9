//! The sequence tasks: their names and those of their sizes and settings.

use super::table;

table! {
    /// Texts about sequence tasks.
    Tasks {
    corpus: "Sequence task" | "序列任务";
    corpus_note: "Nineteen, from addition to Markov sources; one example a line, each with an answer that can be checked." | "共十九种，从加法到马尔可夫源；每行一例，答案均可核对。";
    group: "Task" | "任务";
    task: "Task" | "任务（task）";
    kilobytes: "Length, kB" | "长度，kB";
    seed: "Seed of the examples" | "例子的种子（seed）";
    addition: "Addition" | "加法";
    multiplication: "Multiplication" | "乘法";
    modular_addition: "Addition modulo a number" | "模加法";
    copy: "Copy" | "复制";
    reverse: "Reverse" | "反转";
    sort: "Sort" | "排序";
    repeat: "Repeat" | "重复";
    parity: "Parity" | "奇偶校验（parity）";
    dyck_1: "Brackets of one kind (Dyck-1)" | "单种括号（Dyck-1）";
    dyck_2: "Brackets of two kinds (Dyck-2)" | "两种括号（Dyck-2）";
    elman_1990: "Elman's short sentences (1990)" | "Elman 的短句（1990）";
    elman_1991: "Elman's relative clauses (1991)" | "Elman 的关系从句（1991）";
    two_sum: "Two numbers of a given sum" | "两数之和";
    marked_addition: "Addition of the marked numbers" | "标记数相加";
    temporal_order: "Order of distant signals" | "远距信号的次序";
    selective_copy: "Copy without the blanks" | "选择性复制";
    associative_recall: "Recall by key" | "联想回忆";
    markov_1: "Markov source of first order" | "一阶马尔可夫源";
    markov_n: "Markov source of any order" | "任意阶马尔可夫源";
    size_digits: "Most digits" | "最多位数";
    size_reversed: "Last digit first (0 no, 1 yes)" | "先写末位（0 否，1 是）";
    size_modulus: "Modulus" | "模数";
    size_length: "Length" | "长度";
    size_symbols: "Symbols" | "符号数";
    size_times: "Most times" | "最多次数";
    size_depth: "Depth" | "深度";
    size_count: "How many" | "个数";
    size_largest: "Largest number" | "最大的数";
    size_signals: "Signals" | "信号数";
    size_blanks: "Blanks" | "空位数";
    size_pairs: "Pairs" | "键值对数";
    size_order: "Order: symbols of context" | "阶数：前文符号数";
    size_source: "Which table of probabilities" | "哪一张概率表";
    }
}
