#!/usr/bin/env python3
"""A customer comments on a paragraph of the official manual and suggests an edit; a steward sees the difference, accepts a
part of it, and she is credited in the history. Two people edit at once, and nothing is lost. A closed document names itself
and who decides, a hidden one nothing. What it shows goes along when it is taken out and brought into another hall."""
import io
import re
import struct
import tempfile
import urllib.request
import zipfile
import zlib

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
        taken = take_out_with_a_picture(hall, bob, manual["id"])
    # The other hall has a database of its own, whatever this one's engine is.
    with tempfile.TemporaryDirectory() as folder, Hall("Southwater", f"sqlite:{folder}/hall.db") as other:
        bring_in(other, taken)


def take_out_with_a_picture(hall, bob, manual):
    """Shows a picture in the manual; gives the zip of the tree, in which the picture lies beside it."""
    page = f"/documents/{manual}"
    words = bob.api("GET", page)["words"] + "\n\n![The dial](attached:1)\n"
    form = bob.get(f"{page}/edit").form(page)
    fields = {**form.fields, "words": words, "said": "With a picture"}
    landed = bob._follow("POST", form.action, *parts(fields, "files", "the dial.png", picture()))
    assert landed.status == 200, landed.text
    assert re.search(r"!\[The dial\]\(/files/\w+\)", bob.api("GET", page)["words"]), bob.api("GET", page)["words"]
    assert "<img" in bob.get(page).body
    cookie = "; ".join(f"{name}={value}" for name, value in bob.cookies.items())
    asked = urllib.request.Request(f"{hall.url}/documents.zip?circle={everyone(hall)}", headers={"Cookie": cookie})
    taken = urllib.request.urlopen(asked, timeout=60).read()
    with zipfile.ZipFile(io.BytesIO(taken)) as files:
        assert "files/the dial.png" in files.namelist(), files.namelist()
        assert files.read("files/the dial.png").startswith(b"\x89PNG")
        assert "![The dial](files/the%20dial.png)" in files.read("the-water-meter.md").decode()
        # Those that a circle of this hall alone reads stay here.
        open_ones = io.BytesIO()
        with zipfile.ZipFile(open_ones, "w") as kept:
            for name in ("the-water-meter.md", "files/the dial.png"):
                kept.writestr(name, files.read(name))
    return open_ones.getvalue()


def bring_in(hall, taken):
    """In a hall that knows nothing of it, the picture is there again, on an address of its own."""
    bob = hall.person("Bob", company=True)
    form = bob.get("/documents/import").form("/documents/import")
    fields = {**form.fields, "circle": everyone(hall), "try": "no"}
    landed = bob._follow("POST", form.action, *parts(fields, "file", "documents.zip", taken))
    assert landed.status == 200, landed.text
    manual = next(one for one in bob.api("GET", "/documents")["items"] if one["title"] == "The water meter")
    words = bob.api("GET", f"/documents/{manual['id']}")["words"]
    address = re.search(r"!\[The dial\]\((/files/[^)]+)\)", words)
    assert address, words
    assert f'src="{address[1]}' in bob.get(f"/documents/{manual['id']}").body
    cookie = "; ".join(f"{name}={value}" for name, value in bob.cookies.items())
    shown = urllib.request.urlopen(urllib.request.Request(hall.url + address[1], headers={"Cookie": cookie}), timeout=60)
    assert shown.headers["content-type"] == "image/png" and shown.read().startswith(b"\x89PNG")


def picture():
    """A red square, as a PNG."""
    def chunk(kind, content):
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
    rows = (b"\0" + b"\xc0\x10\x10" * 16) * 16
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 16, 16, 8, 2, 0, 0, 0)) +
            chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


def parts(fields, field, name, content):
    """A form with a file, as browsers send it: body and fields of the request's head."""
    mark = b"a-line-that-is-in-no-file"
    body = b"".join(b"--%s\r\nContent-Disposition: form-data; name=\"%s\"\r\n\r\n%s\r\n" %
                    (mark, key.encode(), value.encode()) for key, value in fields.items())
    body += (b"--%s\r\nContent-Disposition: form-data; name=\"%s\"; filename=\"%s\"\r\nContent-Type: "
             b"application/octet-stream\r\n\r\n%s\r\n--%s--\r\n" % (mark, field.encode(), name.encode(), content, mark))
    return body, {"Content-Type": "multipart/form-data; boundary=" + mark.decode(), "Sec-Fetch-Site": "same-origin"}


def everyone(hall):
    return next(one["id"] for one in hall.owner.api("GET", "/circles")["items"] if one["name"] == "Everyone")


run(story, __file__)
