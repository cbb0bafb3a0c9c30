"""Makes the word tables: gathers the texts, asks the teachers, fits, writes, measures. See README.md.

What took long is kept in the work folder by what it was made from, so that a second run with other
settings takes a minute.
"""
import argparse
import collections
import hashlib
import json
import os
import random
import re
import sys
import time

import numpy

import fit
import measure
import table
import teachers
import texts
import tokens

SEED = 6
LETTERS = set("abcdefghijklmnopqrstuvwxyzàâäáãåæçèéêëìíîïñòóôöõøœùúûüýÿßğışž")


def say(words):
    print(f"{time.strftime('%H:%M:%S')} {words}", flush=True)


def gathered(work, name, gather):
    """The texts, from the work folder where they were read before: it takes a minute. Take the file
    away when texts.py changes."""
    path = f"{work}/texts-{name}.json"
    if not os.path.exists(path):
        texts_read = gather()
        with open(path, "w", encoding="utf-8") as file:
            json.dump(texts_read, file, ensure_ascii=False)
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def encoded(work, name, teacher, texts_to_encode):
    """The teacher's vectors, from the work folder where it was asked before.

    Asked and kept a part at a time, the short texts first, so that a run that was stopped goes on.
    """
    mark = hashlib.sha256("\n".join([name, *texts_to_encode]).encode()).hexdigest()[:16]
    path = f"{work}/vectors-{name}-{mark}.npy"
    if os.path.exists(path):
        return numpy.load(path).astype(numpy.float32)
    part = 1024  # some twenty seconds of the slower teacher
    order = sorted(range(len(texts_to_encode)), key=lambda at: (len(texts_to_encode[at]), at))
    found = None
    begin = time.process_time()
    for start in range(0, len(order), part):
        chosen = order[start:start + part]
        part_path = f"{path}.{start}.npy"
        if os.path.exists(part_path):
            vectors = numpy.load(part_path)
        else:
            vectors = teacher.encode([texts_to_encode[at] for at in chosen]).astype(numpy.float16)
            numpy.save(part_path, vectors)
            say(f"{name}: {start + len(chosen)} of {len(order)}, after {time.process_time() - begin:.0f} CPU-s")
        if found is None:
            found = numpy.zeros((len(order), vectors.shape[1]), numpy.float16)
        found[chosen] = vectors
    numpy.save(path, found)
    for start in range(0, len(order), part):
        os.remove(f"{path}.{start}.npy")
    return found.astype(numpy.float32)


def english_pieces(teacher, fit_texts, words_added):
    """BERT's pieces in Latin letters, and the most frequent words that it would split."""
    def is_latin(piece):
        return not piece.startswith("[") and all(ord(c) < 0x250 or not c.isalpha() for c in piece)
    pieces = [piece for piece in teacher.pieces if is_latin(piece)]
    known = set(pieces)
    counts = collections.Counter(word for text in fit_texts for word in tokens.bert_words(text))
    added = [word for word, times in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
             if word not in known and word.isalpha() and len(word) <= 24 and times > 1 and is_latin(word)]
    return pieces + added[:words_added]


def make_english(options, packages):
    random_source = random.Random(SEED)
    sources = gathered(options.work, "english", lambda: texts.english_texts(packages, options.project, options.data, random_source))
    if options.share < 1:
        sources = {name: random_source.sample(part, round(options.share * len(part))) for name, part in sources.items()}
    fit_texts = list(texts.distinct(text for part in sources.values() for text in part))
    for name, part in sources.items():
        say(f"{len(part):6} texts of {name}")
    teacher = teachers.MiniLm(options.packages)
    pieces = english_pieces(teacher, fit_texts, options.words)
    say(f"{len(fit_texts)} texts, {len(pieces)} pieces")
    vectors = encoded(options.work, "minilm", teacher, fit_texts)
    piece_vectors = encoded(options.work, "minilm", teacher, [piece.removeprefix("##") for piece in pieces])
    tokenizer = tokens.WordPieces(pieces)
    rows_of_texts = [tokenizer.of_text(text) for text in fit_texts]
    say("fits")
    fitted = fit.fit(rows_of_texts, vectors, piece_vectors, options.dimension or 192, options.pairs, options.strength or 1.0)
    table.write(options.out, table.WORD_PIECES, pieces, fitted.rows, pairs=list(fitted.pairs))


def pieces_of_six(teacher, fit_texts, count):
    """Pieces in lower case and Latin letters: those that the texts need, then the likeliest."""
    latin = [at for at, piece in enumerate(teacher.pieces)
             if piece and all(c in LETTERS or not c.isalpha() and ord(c) < 0x3000 for c in piece.lstrip("▁"))
             and not piece.startswith("<")]
    tokenizer = tokens.LikelyPieces([teacher.pieces[at] for at in latin], [teacher.scores[at] for at in latin])
    counts = collections.Counter(row for text in fit_texts for row in tokenizer.of_text(text))
    # A single letter covers what nothing else does.
    order = sorted(range(len(latin)), key=lambda row: (len(teacher.pieces[latin[row]].lstrip("▁")) > 1,
                                                       -min(counts[row], 2), -float(teacher.scores[latin[row]])))
    chosen = sorted(latin[row] for row in order[:count])
    return [teacher.pieces[at] for at in chosen], [float(teacher.scores[at]) for at in chosen]


def meanings(options, packages, random_source):
    """Groups of one meaning, {language: text}."""
    groups = texts.texts_of_six(packages, options.project, random_source, options.groups)
    for name in ("banking77_train", "hwu64_kfold1"):
        asked = texts.some(texts.column(f"{options.data}/sense/{name}.tsv", "text"), 5_000, random_source)
        groups += [{"en": text} for text in asked]
    groups += [{"en": text} for text in texts.distinct(texts.everyday.sentences(random_source, 2_000))]
    return groups


def make_six(options, packages):
    random_source = random.Random(SEED)
    groups = gathered(options.work, "six", lambda: meanings(options, packages, random_source))
    listed = [(number, language, text) for number, group in enumerate(groups) for language, text in sorted(group.items())]
    say(f"{len(listed)} texts of {len(groups)} meanings: " + ", ".join(
        f"{sum(one[1] == language for one in listed)} {language}" for language in texts.LANGUAGES))
    teacher = teachers.SmallE5()
    fit_texts = [text for _, _, text in listed]
    pieces, scores = pieces_of_six(teacher, fit_texts, options.rows)
    vectors = encoded(options.work, "e5", teacher, fit_texts)
    piece_vectors = encoded(options.work, "e5", teacher, [piece.lstrip("▁") for piece in pieces])
    # What several languages say together is what each of them is to say: their mean, beside its own.
    sums, counts = numpy.zeros((len(groups), vectors.shape[1]), numpy.float32), numpy.zeros(len(groups))
    for (number, _, _), vector in zip(listed, vectors):
        sums[number] += vector
        counts[number] += 1
    means = sums / counts[:, None]
    own = options.own
    vectors = own * vectors + (1 - own) * means[[number for number, _, _ in listed]]
    tokenizer = tokens.LikelyPieces(pieces, scores)
    rows_of_texts = [tokenizer.of_text(text) for text in fit_texts]
    fitted = fit.fit(rows_of_texts, vectors, piece_vectors, options.dimension or 256, 0, options.strength or 0.3)
    table.write(options.out, table.LIKELY_PIECES, pieces, fitted.rows, scores)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("which", choices=("english", "six"))
    parser.add_argument("--data", required=True, help="folder with sense/banking77_train.tsv, sense/hwu64_kfold1.tsv; others are measured on")
    parser.add_argument("--packages", required=True, help="folder into which pip put the packages")
    parser.add_argument("--work", required=True)
    parser.add_argument("--project", default=os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
    parser.add_argument("--out", required=True)
    parser.add_argument("--golden", help="where to write the golden vectors")
    parser.add_argument("--dimension", type=int)
    parser.add_argument("--strength", type=float, help="of the ridge")
    parser.add_argument("--words", type=int, default=13_000, help="whole words beside BERT's pieces")
    parser.add_argument("--pairs", type=int, default=14_000)
    parser.add_argument("--rows", type=int, default=32_000, help="pieces of the table of six languages")
    parser.add_argument("--share", type=float, default=1.0, help="of the English texts, to try something out")
    parser.add_argument("--groups", type=int, default=6_000, help="meanings of each kind of package")
    parser.add_argument("--own", type=float, default=0.25, help="share of a text's own vector beside the mean of its translations")
    options = parser.parse_args()
    os.makedirs(options.work, exist_ok=True)
    packages = texts.Packages(options.packages)
    (make_english if options.which == "english" else make_six)(options, packages)
    made = table.Table(options.out)
    if options.golden:
        table.write_golden(options.golden, made, os.path.basename(options.out))
    say(f"{options.out}: {os.path.getsize(options.out) / 1e6:.1f} MB; " +
        measure.shown(measure.figures(made.encode, options.data, languages=options.which == "six")))


if __name__ == "__main__":
    main()
