#!/usr/bin/env python3
"""The first day: somebody signs in and is asked what she is called, and nobody learns her address; a voice is declined with
a reason only; an account is closed by two clicks; words that run the other way stay where they belong."""
import re
import socket
import urllib.parse

from stories import Hall, Person, run, sees, until


def story():
    with Hall() as hall:
        owner = hall.owner.sign_in()
        names(hall, owner)
        reasons(hall, owner)
        kinds(hall)
        directions(hall, owner)
        headers(hall)
        closing(hall, owner)


def names(hall, owner):
    for language, neutral in (("en", "Newcomer"), ("fr", "Nouveau venu"), ("tr", "Yeni gelen"), ("fi", "Tulokas")):
        address = f"zuleika.{language}@private.example"
        newcomer = Person(hall, "", address, language)
        page = newcomer.submit(newcomer.get("/sign-in?back=/roadmap"), "/sign-in", email=address)
        code = until("a code", lambda address=address: [re.search(r"\b(\d{8})\b", one["text"]).group(1)
                                                         for one in hall.letters(address)])[0]
        page = newcomer.submit(page, "/sign-in/code", code=code)
        assert page.path.startswith("/sign-in/name"), page.path
        sees(page, neutral)
        # She may go on without one; what others see is neutral and says nothing of her address.
        assert "/roadmap" in page.links, page.links
        me = next(one for one in owner.api("GET", "/people?limit=100")["items"] if one["name"].startswith(neutral) and one["id"] != owner.id)
        assert "zuleika" not in hall.visitor().get("/people").body + hall.visitor().get(f"/people/{me['id']}").body
        newcomer.submit(page, "/sign-in/name", status=422, name=" ")
        landed = newcomer.submit(page, "/sign-in/name", name=f"Zoe {language}")
        assert landed.path == "/roadmap", landed.path
        assert owner.api("GET", f"/people/{me['id']}")["name"] == f"Zoe {language}"
    # Next time she is not asked again.
    zoe = Person(hall, "Zoe en", "zuleika.en@private.example")
    before = len(hall.letters(zoe.address))
    page = zoe.submit(zoe.get("/sign-in"), "/sign-in", email=zoe.address)
    code = until("a code", lambda: [re.search(r"\b(\d{8})\b", one["text"]).group(1) for one in hall.letters(zoe.address)[before:]])[0]
    assert zoe.submit(page, "/sign-in/code", code=code).path == "/"
    # Who speaks without an account and gives no name is not called by her address either.
    hall.command("token", "--email", "quentin@private.example")
    assert "quentin" not in hall.visitor().get("/people").body


def reasons(hall, owner):
    voice = owner.api("POST", "/voices", {"title": "A tram to the moon"})["id"]
    declined = next(one["id"] for one in owner.api("GET", "/statuses")["items"] if one["category"] == "declined")
    for reason in ({}, {"reason": " \n"}):
        owner.api("PATCH", f"/voices/{voice}", {"status": "declined", **reason}, status=422)
    page = owner.get(f"/voices/{voice}")
    refused = owner._follow(*answered(voice, page, declined, "  "))
    assert refused.status == 422, refused.status
    sees(refused, "Say why it is declined")
    assert refused.form("/official").fields["status"] == declined
    sees(owner._follow(*answered(voice, page, declined, "Too far.")), "Too far.")
    assert owner.api("GET", f"/voices/{voice}")["status"].lower() == "declined"


def answered(voice, page, status, reason):
    """The form of an official answer, one of whose fields is called as a word of submit()."""
    fields = {**page.form("/official").fields, "status": status, "reason": reason}
    return "POST", f"/voices/{voice}/official", urllib.parse.urlencode(fields), {
        "Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}


def kinds(hall):
    """What is no voice takes nothing at the addresses of voices."""
    owner = hall.owner
    voice = owner.api("POST", "/voices", {"title": "A voice"})["id"]
    reply = owner.api("POST", f"/voices/{voice}/replies", {"body": "A reply"})["id"]
    theme = owner.api("POST", "/themes", {"title": "A theme"})["id"]
    skill = owner.api("POST", "/skills", {"name": "Welding", "words": "of all kinds"})["id"]
    circle = owner.api("POST", "/circles", {"name": "A circle", "kind": "forum", "visibility": "public"})["id"]
    promise = owner.api("POST", "/commitments", {"what": "A promise", "to": circle, "due": "2099-01-01"})["id"]
    for thing in (theme, skill, circle, promise, reply, owner.id):
        owner.api("GET", f"/voices/{thing}", status=404)
        owner.api("POST", f"/voices/{thing}/replies", {"body": "Here?"}, status=404)
        owner.api("GET", f"/voices/{thing}/replies", status=404)
        owner.api("PUT", f"/voices/{thing}/follow", {"replies": True}, status=404)
        owner.api("GET", f"/voices/{thing}/supporters", status=404)
        owner.api("GET", f"/voices/{thing}/revisions", status=404)
        owner.api("PUT", f"/voices/{thing}/support", {}, status=404)


def directions(hall, owner):
    hebrew, arabic = "\u05d4\u05d7\u05e9\u05d1\u05d5\u05df \u05e9\u05dc\u05d9", "\u0645\u0631\u062d\u0628\u0627"
    voice = owner.api("POST", "/voices", {"title": f"{hebrew}\u202e\u2066 1", "body": f"{arabic} \u202eabc\n\nAnd in English."})
    assert voice["title"] == f"{hebrew} 1", voice["title"]
    page = hall.visitor().get(f"/voices/{voice['id']}")
    assert re.search(r'<h1[^>]* dir="auto">', page.body) and re.search(r'<div class="prose section"[^>]* dir="auto">', page.body)
    row = hall.visitor().get("/voices?sort=newest").body
    assert re.search(rf'<a href="/voices/{voice["id"]}[^"]*"[^>]* dir="auto">', row)
    assert 'lang="' not in re.search(r"<h1[^>]*>", hall.visitor().get(
        "/voices/" + owner.api("POST", "/voices", {"title": "Report stolen card"})["id"]).body).group(0)


def headers(hall):
    visitor = hall.visitor()
    for path, accept in (("/api/v1/voices", "application/json"), ("/voices.atom", "application/atom+xml")):
        got = visitor._send("GET", path, headers={"Accept": accept})[1]
        assert "unsafe" not in got["content-security-policy"], got
    with socket.create_connection(("127.0.0.1", hall.port), 20) as stream:
        stream.sendall(f"GET /api/v1/events/stream HTTP/1.1\r\nHost: 127.0.0.1:{hall.port}\r\n\r\n".encode())
        head = b""
        while b"\r\n\r\n" not in head:
            head += stream.recv(4096)
    assert head.lower().count(b"\r\ncache-control:") == 1 and b"text/event-stream" in head and b"unsafe" not in head, head


def closing(hall, owner):
    marie = hall.person("Marie")
    page = owner.get("/settings/people?query=Marie")
    assert re.search(r"<details[^>]*><summary>Close the account</summary>(?:(?!</details>).)*/deactivation", page.body, re.S)
    owner.submit(page, "/deactivation")
    before = len(hall.letters(marie.address))
    visitor = hall.visitor("fi")
    visitor.submit(visitor.get("/sign-in"), "/sign-in", email=marie.address)
    letter = until("a letter", lambda: hall.letters(marie.address)[before:])[0]
    assert "suljettu" in letter["text"] and "suljettu" in letter["subject"], letter


run(story, __file__)
