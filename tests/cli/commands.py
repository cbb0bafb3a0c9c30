#!/usr/bin/env python3
"""The commands as somebody types them: what is wrong is one line on stderr with the right exit code, leaves nothing
behind, and the audit notices what somebody with the database's file took away."""
import argparse
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

problems = []
passed = 0


class Commands:
    def __init__(self, program, folder):
        self.program, self.folder = str(Path(program).resolve()), folder

    def run(self, *words):
        return subprocess.run([self.program, *map(str, words)], capture_output=True, text=True, timeout=60)

    def expect(self, code, contains, *words):
        """Ends with `code`; stderr is one line that contains `contains`, or empty for 0."""
        global passed
        done = self.run(*words)
        lines = done.stderr.splitlines()
        if done.returncode != code or len(lines) != (code != 0) or not all(contains in line for line in lines):
            problems.append(f"moothall {' '.join(map(str, words))}: {done.returncode}, not {code}: {done.stderr.strip()!r}")
        else:
            passed += 1
        return done.stdout

    def hold(self, truth, sentence):
        global passed
        if truth:
            passed += 1
        else:
            problems.append(sentence)

    def init(self, name, *words):
        self.expect(0, "", "init", "--data", self.folder / name, "--name", name, "--owner", f"o@{name}.example", *words)
        return self.folder / name


def settings_are_checked(commands):
    hall = commands.init("settings")
    for line, named in (('proxies = ["10.0.0.0/8", "proxy.example"]', "proxy.example"), ('proxies = ["10.0.0.0/64"]', "/64"),
                        ('proxies = ["fe80::/200"]', "/200"), ("proxies = [7]", "in quotes")):
        (hall / "moothall.toml").write_text(f"# ours\n{line}\n")
        commands.expect(1, named, "serve", "--data", hall, "--listen", "127.0.0.1:0")
        commands.expect(1, "line 2", "serve", "--data", hall, "--listen", "127.0.0.1:0")


def nothing_is_left_behind(commands):
    made = ["--name", "Hall", "--owner", "o@hall.example"]
    for words, named in ((["--name", "Hall", "--owner", "notmail"], "--owner"), ([*made, "--url", "http://x/path?q"], "--url"),
                         ([*made, "--url", "ftp://x"], "--url"), ([*made, "--url", "https://a b"], "--url"),
                         (["--name", "x" * 101, "--owner", "o@hall.example"], "--name")):
        for there in (False, True):
            folder = commands.folder / "left"
            if there:
                folder.mkdir()
            commands.expect(2, named, "init", "--data", folder, *words)
            commands.hold(folder.exists() == there and not (there and list(folder.iterdir())), f"init {words} left something")
            shutil.rmtree(folder, ignore_errors=True)
    folder, broken = commands.folder / "left", commands.folder / "broken.zip"
    broken.write_bytes(b"no zip")
    for data in (folder, commands.folder):
        commands.expect(1, "", "init", "--data", folder, *made, "--database", "postgresql://nobody@127.0.0.1:1/none")
        commands.expect(1, "", "import", "moothall", broken, "--data", folder)
        commands.hold(not folder.exists(), "a failed init or import left something")
    # An export with a line that is none fails when the database stands already.
    hall = commands.init("exported")
    commands.expect(0, "", "export", "--data", hall, "--output", commands.folder / "good.zip")
    import zipfile
    with zipfile.ZipFile(commands.folder / "good.zip") as good, zipfile.ZipFile(broken, "w") as bad:
        for name in good.namelist():
            data = good.read(name)
            bad.writestr(name, data.replace(b'"verb":', b'"verse":'))
    commands.expect(1, "", "import", "moothall", broken, "--data", folder)
    commands.hold(not folder.exists(), "a failed import left something")
    commands.expect(0, "", "import", "moothall", commands.folder / "good.zip", "--data", folder)
    commands.expect(0, "", "audit", "--data", folder)


def wrong_usage_is_told(commands):
    hall = commands.init("usage")
    table = commands.folder / "table.csv"
    table.write_text("title\nOne\n")
    commands.expect(2, "--email", "token", "--data", hall, "--email", "x")
    commands.expect(2, "bogus", "import", "csv", table, "--data", hall, "--map", "bogus=foo")
    commands.expect(2, "foo", "import", "csv", table, "--data", hall, "--map", "title=foo")
    absent = commands.folder / "absent.csv"
    done = commands.run("import", "csv", absent, "--data", hall)
    commands.hold(done.returncode == 1 and done.stderr.count("absent.csv") == 1, f"named twice: {done.stderr}")


def the_audit_notices(commands):
    hall = commands.init("audited", "--sample")
    head = commands.folder / "head"
    head.write_text(commands.expect(0, "", "audit", "--data", hall))
    commands.hold(head.read_text().splitlines()[-1].split(":")[0].isdigit(), "the last line is the head")
    commands.expect(0, "", "audit", "--data", hall, "--head", head)
    second = commands.run("init", "--data", hall, "--name", "Second", "--owner", "o@second.example", "--url", "https://second.example")
    third = commands.run("init", "--data", hall, "--name", "Third", "--owner", "o@third.example", "--url", "https://third.example")
    commands.hold(second.returncode == 0 and third.returncode == 0, "organisations are added")
    heads = commands.folder / "heads"
    heads.write_text(commands.expect(0, "", "audit", "--data", hall))
    commands.expect(0, "", "audit", "--data", hall, "--head", heads)
    commands.expect(0, "", "audit", "--data", hall, "--head", heads, "--url", "https://second.example")
    commands.expect(1, "--url", "audit", "--data", hall, "--head", head)
    commands.expect(0, "", "audit", "--data", hall, "--head", head, "--url", "http://127.0.0.1:8080")

    for number, (statement, named) in enumerate((
            ("delete from org", "gone"), ("update org set org_id = org_id + 1", "gone"),
            ("delete from org where org_id = (select max(org_id) from org)", "gone"),
            ("delete from host where host = 'second.example'", "gone"),
            ("delete from seal", "no link"), ("update seal set at_us = at_us + 1 where seq = 1", "Link 1"))):
        copy = commands.folder / f"copy{number}"
        shutil.copytree(hall, copy)
        database = sqlite3.connect(copy / "moothall.db")
        database.execute("pragma foreign_keys = off")
        database.execute(statement)
        database.commit()
        database.close()
        commands.expect(1, named, "audit", "--data", copy)
    # All of an organisation, gone with its rows: only the heads that were kept tell.
    copy = commands.folder / "copy"
    shutil.copytree(hall, copy)
    database = sqlite3.connect(copy / "moothall.db")
    database.execute("pragma foreign_keys = off")
    last = database.execute("select max(org_id) from org").fetchone()[0]
    for (table,) in database.execute("select name from sqlite_schema where type = 'table' and sql like '%org_id%'").fetchall():
        try:
            database.execute(f"delete from {table} where org_id = ?", (last,))
        except sqlite3.DatabaseError:
            pass  # a table of the full-text index
    database.commit()
    database.close()
    commands.expect(1, "gone", "audit", "--data", copy, "--head", heads)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", default="build/release/moothall")
    words = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="moothall-commands-"))
    try:
        commands = Commands(words.program, folder)
        for part in (settings_are_checked, nothing_is_left_behind, wrong_usage_is_told, the_audit_notices):
            part(commands)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    for problem in problems:
        print("  ", problem)
    print(f"{passed} passed, {len(problems)} failed")
    sys.exit(1 if problems else 0)


main()
