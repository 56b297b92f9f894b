"""Makes the static word table of the matcher: one short vector for each common English word.

The vectors are distilled from the sentence-embedding model all-MiniLM-L6-v2, so that words of like
meaning point the same way. Each word is embedded by itself, the mean of all is taken off, a principal
component analysis (PCA) weighted by how much a word counts in a question reduces the vectors, and each
is stored in 8 bits a value with a scale of its own. The bot only looks words up: neither it nor its
build needs Python or the model. README.md beside this file has the commands, the file format and the
licence notice.
"""

import argparse
import math
import os
import struct
import sys
import unicodedata
from pathlib import Path

# One thread, and so one order of summation: numpy reads these when it is first imported.
for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(variable, "1")

import numpy as np
from safetensors.numpy import load_file
from scipy.special import erf
from tokenizers import Tokenizer

MAGIC = b"RBWT"
VERSION = 1

# Word weights: smooth inverse frequency, a / (a + p), of Arora, Liang and Ma, "A Simple but
# Tough-to-Beat Baseline for Sentence Embeddings" (ICLR 2017). A word's probability p follows from its
# frequency rank by Zipf's law, over the 400,000 words that the ranks were counted on.
SIF_A = 1e-3
RANKED_WORDS = 400_000
EULER_GAMMA = 0.5772156649015329

# The PCA looks at the most frequent words only: rare ones, being many, would decide the axes otherwise.
PCA_WORDS = 20_000

LONGEST_WORD = 255  # bytes: a word's length is stored in one


class MiniLM:
    """Forward pass of all-MiniLM-L6-v2 in float32: a 6-layer BERT, mean pooling, unit length."""

    LAYERS, HEADS, WIDTH = 6, 12, 384
    EPSILON = 1e-12
    MOST_TOKENS = 256  # sentence_bert_config.json: max_seq_length

    def __init__(self, folder):
        self.weights = load_file(folder / "model.safetensors")
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.tokenizer.no_padding()
        self.tokenizer.enable_truncation(self.MOST_TOKENS)

    def embed(self, texts, batch=64):
        """Unit vectors of the texts, one a row. Texts of one length go together, so none is padded."""
        tokens = [encoding.ids for encoding in self.tokenizer.encode_batch(list(texts))]
        by_length = {}
        for index, ids in enumerate(tokens):
            by_length.setdefault(len(ids), []).append(index)
        vectors = np.zeros((len(tokens), self.WIDTH), np.float32)
        for indexes in by_length.values():
            for start in range(0, len(indexes), batch):
                chosen = indexes[start : start + batch]
                vectors[chosen] = self._encode(np.array([tokens[i] for i in chosen])).mean(1)
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)

    def _encode(self, ids):
        """Hidden states of the last layer for token ids of shape (texts, tokens)."""
        embeddings = "embeddings."
        x = (
            self.weights[embeddings + "word_embeddings.weight"][ids]
            + self.weights[embeddings + "position_embeddings.weight"][: ids.shape[1]]
            + self.weights[embeddings + "token_type_embeddings.weight"][0]
        )
        x = self._normalise(x, embeddings + "LayerNorm")
        for number in range(self.LAYERS):
            layer = f"encoder.layer.{number}."
            x = self._normalise(x + self._attend(x, layer), layer + "attention.output.LayerNorm")
            hidden = self._linear(x, layer + "intermediate.dense")
            hidden = (hidden * 0.5 * (1 + erf(hidden / np.float32(math.sqrt(2))))).astype(np.float32)
            x = self._normalise(x + self._linear(hidden, layer + "output.dense"), layer + "output.LayerNorm")
        return x

    def _attend(self, x, layer):
        texts, length, width = x.shape
        size = width // self.HEADS

        def heads(name):
            projected = self._linear(x, f"{layer}attention.self.{name}")
            return projected.reshape(texts, length, self.HEADS, size).transpose(0, 2, 1, 3)

        attention = heads("query") @ heads("key").transpose(0, 1, 3, 2) / np.float32(math.sqrt(size))
        attention = np.exp(attention - attention.max(-1, keepdims=True))
        attention /= attention.sum(-1, keepdims=True)
        mixed = (attention @ heads("value")).transpose(0, 2, 1, 3).reshape(texts, length, width)
        return self._linear(mixed, layer + "attention.output.dense")

    def _linear(self, x, name):
        return x @ self.weights[name + ".weight"].T + self.weights[name + ".bias"]

    def _normalise(self, x, name):
        centred = x - x.mean(-1, keepdims=True)
        variance = (centred**2).mean(-1, keepdims=True)
        scaled = centred / np.sqrt(variance + self.EPSILON)
        return scaled * self.weights[name + ".weight"] + self.weights[name + ".bias"]


def fold(word):
    """The form in which a word is looked up: lower case, no accents, no apostrophes."""
    # ı has no decomposition; İ, decomposed before it is lowered, gives i and a mark.
    word = unicodedata.normalize("NFKD", word.replace("ı", "i").replace("ə", "e").replace("Ə", "e"))
    word = "".join(character for character in word if not unicodedata.combining(character))
    return word.lower().replace("'", "").replace("’", "")


def read_words(path, count):
    """The `count` most frequent words of letters only, folded and unique, as (rank, word), by rank.

    A line of the list is a frequency rank (0 for the most frequent), a tab and a word.
    """
    ranks = {}
    with open(path, encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            rank, tab, word = line.rstrip("\r\n").partition("\t")
            if not tab or not rank.isdecimal():
                sys.exit(f"{path}:{number}: expected a rank, a tab and a word, found {line.rstrip()!r}")
            word = fold(word)
            if word.isalpha() and len(word.encode()) <= LONGEST_WORD:
                ranks[word] = min(int(rank), ranks.get(word, int(rank)))
    return sorted((rank, word) for word, rank in ranks.items())[:count]


def sif_weights(ranks):
    """How much each word counts in a question, from its frequency rank."""
    harmonic = math.log(RANKED_WORDS) + EULER_GAMMA
    probability = 1 / ((ranks + 2) * harmonic)
    return SIF_A / (SIF_A + probability)


def reduce(vectors, weights, dimensions):
    """Centres the vectors, and projects them on the main axes of the weighted ones."""
    centred = vectors.astype(np.float64) - vectors.mean(0, dtype=np.float64)
    sample = (centred * weights[:, None])[:PCA_WORDS]
    values, axes = np.linalg.eigh(sample.T @ sample)
    axes = axes[:, np.argsort(values)[::-1][:dimensions]]
    # An axis may as well point the other way: its largest entry is made positive, to have one answer.
    largest = axes[np.abs(axes).argmax(0), np.arange(dimensions)]
    share = np.sort(values)[::-1][:dimensions].sum() / values.sum()
    return centred @ (axes * np.sign(largest)), share


def quantise(vectors):
    """Each row as whole numbers from -127 to 127 and the scale that gives the row back."""
    scales = np.maximum(np.abs(vectors).max(1), 1e-12) / 127
    return np.round(vectors / scales[:, None]).astype(np.int8), scales.astype("<f4")


def write_table(path, words, ranks, scales, values):
    """Writes the format that README.md describes; the words must be sorted by their bytes."""
    with open(path, "wb") as table:
        table.write(MAGIC + struct.pack("<III", VERSION, *values.shape))
        for word in words:
            encoded = word.encode()
            table.write(struct.pack("B", len(encoded)) + encoded)
        table.write(np.asarray(ranks, "<u4").tobytes())
        table.write(scales.tobytes())
        table.write(values.tobytes())


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", type=Path, help="folder with model.safetensors and tokenizer.json")
    parser.add_argument("words", type=Path, help="word list: frequency rank, tab, word")
    parser.add_argument("output", type=Path, help="table to write")
    parser.add_argument("--dimensions", type=int, default=64, help="values a word (64)")
    parser.add_argument("--count", type=int, default=30_000, help="most words to keep (30000)")
    given = parser.parse_args()
    if not 1 <= given.dimensions <= MiniLM.WIDTH:
        parser.error(f"--dimensions must be from 1 to {MiniLM.WIDTH}")
    if given.count < 1:
        parser.error("--count must be at least 1")
    return given


def main():
    given = arguments()
    by_rank = read_words(given.words, given.count)
    ranks = np.array([rank for rank, _ in by_rank])
    vectors = MiniLM(given.model).embed(word for _, word in by_rank)
    reduced, share = reduce(vectors, sif_weights(ranks), given.dimensions)
    values, scales = quantise(reduced)
    order = sorted(range(len(by_rank)), key=lambda index: by_rank[index][1].encode())
    words = [by_rank[index][1] for index in order]
    write_table(given.output, words, ranks[order], scales[order], values[order])
    size = given.output.stat().st_size
    print(f"{len(words)} words of {given.dimensions} dimensions, {share:.1%} of the variance, {size} bytes")


if __name__ == "__main__":
    main()
