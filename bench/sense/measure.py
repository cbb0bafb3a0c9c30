#!/usr/bin/env python3
"""Measures Make sense on labelled data, through the command line, as anybody can.

    bench/sense/measure.py --binary build/release/moothall --data FOLDER

FOLDER holds `sense/` with the labelled files (some may not be published, so they are not here).
Nothing but Python's standard library is needed. Times are of the whole command: reading the file,
the word table, the work and the answer. Compare CPU seconds where the machine is shared.
"""
import argparse
import collections
import csv
import json
import math
import os
import subprocess
import sys
import tempfile
import time


def rows_of(path):
    with open(path, encoding="utf-8") as file:
        header, *rows = [line.rstrip("\n").split("\t") for line in file]
    return [dict(zip(header, row)) for row in rows]


def write_csv(folder, name, header, rows):
    path = os.path.join(folder, name)
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)
    return path


def run(binary, *words):
    """The JSON answer, with wall and CPU seconds and the most memory in MiB."""
    begin = time.monotonic()
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen([binary, *words, "--json"], stdout=output, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            sys.exit(f"{binary} {' '.join(words)} ended with {process.returncode}")
        output.seek(0)
        answer = json.load(output)
    return answer, time.monotonic() - begin, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def entropy(counts):
    total = sum(counts)
    return -sum(count / total * math.log(count / total) for count in counts if count)


def v_measure(labels, groups):
    """Rosenberg and Hirschberg, 2007."""
    by_label = entropy(collections.Counter(labels).values())
    by_group = entropy(collections.Counter(groups).values())
    by_both = entropy(collections.Counter(zip(labels, groups)).values())
    return 2 * (by_label + by_group - by_both) / (by_label + by_group)


def rand_index(labels, groups):
    """Adjusted for chance: Hubert and Arabie, 1985."""
    def pairs(counts):
        return sum(count * (count - 1) / 2 for count in counts)
    both = pairs(collections.Counter(zip(labels, groups)).values())
    left = pairs(collections.Counter(labels).values())
    right = pairs(collections.Counter(groups).values())
    expected = left * right / (len(labels) * (len(labels) - 1) / 2)
    return (both - expected) / ((left + right) / 2 - expected)


def measure_themes(binary, data, folder):
    for name in ("banking77_train", "hwu64_kfold1"):
        rows = rows_of(f"{data}/sense/{name}.tsv")
        path = write_csv(folder, "themes.csv", ["text"], [[row["text"]] for row in rows])
        answer, wall, cpu, memory = run(binary, "themes", path)
        groups = [-1] * len(rows)
        for number, theme in enumerate(answer["themes"]):
            for row in theme["members"]:
                groups[row] = number
        labels = [row["label"] for row in rows]
        print(f"themes   {name:16} {len(answer['themes']):5} themes, {len(answer['unassigned'])} in none: "
              f"V {v_measure(labels, groups):.3f}, ARI {rand_index(labels, groups):.3f}; "
              f"{wall:.2f} s, {cpu:.2f} CPU-s, {memory:.0f} MiB")


def measure_similar(binary, data, folder):
    texts = rows_of(f"{data}/sense/metase_dups_texts.tsv")
    place = {row["id"]: number for number, row in enumerate(texts)}
    wanted = collections.defaultdict(set)
    for pair in rows_of(f"{data}/sense/metase_dups_pairs.tsv"):
        if pair["grade"] == "1":
            wanted[place[pair["qid"]]].add(place[pair["cid"]])
            wanted[place[pair["cid"]]].add(place[pair["qid"]])
    path = write_csv(folder, "similar.csv", ["text"], [[row["text"]] for row in texts])
    queries = write_csv(folder, "queries.csv", ["text"], [[texts[query]["text"]] for query in wanted])
    answers, wall, cpu, memory = run(binary, "similar", path, "--queries", queries, "--limit", "20")
    hits = ranks = 0
    for (query, duplicates), answer in zip(wanted.items(), answers):
        found = [match["row"] for match in answer["matches"] if match["row"] != query]
        rank = next((at for at, row in enumerate(found, 1) if row in duplicates), None)
        hits += rank is not None and rank <= 5
        ranks += 1 / rank if rank else 0
    print(f"similar  metase_dups      recall@5 {hits / len(wanted):.3f}, MRR {ranks / len(wanted):.3f} "
          f"of {len(wanted)}; {wall:.2f} s, {cpu:.2f} CPU-s, {memory:.0f} MiB")


def measure_signals(binary, data, folder):
    rows = rows_of(f"{data}/sense/stream_banking.tsv")
    with open(f"{data}/sense/stream_banking_truth.json", encoding="utf-8") as file:
        bursts = json.load(file)["bursts"]
    path = write_csv(folder, "stream.csv", ["day", "text"], [[row["day"], row["text"]] for row in rows])
    answer, wall, cpu, memory = run(binary, "signals", path, "--time", "day")
    delays, wrong = {}, 0
    for signal in answer["signals"]:
        label = collections.Counter(rows[row]["label"] for row in signal["rows"]).most_common(1)[0][0]
        burst = next((one for one in bursts if one["label"] == label and
                      0 <= signal["time"] - one["start_day"] <= one["duration"]), None)
        if burst is None:
            wrong += 1
        else:
            delays.setdefault(label, signal["time"] - burst["start_day"])
    middle = sorted(delays.values())[len(delays) // 2] if delays else None
    print(f"signals  stream_banking   {len(delays)} of {len(bursts)} bursts, median delay {middle} days, "
          f"{wrong} false, {len(answer['signals']) - wrong - len(delays)} repeated; "
          f"{wall:.2f} s, {cpu:.2f} CPU-s, {memory:.0f} MiB")


def measure_who_knows(binary, data, folder):
    with open(f"{data}/sense/experts_banking.json", encoding="utf-8") as file:
        experts = json.load(file)
    themes = {person["person"]: set(person["themes"]) for person in experts["people"]}
    path = write_csv(folder, "experts.csv", ["person", "text"],
                     [[person["person"], text] for person in experts["people"] for text in person["authored"]])
    known = set().union(*themes.values())
    questions = [question for question in experts["questions"] if question["label"] in known]
    queries = write_csv(folder, "questions.csv", ["text"], [[question["text"]] for question in questions])
    answers, wall, cpu, memory = run(binary, "who-knows", path, "--queries", queries)
    first = three = ranks = 0
    for question, answer in zip(questions, answers):
        right = [question["label"] in themes[knower["person"]] for knower in answer["people"]]
        rank = right.index(True) + 1 if True in right else None
        first += rank == 1
        three += rank is not None and rank <= 3
        ranks += 1 / rank if rank else 0
    print(f"who-knows experts_banking hit@1 {first / len(questions):.3f}, hit@3 {three / len(questions):.3f}, MRR {ranks / len(questions):.3f} "
          f"of {len(questions)}; {wall:.2f} s, {cpu:.2f} CPU-s, {memory:.0f} MiB")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", default="build/release/moothall")
    parser.add_argument("--data", default=os.environ.get("MOOTHALL_DATA"), required="MOOTHALL_DATA" not in os.environ)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for measure in (measure_themes, measure_similar, measure_signals, measure_who_knows):
            measure(arguments.binary, arguments.data, folder)


if __name__ == "__main__":
    main()
