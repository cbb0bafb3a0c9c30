"""How good a table is, on labelled data: the share of the five nearest texts that ask for the same
(P@5), the share of marked duplicates among the five nearest (R@5), a sentence's own translation as
the nearest (accuracy@1). What the program makes of a table is measured by bench/sense/measure.py."""
import collections
import os

import numpy

import table
import texts


def rows_of(path):
    with open(path, encoding="utf-8") as file:
        header, *rows = [line.rstrip("\n").split("\t") for line in file]
    return [dict(zip(header, row)) for row in rows]


def nearest(points, queries, count):
    found = []
    for begin in range(0, len(queries), 1000):
        near = points[queries[begin:begin + 1000]] @ points.T
        near[numpy.arange(len(near)), queries[begin:begin + 1000]] = -2
        found.append(numpy.argpartition(-near, count, axis=1)[:, :count])
    return numpy.concatenate(found)


def same_label(encode, path):
    rows = rows_of(path)
    labels = numpy.array([row["label"] for row in rows])
    found = nearest(encode([row["text"] for row in rows]), numpy.arange(len(rows)), 5)
    return float((labels[found] == labels[:, None]).mean())


def duplicates_found(encode, folder):
    rows = rows_of(f"{folder}/metase_dups_texts.tsv")
    place = {row["id"]: at for at, row in enumerate(rows)}
    wanted = collections.defaultdict(set)
    for pair in rows_of(f"{folder}/metase_dups_pairs.tsv"):
        if pair["grade"] == "1":
            wanted[place[pair["qid"]]].add(place[pair["cid"]])
            wanted[place[pair["cid"]]].add(place[pair["qid"]])
    queries = numpy.array(sorted(wanted))
    found = nearest(encode([row["text"] for row in rows]), queries, 5)
    return sum(bool(wanted[query] & set(near.tolist())) for query, near in zip(queries.tolist(), found)) / len(queries)


def translations_found(encode, path):
    rows = rows_of(path)
    near = encode([row["foreign"] for row in rows]) @ encode([row["english"] for row in rows]).T
    return float((near.argmax(1) == numpy.arange(len(rows))).mean())


def intents_across(encode, left, right):
    known, asked = rows_of(left), rows_of(right)
    near = encode([row["text"] for row in asked]) @ encode([row["text"] for row in known]).T
    return float(numpy.mean([known[at]["label"] == row["label"] for row, at in zip(asked, near.argmax(1))]))


def figures(encode, data, languages=False):
    folder = f"{data}/sense"
    found = {"Banking77 P@5": same_label(encode, f"{folder}/banking77_train.tsv"),
             "HWU64 P@5": same_label(encode, f"{folder}/hwu64_kfold1.tsv")}
    if os.path.exists(f"{folder}/metase_dups_texts.tsv"):
        found["Meta R@5"] = duplicates_found(encode, folder)
    if languages:
        for name in ("fra", "tur", "fin", "deu", "spa"):
            found[f"{name} to eng"] = translations_found(encode, f"{folder}/tatoeba_{name}_eng_dev.tsv")
        for name in ("de", "tr"):
            if os.path.exists(f"{folder}/xsid_{name}_valid.tsv"):
                found[f"intents en to {name}"] = intents_across(encode, f"{folder}/xsid_en_valid.tsv", f"{folder}/xsid_{name}_valid.tsv")
    return found


def shown(found):
    return ", ".join(f"{name} {value:.3f}" for name, value in found.items())


if __name__ == "__main__":
    import sys
    data, *paths = sys.argv[1:]
    for path in paths:
        print(path, shown(figures(table.Table(path).encode, data, languages="ml" in os.path.basename(path))), flush=True)
