// Draws the next token from logits within one workgroup. Rust: src/ops/sampler.rs (what is computed, and in which order).
// Everything a barrier depends on goes through workgroupUniformLoad: a browser must be able to prove it uniform.
struct Params { vocabulary: u32, capacity: u32, history: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(2) var<storage, read> logits: array<f32>; // (1, V)
@group(0) @binding(3) var<storage, read_write> tokens: array<u32>; // (capacity)
@group(0) @binding(4) var<storage, read_write> cursor: array<u32>; // (1)
@group(0) @binding(5) var<storage, read_write> history: array<f32>; // (history, V): log-probabilities

var<workgroup> position: u32;
var<workgroup> counts: array<atomic<u32>, WORKGROUP>;
// Key, and how many of the tokens with this key are still in the set: the first by index.
var<workgroup> threshold: vec2<u32>;
var<workgroup> masses: array<vec4<f32>, WORKGROUP>;
var<workgroup> chunk_ties: array<u32, WORKGROUP>;
var<workgroup> chunk_masses: array<f32, WORKGROUP>;
var<workgroup> chosen: vec4<u32>; // chunk, ties before it, mass before it (bits), mass to reach (bits)
var<workgroup> lowest: atomic<u32>;
var<workgroup> shared_key: u32;

// Weight of a logit: exp((x - largest) / temperature), 0 where it would be subnormal.
fn weight_of(value: f32, largest: f32) -> f32 {
    let z = (value - largest) / globals.temperature;
    return select(exp(z), 0.0, z < -87.0);
}

// Weight of the tokens at a threshold; 0 where everything is kept and no token stands at it.
fn tie_weight_of(kept: vec2<u32>, largest: f32) -> f32 {
    if kept.y == 0u {
        return 0.0;
    }
    return weight_of(value_of_key(kept.x), largest);
}

fn mass_sum(value: vec4<f32>, thread: u32) -> vec4<f32> {
    masses[thread] = value;
    workgroupBarrier();
    for (var half = WORKGROUP / 2u; half > 0u; half = half / 2u) {
        if thread < half {
            masses[thread] += masses[thread + half];
        }
        workgroupBarrier();
    }
    return workgroupUniformLoad(&masses[0]);
}

// The k-th largest key and how many of its ties belong to the first k: eight bits a pass, from the top.
fn select_top_k(k: u32, thread: u32) {
    if thread == 0u {
        threshold = vec2<u32>(0u, k);
    }
    for (var shift = 32u; shift > 0u; shift -= 8u) {
        let low = shift - 8u;
        atomicStore(&counts[thread], 0u);
        let known = workgroupUniformLoad(&threshold);
        for (var i = thread; i < params.vocabulary; i += WORKGROUP) {
            let key = order_key(finite(logits[i]));
            if shift == 32u || (key >> (shift % 32u)) == (known.x >> (shift % 32u)) {
                atomicAdd(&counts[(key >> low) & 255u], 1u);
            }
        }
        workgroupBarrier();
        if thread == 0u {
            var rest = known.y;
            for (var bin = 255i; bin >= 0i; bin -= 1i) {
                let count = atomicLoad(&counts[bin]);
                if rest <= count {
                    threshold = vec2<u32>(known.x | (u32(bin) << low), rest);
                    break;
                }
                rest -= count;
            }
        }
        workgroupBarrier();
    }
}

// Narrows the set to the smallest one of most probable tokens with a share of at least top_p: the largest key whose
// tokens and all above reach it, two bits a pass, and as many of its ties as are needed.
fn select_top_p(largest: f32, thread: u32) {
    let kept = workgroupUniformLoad(&threshold);
    let tie_weight = tie_weight_of(kept, largest);
    let ties = f32(kept.y) * tie_weight;
    var above = 0.0;
    for (var i = thread; i < params.vocabulary; i += WORKGROUP) {
        let value = finite(logits[i]);
        above += select(0.0, weight_of(value, largest), order_key(value) > kept.x);
    }
    // Above zero, so that the most probable token is always needed.
    let wanted = max(globals.top_p * (mass_sum(vec4<f32>(above), thread).x + ties), 1.0e-30);
    var key = 0u;
    for (var shift = 32u; shift > 0u; shift -= 2u) {
        let low = shift - 2u;
        let candidates = vec3<u32>(key | (1u << low), key | (2u << low), key | (3u << low));
        var mass = vec3<f32>(0.0);
        for (var i = thread; i < params.vocabulary; i += WORKGROUP) {
            let value = finite(logits[i]);
            let own = order_key(value);
            if own > kept.x {
                let weight = weight_of(value, largest);
                mass += select(vec3<f32>(0.0), vec3<f32>(weight), vec3<u32>(own) >= candidates);
            }
        }
        mass = mass_sum(vec4<f32>(mass, 0.0), thread).xyz;
        mass += select(vec3<f32>(0.0), vec3<f32>(ties), candidates <= vec3<u32>(kept.x));
        if mass.z >= wanted {
            key = candidates.z;
        } else if mass.y >= wanted {
            key = candidates.y;
        } else if mass.x >= wanted {
            key = candidates.x;
        }
    }
    if key < kept.x {
        return; // the whole set is needed
    }
    var higher = 0.0;
    for (var i = thread; i < params.vocabulary; i += WORKGROUP) {
        let value = finite(logits[i]);
        higher += select(0.0, weight_of(value, largest), order_key(value) > key);
    }
    higher = mass_sum(vec4<f32>(higher), thread).x;
    if thread == 0u {
        let one = weight_of(value_of_key(key), largest);
        // Clamped below 2^24, where the float holds every whole number.
        let needed = u32(clamp(ceil((wanted - higher) / max(one, 1.0e-38)), 1.0, 16777215.0));
        threshold = vec2<u32>(key, select(needed, min(needed, kept.y), key == kept.x));
    }
    workgroupBarrier();
}

// One token of the kept, by its share of the mass; each thread owns one run of neighbouring tokens.
fn draw(largest: f32, thread: u32) -> u32 {
    let kept = workgroupUniformLoad(&threshold);
    let chunk = (params.vocabulary + WORKGROUP - 1u) / WORKGROUP;
    let begin = min(thread * chunk, params.vocabulary);
    let end = min(begin + chunk, params.vocabulary);
    let tie_weight = tie_weight_of(kept, largest);
    var mass = 0.0;
    var ties = 0u;
    for (var i = begin; i < end; i += 1u) {
        let value = finite(logits[i]);
        let key = order_key(value);
        if key > kept.x {
            mass += weight_of(value, largest);
        } else if key == kept.x {
            ties += 1u;
        }
    }
    chunk_masses[thread] = mass;
    chunk_ties[thread] = ties;
    workgroupBarrier();
    if thread == 0u {
        var total = 0.0;
        var seen = 0u;
        for (var c = 0u; c < WORKGROUP; c += 1u) {
            let taken = min(kept.y - min(seen, kept.y), chunk_ties[c]);
            chunk_masses[c] += f32(taken) * tie_weight;
            total += chunk_masses[c];
            let before = seen;
            seen += chunk_ties[c];
            chunk_ties[c] = before;
        }
        let fraction = uniform01(random_u32(globals.seed, SAMPLING, position));
        let goal = fraction * total;
        var sum = 0.0;
        var found = vec4<u32>(0u);
        for (var c = 0u; c < WORKGROUP; c += 1u) {
            if chunk_masses[c] > 0.0 {
                found = vec4<u32>(c, chunk_ties[c], bitcast<u32>(sum), bitcast<u32>(goal));
                sum += chunk_masses[c];
                if sum > goal {
                    break;
                }
            }
        }
        chosen = found;
    }
    let place = workgroupUniformLoad(&chosen);
    var token = 0u;
    if thread == place.x {
        let goal = bitcast<f32>(place.w);
        var sum = bitcast<f32>(place.z);
        var rank = place.y;
        for (var i = begin; i < end; i += 1u) {
            let value = finite(logits[i]);
            let key = order_key(value);
            let is_tie = key == kept.x;
            let weight = weight_of(value, largest);
            if (key > kept.x || (is_tie && rank < kept.y)) && weight > 0.0 {
                token = i; // the last one stays if rounding keeps the sum below the goal
                sum += weight;
                if sum > goal {
                    break;
                }
            }
            rank += select(0u, 1u, is_tie);
        }
        atomicStore(&lowest, token);
    }
    workgroupBarrier();
    return atomicLoad(&lowest);
}

@compute @workgroup_size(WORKGROUP)
fn forward(@builtin(local_invocation_index) thread: u32) {
    if thread == 0u {
        position = cursor[0];
        atomicStore(&lowest, 0u);
        atomicStore(&counts[0], 0u);
    }
    let at = workgroupUniformLoad(&position);
    if at >= params.capacity - 1u {
        return;
    }
    var largest_key = 0u;
    for (var i = thread; i < params.vocabulary; i += WORKGROUP) {
        largest_key = max(largest_key, order_key(finite(logits[i])));
    }
    atomicMax(&counts[0], largest_key);
    workgroupBarrier();
    if thread == 0u {
        shared_key = atomicLoad(&counts[0]);
    }
    largest_key = workgroupUniformLoad(&shared_key);
    let largest = value_of_key(largest_key);
    var exps = 0.0;
    for (var i = thread; i < params.vocabulary; i += WORKGROUP) {
        exps += exp(max(finite(logits[i]) - largest, -87.0));
    }
    let lse = log(mass_sum(vec4<f32>(exps), thread).x);
    let row = (at % params.history) * params.vocabulary;
    for (var i = thread; i < params.vocabulary; i += WORKGROUP) {
        history[row + i] = finite(logits[i]) - largest - lse;
    }
    if at + 1u < globals.prompt_len {
        if thread == 0u {
            cursor[0] = at + 1u;
        }
        return;
    }
    var token = 0u;
    if globals.temperature < bitcast<f32>(GREEDY_BELOW) {
        if thread == 0u {
            atomicStore(&lowest, 0xFFFFFFFFu);
        }
        workgroupBarrier();
        for (var i = thread; i < params.vocabulary; i += WORKGROUP) {
            if order_key(finite(logits[i])) == largest_key {
                atomicMin(&lowest, i);
                break;
            }
        }
        workgroupBarrier();
        token = atomicLoad(&lowest);
    } else {
        if globals.top_k > 0u && globals.top_k < params.vocabulary {
            select_top_k(globals.top_k, thread);
        } else {
            if thread == 0u {
                threshold = vec2<u32>(0u, 0u);
            }
            workgroupBarrier();
        }
        if globals.top_p < 1.0 {
            select_top_p(largest, thread);
        }
        token = draw(largest, thread);
    }
    if thread == 0u {
        tokens[at + 1u] = token;
        cursor[0] = at + 1u;
    }
}
