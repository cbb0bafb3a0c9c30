#!/usr/bin/env python3
"""nodes.py PROGRAM [--seconds S] [--rounds R] [--seed N] [--report FILE]

Two `serve` processes on one PostgreSQL, which this starts for itself (tools/postgres/private.sh --durable) and kills too.

  what one node did the other knows   live updates of both; a voice that was hidden, a session or a token that was ended, a person who
                                      was deactivated or left a circle on one node are refused by the very next request to the other,
                                      and streams are cut there; settings are read anew; one key, one support, whichever node is asked
  under load, each round              one node is killed by SIGKILL while writers speak to both; they go on with the other, and send
                                      what was left in doubt again with the same key
  and once                            PostgreSQL is killed by SIGKILL and started again, both nodes keep running

Judged at the end, on both nodes, of voices and of replies:
  LOST       acknowledged but absent         DUPLICATE  said twice                PHANTOM   nobody sent it
  STALE      the other node did not know     STOPPED    the other did not go on, or one did not come back
  UNTOLD     a reply whose author's notification or letter is missing, or came twice (background work of both nodes)
  AUDIT      the log's seal is broken, or an event is in no link or in two
  RACE       what was brought in was taken back, claimed, merged and backed at one instant (import_race.py)"""
import argparse, collections, http.client, json, os, random, re, shlex, shutil, signal, subprocess, sys, threading, time, urllib.parse
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
import bb  # noqa: E402
import import_race  # noqa: E402
from halls import Hall  # noqa: E402

PRIVATE = HERE.parent.parent / "tools/postgres/private.sh"
WRITERS = 16


class Postgres:
    """The server that private.sh started for us: by its own settings it is found, killed and started again."""

    def __init__(self, address):
        self.address = address
        self.folder, self.sockets = self.ask("SHOW data_directory"), self.ask("SHOW unix_socket_directories")

    def ask(self, sql):
        done = subprocess.run(["psql", "-XAtq", self.address, "-c", sql], capture_output=True, text=True, timeout=30)
        if done.returncode:
            sys.exit(f"nodes: psql: {done.stderr.strip()}")
        return done.stdout.strip()

    def kill(self):
        """SIGKILL to the server's first process; the others end when they see that it is gone."""
        first = int(Path(self.folder, "postmaster.pid").read_text().splitlines()[0])
        family = [first] + [number for number, fields in self.processes() if int(fields[1]) == first]
        os.kill(first, signal.SIGKILL)
        end = time.monotonic() + 20
        while time.monotonic() < end and any(number in family and fields[0] != "Z" for number, fields in self.processes()):
            time.sleep(0.02)
        # Where nobody takes note of its end the dead process looks alive to the next one.
        for one in [Path(self.folder, "postmaster.pid"), *Path(self.sockets).glob(".s.PGSQL.*.lock")]:
            one.unlink(missing_ok=True)

    @staticmethod
    def processes():
        """Id, and what stands in /proc/ID/stat from the state on, of each that runs."""
        for one in Path("/proc").glob("[0-9]*/stat"):
            try:
                yield int(one.parent.name), one.read_text().rsplit(")", 1)[1].split()
            except OSError:
                pass  # it ended meanwhile

    def start(self):
        options = shlex.split(Path(self.folder, "postmaster.opts").read_text())[1:]
        command = ["/usr/lib/postgresql/15/bin/pg_ctl", "-D", self.folder, "-l", f"{self.folder}/../again.log", "-w", "-t", "60",
                   "-o", shlex.join(options), "start"]
        done = subprocess.run(["runuser", "-u", "postgres", "--", *command] if os.geteuid() == 0 else command,
                              cwd="/", capture_output=True, text=True)
        if done.returncode:
            sys.exit(f"nodes: PostgreSQL did not start again: {done.stdout}{done.stderr}{Path(self.folder, '../again.log').read_text()[-500:]}")


class Node:
    """One of the servers, and how it is asked."""

    def __init__(self, hall, number, port, folder):
        self.number, self.port = number, port
        self.server = bb.Server({"_host": "127.0.0.1", "_port": port, "server": {
            "cmd": [hall.program, "serve", "--data", str(folder), "--listen", f"127.0.0.1:{port}"], "ready": {"path": "/readyz"},
            "log": os.environ.get("MOOTHALL_TRUST_LOG", "/dev/null")}})

    def call(self, method, path, token=None, body=None, key=None, cookie=None, conn=None, timeout=20):
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        if cookie:
            headers["Cookie"] = cookie
        if key:
            headers["Idempotency-Key"] = key
        data = None
        if body is not None:
            headers["Content-Type"] = "application/json"
            data = json.dumps(body).encode()
        line = conn or bb.Conn("127.0.0.1", self.port, timeout)
        try:
            status, head, text = line.call(method, path, headers, data)
        finally:
            if conn is None:
                line.close()
        return status, head, text

    def made(self, method, path, token, body=None):
        status, _, text = self.call(method, path, token, body)
        if status >= 300:
            sys.exit(f"nodes: {method} {path}: {status} {text[:300]!r}")
        return json.loads(text) if text else None

    def all(self, path, token):
        """Every item of a list."""
        items, after = [], ""
        while True:
            page = self.made("GET", f"{path}{'&' if '?' in path else '?'}limit=100{after}", token)
            items += page["items"]
            if not page.get("next"):
                return items
            after = "&after=" + urllib.parse.quote(page["next"])


class Stream(threading.Thread):
    """Reads an event stream until it is closed."""

    def __init__(self, node, token=None, cookie=None):
        super().__init__(daemon=True)
        self.line = http.client.HTTPConnection("127.0.0.1", node.port, timeout=30)
        self.line.request("GET", "/api/v1/events/stream", headers={"Authorization": f"Bearer {token}"} if token else {"Cookie": cookie})
        self.answer = self.line.getresponse()
        self.heard, self.closed = "", False
        self.start()

    def run(self):
        try:
            while text := self.answer.readline():
                self.heard += text.decode()
        except OSError:
            pass
        self.closed = True


def until(what, seconds=3.0):
    """Whether it becomes true in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if what():
            return True
        time.sleep(0.02)
    return bool(what())


class Test:
    def __init__(self, words, postgres):
        self.words, self.postgres, self.random = words, postgres, random.Random(words.seed)
        self.began, self.seconds = time.monotonic(), {}
        self.bad, self.examples = collections.Counter(), collections.defaultdict(list)
        port = 18900 + os.getpid() % 300
        self.hall = Hall(words.program, port, database=postgres.address, rate_limits=False)
        other = self.hall.folder / "other"
        other.mkdir()
        (self.hall.data / "files").mkdir(exist_ok=True)
        (other / "files").symlink_to(self.hall.data / "files")
        (other / "moothall.toml").write_text((self.hall.data / "moothall.toml").read_text() + "node = 1\n")
        self.nodes = [Node(self.hall, 0, port, self.hall.data), Node(self.hall, 1, port + 300, other)]
        self.owner = self.hall.owner
        self.sent, self.acknowledged, self.figures = {}, set(), {}

    def note(self, kind, what):
        self.bad[kind] += 1
        if len(self.examples[kind]) < 5:
            self.examples[kind].append(what)

    def mark(self, what):
        """How long the part before took."""
        self.seconds[what] = round(time.monotonic() - self.began - sum(self.seconds.values()), 1)

    def must(self, what, good):
        if not good:
            self.note("STALE", what)

    def session(self, email):
        """The cookie of a session that begins on the first node, and its id."""
        link = next(word for word in self.hall.run("token", "--data", self.hall.data, "--email", email, "--link").split() if "/sign-in/link" in word)
        line = http.client.HTTPConnection("127.0.0.1", self.nodes[0].port, timeout=20)
        line.request("GET", re.sub(r"^https?://[^/]+", "", link))
        answer = line.getresponse()
        fields = dict(re.findall(r'name="([^"]+)"[^>]*value="([^"]*)"', answer.read().decode()))
        visitor = "; ".join(one.split(";")[0] for one in answer.headers.get_all("Set-Cookie") or [])
        line.request("POST", "/sign-in/link", urllib.parse.urlencode(fields),
                     {"Cookie": visitor, "Content-Type": "application/x-www-form-urlencoded"})
        answer = line.getresponse()
        cookie = re.search(r"(session=[^;]+)", " ".join(answer.headers.get_all("Set-Cookie") or []))
        if not cookie:
            sys.exit(f"nodes: nobody was signed in: {answer.status}")
        return cookie.group(1)

    def knows_of_the_other(self):
        """What is done on one node and asked of the other, both ways round."""
        for a, b in (self.nodes, self.nodes[::-1]):
            n = a.number
            token = self.hall.token(f"member{n}@trust.example", "--name", f"Member {n}")
            me = a.made("GET", "/api/v1/me", token)["id"]
            streams = [Stream(node, token) for node in self.nodes]
            voice = a.made("POST", "/api/v1/voices", token, {"title": f"The lamp of quay {n} is broken", "body": "At night"})["id"]
            self.must(f"a voice of node {n} is in its list at once", b.call("GET", f"/api/v1/voices/{voice}")[0] == 200)
            for one, node in zip(streams, self.nodes):
                self.must(f"node {node.number} tells what happened on node {n}", until(lambda: voice in one.heard))
            a.made("POST", f"/api/v1/voices/{voice}/replies", self.owner, {"body": "We look"})
            for one, node in zip(streams, self.nodes):
                self.must(f"node {node.number} tells a person her own news of node {n}", until(lambda: "event: for-you" in one.heard))
            similar = f"/api/v1/voices/similar?text={urllib.parse.quote(f'The lamp of quay {n} is broken')}"
            self.must(f"node {b.number} finds what is similar to a voice of node {n}", until(lambda: voice.encode() in b.call("GET", similar, token)[2], 6))
            a.made("PUT", f"/api/v1/things/{voice}/hiding", self.owner, {"reason": "a test"})
            stranger = self.hall.token(f"stranger{n}@trust.example", "--name", "Stranger")
            for path in (f"/voices/{voice}", f"/api/v1/voices/{voice}", f"/api/v1/voices/{voice}/replies", f"/voices/{voice}.png"):
                self.must(f"{path} is hidden on node {b.number}", b.call("GET", path, stranger)[0] == 404)
            for path in (similar, "/api/v1/voices?limit=100", "/api/v1/voices?query=lamp", "/voices", "/voices.atom", "/sitemap.xml"):
                self.must(f"{path} names no hidden voice on node {b.number}", voice.encode() not in b.call("GET", path, stranger)[2])
            a.made("DELETE", f"/api/v1/things/{voice}/hiding", self.owner)
            self.must("and shows it again", b.call("GET", f"/voices/{voice}", stranger)[0] == 200)

            circle = a.made("POST", "/api/v1/circles", self.owner, {"name": f"Inside {n}", "kind": "forum", "visibility": "private"})["id"]
            a.made("PUT", f"/api/v1/circles/{circle}/members/{me}", self.owner, {"role": "member"})
            self.must(f"a member of node {n} is one on node {b.number}", b.call("GET", f"/api/v1/circles/{circle}", token)[0] == 200)
            inside = Stream(b, token)
            a.made("DELETE", f"/api/v1/circles/{circle}/members/{me}", self.owner)
            self.must(f"who left a circle on node {n} is out on node {b.number}", b.call("GET", f"/api/v1/circles/{circle}", token)[0] == 404)
            self.must(f"and her stream is cut on node {b.number}", until(lambda: inside.closed))

            cookie = self.session(f"member{n}@trust.example")
            self.must("a session of the first node is one on both", all(node.call("GET", "/settings", cookie=cookie)[0] == 200 for node in self.nodes))
            live = Stream(b, cookie=cookie)
            for one in a.made("GET", "/api/v1/me/sessions", token)["items"]:
                a.made("DELETE", f"/api/v1/me/sessions/{one['id']}", token)
            self.must(f"a session ended on node {n} is refused by node {b.number}", b.call("GET", "/settings", cookie=cookie)[0] != 200)
            self.must(f"and its stream is cut on node {b.number}", until(lambda: live.closed))
            spare = a.made("POST", "/api/v1/me/tokens", token, {"name": "spare"})
            self.must("a new token is good on both", b.call("GET", "/api/v1/me", spare["token"])[0] == 200)
            a.made("DELETE", f"/api/v1/me/tokens/{spare['id']}", token)
            self.must(f"a token ended on node {n} is refused by node {b.number}", b.call("GET", "/api/v1/me", spare["token"])[0] == 401)

            name = f"Trust of node {n}"
            self.settings(a, name)
            self.must(f"the hall's name of node {n} is on node {b.number}", until(lambda: name.encode() in b.call("GET", "/voices")[2]))
            self.once(a, b)
            live = Stream(b, token)
            self.form(a, f"/settings/people/{me}/deactivation", "/settings/organisation", {})
            self.must(f"who was deactivated on node {n} is refused by node {b.number}", b.call("GET", "/api/v1/me", token)[0] == 401)
            self.must(f"and her stream is cut on node {b.number}", until(lambda: live.closed))

    def is_refused(self):
        """A third server with the number of one that is there."""
        third = self.hall.folder / "third"
        third.mkdir()
        (third / "moothall.toml").write_text((self.hall.folder / "other/moothall.toml").read_text())
        done = subprocess.run([self.hall.program, "serve", "--data", str(third), "--listen", "127.0.0.1:0"], capture_output=True, text=True, timeout=30)
        self.must(f"a server with the number of another is refused: {done.stderr}", done.returncode and "node number 1" in done.stderr)

    def slow_is_told(self):
        """A reply that waits for a lock for seconds is younger than what others said meanwhile, and is told as well."""
        a, b = self.nodes
        voice = a.made("POST", "/api/v1/voices", self.owner, {"title": "Answered slowly"})["id"]
        slow = self.hall.token("slow@trust.example", "--name", "Slow")
        lock = subprocess.Popen(["psql", "-XAtq", self.postgres.address], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        lock.stdin.write("BEGIN; SELECT 'locked' FROM voice JOIN thing ON thing_id = voice_id WHERE title = 'Answered slowly' FOR UPDATE OF voice, thing;\n")
        lock.stdin.flush()
        lock.stdout.readline()
        answer = []
        waiting = threading.Thread(target=lambda: answer.append(a.call("POST", f"/api/v1/voices/{voice}/replies", slow, {"body": "Slowly"})))
        waiting.start()
        time.sleep(0.3)
        b.made("POST", "/api/v1/voices", slow, {"title": "Said meanwhile"})
        time.sleep(4)
        waited = waiting.is_alive()
        lock.communicate("COMMIT;\n")
        waiting.join()
        if not waited or answer[0][0] != 201:
            sys.exit(f"nodes: the slow reply did not wait: {answer}")
        reply = json.loads(answer[0][2])["id"]
        if not until(lambda: any(one["thing"] == reply for one in b.made("GET", "/api/v1/notifications", self.owner)["items"]), 8):
            self.note("UNTOLD", "a reply that waited for a lock")

    def is_told(self, node, other):
        """Whether a stream of one node tells of what is said on the other. One that is cut comes back, as browsers do."""
        stream = Stream(node, self.owner)
        voice = other.made("POST", "/api/v1/voices", self.owner, {"title": "Is it told?"})["id"]
        return until(lambda: voice in stream.heard, 1)

    def form(self, node, path, page, fields):
        """Sends a form of a page as the owner, who signed in once."""
        if not hasattr(self, "cookie"):
            self.cookie = self.session("owner@trust.example")
        _, _, text = node.call("GET", page, cookie=self.cookie)
        token = re.search(r'name="csrf"[^>]*value="([^"]+)"|name="([^"]*csrf[^"]*)"[^>]*value="([^"]+)"', text.decode())
        if not token:
            sys.exit(f"nodes: {page} has no form")
        fields = {**fields, **({"csrf": token.group(1)} if token.group(1) else {token.group(2): token.group(3)})}
        status, _, text = bb.Conn("127.0.0.1", node.port, 20).call("POST", path, {
            "Cookie": self.cookie, "Content-Type": "application/x-www-form-urlencoded"}, urllib.parse.urlencode(fields).encode())
        if status >= 400:
            sys.exit(f"nodes: POST {path}: {status} {re.sub(rb'<[^>]+>', b' ', text)[:600]!r}")

    def settings(self, node, name):
        self.form(node, "/settings/organisation", "/settings/organisation", {"name": name, "language": "en", "sign_up": "open"})

    def once(self, a, b):
        """The same asked of both nodes at one instant."""
        token = self.hall.token("twice@trust.example", "--name", "Twice")
        voice = a.made("POST", "/api/v1/voices", self.owner, {"title": "Supported once"})["id"]
        answers = []
        def ask(node, method, path, body, key=None):
            answers.append(node.call(method, path, token, body, key))
        def at_once(*request):
            answers.clear()
            threads = [threading.Thread(target=ask, args=(node, *request)) for node in (a, b) * 4]
            for one in threads: one.start()
            for one in threads: one.join()
        at_once("PUT", f"/api/v1/voices/{voice}/support", {})
        self.must("one person, one support, on both nodes", b.made("GET", f"/api/v1/voices/{voice}", token)["supporters"] == 1)
        title = f"Said once {a.number}"
        at_once("POST", "/api/v1/voices", {"title": title}, f"once-{a.number}")
        said = [one for one in a.all("/api/v1/voices?sort=newest", token) if one["title"] == title]
        self.must(f"one key, one voice, on both nodes: {len(said)}, {collections.Counter(one[0] for one in answers)}", len(said) == 1)

    def load(self, seconds, harm):
        """Writers speak to both nodes; after a while `harm` does its part. Each stays with a node until it fails, and then asks the
        other one the same again."""
        stop, lock, counts, began = threading.Event(), threading.Lock(), collections.Counter(), len(self.sent)
        harmed = [None]

        def writer(number):
            lines = [bb.Conn("127.0.0.1", node.port, 10) for node in self.nodes]
            at, count = number % 2, 0
            while not stop.is_set():
                count += 1
                key = f"k{self.words.seed}x{began}x{number}x{count}"
                reply = count % 2 == 0
                path = f"/api/v1/voices/{self.voices[number]}/replies" if reply else "/api/v1/voices"
                body = {"body": key} if reply else {"title": key}
                with lock:
                    self.sent[key] = (path, body)
                while not stop.is_set():
                    try:
                        status, _, text = self.nodes[at].call("POST", path, self.writers[number], body, key, conn=lines[at])
                    except Exception:
                        status = 0
                    if status in (200, 201):
                        with lock:
                            self.acknowledged.add(key)
                            counts["after" if harmed[0] else "before"] += 1
                        break
                    counts[status] += 1
                    if status and status < 500:
                        self.note("STOPPED", f"{status} {text[:200]!r}")
                        break
                    at = 1 - at
                    time.sleep(0.05)

        threads = [threading.Thread(target=writer, args=(number,), daemon=True) for number in range(WRITERS)]
        for one in threads: one.start()
        time.sleep(seconds * self.random.uniform(0.5, 1))
        harmed[0] = time.monotonic()
        harm()
        time.sleep(seconds)
        stop.set()
        for one in threads: one.join(30)
        if not counts["after"]:
            self.note("STOPPED", f"nobody was heard after the kill: {dict(counts)}")
        return counts

    def start_again(self, node):
        try:
            node.server.start()
        except RuntimeError as error:
            self.note("STOPPED", f"node {node.number}: {error}")

    def send_again(self):
        for key, (path, body) in self.sent.items():
            if key in self.acknowledged:
                continue
            status, _, text = self.nodes[0].call("POST", path, self.writers[int(key.split("x")[2])], body, key)
            if status in (200, 201):
                self.acknowledged.add(key)
            else:
                self.note("STOPPED", f"what was in doubt is not taken: {status} {text[:200]!r}")

    def judge(self):
        for node in self.nodes:
            voices = [one["title"] for one in node.all("/api/v1/voices?sort=newest", self.owner)]
            replies = [one["body"] for voice in self.voices for one in node.all(f"/api/v1/voices/{voice}/replies", self.owner)]
            found = collections.Counter(one for one in voices + replies if one.startswith(f"k{self.words.seed}x"))
            for key in self.acknowledged - set(found): self.note("LOST", f"{key} on node {node.number}")
            for key, count in found.items():
                if count > 1: self.note("DUPLICATE", f"{key}: {count}")
                if key not in self.sent: self.note("PHANTOM", key)
        self.mark("read")
        said = sum(1 for key in self.acknowledged if "/replies" in self.sent[key][0])
        token, org = self.owner, "org_id"
        me = self.nodes[0].made("GET", "/api/v1/me", token)["id"]
        ask = self.postgres.ask
        news = f"SELECT count(*), count(DISTINCT n.thing_id) FROM notification n JOIN reply r ON r.{org} = n.{org} AND r.reply_id = n.thing_id JOIN thing t ON t.{org} = r.{org} AND t.thing_id = r.subject_id WHERE t.title = 'Answered under load'"
        until(lambda: int(ask(news).split("|")[1]) >= said, 15)
        told, things = map(int, ask(news).split("|"))
        if things != said:
            self.note("UNTOLD", f"{said} replies, notifications of {things}")
        self.mark("told")
        # What a node had taken on when it was killed it takes again at its start.
        until(lambda: ask("SELECT count(*) FROM job WHERE done_us IS NULL AND kind = 'mail.send'") == "0", 30)
        letters = collections.Counter()
        for folder in (self.hall.data, self.hall.folder / "other"):
            for one in (folder / "mail/new").glob("*"):
                text = one.read_text(errors="replace")
                if (key := re.search(rf"k{self.words.seed}x\d+x\d+x\d+", text)): letters[key.group(0)] += 1
        wanted = {key for key in self.acknowledged if "/replies" in self.sent[key][0]}
        for key in wanted - set(letters): self.note("UNTOLD", f"no letter of {key}")
        self.figures.update(replies=said, notifications=told, letters=sum(letters.values()), letters_twice=sum(1 for n in letters.values() if n > 1))
        if failed := ask("SELECT kind, error FROM job WHERE failed_us IS NOT NULL LIMIT 3"):
            self.note("STOPPED", f"jobs were given up: {failed}")
        # And another one takes it when it does not come back: as if a node 7 had been killed with a letter in its hands.
        ask("UPDATE job SET done_us = NULL, node = 7, lease_us = (extract(epoch FROM now()) * 1000000)::bigint + 120000000 "
            "WHERE job_id = (SELECT max(job_id) FROM job WHERE kind = 'mail.send' AND done_us IS NOT NULL)")
        began = time.monotonic()
        if not until(lambda: ask("SELECT count(*) FROM job WHERE node = 7") == "0", 30):
            self.note("UNTOLD", "a letter that a node had which is gone")
        self.figures["letter_of_a_gone_node_s"] = round(time.monotonic() - began, 1)
        self.mark("letters")
        # All that is settled is in one link, and in no other.
        done = None
        def sealed():
            nonlocal done
            done = subprocess.run([self.hall.program, "audit", "--data", str(self.hall.data)], capture_output=True, text=True, timeout=120)
            return "sealed events are as they were" in done.stdout
        if not until(sealed, 10):
            self.note("AUDIT", done.stdout[-300:] + done.stderr[-300:])
        def in_links():
            return ask("SELECT count(*), count(DISTINCT leaf), (SELECT count(*) FROM event) FROM seal, unnest(string_to_array(leaves, ' ')) AS leaf").split("|")
        until(lambda: len(set(in_links())) == 1, 20)
        *leaves, events = in_links()
        if leaves != [events, events]:
            self.note("AUDIT", f"{events} events, {leaves[0]} in links, {leaves[1]} of them different")
        self.figures.update(events=int(events), sealed=int(leaves[0]))

    def run(self):
        for node in self.nodes:
            node.server.start()
        self.mark("started")
        self.knows_of_the_other()
        self.mark("knows of the other")
        self.is_refused()
        self.mark("is refused")
        self.slow_is_told()
        self.mark("slow is told")
        wrong, self.figures["races"] = import_race.run([node.port for node in self.nodes], [self.hall.data, self.hall.folder / "other"], self.owner,
                                                       self.hall.token("backer@trust.example", "--name", "Backer"), self.words.races)
        for one in wrong: self.note("RACE", one)
        self.mark("races")
        self.writers = [self.hall.token(f"writer{number}@trust.example", "--name", f"Writer {number}") for number in range(WRITERS)]
        # One for each, as whoever answers follows, and is told of all other answers.
        self.voices = [self.nodes[0].made("POST", "/api/v1/voices", self.owner, {"title": "Answered under load"})["id"] for _ in self.writers]
        self.mark("writers")
        counts = []
        for number in range(self.words.rounds):
            node = self.nodes[number % 2]
            counts.append(self.load(self.words.seconds, node.server.kill9))
            self.start_again(node)
        self.mark("nodes killed")
        def power():
            began = time.monotonic()
            self.postgres.kill()
            self.postgres.start()
            self.figures["postgres_away_s"] = round(time.monotonic() - began, 1)
        counts.append(self.load(self.words.seconds, power))
        for node in self.nodes:
            if not until(lambda: node.call("GET", "/readyz")[0] == 200, 15): self.note("STOPPED", f"node {node.number} did not come back to PostgreSQL")
        for node, other in (self.nodes, self.nodes[::-1]):
            if not until(lambda: self.is_told(node, other), 15): self.note("STALE", f"node {node.number} hears nothing after PostgreSQL came back")
        self.mark("PostgreSQL killed")
        self.send_again()
        self.mark("sent again")
        self.judge()
        self.mark("judged")
        for node in self.nodes:
            node.server.stop()
        result = dict(acknowledged=len(self.acknowledged), sent=len(self.sent), **self.figures, kills=self.words.rounds + 1,
                      rounds=[{str(k): v for k, v in one.items()} for one in counts],
                      findings={k: self.bad[k] for k in ("LOST", "DUPLICATE", "PHANTOM", "STALE", "STOPPED", "UNTOLD", "AUDIT", "RACE")},
                      examples=self.examples, seconds=self.seconds, verdict="FAIL" if sum(self.bad.values()) else "PASS")
        print(json.dumps(result, indent=1))
        if self.words.report:
            Path(self.words.report).write_text(json.dumps(result, indent=1))
        return 1 if sum(self.bad.values()) else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("--seconds", type=float, default=1.0, help="of load before each kill and after it")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--races", type=int, default=6, help="import_race.py's rounds, between the nodes")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--report")
    parser.add_argument("--address", help=argparse.SUPPRESS)
    words = parser.parse_args()
    if not words.address:
        if not shutil.which("psql") or not Path("/usr/lib/postgresql/15/bin/initdb").exists():
            print("nodes: PostgreSQL is not installed; left out")
            return 0
        os.execvp(str(PRIVATE), [str(PRIVATE), "--durable", "/tmp/moothall-nodes", "bash", "-c",
                                 'exec "$0" "$@" --address "$MOOTHALL_TEST_POSTGRES_TCP"', sys.executable, *sys.argv])
    test = Test(words, Postgres(words.address))
    try:
        return test.run()
    finally:
        for node in test.nodes:
            node.server.kill9()
        test.hall.remove()


if __name__ == "__main__":
    sys.exit(main())
