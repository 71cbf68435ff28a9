// Twin of team.wgsl for teams of one thread: no workgroup memory and no barrier, which software adapters run slowly.
fn team_sum(value: f32, thread: u32) -> f32 {
    return value;
}

fn team_max(value: f32, thread: u32) -> f32 {
    return value;
}
