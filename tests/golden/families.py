"""Golden PyTorch runs of every neural family: 20 losses, the gradient norms of the first step, some logits and ids.

    pip install torch numpy
    python families.py            writes families.json beside this file

README.md beside it says what the runs are. A parameter's place k in its family's list is its seed: 100 + k. Printed beside
each family: its first and last loss, and how far single precision is from double, in losses and in gradient norms.
"""

import json
import math
from pathlib import Path
from typing import Callable, NamedTuple

import numpy as np
import torch

import family_models as models
from family_data import WITH_SPECIALS, WORDS, batch, hash32
from family_models import STD

STEPS = 20


class Family(NamedTuple):
    config: dict
    parameters: Callable
    forward: Callable


SMALL = {"layers": 2, "channels": 32, "context": 32, "batch": 8, "vocabulary": WORDS, "task": "pattern"}
FEED_FORWARD = {
    "channels": 32,
    "window": 5,
    "hidden": 48,
    "context": 32,
    "batch": 8,
    "vocabulary": WORDS,
    "task": "pattern",
}
DECODER = {
    **SMALL,
    "heads": 4,
    "kv_heads": 4,
    "pattern": "dense",
    "window": 8,
    "stride": 4,
    "qk_norm": False,
    "parallel": False,
    "score_cap": None,
    "logit_cap": None,
    "wte_std": STD,
    "attention_std": STD,
}
ENCODER = {
    **SMALL,
    "vocabulary": WITH_SPECIALS,
    "task": "sentence_pairs",
    "heads": 4,
    "bias": True,
    "placement": "post",
    "activation": "gelu_erf",
}
ENCODER_DECODER = {**ENCODER, "task": "reversals", "source": 24, "context": 28, "embedding_norm": False}
SEQ2SEQ = {
    "channels": 32,
    "source": 24,
    "context": 28,
    "batch": 8,
    "vocabulary": WITH_SPECIALS,
    "task": "reversals",
}


def of_cell(cell, **changed):
    return Family({**SMALL, "cell": cell, "carried": False, **changed}, models.recurrent_parameters, models.recurrent)


def of_decoder(**changed):
    return Family({**DECODER, **changed}, models.decoder_parameters, models.decoder)


def of_encoder_decoder(**changed):
    return Family({**ENCODER_DECODER, **changed}, models.encoder_decoder_parameters, models.encoder_decoder)


FAMILIES = {
    "feed_forward": Family(FEED_FORWARD, models.feed_forward_parameters, models.feed_forward),
    "rnn": of_cell("rnn"),
    "gru": of_cell("gru"),
    "lstm": of_cell("lstm"),
    "lstm_carried": of_cell("lstm", carried=True, task="carried_pattern"),
    "dense": of_decoder(),
    "gqa": of_decoder(kv_heads=2),
    "mqa": of_decoder(kv_heads=1),
    "qk_norm": of_decoder(qk_norm=True),
    "window": of_decoder(pattern="window"),
    "strided": of_decoder(pattern="strided"),
    "alternating": of_decoder(pattern="alternating"),
    "parallel": of_decoder(parallel=True),
    "soft_cap": of_decoder(score_cap=5.0, logit_cap=30.0, wte_std=1.0, attention_std=0.4),
    "encoder": Family(ENCODER, models.encoder_parameters, models.encoder),
    # With 24 tokens a ReLU of step 0 stands 1e-7 from its corner, where single precision decides the gradient.
    "original": of_encoder_decoder(positions="sinusoidal", activation="relu", source=21),
    "bart": of_encoder_decoder(positions="learned", embedding_norm=True),
    "t5": of_encoder_decoder(
        positions="relative",
        buckets=32,
        longest=128,
        placement="pre",
        bias=False,
        activation="relu",
    ),
    "seq2seq": Family(SEQ2SEQ, models.seq2seq_parameters, models.seq2seq),
}


def initial(parameter, k):
    """Box–Muller in double precision from uniforms 2i and 2i + 1, rounded to single."""
    count = math.prod(parameter.shape)
    if parameter.init == "normal":
        u = (hash32(100 + k, np.arange(2 * count)).astype(np.float64) + 0.5) / 2.0**32
        numbers = parameter.std * np.sqrt(-2 * np.log(u[0::2])) * np.cos(2 * np.pi * u[1::2])
    elif parameter.init == "forget":
        numbers = np.repeat([0.0, 1.0, 0.0, 0.0], count // 4)
    else:
        numbers = np.full(count, 1.0 if parameter.init == "ones" else 0.0)
    return torch.from_numpy(numbers.astype(np.float32).reshape(parameter.shape))


def train(family, dtype, steps=STEPS):
    """Losses, and of the first step the gradient norms and the logits [0, :2, :8]."""
    c = family.config
    p = {
        parameter.name: initial(parameter, k).to(dtype).requires_grad_()
        for k, parameter in enumerate(family.parameters(c))
    }
    matrices = [w for w in p.values() if w.dim() >= 2]
    vectors = [w for w in p.values() if w.dim() < 2]
    optimizer = torch.optim.AdamW(
        [{"params": matrices, "weight_decay": 0.01}, {"params": vectors, "weight_decay": 0.0}],
        lr=1e-3,
        betas=(0.9, 0.999),
        eps=1e-8,
    )
    losses, memory = [], {}
    for step in range(steps):
        data = {name: torch.from_numpy(ids) for name, ids in batch(c, step).items()}
        optimizer.zero_grad()
        logits, loss = family.forward(p, c, data, memory)
        loss.backward()
        if step == 0:
            norms = {name: w.grad.double().norm().item() for name, w in p.items()}
            some_logits = logits[0, :2, :8].tolist()
        optimizer.step()
        losses.append(loss.item())
    return losses, norms, some_logits


def some_data(c):
    """The first row of the first batch, the last row of the last."""
    places = [(0, 0), (STEPS - 1, c["batch"] - 1)]
    return [
        {"step": step, "row": row} | {name: ids[row].tolist() for name, ids in batch(c, step).items()}
        for step, row in places
    ]


def rounded(numbers):
    """Nine digits tell every single-precision number from its neighbours."""
    if isinstance(numbers, list):
        return [rounded(n) for n in numbers]
    return float(f"{numbers:.9g}")


def deviation(single, double):
    """The largest relative difference among what is not zero by construction."""
    pairs = [(a, b) for a, b in zip(single, double) if abs(b) > 1e-6]
    return max(abs(a - b) / abs(b) for a, b in pairs)


def described(family):
    losses, norms, logits = train(family, torch.float32)
    exact_losses, exact_norms, _ = train(family, torch.float64)
    deviations = deviation(losses, exact_losses), deviation(norms.values(), exact_norms.values())
    rows = [
        {"name": p.name, "shape": p.shape, "init": p.init}
        | ({"std": p.std} if p.init == "normal" else {})
        | {"gradient_norm": rounded(norms[p.name])}
        for p in family.parameters(family.config)
    ]
    result = {
        "config": family.config,
        "parameters": rows,
        "losses": rounded(losses),
        "logits": rounded(logits),
        "data": some_data(family.config),
    }
    return result, deviations


def write(results, path):
    """One line for each parameter and each row of data."""
    families = []
    for name, result in results.items():
        fields = []
        for field, value in result.items():
            if field in ("parameters", "data"):
                lines = ",\n   ".join(json.dumps(row) for row in value)
                fields.append(f'"{field}": [\n   {lines}\n  ]')
            else:
                fields.append(f'"{field}": {json.dumps(value)}')
        body = ",\n  ".join(fields)
        families.append(f' "{name}": {{\n  {body}\n }}')
    path.write_text("{\n" + ",\n".join(families) + "\n}\n", encoding="utf-8")


def main():
    torch.set_num_threads(1)
    results = {}
    for name, family in FAMILIES.items():
        results[name], (of_losses, of_norms) = described(family)
        losses = results[name]["losses"]
        print(f"{name:13} {losses[0]:.4f} → {losses[-1]:.4f}   f32 from f64: {of_losses:.1e}, {of_norms:.1e}")
    write(results, Path(__file__).with_suffix(".json"))


if __name__ == "__main__":
    main()
