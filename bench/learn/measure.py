#!/usr/bin/env python3
"""The clock of the loop at a million events: what it costs to follow them, and what each page of learn/ costs then.

    bench/learn/measure.py [--program build/release/moothall] [--events 1000000] [--voices 40000] [--requests 200]

Fills a hall with rows as the program writes them: three years of voices in twelve circles and sixty themes, answered,
decided, done and told after times that are spread over minutes to months; all other events are supports. The server then
follows the log by itself. CPU is utime and stime of its process, for each request, when it has nothing else to do. SQLite."""
import argparse
import http.client
import json
import os
import random
import socket
import sqlite3
import subprocess
import tempfile
import time
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
CIRCLES, THEMES, PEOPLE = 12, 60, 500
YEARS = 3
KINDS = ("want", "question", "signal", "call-out", "challenge", "story", "thanks", "other")
STAGES = {"sense": 2, "decide": 3, "act": 5, "tell": 6}  # hear/loop.hpp


def cpu_s(pid):
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


class Filling:
    """Rows for one hall; the server does not run."""

    def __init__(self, database):
        self.db = sqlite3.connect(database)
        self.db.execute("PRAGMA synchronous = OFF")
        self.org, self.everyone = self.db.execute("SELECT org_id, everyone_id FROM org").fetchone()
        self.next_id = max(self.db.execute("SELECT max(thing_id) FROM thing").fetchone()[0],
                           self.db.execute("SELECT max(event_id) FROM event").fetchone()[0])
        self.now = int(time.time() * 1e6)
        self.chance = random.Random(1_000_301)
        self.events = []

    def make_id(self):
        self.next_id += 1
        return self.next_id

    def thing(self, kind, circle, author, title, at):
        made = self.make_id()
        self.db.execute("INSERT INTO thing (org_id, thing_id, kind, circle_id, state, author_id, title, created_us, changed_us) "
                        "VALUES (?, ?, ?, ?, 'visible', ?, ?, ?, ?)",
                        (self.org, made, kind, circle or made, author, title, at, at))
        return made

    def event(self, verb, thing, actor, circle, at, concerns=()):
        self.events.append((at, verb, thing, actor, circle, concerns))

    def people(self):
        made = []
        for number in range(PEOPLE):
            person = self.thing("person", self.everyone, 0, f"Person {number}", self.now)
            self.db.execute("INSERT INTO person (org_id, person_id, name, name_fold, state, owner, trusted, about, language, theme, "
                            "shortcuts, mail, password_hash, created_us) VALUES (?, ?, ?, ?, 'active', 0, 1, '', '', 'auto', 1, "
                            "'never', '', ?)", (self.org, person, f"Person {number}", f"person {number}", self.now))
            made.append(person)
        return made

    def circles(self):
        made = []
        for number in range(CIRCLES):
            circle = self.thing("circle", None, 0, f"Circle {number}", self.now)
            self.db.execute("INSERT INTO circle (org_id, circle_id, name, purpose, kind, visibility, joining, moderation, members, "
                            "created_us) VALUES (?, ?, ?, '', 'customer', 'public', 'open', 'off', 0, ?)",
                            (self.org, circle, f"Circle {number}", self.now))
            made.append(circle)
        return made

    def themes(self):
        made = []
        for number in range(THEMES):
            theme = self.thing("theme", self.everyone, 0, f"Theme {number}", self.now)
            self.db.execute("INSERT INTO theme (org_id, theme_id, lens, words, by_hand, typical_id, merged_into, ended_us) "
                            "VALUES (?, ?, 'topic', '', 1, 0, 0, 0)", (self.org, theme))
            made.append(theme)
        return made

    def span(self, median_hours):
        """Most take about as long as the median, a few ten times as long: the logarithm is spread evenly enough."""
        return int(median_hours * 3600e6 * self.chance.lognormvariate(0, 1.2))

    def say(self, voices):
        people, circles, themes = self.people(), self.circles(), self.themes()
        status = self.db.execute("SELECT status_id FROM status WHERE org_id = ?", (self.org,)).fetchone()[0]
        said = []
        for number in range(voices):
            at = self.now - self.chance.randrange(int(YEARS * 365 * 86400e6)) - int(86400e6)
            circle, author = self.chance.choice(circles), self.chance.choice(people)
            voice = self.thing("voice", circle, author, f"Voice {number}", at)
            self.db.execute("INSERT INTO voice (org_id, voice_id, kind, body, body_html, excerpt, language, status_id, written_by, "
                            "supporters, unconfirmed, unattributed, replies, hot, answer_id, official, official_html, official_by, "
                            "official_us, said_us) VALUES (?, ?, ?, '', '', '', 'en', ?, ?, 0, 0, 0, 0, 0, 0, '', '', 0, 0, ?)",
                            (self.org, voice, self.chance.choice(KINDS), status, author, at))
            self.event("hear.voice_said", voice, author, circle, at)
            said.append((voice, circle, author, at))
            answered = at + self.span(9)
            self.event("hear.status_changed", voice, self.chance.choice(people), circle, answered)
            theme = self.chance.choice(themes)
            steps = [("sense", at + self.span(30), theme, "sense.voice_put")]
            if self.chance.random() < 0.5:
                steps.append(("decide", at + self.span(24 * 20), theme, "decide.passed"))
                if self.chance.random() < 0.7:
                    steps.append(("act", steps[-1][1] + self.span(24 * 30), theme, "act.commitment_kept"))
                    steps.append(("tell", steps[-1][1] + self.span(2), voice, "tell.outcome_told"))
            for stage, reached, about, verb in steps:
                if reached < self.now:
                    self.db.execute("INSERT INTO loop_step (org_id, thing_id, stage, about_id, verb, at_us) VALUES (?, ?, ?, ?, ?, ?)",
                                    (self.org, voice, STAGES[stage], about, verb, reached))
                    self.event(verb, about, 0, circle, reached, (voice,))
            self.db.execute("INSERT INTO theme_voice (org_id, voice_id, lens, theme_id, put_by, nearness, put_us) "
                            "VALUES (?, ?, 'topic', ?, 0, 1, ?)", (self.org, voice, theme, at))
        return people, said

    def fill(self, events, voices):
        people, said = self.say(voices)
        while len(self.events) < events:
            voice, circle, _, at = self.chance.choice(said)
            self.event("hear.support_given", voice, self.chance.choice(people), circle, at + self.span(200))
        self.events.sort(key=lambda one: one[0])
        rows, named = [], []
        for at, verb, thing, actor, circle, concerns in self.events:
            number = self.make_id()
            rows.append((self.org, number, verb, thing, actor, circle, "circle", at, "{}"))
            named.extend((self.org, one, number) for one in dict.fromkeys((thing, *concerns)))
        self.db.executemany("INSERT INTO event (org_id, event_id, verb, thing_id, actor_id, circle_id, audience, at_us, data) "
                            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
        self.db.executemany("INSERT INTO event_thing (org_id, thing_id, event_id) VALUES (?, ?, ?)", named)
        # Nobody is told of what is years old; the engine of themes has nothing to read here.
        for consumer in ("tell", "sense", "merging", "organise", "act"):
            self.db.execute("INSERT INTO consumer (org_id, name, event_id) VALUES (?, ?, ?) "
                            "ON CONFLICT (org_id, name) DO UPDATE SET event_id = excluded.event_id", (self.org, consumer, self.next_id))
        self.db.commit()
        self.db.close()
        return len(rows)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--program", default=str(Path(__file__).resolve().parents[2] / "build/release/moothall"))
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--voices", type=int, default=40_000)
    parser.add_argument("--requests", type=int, default=200)
    words = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="moothall-learn-") as folder:
        measure(words, Path(folder) / "hall")


def measure(words, data):
    subprocess.run([words.program, "init", "--data", data, "--name", "Bench", "--owner", "o@example.org"], check=True,
                   stdout=subprocess.DEVNULL)
    events = Filling(data / "moothall.db").fill(words.events, words.voices)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen([words.program, "serve", "--data", data, "--listen", f"127.0.0.1:{port}"],
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(600):
            try:
                http.client.HTTPConnection("127.0.0.1", port, timeout=5).request("GET", "/readyz")
                break
            except OSError:
                time.sleep(0.1)
        began = time.monotonic()
        db = sqlite3.connect(data / "moothall.db")

        def still_to_follow():
            return db.execute("SELECT count(*) FROM event WHERE event_id > coalesce((SELECT event_id FROM consumer "
                              "WHERE name = 'learn'), 0)").fetchone()[0]

        while still_to_follow() > 0:
            time.sleep(1)
        followed = {"events": events, "seconds": round(time.monotonic() - began, 1), "cpu_s": round(cpu_s(server.pid), 1)}
        print(json.dumps({"followed": followed}), flush=True)
        circle = db.execute("SELECT circle_id FROM circle WHERE name = 'Circle 3'").fetchone()[0]
        print(json.dumps({"rows": {table: db.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
                                   for table in ("loop_time", "loop_span", "loop_line")}}), flush=True)
        for path in ("/clock", f"/clock?circle={text_of(circle)}", "/clock/answered", "/api/v1/clock", "/"):
            print(json.dumps({path: cost(server.pid, port, path, words.requests)}), flush=True)
    finally:
        server.terminate()
        server.wait()


def text_of(number):
    letters = ""
    for _ in range(13):
        letters = "0123456789abcdefghjkmnpqrstvwxyz"[number % 32] + letters
        number //= 32
    return letters


def cost(pid, port, path, requests):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def ask():
        connection.request("GET", path)
        answer = connection.getresponse()
        text = answer.read()
        assert answer.status == 200, (path, answer.status, text[:200])
        return len(text)

    size = ask()
    time.sleep(2)
    before, quiet = time.monotonic(), cpu_s(pid)
    time.sleep(3)
    idle = (cpu_s(pid) - quiet) / (time.monotonic() - before)  # what the chores take in a second
    began, at = time.monotonic(), cpu_s(pid)
    for _ in range(requests):
        ask()
    seconds, used = time.monotonic() - began, cpu_s(pid) - at
    return {"cpu_ms": round(1000 * (used - idle * seconds) / requests, 2), "kb": round(size / 1000, 1)}


if __name__ == "__main__":
    main()
