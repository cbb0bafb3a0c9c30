#!/usr/bin/env python3
"""A customer comments on a paragraph of the official manual and suggests an edit; a steward sees the difference, accepts a
part of it, and she is credited in the history. Two people edit at once, and nothing is lost. A closed document names itself
and who decides, a hidden one nothing."""
import urllib.request

from stories import Hall, run, sees, sees_not, until

MANUAL = "# How to read it\n\nRead the black digits only.\n\nClose the tap when it freezes, and wait a week.\n\nA test costs nothing."


def story():
    with Hall() as hall:
        bob, mei = hall.person("Bob", company=True), hall.person("Mei", company=True)
        aino, visitor = hall.person("Aino"), hall.visitor()
        sees(visitor.get("/documents"), "No document here")

        # Bob writes the manual, open to all. Aino may not write into the company's tree, but may suggest.
        aino.get("/documents/new", status=403)
        form = bob.get("/documents/new")
        refused = bob.submit(form, "/documents", status=422, title=" ", words=MANUAL)
        assert refused.form("/documents").fields["words"].strip() == MANUAL
        bob.submit(form, "/documents", title="The water meter", purpose="For every household", words=MANUAL, circle=everyone(hall))
        manual = bob.api("GET", "/documents")["items"][0]
        path = page = f"/documents/{manual['id']}"
        bob.submit(bob.get(f"{page}/rule"), f"{page}/rule", rule="open", decides="Bob")
        sees(visitor.get(page), "Read the black digits only.", "Bob answers for it", "Open to all")
        sees(visitor.get("/documents?query=freezes"), "The water meter")
        assert [one["title"] for one in visitor.api("GET", "/documents?query=black+digits")["items"]] == ["The water meter"]
        sees(visitor.get("/voices?query=freezes"), "The water meter")
        sees_not(visitor.get("/documents?query=elephant"), "The water meter")

        # Aino comments on a paragraph, in her browser, without a script.
        freezing = next(one for one in aino.api("GET", path)["paragraphs"] if "freezes" in one["text"])["id"]
        asked = aino.get(f"{page}?paragraph={freezing}")
        aino.submit(asked, f"{page}/comments", status=422, body=" ")
        sees(aino.submit(asked, f"{page}/comments", body="A week without water?"), "A week without water?", "1 comment")
        until("Bob to hear of the comment", lambda: any(
            manual["id"] in one["url"] for one in bob.api("GET", "/notifications")["items"]))

        # The paragraph moves and is written otherwise: the comment stays beside it.
        bob.submit(bob.get(f"{page}/edit"), page, words=MANUAL.replace("# How", "Keep this sheet.\n\n# How").replace(
            "and wait a week.", "and wait for a week."), said="Where to keep it")
        beside = aino.api("GET", f"{path}/comments")["items"][0]
        assert beside["paragraph"] == freezing and not beside["paragraph_removed"], beside
        sees(visitor.get(page), "Said when the paragraph began: “Close the tap when it freezes, and wait a week.”")

        # She suggests an edit of two places. Before it is looked at, the manual moves on elsewhere.
        now = aino.api("GET", path)["words"]
        suggested = aino.submit(aino.get(f"{page}/suggest"), f"{page}/suggestions", why="Nobody can wait so long", words=now.replace(
            "wait for a week", "ring us at once").replace("A test costs nothing.", "A test costs nothing, ever."))
        sees(suggested, "2 changes", "ring us at once")
        suggestion = bob.api("GET", f"{path}/suggestions")["items"][0]
        mei.api("PATCH", path, {"words": now.replace("black digits", "black digits, left to right,"), "said": "Which way"})
        until("Bob to hear of the suggestion", lambda: any(
            "suggests an edit" in one["text"] for one in bob.api("GET", "/notifications")["items"]))

        # Bob sees the difference, takes one of the two, and says a word. What Mei wrote meanwhile stays.
        aino.api("POST", f"/suggestions/{suggestion['id']}/accept", {"version": 3}, status=403)
        looked = bob.get(suggestion["url"])
        sees(looked, "wait for a week", "ring us at once", "2 changes", "Take this change")
        form = looked.form("/acceptance")
        del form.fields["choice-1"]
        landed = bob.submit(looked, "/acceptance", reason="The test is another matter")
        sees(landed, "ring us at once", "black digits, left to right,", "A test costs nothing.", "suggested by Aino")
        sees_not(landed, "nothing, ever")
        bob.api("POST", f"/suggestions/{suggestion['id']}/accept", {"version": 4}, status=409)
        history = visitor.api("GET", f"{path}/versions")["items"][0]
        assert history["suggested_by"]["name"] == "Aino" and history["by"]["name"] == "Bob", history
        sees(visitor.get(f"{page}/versions"), "Taken over in part", "The test is another matter")
        difference = visitor.api("GET", f"{path}/versions/4")["difference"]
        assert [one["text"] for one in difference if one["change"] == "put-in"] == ["ring us at once"], difference
        until("Aino to hear of it", lambda: any(
            "took over a suggestion" in one["text"] for one in aino.api("GET", "/notifications")["items"]))

        # Two edit at once, in different places: what both wrote is there.
        bobs, meis = bob.submit(bob.get(page), "/editing"), mei.submit(mei.get(page), "/editing")
        sees(meis, "Bob is editing this now")
        base = bob.api("GET", path)["words"]
        bob.submit(bobs, page, words=base.replace("Keep this sheet.", "Keep this sheet by the meter."), said="Where")
        sees(mei.submit(meis, page, words=base.replace("A test costs nothing.", "A test is free."), said="Shorter"),
             "together with what somebody else wrote meanwhile", "Keep this sheet by the meter.", "A test is free.")

        # And in the same words: she is asked, and nothing is saved or lost until she has said what shall stand.
        bobs, meis = bob.get(f"{page}/edit"), mei.get(f"{page}/edit")
        base = bob.api("GET", path)["words"]
        bob.submit(bobs, page, words=base.replace("A test is free.", "A test is free for tenants."))
        asked = mei.submit(meis, page, status=409, words=base.replace("A test is free.", "A test is free since May."), said="Since when")
        sees(asked, "Two of you changed the same words", "for tenants", "since May")
        assert "since May" in asked.form(page).fields["words"]
        assert "since May" not in bob.api("GET", path)["words"]
        sees(mei.submit(asked, page, **{"choice-0": "both"}), "A test is free for tenants since May.")
        conflict = mei.api("PATCH", path, {"version": 1, "words": MANUAL.replace("a week", "a month")}, status=409)
        assert conflict["conflicts"] and conflict["version"] == bob.api("GET", path)["version"], conflict
        words = [visitor.api("GET", f"{path}/versions/{one}")["words"] for one in range(1, conflict["version"] + 1)]
        assert any("for tenants." in one for one in words) and any("wait a week" in one for one in words)

        # The paragraph goes: the comment says so. It is settled by who keeps the manual.
        bob.api("PATCH", path, {"words": "# How to read it\n\nRead the black digits only."})
        sees(visitor.get(page), "The paragraph was removed. It began:", "A week without water?")
        bob.submit(bob.get(page), "/settling")
        assert aino.api("GET", f"{path}/comments")["items"][0]["settled"]

        # What is closed names itself and who decides, and nothing else; what is hidden is not there. History obeys at once.
        board = hall.owner.api("POST", "/circles", {"name": "Quality board", "kind": "team", "visibility": "private"})["id"]
        for person in (bob, mei):
            hall.owner.api("PUT", f"/circles/{board}/members/{person.id}", {"role": "member"})
        closed = {"rule": "closed", "readers": board, "decides": mei.id, "why": "It names suppliers.", "review_on": "2099-01-01"}
        audit = bob.api("POST", "/documents", {"title": "Audit of the pumps", "words": "The seals leak.", **closed})
        secret = bob.api("POST", "/documents", {"title": "Who is let go", "words": "Nobody.", **closed, "rule": "hidden"})
        card = aino.api("GET", f"/documents/{audit['id']}")
        assert card == {"id": audit["id"], "title": "Audit of the pumps", "rule": "closed", "closed": True, "why": "It names suppliers.",
                        "decides": {"id": mei.id, "name": "Mei"}, "url": audit["url"]}, card
        shown = aino.get(f"/documents/{audit['id']}")
        sees(shown, "Audit of the pumps", "you may not read it", "It names suppliers.", "Mei")
        sees_not(shown, "seals", "Bob", "Quality board", "2099")
        mine = aino.get("/documents")
        sees(mine, "Audit of the pumps", "Mei decides")
        sees_not(mine, "Who is let go")
        for tail in ("/versions", "/versions/1", "/suggest", "/edit", ".atom"):
            aino.get(f"/documents/{audit['id']}{tail}", status=404)
        aino.get(f"/documents/{secret['id']}", status=404)
        aino.api("GET", f"/documents/{secret['id']}", status=404)
        sees_not(aino.get("/documents?query=seals"), "Audit")
        sees(mei.get("/documents?query=seals"), "Audit of the pumps")
        bob.api("PUT", f"{path}/rule", closed)
        aino.api("GET", f"{path}/versions/1", status=404)
        aino.api("GET", f"/suggestions/{suggestion['id']}", status=404)
        aino.api("GET", f"{path}/comments", status=404)
        bob.api("PUT", f"{path}/rule", {"rule": "open"})
        sees(aino.get(page), "A week without water?")

        # Mei asks that her circle confirms to have read the audit.
        bob.api("PATCH", f"/documents/{audit['id']}", {"confirm": True})
        hall.owner.api("PUT", f"/documents/{audit['id']}/reading", {"version": 1})
        mei.submit(mei.get(f"/documents/{audit['id']}"), "/reading")
        sees(bob.get(f"/documents/{audit['id']}"), "Please read this", "people confirmed to have read it")

        # The manual has a feed, and its record is whole.
        feed = urllib.request.urlopen(f"{hall.url}{page}.atom", timeout=60).read().decode()
        assert "suggested by Aino" in feed and "The water meter" in feed
        verbs = [one["verb"] for one in hall.owner.api("GET", "/events?limit=100")["items"] if one["thing"] == manual["id"]]
        assert verbs.count("write.suggestion_made") == verbs.count("write.suggestion_accepted") == 1, verbs
        assert verbs[0] == "write.document_made" and verbs.count("write.comment_settled") == 1, verbs


def everyone(hall):
    return next(one["id"] for one in hall.owner.api("GET", "/circles")["items"] if one["name"] == "Everyone")


run(story, __file__)
