#!/usr/bin/env python3
"""Makes up a conversation as CSV (participant,statement,vote): three camps, a long tail of votes.

    make_votes.py PEOPLE STATEMENTS FILE
"""

import math
import random
import sys


def main() -> None:
    people, statements, path = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    draw = random.Random(42)
    agrees = [[0.05 + 0.9 * draw.random() for _ in range(statements)] for _ in range(3)]
    with open(path, "w", encoding="utf-8") as file:
        file.write("participant,statement,vote\n")
        for person in range(people):
            camp = agrees[draw.randrange(3)]
            count = round(math.exp(math.log(29) - 0.5 + draw.gauss(0, 1)))
            for statement in draw.sample(range(statements), min(max(count, 1), statements)):
                vote = 0 if draw.random() < 0.12 else 1 if draw.random() < camp[statement] else -1
                file.write(f"{person},{statement},{vote}\n")


if __name__ == "__main__":
    main()
