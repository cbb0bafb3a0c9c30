#!/usr/bin/env python3
"""Pull Bob in now: somebody in a thread asks for Bob by name, or for whoever knows. He gets it where he is, takes it,
passes it on or says no with a reason; the thread shows the clock. Nobody's manager had to approve."""
from stories import Hall, run, sees, sees_not, until


def story():
    with Hall() as hall:
        aino, mei = hall.person("Aino"), hall.person("Mei")
        bob, carla = hall.person("Bob", company=True), hall.person("Carla", company=True)
        aino.submit(aino.get("/say"), "/say", text="The bill for the leak is wrong.")
        voice = aino.api("GET", f"/voices?person={aino.id}&sort=newest")["items"][0]["id"]
        path = f"/voices/{voice}"

        # Mei, a customer too, asks for Bob in the thread.
        page = mei.submit(mei.get(path), "/requests", person="Bob", words="You did the last one, can you look?")
        sees(page, "Bob is asked", "You did the last one, can you look?", "asked")
        asked = mei.api("GET", f"/requests?about={voice}")["items"][0]
        assert (asked["state"], asked["person"]["name"], asked["asked_by"]["name"]) == ("open", "Bob", "Mei"), asked
        until("Bob's notice", lambda: [one for one in bob.api("GET", "/notifications")["items"]
                                       if one["thing"] == asked["id"]])
        until("Bob's letter", lambda: [one for one in hall.letters(bob.address) if f"/requests/{asked['id']}" in one["text"]])
        sees(bob.get("/mine"), "Asked of me", "The bill for the leak is wrong.")
        assert not [form for form in carla.get(f"/requests/{asked['id']}").forms if form.action.endswith("/taking")]
        carla.api("POST", f"/requests/{asked['id']}/take", {}, status=403)

        # He passes it on with a word; Carla takes it, and her reply in the thread closes it.
        page = bob.submit(bob.get(f"/requests/{asked['id']}"), "/passing-on", person="Carla", why="Carla does the bills.")
        sees(page, "Carla is asked", "Carla does the bills.")
        page = carla.submit(carla.get(f"/requests/{asked['id']}"), "/taking")
        sees(page, "Taken")
        sees(aino.get(path), "Carla is asked", "Taken", "taken after")
        carla.api("POST", f"/requests/{asked['id']}/take", {}, status=409)
        carla.submit(carla.get(path), f"{path}/replies", body="It was counted twice; you get 40 back.")
        until("her reply to close it", lambda: mei.api("GET", f"/requests/{asked['id']}")["state"] == "answered")
        sees(aino.get(path), "Answered", "Half of those asked answer within")
        sees_not(carla.get("/mine"), "Asked of me")
        stages = {one["stage"]: one for one in aino.api("GET", f"{path}/loop")["stages"]}
        assert stages["organise"]["at"], stages

        # Whoever knows: who answered something about it is found, with the evidence, and asked.
        aino.submit(aino.get("/say"), "/say", text="Is there a leak in my garden?")
        garden = aino.api("GET", f"/voices?person={aino.id}&sort=newest")["items"][0]["id"]
        page = aino.submit(aino.get(f"/voices/{garden}"), "/requests", topic="leak bill", words="Please help.")
        request = aino.api("GET", f"/requests?about={garden}")["items"][0]
        assert (request["person"], request["topic"]) == (None, "leak bill"), request
        sees(carla.get("/mine"), "Whoever knows about “leak bill” is asked")
        sees_not(bob.get("/mine"), "leak bill")
        bob.submit(bob.get(f"/requests/{request['id']}"), "/taking")
        carla.api("POST", f"/requests/{request['id']}/take", {}, status=409)

        # A no has a reason that all can read.
        bob.api("POST", f"/requests/{request['id']}/decline", {"why": " "}, status=422)
        bob.submit(bob.get(f"/requests/{request['id']}"), "/declining", why="I do pipes, not gardens.")
        sees(hall.visitor().get(f"/voices/{garden}"), "Declined", "I do pipes, not gardens.")


if __name__ == "__main__":
    run(story, __file__)
