#!/usr/bin/env python3
"""Writes a made-up Pabulib file to stdout, for measuring without real elections.

    make_election.py VOTERS PROJECTS BUDGET [SEED]

Approval ballots of one to five projects; a project's popularity falls with its number, and its cost
is between 1 and 20 percent of the budget. With a budget like 120000000 (a currency of small units)
add1 takes tens of thousands of steps.
"""

import random
import sys


def main() -> None:
    voters, projects, budget = (int(word) for word in sys.argv[1:4])
    draw = random.Random(int(sys.argv[4]) if len(sys.argv) > 4 else 1)
    ids = [str(number) for number in range(1, projects + 1)]
    weights = [1 / (number + 3) for number in range(projects)]
    print("META\nkey;value\ndescription;made up\ncountry;none\nunit;none\ninstance;none")
    print(f"num_projects;{projects}\nnum_votes;{voters}\nbudget;{budget}")
    print("vote_type;approval\nrule;unknown\ndate_begin;2025\ndate_end;2025")
    print("PROJECTS\nproject_id;cost")
    for project in ids:
        print(f"{project};{max(1, round(budget * draw.uniform(0.01, 0.2), -2)):.0f}")
    print("VOTES\nvoter_id;vote")
    for voter in range(1, voters + 1):
        vote = dict.fromkeys(draw.choices(ids, weights, k=draw.randint(1, 5)))
        print(f"{voter};{','.join(vote)}")


if __name__ == "__main__":
    main()
