#!/usr/bin/env python3
"""upgrade.py PROGRAM [--schemas N] [--kills K] [--seed S] [--postgres ADDRESS]

A hall as an earlier version left it becomes one of today, although the program is killed again and again while it does that.

Every schema there ever was can be made anew: the migrations are kept, and a database refuses one whose text was changed. So each is made
from those up to its own and filled with the rows that the sample company has in the tables and columns there were. Then the program opens
it and is killed by SIGKILL at random moments; when it is let through, all tables hold what they hold after an upgrade that nobody
disturbed, none lost a row, the log is as it was sealed, and no key names nothing.

  LOST       a table has fewer rows than before       OTHER    a table is another than after an undisturbed upgrade
  AUDIT      the log is broken, or the program does not open the database any more

With --postgres, the address of a server (tools/postgres/private.sh gives one in MOOTHALL_TEST_POSTGRES), the same in databases of it."""
import argparse, json, random, re, shutil, signal, sqlite3, subprocess, sys, tempfile, time
from pathlib import Path

MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"


# What a migration makes of older rows, the sample company of today has already. By the number of that migration.
MADE_BY = {39: ["DELETE FROM loop_step WHERE verb = 'hear.done'"], 47: ["DELETE FROM commitment_count", "DELETE FROM commitment_month"]}


def scripts(engine="sqlite"):
    """(number, text) of each migration, as an engine gets it."""
    for one in sorted(MIGRATIONS.glob("*.sql")):
        if not one.name.endswith(".pg.sql"):
            other = one.with_name(one.name[:-4] + ".pg.sql")
            yield int(one.name[:4]), (other if engine == "postgres" and other.exists() else one).read_text()


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


class Sqlite:
    """Where the halls are: files."""

    def __init__(self, program, folder, _):
        self.program, self.before, self.data = program, folder / "before.db", folder / "data"
        subprocess.run([program, "init", "--data", folder / "sample", "--name", "Sample", "--owner", "o@trust.example", "--sample"],
                       check=True, stdout=subprocess.DEVNULL)
        self.sample = sqlite3.connect(folder / "sample" / "moothall.db")

    def make(self, number):
        self.before.unlink(missing_ok=True)
        return make(self.before, number, self.sample)

    def begin(self):
        """The same database once more, as it was made."""
        shutil.rmtree(self.data, ignore_errors=True)
        self.data.mkdir()
        shutil.copy(self.before, self.data / "moothall.db")
        return [self.program, "audit", "--data", self.data]

    def content(self):
        return content(self.data / "moothall.db")


class Postgres:
    """Where the halls are: databases of a server, each made anew from the one before it."""

    def __init__(self, program, folder, address):
        self.program, self.folder, self.address = program, folder, address
        self.psql("postgres", "CREATE DATABASE upgrade_sample")
        subprocess.run([program, "init", "--data", folder / "sample", "--name", "Sample", "--owner", "o@trust.example", "--sample",
                        "--database", self.url("upgrade_sample")], check=True, stdout=subprocess.DEVNULL)
        self.sample = self.columns("upgrade_sample")
        self.rows = {table: self.copied("upgrade_sample", table, names) for table, names in self.sample.items()}

    def url(self, name):
        return re.sub(r"/postgres(\?|$)", rf"/{name}\1", self.address)

    def psql(self, name, script, *words):
        done = subprocess.run(["psql", "-qXAt", "-v", "ON_ERROR_STOP=1", self.url(name), *words, "-f", "-"], input=script, capture_output=True, text=True)
        if done.returncode:
            sys.exit(f"upgrade: {done.stderr[-600:]}")
        return done.stdout

    def columns(self, name):
        """Of each table: its columns, and whether each must hold something and what kind of thing."""
        found = {}
        for line in self.psql(name, "SELECT table_name, column_name, data_type, is_nullable, is_generated FROM information_schema.columns "
                                    "WHERE table_schema = 'public' ORDER BY table_name, ordinal_position;").splitlines():
            table, column, kind, empty, made = line.split("|")
            if made == "NEVER":
                found.setdefault(table, {})[column] = (kind, empty == "NO")
        return found

    def copied(self, name, table, names):
        """Rows as PostgreSQL writes them, a list of texts for each."""
        wanted = ", ".join(f'"{one}"' for one in names)
        return [line.split("\t") for line in self.psql(name, f'COPY (SELECT {wanted} FROM "{table}") TO STDOUT;').splitlines()]

    def make(self, number):
        self.psql("postgres", "DROP DATABASE IF EXISTS upgrade_before;")
        self.psql("postgres", "CREATE DATABASE upgrade_before;")
        script = ["CREATE TABLE schema_migration (number BIGINT NOT NULL, name TEXT NOT NULL, checksum TEXT NOT NULL, at_us BIGINT NOT NULL,"
                  " CONSTRAINT schema_migration_pkey PRIMARY KEY (number));"]
        for known, text in scripts("postgres"):
            if known <= number:
                script.append(text)
        self.psql("upgrade_before", "\n".join(script))
        then, script = self.columns("upgrade_before"), ["SET session_replication_role = replica;", "BEGIN;"]
        for table, columns_then in then.items():
            if table not in self.sample:
                continue
            now = list(self.sample[table])
            both = [one for one in columns_then if one in now]
            # A column that is no more had to hold something.
            gone = {one: "" if kind == "text" else "0" for one, (kind, needed) in columns_then.items() if one not in now and needed}
            places = [now.index(one) for one in both]
            rows = [row for row in self.rows[table] if table != "schema_migration" or int(row[0]) <= number]
            names = ", ".join(f'"{one}"' for one in [*both, *gone])
            script += [f'DELETE FROM "{table}";', f'COPY "{table}" ({names}) FROM STDIN;',
                       *("\t".join([row[at] for at in places] + list(gone.values())) for row in rows), "\\."]
        for at, statements in MADE_BY.items():
            script += [f"{one};" for one in statements if number < at and one.split()[2] in then]
        self.psql("upgrade_before", "\n".join([*script, "COMMIT;", ""]))
        return {table: int(self.psql("upgrade_before", f'SELECT count(*) FROM "{table}";')) for table in then
                if table in self.sample and table != "schema_migration"}

    def begin(self):
        self.psql("postgres", "DROP DATABASE IF EXISTS upgrade_data WITH (FORCE);")
        self.psql("postgres", "CREATE DATABASE upgrade_data TEMPLATE upgrade_before;")
        return [self.program, "audit", "--data", self.folder / "sample", "--database", self.url("upgrade_data")]

    def content(self):
        held = {table: sorted(self.copied("upgrade_data", table, [one for one in names if (table, one) != ("schema_migration", "at_us")]))
                for table, names in self.columns("upgrade_data").items()}
        broken = self.psql("upgrade_data", "SELECT count(*) FROM pg_constraint WHERE NOT convalidated;").strip() != "0"
        return held, broken


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("--schemas", type=int, default=6, help="how many, chosen at random beside the first and the last but one; 0: all")
    parser.add_argument("--kills", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--postgres", default="")
    words = parser.parse_args()
    program, chance = str(Path(words.program).resolve()), random.Random(words.seed)
    folder = Path(tempfile.mkdtemp(prefix="moothall-upgrade-"))
    findings, landed, began = [], 0, time.monotonic()
    try:
        place = (Postgres if words.postgres else Sqlite)(program, folder, words.postgres)
        numbers = [number for number, _ in scripts()][:-1]
        # Of the empty first ones there is nothing to lose: the record begins with the first.
        if words.schemas:
            numbers = sorted({numbers[0], numbers[-1], *chance.sample(numbers, min(words.schemas, len(numbers)))})

        def open_it():
            return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

        for number in numbers:
            counts, results = place.make(number), []
            for disturbed in (False, True):
                command = place.begin()
                if disturbed:
                    for _ in range(words.kills):
                        victim = open_it()
                        time.sleep(chance.uniform(0, took))
                        landed += victim.poll() is None
                        victim.send_signal(signal.SIGKILL)
                        victim.communicate()
                start = time.monotonic()
                last = open_it()
                out, error = last.communicate(timeout=120)
                took = time.monotonic() - start
                if last.returncode or "sealed events are as they were" not in out:
                    findings.append(["AUDIT", number, disturbed, (out + error)[-300:]])
                    break
                held, broken = place.content()
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
