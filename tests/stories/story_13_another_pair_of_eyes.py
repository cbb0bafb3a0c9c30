#!/usr/bin/env python3
"""Another pair of eyes: the same voices through several lenses; the question of each, and whose centre it takes, stand on it."""
from stories import Hall, run, sees, sees_not


def story():
    with Hall() as hall:
        bob, aino = hall.person("Bob", company=True), hall.person("Aino")
        village = hall.owner.api("POST", "/circles", {"name": "Saint-Aubin", "kind": "community", "visibility": "public"})["id"]
        hall.owner.api("PUT", f"/circles/{village}/members/{aino.id}", {"role": "member"})
        board = hall.owner.api("POST", "/circles", {"name": "Board", "kind": "team", "visibility": "private"})["id"]
        hall.owner.api("PUT", f"/circles/{board}/members/{bob.id}", {"role": "member"})
        wanted = aino.api("POST", "/voices", {"kind": "want", "title": "Send readings by phone", "circle": village})["id"]
        asked = aino.api("POST", "/voices", {"kind": "question", "title": "When is the meter read?"})["id"]
        secret = bob.api("POST", "/voices", {"kind": "question", "title": "Do we sell the meters?", "circle": board})["id"]

        # The same voices as a topic, and as what somebody tries to get done.
        topic = bob.api("POST", "/themes", {"title": "Readings", "voices": [wanted, asked, secret]})["id"]
        job = bob.submit(bob.get("/themes/new"), "/themes/new", lens="situation",
                         title="When I am away, I want to send the number, so that nobody has to come")
        bob.submit(bob.get(f"/voices/{wanted}/theme"), f"/voices/{wanted}/theme", theme=job.path.split("/")[2][:13])
        for lens, question, centre in (
                ("topic", "What do people speak of?", "not in those of our departments"),
                ("situation", "What are they trying to get done", "Their centre"),
                ("circle", "Who says it?", "Their centre"),
                ("kind", "What do they want us to do with it?", "Between us"),
                ("time", "When was it said?", "Nobody's centre")):
            sees(hall.visitor().get(f"/themes?lens={lens}"), question, centre)
        sees(hall.visitor().get("/themes?lens=situation"), "so that nobody has to come")

        # Two lenses at once: each number opens its voices, and counts what the reader may see.
        table = hall.visitor().get("/themes?lens=topic&by=circle")
        sees(table, "Readings", "Saint-Aubin")
        sees_not(table, "Board")
        cell = f"/voices?theme={topic}&circle={village}"
        assert cell in table.links, table.links
        opened = hall.visitor().get(cell)
        sees(opened, "Send readings by phone")
        sees_not(opened, "When is the meter read?")
        sees(bob.get("/themes?lens=topic&by=circle"), "Board")
        assert hall.visitor().api("GET", f"/themes/{topic}")["voices"] == 2
        assert bob.api("GET", f"/themes/{topic}")["voices"] == 3
        kinds = {one["id"]: one["voices"] for one in hall.visitor().api("GET", "/themes?lens=kind")["items"]}
        assert kinds == {"want": 1, "question": 1}, kinds


if __name__ == "__main__":
    run(story, __file__)
