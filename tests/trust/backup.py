#!/usr/bin/env python3
"""backup.py PROGRAM [--hall DIR] [--seconds S] [--postgres ADDRESS | --both]

Copies of a hall made while 16 writers write to it are gone back to, and are whole: what was acknowledged before a copy was begun is in it,
all that it holds is what the hall holds too, its log is sealed as it was, and an export of it, brought into an empty hall, is exported as
the very same bytes. The copies are those of `moothall backup` and of the schedule, and on PostgreSQL also pg_dump's.

  LOST       acknowledged before the copy began, and not in it
  OTHER      in the copy, and another or absent in the hall    DIFFERS   the second export is not the first
  BROKEN     a copy is not made, not gone back to, or its log is not what it was

--hall takes a hall on SQLite that is there (of bench/hall/fill.cpp; it is written to). Without --postgres and --both: SQLite alone."""
import argparse, json, os, shutil, subprocess, sys, threading, time, zipfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
import bb  # noqa: E402
from halls import Hall  # noqa: E402

PRIVATE = HERE.parent.parent / "tools/postgres/private.sh"
WRITERS = 16


def lines_of(path):
    """The log of an export, a line for each event."""
    with zipfile.ZipFile(path) as file:
        return {name: set(file.read(name).split(b"\n")) for name in file.namelist() if name.startswith("event")}


def text_of(path):
    with zipfile.ZipFile(path) as file:
        return b"".join(file.read(name) for name in file.namelist() if name.endswith(".jsonl"))


class Test:
    def __init__(self, words, address):
        self.words, self.address, self.findings, self.figures = words, address, [], {}
        self.port = 19600 + os.getpid() % 300
        self.hall = Hall(words.program, self.port, rate_limits=False, **({"database": address} if address else {}))
        self.acknowledged, self.stop = [], threading.Event()

    def run(self, what, *command):
        """Runs it to its end; its seconds and its most memory are figures."""
        began = time.monotonic()
        process = subprocess.Popen(["/usr/bin/env", *map(str, command)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        out = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        self.figures[what] = {"s": round(time.monotonic() - began, 2), "cpu_s": round(usage.ru_utime + usage.ru_stime, 2), "mb": usage.ru_maxrss // 1024}
        if process.returncode:
            self.findings.append(["BROKEN", what, out[-300:]])
        return process.returncode == 0

    def sql(self, data, statement):
        if self.address:
            subprocess.run(["psql", "-qXAt", self.address, "-c", statement], check=True)
        else:
            subprocess.run(["/usr/bin/python3", "-c", "import sqlite3, sys; b = sqlite3.connect(sys.argv[1]); b.execute(sys.argv[2]); b.commit()",
                            str(data / "moothall.db"), statement], check=True)

    def write(self, number, token):
        line, count = bb.Conn("127.0.0.1", self.port, 30), 0
        while not self.stop.is_set():
            count += 1
            key = f"w{number}x{count}"
            try:
                status, _, text = line.call("POST", "/api/v1/voices", {"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
                                            json.dumps({"title": key, "body": "Said while a copy is made"}).encode())
                if status == 201:
                    self.acknowledged.append((time.monotonic(), key))
                    voice = json.loads(text)["id"]
                    line.call("POST", f"/api/v1/voices/{voice}/replies", {"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
                              json.dumps({"body": f"An answer to {key}"}).encode())
            except OSError:
                time.sleep(0.05)

    def judge(self, what, began, data, *, export=None):
        """`data`: a hall made of the copy; `export`: the copy, where it is one."""
        folder, program = self.hall.folder, self.hall.program
        first, second, third = folder / f"{what}.1.zip", folder / f"{what}.2.zip", folder / f"{what}.third"
        if not self.run(f"{what}: export", program, "export", "--data", data, "--output", first):
            return
        if not self.run(f"{what}: audit", program, "audit", "--data", data):
            return
        if export and first.read_bytes() != export.read_bytes():
            self.findings.append(["DIFFERS", what, "the export of what was brought in is not the copy"])
        self.run(f"{what}: import", program, "import", "moothall", first, "--data", third)
        self.run(f"{what}: export again", program, "export", "--data", third, "--output", second)
        shutil.rmtree(third, ignore_errors=True)
        if second.exists() and first.read_bytes() != second.read_bytes():
            self.findings.append(["DIFFERS", what, "the export of the export"])
        second.unlink(missing_ok=True)
        text = text_of(first)
        before = [key for at, key in list(self.acknowledged) if at < began]
        lost = [key for key in before if f'"{key}"'.encode() not in text]
        self.findings += [["LOST", what, key] for key in lost[:5]]
        self.figures[what] = {"acknowledged_before": len(before), "mb_of_export": first.stat().st_size >> 20}
        self.kept = getattr(self, "kept", []) + [(what, first)]

    def copies(self):
        folder, program, data = self.hall.folder, self.hall.program, self.data
        database = ["--database", self.address] if self.address else []
        began = time.monotonic()
        copy = folder / "copy.zip"
        if self.run("backup", program, "backup", "--data", data, *database, "--output", copy):
            self.waiting.append(("backup", began, copy))
        if self.address:
            began = time.monotonic()
            if self.run("pg_dump", "pg_dump", "-Fc", "-f", folder / "dump", self.address):
                self.waiting.append(("pg_dump", began, folder / "dump"))
        end = time.monotonic() + self.words.patience
        while time.monotonic() < end and not list((data / "backups").glob("backup-*Z*.zip")):
            time.sleep(0.1)
        # It is whole when the server has tried it, and its trial is gone.
        while time.monotonic() < end and (list((data / "backups").glob("*.copy*")) or (data / "backups/trial").exists() or
                                          list((data / "backups").glob("trial.*"))):
            time.sleep(0.1)
        found = list((data / "backups").glob("backup-*Z*.zip"))
        if found:
            self.waiting.append(("schedule", self.started, found[0]))
        else:
            self.findings.append(["BROKEN", "schedule", [one.name for one in (data / "backups").glob("*")]])

    def back(self, what, began, copy):
        folder, program, data = self.hall.folder, self.hall.program, self.hall.folder / f"{what}.hall"
        if what == "pg_dump":
            address = self.address.rsplit("/", 1)[0] + "/restored"
            subprocess.run(["psql", "-qX", self.address, "-c", "CREATE DATABASE restored"], check=True)
            data.mkdir()
            (data / "moothall.toml").write_text(f'database = "{address}"\n')
            if self.run(f"{what}: restore", "pg_restore", "-d", address, copy):
                self.judge(what, began, data)
        elif self.address:
            if self.run(f"{what}: bring back", program, "import", "moothall", copy, "--data", data):
                self.judge(what, began, data, export=copy)
        elif self.run(f"{what}: restore", program, "restore", "--data", data, "--input", copy):
            self.judge(what, began, data)
        shutil.rmtree(data, ignore_errors=True)

    def test(self):
        self.data = self.hall.data
        if self.words.hall:
            shutil.rmtree(self.data)
            shutil.copytree(self.words.hall, self.data)
            (self.data / "moothall.toml").write_text("rate_limits = false\n")
            self.hall.owner = self.hall.token("owner@example.org")
        for name, value in (("backup.schedule", "daily"), ("backup.keep", "3")):
            self.sql(self.data, f"INSERT INTO setting SELECT min(org_id), '{name}', '{value}' FROM org")
        tokens = [self.hall.token(f"backup{number}@trust.example", "--name", f"Writer {number}") for number in range(WRITERS)]
        server = bb.Server({"_host": "127.0.0.1", "_port": self.port, "server": {
            "cmd": [self.hall.program, "serve", "--data", str(self.data), "--listen", f"127.0.0.1:{self.port}"],
            "ready": {"path": "/readyz"}, "ready_timeout_s": 60, "log": os.environ.get("MOOTHALL_TRUST_LOG", "/dev/null")}})
        self.started, self.waiting = time.monotonic(), []
        server.start()
        writers = [threading.Thread(target=self.write, args=(number, token), daemon=True) for number, token in enumerate(tokens)]
        for one in writers: one.start()
        time.sleep(self.words.seconds)
        self.copies()
        self.figures["server_mb"] = server.rss_kb() >> 10
        self.stop.set()
        for one in writers: one.join(30)
        server.stop(30)
        for one in self.waiting: self.back(*one)
        # What the copies hold, the hall holds as well: they are of one moment of it.
        self.run("export at the end", self.hall.program, "export", "--data", self.data, "--output", self.hall.folder / "end.zip")
        end = lines_of(self.hall.folder / "end.zip")
        for what, export in getattr(self, "kept", []):
            for name, held in lines_of(export).items():
                if other := held - end.get(name, set()):
                    self.findings.append(["OTHER", what, name, repr(sorted(other)[0])[:200]])
        return dict(engine="PostgreSQL" if self.address else "SQLite", acknowledged=len(self.acknowledged), copies=[one[0] for one in self.waiting],
                    figures=self.figures, findings=self.findings, verdict="FAIL" if self.findings else "PASS")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("--seconds", type=float, default=0.5, help="of load before the first copy")
    parser.add_argument("--patience", type=float, default=60, help="seconds until the schedule's copy must be there")
    parser.add_argument("--hall")
    parser.add_argument("--postgres", default="")
    parser.add_argument("--both", action="store_true")
    words = parser.parse_args()
    if words.both and not words.postgres:
        if shutil.which("psql") and Path("/usr/lib/postgresql/15/bin/initdb").exists():
            os.execvp(str(PRIVATE), [str(PRIVATE), "/tmp/moothall-backup", "bash", "-c", 'exec "$0" "$@" --postgres "$MOOTHALL_TEST_POSTGRES_TCP"',
                                     sys.executable, *sys.argv])
        print("backup: PostgreSQL is not installed; SQLite alone")
    bad = 0
    for address in ([""] if words.both or not words.postgres else []) + ([words.postgres] if words.postgres else []):
        test = Test(words, address)
        try:
            result = test.test()
            print(json.dumps(result, indent=1))
            bad += result["verdict"] != "PASS"
        finally:
            test.hall.remove()
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
