#!/usr/bin/env python3
"""What we heard, what we changed, what we will do: one page, made from the record and not from a press office, that a
stranger can check link by link, back to the voices. Those who spoke are told first."""
import datetime
import re

from stories import Hall, run, sees, until


def story():
    with Hall() as hall:
        aino, minna = hall.person("Aino"), hall.person("Minna")
        mei = hall.person("Mei", company=True)
        voice = aino.api("POST", "/voices", {"kind": "want", "title": "Let me send the meter reading"})["id"]
        minna.api("PUT", f"/voices/{voice}/support", {"matters": "vital"})
        due = (datetime.date.today() + datetime.timedelta(days=30)).isoformat()
        kept = mei.api("POST", "/commitments", {"what": "Readings by photo", "to": aino.id, "due": due, "voice": voice})["id"]
        coming = mei.api("POST", "/commitments", {"what": "Readings by letter", "to": aino.id, "due": due, "voice": voice})["id"]
        mei.api("POST", f"/commitments/{kept}/keep", {"why": "It is on your page."})

        # Who asked for it is told, by letter, in words that say why; who backed it too, and not before her.
        def letters(person):
            return [one for one in hall.letters(person.address) if "kept the promise" in one["text"]]

        hers = until("Aino's letter", lambda: letters(aino))[0]
        assert "You asked for “Let me send the meter reading”" in hers["text"], hers["text"]
        until("Minna's letter", lambda: letters(minna))
        told = [one["to"] for one in hall.letters() if "kept the promise" in one["text"]]
        assert aino.address in told[0], f"who spoke is told first: {told}"

        # A stranger reads the page, and follows each line to its proof, and from there to the voices.
        stranger = hall.visitor()
        report = stranger.get("/report")
        sees(report, "What we heard", "What we changed", "What we will do", "Let me send the meter reading",
             "Readings by photo", "Readings by letter")
        proofs = [link for link in report.links if re.match(r"^/(voices|promises|decisions|themes|strategy)/0", link)]
        assert len(proofs) >= 3, report.links
        for link in proofs:
            proof = stranger.get(link)
            assert link.startswith("/voices/") or any(f"/voices/{voice}" in one for one in proof.links), f"{link} leads to no voice"
        sees(stranger.get(f"/voices/{voice}"), "Let me send the meter reading")

        # The same as data, and as a feed.
        data = stranger.api("GET", "/report")
        assert any(line["thing"] == kept for line in data["changed"]), data
        assert any(line["thing"] == coming for line in data["coming"]), data
        feed = stranger.get("/report.atom")
        assert "Readings by photo" in feed.body

        # Aino has heard enough: one click on the link in her letter, signed out.
        link = re.search(r"http\S+/unsubscribe/\S+", hers["text"]).group(0)
        path = link[link.index("/unsubscribe"):]
        page = stranger.get(path)
        sees(page, "End these letters?", "Let me send the meter reading")
        ended = stranger.submit(page, path)
        sees(ended, "You do not follow “Let me send the meter reading” any more")
        assert not any(aino.api("GET", f"/voices/{voice}/follow").values())
        mei.api("POST", f"/commitments/{coming}/keep", {"why": "Done."})
        until("Minna's second letter", lambda: len(letters(minna)) == 2)


if __name__ == "__main__":
    run(story, __file__)
