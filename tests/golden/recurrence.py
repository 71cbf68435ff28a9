"""Recurrent layers in PyTorch: outputs and gradients of RNN (tanh), GRU and LSTM, forward and reversed, with and without
lengths, on numbers of the counter hash of src/rng. Writes recurrence.json beside this file.
usage: python recurrence.py   (needs torch and numpy)"""
import json
import pathlib

import numpy as np
import torch
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

B, T, C, H = 2, 5, 4, 3
LENGTHS = [5, 3]
MASK = 0xFFFFFFFF


def hash32(seed, i):
    i = np.asarray(i, dtype=np.uint64)
    x = (np.uint64(seed * 0x9E3779B1 & MASK) + (i + np.uint64(1)) * np.uint64(0x632BE5AB)) & np.uint64(MASK)
    x ^= x >> np.uint64(16)
    x = (x * np.uint64(0x85EBCA6B)) & np.uint64(MASK)
    x ^= x >> np.uint64(13)
    x = (x * np.uint64(0xC2B2AE35)) & np.uint64(MASK)
    return x ^ (x >> np.uint64(16))


def normals(seed, *shape, std=1.0):
    """Box-Muller in f64, rounded to f32: element i uses uniforms 2i and 2i+1."""
    uniform = lambda i: (hash32(seed, i).astype(np.float64) + 0.5) / 4294967296.0
    i = np.arange(np.prod(shape))
    z = std * np.sqrt(-2 * np.log(uniform(2 * i))) * np.cos(2 * np.pi * uniform(2 * i + 1))
    return torch.from_numpy(z.astype(np.float32)).reshape(shape)


def case(kind, gates, is_reversed, has_lengths):
    """Inputs by seed: x 1, input weight 2 (C, GH) and bias 3, hidden weight 4 (H, GH) and bias 5, state 6 (B, SH), gradients of
    h 7 (zero where padded) and of the last state 8; parameters have standard deviation 0.5, the rest 1."""
    is_lstm = kind == "lstm"
    module = {"tanh": torch.nn.RNN, "gru": torch.nn.GRU, "lstm": torch.nn.LSTM}[kind]
    layer = module(C, H, batch_first=True, bidirectional=is_reversed)
    end = "_l0_reverse" if is_reversed else "_l0"
    columns = gates * H
    with torch.no_grad():
        getattr(layer, "weight_ih" + end).copy_(normals(2, C, columns, std=0.5).T)
        getattr(layer, "bias_ih" + end).copy_(normals(3, columns, std=0.5))
        getattr(layer, "weight_hh" + end).copy_(normals(4, H, columns, std=0.5).T)
        getattr(layer, "bias_hh" + end).copy_(normals(5, columns, std=0.5))
    x = normals(1, B, T, C).requires_grad_(True)
    state = normals(6, B, (2 if is_lstm else 1) * H).requires_grad_(True)
    parts = [part.unsqueeze(0) for part in state.split(H, -1)]
    if is_reversed:  # the forward direction starts from zeros and is not looked at
        parts = [torch.cat([torch.zeros_like(part), part]) for part in parts]
    first = tuple(parts) if is_lstm else parts[0]
    if has_lengths:
        packed = pack_padded_sequence(x, LENGTHS, batch_first=True, enforce_sorted=False)
        out, last = layer(packed, first)
        out, _ = pad_packed_sequence(out, batch_first=True, total_length=T)
    else:
        out, last = layer(x, first)
    h = out[..., -H:]
    last = torch.cat([part[-1] for part in (last if is_lstm else [last])], -1)
    dh, d_last = normals(7, B, T, H), normals(8, *last.shape)
    if has_lengths:
        for row, length in enumerate(LENGTHS):
            dh[row, length:] = 0
    ((h * dh).sum() + (last * d_last).sum()).backward()
    grad = lambda name: getattr(layer, name + end).grad
    numbers = {
        "h": h,
        "last": last,
        "d_x": x.grad,
        "d_state": state.grad,
        "d_input_weight": grad("weight_ih").T,
        "d_input_bias": grad("bias_ih"),
        "d_hidden_weight": grad("weight_hh").T,
        "d_hidden_bias": grad("bias_hh"),
    }
    head = {"cell": kind, "is_reversed": is_reversed, "has_lengths": has_lengths}
    return head | {name: [float(f"{x:.8g}") for x in n.detach().flatten().tolist()] for name, n in numbers.items()}


cases = [
    case(kind, gates, is_reversed, has_lengths)
    for kind, gates in [("tanh", 1), ("gru", 3), ("lstm", 4)]
    for is_reversed in [False, True]
    for has_lengths in [False, True]
]
path = pathlib.Path(__file__).with_name("recurrence.json")
path.write_text("[\n" + ",\n".join(json.dumps(c) for c in cases) + "\n]\n")
