#!/usr/bin/env python3
"""Said before: while somebody types a want, the same want said by others appears; supporting it takes one click."""
import urllib.parse

from stories import Hall, run, sees, sees_not


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


if __name__ == "__main__":
    run(story, __file__)
