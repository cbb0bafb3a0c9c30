#!/usr/bin/env python3
"""How long 100,000 rows of other programs take to come in, on the command line, and the memory that takes.

    bench/import/measure.py MOOTHALL [--rows 100000] [--folder DIR] [--postgres SERVER]

A table of our own columns (title, body, kind, status, tags, author with an address, votes, created, id), and Fider's table of posts. Each
goes into a hall of its own; the same file again must change nothing. With --postgres, the address of a server
(tools/postgres/private.sh --durable gives one in MOOTHALL_TEST_POSTGRES), into databases of it."""
import argparse
import csv
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

WORDS = ("water meter reading bill street pump pressure summer winter garden kitchen school hospital office letter phone number account "
         "payment month leak pipe valve repair engineer visit window hour notice outage tank bottle quality taste sample report result").split()
SECONDS = 60


def text(chance, words):
    return " ".join(chance.choice(WORDS) for _ in range(words)).capitalize()


def generic(path, rows):
    chance = random.Random(4)
    with open(path, "w", newline="", encoding="utf-8") as file:
        out = csv.writer(file)
        out.writerow(["id", "title", "body", "kind", "status", "tags", "author_name", "author_email", "votes", "created"])
        for row in range(rows):
            person = chance.randrange(rows // 3 + 1)
            out.writerow([row, f"{text(chance, 6)} {row}", text(chance, 50), chance.choice(["want", "question", "idea"]),
                          chance.choice(["open", "planned", "done"]), "billing,meters" if row % 3 else "", f"Person {person}",
                          f"person{person}@example.org", chance.randrange(40), f"20{10 + row % 14}-03-{1 + row % 28:02}T10:00:00Z"])


def fider(path, rows):
    chance = random.Random(5)
    with open(path, "w", newline="", encoding="utf-8") as file:
        out = csv.writer(file)
        out.writerow(["number", "title", "description", "created_at", "created_by", "votes_count", "comments_count", "status", "responded_by",
                      "responded_at", "response", "original_number", "original_title", "tags"])
        for row in range(1, rows + 1):
            done = row % 5 == 0
            duplicate = row > 100 and row % 50 == 0
            out.writerow([row, f"{text(chance, 6)} {row}", text(chance, 50), f"20{10 + row % 14}-03-{1 + row % 28:02}T10:00:00Z",
                          f"Person {chance.randrange(rows // 3 + 1)}", chance.randrange(40), 0,
                          "duplicate" if duplicate else "completed" if done else "open", "Owner" if done else "",
                          "2024-05-01T10:00:00Z" if done else "", "It is done." if done and not duplicate else "",
                          row // 50 if duplicate else "", "", "billing,meters" if row % 3 else ""])


def run(*command):
    """Its seconds, its processor time, its most memory and what it said."""
    with tempfile.TemporaryFile("w+") as said:
        begin = time.monotonic()
        process = subprocess.Popen([*map(str, command)], stdout=said, stderr=said)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.monotonic() - begin
        said.seek(0)
        lines = said.read().strip().split("\n")
        if os.waitstatus_to_exitcode(status):
            sys.exit("\n".join(lines[-5:]))
        return seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, lines[-1]


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("moothall")
    options.add_argument("--rows", type=int, default=100_000)
    options.add_argument("--folder", default=tempfile.gettempdir())
    options.add_argument("--postgres", default="")
    chosen = options.parse_args()
    work = Path(tempfile.mkdtemp(prefix="moothall-import-", dir=chosen.folder))
    failed = False
    print("| | s | CPU s | MB | |\n|---|---|---|---|---|")
    try:
        for name, write in (("csv", generic), ("fider", fider)):
            file, hall = work / f"{name}.csv", work / name
            write(file, chosen.rows)
            where = []
            if chosen.postgres:
                for statement in (f"DROP DATABASE IF EXISTS import_{name}", f"CREATE DATABASE import_{name}"):
                    subprocess.run(["psql", "-qX", chosen.postgres, "-c", statement], check=True)
                where = ["--database", re.sub(r"/postgres\?", f"/import_{name}?", chosen.postgres)]
            run(chosen.moothall, "init", "--data", hall, "--name", "Bench", "--owner", "owner@example.org", *where)
            for what in (f"{chosen.rows:,} rows, {name}", f"the same again, {name}"):
                seconds, cpu, memory, said = run(chosen.moothall, "import", name, file, "--data", hall, *where)
                failed = failed or cpu > SECONDS
                print(f"| {what} ({file.stat().st_size >> 20} MB) | {seconds:.1f} | {cpu:.1f} | {memory:.0f} | {said} |", flush=True)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
