//! The training laboratory.

use super::table;

table! {
    /// Texts of the training laboratory.
    Train {
    title: "Train" | "训练（training）";
    quantity: "Quantity" | "显示的量";
    loss: "Loss" | "损失（loss）";
    perplexity: "Perplexity" | "困惑度（perplexity）";
    bits_per_byte: "Bits per byte" | "每字节比特";
    axis_loss: "loss, nats per token" | "损失（loss），奈特/词元";
    axis_perplexity: "perplexity" | "困惑度（perplexity）";
    axis_bits_per_byte: "bits per byte" | "比特/字节";
    axis_step: "step" | "步";
    axis_grad_norm: "Gradient norm" | "梯度范数（gradient norm）";
    axis_speed: "Tokens per second" | "词元/秒";
    curve_train: "training" | "训练";
    curve_validation: "validation" | "验证";
    chart_label: "Loss over steps. Arrow keys read exact values." | "损失随步数的变化。用方向键读取精确值。";
    log_scale: "log scale" | "对数坐标";
    empty: "Press play: the loss falls within seconds." | "按「开始」，几秒内就能看到损失下降。";
    words_empty: "Untrained: every token is about equally likely." | "尚未训练：每个词元的可能性差不多。";
    words_train: "Step {step} of {total}, {time}: loss {loss} nats per token ({bits} bits)." | "第 {step} / {total} 步，用时 {time}：损失 {loss} 奈特/词元（{bits} 比特）。";
    words_validation: " On held-out text after step {step}: {loss} nats ({bits} bits), perplexity {perplexity}, {bpb} bits per byte." | "第 {step} 步后在留出文本上：{loss} 奈特（{bits} 比特），困惑度 {perplexity}，{bpb} 比特/字节。";
    finished: "All planned steps are done. Generate text, or raise the number of steps and train anew." | "计划的步数已全部完成。可以去生成文本，或增加步数重新训练。";
    non_finite: "The loss became {loss} at step {step} (learning rate {rate}, gradient norm {norm}), so the run paused. Resuming goes on from the last good weights. Lower the learning rate and resume, or turn clipping on and start anew." | "第 {step} 步损失变为 {loss}（学习率 {rate}，梯度范数 {norm}），运行已暂停。恢复后从最近一份正常的权重继续。请先调低学习率，或开启梯度裁剪后重新开始。";
    device_lost: "The graphics device is gone ({reason}). The weights of step {step} are safe; resuming goes on from there." | "图形设备已丢失（{reason}）。第 {step} 步的权重已保留，恢复后从那里继续。";
    device_lost_early: "The graphics device is gone ({reason}) before any weights were kept; resuming begins again at step 0, with the same initial weights." | "图形设备已丢失（{reason}），此时尚未保留权重；恢复后从第 0 步以相同的初始权重重新开始。";
    resume: "Resume from the last good weights" | "从最近一份正常的权重恢复";
    samples: "What it writes" | "模型写出的文本";
    samples_empty: "Samples appear here while it trains." | "训练过程中，样本会出现在这里。";
    group_schedule: "Steps and learning rate" | "步数与学习率";
    draw_schedule: "Draw the schedule" | "画出学习率曲线";
    group_optimizer: "Optimizer" | "优化器（optimizer）";
    group_watch: "Validation and samples" | "验证与样本";
    group_device: "Device and seed" | "设备与种子";
    try_fast: "Ten times the learning rate" | "学习率乘以十";
    try_sgd: "SGD instead of AdamW" | "用 SGD 代替 AdamW";
    try_no_warmup: "No warm-up" | "不预热";
    about: "Each step shows the model a batch of text and asks for every next token. The loss is how surprised it was, in nats: 0 would be certainty, ln V knows nothing about V tokens. The gradient says how each weight should move, and the optimizer moves it. The pale line is every step, the bold one its running mean." | "每一步给模型看一批文本，要它预测每个位置的下一个词元。损失（loss）是它的惊讶程度，以奈特计：0 表示完全确定，ln V 表示对 V 个词元一无所知。梯度（gradient）指出每个权重该怎样移动，由优化器执行。浅色线是每一步的值，粗线是其滑动平均。";
    }
}
