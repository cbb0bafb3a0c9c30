#!/usr/bin/env python3
"""A person hands her vote on a topic to another, sees how it was cast, takes it back and hands it on again; at the close it
is a ballot of its own, how many were cast for others is said without names, and anybody counts it again."""
import datetime
import json
import subprocess
import sys

import stories
from stories import Hall, run, sees, sees_not, until

IN_A_WHILE = (datetime.date.today() + datetime.timedelta(days=90)).isoformat()


def hand_on(person, to, topic):
    """By the form of the page, which names the topics that she may choose among."""
    page = person.get("/delegations")
    sees(page, "In a shared budget everybody's share stays her own")
    return person.submit(page, "/delegations", to=to, topic=topic, until=IN_A_WHILE)


def story():
    with Hall() as hall:
        aino, mei, ravi, sam = (hall.person(name) for name in ("Aino", "Mei", "Ravi", "Sam"))
        village = hall.owner.api("POST", "/circles", {"name": "Saint-Aubin", "kind": "customer", "visibility": "public"})["id"]
        for person in (aino, mei, ravi):
            hall.owner.api("PUT", f"/circles/{village}/members/{person.id}", {"role": "member"})
        decision = hall.owner.api("POST", "/decisions", {
            "title": "Shall the tap stay open at night?", "belief": "that nobody wastes it", "for": "the village",
            "measure": "litres a night", "target": "under 50", "review_on": IN_A_WHILE, "method": "yes-no",
            "electorates": [{"circle": village, "threshold": 0.5, "quorum": 0}], "options": []})["id"]
        path = f"/decisions/{decision}"

        # Aino hands her vote to Mei. It counts when Mei has said yes, who is told what that means.
        offered = hand_on(aino, "Mei", f"circle:{village}")
        sees(offered, "Offered. It counts once Mei says yes.", "not answered yet")
        until("that Mei is told", lambda: any(
            "would hand you a vote" in one["text"] for one in mei.api("GET", "/notifications")["items"]))
        asked = mei.get("/delegations")
        sees(asked, "Aino", "Saint-Aubin", "If you say yes, Aino sees until the close how you vote on this")
        sees(mei.submit(asked, "/acceptance"), "From now on your vote counts for Aino too.")
        sees(aino.get(path), "Mei votes for you here once she votes.")
        sees(mei.get(path), "1 person handed you her vote here. Until the close she sees how you vote.")

        # Mei votes; Aino sees how, and nobody else does.
        mei.submit(mei.get(path), f"{path}/vote", choice="no")
        sees(aino.get(path), "Mei votes for you here, and voted:", "No")
        sees_not(ravi.get(path), "Mei votes", "voted:")
        sees_not(sam.get("/delegations"), "Aino")

        # She does not agree, takes it back, and votes herself; nothing is cast for her any more.
        sees(aino.submit(aino.get("/delegations"), "/end"), "It has ended.", "You vote for yourself everywhere.")
        sees_not(aino.get(path), "votes for you")
        sees_not(mei.get(path), "handed you her vote")
        aino.submit(aino.get(path), f"{path}/vote", choice="yes")

        # Ravi hands his on too, and stays away: at the close Mei's vote counts for him as well.
        hand_on(ravi, "Mei", f"circle:{village}")
        mei.submit(mei.get("/delegations"), "/acceptance")
        hall.owner.api("POST", f"{path}/close", {"reason": "Whoever wants to vote has voted."})
        page = aino.get(path)
        sees(page, "+ 1 for others", "Votes that were cast for others, by each who did: 1")
        sees_not(page, "Ravi")
        sees_not(ravi.get(path), "Mei votes for you")
        closed = hall.visitor().api("GET", f"{path}")
        assert (closed["voters"], closed["outcome"]) == (2, "failed"), closed
        box = hall.visitor().api("GET", f"{path}/ballots")
        assert len(box["ballots"]) == 3, box
        file = hall.folder / "box.json"
        file.write_text(json.dumps(box), encoding="utf-8")
        again = subprocess.run([str(stories.PROGRAM), "tally", str(file), "--json"], capture_output=True, text=True, check=False)
        assert again.returncode == 0 and json.loads(again.stdout)["agrees"], again

        # The record holds that she handed it on and took it back, for the two of them alone.
        hers = {one["verb"] for one in aino.api("GET", "/events?limit=100")["items"]}
        assert {"decide.vote_handed_over", "decide.delegation_ended"} <= hers, hers
        others = {one["verb"] for one in sam.api("GET", "/events?limit=100")["items"]}
        assert not any("deleg" in verb or "handed" in verb for verb in others), others


if __name__ == "__main__":
    sys.exit(run(story, __file__))
