// One step of an LSTM, and back (names and formulas: src/ops/recurrence.rs). Kept: i, f, g, o, c of the step before.

fn advance(x: array<Lane, GATES>, hidden: array<Lane, GATES>, h: Lane, c: Lane) -> Step {
    let i = lane_sigmoid(x[0] + hidden[0]);
    let f = lane_sigmoid(x[1] + hidden[1]);
    let g = lane_tanh(x[2] + hidden[2]);
    let o = lane_sigmoid(x[3] + hidden[3]);
    let cell = f * c + i * g;
    return Step(array<Lane, KEPT>(i, f, g, o, c), o * lane_tanh(cell), cell);
}

fn retreat(kept: array<Lane, KEPT>, h: Lane, dh: Lane, dc: Lane) -> BackStep {
    let i = kept[0];
    let f = kept[1];
    let g = kept[2];
    let o = kept[3];
    let c = kept[4];
    let t = lane_tanh(f * c + i * g);
    let d_cell = dc + dh * o * (1.0 - t * t);
    let d_i = d_cell * g * i * (1.0 - i);
    let d_f = d_cell * c * f * (1.0 - f);
    let d_g = d_cell * i * (1.0 - g * g);
    let d_o = dh * t * o * (1.0 - o);
    let d_x = array<Lane, GATES>(d_i, d_f, d_g, d_o);
    return BackStep(d_x, d_x, lane(0.0), d_cell * f);
}
