#!/usr/bin/env python3
"""Next year: a customer writes how she wants to work with the company next year (working agreement); both sides agree on
it, see the differences between versions, and it is held against what happened."""
import datetime

from stories import Hall, run, sees, sees_not, until


def story():
    with Hall() as hall:
        year = datetime.date.today().year
        today = datetime.date.today().isoformat()
        bob = hall.person("Bob", company=True)
        aino = hall.person("Aino")
        circle = aino.api("POST", "/circles", {"name": "The mill", "kind": "customer", "visibility": "private"})["id"]
        aino.api("PUT", f"/circles/{circle}/members/{bob.id}", {"role": "member"})
        goal = hall.owner.api("POST", "/goals", {"title": "A third less water", "measure": "m³ a month", "target": "800",
                                                 "due": f"{year + 1}-12-01"})["id"]

        # She writes it, for her circle, and names the goal it is held against.
        page = aino.get(f"/agreements?circle={circle}")
        page = aino.get(next(link for link in page.links if link.startswith("/agreements/new")))
        page = aino.submit(page, "/agreements/new", title=f"The mill and Northwater in {year}", year=str(year), review_on=today,
                           link=goal, words="We meet on the first Monday.\n\nYou ring before you dig.")
        sees(page, "We meet on the first Monday.", "Waits to be signed", "A third less water", "m³ a month")
        agreement = page.path
        until("Bob is told", lambda: "wrote how you could work together" in bob.get("/notifications").text)
        hall.visitor().get(agreement, status=404)

        # Bob would have it otherwise. Both see what is different, word by word.
        page = bob.get(agreement + "/edit")
        page = bob.submit(page, "/edit", words="We meet on the first Tuesday.\n\nYou ring before you dig.",
                          said="Monday is taken")
        sees(page, "Version 2", "Waits to be signed")
        page = aino.get(agreement + "/versions/2")
        sees(page, "Monday is taken")
        assert ">Monday</del>" in page.body and ">Tuesday</ins>" in page.body, page.body

        # She signs, he signs: it holds. A third version has to be signed by both again, and until then the second holds.
        aino.submit(aino.get(agreement), "/signature")
        sees_not(bob.get(agreement), "Agreed by both sides")
        page = bob.submit(bob.get(agreement), "/signature")
        sees(page, "Agreed by both sides", "for the company", "for The mill")
        aino.submit(aino.get(agreement + "/edit"), "/edit", said="A day",
                    words="We meet on the first Tuesday.\n\nYou ring a day before you dig.")
        sees(bob.get(agreement), "A newer version waits to be signed", "Version 2 holds until both sign this one")
        bob.submit(bob.get(agreement), "/signature")
        sees(bob.get(agreement), "A newer version waits to be signed")
        aino.submit(aino.get(agreement), "/signature")
        sees(bob.get(agreement), "Agreed by both sides")
        shown = aino.api("GET", f"/agreements/{agreement.split('/')[2]}")
        assert shown["agreed_version"] == 3 and len(shown["signatures"]) == 4, shown

        # On the day that was said both sides are asked.
        for one in (aino, bob):
            until("the review", lambda one=one: "Today both sides look at what came of" in one.get("/notifications").text)

        # It is held against what happened: promises that were kept, and one that was not.
        kept = bob.api("POST", "/commitments", {"what": "Mend the pump", "to": circle, "due": f"{year}-12-31"})["id"]
        bob.api("POST", f"/commitments/{kept}/keep", {"why": "It runs."})
        broken = bob.api("POST", "/commitments", {"what": "Paint the door", "to": circle, "due": f"{year}-12-31"})["id"]
        bob.api("POST", f"/commitments/{broken}/break", {"why": "There was no paint."})
        page = aino.get(agreement)
        sees(page, f"What happened in {year}", "Mend the pump", "Paint the door", "Not kept")

        # The next year's begins with this year's words and with that.
        page = aino.submit(page, "/next")
        sees(page, f"The mill and Northwater in {year + 1}", "You ring a day before you dig.", f"What happened in {year}",
             "not kept: Paint the door", "kept: Mend the pump", "Waits to be signed", "A third less water")
        assert f"/promises/{broken}" in page.links
        sees(aino.get(agreement), "the next year's")


if __name__ == "__main__":
    run(story, __file__)
