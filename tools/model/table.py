"""Writes and reads a table as FORMAT.md says it, and its golden vectors."""
import json
import struct

import numpy

import tokens

WORD_PIECES, LIKELY_PIECES = 0, 1
LOWER_CASE, HAS_PAIRS = 1, 2
TOKENS_MAX = 512


def write(path, kind, pieces, rows, scores=None, pairs=()):
    """`pairs`: of rows, in the order of the rows that follow the pieces."""
    names = [piece.encode() for piece in pieces] + [names_of_pair(pieces, pair) for pair in pairs]
    assert len(names) == len(rows)
    largest = numpy.maximum(numpy.abs(rows).max(1), 1e-12)
    scale = (largest / 127).astype("<f4")
    matrix = numpy.clip(numpy.rint(rows / scale[:, None]), -127, 127).astype("i1")

    strings = struct.pack(f"<{len(names) + 1}I", 0, *numpy.cumsum([len(name) for name in names]).tolist()) + b"".join(names)
    parts = [strings, scale.tobytes(), matrix.tobytes()]
    if kind == LIKELY_PIECES:
        parts.append(numpy.asarray(scores, "<f4").tobytes())
    offsets, body = [], b""
    for part in parts:
        body += b"\0" * (-len(body) % 64)
        offsets.append(64 + len(body))
        body += part
    longest = max(len(piece.encode()) for piece in pieces)
    header = struct.pack("<4s7I4Q", b"FMSE", 1, kind, rows.shape[1], len(names), TOKENS_MAX, longest,
                         LOWER_CASE | (HAS_PAIRS if pairs else 0), *offsets, *([0] if kind == WORD_PIECES else []))
    with open(path, "wb") as file:
        file.write(header + body)


def names_of_pair(pieces, pair):
    return pieces[pair[0]].encode() + b"\x01" + pieces[pair[1]].encode()


class Table:
    """A table as it was written."""

    def __init__(self, path):
        with open(path, "rb") as file:
            data = file.read()
        mark, version, kind, dimension, rows, self.limit, _, flags, strings, scale, matrix, extra = struct.unpack_from("<4s7I4Q", data)
        assert mark == b"FMSE" and version == 1
        offsets = numpy.frombuffer(data, "<u4", rows + 1, strings)
        blob = strings + 4 * (rows + 1)
        names = [data[blob + offsets[i]:blob + offsets[i + 1]] for i in range(rows)]
        self.rows = (numpy.frombuffer(data, "i1", rows * dimension, matrix).reshape(rows, dimension) *
                     numpy.frombuffer(data, "<f4", rows, scale)[:, None])
        row_of = {name: row for row, name in enumerate(names)}
        self.pairs = {tuple(row_of[part] for part in name.split(b"\x01")): row
                      for row, name in enumerate(names) if b"\x01" in name}
        pieces = [name.decode() for name in names if b"\x01" not in name]
        self.tokenizer = (tokens.WordPieces(pieces) if kind == WORD_PIECES else
                          tokens.LikelyPieces(pieces, numpy.frombuffer(data, "<f4", rows, extra)))

    def rows_of(self, text):
        return tokens.with_pairs(self.tokenizer.of_text(text, self.limit), self.pairs)

    def encode(self, texts):
        found = numpy.zeros((len(texts), self.rows.shape[1]), numpy.float32)
        for at, text in enumerate(texts):
            rows = self.rows_of(text)
            if rows:
                found[at] = self.rows[rows].sum(0)
        return found / numpy.maximum(numpy.linalg.norm(found, axis=1, keepdims=True), 1e-9)


GOLDEN_TEXTS = (
    "Where is my card?", "My card still hasn't arrived after 2 weeks", "I was charged twice for the same payment!!!",
    "café crème, naïve façade, Ünïcödé", "Kartım hâlâ gelmedi, İstanbul'dan sipariş verdim. Iğdır",
    "Missä korttini on? Älä jätä työtä kesken — ääkköset", "¿Dónde está mi tarjeta? ¡Ayuda, por favor!",
    "Straße GROSS größer ẞ", "我的卡在哪里? 日本語テキスト 한국어", "\U0001F600 love it \U0001F44D\U0001F3FD but it crashes \U0001F4A5", "",
    "   \t  ", "a", "!!! ??? ...", "UPPER lower MiXeD don't can't won't",
    "https://example.com/path?x=1&y=2 user@example.com #1234", "line one\u2028line two\u00a0nbsp\u200bzero-width",
    "ﬁne ﬂow ① ② Ⅳ ½ x²", "x" * 150 + " long", "please fix the login page because it keeps crashing when I upload a photo " * 120,
)


def write_golden(path, table, name):
    vectors = table.encode(GOLDEN_TEXTS)
    cases = []
    for text, vector in zip(GOLDEN_TEXTS, vectors):
        rows = table.rows_of(text)
        cases.append({"text": text, "ids": rows[:64] + ["..."] if len(rows) > 64 else rows, "n_ids": len(rows),
                      "vector": [round(float(value), 6) for value in vector]})
    with open(path, "w", encoding="utf-8") as file:
        json.dump({"model": name, "cases": cases}, file, indent=0, ensure_ascii=False)
        file.write("\n")
