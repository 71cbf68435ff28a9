"""Interpolated modified Kneser-Ney, straight from the formulas, for `src/models/ngram/tests/golden.rs`.

    python kneser_ney.py kneser_ney_text.txt > kneser_ney.json

Chen and Goodman 1998, section 3: dictionaries of whole n-grams, sums over them as they are written in the paper, nothing shared with the
Rust code. The first 90 % of the text is counted, once as characters and once as words between white space; the rest is held out. Ids are
ranks among the sorted tokens of the whole text, and the vocabulary has one id more, which never occurs. Conventions that the paper
leaves open: nothing stands before the first token; an order whose counts of counts do not give discounts takes 0.5, 1, 1.5.
"""

import json
import math
import sys
from collections import Counter, defaultdict
from functools import lru_cache
from pathlib import Path


class KneserNey:
    def __init__(self, tokens, vocabulary, order):
        self.order, self.vocabulary = order, vocabulary
        grams = {n: Counter(zip(*(tokens[i:] for i in range(n)))) for n in range(1, order + 1)}
        # adjusted[n][gram]: occurrences at the highest order, distinct left neighbours below.
        self.adjusted = {order: dict(grams[order])}
        for n in range(1, order):
            left = defaultdict(set)
            for gram in grams[n + 1]:
                left[gram[1:]].add(gram[0])
            self.adjusted[n] = {gram: len(tokens) for gram, tokens in left.items()}
        self.discounts = {n: self.estimate(self.adjusted[n].values()) for n in self.adjusted}
        self.following = {n: defaultdict(list) for n in self.adjusted}
        for n, adjusted in self.adjusted.items():
            for gram, count in adjusted.items():
                self.following[n][gram[:-1]].append(count)
        self.probability = lru_cache(maxsize=None)(self.probability)

    @staticmethod
    def estimate(counts):
        n1, n2, n3, n4 = (sum(c == k for c in counts) for k in (1, 2, 3, 4))
        if 0 in (n1, n2, n3, n4):
            return 0.5, 1.0, 1.5
        y = n1 / (n1 + 2 * n2)
        found = 1 - 2 * y * n2 / n1, 2 - 3 * y * n3 / n2, 3 - 4 * y * n4 / n3
        return found if all(0 < d < k for k, d in zip((1, 2, 3), found)) else (0.5, 1.0, 1.5)

    def probability(self, context, token):
        """P(token | context) for a tuple of at most order - 1 tokens."""
        lower = self.probability(context[1:], token) if context else 1 / self.vocabulary
        n = len(context) + 1
        counts = self.following[n].get(context)
        if not counts:
            return lower
        d1, d2, d3 = self.discounts[n]
        count = self.adjusted[n].get(context + (token,), 0)
        discount = 0 if count == 0 else d1 if count == 1 else d2 if count == 2 else d3
        ones, twos = counts.count(1), counts.count(2)
        back_off = d1 * ones + d2 * twos + d3 * (len(counts) - ones - twos)
        return (max(count - discount, 0) + back_off * lower) / sum(counts)


def golden(tokens):
    names = {token: i for i, token in enumerate(sorted(set(tokens)))}
    ids, vocabulary = [names[token] for token in tokens], len(names) + 1
    cut = len(ids) * 9 // 10
    train, held_out = ids[:cut], ids[cut:]
    runs = []
    for order in range(1, 6):
        model = KneserNey(train, vocabulary, order)
        nats = 0.0
        for i, token in enumerate(held_out):
            nats -= math.log(model.probability(tuple(held_out[max(0, i - order + 1) : i]), token))
        queries = []
        for k in range(20):
            # Contexts of every length from both parts, one id that never occurs, and tokens that came and that did not.
            source = train if k % 3 == 0 else held_out
            at = 11 + 257 * (k + 1) % (len(source) - 20)
            context = source[at - k % order : at]
            if k % 7 == 5 and context:
                context[len(context) // 2] = vocabulary - 1
            token = [source[at], source[at + 3], (31 * k) % vocabulary, vocabulary - 1][k % 4]
            queries.append([context, token, model.probability(tuple(context), token)])
        runs.append(
            {
                "order": order,
                "discounts": [model.discounts[n] for n in range(1, order + 1)],
                "entries": [len(model.adjusted[n]) for n in range(1, order + 1)],
                "held_out_nats": nats / len(held_out),
                "queries": queries,
            }
        )
    return {"vocabulary": vocabulary, "trained_on": cut, "runs": runs}


def main():
    text = Path(sys.argv[1]).read_text(encoding="utf-8")
    result = {"characters": golden(list(text)), "words": golden(text.split())}
    # One query a line.
    print(json.dumps(result).replace('"runs": [', '"runs": [\n').replace("], [[", "],\n[["))


main()
