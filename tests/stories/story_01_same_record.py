#!/usr/bin/env python3
"""Same record on both ends of the phone: Bob writes a voice on Aino's behalf while she is on the line. It is on her page,
under her name with "written by Bob", before he hangs up, and she can correct it."""
from stories import Hall, run, sees, sees_not, until


def story():
    with Hall() as hall:
        aino, bob = hall.person("Aino"), hall.person("Bob", company=True)
        aino.submit(aino.get("/say"), "/say", text="The invoice comes twice.")

        # Bob opens her record while she speaks: the same page that she looks at.
        record = bob.get(f"/people/{aino.id}")
        sees(record, "Aino", "The invoice comes twice.")
        sees(aino.get(f"/people/{aino.id}"), "Aino", "The invoice comes twice.")

        # He writes down what she says, on her behalf.
        page = bob.get("/say")
        assert "on_behalf_of" in page.form("/say").fields, "Bob is of the company: he may write for others"
        said = bob.submit(page, "/say", text="The meter stands in the cellar, and the cellar is flooded.",
                          on_behalf_of="Aino")
        sees(said, "the cellar is flooded", "Aino", "written by Bob")

        # Before he hangs up it is on her page, under her name, and she is told.
        sees(aino.get(f"/people/{aino.id}"), "the cellar is flooded")
        voice = aino.api("GET", f"/voices?person={aino.id}&sort=newest")["items"][0]
        assert (voice["author"]["name"], voice["written_by"]["name"]) == ("Aino", "Bob"), voice
        until("her notice", lambda: [one for one in aino.api("GET", "/notifications")["items"]
                                     if one["thing"] == voice["id"]])

        # She corrects it; both see the new words, and what they were before.
        page = aino.get(f"/voices/{voice['id']}/edit")
        aino.submit(page, f"/voices/{voice['id']}/edit", body="And it has been for a week.",
                    title="The meter stands in the shed, and the shed is flooded.")
        for person in (aino, bob):
            sees(person.get(f"/voices/{voice['id']}"), "the shed is flooded", "written by Bob")
            sees_not(person.get(f"/people/{aino.id}"), "cellar")
        sees(bob.get(f"/voices/{voice['id']}/history"), "the cellar is flooded")

        # Nobody else may: a customer writes for herself only.
        minna = hall.person("Minna")
        assert "on_behalf_of" not in minna.get("/say").form("/say").fields
        minna.api("POST", "/voices", {"title": "Put into her mouth", "on_behalf_of": aino.id}, status=403)
        minna.get(f"/voices/{voice['id']}/edit", status=403)


if __name__ == "__main__":
    run(story, __file__)
