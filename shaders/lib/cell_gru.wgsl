// One step of a GRU, and back (names and formulas: src/ops/recurrence.rs). Kept: r, z, n, q.

fn advance(x: array<Lane, GATES>, hidden: array<Lane, GATES>, h: Lane, c: Lane) -> Step {
    let r = lane_sigmoid(x[0] + hidden[0]);
    let z = lane_sigmoid(x[1] + hidden[1]);
    let q = hidden[2];
    let n = lane_tanh(x[2] + r * q);
    return Step(array<Lane, KEPT>(r, z, n, q), n + z * (h - n), c);
}

fn retreat(kept: array<Lane, KEPT>, h: Lane, dh: Lane, dc: Lane) -> BackStep {
    let r = kept[0];
    let z = kept[1];
    let n = kept[2];
    let dn = dh * (1.0 - z) * (1.0 - n * n);
    let dr = dn * kept[3] * r * (1.0 - r);
    let dz = dh * (h - n) * z * (1.0 - z);
    return BackStep(array<Lane, GATES>(dr, dz, dn), array<Lane, GATES>(dr, dz, dn * r), dh * z, dc);
}
