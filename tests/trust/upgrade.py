#!/usr/bin/env python3
"""upgrade.py PROGRAM [--schemas N] [--kills K] [--seed S]

A hall as an earlier version left it becomes one of today, although the program is killed again and again while it does that.

Every schema there ever was can be made anew: the migrations are kept, and a database refuses one whose text was changed. So each is made
from those up to its own and filled with the rows that the sample company has in the tables and columns there were. Then the program opens
it and is killed by SIGKILL at random moments; when it is let through, all tables hold what they hold after an upgrade that nobody
disturbed, none lost a row, the log is as it was sealed, and no key names nothing.

  LOST       a table has fewer rows than before       OTHER    a table is another than after an undisturbed upgrade
  AUDIT      the log is broken, or the program does not open the database any more"""
import argparse, json, random, shutil, signal, sqlite3, subprocess, sys, tempfile, time
from pathlib import Path

MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"


# What a migration makes of older rows, the sample company of today has already. By the number of that migration.
MADE_BY = {39: ["DELETE FROM loop_step WHERE verb = 'hear.done'"], 47: ["DELETE FROM commitment_count", "DELETE FROM commitment_month"]}


def scripts():
    """(number, text) of each migration, as SQLite gets it."""
    return [(int(one.name[:4]), one.read_text()) for one in sorted(MIGRATIONS.glob("*.sql")) if not one.name.endswith(".pg.sql")]


def tables(base):
    """The plain tables; what full-text search keeps for itself follows from them."""
    virtual = [name for (name,) in base.execute("SELECT name FROM sqlite_schema WHERE sql LIKE 'CREATE VIRTUAL%'")]
    return [name for (name,) in base.execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
            if not name.startswith("sqlite_") and not any(name == one or name.startswith(one + "_") for one in virtual)]


def columns(base, table):
    return {name: (kind, needed) for _, name, kind, needed, _, _ in base.execute(f'PRAGMA table_info("{table}")')}


def make(path, number, sample):
    """A database of that schema with what fits of the sample company's rows; gives their number in each table."""
    base = sqlite3.connect(path, isolation_level=None)
    base.executescript("PRAGMA foreign_keys = OFF; PRAGMA application_id = 1297043284;")
    base.execute(sample.execute("SELECT sql FROM sqlite_schema WHERE name = 'schema_migration'").fetchone()[0])
    for known, text in scripts():
        if known <= number:
            base.executescript(text)
    base.executemany("INSERT INTO schema_migration VALUES (?, ?, ?, ?)", sample.execute("SELECT * FROM schema_migration WHERE number <= ?", (number,)))
    counts, today = {}, set(tables(sample))
    base.execute("BEGIN")
    for table in tables(base):
        if table == "schema_migration" or table not in today:
            continue
        now, then = columns(sample, table), columns(base, table)
        both = [name for name in then if name in now]
        # A column that is no more had to hold something.
        gone = {name: "''" if kind == "TEXT" else "0" for name, (kind, needed) in then.items() if name not in now and needed}
        names = ", ".join(f'"{name}"' for name in [*both, *gone])
        marks = ", ".join(["?"] * len(both) + list(gone.values()))
        base.execute(f'DELETE FROM "{table}"')
        base.executemany(f'INSERT INTO "{table}" ({names}) VALUES ({marks})',
                         sample.execute(f'SELECT {", ".join(chr(34) + name + chr(34) for name in both)} FROM "{table}"'))
        counts[table] = base.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0]
    for at, statements in MADE_BY.items():
        for statement in statements:
            if number < at and (table := statement.split()[2]) in counts:
                base.execute(statement)
                counts[table] = base.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0]
    base.execute("COMMIT")
    base.execute("PRAGMA journal_mode = WAL")
    base.close()
    return counts


def content(path):
    """All rows of all tables, but for when a migration was applied."""
    base = sqlite3.connect(path)
    held = {}
    for table in tables(base):
        names = [f'"{name}"' for name in columns(base, table) if (table, name) != ("schema_migration", "at_us")]
        held[table] = sorted(base.execute(f'SELECT {", ".join(names)} FROM "{table}"'), key=repr)
    broken = base.execute("PRAGMA foreign_key_check").fetchall() or base.execute("PRAGMA integrity_check").fetchall() != [("ok",)]
    base.close()
    return held, broken


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("--schemas", type=int, default=6, help="how many, chosen at random beside the first and the last but one; 0: all")
    parser.add_argument("--kills", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    words = parser.parse_args()
    program, chance = str(Path(words.program).resolve()), random.Random(words.seed)
    folder = Path(tempfile.mkdtemp(prefix="moothall-upgrade-"))
    findings, landed, began = [], 0, time.monotonic()
    try:
        subprocess.run([program, "init", "--data", folder / "sample", "--name", "Sample", "--owner", "o@trust.example", "--sample"],
                       check=True, stdout=subprocess.DEVNULL)
        sample = sqlite3.connect(folder / "sample" / "moothall.db")
        numbers = [number for number, _ in scripts()][:-1]
        # Of the empty first ones there is nothing to lose: the record begins with the first.
        if words.schemas:
            numbers = sorted({numbers[0], numbers[-1], *chance.sample(numbers, min(words.schemas, len(numbers)))})

        def open_it(data):
            return subprocess.Popen([program, "audit", "--data", data], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

        for number in numbers:
            before, data = folder / "before.db", folder / "data"
            before.unlink(missing_ok=True)
            counts = make(before, number, sample)
            results = []
            for disturbed in (False, True):
                shutil.rmtree(data, ignore_errors=True)
                data.mkdir()
                shutil.copy(before, data / "moothall.db")
                if disturbed:
                    for _ in range(words.kills):
                        victim = open_it(data)
                        time.sleep(chance.uniform(0, took))
                        landed += victim.poll() is None
                        victim.send_signal(signal.SIGKILL)
                        victim.communicate()
                start = time.monotonic()
                last = open_it(data)
                out, error = last.communicate(timeout=120)
                took = time.monotonic() - start
                if last.returncode or "sealed events are as they were" not in out:
                    findings.append(["AUDIT", number, disturbed, (out + error)[-300:]])
                    break
                held, broken = content(data / "moothall.db")
                if broken:
                    findings.append(["AUDIT", number, disturbed, "keys or pages are broken"])
                results.append(held)
            if len(results) < 2:
                continue
            for table, count in counts.items():
                if table in results[0] and len(results[0][table]) < count:
                    findings.append(["LOST", number, table, f"{count} before, {len(results[0][table])} after"])
            findings += [["OTHER", number, table] for table in results[0] if results[0][table] != results[1].get(table)]
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(json.dumps({"schemas": len(numbers), "kills_while_it_ran": landed, "findings": findings, "wall_s": round(time.monotonic() - began, 1),
                      "verdict": "FAIL" if findings else "PASS"}, indent=1))
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
