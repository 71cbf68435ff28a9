"""What the golden families are trained on: tasks made of the counter hash alone. README.md beside this says how."""

import numpy as np

IGNORE = -100
WORDS, PERIOD = 65, 31
PAD, UNKNOWN, BEGIN, END, SEPARATOR, MASK = range(WORDS, WORDS + 6)
WITH_SPECIALS = WORDS + 6
TOKENS, STARTS, MASKED, LENGTHS, PAIRS = 7, 11, 13, 17, 19


def hash32(seed, index):
    """The counter hash of src/rng/mod.rs at each index; numpy's unsigned arrays wrap as it does."""
    x = (np.atleast_1d(index).astype(np.uint32) + np.uint32(1)) * np.uint32(0x632BE5AB)
    x = x + np.uint32(seed * 0x9E3779B1 & 0xFFFFFFFF)
    x = (x ^ x >> np.uint32(16)) * np.uint32(0x85EBCA6B)
    x = (x ^ x >> np.uint32(13)) * np.uint32(0xC2B2AE35)
    return (x ^ x >> np.uint32(16)).astype(np.int64)


def token(t):
    """The repeating pattern."""
    return hash32(TOKENS, t % PERIOD) % WORDS


def rows_of(c, step):
    """The counters of a batch's rows."""
    return step * c["batch"] + np.arange(c["batch"])


def pattern(c, step):
    start = hash32(STARTS, rows_of(c, step)) % PERIOD
    return following(c, start)


def carried_pattern(c, step):
    """Every row goes on where it ended in the step before."""
    start = hash32(STARTS, np.arange(c["batch"])) % PERIOD + step * c["context"]
    return following(c, start)


def following(c, start):
    t = start[:, None] + np.arange(c["context"] + 1)
    ids = token(t.ravel()).reshape(t.shape)
    return {"inputs": ids[:, :-1], "targets": ids[:, 1:]}


def sentence_pairs(c, step):
    """[begin] first [separator] second [separator], padded; some tokens masked."""
    B, T = c["batch"], c["context"]
    rows, i = rows_of(c, step)[:, None], np.arange(T)[None]
    length = T - hash32(LENGTHS, rows[:, 0])[:, None] % 9
    cut = length // 2
    pair = hash32(PAIRS, rows[:, 0])[:, None] % 2
    start = hash32(STARTS, rows[:, 0])[:, None] % PERIOD
    second = (i > cut) & (i < length)
    ids = token((start + i + 11 * pair * second).ravel()).reshape(B, T)
    ids[:, 0] = BEGIN
    ids = np.where((i == cut) | (i == length - 1), SEPARATOR, ids)
    ids = np.where(i < length, ids, PAD)
    draw = hash32(MASKED, (rows * T + i).ravel()).reshape(B, T)
    hidden = (ids < WORDS) & (draw % 7 == 0)
    return {
        "inputs": np.where(hidden, MASK, ids),
        "targets": np.where(hidden, ids, IGNORE),
        "segments": second.astype(np.int64),
        "lengths": length[:, 0],
        "pairs": pair[:, 0],
    }


def reversals(c, step):
    """The source is to be written backwards."""
    B, S, T = c["batch"], c["source"], c["context"]
    rows = rows_of(c, step)
    lengths = S - hash32(LENGTHS, rows) % 9
    start = hash32(STARTS, rows) % PERIOD
    source = np.full((B, S), PAD)
    inputs, targets = np.full((B, T), PAD), np.full((B, T), IGNORE)
    for row, n in enumerate(lengths):
        source[row, :n] = token(start[row] + np.arange(n))
        answer = [*source[row, :n][::-1], END]
        targets[row, : n + 1] = answer
        inputs[row, : n + 1] = [BEGIN, *answer[:-1]]
    return {
        "source": source,
        "source_lengths": lengths,
        "inputs": inputs,
        "targets": targets,
        "lengths": lengths + 1,
    }


TASKS = {
    "pattern": pattern,
    "carried_pattern": carried_pattern,
    "sentence_pairs": sentence_pairs,
    "reversals": reversals,
}


def batch(c, step):
    return TASKS[c["task"]](c, step)
