#!/usr/bin/env python3
"""What finding costs in the running server, at 100,000 voices: while somebody types, and in a search.

    bench/sense/server.py --binary build/release/moothall --data FOLDER [--voices N] [--folder DIR]

Makes a hall of N voices out of the labelled texts in FOLDER/sense (each said in several ways), brings
them in through `moothall import`, and asks as one browser does, one question after the other. Reports
the middle and the 99th percentile of a request, the processor time of the server for one, how long a
new voice takes into its theme, and the server's memory. The hall is kept in --folder for another round.
"""
import argparse
import atexit
import csv
import http.client
import json
import os
import random
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse

OPENINGS = ("", "Hello, ", "Please, ", "Since the update: ", "For weeks now: ", "Sorry to ask, ", "Once more: ", "As a customer, ")
CLOSINGS = ("", " Thank you.", " It is urgent.", " This happens every day.", " My neighbours say the same.", " Nobody answers.",
            " I have asked before.", " It was better last year.")


def texts_of(data):
    texts = []
    for name in ("banking77_train", "hwu64_kfold1"):
        with open(f"{data}/sense/{name}.tsv", encoding="utf-8") as file:
            texts += [line.rstrip("\n").split("\t")[2] for line in list(file)[1:]]
    return texts


def write_voices(path, texts, count, chance):
    with open(path, "w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["id", "title", "body", "kind"])
        for number in range(count):
            text = texts[number % len(texts)]
            words = text.split()
            if number >= len(texts) and len(words) > 4:
                del words[chance.randrange(len(words))]
            title = (chance.choice(OPENINGS) + " ".join(words))[:180]
            rows.writerow([number, title, title + "." + chance.choice(CLOSINGS), "want"])


class Server:
    def __init__(self, binary, folder, token):
        self.token = token
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.process = subprocess.Popen([binary, "serve", "--data", folder, "--listen", f"127.0.0.1:{self.port}"],
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        atexit.register(self.stop)  # also when the measurement gives up
        self.connection = None
        for _ in range(600):
            try:
                if self.ask("/readyz")[0] == 200:
                    return
            except OSError:
                pass
            time.sleep(0.1)
        sys.exit("the server does not answer")

    def ask(self, path, method="GET", body=None, headers=None):
        if self.connection is None:
            self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            self.connection.request(method, path, body, headers or {})
            answer = self.connection.getresponse()
            return answer.status, answer.read().decode()
        except (OSError, http.client.HTTPException) as error:
            self.connection = None
            raise OSError(str(error)) from error

    def figure(self, name):
        found = re.search(rf"^{name}(?:{{[^}}]*}})? ([0-9.e+-]+)$", self.ask("/metrics", headers={"Authorization": f"Bearer {self.token}"})[1], re.M)
        return float(found[1]) if found else 0.0

    def cpu_seconds(self):
        with open(f"/proc/{self.process.pid}/stat", encoding="utf-8") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory(self):
        with open(f"/proc/{self.process.pid}/status", encoding="utf-8") as file:
            return int(re.search(r"VmRSS:\s+(\d+)", file.read())[1]) / 1024

    def is_quiet(self):
        """Whether it does next to nothing for five seconds, asked by nobody."""
        before = self.cpu_seconds()
        time.sleep(5)
        return self.cpu_seconds() - before < 0.25

    def stop(self):
        self.process.terminate()
        self.process.wait()


def measure(server, what, paths):
    took = []
    before = server.cpu_seconds()
    for path in paths:
        begin = time.perf_counter()
        status, _ = server.ask(path)
        took.append((time.perf_counter() - begin) * 1000)
        if status != 200:
            sys.exit(f"{path} answered {status}")
    cpu = (server.cpu_seconds() - before) / len(paths) * 1000
    took.sort()
    print(f"{what:44} p50 {took[len(took) // 2]:6.2f} ms, p99 {took[int(len(took) * 0.99)]:6.2f} ms, {cpu:6.2f} ms of CPU each", flush=True)


def slipped(word, chance):
    if len(word) < 5:
        return word
    at = chance.randrange(1, len(word) - 1)
    return word[:at] + word[at + 1:]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", required=True)
    parser.add_argument("--data", required=True)
    parser.add_argument("--voices", type=int, default=100_000)
    parser.add_argument("--folder", help="of the hall; filled when it is empty")
    parser.add_argument("--requests", type=int, default=1_000)
    options = parser.parse_args()
    chance = random.Random(5)
    texts = texts_of(options.data)
    folder = options.folder or tempfile.mkdtemp(prefix="moothall-sense-")
    if not os.path.exists(f"{folder}/hall"):
        os.makedirs(folder, exist_ok=True)
        write_voices(f"{folder}/voices.csv", texts, options.voices, chance)
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "check": True}
        subprocess.run([options.binary, "init", "--data", f"{folder}/hall", "--name", "Bench", "--owner", "o@example.org"], **quiet)
        with open(f"{folder}/hall/moothall.toml", "a", encoding="utf-8") as settings:
            settings.write("\nrate_limits = false\n")
        begin = time.time()
        subprocess.run([options.binary, "import", "csv", f"{folder}/voices.csv", "--data", f"{folder}/hall"], **quiet)
        print(f"brought in {options.voices} voices in {time.time() - begin:.0f} s", flush=True)
    token = subprocess.run([options.binary, "token", "--data", f"{folder}/hall", "--email", "o@example.org"],
                           capture_output=True, text=True, check=True).stdout.strip().splitlines()[-1]
    server = Server(options.binary, f"{folder}/hall", token)
    begin = time.time()
    while server.figure("moothall_sense_voices") < 0.99 * options.voices:
        if time.time() - begin > 600:
            sys.exit("the engine does not read the voices")
        time.sleep(1)
    print(f"all voices are known by their meaning after {time.time() - begin:.0f} s; "
          f"{server.memory():.0f} MiB, of which the engine {server.figure('moothall_sense_bytes') / 2**20:.0f}", flush=True)

    # The first look at so many voices goes on beside; what requests cost is measured after it.
    begin = time.time()
    while server.figure("moothall_sense_runs_total") < 1 and not server.is_quiet():
        if time.time() - begin > 900:
            sys.exit("the engine does not come to an end")
    print(f"and grouped after {time.time() - begin:.0f} s more, {server.figure('moothall_sense_cpu_seconds_total'):.0f} s of CPU; "
          f"{server.memory():.0f} MiB", flush=True)
    while not server.is_quiet():
        pass

    # What a browser sends: the text so far, at each word.
    typed = []
    while len(typed) < options.requests:
        words = chance.choice(texts).split()
        typed += ["/api/v1/voices/similar?" + urllib.parse.urlencode({"text": " ".join(words[:end])}) for end in range(2, len(words) + 1)]
    measure(server, "while typing", typed[:options.requests])
    search = lambda words: "/api/v1/voices?" + urllib.parse.urlencode({"query": words})
    several = [text.split() for text in texts if len(text.split()) > 1]
    rare = [" ".join(chance.sample(chance.choice(several), k=2)) for _ in range(options.requests)]
    rare = [words for words in rare if any(c.isalnum() for c in words)]
    measure(server, "search for two words", [search(words) for words in rare])
    measure(server, "search for a word of many voices", [search(word) for word in ["card", "account", "please", "update"] * (options.requests // 20)])
    longer = [max(text.split(), key=len) for text in chance.sample(texts, options.requests // 2)]
    measure(server, "search with a slip of the finger", [search(slipped(word, chance)) for word in longer])

    said = time.time()
    status, answer = server.ask("/api/v1/voices", "POST", json.dumps({"kind": "want", "title": "My card has still not arrived after two weeks"}),
                                {"Authorization": f"Bearer {token}", "Content-Type": "application/json"})
    if status in (200, 201):
        voice = json.loads(answer)["id"]
        themes = server.figure("moothall_sense_runs_total")
        while time.time() - said < 5:
            if '/themes/' in server.ask(f"/voices/{voice}")[1].split("</header>")[-1]:
                print(f"a new voice is in its theme after {time.time() - said:.2f} s", flush=True)
                break
            time.sleep(0.05)
        else:
            print(f"a new voice is in no theme after 5 s ({themes:.0f} runs so far)", flush=True)
    print(f"memory at the end {server.memory():.0f} MiB")


if __name__ == "__main__":
    main()
