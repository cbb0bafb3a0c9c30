#!/usr/bin/env python3
"""Said before: while somebody types a want, the same want said by others appears; supporting it takes one click."""
import urllib.parse

from stories import Hall, run, sees, sees_not, until


def story():
    with Hall() as hall:
        aino, minna = hall.person("Aino"), hall.person("Minna")
        aino.submit(aino.get("/say"), "/say", text="Let me send the meter reading from my phone.")
        aino.submit(aino.get("/say"), "/say", text="The playground needs a roof.")

        # Minna has typed half a sentence.
        typed = urllib.parse.quote("I would like to send my meter reading")
        shown = minna.fragment(f"/say/similar?text={typed}")
        sees(shown, "Let me send the meter reading from my phone.")
        sees_not(shown, "playground")
        found = hall.visitor().api("GET", f"/voices/similar?text={typed}")["items"]
        assert found[0]["title"].startswith("Let me send the meter reading"), found
        sees_not(minna.fragment("/say/similar?text=" + urllib.parse.quote("zebra crossing, perhaps")), "meter")

        # One click on Aino's, and it counts as much as saying it again.
        before = found[0]["supporters"]
        page = minna.get(next(link for link in shown.links if link.startswith("/voices/")))
        support = f"/voices/{found[0]['id']}/support"
        page = minna.submit(page, support)
        voice = minna.api("GET", f"/voices/{found[0]['id']}")
        assert voice["supporters"] == before + 1 and voice["supported"], voice
        assert aino.api("GET", f"/voices/{found[0]['id']}")["supporters"] == before + 1
        assert any(one["person"]["name"] == "Minna" for one in aino.api(
            "GET", f"/voices/{found[0]['id']}/supporters")["items"])
        # Said by both, it is one voice; pressed again, it is taken back.
        assert len(hall.visitor().api("GET", "/voices?query=meter")["items"]) == 1
        minna.submit(page, support)
        assert minna.api("GET", f"/voices/{found[0]['id']}")["supporters"] == before
        merging(hall, aino, minna, found[0]["id"])


def merging(hall, aino, minna, meter):
    """Merging later keeps every supporter, reply and follower, and can be undone."""
    owner, tom = hall.owner.sign_in(), hall.person("Tom")
    photo = minna.api("POST", "/voices", {"title": "Can I photograph the meter and mail it to you?", "kind": "want"})["id"]
    for who, voice in ((tom, meter), (tom, photo), (aino, photo)):
        who.api("PUT", f"/voices/{voice}/support", {})
    minna.submit(minna.get(f"/voices/{photo}"), f"/voices/{photo}/replies", body="A picture does not lie.")

    # Who merges sees first what will be: Tom said it twice and counts once.
    page = owner.get(f"/voices/{photo}/merging?into={meter}")
    sees(page, "1 + 2 people = 2")
    page = owner.submit(page, f"/voices/{photo}/merging")
    sees(page, "Let me send the meter reading", "Can I photograph the meter", "with", "Minna", "A picture does not lie.")
    assert owner.api("GET", f"/voices/{meter}")["supporters"] == 2
    # The old address leads on, in one step, and says so.
    sees(tom.get(f"/voices/{photo}"), "says the same and was merged into this voice", "Let me send the meter reading")
    sees(tom.get(f"/voices/{photo}?alone=yes"), "Here it stands as it was said")
    until("its author is told", lambda: any("merged" in one["text"] for one in minna.api("GET", "/notifications")["items"]))
    until("who backed it is told", lambda: any("merged" in one["text"] for one in tom.api("GET", "/notifications")["items"]))

    # Aino meant the photograph and nothing else: it stands again, for her.
    aino.submit(aino.get(f"/voices/{meter}"), f"/voices/{photo}/not-meant")
    assert owner.api("GET", f"/voices/{meter}")["supporters"] == 1
    alone = owner.api("GET", f"/voices/{photo}")
    assert alone["supporters"] == 1 and alone["merged_into"] == meter, alone
    assert photo in [one["id"] for one in owner.api("GET", "/voices?limit=100")["items"]]

    # Undone by its author, all is exactly as it was.
    minna.submit(minna.get(f"/voices/{meter}"), f"/voices/{photo}/unmerging")
    parted = owner.api("GET", f"/voices/{photo}")
    assert parted["supporters"] == 2 and parted["replies"] == 1 and parted["merged_into"] is None, parted
    assert owner.api("GET", f"/voices/{meter}")["supporters"] == 1


if __name__ == "__main__":
    run(story, __file__)
