// What one load brings, where sizes are no multiple of four: one number. Twin of lane4.wgsl; `launch::Width` picks.
alias Lane = f32;
const WIDTH: u32 = 1u;

fn lane(value: f32) -> Lane {
    return value;
}

fn lane_sum(value: Lane) -> f32 {
    return value;
}

fn lane_max(value: Lane) -> f32 {
    return value;
}

fn lane_element(value: Lane, i: u32) -> f32 {
    return value;
}

// 1 where the lane's element is number `i`, which may lie outside.
fn one_hot(i: u32) -> Lane {
    return select(0.0, 1.0, i == 0u);
}
