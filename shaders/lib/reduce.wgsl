// Sum and maximum over a workgroup of WORKGROUP threads, in a fixed tree order. Every thread of the workgroup
// must call; every thread gets the result.
var<workgroup> reduce_cells: array<f32, WORKGROUP>;

fn workgroup_sum(value: f32, lane: u32) -> f32 {
    reduce_cells[lane] = value;
    workgroupBarrier();
    for (var half = WORKGROUP / 2u; half > 0u; half = half / 2u) {
        if lane < half {
            reduce_cells[lane] += reduce_cells[lane + half];
        }
        workgroupBarrier();
    }
    let total = reduce_cells[0];
    workgroupBarrier();
    return total;
}

fn workgroup_max(value: f32, lane: u32) -> f32 {
    reduce_cells[lane] = value;
    workgroupBarrier();
    for (var half = WORKGROUP / 2u; half > 0u; half = half / 2u) {
        if lane < half {
            reduce_cells[lane] = max(reduce_cells[lane], reduce_cells[lane + half]);
        }
        workgroupBarrier();
    }
    let largest = reduce_cells[0];
    workgroupBarrier();
    return largest;
}
