#!/usr/bin/env python3
"""A thousand people in 500 chats: what a line costs until it is on disk, and until the other one has it.

    bench/chat/measure.py [--program build/release/moothall] [--chats 500] [--seconds 20] [--rate 1]

Each person says a line every 1/rate seconds and, as the page does, fetches what is new after each line of the other's.
The server's processor time is divided by the lines that it acknowledged; SQLite, synchronous=FULL, on the disk of the
temporary folder. At the end every line is there once, in one order. The clients take processor time as well: what counts
is the server's own. It fails when the server took more than one core, when more than one line in a hundred was said later
than its second, or when lines are missing or out of order."""
import argparse
import hashlib
import http.client
import json
import os
import secrets
import shutil
import socket
import sqlite3
import subprocess
import tempfile
import threading
import time
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
WORKERS = 40


def cpu_s(pid):
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def bring_people(database, count):
    """Rows as the program writes them for a person with an API token; the server does not run. Gives ids and tokens."""
    db = sqlite3.connect(database)
    org, everyone = db.execute("SELECT org_id, everyone_id FROM org").fetchone()
    first = db.execute("SELECT max(thing_id) FROM thing").fetchone()[0] + 1_000_000  # past the ids of tokens
    now = int(time.time() * 1e6)
    people = []
    for number in range(count):
        person, name, token = first + number, f"Talker {number}", "moot_" + secrets.token_hex(20)
        db.execute("INSERT INTO thing (org_id, thing_id, kind, circle_id, state, author_id, title, created_us, changed_us) "
                   "VALUES (?, ?, 'person', ?, 'visible', ?, ?, ?, ?)", (org, person, everyone, person, name, now, now))
        address = f"talker{number}@people.example"
        db.execute("INSERT INTO person (org_id, person_id, name, name_fold, email, email_fold, state, owner, trusted, about, "
                   "language, theme, shortcuts, mail, password_hash, created_us) VALUES (?, ?, ?, ?, ?, ?, 'active', 0, 0, '', "
                   "'', 'auto', 1, 'never', '', ?)", (org, person, name, name.lower(), address, address, now))
        db.execute("INSERT INTO membership (org_id, circle_id, person_id, role, since_us) VALUES (?, ?, ?, 'member', ?)",
                   (org, everyone, person, now))
        db.execute("INSERT INTO api_token (org_id, token_id, person_id, name, prefix, secret_hash, created_us, used_us) "
                   "VALUES (?, ?, ?, 'bench', ?, ?, ?, ?)", (org, person, person, token[:9],
                                                           hashlib.sha256(token.encode()).hexdigest(), now, now))
        people.append((person, token))
    db.commit()
    db.close()
    return people


def text_of(number):
    letters = ""
    for _ in range(13):
        letters = "0123456789abcdefghjkmnpqrstvwxyz"[number & 31] + letters
        number >>= 5
    return letters


class Caller:
    def __init__(self, port):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def call(self, method, path, token, body=None):
        headers = {"Authorization": f"Bearer {token}"}
        if body is not None:
            headers["Content-Type"], body = "application/json", json.dumps(body)
        self.connection.request(method, path, body, headers)
        answer = self.connection.getresponse()
        text = answer.read()
        assert answer.status < 300, (method, path, answer.status, text[:200])
        return json.loads(text) if text else None


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--program", default=str(Path(__file__).resolve().parents[2] / "build/release/moothall"))
    parser.add_argument("--chats", type=int, default=500)
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument("--rate", type=float, default=1)
    words = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="moothall-chat-"))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    subprocess.run([words.program, "init", "--data", str(folder / "hall"), "--name", "Bench", "--owner", "o@bench.example",
                    "--url", f"http://127.0.0.1:{port}"], capture_output=True, text=True, check=True)
    (folder / "hall" / "moothall.toml").write_text("rate_limits = false\n")
    people = bring_people(next((folder / "hall").glob("*.db")), 2 * words.chats)
    server = subprocess.Popen([words.program, "serve", "--data", str(folder / "hall"), "--listen", f"127.0.0.1:{port}"],
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    caller = Caller(port)
    for _ in range(400):
        try:
            caller.connection.request("GET", "/readyz")
            caller.connection.getresponse().read()
            break
        except OSError:
            caller = Caller(port)
            time.sleep(0.05)
    chats = [caller.call("POST", "/api/v1/chats", people[2 * n][1], {"person": text_of(people[2 * n + 1][0]), "body": "Hello"})["id"]
             for n in range(words.chats)]

    said, times, late, lock = 0, [], 0, threading.Lock()
    cpu, began = cpu_s(server.pid), time.monotonic()

    def talk(worker):
        """Every 40th chat: both say a line in each second, and each fetches the other's."""
        nonlocal said, late
        caller, mine = Caller(port), list(range(worker, words.chats, WORKERS))
        for turn in range(int(words.seconds * words.rate)):
            due = began + turn / words.rate
            time.sleep(max(0, due - time.monotonic()))
            for chat in mine:
                for side in (0, 1):
                    token = people[2 * chat + side][1]
                    start = time.monotonic()
                    line = caller.call("POST", f"/api/v1/chats/{chats[chat]}/messages", token,
                                       {"body": f"Line {turn} of side {side}", "client_id": f"{turn}"})
                    took = time.monotonic() - start
                    other = people[2 * chat + 1 - side][1]
                    caller.call("GET", f"/api/v1/chats/{chats[chat]}/messages?after={line['sequence'] - 1}", other)
                    with lock:
                        said += 1
                        times.append(took)
                        late += time.monotonic() > due + 1 / words.rate

    threads = [threading.Thread(target=talk, args=(worker,)) for worker in range(WORKERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    elapsed, spent = time.monotonic() - began, cpu_s(server.pid) - cpu
    wrong = 0
    for n in range(0, words.chats, max(1, words.chats // 20)):
        lines = caller.call("GET", f"/api/v1/chats/{chats[n]}/messages?limit=100", people[2 * n][1])["items"]
        wrong += [line["sequence"] for line in lines] != list(range(1, len(lines) + 1))
    server.terminate()
    server.wait()
    shutil.rmtree(folder)
    times.sort()
    print(json.dumps({"chats": words.chats, "lines": said, "seconds": round(elapsed, 1), "lines_per_s": round(said / elapsed),
                      "server_cpu_ms_per_line": round(1000 * spent / said, 3), "cores": round(spent / elapsed, 2),
                      "durable_p50_ms": round(1000 * times[len(times) // 2], 1),
                      "durable_p99_ms": round(1000 * times[int(len(times) * 0.99)], 1), "later_than_its_second": late,
                      "chats_out_of_order": wrong, "load": round(os.getloadavg()[0], 1)}, indent=1))
    failed = [what for what, is_so in (("it took more than a core", spent > elapsed), ("lines came late", late > said / 100),
                                      ("a chat is out of order", wrong > 0)) if is_so]
    if failed:
        raise SystemExit("chat: " + "; ".join(failed))


if __name__ == "__main__":
    main()
