// One step of Elman's network, and back (names and formulas: src/ops/recurrence.rs). Kept: y.

fn advance(x: array<Lane, GATES>, hidden: array<Lane, GATES>, h: Lane, c: Lane) -> Step {
    let y = lane_tanh(x[0] + hidden[0]);
    return Step(array<Lane, KEPT>(y), y, c);
}

fn retreat(kept: array<Lane, KEPT>, h: Lane, dh: Lane, dc: Lane) -> BackStep {
    let d = dh * (1.0 - kept[0] * kept[0]);
    return BackStep(array<Lane, GATES>(d), array<Lane, GATES>(d), lane(0.0), dc);
}
