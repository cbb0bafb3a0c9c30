#!/usr/bin/env python3
"""Behind the wall: a customer behind a strict firewall with an old browser, no JavaScript, no WebSocket and 20 KB/s does
everything above; one who may not see a document under a quality rule is told that it exists and who decides, or not even
that where the rule says so. Barriers people hit are listed, with who they shut out and what was done."""
import gzip
import http.client
import json
import re
import socket
import socketserver
import threading
import time
import urllib.parse

from stories import Hall, Person, run, sees, sees_not, until

BYTES_A_SECOND = 20_000
CUT_AFTER = 0.6  # seconds: a strict proxy ends every answer after 30; shorter, so that the story does not wait for it
PATIENCE = 30  # seconds for an answer that is no stream
PAGE_TAKES = 1.5  # seconds on such a line: what any of her pages, and the answer to any of her forms, may take


class Wall(socketserver.ThreadingTCPServer):
    """A proxy of the old kind: HTTP/1.0 in both directions, one request for each connection, nothing upgraded, a line of
    20 KB/s that all its connections share, and no answer that lasts longer than its patience.

    Where the story waits for the line itself (the first page, the stream) it is as slow as that. For the rest it is enough
    to know how long the line would have taken: it counts, and lets nobody wait."""

    allow_reuse_address = daemon_threads = True

    def __init__(self, port):
        super().__init__(("127.0.0.1", 0), Through)
        self.upstream, self.carried, self.cut, self.waits = port, 0, 0, True
        self._line, self._free_at = threading.Lock(), 0.0
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def carry(self, count):
        """Waits until the line has carried so many bytes."""
        with self._line:
            if not self.waits:
                self.carried += count
                return
            begin = max(self._free_at, time.monotonic())
            self._free_at = begin + count / BYTES_A_SECOND
            self.carried += count
            wait = self._free_at - time.monotonic()
        if wait > 0:
            time.sleep(wait)


class Through(socketserver.StreamRequestHandler):
    DROPPED = ("connection", "upgrade", "te", "keep-alive", "proxy-connection")

    def handle(self):
        method, path, _ = self.rfile.readline().decode("latin-1").split(" ", 2)
        fields, length = [], 0
        while (line := self.rfile.readline()) not in (b"\r\n", b""):
            name, _, value = line.decode("latin-1").partition(":")
            if name.lower() not in self.DROPPED:
                fields.append(f"{name}:{value.rstrip()}\r\n")
            if name.lower() == "content-length":
                length = int(value)
        body = self.rfile.read(length)
        self.server.carry(len(body))
        head = f"{method} {path} HTTP/1.0\r\n{''.join(fields)}Via: 1.0 wall\r\nConnection: close\r\n\r\n"
        with socket.create_connection(("127.0.0.1", self.server.upstream), timeout=CUT_AFTER if "text/event-stream" in head else PATIENCE) as upstream:
            upstream.sendall(head.encode("latin-1") + body)
            begun = time.monotonic()
            try:
                while piece := upstream.recv(2_000):
                    self.server.carry(len(piece))
                    self.wfile.write(piece)
                    self.wfile.flush()
                    if "text/event-stream" in head and time.monotonic() - begun > CUT_AFTER:
                        self.server.cut += 1
                        return
            except (TimeoutError, OSError):
                self.server.cut += 1


class Behind(Person):
    """Somebody with an old browser: it says where nothing comes from, keeps no connection, and runs no script."""

    def __init__(self, hall, wall, name="", address=""):
        super().__init__(hall, name, address)
        self.wall = wall

    def _send(self, method, path, body=None, headers=None):
        headers = {"User-Agent": "Mozilla/4.0 (compatible; MSIE 8.0; Windows NT 6.1)", "Accept-Language": "en",
                   "Accept": "text/html, */*", "Accept-Encoding": "gzip", **(headers or {})}
        headers.pop("Sec-Fetch-Site", None)  # newer than her browser
        if self.cookies and "Authorization" not in headers:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        connection = http.client.HTTPConnection("127.0.0.1", self.wall.server_address[1], timeout=2 * PATIENCE)
        carried = self.wall.carried
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        text = answer.read()
        takes = (self.wall.carried - carried) / BYTES_A_SECOND
        assert takes < PAGE_TAKES, f"{method} {path} takes {takes:.1f} s on her line"
        if answer.headers.get("Content-Encoding") == "gzip":
            text = gzip.decompress(text)
        for line in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = line.split(";")[0].partition("=")
            if value and "max-age=0" not in line.lower():
                self.cookies[name] = value
            else:
                self.cookies.pop(name, None)
        connection.close()
        return answer.status, {name.lower(): value for name, value in answer.headers.items()}, text.decode("utf-8", "replace")

    def listen(self, last=""):
        """What the stream of events says before the wall cuts it: the ids and the data of its messages."""
        path = "/api/v1/events/stream"
        headers = {"Authorization": f"Bearer {self.token}", "Accept": "text/event-stream", **({"Last-Event-ID": last} if last else {})}
        connection = http.client.HTTPConnection("127.0.0.1", self.wall.server_address[1], timeout=30)
        connection.request("GET", path, None, headers)
        answer = connection.getresponse()
        assert answer.status == 200, answer.status
        text = b""
        try:
            while piece := answer.read(1):
                text += piece
        except (http.client.HTTPException, OSError):
            pass  # the wall cut it in the middle
        connection.close()
        return re.findall(r"^id: ?(.*)$", text.decode(), re.MULTILINE), text.decode()


def story():
    with Hall() as hall:
        wall = Wall(hall.port)
        bob = hall.person("Bob", company=True)
        owner = hall.owner
        address = "aino@people.example"
        hall.command("token", "--email", address, "--name", "Aino")
        question = bob.api("POST", "/voices", {"kind": "question", "title": "Who has a spare key?"})["id"]
        manual = owner.api("POST", "/documents", {"title": "How a meter is changed", "words": "Turn the tap.\n\nTake it off."})["id"]
        owner.api("PUT", f"/documents/{manual}/rule", {"rule": "open"})
        closed = owner.api("POST", "/documents", {"title": "Well plans", "words": "Seven metres deep."})["id"]
        owner.api("PUT", f"/documents/{closed}/rule", {"rule": "closed", "why": "Whoever knows the plans can poison a well.",
                                                       "review_on": "2099-01-01", "decides": bob.id, "readers": hall.company})
        secret = owner.api("POST", "/documents", {"title": "Night watch", "words": "At four."})["id"]
        owner.api("PUT", f"/documents/{secret}/rule", {"rule": "hidden", "why": "Its name alone tells when nobody is there.",
                                                       "review_on": "2099-01-01", "decides": bob.id, "readers": hall.company})
        everyone = next(one["id"] for one in owner.api("GET", "/circles")["items"] if one["name"] == "Everyone")
        vote = owner.api("POST", "/decisions", {
            "title": "A second tap", "belief": "it helps", "for": "all", "measure": "queues", "target": "none", "method": "yes-no",
            "review_on": "2099-01-01", "electorates": [{"circle": everyone, "threshold": 0.5, "quorum": 0}], "open": True})["id"]

        # The first page with all that belongs to it is there soon, on a line of 20 KB/s.
        aino = Behind(hall, wall, "Aino", address)
        begun = time.monotonic()
        front = aino.get("/")
        assert time.monotonic() - begun < 2, "the words come first"
        for asset in re.findall(r'(?:href|src)="(/assets/[^"]+)"', front.body):
            aino._send("GET", asset)
        assert wall.carried < 60_000, f"{wall.carried} bytes for the first page"
        wall.waits = False

        # Somebody who cannot sign in has the form open for a while: who sends one at once is taken for a program.
        shut = Behind(hall, wall)
        form = shut.get("/barriers/new?page=/sign-in")

        # She signs in, and does what others do: only forms and links.
        aino.sign_in()
        said = aino.submit(aino.get("/say"), "/say", text="Our line is slow.\n\nWe read the meter by candle.")
        sees(said, "We read the meter by candle.")
        aino.submit(aino.get(f"/voices/{question}"), "/replies", body="Under the third stone.")
        aino.submit(aino.get(f"/voices/{question}"), "/support")
        told = aino.submit(aino.get("/stories/new"), "/stories/new", title="Forty years of candles", body="It began in the cellar.")
        paragraph = aino.api("GET", f"/documents/{manual}")["paragraphs"][0]["id"]
        page = aino.get(f"/documents/{manual}?paragraph={paragraph}")
        aino.submit(page, "/comments", body="Which way?")
        page = aino.get(f"/documents/{manual}/suggest")
        aino.submit(page, "/suggestions", words="Turn the tap to the left.\n\nTake it off.")
        page = aino.get(f"/decisions/{vote}")
        aino.submit(page, "/vote", choice="yes")
        page = aino.get(f"/chats/new?person={bob.id}")
        chat = aino.submit(page, "/chats", words="Are you there?")
        seen = owner.api("GET", f"/voices/{question}")
        assert seen["supporters"] == 1 and seen["replies"] == 1
        assert owner.api("GET", f"/documents/{manual}/suggestions")["items"]
        assert owner.api("GET", f"/decisions/{vote}")["voters"] == 1
        sees(hall.visitor().get("/"), "Forty years of candles")

        # Bob answers in the chat; her page has it when she loads it again. The stream, which the wall cuts again and again,
        # loses nothing: each time it goes on after what she had.
        bob.api("POST", f"/chats/{chat.path.split('/')[2].split('?')[0].split('#')[0]}/messages", {"body": "With a lantern."})
        sees(aino.get(chat.path), "Are you there?", "With a lantern.")
        talk_on_a_broken_line(hall, aino, bob, chat.path.split("/")[2].split("?")[0].split("#")[0])
        heard, last, titles = "", "", [f"Voice number {number}" for number in range(3)]
        made = []

        def speak():
            for title in titles:
                time.sleep(0.3)
                made.append(bob.api("POST", "/voices", {"title": title})["id"])

        speaker = threading.Thread(target=speak)
        wall.waits = True
        speaker.start()
        for _ in range(40):  # a slow machine takes its time to make them
            ids, text = aino.listen(last)
            last, heard = (ids or [last])[-1], heard + text
            if len(made) == len(titles) and all(one in heard for one in made):
                break
        speaker.join()
        wall.waits = False
        assert wall.cut >= 2, "the wall never cut"
        assert all(one in heard for one in made), (made, heard)

        # A document under a rule says that it exists, why it is closed and who decides; of the other not even that.
        shown = aino.get("/documents")
        sees(shown, "Well plans")
        card = aino.get(f"/documents/{closed}")
        sees(card, "Whoever knows the plans can poison a well.", "Bob")
        sees_not(card, "Seven metres")
        sees_not(shown, "Night watch")
        aino.get(f"/documents/{secret}", status=404)
        assert not [one for one in aino.api("GET", "/documents")["items"] if one["title"] == "Night watch"]

        # What she could not do she says by the link in the foot of that page, which the form knows.
        link = next(link for link in card.links if link.startswith("/barriers/new"))
        said = aino.submit(aino.get(link), "/barriers/new", what="see the plans of my own well", kind="permission",
                           who="Whoever has a well")
        sees(said, "see the plans of my own well", "Whoever has a well", "Waits for an answer")
        register = hall.visitor().get("/barriers")
        sees(register, "see the plans of my own well", "Whoever has a well", "to be answered by")
        until("the steward is told", lambda: "could not do something" in steward_reads(hall))
        steward = hall.owner
        page = steward.get(said.path)
        steward.submit(page, "/answer", state="planned", remedy="Bob shows each owner her own.", due="2099-01-01")
        sees(hall.visitor().get("/barriers"), "Bob shows each owner her own.", "Planned")
        assert "Bob shows each owner her own." in hall.visitor().get("/barriers.atom").body
        until("she is told", lambda: any("says what is done about" in one["text"] for one in aino.api("GET", "/notifications")["items"]))

        # Who cannot even sign in says so as well; a steward looks at it first.
        shut.submit(form, "/barriers/new", what="get a letter with a code", kind="other")
        sees_not(hall.visitor().get("/barriers"), "get a letter with a code")
        queue = steward.get("/moderation")
        sees(queue, "get a letter with a code")
        steward.submit(queue, "/approval")
        sees(hall.visitor().get("/barriers"), "get a letter with a code")
        wall.shutdown()


def steward_reads(hall):
    if not hall.owner.cookies:
        hall.owner.sign_in()
    return hall.owner.get("/notifications").text


def talk_on_a_broken_line(hall, aino, bob, chat):
    """The line breaks after she sent and before she was answered, so she does not know whether it was heard, and sends it
    again, twice: each is said once, in her order. He meanwhile waits for news without a stream."""
    path = f"/api/v1/chats/{chat}/messages"
    newest = bob.api("GET", f"/chats/{chat}")["last"]
    heard = []

    def wait_for_news():
        after = newest
        while len(heard) < 5:
            lines = bob.api("GET", f"/chats/{chat}/messages?after={after}&wait=20")["items"]
            heard.extend(lines)
            after = max([after, *(line["sequence"] for line in lines)])

    waiting = threading.Thread(target=wait_for_news)
    waiting.start()
    for number in range(5):
        said = {"body": f"Broken line {number}", "client_id": f"broken-{number}"}
        body = json.dumps(said).encode()
        with socket.create_connection(("127.0.0.1", hall.port), timeout=20) as line:
            line.sendall((f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{hall.port}\r\nAuthorization: Bearer {aino.token}\r\n"
                          f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n").encode() + body)
        first, second = aino.api("POST", f"/chats/{chat}/messages", said), aino.api("POST", f"/chats/{chat}/messages", said)
        assert first["sequence"] == second["sequence"] == newest + 1 + number, (first, second)
    waiting.join(30)
    assert [line["body"] for line in heard] == [f"Broken line {number}" for number in range(5)], heard


if __name__ == "__main__":
    run(story, __file__)
