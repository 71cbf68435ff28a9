// What one load brings, where sizes are multiples of four: four numbers. Twin of lane1.wgsl; `launch::Width` picks.
alias Lane = vec4<f32>;
const WIDTH: u32 = 4u;

fn lane(value: f32) -> Lane {
    return vec4<f32>(value);
}

fn lane_sum(value: Lane) -> f32 {
    return (value.x + value.z) + (value.y + value.w);
}

fn lane_max(value: Lane) -> f32 {
    return max(max(value.x, value.z), max(value.y, value.w));
}

fn lane_element(value: Lane, i: u32) -> f32 {
    return value[i];
}

// 1 where the lane's element is number `i`, which may lie outside.
fn one_hot(i: u32) -> Lane {
    return select(vec4<f32>(0.0), vec4<f32>(1.0), vec4<u32>(0u, 1u, 2u, 3u) == vec4<u32>(i));
}
