"""Batches of every objective, for `src/data/objective/tests.rs`, a second implementation from the papers and the counter hash.

    python objectives.py > objectives.json

The text has 36 tokens of a vocabulary of 12 (token i is 5i mod 12) in three documents; sentences end with tokens 3 and 9, words
begin with tokens below 8. Special tokens: PAD 12, MASK 13, CLS 14, SEP 15, BOS 16, EOS 17, sentinels from 18 on.
"""

import json
import math
from fractions import Fraction

V, IGNORE = 12, 2**32 - 1
PAD, MASK, CLS, SEP, BOS, EOS, SENTINEL = range(V, V + 7)
TEXT = [5 * i % V for i in range(36)]
DOCUMENTS = [(0, 14), (14, 25), (25, 36)]
ENDS, STARTS = {3, 9}, set(range(8))
BATCHES, OBJECTIVE, VALIDATION, STATIC_MASKS = 2, 32, 33, 34


def hash32(seed, i):
    x = (seed * 0x9E3779B1 + (i + 1) * 0x632BE5AB) & 0xFFFFFFFF
    x = (x ^ (x >> 16)) * 0x85EBCA6B & 0xFFFFFFFF
    x = (x ^ (x >> 13)) * 0xC2B2AE35 & 0xFFFFFFFF
    return x ^ (x >> 16)


def below(bits, limit):
    return bits * limit >> 32


def uniform(seed, i):
    return (hash32(seed, i) + 0.5) / 2**32


def keys(seed, *substreams):
    for substream in substreams:
        seed = hash32(seed, substream)
    return seed


class Dice:
    def __init__(self, key):
        self.key, self.count = key, 0

    def bits(self):
        self.count += 1
        return hash32(self.key, self.count - 1)

    def below(self, n):
        return below(self.bits(), n)

    def pick(self, odds):
        left = (self.bits() + 0.5) / 2**32
        for i, p in enumerate(odds):
            left -= p
            if left < 0 and p > 0:
                return i
        return max(i for i, p in enumerate(odds) if p > 0)

    def happens(self, p):
        return self.pick([1 - p, p]) == 1

    def choose(self, count, places):
        chosen = []
        for place in range(places):
            chosen.append(self.below(places - place) < count - sum(chosen))
        return chosen


class Training:
    def __init__(self, seed, step, row):
        self.place = lambda count: below(keys(seed, BATCHES, step, row), count)
        self.key = keys(seed, OBJECTIVE, step, row)
        self.static_key = keys(seed, STATIC_MASKS)


class Validation:
    def __init__(self, index, batches, rows, row):
        number, last = index * rows + row, batches * rows - 1
        self.place = lambda count: (count - 1) * number // last
        self.key = keys(0, VALIDATION, number)
        self.static_key = keys(0, STATIC_MASKS)


def masked(begin, end, draw, rate=0.15, static=False, whole_words=False):
    """Tokens begin..end of the text with masks, and their targets."""
    key = draw.static_key if static else keys(draw.key, 1)
    cells, targets = [], []
    for at in range(begin, end):
        word = at
        while whole_words and word > 0 and TEXT[word] not in STARTS:
            word -= 1
        token, share = TEXT[at], uniform(keys(key, at), 1)
        if uniform(keys(key, word), 0) >= rate:
            cells.append(token)
            targets.append(IGNORE)
            continue
        targets.append(token)
        if share < 0.8:
            cells.append(MASK)
        elif share < 0.9:
            cells.append(below(hash32(keys(key, at), 2), V))
        else:
            cells.append(token)
    return cells, targets


def masked_row(context, draw, **settings):
    length = context - 2
    start = draw.place(len(TEXT) + 1 - length)
    cells, targets = masked(start, start + length, draw, **settings)
    return {"inputs": [CLS, *cells, SEP], "targets": [IGNORE, *targets, IGNORE]}


def next_sentence_row(context, draw, rate):
    room = context - 3
    dice = Dice(keys(draw.key, 0))

    def document_of(place):
        return next(document for document in DOCUMENTS if document[0] <= place < document[1])

    def sentence(document, at):
        for place in range(at, max(document[0], at + 1 - room) - 1, -1):
            if place == document[0] or TEXT[place - 1] in ENDS:
                return place
        return at

    # The documents lie side by side, so that the n-th token of all is the n-th of the text.
    at = draw.place(len(TEXT))
    document = document_of(at)
    length = 2 + dice.below(room - 1) if dice.happens(0.1) else room
    start = min(sentence(document, at), document[1] - 2)
    end = min(document[1], start + length)
    cuts = [place for place in range(start + 1, end) if TEXT[place - 1] in ENDS]
    cuts = cuts or list(range(start + 1, end))
    cut = cuts[dice.below(len(cuts))]
    is_next = dice.below(2) == 1
    second = cut, end
    if not is_next:
        size = document[1] - document[0]
        at = dice.below(len(TEXT) - size)
        at += size if at >= document[0] else 0
        document = document_of(at)
        begin = sentence(document, at)
        second = begin, min(document[1], begin + end - cut)
    a, a_targets = masked(start, cut, draw, rate)
    b, b_targets = masked(*second, draw, rate)
    length = len(a) + len(b) + 3
    padding = context - length
    return {
        "inputs": [CLS, *a, SEP, *b, SEP] + padding * [PAD],
        "targets": [IGNORE, *a_targets, IGNORE, *b_targets, IGNORE] + padding * [IGNORE],
        "lengths": [length],
        "segments": (len(a) + 2) * [0] + (len(b) + 1) * [1] + padding * [0],
        "pairs": [int(is_next)],
    }


def poisson(mean):
    odds = []
    while True:
        p = math.exp(-mean) * mean ** len(odds) / math.factorial(len(odds))
        if len(odds) > mean and p <= 1e-7:
            return odds + [1 - sum(odds)]
        odds.append(p)


def encoder_decoder(source, source_context, begin, answer, end):
    return {
        "inputs": [begin, *answer],
        "targets": [*answer, end],
        "source": source + (source_context - len(source)) * [PAD],
        "source_lengths": [len(source)],
    }


def denoising_row(context, draw, mask, delete, infill, mean, permute, rotate):
    length = context - 1
    start = draw.place(len(TEXT) + 1 - length)
    original = TEXT[start : start + length]
    dice = Dice(keys(draw.key, 0))
    sentences = [[]]
    for token in original:
        sentences[-1].append(token)
        if token in ENDS:
            sentences.append([])
    sentences = [sentence for sentence in sentences if sentence]
    if dice.happens(permute):
        for i in range(len(sentences) - 1, 0, -1):
            j = dice.below(i + 1)
            sentences[i], sentences[j] = sentences[j], sentences[i]
    moved = sum(sentences, [])
    if dice.happens(rotate):
        first = dice.below(length)
        moved = moved[first:] + moved[:first]
    wanted, spans = math.floor(infill * length + 0.5), []
    while sum(spans) < wanted:
        spans.append(min(dice.pick(poisson(mean)), wanted - sum(spans)))
    room = sum(spans) - sum(span > 0 for span in spans)
    fitting = []
    for span in spans:
        if span > 0 or room > 0:
            fitting.append(span)
            room -= span == 0
    key = keys(draw.key, 1)
    source, place = [], 0
    spans = iter(fitting)
    for is_span in dice.choose(len(fitting), length - sum(fitting) + len(fitting)):
        if is_span:
            source.append(MASK)
            place += next(spans)
            continue
        if uniform(keys(key, place), 0) < mask:
            source.append(MASK)
        elif uniform(keys(key, place), 1) >= delete:
            source.append(moved[place])
        place += 1
    return encoder_decoder([*source, EOS], context, BOS, original, EOS)


def spans_row(context, draw, rate, mean):
    # Settings are exact in binary here, so that Python's rounding to even is T5's.
    def lengths(n):
        dropped = min(max(round(n * Fraction(rate)), 1), n - 1)
        spans = min(max(round(dropped / Fraction(mean)), 1), dropped, n - dropped)
        return n - dropped, dropped, spans

    n = 2
    while max(lengths(n + 1)[:2]) + lengths(n + 1)[2] + 1 <= context:
        n += 1
    kept, dropped, spans = lengths(n)
    dice = Dice(draw.key)

    def runs(items):
        sizes = [1]
        for begins in dice.choose(spans - 1, items - 1):
            if begins:
                sizes.append(1)
            else:
                sizes[-1] += 1
        return sizes

    dropped_runs, kept_runs = runs(dropped), runs(kept)
    at = draw.place(len(TEXT) + 1 - n)
    source, answer = [], []
    for i in range(spans):
        source += [*TEXT[at : at + kept_runs[i]], SENTINEL + i]
        at += kept_runs[i]
        answer += [SENTINEL + i, *TEXT[at : at + dropped_runs[i]]]
        at += dropped_runs[i]
    return encoder_decoder([*source, EOS], kept + spans + 1, BOS, answer, SENTINEL + spans)


def batch(draws, row, *arguments, **settings):
    fields = {}
    for draw in draws:
        for name, values in row(*arguments[:1], draw, *arguments[1:], **settings).items():
            fields.setdefault(name, []).extend(values)
    return fields


training = [Training(1, 2, row) for row in range(3)]
validation = [Validation(1, 2, 3, row) for row in range(3)]
golden = {}
for part, draws in ("training", training), ("validation", validation):
    golden[part] = {
        "masked": batch(draws, masked_row, 14, rate=0.5),
        "static": batch(draws, masked_row, 14, rate=0.5, static=True),
        "whole words": batch(draws, masked_row, 14, rate=0.5, whole_words=True),
        "next sentence": batch(draws, next_sentence_row, 16, 0.25),
        "denoising": batch(draws, denoising_row, 20, 0.25, 0.25, 0.25, 2.0, 0.5, 0.5),
        "infilling": batch(draws, denoising_row, 20, 0.0, 0.0, 0.5, 1.0, 0.0, 0.0),
        "spans": batch(draws, spans_row, 16, 0.25, 2.0),
    }
lines = []
for part, batches in golden.items():
    rows = [f'  "{name}": {json.dumps(fields)}' for name, fields in batches.items()]
    lines.append(f' "{part}": {{\n' + ",\n".join(rows) + "\n }")
print("{\n" + ",\n".join(lines) + "\n}")
