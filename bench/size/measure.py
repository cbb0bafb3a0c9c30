#!/usr/bin/env python3
"""What a hall costs at a hundred times the size, beside the small one, on SQLite or PostgreSQL.

    bench/size/measure.py MOOTHALL BENCH_HALL --folder DIR [--postgres SERVER] [--seconds N] [--times 100]

DIR keeps the halls between runs: DIR/small (301 people, 1,000 voices, 10,000 supports, 3,000 replies) and DIR/big (with 100 times: 100,000
people and voices, 1,000,000 supports, 300,000 replies), each made by bench/hall/fill.cpp when it is missing. With --postgres, the address
of a server, the same halls are carried into databases of it (moothall export, moothall import) and asked there.
tools/postgres/private.sh --durable gives a server; its variable MOOTHALL_TEST_POSTGRES is the address.

Figures are processor time for a request, as in bench/hall; of PostgreSQL that of its own processes is given apart. A server is asked only
when what it does by itself after a start (it reads all voices for what they mean) has ended."""
import argparse
import json
import os
import random
import re
import subprocess
import sys
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "hall"))
from measure import Server, ask, cpu_ms, free_port, load, resident_mb, support_script  # noqa: E402

PAGES = [
    ("list page", "/voices", ()),
    ("list page, signed in", "/voices", ("session",)),
    ("voice page", "{voice}", ()),
    ("voice page, signed in", "{voice}", ("session",)),
    ("API list of 30", "/api/v1/voices?limit=30", ()),
    ("API list, newest", "/api/v1/voices?sort=newest&limit=30", ()),
    ("front page, signed in", "/", ("session",)),
    ("search page, a word of every voice", "/voices?query=meter", ()),
    ("search page, two words", "/voices?query=bakery+hotel", ()),
    ("search page, the beginning of a word", "/voices?query=mete", ()),
    ("search page, the beginnings of two words", "/voices?query=bake+hote", ()),
    ("API search, a word of every voice", "/api/v1/voices?query=meter", ()),
    ("similar voices, while typing", "/api/v1/voices/similar?text=the+meter+in+the+basement+leaks", ("token",)),
]
TWICE, SEARCH_MS, MEMORY_MB = 2.0, 10.0, 200


def make(chosen, name, times):
    """A hall of that size; gives what bench_hall told of it."""
    folder = Path(chosen.folder) / name
    told = Path(chosen.folder) / f"{name}.json"
    if not told.exists():
        begin = time.monotonic()
        subprocess.run([chosen.moothall, "init", "--data", folder, "--name", "Bench", "--owner", "owner@example.org"],
                       check=True, stdout=subprocess.DEVNULL)
        text = subprocess.run([chosen.fill, "--data", folder, "--times", str(times)], check=True, capture_output=True, text=True).stdout
        print(f"  {name}: made in {time.monotonic() - begin:.0f} s", flush=True)
        settle(chosen, folder, name)
        told.write_text(text)
    settings = folder / "moothall.toml"
    if "rate_limits" not in settings.read_text().replace("# rate_limits", ""):
        settings.write_text(settings.read_text() + "\nrate_limits = false\n")
    return json.loads(told.read_text())


def settle(chosen, folder, name):
    """Lets a server do once what follows from so much said in minutes: it seals and follows a million events, a piece at a time."""
    port, begin = free_port(), time.monotonic()
    hall = Server([chosen.moothall, "serve", "--data", folder, "--listen", f"127.0.0.1:{port}"], port, "/readyz")
    spent, most = quiet(hall, limit=3600), peak_mb(hall.pid)
    hall.stop()
    print(f"  {name}: caught up with its log in {time.monotonic() - begin:.0f} s, {spent:.0f} s of processor, {most:.0f} MB at most", flush=True)


def peak_mb(pid):
    return int(re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{pid}/status").read_text()).group(1)) / 1024


def carried(chosen, name):
    """The same hall on PostgreSQL: its folder there. Sessions and tokens are no part of an export, so it has none but the owner's."""
    folder = Path(chosen.folder) / f"{name}-postgres"
    database = f"size_{name}"
    url = re.sub(r"/postgres\?", f"/{database}?", chosen.postgres)
    for statement in (f"DROP DATABASE IF EXISTS {database}", f"CREATE DATABASE {database}"):
        subprocess.run(["psql", "-qX", chosen.postgres, "-c", statement], check=True)
    export = Path(chosen.folder) / f"{name}.zip"
    begin = time.monotonic()
    if not export.exists():
        subprocess.run([chosen.moothall, "export", "--data", Path(chosen.folder) / name, "--output", export], check=True, stdout=subprocess.DEVNULL)
    middle = time.monotonic()
    subprocess.run(["rm", "-rf", folder], check=True)
    subprocess.run([chosen.moothall, "import", "moothall", export, "--data", folder, "--database", url], check=True, stdout=subprocess.DEVNULL)
    print(f"  {name}: exported in {middle - begin:.0f} s, brought into PostgreSQL in {time.monotonic() - middle:.0f} s", flush=True)
    (folder / "moothall.toml").write_text(f'database = "{url}"\nrate_limits = false\n')
    subprocess.run(["psql", "-qX", url, "-c", "ANALYZE"], check=True)
    settle(chosen, folder, f"{name} on PostgreSQL")
    return folder


def quiet(server, limit=900):
    """Waits until the server has nothing left to do by itself; gives the seconds of its processor time until then."""
    end, still = time.monotonic() + limit, 0
    while time.monotonic() < end and still < 4:
        before = cpu_ms(server.pid)
        time.sleep(1)
        still = still + 1 if cpu_ms(server.pid) - before < 30 else 0
    return cpu_ms(server.pid) / 1000


def postgres_ms():
    """Processor time of all processes of PostgreSQL that are there: pooled connections stay, so it only grows while a page is asked."""
    total = 0
    for one in Path("/proc").glob("[0-9]*"):
        try:
            if (one / "comm").read_text().strip() in ("postgres", "postmaster"):
                total += cpu_ms(int(one.name))
        except OSError:
            pass
    return total


def tokens_of(chosen, folder, filled, count):
    if not chosen.postgres:
        return filled["tokens"]
    made = []
    for number in range(1, count + 1):
        out = subprocess.run([chosen.moothall, "token", "--data", folder, "--email", f"person{number}@example.org"],
                             check=True, capture_output=True, text=True).stdout
        made.append(out.split()[-1])
    return made


def measure_hall(chosen, name, times):
    print(f"{name}:", flush=True)
    filled = make(chosen, name, times)
    folder = carried(chosen, name) if chosen.postgres else Path(chosen.folder) / name
    tokens = tokens_of(chosen, folder, filled, 20)
    port = free_port()
    begin = time.monotonic()
    hall = Server([chosen.moothall, "serve", "--data", folder, "--listen", f"127.0.0.1:{port}"], port, "/readyz")
    figures = {"start to ready, s": time.monotonic() - begin}
    try:
        figures["work after the start, s of processor"] = quiet(hall)
        figures["memory after it, MB"] = resident_mb(hall.pid)
        figures["memory at most until then, MB"] = peak_mb(hall.pid)
        heads = {"session": f"Cookie: session={filled['session']}", "token": f"Authorization: Bearer {tokens[1]}"}
        if chosen.postgres:
            heads["session"] = heads["token"]
        voice = f"/voices/{filled['voices'][len(filled['voices']) // 2]}"
        for what, path, who in PAGES:
            if chosen.only not in what:
                continue
            path = path.replace("{voice}", voice)
            if chosen.postgres and who == ("session",):
                continue  # a token opens no page
            status = ask(port, "GET", path, dict(heads[one].split(": ", 1) for one in who))[0].status
            if status != 200:
                sys.exit(f"{path}: {status}")
            load(hall, path, 1, [heads[one] for one in who], clients=8)
            before = postgres_ms() if chosen.postgres else 0
            one = load(hall, path, chosen.seconds, [heads[one] for one in who], clients=8)
            figures[what] = one["cpu"]
            if chosen.postgres:
                figures[what + ", PostgreSQL"] = (postgres_ms() - before) / max(1, one["rate"] * chosen.seconds)
            print(f"  {what}: {one['cpu']:.3f} ms, p50 {one['p50']}, p99 {one['p99']}", flush=True)
        if chosen.only in "support":
            script = Path(chosen.folder) / "support.lua"
            # What a run before this one supported would cost nothing now: each begins somewhere else.
            begin_at = 2 * random.randrange(len(tokens) * len(filled["voices"]) // 2)
            script.write_text(support_script(filled, tokens, begin_at))
            before = postgres_ms() if chosen.postgres else 0
            one = load(hall, "/", 2, script=script, clients=16)
            figures["support"] = one["cpu"]
            if chosen.postgres:
                figures["support, PostgreSQL"] = (postgres_ms() - before) / max(1, one["rate"] * 2)
            print(f"  support: {one['cpu']:.3f} ms, {one['rate']:,.0f}/s", flush=True)
        figures["memory at the end, MB"] = resident_mb(hall.pid)
        figures["memory at most, MB"] = peak_mb(hall.pid)
        if name == "big" and not chosen.postgres and not chosen.only:
            figures.update(back_up(chosen, hall, folder, filled))
    finally:
        hall.stop()
    return figures


def back_up(chosen, hall, folder, filled):
    """While eight people speak: what was acknowledged before is in the copy, and an export of it, brought in, is exported the same."""
    said, stop = [], threading.Event()

    def speak(number):
        at = 0
        while not stop.is_set():
            at += 1
            title = f"During the backup {number} {at}"
            answer, _ = ask(hall.port, "POST", "/api/v1/voices", {"Authorization": f"Bearer {filled['tokens'][number]}",
                                                                  "Content-Type": "application/json"}, json.dumps({"title": title}))
            if answer.status == 201:
                said.append((time.monotonic(), title))

    speakers = [threading.Thread(target=speak, args=(number,)) for number in range(1, 9)]
    for one in speakers:
        one.start()
    time.sleep(1)
    copy, again = Path(chosen.folder) / "copy.backup", Path(chosen.folder) / "restored"
    began = begin = time.monotonic()
    subprocess.run([chosen.moothall, "backup", "--data", folder, "--output", copy], check=True, stdout=subprocess.DEVNULL)
    took = time.monotonic() - begin
    time.sleep(0.5)
    stop.set()
    for one in speakers:
        one.join()
    figures = {"backup under load, s": took, "said meanwhile": len([1 for at, _ in said if at > begin])}
    print(f"  backup in {took:.1f} s", flush=True)
    for one in (again, Path(chosen.folder) / "third"):
        subprocess.run(["rm", "-rf", one], check=True)
    begin = time.monotonic()
    subprocess.run([chosen.moothall, "restore", "--data", again, "--input", copy], check=True, stdout=subprocess.DEVNULL)
    figures["restore, s"] = time.monotonic() - begin
    exports = [Path(chosen.folder) / f"export{number}.zip" for number in (1, 2)]
    subprocess.run([chosen.moothall, "export", "--data", again, "--output", exports[0]], check=True, stdout=subprocess.DEVNULL)
    begin = time.monotonic()
    third = Path(chosen.folder) / "third"
    subprocess.run([chosen.moothall, "import", "moothall", exports[0], "--data", third], check=True, stdout=subprocess.DEVNULL)
    figures["import of the export, s"] = time.monotonic() - begin
    subprocess.run([chosen.moothall, "export", "--data", third, "--output", exports[1]], check=True, stdout=subprocess.DEVNULL)
    figures["exports are identical"] = exports[0].read_bytes() == exports[1].read_bytes()
    text = subprocess.run(["unzip", "-p", exports[0]], capture_output=True, check=True).stdout
    figures["acknowledged before it and not in it"] = sum(1 for at, title in said if at < began and title.encode() not in text)
    return figures


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("moothall")
    options.add_argument("fill")
    options.add_argument("--folder", required=True)
    options.add_argument("--postgres", default="")
    options.add_argument("--seconds", type=int, default=3)
    options.add_argument("--times", type=int, default=100)
    options.add_argument("--only", default="", help="ask only for what holds this text")
    chosen = options.parse_args()
    if chosen.postgres and "/postgres?" not in chosen.postgres:
        sys.exit("--postgres takes what private.sh says in MOOTHALL_TEST_POSTGRES")
    Path(chosen.folder).mkdir(parents=True, exist_ok=True)
    small, big = measure_hall(chosen, "small", 1), measure_hall(chosen, "big", chosen.times)
    print(f"\n| what | 1,000 voices | {1000 * chosen.times:,} voices | | |\n|---|---|---|---|---|")
    for what, figure in big.items():
        unit = "" if "," in what and what.split(", ")[-1] in ("s", "MB", "s of processor") or isinstance(figure, (bool, int)) else " ms"
        shown = f"{figure:.3f}{unit}" if isinstance(figure, float) else str(figure)
        before = small.get(what)
        beside = f"{before:.3f}{unit}" if isinstance(before, float) else ""
        ratio, good = "", None
        if unit and before:
            ratio = f"{figure / before:.1f} ×"
            good = figure <= SEARCH_MS if "search" in what or "similar" in what else figure / before <= TWICE
        if what.startswith("memory"):
            good = figure <= MEMORY_MB
        if isinstance(figure, bool):
            good = figure
        print(f"| {what} | {beside} | {shown} | {ratio} | {'' if good is None else 'yes' if good else '**no**'} |")


if __name__ == "__main__":
    main()
