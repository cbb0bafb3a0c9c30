#!/usr/bin/env python3
"""A closed budget of 100,000 voters and a conversation of 10,000 people: what they cost after the close, and what their pages do.

    bench/decide/measure.py [--program build/release/moothall] [--voters N] [--projects N] [--people N] [--statements N]

Both are invented (bench/equal_shares/make_election.py, bench/opinions/make_votes.py; the same each time) and brought in by the
program itself. Printed is processor time of the server's process: of all work in the background until every loser knows what
it would have needed, until the map is there, of each page over so many requests, and of one vote with the page that shows it."""
import argparse
import http.client
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TICKS = os.sysconf("SC_CLK_TCK")


class Server:
    def __init__(self, program, data):
        with socket.socket() as asked:
            asked.bind(("127.0.0.1", 0))
            self.port = asked.getsockname()[1]
        self.process = subprocess.Popen([program, "serve", "--data", data, "--listen", f"127.0.0.1:{self.port}"],
                                        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.process.stdout.readline()

    def cpu(self):
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def ask(self, method, path, token="", body=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=600)
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        if body is not None:
            headers["Content-Type"], body = "application/json", json.dumps(body)
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        text = answer.read()
        connection.close()
        assert answer.status < 300, (method, path, answer.status, text[:300])
        return json.loads(text) if path.startswith("/api") and text else text

    def quiet(self):
        """Waits until nothing is done in the background any more."""
        before = self.cpu()
        while True:
            time.sleep(3)
            now = self.cpu()
            if now - before < 0.1:
                return
            before = now

    def page(self, path, times, token=""):
        """Milliseconds of processor time for a request, over one connection."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        size = 0
        for warm in (True, False):
            begun = self.cpu()
            for _ in range(5 if warm else times):
                connection.request("GET", path, headers=headers)
                size = len(connection.getresponse().read())
        print(f"{path.split('?')[0][:60]:60} {size // 1000:5} KB {1000 * (self.cpu() - begun) / times:8.2f} ms", flush=True)

    def stop(self):
        self.process.terminate()
        self.process.wait(60)


def write_polis(folder, people, statements):
    """The invented votes as Polis would export them."""
    made = folder / "votes-made.csv"
    subprocess.run([sys.executable, ROOT / "bench/opinions/make_votes.py", str(people), str(statements), made], check=True)
    counts = {}
    with open(made, encoding="utf-8") as lines, open(folder / "votes.csv", "w", encoding="utf-8") as votes:
        next(lines)
        votes.write("timestamp,datetime,comment-id,voter-id,vote\n")
        for line in lines:
            person, statement, vote = line.split(",")
            votes.write(f"1700000000,,{statement},{person},{vote.strip()}\n")
            agrees, disagrees = counts.get(int(statement), (0, 0))
            counts[int(statement)] = agrees + (vote.strip() == "1"), disagrees + (vote.strip() == "-1")
    with open(folder / "comments.csv", "w", encoding="utf-8") as comments:
        comments.write("timestamp,datetime,comment-id,author-id,agrees,disagrees,moderated,comment-body\n")
        for statement in range(statements):
            agrees, disagrees = counts.get(statement, (0, 0))
            comments.write(f"1700000000,,{statement},0,{agrees},{disagrees},1,Statement number {statement}\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", default=str(ROOT / "build/release/moothall"))
    parser.add_argument("--voters", type=int, default=100_000)
    parser.add_argument("--projects", type=int, default=100)
    parser.add_argument("--people", type=int, default=10_000)
    parser.add_argument("--statements", type=int, default=300)
    parser.add_argument("--requests", type=int, default=200)
    words = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="moothall-decide-"))
    try:
        made = subprocess.run([words.program, "init", "--data", folder / "hall", "--name", "Hall", "--owner", "owner@example.org"],
                              check=True, capture_output=True, text=True)
        owner = made.stdout.split()[-1]
        with open(folder / "hall/moothall.toml", "a", encoding="utf-8") as settings:
            settings.write("\nrate_limits = false\n")
        election = subprocess.run([sys.executable, ROOT / "bench/equal_shares/make_election.py", str(words.voters),
                                   str(words.projects), "1000000"], check=True, capture_output=True, text=True).stdout
        write_polis(folder, words.people, words.statements)
        subprocess.run([words.program, "import", "polis", folder, "--question", "Where do we agree?", "--data", folder / "hall"], check=True, stdout=subprocess.DEVNULL)

        server = Server(words.program, folder / "hall")
        server.quiet()
        print(f"the map of {words.people:,} people and {words.statements} statements is there after {server.cpu():.1f} s of processor time")
        begun = server.cpu()
        budget = server.ask("POST", "/api/v1/budgets/import", owner, {"text": election})["id"]
        print(f"a budget of {words.voters:,} voters and {words.projects} projects comes in and is counted: {server.cpu() - begun:.1f} s")
        begun = server.cpu()
        while not (needs := server.ask("GET", f"/api/v1/decisions/{budget}/needs", owner))["explained"]:
            time.sleep(1)
        losers = len(needs["items"])
        print(f"what {losers} losers would have needed: {server.cpu() - begun:.1f} s, {(server.cpu() - begun) / max(losers, 1):.2f} s each")

        conversation = server.ask("GET", "/api/v1/conversations", owner)["items"][0]["id"]
        server.quiet()
        for path in (f"/decisions/{budget}", f"/conversations/{conversation}", f"/conversations/{conversation}/statements",
                     "/budgets", "/conversations"):
            server.page(path, words.requests)

        # One more person votes on seven statements and looks: she is on the map with the seventh vote.
        statements = server.ask("GET", f"/api/v1/conversations/{conversation}/statements?limit=30", owner)["items"]
        vote = f"/api/v1/conversations/{conversation}/statements"
        for statement in statements[:6]:
            server.ask("PUT", f"{vote}/{statement['id']}/vote", owner, {"vote": "agree"})
        begun, at = server.cpu(), time.monotonic()
        server.ask("PUT", f"{vote}/{statements[6]['id']}/vote", owner, {"vote": "agree"})
        shown = server.ask("GET", f"/api/v1/conversations/{conversation}/opinions", owner)
        print(f"one vote, and the whole map with it: {1000 * (time.monotonic() - at):.0f} ms, {1000 * (server.cpu() - begun):.0f} ms of "
              f"processor time; {len(shown['map']):,} on the map")
        server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


main()
