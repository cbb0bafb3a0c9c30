#!/usr/bin/env python3
"""What each page asks of the database: bench/statements/measure.py [--program FILE] [--as NAME] [PATH …]

Starts the sample company, signs in as one of its people, asks for each page twice and prints, for the second time, the
number of statements and the steps of SQLite's machine that they took together; of those that took more than 3,000, and
of those that ran more than three times with other values, the text. A page without either does nothing for each row
that it shows. The steps are counted by steps.c, which is preloaded; the times of such a server say nothing.

With --cpu N it is not preloaded, and what is printed is the server's processor time for each of N requests for a page."""
import argparse
import collections
import html
import http.client
import http.cookiejar
import os
import re
import subprocess
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LISTS = ["/", "/voices", "/voices?query=water", "/roadmap", "/themes", "/signals", "/decisions", "/promises", "/strategy",
         "/requests?box=all", "/report", "/clock", "/people", "/circles", "/mine", "/notifications", "/together",
         "/procedures", "/documents", "/facts", "/budgets", "/conversations", "/chats", "/settings", "/api/v1/voices", "/api/v1/themes",
         "/api/v1/decisions", "/api/v1/commitments", "/api/v1/events"]
MANY_STEPS, MANY_TIMES, OF_EACH = 3000, 3, 3


class Browser:
    def __init__(self, base):
        self.base = base
        self.jar = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))

    def get(self, path, data=None):
        body = urllib.parse.urlencode(data).encode() if data else None
        try:
            return self.opener.open(self.base + path, body, timeout=60).read().decode()
        except urllib.error.HTTPError as error:
            return "" if error.code == 404 else error.read().decode()

    def sign_in(self, name):
        for form in re.findall(r"<form.*?</form>", self.get("/sign-in"), re.S):
            for button in re.findall(r"<button[^>]*>[^<]*", form):
                if name in button:
                    pairs = [dict(re.findall(r'(\w+)="([^"]*)"', tag)) for tag in re.findall(r"<input[^>]*>", form) + [button]]
                    fields = {pair["name"]: html.unescape(pair.get("value", "")) for pair in pairs if "name" in pair}
                    self.get(re.search(r'action="([^"]+)"', form)[1], fields)
                    return
        raise SystemExit(f"statements: the sign-in page offers nobody called {name}.")


def statements(log, begin):
    text = log.read_bytes()[begin:].decode(errors="replace")
    found = re.findall(r"^STEPS (\d+) (.*?)(?=^STEPS |\Z)", text, re.S | re.M)
    return [(int(steps), re.sub(r"\s+", " ", sql).strip()) for steps, sql in found]


def cpu_s(pid):
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def print_cpu(browser, pid, path, times):
    """Over one connection, as a browser asks; what the chores take meanwhile is small, and is in it."""
    connection = http.client.HTTPConnection(browser.base.removeprefix("http://"), timeout=60)
    cookies = "; ".join(f"{one.name}={one.value}" for one in browser.jar)
    size = 0
    before = cpu_s(pid)
    for _ in range(times):
        connection.request("GET", path, headers={"Cookie": cookies})
        size = len(connection.getresponse().read())
    print(f"{path[:70]:70} {size // 1000:4} KB {1000 * (cpu_s(pid) - before) / times:7.2f} ms", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="*")
    parser.add_argument("--program", default=ROOT / "build/release/moothall")
    parser.add_argument("--as", dest="name", default="Bob")
    parser.add_argument("--port", type=int, default=18990)
    parser.add_argument("--cpu", type=int, default=0, metavar="N")
    words = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", folder / "steps.so", Path(__file__).parent / "steps.c", "-ldl"], check=True)
        subprocess.run([words.program, "init", "--data", folder / "hall", "--name", "Northwater", "--owner",
                        "owner@example.org", "--sample"], check=True, stdout=subprocess.DEVNULL)
        with open(folder / "hall/moothall.toml", "a") as config:
            config.write("\nrate_limits = false\n")
        log = folder / "log"
        with open(log, "wb") as out:
            server = subprocess.Popen([words.program, "serve", "--data", folder / "hall", "--listen", f"127.0.0.1:{words.port}"],
                                      env={**os.environ, **({} if words.cpu else {"LD_PRELOAD": str(folder / "steps.so")})}, stdout=subprocess.DEVNULL, stderr=out)
        try:
            time.sleep(6)  # what follows the log at the start has its say first
            browser = Browser(f"http://127.0.0.1:{words.port}")
            browser.sign_in(words.name)
            paths = words.paths or list(LISTS)
            if not words.paths:
                for page in LISTS:
                    stem = page.split("?")[0].rstrip("/")
                    links = re.findall(rf'href="({stem}/0[0-9a-z]{{12}}[^"#?]*)"', browser.get(page)) if stem else []
                    paths += list(dict.fromkeys(links))[:OF_EACH]
            for path in paths:
                if not browser.get(path):
                    continue
                if words.cpu:
                    print_cpu(browser, server.pid, path, words.cpu)
                    continue
                time.sleep(0.05)
                begin = log.stat().st_size
                size = len(browser.get(path))
                time.sleep(0.1)
                ran = statements(log, begin)
                print(f"{path[:70]:70} {size // 1000:4} KB {len(ran):4} statements {sum(steps for steps, _ in ran):8,} steps", flush=True)
                for steps, sql in sorted(ran, reverse=True):
                    if steps > MANY_STEPS:
                        print(f"    {steps:,} steps: {sql[:300]}")
                for sql, times in collections.Counter(sql for _, sql in ran).most_common():
                    if times > MANY_TIMES and not re.match(r"BEGIN|COMMIT|.*voice_words", sql):
                        print(f"    {times} times: {sql[:200]}")
        finally:
            server.terminate()
            server.wait(20)


main()
