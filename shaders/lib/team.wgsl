// Sum and maximum over TEAM neighbouring threads (a power of two) of a workgroup of THREADS, in a fixed tree order.
// Every thread of the workgroup must call; every thread of a team gets the team's result. Twin of alone.wgsl.
var<workgroup> team_cells: array<f32, THREADS>;

fn team_sum(value: f32, thread: u32) -> f32 {
    let member = thread % TEAM;
    team_cells[thread] = value;
    workgroupBarrier();
    for (var half = TEAM / 2u; half > 0u; half = half / 2u) {
        if member < half {
            team_cells[thread] += team_cells[thread + half];
        }
        workgroupBarrier();
    }
    let total = team_cells[thread - member];
    workgroupBarrier();
    return total;
}

fn team_max(value: f32, thread: u32) -> f32 {
    let member = thread % TEAM;
    team_cells[thread] = value;
    workgroupBarrier();
    for (var half = TEAM / 2u; half > 0u; half = half / 2u) {
        if member < half {
            team_cells[thread] = max(team_cells[thread], team_cells[thread + half]);
        }
        workgroupBarrier();
    }
    let largest = team_cells[thread - member];
    workgroupBarrier();
    return largest;
}
