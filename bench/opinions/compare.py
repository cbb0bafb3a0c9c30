#!/usr/bin/env python3
"""Runs `moothall opinions` and red-dwarf on the same votes: CPU seconds, memory, same groups.

    compare.py MOOTHALL VOTES.csv...      (participant,statement,vote as make_votes.py writes it, or a
                                           matrix: participant and a column for each statement)

Needs red-dwarf 0.4.0 (`pip install red-dwarf==0.4.0`). Both sides are whole processes, reading the
file included; red-dwarf's imports are measured apart and taken off.
"""

import json
import os
import subprocess
import sys

RED_DWARF = """
import csv, json, os, sys, warnings
warnings.filterwarnings("ignore")
from reddwarf.implementations.polis import run_pipeline
imported = sum(os.times()[:2])
if len(sys.argv) > 1:
    with open(sys.argv[1], newline="") as file:
        rows = csv.reader(file)
        head = next(rows)
        if head[1:] == ["statement", "vote"]:
            said = ((row[0], row[1], row[2]) for row in rows)
        else:
            said = ((row[0], *one) for row in rows for one in zip(head[1:], row[1:]) if one[1])
        votes = [
            {"participant_id": int(person), "statement_id": int(statement), "vote": int(float(vote))}
            for person, statement, vote in said
        ]
    result = run_pipeline(votes=votes, random_state=0)
    labels = result.participants_df["cluster_id"].dropna()
    print(json.dumps({"imported": imported, "labels": {str(k): int(v) for k, v in labels.items()}}))
"""


def measure(command: list[str]) -> tuple[bytes, float, float]:
    """Output, CPU seconds and peak megabytes of a command."""
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        output = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"{command[0]} failed")
    return output, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def main() -> None:
    moothall, files = sys.argv[1], sys.argv[2:]
    for path in files:
        print(path)
        theirs, seconds, megabytes = measure([sys.executable, "-c", RED_DWARF, path])
        theirs = json.loads(theirs)
        seconds -= theirs["imported"]
        print(f"  red-dwarf              {seconds:8.3f} s CPU {megabytes:8.0f} MB")
        for flags in (["--compatible"], []):
            ours, own_seconds, own_megabytes = measure(
                [moothall, "opinions", path, "--json", *flags])
            groups = json.loads(ours)["groups"]
            labels = {member: int(group["id"]) for group in groups for member in group["members"]}
            same = "the same groups" if labels == theirs["labels"] else f"{len(groups)} groups"
            print(f"  moothall {' '.join(flags):13} {own_seconds:8.3f} s CPU {own_megabytes:8.0f} MB"
                  f"   {seconds / own_seconds:6.1f} times as fast, {same}")


if __name__ == "__main__":
    main()
