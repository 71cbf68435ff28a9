"""Held-out likelihood of SentencePiece's Unigram vocabulary, for `tests/tokenizers/unigram.rs`.

    pip install sentencepiece==0.2.3
    python unigram_sentencepiece.py TEXT VOCABULARY > unigram_sentencepiece.json

The text's lines, with runs of white space as one blank, are split at 90 %; SentencePiece learns from the first part (identity
normalisation, every character covered, no control tokens but the unknown one) and cuts the words of the second. Scores are
normalised to sum to 1 over the pieces; words with unknown characters are left out on both sides.
"""

import json
import math
import sys
import tempfile
from pathlib import Path

import sentencepiece

text, vocabulary = Path(sys.argv[1]), int(sys.argv[2])
lines = [" ".join(line.split()) for line in text.read_text(encoding="utf-8").split("\n")]
lines = [line for line in lines if line]
cut = len(lines) * 9 // 10
with tempfile.TemporaryDirectory() as folder:
    (Path(folder) / "train.txt").write_text("\n".join(lines[:cut]) + "\n", encoding="utf-8")
    sentencepiece.SentencePieceTrainer.train(
        input=f"{folder}/train.txt",
        model_prefix=f"{folder}/model",
        model_type="unigram",
        vocab_size=vocabulary,
        normalization_rule_name="identity",
        character_coverage=1.0,
        bos_id=-1,
        eos_id=-1,
        num_threads=1,
        max_sentence_length=10_000_000,
        minloglevel=2,
    )
    model = sentencepiece.SentencePieceProcessor(model_file=f"{folder}/model.model")
unknown = model.unk_id()
scores = [model.get_score(i) for i in range(model.get_piece_size())]
log_sum = math.log(sum(math.exp(s) for i, s in enumerate(scores) if i != unknown))
log_p, characters, tokens = 0.0, 0, 0
for word in (word for line in lines[cut:] for word in line.split()):
    ids = model.encode(word)
    if unknown not in ids:
        log_p += sum(scores[i] - log_sum for i in ids)
        characters += 1 + len(word)
        tokens += len(ids)
json.dump(
    {
        "sentencepiece": sentencepiece.__version__,
        "text": text.name,
        "vocabulary": vocabulary,
        "characters": characters,
        "tokens": tokens,
        "nats_per_character": round(log_p / characters, 5),
    },
    sys.stdout,
    indent=2,
)
print()
