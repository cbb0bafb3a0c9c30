#!/usr/bin/env python3
"""Not on the list: someone wants something that no form foresees. There is one box that takes anything."""
import re
import time

from stories import Hall, run, sees, until


def story():
    with Hall() as hall:
        aino = hall.person("Aino")
        wish = "My grandmother has no telephone.\n\nCould somebody ring the church bell when the water is turned off? ☔"

        # One box, nothing else to fill in: not a kind, not a title.
        page = aino.get("/say")
        assert [name for name, value in page.form("/say").fields.items() if name == "text"]
        said = aino.submit(page, "/say", text=wish)
        sees(said, "My grandmother has no telephone.", "ring the church bell", "☔")

        # It stands among all others, where a stranger finds it by its words.
        stranger = hall.visitor()
        sees(stranger.get("/voices?sort=newest"), "My grandmother has no telephone.")
        sees(stranger.get("/voices?query=church+bell"), "My grandmother has no telephone.")
        voice = stranger.api("GET", "/voices?query=church")["items"][0]
        assert voice["body"].split() == wish.split(), voice["body"]
        assert voice["author"]["name"] == "Aino"

        # And who has no account says hers too; it waits until the link in her letter is followed.
        visitor = hall.visitor()
        page = visitor.get("/say")
        time.sleep(4)  # who writes faster than a person could is asked to try again
        visitor.submit(page, "/say", text="A bench at the meter, to wait on.", name="Mummo",
                       email="mummo@people.example")
        letter = until("a letter to confirm", lambda: hall.letters("mummo@people.example"))[0]
        assert hall.visitor().api("GET", "/voices?query=bench")["items"] == []
        link = re.search(hall.url + r"(/\S+)", letter["text"]).group(1)
        page = visitor.get(link)
        if page.forms:
            confirming = [form for form in page.forms if "confirm" in form.action]
            if confirming:
                visitor.submit(page, confirming[0].action)
        sees(stranger.get("/voices?query=bench"), "A bench at the meter")


if __name__ == "__main__":
    run(story, __file__)
