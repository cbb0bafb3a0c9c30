"""How a table splits a text into its rows: FORMAT.md, written a second time and apart from
src/sense/model/, so that the golden vectors hold the one to the other."""
import re
import struct
import unicodedata


def is_punctuation(c):
    return (c.isascii() and c.isprintable() and not c.isalnum() and c != " ") or unicodedata.category(c).startswith("P")


def bert_words(text):
    """BERT's own cleaning: control characters out, accents off, lower case, punctuation apart."""
    clean = []
    for c in text:
        if c in "\t\n\r" or c.isspace() and unicodedata.category(c) != "Cc":
            clean.append(" ")
        elif c in "\0�" or unicodedata.category(c) in ("Cc", "Cf", "Co", "Cs", "Cn"):
            continue
        elif any(low <= ord(c) <= high for low, high in IDEOGRAPHS):
            clean.append(f" {c} ")
        else:
            clean.append(c)
    text = "".join(c for c in unicodedata.normalize("NFD", "".join(clean)) if unicodedata.category(c) != "Mn").lower()
    for word in text.split():
        part = ""
        for c in word:
            if is_punctuation(c):
                if part:
                    yield part
                yield c
                part = ""
            else:
                part += c
        if part:
            yield part


IDEOGRAPHS = ((0x4E00, 0x9FFF), (0x3400, 0x4DBF), (0x20000, 0x2A6DF), (0x2A700, 0x2B73F), (0x2B740, 0x2B81F),
              (0x2B920, 0x2CEAF), (0xF900, 0xFAFF), (0x2F800, 0x2FA1F))


class WordPieces:
    """Greedy longest match, as BERT does it."""

    def __init__(self, pieces):
        self.rows = {piece: row for row, piece in enumerate(pieces)}
        self.longest = max(len(piece) for piece in pieces)
        self.known = {}

    def of_word(self, word):
        if word not in self.known:
            self.known[word] = self.split(word)
        return self.known[word]

    def split(self, word):
        if len(word) > 100:
            return []
        found, begin = [], 0
        while begin < len(word):
            mark = "##" if begin else ""
            for end in range(min(len(word), begin + self.longest), begin, -1):
                row = self.rows.get(mark + word[begin:end])
                if row is not None:
                    found.append(row)
                    begin = end
                    break
            else:
                return []
        return found

    def of_text(self, text, limit=512):
        found = []
        for word in bert_words(text):
            found += self.of_word(word)
            if len(found) >= limit:
                return found[:limit]
        return found


class LikelyPieces:
    """The likeliest split of each word, as SentencePiece's unigram model does it, in lower case."""

    def __init__(self, pieces, scores):
        self.rows = {piece: row for row, piece in enumerate(pieces)}
        # In single precision, as the table holds them: a tie must fall the same way.
        self.scores = [float(struct.unpack("<f", struct.pack("<f", score))[0]) for score in scores]
        self.unknown = min(self.scores) - 10
        self.longest = max(len(piece) for piece in pieces)
        self.known = {}

    def words(self, text):
        text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).lower())
        text = re.sub(r"\s", " ", text)
        text = "".join(c for c in text if c == " " or c != "̇" and unicodedata.category(c) not in ("Cc", "Cf", "Co", "Cs", "Cn"))
        return ["▁" + word for word in text.split()]

    def of_word(self, word):
        if word not in self.known:
            self.known[word] = self.split(word)
        return self.known[word]

    def split(self, word):
        best = [(0.0, 0, None)] + [None] * len(word)
        for begin in range(len(word)):
            score = best[begin][0]
            for end in range(begin + 1, min(len(word), begin + self.longest) + 1):
                row = self.rows.get(word[begin:end])
                if row is not None and (best[end] is None or score + self.scores[row] > best[end][0]):
                    best[end] = (score + self.scores[row], begin, row)
            if best[begin + 1] is None or score + self.unknown > best[begin + 1][0]:
                best[begin + 1] = (score + self.unknown, begin, None)
        found, at = [], len(word)
        while at > 0:
            if best[at][2] is not None:
                found.append(best[at][2])
            at = best[at][1]
        return found[::-1]

    def of_text(self, text, limit=512):
        found = []
        for word in self.words(text)[:limit]:
            found += self.of_word(word)
            if len(found) >= limit:
                return found[:limit]
        return found


def with_pairs(rows, pairs):
    """The rows of a text and, after them, those of adjacent pairs."""
    return rows + [pairs[pair] for pair in zip(rows, rows[1:]) if pair in pairs]
