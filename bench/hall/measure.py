#!/usr/bin/env python3
"""Measures what a hall of a known size costs, and prints one table.

    bench/hall/measure [--seconds N] [--folder DIR]

Builds nothing itself (bench/hall/measure does) and sends to this machine's loopback only. The figure that can be
compared between machines and days is CPU time for a request, of the server's process alone: utime and stime of
/proc/PID/stat over the requests that wrk counts.
"""

import argparse
import contextlib
import gzip
import http.client
import json
import os
import re
import resource
import select
import shutil
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from html.parser import HTMLParser
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
CLIENTS = 32
SUBSCRIBERS = 10_000


def free_port():
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return asked.getsockname()[1]


def cpu_ms(pid):
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) * 1000 / TICKS


def resident_mb(pid):
    return int(re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text()).group(1)) / 1024


def ask(port, method, path, headers=None, body=None):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request(method, path, body, headers or {})
    answer = connection.getresponse()
    data = answer.read()
    connection.close()
    return answer, data


class Server:
    """A server process that answers on a port, ended by its id."""

    def __init__(self, command, port, path):
        self.port = port
        begin = time.monotonic()
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        while True:
            with contextlib.suppress(OSError):
                if ask(port, "GET", path)[0].status == 200:
                    break
            if self.process.poll() is not None or time.monotonic() > begin + 20:
                sys.exit(f"{command[0]} does not start")
            time.sleep(0.002)
        self.start_seconds = time.monotonic() - begin
        self.pid = self.process.pid

    def stop(self):
        self.process.terminate()
        self.process.wait(20)


def load(server, path, seconds, headers=(), script=None, clients=CLIENTS):
    """CPU milliseconds for a request, requests a second, and the 50th and 99th percentile, under wrk."""
    command = ["wrk", "-t2", f"-c{clients}", f"-d{seconds}s", "--latency"]
    for header in headers:
        command += ["-H", header]
    if script:
        command += ["-s", str(script)]
    before, begin = cpu_ms(server.pid), time.monotonic()
    text = subprocess.run(command + [f"http://127.0.0.1:{server.port}{path}"],
                          capture_output=True, text=True, check=True).stdout
    took = time.monotonic() - begin
    used = cpu_ms(server.pid) - before
    if wrong := re.search(r"Non-2xx or 3xx responses: (\d+)|Socket errors:.*", text):
        sys.exit(f"{path}: {wrong.group(0)}")
    count = int(re.search(r"(\d+) requests in", text).group(1))
    percentile = {share: time_text for share, time_text in re.findall(r"^\s+(50|99)%\s+(\S+)", text, re.M)}
    return {"cpu": used / count, "rate": count / took, "p50": percentile["50"], "p99": percentile["99"]}


SUPPORT = """-- Each request is another person's first support of another voice.
local tokens = {%s}
local voices = {%s}
local threads = 0
function setup(thread) thread:set("first", threads) threads = threads + 1 end
function init() at = first + %d end
function request()
  local person, voice = tokens[at %% #tokens + 1], voices[math.floor(at / #tokens) %% #voices + 1]
  at = at + 2
  return wrk.format("PUT", "/api/v1/voices/" .. voice .. "/support",
    {["Authorization"] = "Bearer " .. person, ["Content-Type"] = "application/json"}, "{}")
end
"""


def support_script(filled, tokens, begin_at=0):
    """Supports by each of the tokens of each voice; what was supported from the same place before costs nothing."""
    return SUPPORT % (*(",".join(f'"{one}"' for one in ones) for ones in (tokens, filled["voices"])), begin_at)


def commits_a_second(folder, seconds):
    """What the same disk gives when each vote is a commit of its own: the rate without groups."""
    path = folder / "single.db"
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as base:
        base.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
                           "CREATE TABLE IF NOT EXISTS vote (voice, person, PRIMARY KEY (voice, person));"
                           "CREATE TABLE IF NOT EXISTS event (event INTEGER PRIMARY KEY, verb)")
        end, count = time.monotonic() + seconds, 0
        while time.monotonic() < end:
            base.execute("BEGIN IMMEDIATE")
            base.execute("INSERT OR REPLACE INTO vote VALUES (?, ?)", (count % 1000, count))
            base.execute("INSERT INTO event (verb) VALUES ('hear.support_given')")
            base.execute("COMMIT")
            count += 1
    path.unlink()
    return count / seconds


class Parts(HTMLParser):
    """What a browser fetches with a page."""

    def __init__(self):
        super().__init__()
        self.paths = []

    def handle_starttag(self, tag, attributes):
        fields = dict(attributes)
        if tag == "link" and {"stylesheet", "icon", "preload", "manifest"} & set(fields.get("rel", "").split()):
            self.paths.append(fields["href"])
        if tag in ("script", "img") and fields.get("src"):
            self.paths.append(fields["src"])


def first_view(port, path):
    """Requests and bytes on the wire (heads too) of a first view by a browser that takes gzip."""
    def fetch(one):
        answer, data = ask(port, "GET", one, {"Accept-Encoding": "gzip, deflate"})
        if answer.status != 200:
            sys.exit(f"{one}: {answer.status}")
        head = sum(len(name) + len(value) + 4 for name, value in answer.getheaders()) + len("HTTP/1.1 200 OK\r\n\r\n")
        plain = gzip.decompress(data) if answer.getheader("Content-Encoding") == "gzip" else data
        return head + len(data), plain

    size, page = fetch(path)
    parts = Parts()
    parts.feed(page.decode())
    paths = list(dict.fromkeys(one for one in parts.paths if one.startswith("/")))
    for one in paths:
        more, text = fetch(one)
        size += more
        if ".css" in one:
            for inner in re.findall(rb"url\([\"']?(/[^)\"']+)", text):
                if inner.decode() not in paths:
                    paths.append(inner.decode())
    return 1 + len(paths), size


def speak_at_once(port, tokens, each):
    """32 clients say voices at once; gives what went wrong."""
    wrong = []

    def speak(number):
        for at in range(each):
            body = json.dumps({"kind": "want", "title": f"Voice {at} of client {number}", "body": "All at once. " * 20})
            answer, _ = ask(port, "POST", "/api/v1/voices", {
                "Authorization": f"Bearer {tokens[number]}", "Content-Type": "application/json"}, body)
            if answer.status != 201:
                wrong.append(answer.status)

    threads = [threading.Thread(target=speak, args=(number,)) for number in range(CLIENTS)]
    begin = time.monotonic()
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return wrong, CLIENTS * each / (time.monotonic() - begin)


def subscribe(server, token, count):
    """Opens `count` event streams, says one voice, and gives KB of memory for each and seconds until all know."""
    before = resident_mb(server.pid)
    watched, lines = select.epoll(), {}
    request = b"GET /api/v1/events/stream HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\n\r\n"
    for _ in range(count):
        line = socket.create_connection(("127.0.0.1", server.port))
        line.sendall(request)
        lines[line.fileno()] = line
    waiting = set(lines)

    def read_until(mark, seconds):
        """Until every line has read `mark`; when each did."""
        times, end = [], time.monotonic() + seconds
        while waiting and time.monotonic() < end:
            for number, _ in watched.poll(1, 2048):
                data = lines[number].recv(4096)
                if not data:
                    sys.exit("a stream was closed")
                if mark in data:
                    times.append(time.monotonic())
                    waiting.discard(number)
        return times

    for number, line in lines.items():
        line.setblocking(False)
        watched.register(number, select.EPOLLIN)
    read_until(b"text/event-stream", 30)
    opened = count - len(waiting)
    memory = (resident_mb(server.pid) - before) * 1024 / count
    waiting.clear()
    waiting.update(lines)
    cpu = cpu_ms(server.pid)
    ask(server.port, "POST", "/api/v1/voices", {"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
        json.dumps({"kind": "want", "title": "Everybody hears this", "body": "At once."}))
    begin = time.monotonic()
    times = read_until(b"event: changed", 60)
    cpu = cpu_ms(server.pid) - cpu
    for line in lines.values():
        line.close()
    watched.close()
    return {"opened": opened, "told": len(times), "kb": memory, "last": max(times) - begin if times else None, "cpu": cpu}


NGINX = """daemon off; master_process off; pid {folder}/nginx.pid; error_log stderr crit;
events {{ worker_connections 1024; }}
http {{ access_log off; client_body_temp_path {folder}/n1; proxy_temp_path {folder}/n2; fastcgi_temp_path {folder}/n3;
uwsgi_temp_path {folder}/n4; scgi_temp_path {folder}/n5; default_type text/html; {more}
server {{ listen 127.0.0.1:{port}; root {folder}/site; }} }}
"""


def start_nginx(folder, page, more=""):
    site = folder / "site"
    site.mkdir(exist_ok=True)
    site.chmod(0o755)
    (site / "page.html").write_bytes(page)
    port = free_port()
    config = folder / "nginx.conf"
    config.write_text("user root;" * (os.geteuid() == 0) + NGINX.format(folder=folder, port=port, more=more))
    return Server(["nginx", "-e", "stderr", "-c", str(config)], port, "/page.html")


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("moothall")
    options.add_argument("fill")
    options.add_argument("--seconds", type=int, default=4, help="how long each page is asked for")
    options.add_argument("--folder", help="on the disk to be measured; a new one by default")
    options.add_argument("--only", default="", help="measure only what holds this text")
    chosen = options.parse_args()

    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    folder = Path(tempfile.mkdtemp(prefix="moothall-bench-", dir=chosen.folder or "/var/tmp"))
    folder.chmod(0o755)
    try:
        measure(chosen, folder, hard)
    finally:
        shutil.rmtree(folder)


def measure(chosen, folder, files_max):
    data = folder / "hall"
    subprocess.run([chosen.moothall, "init", "--data", data, "--name", "Bench", "--owner", "owner@example.org"],
                   check=True, stdout=subprocess.DEVNULL)
    with open(data / "moothall.toml", "a") as config:
        config.write("\nrate_limits = false\n")
    begin = time.monotonic()
    filled = json.loads(subprocess.run([chosen.fill, "--data", data], check=True, capture_output=True, text=True).stdout)
    print(f"301 people, 1,000 voices, 10,000 supports, 3,000 replies in {time.monotonic() - begin:.1f} s\n")

    port = free_port()
    hall = Server([chosen.moothall, "serve", "--data", data, "--listen", f"127.0.0.1:{port}"], port, "/readyz")
    rows = []

    def row(what, target, measured, more="", good=None):
        rows.append((what, target, measured, more, good))
        print(f"  {what}: {measured} {more}", flush=True)

    row("start to ready", "≤ 0.3 s", f"{hall.start_seconds:.2f} s", good=hall.start_seconds <= 0.3)
    signed_in = f"Cookie: session={filled['session']}"
    token = f"Authorization: Bearer {filled['tokens'][1]}"
    taken = "Accept-Encoding: gzip"
    voice = f"/voices/{filled['voices'][0]}"
    page = ask(port, "GET", "/voices")[1]
    pages = [
        ("list page of 30", "/voices", 0.5, ()),
        ("list page of 30, signed in", "/voices", 0.5, (signed_in,)),
        ("list page of 30, in gzip", "/voices", None, (taken,)),
        ("voice page", voice, 0.5, ()),
        ("voice page, signed in", voice, 0.5, (signed_in,)),
        ("voice page, in gzip", voice, None, (taken,)),
        ("front page", "/", 0.5, ()),
        ("front page, signed in", "/", 0.5, (signed_in,)),
        ("API list of 30", "/api/v1/voices?limit=30", 0.4, ()),
        ("API list of 30, by token", "/api/v1/voices?limit=30", 0.4, (token,)),
        ("API list of 30, in gzip", "/api/v1/voices?limit=30", None, (taken,)),
        ("search page, a word of every voice", "/voices?query=meter", 1.0, ()),
        ("search page, two words", "/voices?query=bakery+hotel", 1.0, ()),
        ("API search, a word of every voice", "/api/v1/voices?query=meter", 1.0, ()),
    ]
    try:
        static = start_nginx(folder, page)
        nginx = load(static, "/page.html", chosen.seconds)
        static.stop()
        static = start_nginx(folder, page, "gzip on; gzip_comp_level 1;")
        nginx_gzip = load(static, "/page.html", chosen.seconds, (taken,))
        static.stop()
        row(f"nginx, the list page as a file ({len(page) / 1000:.0f} KB)", "", f"{nginx['cpu']:.3f} ms", f"{nginx['rate']:,.0f}/s")
        row("nginx, the same, gzip on", "", f"{nginx_gzip['cpu']:.3f} ms", f"{nginx_gzip['rate']:,.0f}/s")
        for what, path, target, headers in pages:
            if chosen.only not in what:
                continue
            figures = load(hall, path, chosen.seconds, headers)
            beside = nginx_gzip if taken in headers else nginx
            size = len(ask(port, "GET", path, dict(header.split(": ", 1) for header in headers))[1])
            row(f"{what} ({size / 1000:.0f} KB)", f"≤ {target} ms" if target else "", f"{figures['cpu']:.3f} ms",
                f"{figures['cpu'] / beside['cpu']:.1f} × nginx, {figures['rate']:,.0f}/s, p50 {figures['p50']}, p99 {figures['p99']}",
                good=target and figures["cpu"] <= target)
        if not chosen.only:
            measure_rest(chosen, folder, filled, hall, row, files_max)
    finally:
        hall.stop()
    print_table(rows)


def measure_rest(chosen, folder, filled, hall, row, files_max):
    port, tokens = hall.port, filled["tokens"]
    script = folder / "support.lua"
    script.write_text(support_script(filled, tokens))
    rounds = []
    for _ in range(3):  # on a disk that others use only what takes turns can be compared
        single = commits_a_second(folder, 2)
        rounds.append((single, load(hall, "/", 2, script=script, clients=64)))
    cpu = statistics.median(figures["cpu"] for _, figures in rounds)
    ratio = statistics.median(figures["rate"] / single for single, figures in rounds)
    row("durable support, 64 clients", "≤ 0.2 ms", f"{cpu:.3f} ms",
        f"p50 {rounds[-1][1]['p50']}, p99 {rounds[-1][1]['p99']}", good=cpu <= 0.2)
    row("supports/s to one commit each", "≥ 5 ×", f"{ratio:.1f} ×",
        "; ".join(f"{figures['rate']:,.0f} to {single:,.0f}" for single, figures in rounds), good=ratio >= 5)

    requests, size = first_view(port, "/voices")
    row("first view of the list", "≤ 60 KB, ≤ 8 requests", f"{size / 1000:.1f} KB, {requests} requests",
        good=size <= 60_000 and requests <= 8)
    wrong, rate = speak_at_once(port, tokens, 25)
    row("32 clients say voices at once", "no error", f"{len(wrong)} errors", f"{rate:,.0f}/s", good=not wrong)
    memory = resident_mb(hall.pid)
    row("memory after this load", "≤ 80 MB", f"{memory:.0f} MB", good=memory <= 80)

    count = min(SUBSCRIBERS, files_max - 500)
    told = subscribe(hall, tokens[2], count)
    row(f"{count:,} event streams", "all open, all told", f"{told['opened']:,} open, {told['told']:,} told",
        f"last after {told['last']:.2f} s (250 ms of it are waited on purpose), {told['cpu'] / count * 1000:.0f} µs of CPU each",
        good=told["told"] == count)
    row("memory for each stream", "", f"{told['kb']:.1f} KB")


def print_table(rows):
    print("\n| what | target | measured | | beside |\n|---|---|---|---|---|")
    for what, target, measured, more, good in rows:
        verdict = "" if good is None or not target else "yes" if good else "**no**"
        print(f"| {what} | {target} | {measured} | {verdict} | {more} |")


if __name__ == "__main__":
    main()
