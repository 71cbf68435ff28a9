//! The bench.

use super::table;

table! {
    /// Texts of the bench.
    Bench {
    title: "Bench" | "测速（bench）";
    empty: "Press Run: what this device gives appears here. What is measured is chosen in the settings." | "按「运行」，本设备的测量结果会显示在这里。测什么可在设置中选择。";
    running: "Measuring… the page stays usable; other work on this machine makes the figures worse." | "正在测量……页面仍可使用；本机上的其他任务会影响结果。";
    done: "Done." | "完成。";
    group: "What to measure" | "测什么";
    workload: "Work" | "任务（workload）";
    config: "Reference model" | "参考模型";
    runs: "Runs" | "次数";
    run: "Run" | "运行";
    train: "Training step" | "训练一步（training step）";
    matmul: "Matrix product" | "矩阵乘法（matmul）";
    generate: "Token, with a key–value cache" | "生成一个词元（KV cache）";
    sample: "Draw from 50,000 logits" | "从 50,000 个 logit 中抽取";
    cold: "From opening the page to the first step" | "从打开页面到第一步";
    read_every: "loss read every {n}" | "每 {n} 步读取损失";
    work: "Work" | "任务";
    median: "Median, ms" | "中位数，毫秒";
    least_greatest: "Range, ms" | "范围，毫秒";
    speed: "Speed" | "速度";
    launches: "Launches" | "启动次数";
    created: "Objects made" | "新建对象";
    lines: "As lines of JSON" | "JSON 原文";
    about: "The same work on every device: the reference models S and M with fixed seeds. Median, least and greatest time of the runs are given, and what was created on the way; in a steady step that is nothing." | "在每台设备上做同样的工作：固定种子的参考模型 S 和 M。给出各次运行时间的中位数、最小值和最大值，以及过程中新建的对象数；稳定的训练步中应为零。";
    }
}
