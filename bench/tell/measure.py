#!/usr/bin/env python3
"""One event that 10,000 people are told of: how long until all are, what it costs, and what it costs others meanwhile.

    bench/tell/measure.py [--program build/release/moothall] [--followers N] [--letters]

Readers ask for the list page all the time; their 99th percentile while nobody is told anything is beside that while
10,000 are. With --letters each follower wants letters at once. SQLite, on the disk of the temporary folder."""
import argparse
import http.client
import json
import os
import re
import shutil
import socket
import sqlite3
import statistics
import subprocess
import tempfile
import threading
import time
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
READERS = 4
ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"


def cpu_s(pid):
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def ask(port, method, path, token="", body=None):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    if body is not None:
        headers["Content-Type"], body = "application/json", json.dumps(body)
    connection.request(method, path, body, headers)
    answer = connection.getresponse()
    text = answer.read()
    connection.close()
    assert answer.status < 300, (method, path, answer.status, text[:300])
    return json.loads(text) if method != "GET" or path.startswith("/api") else text


def number_of(identifier):
    value = 0
    for letter in identifier:
        value = value * 32 + ALPHABET.index(letter)
    return value


def bring_followers(database, voice, count, mail):
    """Rows as the program writes them for a person and what she follows; the server does not run."""
    db = sqlite3.connect(database)
    org, everyone = db.execute("SELECT org_id, everyone_id FROM org").fetchone()
    first = db.execute("SELECT max(thing_id) FROM thing").fetchone()[0] + 1
    now = int(time.time() * 1e6)
    for number in range(count):
        person, name = first + number, f"Follower {number}"
        db.execute("INSERT INTO thing (org_id, thing_id, kind, circle_id, state, author_id, title, created_us, changed_us) "
                   "VALUES (?, ?, 'person', ?, 'visible', ?, ?, ?, ?)", (org, person, everyone, person, name, now, now))
        address = f"follower{number}@people.example"
        db.execute("INSERT INTO person (org_id, person_id, name, name_fold, email, email_fold, state, owner, trusted, about, "
                   "language, theme, shortcuts, mail, password_hash, created_us) VALUES (?, ?, ?, ?, ?, ?, 'active', 0, 0, '', "
                   "'', 'auto', 1, ?, '', ?)", (org, person, name, name.lower(), address, address, mail, now))
        db.execute("INSERT INTO membership (org_id, circle_id, person_id, role, since_us) VALUES (?, ?, ?, 'member', ?)",
                   (org, everyone, person, now))
        db.execute("INSERT INTO follow (org_id, thing_id, person_id, replies, outcome) VALUES (?, ?, ?, 1, 1)",
                   (org, number_of(voice), person))
    db.execute("UPDATE circle SET members = members + ? WHERE org_id = ? AND circle_id = ?", (count, org, everyone))
    db.commit()
    db.close()


class Readers:
    """People who read the list page one after the other, until they are told to stop."""

    def __init__(self, port):
        self.times, self.stopped = [], threading.Event()
        self.threads = [threading.Thread(target=self.read, args=(port,)) for _ in range(READERS)]
        for thread in self.threads:
            thread.start()

    def read(self, port):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        while not self.stopped.is_set():
            began = time.monotonic()
            connection.request("GET", "/voices?sort=newest")
            assert connection.getresponse().read()
            self.times.append(time.monotonic() - began)
            time.sleep(0.005)

    def stop(self):
        self.stopped.set()
        for thread in self.threads:
            thread.join()
        times = sorted(self.times)
        return {"asked": len(times), "p50_ms": round(1000 * statistics.median(times), 1),
                "p99_ms": round(1000 * times[int(len(times) * 0.99)], 1)}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--program", default=str(Path(__file__).resolve().parents[2] / "build/release/moothall"))
    parser.add_argument("--followers", type=int, default=10_000)
    parser.add_argument("--letters", action="store_true")
    words = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="moothall-tell-"))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    def serve():
        server = subprocess.Popen([words.program, "serve", "--data", str(folder / "hall"), "--listen", f"127.0.0.1:{port}"],
                                  stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(400):
            try:
                ask(port, "GET", "/readyz")
                return server
            except (OSError, AssertionError):
                time.sleep(0.05)
        raise SystemExit("the server does not start")

    made = subprocess.run([words.program, "init", "--data", str(folder / "hall"), "--name", "Bench", "--owner", "o@bench.example",
                           "--url", f"http://127.0.0.1:{port}"], capture_output=True, text=True, check=True)
    token = made.stdout.splitlines()[-1]
    (folder / "hall" / "moothall.toml").write_text("rate_limits = false\n")
    server = serve()
    voices = [ask(port, "POST", "/api/v1/voices", token, {"title": f"Voice {number}", "body": "Words " * 60})["id"]
              for number in range(60)]
    server.terminate()
    server.wait()
    database = next((folder / "hall").glob("*.db"))
    bring_followers(database, voices[0], words.followers, "now" if words.letters else "never")
    server = serve()
    time.sleep(3)

    quiet = Readers(port)
    time.sleep(10)
    alone = quiet.stop()

    looker = sqlite3.connect(f"file:{database}?mode=ro", uri=True)

    def tell(so_many):
        """One event; how long until so many notifications are there."""
        began = time.monotonic()
        ask(port, "POST", f"/api/v1/voices/{voices[0]}/replies", token, {"body": "It comes next week."})
        while looker.execute("SELECT count(*) FROM notification").fetchone()[0] < so_many:
            assert time.monotonic() - began < 300, "not all were told in 300 s"
            time.sleep(0.05)
        return time.monotonic() - began

    busy = Readers(port)
    seconds = tell(words.followers)
    beside = busy.stop()
    # Nobody reads now, so all that the process spends goes into telling.
    time.sleep(3)
    cpu = cpu_s(server.pid)
    seconds_alone = tell(2 * words.followers)
    spent = cpu_s(server.pid) - cpu
    server.terminate()
    server.wait()
    shutil.rmtree(folder)
    print(json.dumps({"followers": words.followers, "letters": words.letters, "seconds_beside_readers": round(seconds, 2),
                      "seconds": round(seconds_alone, 2), "cpu_s": round(spent, 2), "list_alone": alone, "list_meanwhile": beside,
                      "p99_ratio": round(beside["p99_ms"] / alone["p99_ms"], 2), "load": round(os.getloadavg()[0], 1)}, indent=1))


if __name__ == "__main__":
    main()
