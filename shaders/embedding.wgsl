// y[b,t] = wte[id] + wpe[t], its gradients by gathering, and one row for decoding. Rust: src/ops/embedding.rs, which puts
// `position_at`, `store_dposition` and `added_at` before this text: with their buffers, or without.
struct Params { rows: u32, lanes: u32, time: u32, vocabulary: u32, positions: u32, tokens: u32 }
@group(0) @binding(0) var<uniform> params: Params;

@group(0) @binding(2) var<storage, read> ids: array<u32>; // (B, T)
@group(0) @binding(3) var<storage, read> wte: array<Lane>; // (V, C)
@group(0) @binding(4) var<storage, read_write> y: array<Lane>; // (B, T, C)

@compute @workgroup_size(256)
fn forward(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let i = id.x + id.y * groups.x * 256u;
    if i >= params.rows * params.lanes {
        return;
    }
    let row = i / params.lanes;
    let c = i % params.lanes;
    let token = min(ids[row], params.vocabulary - 1u);
    y[i] = wte[token * params.lanes + c] + position_at((row % params.time) * params.lanes + c);
}

@group(0) @binding(2) var<storage, read> dy: array<Lane>; // (B, T, C)
@group(0) @binding(3) var<storage, read> order: array<u32>; // (B T): rows sorted by token
@group(0) @binding(4) var<storage, read> starts: array<u32>; // (V + 1)
@group(0) @binding(5) var<storage, read_write> dwte: array<Lane>; // (V, C)

// One thread a lane of dwte, then one a lane of dwpe.
@compute @workgroup_size(64)
fn backward(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    var i = id.x + id.y * groups.x * 64u;
    if i < params.vocabulary * params.lanes {
        let token = i / params.lanes;
        let c = i % params.lanes;
        let end = starts[token + 1u];
        var at = starts[token];
        // Four sums at once: frequent tokens have long lists, and each load waits for the one that says where.
        var sums = array<Lane, 4>(lane(0.0), lane(0.0), lane(0.0), lane(0.0));
        for (; at + 4u <= end; at += 4u) {
            sums[0] += dy[order[at] * params.lanes + c];
            sums[1] += dy[order[at + 1u] * params.lanes + c];
            sums[2] += dy[order[at + 2u] * params.lanes + c];
            sums[3] += dy[order[at + 3u] * params.lanes + c];
        }
        for (; at < end; at += 1u) {
            sums[0] += dy[order[at] * params.lanes + c];
        }
        dwte[i] = (sums[0] + sums[1]) + (sums[2] + sums[3]) + added_at(i);
        return;
    }
    i -= params.vocabulary * params.lanes;
    if i >= params.positions * params.lanes {
        return;
    }
    var sum = lane(0.0);
    if i < params.time * params.lanes {
        for (var at = i; at < params.rows * params.lanes; at += params.time * params.lanes) {
            sum += dy[at];
        }
    }
    store_dposition(i, sum);
}

@group(0) @binding(2) var<storage, read> tokens: array<u32>; // (capacity)
@group(0) @binding(4) var<storage, read_write> row_y: array<Lane>; // (1, C)
@group(0) @binding(6) var<storage, read> cursor: array<u32>; // (1)

@compute @workgroup_size(64)
fn embed_at(@builtin(global_invocation_id) id: vec3<u32>) {
    if id.x >= params.lanes {
        return;
    }
    let at = cursor[0];
    let token = min(tokens[min(at, params.tokens - 1u)], params.vocabulary - 1u);
    row_y[id.x] = wte[token * params.lanes + id.x] + position_at(min(at, params.positions - 1u) * params.lanes + id.x);
}
