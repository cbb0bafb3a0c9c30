#!/usr/bin/env python3
"""Customers correct the facts: a customer corrects her address and sends the meter reading herself. It is live at once,
with history, who and why, and can be undone. What needs a check is marked "said by the customer, unchecked"."""
import datetime

from stories import Hall, run, sees, sees_not, until


def day(offset):
    return (datetime.datetime.now(datetime.timezone.utc).date() + datetime.timedelta(days=offset)).isoformat()


def story():
    with Hall() as hall:
        aino, mei, bob, sara = (hall.person("Aino"), hall.person("Mei"), hall.person("Bob", company=True),
                                hall.person("Sara", company=True))
        owner = hall.owner.sign_in()
        owner.api("PUT", f"/circles/{hall.company}/members/{sara.id}", {"role": "steward"})

        # A steward of the hall says on the settings page what is kept, who sees it, and what needs a check.
        for fields in ({"name": "Address", "type": "address"},
                       {"name": "Water meter", "type": "reading", "unit": "m³"},
                       {"name": "People at home", "type": "number", "checked": "yes"}):
            owner.submit(owner.get("/settings/facts"), "/settings/facts", about="person", **fields)
        assert [one["name"] for one in owner.api("GET", "/fact-kinds")["items"]] == ["Address", "People at home", "Water meter"]
        aino.get("/settings/facts", status=403)

        # Bob writes the address down on the phone; on her own page she sees the same, and corrects it.
        record = bob.get(f"/people/{aino.id}")
        sees(record, "Not said yet:", "Address", "Water meter")
        new = next(link for link in record.links if link.startswith("/facts/new") and "kind=" in link)
        page = bob.submit(bob.get(new), "/facts", value="Harbor Lane 3", postcode="00100", town="Helsinki")
        fact = page.path
        page = aino.get(fact)
        sees(page, "Harbor Lane 3, 00100 Helsinki", "Bob")
        page = aino.submit(page, fact, value="Harbour Lane 13", why="You wrote it down wrong.")
        sees(page, "Saved.", "Harbour Lane 13, 00100 Helsinki")
        # Live at once, with who and why, and what it said before; Bob, who had it in hand, is told.
        sees(bob.get(fact), "Harbour Lane 13", "Aino", "You wrote it down wrong.", "Harbor Lane 3,")
        sees(bob.get(f"/people/{aino.id}"), "Harbour Lane 13")
        until("Bob's notice", lambda: [one for one in bob.api("GET", "/notifications")["items"]
                                       if one["url"].endswith(fact) and "changed" in one["text"]])
        # A mistake is taken back: as a new line of the history, and that once more.
        sees(aino.submit(aino.get(fact), fact + "/undoing"), "Took a change back:")
        assert aino.api("GET", "/facts/" + fact[7:])["value"]["street"] == "Harbor Lane 3"
        aino.submit(aino.get(fact), fact + "/undoing")
        versions = aino.api("GET", f"/facts/{fact[7:]}/versions")["items"]
        assert [one["value"]["street"] for one in versions] == ["Harbour Lane 13", "Harbor Lane 3", "Harbour Lane 13", "Harbor Lane 3"]
        assert [one["undoes"] for one in versions] == [3, 2, 0, 0], versions

        # She sends the meter's readings. One that seems too much is taken, and said so; never refused.
        kinds = {one["name"]: one["id"] for one in aino.api("GET", "/fact-kinds?about=person")["items"]}
        page = aino.get(f"/facts/new?about={aino.id}&kind={kinds['Water meter']}")
        meter = aino.submit(page, "/facts", value="100", taken_on=day(-400)).path
        aino.submit(aino.get(meter), meter, value="200", taken_on=day(-30))
        page = aino.submit(aino.get(meter), meter, value="290.5", taken_on=day(0))
        sees(page, "times as much a day as in the year before", "3 readings", "290.5")
        assert '<svg class="chart"' in page.body and "<table" in page.body
        refused = aino.submit(aino.get(meter), meter, status=422, value="NaN", taken_on=day(0))
        sees(refused, "This is not a number.")
        aino.submit(aino.get(meter), meter, status=422, value="300", taken_on=day(9))
        sees(bob.get(meter), "290.5")

        # What its rule wants checked is live, and marked until a steward looked.
        page = aino.submit(aino.get(f"/facts/new?about={aino.id}&kind={kinds['People at home']}"), "/facts", value="4")
        people = page.path
        sees(page, "said by the customer, unchecked")
        until("the steward's notice", lambda: [one for one in sara.api("GET", "/notifications")["items"]
                                               if one["url"].endswith(people)])
        assert not [form for form in bob.get(people).forms if form.action.endswith("/check")], "Bob is no steward"
        page = sara.get("/facts?show=waiting")
        assert people in page.links
        sees(sara.submit(sara.get(people), people + "/check"), "checked", "Checked by Sara")
        until("Aino is told", lambda: [one for one in aino.api("GET", "/notifications")["items"] if one["url"].endswith(people)])
        aino.submit(aino.get(people), people, value="14")
        sara.api("POST", f"/facts/{people[7:]}/check", {"version": 2, "so": False}, status=422)
        sara.api("POST", f"/facts/{people[7:]}/check", {"version": 2, "so": False, "reason": "The flat has two rooms."})
        sara.api("POST", f"/facts/{people[7:]}/check", {"version": 2, "so": True}, status=409)
        sees(aino.get(people), "checked: not so", "The flat has two rooms.")

        # Another customer sees none of it: it is answered like what does not exist.
        for path in (fact, meter, people, people + ".atom"):
            mei.get(path, status=404)
            hall.visitor().get(path, status=404)
        sees_not(mei.get(f"/people/{aino.id}"), "Harbour Lane", "290.5")
        assert not mei.api("GET", "/facts")["items"] and not mei.api("GET", f"/facts?about={aino.id}")["items"]
        mei.api("PATCH", f"/facts/{people[7:]}", {"value": "1"}, status=404)
        mei.api("POST", "/facts", {"about": aino.id, "kind": kinds["People at home"], "value": "1"}, status=403)

        # Her own facts as a table, and a table of readings that comes in whole or not at all.
        table = aino.get("/facts.csv").body
        assert "Harbour Lane 13" in table and "290.5" in table and "Mei" not in table, table
        rows = f"about,kind,taken_on,value\n{aino.id},Water meter,{day(-200)},150\n{aino.id},Water meter,{day(-100)},"
        page = sara.submit(sara.get("/facts/import"), "/facts/import", status=422, text=rows + "much")
        sees(page, "Nothing was brought in.", "Line 3: value: This is not a number.")
        assert aino.api("GET", "/facts/" + meter[7:])["readings"] == 3
        outcome = sara.api("POST", "/facts/import", {"text": rows + "180"})
        assert (outcome["readings"], outcome["errors"]) == (2, []), outcome
        sees(aino.get(meter), "5 readings")
        hall.command("audit")


if __name__ == "__main__":
    run(story, __file__)
