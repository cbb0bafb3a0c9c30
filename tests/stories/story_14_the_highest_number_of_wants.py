#!/usr/bin/env python3
"""Given estimates and a capacity, the hall proposes the set of wants that gives the most people something they want,
fairly, beside what most ask for and what pays most, and says for each what was left out and why."""
import sys

from stories import Hall, run, sees, sees_not


def story():
    with Hall() as hall:
        bob = hall.person("Bob", company=True)
        people = [hall.person(name) for name in ("Aino", "Mei", "Ravi", "Noor", "Olga", "Per")]
        mill = hall.owner.api("POST", "/circles", {"name": "The paper mill", "kind": "customer", "visibility": "listed"})["id"]
        hall.owner.api("PUT", f"/circles/{mill}/members/{people[5].id}", {"role": "member"})

        # Four people of one street want three things there, two others each something else.
        def want(author, title, supporters, days):
            voice = author.api("POST", "/voices", {"title": title, "kind": "want"})["id"]
            for person in supporters:
                person.api("PUT", f"/voices/{voice}/support", {})
            bob.submit(bob.get(f"/voices/{voice}"), "/effort", days=days)
            return voice
        sees(hall.visitor().get("/priorities"), "No want has an estimate yet")
        street = people[:4]
        a = want(street[0], "Mend the street", street[1:], "8")
        b = want(street[1], "Light the street", street[2:] + street[:1], "8")
        c = want(street[2], "Sweep the street", [street[0], street[3]], "4")
        d = want(people[4], "Read the meter by photo", [], "4")
        e = want(people[5], "A second pump for the mill", [], "4")

        # 24 days: what most ask for spends all but four on the street; equal shares serve all six.
        found = bob.api("GET", "/priorities?capacity=24")
        assert set(found["loudest"]["chosen"][:2]) == {a, b} and found["loudest"]["empty_handed"] == 1, found
        assert {d, e} <= set(found["fair"]["chosen"]) and found["fair"]["people"] == 6, found
        assert found["fair"]["days"] <= 24 and found["fair"]["left_out"], found
        assert found["paying"] is None
        page = bob.get("/priorities?capacity=24")
        sees(page, "The fair set", "6 of 6 people get something they want", "What most ask for", "5 of 6 people",
             "Left out", "Those who want it have", "What circles pay is not recorded.")

        # Bob records what the mill pays: only people of the company see what follows from it.
        bob.api("PUT", f"/circles/{mill}/revenue", {"revenue": 250000})
        found = bob.api("GET", "/priorities?capacity=24")
        assert found["paying"]["chosen"] == [e], found
        sees(bob.get("/priorities?capacity=24"), "What pays most", "The most revenue of the circles behind it first.")
        aino = people[0]
        assert aino.api("GET", "/priorities?capacity=24")["paying"] is None
        sees_not(aino.get("/priorities?capacity=24"), "250", "What circles pay a year")

        # She sees the estimate on her voice, and may not change it; a capacity that is none is sent back.
        sees(aino.get(f"/voices/{a}"), "About 8 days of work, as the company estimates it.")
        aino.api("PUT", f"/voices/{a}/effort", {"days": 1}, status=403)
        aino.api("PUT", f"/circles/{mill}/revenue", {"revenue": 1}, status=403)
        assert aino._send("GET", "/priorities?capacity=lots")[0] == 422
        verbs = [one["verb"] for one in bob.api("GET", "/events?limit=100")["items"]]
        assert verbs.count("decide.effort_estimated") == 5, verbs
        # What is done is out of the running.
        hall.owner.api("PATCH", f"/voices/{c}", {"status": "done"})
        assert c not in [one["id"] for one in bob.api("GET", "/priorities")["voices"]]


if __name__ == "__main__":
    sys.exit(run(story, __file__))
