// tanh and the logistic function of a lane; needs lane1.wgsl or lane4.wgsl. By exp of a non-positive number, as `safe_tanh`
// in activation.wgsl: some drivers' tanh overflows for large arguments.
fn lane_tanh(x: Lane) -> Lane {
    let a = abs(x);
    let e = exp(-2.0 * a);
    let s = a * a;
    let small = a * (1.0 + s * (-1.0 / 3.0 + s * (2.0 / 15.0 - s * (17.0 / 315.0))));
    let magnitude = select((1.0 - e) / (1.0 + e), small, a < lane(0.1));
    return select(magnitude, -magnitude, x < lane(0.0));
}

fn lane_sigmoid(x: Lane) -> Lane {
    return 0.5 + 0.5 * lane_tanh(0.5 * x);
}
