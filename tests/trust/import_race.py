"""What is brought in is taken back while its author signs in, its voice is merged, and somebody backs it: all at one instant.

Each round ends in one of the orders in which the four could have come one after the other: nobody who signed in is forgotten, what
people have gone on with stays, counts are those of the rows, and the merge can be undone. run() takes the addresses of one server, or
of two on one database, and gives what was wrong."""
import email
import email.policy
import http.client
import json
import re
import threading
import time
import urllib.parse


class Person:
    """A browser that keeps its cookies and sends the forms it was given."""

    def __init__(self, port):
        self.port, self.cookies, self.fields = port, {}, {}

    def ask(self, method, path, form=None):
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        body = None
        if form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            body = urllib.parse.urlencode({**self.fields, **form})
        line.request(method, path, body, headers)
        answer = line.getresponse()
        text = answer.read().decode()
        for one in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = one.split(";")[0].partition("=")
            self.cookies[name] = value
        line.close()
        if answer.status == 303 and method == "POST" and path == "/sign-in":
            return self.ask("GET", answer.headers["Location"])
        self.fields.update(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', text))
        return answer.status, text


def code_for(folders, address, since):
    """The code of the newest letter to that address."""
    end = time.monotonic() + 10
    while time.monotonic() < end:
        for folder in folders:
            for path in (folder / "mail" / "new").glob("*"):
                message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
                if address in message["To"] and path.stat().st_mtime >= since:
                    found = re.search(r"\b(\d{8})\b", message.get_body(("plain",)).get_content())
                    if found:
                        return found.group(1)
        time.sleep(0.05)
    raise SystemExit(f"import_race: no code came for {address}")


def run(ports, folders, owner, supporter, rounds):
    """`folders`: where the servers write letters. `owner` and `supporter` are API tokens."""
    wrong, ends = [], {}

    def call(port, method, path, token=owner, body=None):
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        line.request(method, "/api/v1" + path, json.dumps(body) if body is not None else None,
                     {"Authorization": f"Bearer {token}", **({"Content-Type": "application/json"} if body is not None else {})})
        answer = line.getresponse()
        text = answer.read()
        line.close()
        return answer.status, json.loads(text) if text else None

    def run_ends(number, states):
        end = time.monotonic() + 20
        while time.monotonic() < end:
            state = call(ports[0], "GET", f"/imports/{number}")[1]["state"]
            if state in states:
                return
            time.sleep(0.05)
        wrong.append(f"an import stays {state}")

    for number in range(rounds):
        address, began = f"claimant{number}.{time.time_ns()}@race.example", time.time() - 1
        _, into = call(ports[0], "POST", "/voices", body={"title": f"The one that stays {number}"})
        status, brought = call(ports[0], "POST", "/imports", body={
            "name": f"race{number}.csv", "text": f"id,title,author_name,author_email\nrace-{address},Brought in {number},Clara,{address}\n"})
        if status != 201:
            raise SystemExit(f"import_race: {status} {brought}")
        run_ends(brought["id"], ("done",))
        voice = next(one for one in call(ports[0], "GET", "/voices?sort=newest&limit=20")[1]["items"] if one["title"] == f"Brought in {number}")["id"]
        clara = Person(ports[-1])
        clara.ask("GET", "/sign-in")
        clara.ask("POST", "/sign-in", {"email": address})
        code = code_for(folders, address, began)
        answers, together = {}, threading.Barrier(4)

        def at_once(name, act):
            together.wait(10)
            time.sleep(0.002 * (number % 3) * (name == "undo"))
            answers[name] = act()

        acts = {"undo": lambda: call(ports[0], "POST", f"/imports/{brought['id']}/undo", body={})[0],
                "claim": lambda: clara.ask("POST", "/sign-in/code", {"code": code})[0],
                "merge": lambda: call(ports[-1], "POST", f"/voices/{voice}/merge", body={"into": into["id"]})[0],
                "support": lambda: call(ports[-1], "PUT", f"/voices/{voice}/support", supporter, {})[0]}
        threads = [threading.Thread(target=at_once, args=one) for one in acts.items()]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
        if any(status >= 500 for status in answers.values()):
            wrong.append(f"round {number}: {answers}")
        if answers["undo"] != 200 or answers["claim"] != 303:
            wrong.append(f"round {number}: the import could not be taken back, or its author not sign in: {answers}")
            continue
        run_ends(brought["id"], ("undone",))
        if clara.ask("GET", "/settings")[0] != 200:
            wrong.append(f"round {number}: who signed in was forgotten")
        for one in {voice, into["id"]}:
            status, left = call(ports[0], "GET", f"/voices/{one}")
            if status != 200:
                continue
            people = call(ports[0], "GET", f"/voices/{one}/supporters")[1]["items"]
            if left["supporters"] != len(people) + left.get("unattributed", 0):
                wrong.append(f"round {number}: {left['supporters']} are counted and {len(people)} are there")
        left = call(ports[0], "GET", f"/voices/{voice}")
        gone = left[0] in (404, 410) or left[1]["title"] != f"Brought in {number}"
        if answers["merge"] == 200 and not gone:
            status, _ = call(ports[0], "POST", f"/voices/{voice}/unmerge", body={})
            apart = call(ports[0], "GET", f"/voices/{into['id']}")[1]
            if status != 200 or apart["inherited"] != 0 or apart["supporters"] != 0:
                wrong.append(f"round {number}: the merge was not undone exactly: {status} {apart['supporters']}")
        if gone and call(ports[0], "GET", f"/voices/{into['id']}")[1]["inherited"] != 0:
            wrong.append(f"round {number}: what was taken back is still counted where it was merged into")
        # Merged, it stands there. Who was told that she backs it does not find it gone.
        if gone and answers["support"] == 200:
            wrong.append(f"round {number}: a support of what was taken back was answered as given: {answers}")
        end = f"{'taken back' if gone else 'stays'}, merge {answers['merge']}, support {answers['support']}"
        ends[end] = ends.get(end, 0) + 1
    return wrong, ends
