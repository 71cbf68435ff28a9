"""The golden families: parameters in order, and forward passes in plain PyTorch.

Shape letters: B rows, T time, S source, C channels, V vocabulary, H heads, D head size; linear weights are (in, out).
`…_parameters(c)` lists the parameters of a configuration; a forward pass takes them by name, the configuration, a batch and a
`memory` that lasts from step to step, and gives logits and loss.
"""

import math
from typing import NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from torch.func import functional_call
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from family_data import IGNORE

# A width of 32 gives 1/√32 = 0.18 for parts that neither fade nor explode. GPT-2's 0.02 would leave attention so even, and every
# tanh so straight, that a wrong mask or gate changes no number here.
STD = 0.2
EPSILON = 1e-5

# Parameters.


class Parameter(NamedTuple):
    name: str
    shape: tuple
    init: str  # normal, zeros, ones, or forget: ones in the second quarter, zeros elsewhere
    std: float = 0.0


def normal(name, *shape, std=STD):
    return Parameter(name, shape, "normal", std)


def zeros(name, *shape):
    return Parameter(name, shape, "zeros")


def linear(name, inputs, outputs, bias=True, std=STD):
    weight = [normal(f"{name}.weight", inputs, outputs, std=std)]
    return weight + ([zeros(f"{name}.bias", outputs)] if bias else [])


def norm(name, channels, bias=True):
    gain = [Parameter(f"{name}.weight", (channels,), "ones")]
    return gain + ([zeros(f"{name}.bias", channels)] if bias else [])


GATES = {"rnn": 1, "gru": 3, "lstm": 4}


def recurrence(name, inputs, hidden, cell):
    wide = GATES[cell] * hidden
    first_bias = Parameter(f"{name}.input.bias", (wide,), "forget" if cell == "lstm" else "zeros")
    return [
        normal(f"{name}.input.weight", inputs, wide),
        first_bias,
        normal(f"{name}.hidden.weight", hidden, wide),
        zeros(f"{name}.hidden.bias", wide),
    ]


# Layers.


def apply_linear(p, name, x):
    y = x @ p[f"{name}.weight"]
    return y + p[f"{name}.bias"] if f"{name}.bias" in p else y


def apply_norm(p, name, x):
    """LayerNorm, or RMSNorm where there is no bias."""
    gain = p[f"{name}.weight"]
    if f"{name}.bias" in p:
        return F.layer_norm(x, gain.shape, gain, p[f"{name}.bias"], EPSILON)
    return gain * x * torch.rsqrt(x.square().mean(-1, keepdim=True) + EPSILON)


ACTIVATIONS = {
    "gelu_tanh": lambda x: F.gelu(x, approximate="tanh"),
    "gelu_erf": F.gelu,
    "relu": F.relu,
}


def apply_mlp(p, name, x, activation):
    hidden = ACTIVATIONS[activation](apply_linear(p, f"{name}.c_fc", x))
    return apply_linear(p, f"{name}.c_proj", hidden)


def heads_of(x, heads):
    """(B, T, heads·D) → (B, heads, T, D)"""
    return x.unflatten(-1, (heads, -1)).transpose(1, 2)


def attention(q, k, v, visible, bias=0.0, cap=None):
    """softmax(cap(q·kᵀ/√D + bias))·v of what is visible: q (B, H, T, D), k and v (B, H, S, D) → (B, T, C)."""
    scores = q @ k.transpose(-1, -2) / math.sqrt(q.shape[-1]) + bias
    if cap is not None:
        scores = cap * torch.tanh(scores / cap)
    weights = scores.masked_fill(~visible, -math.inf).softmax(-1)  # (B, H, T, S)
    return (weights @ v).transpose(1, 2).flatten(-2)


def causal(time):
    return torch.ones(time, time, dtype=torch.bool).tril()


def shorter_than(lengths, time):
    """Which keys a row has: (B, 1, 1, time)."""
    return torch.arange(time) < lengths[:, None, None, None]


def apply_recurrence(p, names, cell, x, state=None, lengths=None):
    """Layers or, where `names` are a forward and a backward one, directions of torch.nn's own recurrence, on our weights."""
    bidirectional = names[-1].endswith("backward")
    hidden = p[f"{names[0]}.hidden.weight"].shape[0]
    module = {"rnn": torch.nn.RNN, "gru": torch.nn.GRU, "lstm": torch.nn.LSTM}[cell](
        x.shape[-1],
        hidden,
        num_layers=1 if bidirectional else len(names),
        bidirectional=bidirectional,
        batch_first=True,
    ).to(x.dtype)
    theirs = {}
    for place, name in enumerate(names):
        suffix = "l0_reverse" if bidirectional and place else f"l{place}"
        theirs[f"weight_ih_{suffix}"] = p[f"{name}.input.weight"].T
        theirs[f"bias_ih_{suffix}"] = p[f"{name}.input.bias"]
        theirs[f"weight_hh_{suffix}"] = p[f"{name}.hidden.weight"].T
        theirs[f"bias_hh_{suffix}"] = p[f"{name}.hidden.bias"]
    if lengths is None:
        return functional_call(module, theirs, (x, state))
    packed = pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)
    y, state = functional_call(module, theirs, (packed, state))
    return pad_packed_sequence(y, batch_first=True, total_length=x.shape[1])[0], state


def cross_entropy(logits, targets):
    return F.cross_entropy(logits.flatten(0, -2), targets.flatten(), ignore_index=IGNORE)


# Families.


def feed_forward_parameters(c):
    V, M, hidden = c["vocabulary"], c["channels"], c["hidden"]
    return [
        normal("wte", V, M),
        *linear("hidden", c["window"] * M, hidden),
        *linear("output", hidden, V),
        *linear("direct", c["window"] * M, V, bias=False),
    ]


def feed_forward(p, c, data, memory):
    """Bengio et al. 2003: b + x·direct + tanh(x·hidden + d)·output, x the last embeddings side by side, oldest first."""
    embedded = p["wte"][data["inputs"]]  # (B, T, M)
    padded = F.pad(embedded, (0, 0, c["window"] - 1, 0))
    T = c["context"]
    x = torch.cat([padded[:, n : n + T] for n in range(c["window"])], -1)  # (B, T, window·M)
    logits = apply_linear(p, "output", torch.tanh(apply_linear(p, "hidden", x)))
    logits = logits + apply_linear(p, "direct", x)
    return logits, cross_entropy(logits, data["targets"])


def recurrent_parameters(c):
    C = c["channels"]
    layers = [recurrence(f"rnn.{l}", C, C, c["cell"]) for l in range(c["layers"])]
    return [normal("wte", c["vocabulary"], C), *sum(layers, [])]


def recurrent(p, c, data, memory):
    names = [f"rnn.{l}" for l in range(c["layers"])]
    x = p["wte"][data["inputs"]]
    y, state = apply_recurrence(p, names, c["cell"], x, memory.get("state"))
    if c["carried"]:
        memory["state"] = tuple(part.detach() for part in state)
    logits = y @ p["wte"].T
    return logits, cross_entropy(logits, data["targets"])


def decoder_parameters(c):
    C, V = c["channels"], c["vocabulary"]
    D = C // c["heads"]
    parameters = [normal("wte", V, C, std=c["wte_std"]), normal("wpe", c["context"], C)]
    for l in range(c["layers"]):
        attn = f"h.{l}.attn"
        wide = C + 2 * c["kv_heads"] * D
        parameters += norm(f"h.{l}.ln_1", C) + linear(f"{attn}.c_attn", C, wide, std=c["attention_std"])
        if c["qk_norm"]:
            parameters += norm(f"{attn}.q_norm", D, bias=False) + norm(f"{attn}.k_norm", D, bias=False)
        parameters += linear(f"{attn}.c_proj", C, C, std=c["attention_std"])
        if not c["parallel"]:
            parameters += norm(f"h.{l}.ln_2", C)
        parameters += linear(f"h.{l}.mlp.c_fc", C, 4 * C) + linear(f"h.{l}.mlp.c_proj", 4 * C, C)
    return parameters + norm("ln_f", C)


def visible_to(c, layer):
    """(T, T): whether query i sees key j."""
    i, j = torch.arange(c["context"])[:, None], torch.arange(c["context"])[None]
    behind = i - j
    window = behind < c["window"]
    patterns = {
        "dense": torch.ones_like(window),
        "window": window,
        "strided": (behind < c["stride"]) | (behind % c["stride"] == 0),
        "alternating": window if layer % 2 else torch.ones_like(window),
    }
    return patterns[c["pattern"]] & (behind >= 0)


def decoder_attention(p, c, layer, x):
    name, H, K = f"h.{layer}.attn", c["heads"], c["kv_heads"]
    D = c["channels"] // H
    parts = apply_linear(p, f"{name}.c_attn", x).split([H * D, K * D, K * D], -1)
    q, k, v = (heads_of(part, part.shape[-1] // D) for part in parts)
    if c["qk_norm"]:
        q, k = apply_norm(p, f"{name}.q_norm", q), apply_norm(p, f"{name}.k_norm", k)
    # Query heads h of one group, H/K neighbours, share key and value head h·K/H.
    k, v = (part.repeat_interleave(H // K, 1) for part in (k, v))
    o = attention(q, k, v, visible_to(c, layer), cap=c["score_cap"])
    return apply_linear(p, f"{name}.c_proj", o)


def decoder(p, c, data, memory):
    x = p["wte"][data["inputs"]] + p["wpe"]
    for l in range(c["layers"]):
        h = apply_norm(p, f"h.{l}.ln_1", x)
        x = x + decoder_attention(p, c, l, h)
        if not c["parallel"]:
            h = apply_norm(p, f"h.{l}.ln_2", x)
        x = x + apply_mlp(p, f"h.{l}.mlp", h, "gelu_tanh")
    logits = apply_norm(p, "ln_f", x) @ p["wte"].T
    if c["logit_cap"] is not None:
        logits = c["logit_cap"] * torch.tanh(logits / c["logit_cap"])
    return logits, cross_entropy(logits, data["targets"])


def block_parameters(c, name, cross=False):
    """Self-attention, cross-attention where asked, MLP; the norm of a part before it or after it."""
    C, bias = c["channels"], c["bias"]
    attn = linear(f"{name}.attn.c_attn", C, 3 * C, bias) + linear(f"{name}.attn.c_proj", C, C, bias)
    mlp = linear(f"{name}.mlp.c_fc", C, 4 * C, bias) + linear(f"{name}.mlp.c_proj", 4 * C, C, bias)
    parts = [("ln_1", attn), ("ln_2", mlp)]
    if cross:
        query = linear(f"{name}.cross.c_q", C, C, bias)
        key_value = linear(f"{name}.cross.c_kv", C, 2 * C, bias)
        parts.insert(1, ("ln_cross", query + key_value + linear(f"{name}.cross.c_proj", C, C, bias)))
    parameters = []
    for ln, part in parts:
        its_norm = norm(f"{name}.{ln}", C, bias)
        parameters += its_norm + part if c["placement"] == "pre" else part + its_norm
    return parameters


def around(p, c, name, x, part):
    """`x + part(norm(x))` or `norm(x + part(x))`."""
    if c["placement"] == "pre":
        return x + part(apply_norm(p, name, x))
    return apply_norm(p, name, x + part(x))


def apply_block(p, c, name, x, visible, bias=0.0, memory=None, memory_visible=None):
    H = c["heads"]

    def attend(h):
        q, k, v = (heads_of(part, H) for part in apply_linear(p, f"{name}.attn.c_attn", h).chunk(3, -1))
        return apply_linear(p, f"{name}.attn.c_proj", attention(q, k, v, visible, bias))

    def cross(h):
        q = heads_of(apply_linear(p, f"{name}.cross.c_q", h), H)
        k, v = (heads_of(part, H) for part in apply_linear(p, f"{name}.cross.c_kv", memory).chunk(2, -1))
        return apply_linear(p, f"{name}.cross.c_proj", attention(q, k, v, memory_visible))

    x = around(p, c, f"{name}.ln_1", x, attend)
    if memory is not None:
        x = around(p, c, f"{name}.ln_cross", x, cross)
    return around(p, c, f"{name}.ln_2", x, lambda h: apply_mlp(p, f"{name}.mlp", h, c["activation"]))


def encoder_parameters(c):
    C, V = c["channels"], c["vocabulary"]
    blocks = [block_parameters(c, f"h.{l}") for l in range(c["layers"])]
    return [
        normal("wte", V, C),
        normal("wpe", c["context"], C),
        normal("segments", 2, C),
        *norm("ln_emb", C),
        *sum(blocks, []),
        *linear("mlm.dense", C, C),
        *norm("mlm.ln", C),
        zeros("mlm.bias", V),
        *linear("pooler", C, C),
        *linear("nsp", C, 2),
    ]


def encoder(p, c, data, memory):
    """BERT (Devlin et al. 2019): masked tokens and whether the second part follows the first."""
    x = p["wte"][data["inputs"]] + p["wpe"] + p["segments"][data["segments"]]
    x = apply_norm(p, "ln_emb", x)
    visible = shorter_than(data["lengths"], c["context"])
    for l in range(c["layers"]):
        x = apply_block(p, c, f"h.{l}", x, visible)
    y = apply_norm(p, "mlm.ln", F.gelu(apply_linear(p, "mlm.dense", x)))
    logits = y @ p["wte"].T + p["mlm.bias"]
    pooled = torch.tanh(apply_linear(p, "pooler", x[:, 0]))
    relation = apply_linear(p, "nsp", pooled)
    return logits, cross_entropy(logits, data["targets"]) + cross_entropy(relation, data["pairs"])


def encoder_decoder_parameters(c):
    C = c["channels"]
    parameters = [normal("wte", c["vocabulary"], C)]
    for side, time in [("encoder", c["source"]), ("decoder", c["context"])]:
        if c["positions"] == "learned":
            parameters += [normal(f"{side}.wpe", time, C)]
        if c["positions"] == "relative":
            parameters += [normal(f"{side}.relative", c["buckets"], c["heads"])]
        if c["embedding_norm"]:
            parameters += norm(f"{side}.ln_emb", C)
        for l in range(c["layers"]):
            parameters += block_parameters(c, f"{side}.h.{l}", cross=side == "decoder")
        if c["placement"] == "pre":
            parameters += norm(f"{side}.ln_f", C, c["bias"])
    return parameters


def sinusoids(time, channels):
    """Vaswani et al. 2017: sines in the even columns, cosines of the same angles in the odd ones."""
    column = np.arange(channels)
    angle = np.arange(time)[:, None] / 10_000.0 ** ((column - column % 2) / channels)
    table = np.where(column % 2 == 0, np.sin(angle), np.cos(angle))
    return torch.from_numpy(table.astype(np.float32))


def bucket(distance, buckets, longest, bidirectional):
    """Raffel et al. 2020 of `distance` = key − query: the near ones exactly, the others by their logarithm, in whole numbers."""
    if bidirectional:
        buckets //= 2
        first, away = (buckets if distance > 0 else 0), abs(distance)
    else:
        first, away = 0, max(-distance, 0)
    exact = buckets // 2
    if away < exact:
        return first + away
    wide = buckets - exact
    # The greatest k with k ≤ wide · log(away / exact) / log(longest / exact).
    k = sum(away**wide >= longest**k * exact ** (wide - k) for k in range(1, wide))
    return first + exact + k


def relative_bias(table, c, time, bidirectional):
    """(H, T, T)"""
    place = [
        [bucket(key - query, c["buckets"], c["longest"], bidirectional) for key in range(time)]
        for query in range(time)
    ]
    return table[torch.tensor(place)].permute(2, 0, 1)


def encoder_decoder(p, c, data, memory):
    """Vaswani et al. 2017, BART (Lewis et al. 2020), T5 (Raffel et al. 2020), by configuration.

    What is the same in all three and not in each paper: scores are divided by √D (not in T5), the embedding is not multiplied by √C
    (Vaswani), the tied head not by 1/√C (T5), a learned table starts at position 0 (BART: at 2).
    """

    def side(name, ids, visible, **of_cross):
        time = ids.shape[1]
        x, bias = p["wte"][ids], 0.0
        if c["positions"] == "sinusoidal":
            x = x + sinusoids(time, c["channels"]).to(x.dtype)
        elif c["positions"] == "learned":
            x = x + p[f"{name}.wpe"]
        else:
            bias = relative_bias(p[f"{name}.relative"], c, time, bidirectional=name == "encoder")
        if c["embedding_norm"]:
            x = apply_norm(p, f"{name}.ln_emb", x)
        for l in range(c["layers"]):
            x = apply_block(p, c, f"{name}.h.{l}", x, visible, bias, **of_cross)
        return apply_norm(p, f"{name}.ln_f", x) if c["placement"] == "pre" else x

    source_visible = shorter_than(data["source_lengths"], c["source"])
    encoded = side("encoder", data["source"], source_visible)  # (B, S, C)
    y = side("decoder", data["inputs"], causal(c["context"]), memory=encoded, memory_visible=source_visible)
    logits = y @ p["wte"].T
    return logits, cross_entropy(logits, data["targets"])


def seq2seq_parameters(c):
    C = c["channels"]
    return [
        normal("wte", c["vocabulary"], C),
        *recurrence("encoder.0.forward", C, C // 2, "lstm"),
        *recurrence("encoder.0.backward", C, C // 2, "lstm"),
        *linear("bridge", C // 2, C),
        *recurrence("decoder.0", C, C, "lstm"),
        *linear("attn.query", C, C, bias=False),
        *linear("attn.key", C, C, bias=False),
        normal("attn.score", C),
        normal("combine.weight", C, C),
        normal("combine_context.weight", C, C),
        zeros("combine.bias", C),
    ]


def seq2seq(p, c, data, memory):
    """Bahdanau et al. 2015; the context joins after the recurrence, as Luong et al. 2015."""
    names = ["encoder.0.forward", "encoder.0.backward"]
    lengths = data["source_lengths"]
    encoded, (last, _) = apply_recurrence(p, names, "lstm", p["wte"][data["source"]], lengths=lengths)  # (B, S, C)
    h0 = torch.tanh(apply_linear(p, "bridge", last[1]))[None]  # (1, B, C)
    state = (h0, torch.zeros_like(h0))
    s, _ = apply_recurrence(p, ["decoder.0"], "lstm", p["wte"][data["inputs"]], state)  # (B, T, C)
    query, key = apply_linear(p, "attn.query", s), apply_linear(p, "attn.key", encoded)
    scores = torch.tanh(query[:, :, None] + key[:, None]) @ p["attn.score"]  # (B, T, S)
    visible = shorter_than(lengths, c["source"])[:, 0]
    context = scores.masked_fill(~visible, -math.inf).softmax(-1) @ encoded  # (B, T, C)
    joined = s @ p["combine.weight"] + context @ p["combine_context.weight"] + p["combine.bias"]
    logits = torch.tanh(joined) @ p["wte"].T
    return logits, cross_entropy(logits, data["targets"])
