#!/usr/bin/env python3
"""My updates, where I read: each person has a private Atom feed and each public page a public one; a standard reader
accepts them."""
import datetime
import re
import xml.etree.ElementTree as xml

from stories import Hall, run, sees, until

ATOM = "{http://www.w3.org/2005/Atom}"
TIME = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$")


def read(reader, path):
    """The feed as a reader program takes it: what RFC 4287 demands is there; gives the titles of its entries."""
    page = reader.get(path)
    assert page.headers["content-type"].startswith("application/atom+xml"), page.headers
    feed = xml.fromstring(page.body.encode())
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

        # Ended by one click; another address is another secret.
        assert address not in aino.get("/settings/letters").body
        aino.api("DELETE", "/me/feed")
        stranger.get(address, status=404)
        again = aino.api("POST", "/me/feed", {})["url"]
        assert address not in again
        read(stranger, again[again.index("/feeds"):])


if __name__ == "__main__":
    run(story, __file__)
