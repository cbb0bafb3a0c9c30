#!/usr/bin/env python3
"""Runs bench_equal_shares and pabutools on the same Pabulib files: CPU seconds, same outcomes.

    compare.py BENCH_EQUAL_SHARES [--add1-seconds N] FILE.pb...

Needs pabutools 1.2.3 (`pip install pabutools==1.2.3`), set up as exact as we are: fractions of
gmpy2, one entry for each distinct ballot (multiprofile), ties by id, no analytics. Reading the file
is excluded on both sides, and so is gathering equal ballots. Add1 takes pabutools hours on some
files: it is stopped after N seconds (0, the default: not run at all).
"""

import argparse
import json
import signal
import subprocess
import sys
import time

from pabutools.election import (
    Additive_Borda_Sat,
    Additive_Cardinal_Sat,
    Cardinality_Sat,
    Cost_Sat,
    parse_pabulib,
)
from pabutools.rules import method_of_equal_shares

SATISFACTION = {
    "cost": Cost_Sat,
    "cardinality": Cardinality_Sat,
    "points": Additive_Cardinal_Sat,
    "borda": Additive_Borda_Sat,
}


class TooLong(Exception):
    pass


def give_up(*_: object) -> None:
    raise TooLong


def run_pabutools(instance, profile, line: dict, seconds_max: float):
    """CPU seconds and the ids in order of selection; none of them when it took too long."""
    increment = 1 if line["completion"] == "add1" else None
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds_max)
    try:
        begin = time.process_time()
        outcome = method_of_equal_shares(
            instance, profile, SATISFACTION[line["utility"]], voter_budget_increment=increment
        )
        return time.process_time() - begin, [project.name for project in outcome]
    except TooLong:
        return None, None
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--add1-seconds", type=float, default=0)
    parser.add_argument("files", nargs="+")
    arguments = parser.parse_args()
    signal.signal(signal.SIGVTALRM, give_up)

    differences = 0
    for path in arguments.files:
        ours = subprocess.run([arguments.program, path], capture_output=True, check=True, text=True)
        lines = [json.loads(line) for line in ours.stdout.splitlines()]
        instance, profile = parse_pabulib(path)
        profile = profile.as_multiprofile()
        print(f"{path}: {lines[0]['voters']} voters, {lines[0]['projects']} projects")
        for line in lines:
            text = f"  {line['utility']:12} {line['completion']:5} {line['seconds']:10.6f} s"
            if line["completion"] == "add1":
                text += f"  ({line['increments']} steps, {line['runs']} runs)"
            seconds_max = 3600.0 if line["completion"] == "none" else arguments.add1_seconds
            if seconds_max > 0:
                seconds, selected = run_pabutools(instance, profile, line, seconds_max)
                if seconds is None:
                    text += f"; pabutools not done after {seconds_max:.0f} s"
                else:
                    text += f"; pabutools {seconds:.3f} s, {seconds / line['seconds']:.0f} times"
                    if selected != line["selected"]:
                        differences += 1
                        text += "  DIFFERENT OUTCOME"
            print(text, flush=True)
    if differences:
        sys.exit(f"{differences} outcomes differ")


if __name__ == "__main__":
    main()
