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
