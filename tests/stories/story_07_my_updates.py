#!/usr/bin/env python3
"""My updates, where I read: each person has a private Atom feed and each public page a public one; a standard reader
accepts them, and her calendar takes the dates. What those who work here changed is a feed, too, and told once."""
import datetime
import re
from pathlib import Path

import icalendar
from lxml import etree as xml

from stories import Hall, run, sees, until

ATOM = "{http://www.w3.org/2005/Atom}"
GRAMMAR = xml.RelaxNG(xml.parse(str(Path(__file__).parent / "atom.rng")))  # RFC 4287, appendix B
TIME = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$")


def read(reader, path):
    """The feed as a reader program takes it: what RFC 4287 demands is there; gives the titles of its entries."""
    page = reader.get(path)
    assert page.headers["content-type"].startswith("application/atom+xml"), page.headers
    feed = xml.fromstring(page.body.encode())
    assert GRAMMAR.validate(feed), f"{path}: {GRAMMAR.error_log}"
    assert feed.tag == ATOM + "feed", feed.tag
    ids = set()
    for part in (feed, *feed.findall(ATOM + "entry")):
        for name in ("id", "title", "updated"):
            found = part.findall(ATOM + name)
            assert len(found) == 1 and found[0].text, f"{path}: {name} is there {len(found)} times"
        assert TIME.match(part.find(ATOM + "updated").text), part.find(ATOM + "updated").text
        address = part.find(ATOM + "id").text
        assert ":" in address and address not in ids, f"{path}: two entries have the id {address}"
        ids.add(address)
        assert part.find(ATOM + "author") is not None or feed.find(ATOM + "author") is not None
        links = part.findall(ATOM + "link")
        assert any(link.get("rel") == "alternate" and link.get("href") for link in links), f"{path}: no page"
    assert any(link.get("rel") == "self" for link in feed.findall(ATOM + "link")), f"{path} does not say where it is"
    return [entry.find(ATOM + "title").text for entry in feed.findall(ATOM + "entry")]


def dates(reader, path):
    """The calendar as a calendar program takes it: gives its days and moments by their titles."""
    page = reader.get(path)
    assert page.headers["content-type"].startswith("text/calendar"), page.headers
    lines = page.body.split("\r\n")
    assert "\n" not in "".join(lines) and all(len(line.encode()) <= 75 for line in lines), f"{path}: a line is too long"
    calendar = icalendar.Calendar.from_ical(page.body)
    events = [part for part in calendar.walk("VEVENT") if not part.is_broken and part["DTSTAMP"]]
    assert len({event["UID"] for event in events}) == len(events), f"{path}: two events have one UID"
    return {str(event["SUMMARY"]): event["DTSTART"].dt for event in events}


def story():
    with Hall() as hall:
        aino, selim = hall.person("Aino"), hall.person("Selim")
        mei = hall.person("Mei", company=True)
        voice = aino.api("POST", "/voices", {"kind": "want", "title": "A <roof> & \u201cmore\u201d", "body": "For the playground"})["id"]
        aino.api("POST", "/voices", {"kind": "question", "title": "Who reads this?"})
        selim.api("POST", f"/voices/{voice}/replies", {"body": "I would help"})
        due = (datetime.date.today() + datetime.timedelta(days=30)).isoformat()
        mei.api("POST", "/commitments", {"what": "A roof", "to": aino.id, "due": due, "voice": voice})

        # Public pages name their feeds, with the filters that are on.
        stranger = hall.visitor()
        for page in ("/voices", f"/voices/{voice}", "/decisions", "/promises", "/report"):
            body = stranger.get(page).body
            address = re.search(r'<link rel="alternate" type="application/atom\+xml"[^>]*href="([^"]+)"', body)
            assert address, f"{page} names no feed"
            read(stranger, address.group(1).replace("&amp;", "&"))
        assert set(read(stranger, "/voices.atom")) == {"A <roof> & \u201cmore\u201d", "Who reads this?"}
        assert read(stranger, "/voices.atom?kind=question") == ["Who reads this?"]
        assert any("Selim" in title for title in read(stranger, f"/voices/{voice}.atom"))
        assert read(stranger, "/promises.atom") == ["A roof"]

        # So has every other list and thing, and a reader that comes again is told when nothing is new.
        everyone = next(one["id"] for one in hall.owner.api("GET", "/circles")["items"] if one["name"] == "Everyone")
        document = mei.api("POST", "/documents", {"title": "Filling in the form", "words": "Fill it in"})["id"]
        procedure = mei.api("POST", "/procedures", {"title": "Roofs", "words": "One at a time"})["id"]
        decision = mei.api("POST", "/decisions", {
            "title": "Two roofs?", "belief": "two", "for": "all", "measure": "roofs", "target": "2", "method": "yes-no",
            "review_on": due, "electorates": [{"circle": everyone,
                                               "threshold": 0.5, "quorum": 0}]})["id"]
        for page in ("/documents", f"/documents/{document}", "/procedures", f"/procedures/{procedure}", f"/decisions/{decision}",
                     "/themes", "/strategy", "/conversations", "/signals", f"/circles/{everyone}", "/changelog"):
            address = re.search(r'type="application/atom\+xml" href="([^"]+)"', stranger.get(page).body)
            assert address, f"{page} names no feed"
            read(stranger, address.group(1))
        # No list and no kind of thing is forgotten: whatever routes the program has.
        barrier = aino.api("POST", "/barriers", {"what": "read the feed"})["id"]
        village = hall.owner.api("POST", "/circles", {"name": "Village", "kind": "customer", "visibility": "public"})["id"]
        agreement = hall.owner.api("POST", "/agreements", {"title": "As neighbours", "words": "We ring first", "review_on": due,
                                                           "circle": village})["id"]
        things = {"voices": voice, "documents": document, "decisions": decision, "procedures": procedure, "barriers": barrier,
                  "agreements": agreement, "circles": everyone, "promises": hall.owner.api("GET", "/commitments")["items"][0]["id"]}
        for line in hall.command("serve", "--routes").splitlines():
            method, path = line.split(" ", 1)
            if method != "GET" or not path.endswith(".atom"):
                continue
            if ":" not in path:
                read(stranger, path)
            elif (kind := path.split("/")[1]) in things:
                read(stranger, path.replace(":id", things[kind]))
        assert "Roofs" in read(stranger, f"/circles/{everyone}.atom")
        assert any("Two roofs?" in title for title in read(stranger, f"/decisions/{decision}.atom"))
        first = stranger.get("/voices.atom")
        assert first.headers["last-modified"].endswith("GMT"), first.headers
        assert stranger._send("GET", "/voices.atom", headers={"If-None-Match": first.headers["etag"]})[0] == 304

        # What is in a circle of hers is in no stranger's feed.
        circle = hall.owner.api("POST", "/circles", {"name": "Board", "kind": "team", "visibility": "private"})["id"]
        secret = hall.owner.api("POST", "/voices", {"title": "Behind doors", "circle": circle})["id"]
        assert "Behind doors" not in read(stranger, "/voices.atom")
        stranger.get(f"/voices/{secret}.atom", status=404)

        # Her own: she makes an address in her settings, and her reader needs nothing else.
        made = aino.submit(aino.get("/settings/letters"), "/settings/letters/feed")
        address = re.search(r"/feeds/\S+?\.atom", made.text).group(0)
        until("news in the feed", lambda: len(read(stranger, address)) >= 2)
        assert any("Selim replied" in title for title in read(stranger, address)), read(stranger, address)
        sees(aino.get("/notifications"), "News for you", "Selim replied")

        # Her calendar: what strangers see, and with her address what she sees.
        soon = datetime.date.fromisoformat(due)
        assert dates(stranger, "/calendar.ics")["Promised for today: A roof"] == soon
        assert dates(stranger, "/calendar.ics")["Both sides look at it again: As neighbours"] == soon
        assert read(stranger, "/agreements.atom") == ["As neighbours"]
        assert "text/calendar" in stranger.get("/promises").body
        hall.owner.api("POST", "/commitments", {"what": "Behind doors; and shut", "to": circle, "due": due})
        assert "Behind doors" not in stranger.get("/calendar.ics").body
        owners = hall.owner.api("POST", "/me/feed", {})["calendar_url"]
        assert dates(stranger, owners[owners.index("/feeds"):])["Promised for today: Behind doors; and shut"] == soon

        # What changed, in the words of who did it, told once to those who asked for it.
        news = lambda: sum("wrote what changed" in title for title in read(stranger, address))  # noqa: E731
        address = re.search(r"/feeds/\S+?\.atom", aino.submit(aino.get("/settings/letters"), "/settings/letters/feed").text).group(0)
        hall.owner.api("PATCH", f"/voices/{voice}", {"status": "done"})
        form = mei.get("/changelog/new")
        assert f"/voices/{voice}" in form.body, "the draft does not begin with what became done"
        told = mei.submit(form, "/changelog", title="May on the playground", then="publish")
        sees(told, "May on the playground", "A <roof> & \u201cmore\u201d")
        assert read(stranger, "/changelog.atom") == ["May on the playground"]
        until("news of what changed", lambda: news() == 1)
        mei.api("POST", "/changelog", {"title": "June", "words": "Again", "voices": [voice], "publish": True})
        until("the second announcement", lambda: len(read(stranger, "/changelog.atom")) == 2)
        selim.api("POST", f"/voices/{voice}/replies", {"body": "Thank you"})
        until("what happened later", lambda: sum("Selim replied" in title for title in read(stranger, address)) == 2)
        assert news() == 1, "told twice of one voice"

        # A link that she passes on is shown with a picture, and search engines find the page.
        page = stranger.get(f"/voices/{voice}").body
        picture = re.search(r'property="og:image" content="[^"]*?(/voices/[^"]+\.png)"', page).group(1)
        assert stranger.get(picture).headers["content-type"] == "image/png"
        assert "Sitemap: " in stranger.get("/robots.txt").body
        part = re.findall(r"<loc>[^<]*(/sitemap/[^<]+)</loc>", stranger.get("/sitemap.xml").body)[1]
        assert f"/voices/{voice}" in stranger.get(part).body and secret not in stranger.get(part).body
        stranger.get(f"/voices/{secret}.png", status=404)

        # Ended by one click; another address is another secret.
        assert address not in aino.get("/settings/letters").body
        aino.api("DELETE", "/me/feed")
        stranger.get(address, status=404)
        again = aino.api("POST", "/me/feed", {})["url"]
        assert address not in again
        read(stranger, again[again.index("/feeds"):])


if __name__ == "__main__":
    run(story, __file__)
