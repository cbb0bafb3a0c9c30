#!/usr/bin/env python3
"""A village and the company share a budget: people propose projects, everybody who votes has an equal share, and every
voter sees where hers went; what was not bought says what it would have taken, and anybody counts it again."""
import datetime
import json
import subprocess
import sys

import stories
from stories import Hall, run, sees, sees_not, until


def story():
    with Hall() as hall:
        bob, cleo = hall.person("Bob", company=True), hall.person("Cleo", company=True)
        aino, mei, ravi = hall.person("Aino"), hall.person("Mei"), hall.person("Ravi")
        sam = hall.person("Sam")
        village = hall.owner.api("POST", "/circles", {"name": "Saint-Aubin", "kind": "customer", "visibility": "public"})["id"]
        for person in (aino, mei, ravi):
            hall.owner.api("PUT", f"/circles/{village}/members/{person.id}", {"role": "member"})
        voice = aino.api("POST", "/voices", {"title": "A bench at the well", "kind": "want"})["id"]

        # Bob shares out €1,000 between the village and the company.
        page = bob.get("/decisions/new?method=equal-shares")
        landed = bob.submit(page, "/decisions", **{
            "title": "The well square", "belief": "that the square comes alive", "for": "the village", "measure": "people there",
            "target": "twice as many", "review_on": (datetime.date.today() + datetime.timedelta(days=90)).isoformat(),
            "method": "equal-shares", "amount": "1,000", "unit": "€", "ballot": "approval", "circle-1": hall.company,
            "quorum-1": "0", "circle-2": village, "quorum-2": "0", "circle-3": ""})
        sees(landed, "Shared budget (equal shares)", "€1,000 to share", "the cheaper one goes first",
             "There is no project to vote on yet.")
        decision = bob.api("GET", "/decisions?method=equal-shares")["items"][0]["id"]
        path = f"/decisions/{decision}"

        # Aino makes a project of her voice; who does not vote proposes none; what is too dear is sent back as it was typed.
        form = aino.get(f"{path}/projects/new?voice={voice}")
        refused = aino.submit(form, f"{path}/projects", status=422, cost="1,000.01", place="At the well")
        assert refused.form("/projects").fields["place"] == "At the well"
        sees(refused, "It costs more than there is to share.")
        bench = aino.submit(form, f"{path}/projects", cost="400", place="At the well", words="Oak, with a back.")
        sees(bench, "A bench at the well", "€400", "Oak, with a back.", "Aino", "Proposed. You stand for it.")
        for title, cost, who in (("Trees", "600", mei), ("A fountain", "1000", cleo), ("A name for the square", "0", ravi),
                                 ("Fireworks", "900", ravi)):
            who.submit(who.get(f"{path}/projects/new"), f"{path}/projects", title=title, cost=cost)
        sam.api("POST", f"/decisions/{decision}/projects", {"title": "A casino", "cost": 10}, status=403)
        projects = {one["title"]: one for one in bob.api("GET", f"/decisions/{decision}/projects")["items"]}
        # Bob may keep one off the ballot, with a reason for all to read.
        fireworks = f"/projects/{projects['Fireworks']['id']}"
        bob.submit(bob.get(fireworks), f"{fireworks}/judgement", status=422, judgement="declined", reason="")
        bob.submit(bob.get(fireworks), f"{fireworks}/judgement", judgement="declined", reason="The thatched roofs.")
        sees(sam.get(fireworks), "Declined", "The thatched roofs.")
        until("that Ravi is told", lambda: "declined the project “Fireworks”" in ravi.get("/notifications").text)
        until("that Bob is told", lambda: "proposed the project “Trees” for a shared budget" in bob.get("/notifications").text)
        mei.submit(mei.get(f"/projects/{projects['A bench at the well']['id']}"), "/standing", stands="yes")
        page = bob.submit(bob.get(path), f"{path}/opening")
        sees(page, "Mark every project that you want")
        aino.api("PATCH", f"/projects/{projects['A bench at the well']['id']}", {"cost": 1}, status=409)

        # They vote; the page adds up without any script; nobody sees how it stands.
        page = aino.submit(aino.get(path), f"{path}/vote", approve="1")
        sees(page, "What you chose costs €400", "€1,000 there are for all.", "Your vote is in the urn")
        receipt = aino.api("PUT", f"/decisions/{decision}/vote", {"approve": ["1", "2"]})["receipt"]["ballots"][0]["leaf"]
        sees(aino.get(path), "What you chose costs €1,000")
        mei.api("PUT", f"/decisions/{decision}/vote", {"approve": ["1", "2"]})
        ravi.submit(ravi.get(path), f"{path}/vote", approve="1")
        bob.submit(bob.get(path), f"{path}/vote", approve="3")
        cleo.api("PUT", f"/decisions/{decision}/vote", {"approve": ["3"]})
        sees_not(sam.get(path), "Where the money went", "Your share was")
        sam.api("PUT", f"/decisions/{decision}/vote", {"approve": ["3"]}, status=403)

        # The close: the money is shared, explained, and shown beside other rules.
        page = bob.submit(bob.get(path), f"{path}/closing", reason="Whoever wants to vote has voted.")
        sees(page, "The money is shared. 5 people voted, each with a share of €200.", "Bought with shares, in this order",
             "A bench at the well", "3 people wanted it.", "They cost nothing", "A name for the square", "Not bought",
             "A fountain", "Where the money went", "Saint-Aubin", "Most votes for the money", "Voters who got nothing")
        assert "<svg class=\"flow\"" in page.body

        # Ravi's browser kept his receipt, and shows him alone his share; Aino pastes hers.
        mine = ravi.get(path)
        sees(mine, "Your share was", "A bench at the well", "You and 2 others paid for it.")
        sees_not(mei.get(path), "Your share was")
        share = aino.submit(aino.get(f"{path}/share"), f"{path}/share", receipt=receipt)
        sees(share, "You and 2 others paid for it.", "You and 1 other paid for it.", "Left on paper")
        own = aino.api("POST", f"/decisions/{decision}/share", {"receipt": receipt})
        assert abs(sum(one["amount"] for one in own["payments"]) + own["left"] - own["share"]) < 0.02, own
        aino.api("POST", f"/decisions/{decision}/share", {"receipt": "0" * 64}, status=422)

        # What the fountain would have needed is worked out once, after the close.
        needs = until("what losers would have needed",
                      lambda: (lambda found: found["explained"] and found)(bob.api("GET", f"/decisions/{decision}/needs")))
        assert [one["project"] for one in needs["items"]] == ["3"], needs
        sees(sam.get(path), "It would have won", "more people who want only this")

        # Anybody counts it again: from the box, and from the .pb file with the engine alone.
        data = hall.folder / "box.json"
        data.write_text(sam._send("GET", f"{path}/box")[2], encoding="utf-8")
        again = subprocess.run([str(stories.PROGRAM), "tally", str(data), "--json"], capture_output=True, text=True, check=False)
        assert again.returncode == 0 and json.loads(again.stdout)["agrees"], again
        file = hall.folder / "budget.pb"
        file.write_text(sam._send("GET", f"{path}/ballots.pb")[2], encoding="utf-8")
        counted = subprocess.run([str(stories.PROGRAM), "equal-shares", str(file), "--completion", "add1-greedy",
                                  "--minimum-votes", "1", "--json"], capture_output=True, text=True, check=True)
        bought = bob.api("GET", f"/decisions/{decision}")["result"]["budget"]["equal_shares"]["selected"]
        assert json.loads(counted.stdout)["selected"] == bought == ["1", "2"], counted.stdout

        # The same file comes in again elsewhere as a closed budget, with the same result.
        other = hall.owner.api("POST", "/budgets/import", {"text": file.read_text(encoding="utf-8"), "circle": village})
        assert other["state"] == "closed" and other["result"]["budget"]["equal_shares"]["selected"] == bought, other
        sees(hall.visitor().get("/budgets"), "The well square", "€1,000")

        # The record holds five votes and no choice; Aino's voice knows what became of it.
        events = hall.owner.api("GET", "/events?limit=100")["items"]
        assert sum(one["verb"] == "decide.vote_cast" and one["thing"] == decision for one in events) == 5
        loop = {one["stage"]: one for one in aino.api("GET", f"/voices/{voice}/loop")["stages"]}
        assert loop["decide"]["at"], loop


if __name__ == "__main__":
    sys.exit(run(story, __file__))
