"""What the stories need: a hall of their own, people with a browser, their letters. See README.md."""
import argparse
import email
import email.policy
import html.parser
import http.client
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = ROOT / "build" / "release" / "moothall"


def until(what, ask, seconds=60):
    """Asks again until something is there; what is waited for is named when it never comes."""
    end = time.monotonic() + seconds
    while True:
        found = ask()
        if found:
            return found
        if time.monotonic() > end:
            raise AssertionError(f"waited {seconds} s for {what}")
        time.sleep(0.05)


class Form:
    def __init__(self, attributes):
        self.action, self.fields, self.choices = attributes.get("action", ""), {}, {}
        self.multipart = attributes.get("enctype") == "multipart/form-data"


class Page(html.parser.HTMLParser):
    """An answer as a person meets it: its text, its links and the forms that it offers her."""

    HIDDEN = {"script", "style", "template", "title", "head"}

    def __init__(self, status, headers, body, path):
        super().__init__()
        self.status, self.headers, self.body, self.path = status, headers, body, path
        self.links, self.forms, self._form, self._area, self._select = [], [], None, None, None
        self._words, self._within, self.language, self.title = [], [], "", ""
        self.feed(body)
        self.text = " ".join(" ".join(self._words).split())

    def handle_starttag(self, tag, pairs):
        attributes = {name: value or "" for name, value in pairs}
        if tag == "html":
            self.language = attributes.get("lang", "")
        if tag in self.HIDDEN:
            self._within.append(tag)
        if tag == "a" and "href" in attributes:
            self.links.append(attributes["href"])
        if tag == "form":
            self._form = Form(attributes)
            self.forms.append(self._form)
        if self._form is None:
            return
        name = attributes.get("name", "")
        kind = attributes.get("type", "text")
        if tag == "input" and name and kind not in ("submit", "file"):
            if kind in ("checkbox", "radio"):
                self._form.choices.setdefault(name, []).append(attributes.get("value", "on"))
                if "checked" in attributes:
                    self._form.fields[name] = attributes.get("value", "on")
            else:
                self._form.fields[name] = attributes.get("value", "")
        elif tag == "textarea":
            self._area = name
            self._form.fields[name] = ""
        elif tag == "select":
            self._select = name
            self._form.choices[name] = []
        elif tag == "option" and self._select is not None:
            value = attributes.get("value", "")
            self._form.choices[self._select].append(value)
            if "selected" in attributes or self._select not in self._form.fields:
                self._form.fields[self._select] = value
        elif tag == "button" and name:
            self._form.choices.setdefault(name, []).append(attributes.get("value", ""))

    def handle_endtag(self, tag):
        if tag in self.HIDDEN and tag in self._within:
            self._within.remove(tag)
        if tag == "form":
            self._form = None
        if tag == "textarea":
            self._area = None
        if tag == "select":
            self._select = None

    def handle_data(self, data):
        if self._within[-1:] == ["title"]:
            self.title += data
        if self._area is not None:
            self._form.fields[self._area] += data
        elif not self._within:
            self._words.append(data)

    def form(self, action):
        """The form whose action ends so."""
        for form in self.forms:
            if form.action.split("?")[0].endswith(action):
                return form
        raise AssertionError(f"{self.path} offers no form to {action}; there are {[form.action for form in self.forms]}")


class Person:
    """Somebody at her browser, or a visitor without an account."""

    def __init__(self, hall, name="", address="", language="en"):
        self.hall, self.name, self.address, self.language = hall, name, address, language
        self.cookies, self.token, self.id = {}, "", ""

    def _send(self, method, path, body=None, headers=None):
        headers = {"Accept-Language": self.language, "Accept": "text/html", **(headers or {})}
        if self.cookies and "Authorization" not in headers:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        connection = http.client.HTTPConnection("127.0.0.1", self.hall.port, timeout=60)
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        text = answer.read().decode("utf-8", "replace")
        for line in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = line.split(";")[0].partition("=")
            if value and "max-age=0" not in line.lower():
                self.cookies[name] = value
            else:
                self.cookies.pop(name, None)
        connection.close()
        return answer.status, dict((name.lower(), value) for name, value in answer.headers.items()), text

    def _follow(self, method, path, body=None, headers=None):
        for _ in range(5):
            status, got, text = self._send(method, path, body, headers)
            if status not in (301, 302, 303, 308):
                return Page(status, got, text, path)
            path, method, body, headers = urllib.parse.urlsplit(got["location"]), "GET", None, None
            path = urllib.parse.urlunsplit(("", "", path.path, path.query, ""))
        raise AssertionError(f"{path} leads nowhere")

    def get(self, path, status=200):
        page = self._follow("GET", path)
        assert page.status == status, f"{self.name or 'A visitor'}: GET {path} is {page.status}: {page.text[:300]}"
        return page

    def fragment(self, path):
        """What htmx would put into the page."""
        return Page(*self._send("GET", path, headers={"HX-Request": "true"}), path)

    def submit(self, page, action, status=200, **fields):
        """Sends the form of `page` that goes to `action`, filled in; gives the page she lands on. A field that the form
        does not have cannot be filled in."""
        form = page.form(action)
        for name, value in fields.items():
            if name not in form.fields and name not in form.choices:
                raise AssertionError(f"the form to {action} on {page.path} has no field {name}")
            if form.choices.get(name) and value not in form.choices[name]:
                raise AssertionError(f"{name} cannot be {value!r}; it can be {form.choices[name]}")
        body = urllib.parse.urlencode({**form.fields, **fields})
        landed = self._follow("POST", form.action, body, {"Content-Type": "application/x-www-form-urlencoded",
                                                          "Sec-Fetch-Site": "same-origin"})
        assert landed.status == status, f"{self.name or 'A visitor'}: POST {form.action} is {landed.status}: {landed.text[:300]}"
        return landed

    def api(self, method, path, body=None, status=None):
        """Calls the API with a token of her own."""
        if not self.token and self.address:
            self.token = self.hall.command("token", "--email", self.address).splitlines()[-1]
        headers = {"Accept": "application/json"}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        if body is not None:
            headers["Content-Type"], body = "application/json", json.dumps(body)
        got, _, text = self._send(method, "/api/v1" + path, body, headers)
        assert got == status or (status is None and got < 300), f"{method} {path} is {got}: {text[:300]}"
        return json.loads(text) if text else None

    def sign_in(self):
        """By the code that a letter brings her."""
        before = len(self.hall.letters(self.address))
        page = self.submit(self.get("/sign-in"), "/sign-in", email=self.address)
        # Another letter may come first: that she was let into a circle, for instance.
        code = until(f"a code for {self.address}", lambda: [
            found.group(1) for letter in self.hall.letters(self.address)[before:]
            if (found := re.search(r"\b(\d{8})\b", letter["text"]))])[0]
        self.submit(page, "/sign-in/code", code=code)
        self.id = self.api("GET", "/me")["id"]
        return self


class Hall:
    """A hall of its own, served until the end of the story. `database` is the address of an empty PostgreSQL database,
    `host` what people call it, `config` further lines of moothall.toml, in which {folder} stands for one of its own."""

    def __init__(self, name="Northwater", database="", host="127.0.0.1", config=""):
        self.folder = Path(tempfile.mkdtemp(prefix="moothall-story-"))
        self.data, self.database = self.folder / "hall", database or os.environ.get("MOOTHALL_STORY_DATABASE", "")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://{host}:{self.port}"
        self.server = None
        self.owner_token = self.command("init", "--name", name, "--owner", "owner@hall.example", "--url",
                                        self.url).splitlines()[-1]
        with open(self.data / "moothall.toml", "a", encoding="utf-8") as file:
            file.write("rate_limits = false\n" + config.format(folder=self.folder))
        self.owner = Person(self, "The owner", "owner@hall.example")
        self.owner.token = self.owner_token

    def __enter__(self):
        self.log = open(self.folder / "log", "w", encoding="utf-8")
        self.server = subprocess.Popen([str(PROGRAM), "serve", *self._words(), "--listen", f"127.0.0.1:{self.port}"],
                                       stdout=self.log, stderr=self.log)
        until("the server", self._ready)
        self.owner.id = self.owner.api("GET", "/me")["id"]
        return self

    def __exit__(self, kind, *_):
        self.server.terminate()
        self.server.wait(20)
        self.log.close()
        if kind is not None:
            print((self.folder / "log").read_text()[-2000:], file=sys.stderr)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _words(self):
        return ["--data", str(self.data), *(["--database", self.database] if self.database else [])]

    def _ready(self):
        if self.server.poll() is not None:
            raise AssertionError("the server ended: " + (self.folder / "log").read_text())
        try:
            return Person(self)._send("GET", "/readyz")[0] == 200
        except OSError:
            return False

    def command(self, name, *words):
        done = subprocess.run([str(PROGRAM), name, *self._words(), *words], capture_output=True, text=True, timeout=60,
                              check=False)
        assert done.returncode == 0, f"moothall {name}: {done.stderr}"
        return done.stdout

    def person(self, name, company=False, language="en"):
        """Somebody with an account, signed in; `company`: who works there."""
        one = Person(self, name, name.lower().replace(" ", ".") + "@people.example", language)
        words = []
        if company:
            self.company = getattr(self, "company", None) or self.owner.api(
                "POST", "/circles", {"name": "The company", "kind": "company", "visibility": "listed"})["id"]
            words = ["--circle", "The company", "--role", "member"]
        one.token = self.command("token", "--email", one.address, "--name", name, *words).splitlines()[-1]
        return one.sign_in()

    def visitor(self, language="en"):
        return Person(self, language=language)

    def letters(self, to=None):
        """Those that left, oldest first: {"to", "subject", "text", "answer_to", "thread"}."""
        folder = self.data / "mail" / "new"
        letters = []
        for path in sorted(folder.iterdir(), key=lambda one: one.stat().st_mtime_ns) if folder.exists() else []:
            message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            body = message.get_body(("plain",))
            letters.append({"to": message["To"], "subject": message["Subject"], "text": body.get_content(),
                            "answer_to": message["Reply-To"], "thread": message["References"]})
        return [letter for letter in letters if to is None or to in letter["to"]]


def sees(page, *words):
    for word in words:
        assert word in page.text, f"{page.path} does not say {word!r}: {page.text[:1500]}"


def sees_not(page, *words):
    for word in words:
        assert word not in page.text, f"{page.path} says {word!r}"


def run(story, file):
    """Tells the story, on SQLite or (--postgres) on a database of its own on PostgreSQL."""
    global PROGRAM
    parser = argparse.ArgumentParser(description=story.__doc__)
    parser.add_argument("--program", default=str(PROGRAM))
    parser.add_argument("--postgres", action="store_true", help="on the server that MOOTHALL_TEST_POSTGRES_TCP names")
    words = parser.parse_args()
    PROGRAM = Path(words.program).resolve()
    sys.modules["stories"].PROGRAM = PROGRAM
    if not words.postgres:
        story()
    else:
        address = os.environ.get("MOOTHALL_TEST_POSTGRES_TCP", "")
        if not address:
            print("MOOTHALL_TEST_POSTGRES_TCP is not set: nothing is told on PostgreSQL.")
            sys.exit(77)
        name = f"story_{os.getpid()}"
        subprocess.run(["psql", "-q", address, "-c", f"CREATE DATABASE {name}"], check=True)
        parts = urllib.parse.urlsplit(address)
        os.environ["MOOTHALL_STORY_DATABASE"] = urllib.parse.urlunsplit(parts._replace(path="/" + name))
        try:
            story()
        finally:
            subprocess.run(["psql", "-q", address, "-c", f"DROP DATABASE {name} WITH (FORCE)"], check=False)
    print(f"{Path(file).stem}: told.")
