#!/usr/bin/env python3
"""Makes src/decide/methods/testdata/pref_voting.txt: random ballots and what pref-voting makes of them.

    python3 -m venv VENV && VENV/bin/pip install pref-voting==1.18.2
    VENV/bin/python tools/golden/make_ballots.py > src/decide/methods/testdata/pref_voting.txt

Few voters and few options, so that ties are common. One profile a line, fields separated by a space:

    options  places  tie order  rankings  approvals  scores  => results

    tie order   options, first the one that wins ties: 2013
    rankings    count:ranking;…  a ranking is options, best first, equals in brackets: 3:0(12);1:2
    approvals   options;…  each ballot's approved options, - for none
    scores      points;…   each ballot's points for option 0, 1, …, 0 to 5, . where it gave none
    results     ranked pairs' winner, ranked pairs' whole order, STV's elected in rising order (- where a
                ballot has equals), single choice's leaders by first places (- likewise), approval's
                leaders, score's leaders
"""

import linecache
import random
import sys

from pref_voting.grade_methods import approval, score_voting
from pref_voting.grade_profiles import GradeProfile
from pref_voting.margin_based_methods import ranked_pairs_defeat_tb, ranked_pairs_tb
from pref_voting.profiles_with_ties import ProfileWithTies
from pref_voting.proportional_methods import stv_scottish
from pref_voting.scoring_methods import plurality

PROFILES = 2000


class TieOrder:
    """Stands in for the lot: the first in the order wins a tie, the last one loses it.

    Of three equals, one of whom was ahead at an earlier stage, pref-voting draws among all three; we
    draw among the two who were not (of three to be put out), and so does this lot.
    """

    def __init__(self, order):
        self.order = order

    def choice(self, options):
        caller = sys._getframe(1)
        line = linecache.getline(caller.f_code.co_filename, caller.f_lineno)
        extreme = min if "lowest" in line else max
        for totals in reversed(caller.f_locals["history"]):
            best = extreme(totals.get(option, 0) for option in options)
            options = [option for option in options if abs(totals.get(option, 0) - best) < 1e-9]
        return (max if "lowest" in line else min)(options, key=self.order.index)


def random_ranking(draw, options, with_ties):
    order = draw.sample(range(options), draw.randint(1, options))
    places = []
    for option in order:
        if places and with_ties and draw.random() < 0.3:
            places[-1].append(option)
        else:
            places.append([option])
    return places


def text_of(ranking):
    return "".join(
        str(place[0]) if len(place) == 1 else "(" + "".join(map(str, sorted(place))) + ")"
        for place in ranking)


def joined(options):
    return "".join(map(str, options)) or "-"


def main():
    draw = random.Random(20260501)
    for _ in range(PROFILES):
        options = draw.randint(2, 6)
        places = draw.randint(1, max(1, options - 1))
        ties = draw.sample(range(options), options)
        with_ties = draw.random() < 0.4
        ballots = [(draw.choice([1, 1, 1, 2, 2, 3, 5, 7]), random_ranking(draw, options, with_ties))
                   for _ in range(draw.randint(1, 9))]
        profile = ProfileWithTies(
            [{option: place for place, equals in enumerate(ranking) for option in equals}
             for _, ranking in ballots],
            rcounts=[count for count, _ in ballots], candidates=list(range(options)))
        profile.use_extended_strict_preference()

        winner = ranked_pairs_tb(profile, tie_breaker=ties)[0]
        defeats = ranked_pairs_defeat_tb(profile, tie_breaker=ties)
        order = sorted(range(options), key=lambda option: -defeats.out_degree(option))
        assert order[0] == winner and len({defeats.out_degree(o) for o in order}) == options
        if with_ties:
            elected, leaders = [], []
        else:
            elected = sorted(stv_scottish(profile, num_seats=places, rng=TieOrder(ties)))
            leaders = sorted(plurality(profile))

        approvals = [sorted(draw.sample(range(options), draw.randint(0, options)))
                     for _ in range(draw.randint(1, 6))]
        if any(approvals):
            approved = approval(GradeProfile(
                [{option: 1 for option in ballot} for ballot in approvals if ballot], [0, 1],
                candidates=list(range(options))))
        else:
            approved = list(range(options))
        scores = [[draw.choice([None, 0, 1, 2, 3, 4, 5]) for _ in range(options)]
                  for _ in range(draw.randint(1, 5))]
        graded = [{option: points for option, points in enumerate(ballot) if points is not None}
                  for ballot in scores]
        scored = score_voting(GradeProfile(graded, list(range(6)), candidates=list(range(options))),
                              ungraded_score=0)
        print(options, places, joined(ties),
              ";".join(f"{count}:{text_of(ranking)}" for count, ranking in ballots),
              ";".join(joined(ballot) for ballot in approvals),
              ";".join("".join("." if points is None else str(points) for points in ballot)
                       for ballot in scores),
              "=>", winner, joined(order), joined(elected), joined(leaders), joined(sorted(approved)),
              joined(sorted(scored)))


if __name__ == "__main__":
    main()
