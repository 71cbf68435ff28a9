//! The bench.

use super::table;

table! {
    /// Texts of the bench.
    Bench {
    title: "Bench" | "测速（bench）";
    empty: "Choose a workload and press Run. Each figure comes as one line of JSON." | "选择任务后按「运行」，每个结果是一行 JSON。";
    running: "Measuring… the page stays usable; other work on this machine makes the figures worse." | "正在测量……页面仍可使用；本机上的其他任务会影响结果。";
    done: "Done." | "完成。";
    group: "Workload" | "任务";
    workload: "Workload" | "任务（workload）";
    config: "Reference model" | "参考模型";
    runs: "Runs" | "次数";
    run: "Run" | "运行";
    about: "The same work on every device: the reference models S and M with fixed seeds. Median, least and greatest time of the runs are given, and what was created on the way; in a steady step that is nothing." | "在每台设备上做同样的工作：固定种子的参考模型 S 和 M。给出各次运行时间的中位数、最小值和最大值，以及过程中新建的对象数；稳定的训练步中应为零。";
    }
}
