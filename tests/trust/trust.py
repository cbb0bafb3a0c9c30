#!/usr/bin/env python3
"""Runs the black-box testers of this folder against the built server, on halls made for the purpose.

    trust.py TOOL [--program build/release/moothall] [--full] [--port N] [--keep]
    TOOL: crash nodes powercut hostile matrix race slowloris ssrf xss disk_full upgrade

The short form is part of ./test; --full (or MOOTHALL_TRUST=full) takes what the goal table asks for."""
import argparse, base64, json, os, shutil, subprocess, sys, time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
import bb  # noqa: E402
import import_race  # noqa: E402
import sight  # noqa: E402
import sweep  # noqa: E402
from halls import IN_A_YEAR, IN_TWO_YEARS, TODAY, Hall  # noqa: E402


def tool(name, config, *words, timeout=9000):
    print(f"trust: {name} {' '.join(map(str, words))}", flush=True)
    # Debian's own Python has Debian's html5lib and lxml, whichever Python runs this.
    python = "/usr/bin/python3" if os.path.exists("/usr/bin/python3") else sys.executable
    return subprocess.run([python, str(HERE / name), str(config), *map(str, words)], timeout=timeout).returncode


VOICE = {"method": "POST", "path": "/api/v1/voices", "json": {"title": "{key}", "body": "{payload}"},
         "headers": {"Idempotency-Key": "{key}"}, "ok": [200, 201]}


def crash(hall, full, powercut=None):
    config = hall.config(crash={
        "write": VOICE,
        "list": {"path": "/api/v1/voices?sort=newest&limit=100&after={cursor}", "items": "$.items", "key": "$.title",
                 "payload": "$.body", "next": "$.next", "first": ""},
        "offline": {"cmd": [hall.program, "audit", "--data", "{data}"], "expect": "sealed events are as they were"},
        "idempotent": True, "payload_bytes": [10, 3000]})
    rounds = (100 if powercut else 200) if full else (5 if powercut else 20)
    words = ["--rounds", rounds, "--writers", 64] + (["--powercut", powercut] if powercut else [])
    return tool("crash.py", config, *words)


def run_crash(program, port, full):
    hall = Hall(program, port, rate_limits=False)
    try:
        return crash(hall, full)
    finally:
        hall.remove()


def run_powercut(program, port, full):
    for how in ("all", "random"):
        hall = Hall(program, port, rate_limits=False)
        try:
            if crash(hall, full, how):
                return 1
        finally:
            hall.remove()
    return 0


def run_nodes(program, port, full):
    return tool("nodes.py", program, *(("--rounds", 10, "--seconds", 5) if full else ()))


def run_upgrade(program, port, full):
    return tool("upgrade.py", program, *(("--schemas", 0, "--kills", 10) if full else ("--schemas", 1, "--kills", 2)))


def run_backup(program, port, full):
    return tool("backup.py", program, "--both", *(("--seconds", 10) if full else ()))


def run_hostile(program, port, full):
    hall = Hall(program, port, rate_limits=False)
    try:
        config = hall.config(hostile={
            "ok": {"path": "/healthz", "status": 200}, "static": "/assets/moothall.css",
            "post": {"path": "/api/v1/voices", "headers": {"Content-Type": "application/json"},
                     "body": {"title": "t", "body": "b"}}, "post_key": "title",
            "redirect": ["/sign-in", "/sign-in?back={x}"], "forbidden": ["CANARY-OUTSIDE-WEBROOT", "root:x:0"],
            "idle_limit_s": 15, "max_rss_growth_kb": 50000, "waive": WAIVED})
        return tool("hostile.py", config, "--mutate", 10000 if full else 1000, "--seed", 7)
    finally:
        hall.remove()


# Each with its reason in WAIVERS.md.
WAIVED = ["^pipeline: chunked POST then GET$"]


def run_slowloris(program, port, full):
    hall = Hall(program, port, rate_limits=False)
    try:
        for kind in ("head", "body", "read", "idle") if full else ("head", "body"):
            config = hall.config(slowloris={"ok": {"path": "/healthz", "status": 200}, "post": "/api/v1/voices",
                                            "big": "/voices", "idle_limit_s": 35 if kind == "idle" else 15})
            if tool("slowloris.py", config, "--kind", kind, "--conns", 1000, "--seconds", 40 if full else 20,
                    "--p99-ms", 100 if full else 1000):
                return 1
        return 0
    finally:
        hall.remove()


# A decision that a circle of the hall's owner votes on; the calls before it have captured {circle}.
THEORY = {"title": "Theory", "belief": "that it works", "for": "all", "measure": "calls", "target": "all",
          "review_on": IN_A_YEAR, "method": "consent", "electorates": [{"circle": "{circle}", "threshold": 0.5, "quorum": 0}]}


def a_circle(name):
    """One public circle; no other of its hall may have its name."""
    return {"method": "POST", "path": "/api/v1/circles", "json": {"name": name, "kind": "forum", "visibility": "public"},
            "capture": {"circle": "$.id"}}


A_PROMISE = {"method": "POST", "path": "/api/v1/commitments",
             "json": {"what": "Promised", "to": "{circle}", "due": IN_A_YEAR}, "capture": {"promise": "$.id"}}


def a_document(name="document"):
    """A manual that is edited, and an edit that is suggested."""
    return [{"method": "POST", "path": "/api/v1/documents", "json": {"title": name, "words": "As it was"},
             "capture": {name: "$.id"}},
            {"method": "POST", "path": f"/api/v1/documents/{{{name}}}/suggestions", "json": {"words": "As it should be"},
             "capture": {f"{name}_suggestion": "$.id"}}]


def a_fact(asker, number=0):
    """Two facts that somebody said of herself and that wait for a check; no other of the hall may have their names. Captures {said_by},
    {kind}, {fact}, {other_fact}."""
    return [{"method": "GET", "path": "/api/v1/me", "headers": asker, "capture": {"said_by": "$.id"}},
            {"method": "POST", "path": "/api/v1/circles", "json": {"name": f"The company {number}", "kind": "company", "visibility": "listed"}},
            *[call for name in ("fact", "other_fact") for call in (
                {"method": "POST", "path": "/api/v1/fact-kinds", "json": {"name": f"{name} {number}", "about": "person", "type": "text", "checked": True},
                 "capture": {"kind": "$.id"}},
                {"method": "POST", "path": "/api/v1/facts", "json": {"about": "{said_by}", "kind": "{kind}", "value": "So"}, "headers": asker,
                 "capture": {name: "$.id"}})]]


def a_procedure(name="procedure", bypasses=1):
    """One that was gone round so often, and is to be mended after the first time."""
    return [{"method": "POST", "path": "/api/v1/procedures", "json": {"title": name, "words": "As it was", "threshold": 1},
             "capture": {name: "$.id"}},
            *[{"method": "POST", "path": f"/api/v1/procedures/{{{name}}}/bypasses", "json": {"why": "It was in the way"}}] * bypasses]


def a_decision(name="decision", **changed):
    return {"method": "POST", "path": "/api/v1/decisions", "json": {**THEORY, **changed}, "capture": {name: "$.id"}}


def a_chat(hall):
    """Somebody asks the owner in a chat, who answers; it is proposed to keep that. Captures {owner}, {asker}, {chat}, {keeping}."""
    asker = {"Authorization": f"Bearer {hall.token('talker@trust.example', '--name', 'Talker')}"}
    return [{"method": "GET", "path": "/api/v1/me", "capture": {"owner": "$.id"}},
            {"method": "GET", "path": "/api/v1/me", "headers": asker, "capture": {"talker": "$.id"}},
            {"method": "POST", "path": "/api/v1/chats", "json": {"person": "{owner}", "body": "Asked"}, "headers": asker,
             "capture": {"chat": "$.id"}},
            {"method": "POST", "path": "/api/v1/chats/{chat}/messages", "json": {"body": "Answered", "client_id": "before"}},
            {"method": "POST", "path": "/api/v1/chats/{chat}/questions", "headers": asker,
             "json": {"title": "Kept", "question": [1], "answer": [2]}, "capture": {"keeping": "$.id"}}]


def a_budget(name="budget", open=True):
    """A shared budget of the owner's circle with one project, {NAME} and {NAME_project}; the calls before captured {circle}."""
    calls = [{"method": "POST", "path": "/api/v1/decisions", "capture": {name: "$.id"},
              "json": {**THEORY, "title": "Shared", "method": "equal-shares", "budget": {"amount": 1000, "unit": "€"}}},
             {"method": "POST", "path": f"/api/v1/decisions/{{{name}}}/projects", "json": {"title": "A bench", "cost": 400},
              "capture": {f"{name}_project": "$.id"}}]
    return calls + [{"method": "POST", "path": f"/api/v1/decisions/{{{name}}}/open", "json": {}}] * open


def a_file(name):
    """One that waits to be hung on something. Captures {file}."""
    return {"method": "POST", "path": "/api/v1/files", "headers": {"Content-Type": "multipart/form-data; boundary=trust"},
            "raw": f'--trust\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\nA file\r\n--trust--\r\n',
            "capture": {"file": "$.id"}}


def a_picture():
    """One that waits to be hung on something. Captures {picture}."""
    pixel = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==")
    form = b'--trust\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\n' + pixel + b"\r\n--trust--\r\n"
    return {"method": "POST", "path": "/api/v1/files", "headers": {"Content-Type": "multipart/form-data; boundary=trust"},
            "base64": base64.b64encode(form).decode(), "capture": {"picture": "$.id"}}


def run_race(program, port, full):
    hall = Hall(program, port, rate_limits=False)
    try:
        voice = "$.id"
        asker = {"Authorization": f"Bearer {hall.token('asker@trust.example')}"}
        config = hall.config(
            setup=[{"method": "POST", "path": "/api/v1/voices", "json": {"title": "Race"}, "capture": {"voice": voice}},
                   a_circle("Deciders"), {"method": "POST", "path": "/api/v1/themes", "json": {"title": "One", "voices": ["{voice}"]},
                              "capture": {"theme": "$.id"}},
                   {"method": "POST", "path": "/api/v1/themes", "json": {"title": "Other"}, "capture": {"into": "$.id"}},
                   {"method": "POST", "path": "/api/v1/themes", "json": {"title": "Named once"}, "capture": {"named": "$.id"}},
                   {"method": "PATCH", "path": "/api/v1/themes/{named}", "json": {"title": "Named twice"}},
                   {"method": "GET", "path": "/api/v1/themes/{named}/deeds", "capture": {"deed": "$.items.0.id"}},
                   {"method": "POST", "path": "/api/v1/changelog", "json": {"title": "What changed", "words": "All", "voices": ["{voice}"]},
                    "capture": {"told": "$.id"}},
                   {"method": "POST", "path": "/api/v1/barriers", "json": {"what": "send the reading"}, "capture": {"barrier": "$.id"}},
                   {"method": "POST", "path": "/api/v1/places", "json": {"name": "A shed"}, "capture": {"place": "$.id"}},
                   {"method": "POST", "path": "/api/v1/agreements", "json": {"title": "Our year", "words": "So", "circle": "{circle}"},
                    "capture": {"agreement": "$.id"}},
                   {"method": "POST", "path": "/api/v1/voices", "json": {"title": "Race once more"}, "capture": {"same": "$.id"}},
                   {"method": "PUT", "path": "/api/v1/voices/{same}/support", "json": {}},
                   a_file("race.txt"), a_decision(method="yes-no"), a_decision("proposed", open=False), A_PROMISE, *a_procedure(), *a_procedure("retiring"), *a_document(), *a_document("declined"), *a_fact(asker),
                   {"method": "POST", "path": "/api/v1/conversations", "json": {"question": "Race?", "statements": ["Once"]},
                    "capture": {"conversation": "$.id"}},
                   {"method": "GET", "path": "/api/v1/conversations/{conversation}/statements", "capture": {"statement": "$.items.0.id"}},
                   {"method": "POST", "path": "/api/v1/conversations/{conversation}/statements", "json": {"text": "Judged once"},
                    "capture": {"judged": "$.id"}},
                   {"method": "POST", "path": "/api/v1/conversations/{conversation}/statements/{judged}/decline",
                    "json": {"reason": "to be accepted"}},
                   # Somebody else asks whoever knows, so that the one who races may take it.
                   {"method": "POST", "path": "/api/v1/requests", "json": {"about": "{voice}", "topic": "races"},
                    "headers": asker, "capture": {"request": "$.id"}},
                   # Three promises in one circle, and two in the open one, of which one is called out.
                   {**A_PROMISE, "capture": {"broken": "$.id"}}, {**A_PROMISE, "capture": {"spare": "$.id"}},
                   {"method": "POST", "path": "/api/v1/commitments", "json": {"what": "To be moved", "voice": "{voice}", "due": IN_A_YEAR},
                    "capture": {"moved": "$.id"}},
                   {"method": "POST", "path": "/api/v1/commitments", "json": {"what": "To be hidden", "voice": "{voice}", "due": IN_A_YEAR},
                    "headers": asker, "capture": {"theirs": "$.id"}},
                   {"method": "POST", "path": "/api/v1/callouts", "json": {"about": "{moved}", "body": "Not done"},
                    "headers": asker, "capture": {"callout": "$.id"}}, a_decision("withdrawn", open=False), *a_chat(hall), *a_budget(), *a_budget("judging", open=False),
                   {"method": "POST", "path": "/api/v1/delegations",
                    "json": {"to": "{talker}", "topic": "circle:{circle}", "until": IN_A_YEAR + "T00:00:00Z"}, "capture": {"handed": "$.id"}},
                   {"method": "POST", "path": "/api/v1/delegations", "headers": asker,
                    "json": {"to": "{owner}", "topic": "circle:{circle}", "until": IN_A_YEAR + "T00:00:00Z"}, "capture": {"taken": "$.id"}}],
            race=[{"name": "one client id, one line",
                   "call": {"method": "POST", "path": "/api/v1/chats/{chat}/messages", "json": {"body": "Once", "client_id": "race"}},
                   "win": [201], "max_wins": 1,
                   "after": {"path": "/api/v1/chats/{chat}/messages?after=2", "value": "$.items.0.sequence", "expect": 3}},
                  {"name": "two people have one chat",
                   "call": {"method": "POST", "path": "/api/v1/chats", "json": {"person": "{talker}"}},
                   "win": [201], "max_wins": 100000,
                   "after": {"path": "/api/v1/chats", "value": "$.items.1", "expect": None}},
                  {"name": "what was said is kept once",
                   "call": {"method": "POST", "path": "/api/v1/chats/{chat}/questions/{keeping}/agree", "json": {}},
                   "win": [200], "max_wins": 1,
                   "after": {"path": "/api/v1/voices?query=kept&kind=question", "value": "$.items.1", "expect": None}},
                  {"name": "one person, one vote",
                   "call": {"method": "PUT", "path": "/api/v1/decisions/{decision}/vote", "json": {"choice": "yes"}},
                   "win": [200], "max_wins": 100000,
                   "after": {"path": "/api/v1/decisions/{decision}", "value": "$.voters", "expect": 1}},
                  {"name": "a vote is opened once", "call": {"method": "POST", "path": "/api/v1/decisions/{proposed}/open", "json": {}},
                   "win": [200], "max_wins": 1,
                   "after": {"path": "/api/v1/decisions/{proposed}", "value": "$.electorates.0.roll", "expect": 1}},
                  {"name": "a vote is closed once", "call": {"method": "POST", "path": "/api/v1/decisions/{decision}/close", "json": {"reason": "All is said."}},
                   "win": [200], "max_wins": 1,
                   "after": {"path": "/api/v1/decisions/{decision}", "value": "$.result.electorates.0.yes", "expect": 1}},
                  {"name": "a decision is reviewed once",
                   "call": {"method": "POST", "path": "/api/v1/decisions/{decision}/review",
                            "json": {"result": "failed", "value": 4, "words": "It failed."}},
                   "win": [200], "max_wins": 1,
                   "after": {"path": "/api/v1/decisions/{decision}", "value": "$.state", "expect": "reviewed"}},
                  {"name": "one voter, one ballot of a budget",
                   "call": {"method": "PUT", "path": "/api/v1/decisions/{budget}/vote", "json": {"approve": ["1"]}},
                   "win": [200], "max_wins": 100000,
                   "after": {"path": "/api/v1/decisions/{budget}", "value": "$.voters", "expect": 1}},
                  {"name": "a budget is closed once", "call": {"method": "POST", "path": "/api/v1/decisions/{budget}/close", "json": {"reason": "All is said."}},
                   "win": [200], "max_wins": 1,
                   "after": {"path": "/api/v1/decisions/{budget}", "value": "$.result.budget.voters", "expect": 1}},
                  {"name": "a project is accepted", "call": {"method": "POST", "path": "/api/v1/projects/{judging_project}/accept", "json": {}},
                   "win": [200], "max_wins": 1,
                   "after": {"path": "/api/v1/projects/{judging_project}", "value": "$.judgement", "expect": "accepted"}},
                  {"name": "who stands for a project stands once",
                   "call": {"method": "PUT", "path": "/api/v1/projects/{judging_project}/standing", "json": {}},
                   "win": [200], "max_wins": 100000,
                   "after": {"path": "/api/v1/projects/{judging_project}", "value": "$.standers", "expect": 1}},
                  {"name": "a vote that was handed on is taken once",
                   "call": {"method": "POST", "path": "/api/v1/delegations/{taken}/accept", "json": {}},
                   "win": [200], "max_wins": 1,
                   "after": {"path": "/api/v1/delegations", "value": "$.items.2", "expect": None}},
                  {"name": "a vote is taken back once", "call": {"method": "DELETE", "path": "/api/v1/delegations/{handed}"},
                   "win": [204], "max_wins": 1,
                   "after": {"path": "/api/v1/delegations", "value": "$.items.1", "expect": None}},
                  {"name": "a promise is kept once",
                   "call": {"method": "POST", "path": "/api/v1/commitments/{promise}/keep", "json": {}},
                   "win": [200], "max_wins": 1,
                   "after": {"path": "/api/v1/commitments/kept-rates", "value": "$.items.0.kept", "expect": 1}},
                  {"name": "a request is taken once",
                   "call": {"method": "POST", "path": "/api/v1/requests/{request}/take", "json": {}},
                   "win": [200], "max_wins": 1,
                   "after": {"path": "/api/v1/requests/{request}", "value": "$.state", "expect": "taken"}},
                  {"name": "a request is answered once",
                   "call": {"method": "POST", "path": "/api/v1/requests/{request}/answer", "json": {"words": "Here it is"}},
                   "win": [200, 201], "max_wins": 1, "min_wins": 0,
                   "after": {"path": "/api/v1/voices/{voice}/replies", "value": "$.items.1", "expect": None}},
                  {"name": "a promise is broken once",
                   "call": {"method": "POST", "path": "/api/v1/commitments/{broken}/break", "json": {"why": "No time"}},
                   "win": [200], "max_wins": 1,
                   "after": {"path": "/api/v1/commitments/kept-rates", "value": "$.items.0.broken", "expect": 1}},
                  {"name": "a promise is moved once",
                   "call": {"method": "POST", "path": "/api/v1/commitments/{moved}/move", "json": {"why": "Later", "due": IN_TWO_YEARS}},
                   "win": [200], "max_wins": 1,
                   "after": {"path": "/api/v1/commitments/{moved}", "value": "$.moves.1", "expect": None}},
                  {"name": "the same is called out once",
                   "call": {"method": "POST", "path": "/api/v1/callouts", "json": {"about": "{theirs}", "body": "Not done either"}},
                   "win": [201], "max_wins": 1,
                   "after": {"path": "/api/v1/commitments/{theirs}", "value": "$.open_callouts", "expect": 1}},
                  {"name": "a call-out is answered once",
                   "call": {"method": "POST", "path": "/api/v1/callouts/{callout}/answer", "json": {"body": "Soon"}},
                   "win": [200, 201], "max_wins": 1,
                   "after": {"path": "/api/v1/voices/{callout}/replies", "value": "$.items.1", "expect": None}},
                  {"name": "a call-out is closed once",
                   "call": {"method": "POST", "path": "/api/v1/callouts/{callout}/close", "json": {}, "headers": asker},
                   "win": [200], "max_wins": 1,
                   "after": {"path": "/api/v1/commitments/{moved}", "value": "$.open_callouts", "expect": 0}},
                  {"name": "a promise is hidden once",
                   "call": {"method": "PUT", "path": "/api/v1/things/{theirs}/hiding", "json": {"reason": "once"}},
                   "win": [204], "max_wins": 1,
                   "after": {"path": "/api/v1/commitments/kept-rates", "value": "$.items.1.running", "expect": 1}},
                  {"name": "a proposal is changed before it is opened, and not after",
                   "call": {"method": "PATCH", "path": "/api/v1/decisions/{proposed}", "json": {"title": "Changed {i}"}},
                   "win": [200], "max_wins": 0,
                   "after": {"path": "/api/v1/decisions/{proposed}/revisions", "value": "$.items.0", "expect": None}},
                  {"name": "a decision is taken back once",
                   "call": {"method": "POST", "path": "/api/v1/decisions/{withdrawn}/withdraw", "json": {"reason": "once"}},
                   "win": [200], "max_wins": 1,
                   "after": {"path": "/api/v1/decisions/{withdrawn}", "value": "$.state", "expect": "withdrawn"}},
                  {"name": "a procedure is mended once",
                   "call": {"method": "POST", "path": "/api/v1/procedures/{procedure}/mend",
                            "json": {"words": "As it is now", "said": "It is in nobody's way any more."}},
                   "win": [200], "max_wins": 1,
                   "after": {"path": "/api/v1/procedures/{procedure}", "value": "$.version", "expect": 2}},
                  {"name": "a procedure is retired once",
                   "call": {"method": "POST", "path": "/api/v1/procedures/{retiring}/retire", "json": {"why": "Nobody needs it."}},
                   "win": [200], "max_wins": 1,
                   "after": {"path": "/api/v1/procedures/{retiring}", "value": "$.state", "expect": "retired"}},
                  {"name": "a suggestion is taken over once",
                   "call": {"method": "POST", "path": "/api/v1/suggestions/{document_suggestion}/accept", "json": {"version": 1}},
                   "win": [200], "max_wins": 1,
                   "after": {"path": "/api/v1/documents/{document}", "value": "$.version", "expect": 2}},
                  {"name": "a suggestion is declined once",
                   "call": {"method": "POST", "path": "/api/v1/suggestions/{declined_suggestion}/decline", "json": {"reason": "It is not so."}},
                   "win": [200], "max_wins": 1,
                   "after": {"path": "/api/v1/documents/{declined}", "value": "$.suggestions", "expect": 0}},
                  {"name": "what a customer said is checked once",
                   "call": {"method": "POST", "path": "/api/v1/facts/{fact}/check", "json": {"version": 1, "so": True}},
                   "win": [200], "max_wins": 1,
                   "after": {"path": "/api/v1/facts/{fact}", "value": "$.checking", "expect": "confirmed"}},
                  {"name": "a change of a fact is taken back once",
                   "call": {"method": "POST", "path": "/api/v1/facts/{other_fact}/undo", "json": {"version": 1}},
                   "win": [200], "max_wins": 1,
                   "after": {"path": "/api/v1/facts/{other_fact}", "value": "$.version", "expect": 2}},
                  {"name": "a side signs a version once",
                   "call": {"method": "POST", "path": "/api/v1/agreements/{agreement}/sign", "json": {"version": 1}},
                   "win": [200], "max_wins": 1,
                   "after": {"path": "/api/v1/agreements/{agreement}", "value": "$.signatures.1", "expect": None}},
                  {"name": "a barrier is settled once",
                   "call": {"method": "POST", "path": "/api/v1/barriers/{barrier}/answer", "json": {"state": "removed", "remedy": "It is gone."}},
                   "win": [200], "max_wins": 1,
                   "after": {"path": "/api/v1/barriers/{barrier}", "value": "$.state", "expect": "removed"}},
                  {"name": "a place is removed once",
                   "call": {"method": "POST", "path": "/api/v1/places/{place}/removal", "json": {"why": "Sold"}},
                   "win": [200], "max_wins": 1,
                   "after": {"path": "/api/v1/places/{place}", "value": "$.removed_why", "expect": "Sold"}},
                  {"name": "what changed is published once",
                   "call": {"method": "POST", "path": "/api/v1/changelog/{told}/publish", "json": {}},
                   "win": [200], "max_wins": 1,
                   "after": {"path": "/api/v1/changelog/{told}", "value": "$.title", "expect": "What changed"}},
                  {"name": "a theme is merged once",
                   "call": {"method": "POST", "path": "/api/v1/themes/{theme}/merge", "json": {"into": "{into}"}},
                   "win": [200], "max_wins": 1,
                   "after": {"path": "/api/v1/themes/{into}", "value": "$.voices", "expect": 1}},
                  {"name": "a change of a theme is taken back once",
                   "call": {"method": "POST", "path": "/api/v1/themes/{named}/undo", "json": {"deed": "{deed}"}},
                   "win": [200], "max_wins": 1,
                   "after": {"path": "/api/v1/themes/{named}", "value": "$.title", "expect": "Named once"}},
                  {"name": "a voice is merged once",
                   "call": {"method": "POST", "path": "/api/v1/voices/{same}/merge", "json": {"into": "{voice}"}},
                   "win": [200], "max_wins": 1,
                   "after": {"path": "/api/v1/voices/{voice}", "value": "$.inherited", "expect": 1}},
                  {"name": "support is taken back once",
                   "call": {"method": "POST", "path": "/api/v1/voices/{same}/not-meant", "json": {}},
                   "win": [200], "max_wins": 100000,
                   "after": {"path": "/api/v1/voices/{voice}", "value": "$.inherited", "expect": 0}},
                  {"name": "a merge is undone once",
                   "call": {"method": "POST", "path": "/api/v1/voices/{same}/unmerge", "json": {}},
                   "win": [200], "max_wins": 1,
                   "after": {"path": "/api/v1/voices/{same}", "value": "$.supporters", "expect": 1}},
                  {"name": "one person, one opinion",
                   "call": {"method": "PUT", "path": "/api/v1/conversations/{conversation}/statements/{statement}/vote", "json": {"vote": "agree"}},
                   "win": [200], "max_wins": 100000,
                   "after": {"path": "/api/v1/conversations/{conversation}/statements/{statement}", "value": "$.votes.agree", "expect": 1}},
                  {"name": "a statement is accepted once",
                   "call": {"method": "POST", "path": "/api/v1/conversations/{conversation}/statements/{judged}/accept", "json": {}},
                   "win": [200], "max_wins": 1,
                   "after": {"path": "/api/v1/conversations/{conversation}", "value": "$.statements", "expect": 2}},
                  {"name": "a conversation is closed once",
                   "call": {"method": "POST", "path": "/api/v1/conversations/{conversation}/close", "json": {}},
                   "win": [200], "max_wins": 1,
                   "after": {"path": "/api/v1/conversations/{conversation}", "value": "$.people", "expect": 1}},
                  {"name": "a file hangs on one thing",
                   "call": {"method": "PATCH", "path": "/api/v1/voices/{voice}", "json": {"files": ["{file}"]}},
                   "win": [200], "max_wins": 1,
                   "after": {"path": "/api/v1/voices/{voice}", "value": "$.files.1", "expect": None}},
                  {"name": "support", "call": {"method": "PUT", "path": "/api/v1/voices/{voice}/support", "json": {}},
                   "win": [200], "max_wins": 100000,
                   "after": {"path": "/api/v1/voices/{voice}", "value": "$.supporters", "expect": 1}},
                  {"name": "one key, one voice",
                   "call": {"method": "POST", "path": "/api/v1/voices", "json": {"title": "zumbaloo"},
                            "headers": {"Idempotency-Key": "race-1"}},
                   "win": [201], "max_wins": 100000,
                   "after": {"path": "/api/v1/voices?query=zumbaloo", "value": "$.items.1", "expect": None}},
                  {"name": "the report is chosen once",
                   "call": {"method": "PUT", "path": "/api/v1/me/letters", "json": {"report": True}},
                   "win": [200], "max_wins": 100000,
                   "after": {"path": "/api/v1/me/letters", "value": "$.report", "expect": True}},
                  {"name": "twenty webhooks and no more",
                   "call": {"method": "POST", "path": "/api/v1/webhooks", "json": {"url": "https://hooks.example.com/"}},
                   "win": [201], "max_wins": 20,
                   "after": {"path": "/api/v1/webhooks", "value": "$.items.20", "expect": None}}])
        if tool("race.py", config, "--parallel", 32):
            return 1
        server = bb.Server({"base": "", "_host": "127.0.0.1", "_port": port, "server": hall.server(copied=False)})
        server.start()
        wrong, ends = import_race.run([port], [hall.data], hall.owner, hall.token("backer@trust.example", "--name", "Backer"), 12 if full else 4)
        server.stop()
        print(json.dumps({"import_race": ends, "findings": wrong, "verdict": "FAIL" if wrong else "PASS"}))
        return 1 if wrong else 0
    finally:
        hall.remove()


def run_xss(program, port, full):
    hall = Hall(program, port, rate_limits=False)
    try:
        talker = {"Authorization": f"Bearer {hall.token('talker@trust.example', '--name', 'Talker')}"}
        for number, config in enumerate((
            {"post": {"method": "POST", "path": "/api/v1/voices", "json": {"title": "t{n} {f_title}", "body": "{f_body}",
                                                                         "tags": []},
                      "capture": {"id": "$.id"}},
             "fields": ["body", "title"],
             "views": ["/voices/{id}", "/voices?query=XM{n}A", "/api/v1/voices/{id}"]},
            # The title in the dialog that merges it, and searches for others.
            {"post": {"method": "POST", "path": "/api/v1/voices", "json": {"title": "t{n} {f_title}", "body": "", "tags": []},
                      "capture": {"id": "$.id"}},
             "fields": ["title"], "views": ["/voices/{id}/merging", "/voices/{id}/merging?into={voice}"]},
            {"post": {"method": "POST", "path": "/api/v1/voices/{voice}/replies", "json": {"body": "{f_body}"},
                      "capture": {"id": "$.id"}},
             "fields": ["body"], "views": ["/api/v1/replies/{id}", "/replies/{id}/edit"]},
            # What a file is called, and what a picture is said to show.
            {"post": {**a_file("{f_name}.txt"), "capture": {"id": "$.id"}},
             "then": [{"method": "POST", "path": "/api/v1/voices", "json": {"title": "v{n}", "files": ["{id}"]}, "capture": {"said": "$.id"}}],
             "fields": ["name"], "views": ["/voices/{said}", "/voices/{said}/edit", "/api/v1/files/{id}"]},
            {"post": {**a_picture(), "capture": {"id": "$.id"}},
             "then": [{"method": "PATCH", "path": "/api/v1/files/{id}", "json": {"alt": "{f_alt}"}},
                      {"method": "POST", "path": "/api/v1/voices", "json": {"title": "v{n}", "files": ["{id}"]}, "capture": {"said": "$.id"}}],
             "fields": ["alt"], "views": ["/voices/{said}", "/voices/{said}/edit", "/api/v1/files/{id}"]},
            {"post": {"method": "POST", "path": "/api/v1/circles", "json": {"name": "c{n} {f_name}", "purpose": "{f_purpose}",
                                                                          "kind": "forum", "visibility": "public"},
                      "capture": {"id": "$.id"}},
             "fields": ["name", "purpose"], "views": ["/circles/{id}", "/forums"]},
            {"post": {"method": "POST", "path": "/api/v1/voices", "json": {"kind": "story", "title": "t{n} {f_title}", "body": "{f_body}"},
                      "capture": {"id": "$.id"}},
             "fields": ["title"], "views": ["/stories", "/"]},
            {"post": {"method": "POST", "path": "/api/v1/barriers",
                      "json": {"what": "b{n} {f_what}", "words": "w {f_words}", "who": "w {f_who}"}, "capture": {"id": "$.id"}},
             "fields": ["what", "words", "who"], "views": ["/barriers/{id}", "/api/v1/barriers/{id}"]},
            {"post": {"method": "POST", "path": "/api/v1/barriers", "json": {"what": "b{n}", "words": "w"}, "capture": {"id": "$.id"}},
             "then": [{"method": "POST", "path": "/api/v1/barriers/{id}/replies", "json": {"body": "r {f_reply}"}}],
             "fields": ["reply"], "views": ["/barriers/{id}", "/api/v1/barriers/{id}/replies"]},
            {"post": {"method": "POST", "path": "/api/v1/barriers", "json": {"what": "b{n} {f_what}", "who": "w {f_who}"},
                      "capture": {"id": "$.id"}},
             "then": [{"method": "POST", "path": "/api/v1/barriers/{id}/answer",
                       "json": {"state": "planned", "remedy": "r {f_remedy}", "due": IN_A_YEAR}}],
             "fields": ["what", "who", "remedy"], "views": ["/barriers", "/barriers/{id}"]},
            {"post": {"method": "POST", "path": "/api/v1/agreements",
                      "json": {"title": "a{n} {f_title}", "words": "w {f_words}", "circle": "{circle}"}, "capture": {"id": "$.id"}},
             "fields": ["title", "words"],
             "views": ["/agreements/{id}", "/agreements/{id}/edit", "/agreements/{id}/versions/1", "/api/v1/agreements/{id}"]},
            {"post": {"method": "POST", "path": "/api/v1/agreements", "json": {"title": "a{n}", "words": "w", "circle": "{circle}"},
                      "capture": {"id": "$.id"}},
             "then": [{"method": "POST", "path": "/api/v1/agreements/{id}/replies", "json": {"body": "r {f_reply}"}}],
             "fields": ["reply"], "views": ["/agreements/{id}", "/api/v1/agreements/{id}/replies"]},
            {"post": {"method": "POST", "path": "/api/v1/agreements", "json": {"title": "a{n} {f_title}", "words": "w", "circle": "{circle}"},
                      "capture": {"id": "$.id"}},
             "then": [{"method": "PATCH", "path": "/api/v1/agreements/{id}", "json": {"words": "v", "said": "s {f_said}"}}],
             "fields": ["title", "said"], "views": ["/agreements/{id}", "/agreements/{id}/versions/2"]},
            {"post": {"method": "POST", "path": "/api/v1/agreements", "json": {"title": "a{n} {f_title}", "words": "w", "circle": "{circle}"},
                      "capture": {"id": "$.id"}},
             "fields": ["title"], "views": ["/agreements"]},
            # Another's voice is moved with a reason that all can read.
            {"post": {"method": "POST", "path": "/api/v1/voices", "json": {"title": "v{n}"}, "headers": talker, "capture": {"id": "$.id"}},
             "then": [{"method": "PATCH", "path": "/api/v1/voices/{id}", "json": {"circle": "{circle}", "reason": "m{n} {f_reason}"}}],
             "fields": ["reason"], "views": ["/moderation/log"]},
            {"post": {"method": "PATCH", "path": "/api/v1/me", "json": {"name": "n{n} {f_name}", "about": "{f_about}"},
                      "capture": {"id": "$.id"}},
             "fields": ["name", "about"], "views": ["/people/{id}"]},
            {"post": {"method": "POST", "path": "/api/v1/decisions",
                      "json": {**THEORY, "method": "approval", "title": "d{n} {f_title}", "belief": "b {f_belief}",
                               "for": "f {f_for}", "measure": "m {f_measure}", "target": "t {f_target}",
                               "options": ["a {f_option}", "another"]}, "capture": {"id": "$.id"}},
             "fields": ["title", "belief", "for", "measure", "target", "option"],
             "views": ["/decisions/{id}", "/api/v1/decisions/{id}"]},
            # What a proposal says, and what it said before the next payload came.
            {"post": {"method": "PATCH", "path": "/api/v1/decisions/{proposed}",
                      "json": {"title": "d{n} {f_title}", "belief": "b {f_belief}", "for": "f {f_for}", "measure": "m {f_measure}",
                               "target": "t {f_target}"}},
             "fields": ["title", "belief", "for", "measure", "target"],
             "views": ["/decisions/{proposed}", "/decisions/{proposed}/edit"]},
            {"post": {"method": "POST", "path": "/api/v1/decisions/{decision}/arguments",
                      "json": {"body": "{f_body}", "side": "for"}, "capture": {"id": "$.id"}},
             "fields": ["body"], "views": ["/decisions/{decision}", "/api/v1/replies/{id}"]},
            {"post": {"method": "PUT", "path": "/api/v1/decisions/{decision}/vote",
                      "json": {"choice": "objection", "reason": "r {f_reason}"}},
             "fields": ["reason"], "views": ["/decisions/{decision}", "/api/v1/decisions/{decision}/objections"]},
            {"post": {"method": "POST", "path": "/api/v1/decisions/{over}/review",
                      "json": {"result": "unclear", "value": "v {f_value}", "words": "w {f_words}"}},
             "fields": ["value", "words"], "views": ["/decisions/{over}", "/api/v1/decisions/{over}"]},
            {"post": {"method": "POST", "path": "/api/v1/decisions/{judging}/projects",
                      "json": {"title": "p{n} {f_title}", "cost": 400, "place": "p {f_place}", "words": "{f_words}"},
                      "capture": {"id": "$.id"}},
             "fields": ["title", "place", "words"], "views": ["/projects/{id}", "/projects/{id}/edit", "/api/v1/projects/{id}"]},
            {"post": {"method": "POST", "path": "/api/v1/projects/{judging_project}/decline", "json": {"reason": "r {f_reason}"}},
             "fields": ["reason"],
             "views": ["/projects/{judging_project}", "/decisions/{judging}", "/api/v1/projects/{judging_project}"]},
            {"post": {"method": "POST", "path": "/api/v1/commitments",
                      "json": {"what": "p{n} {f_what}", "to": "{circle}", "due": IN_A_YEAR}, "capture": {"id": "$.id"}},
             "fields": ["what"], "views": ["/promises/{id}", "/promises?state=running", "/api/v1/commitments/{id}"]},
            # Reasons, which are for all to read: of a promise that is broken or hidden, a decision taken back, a call-out
            # that is closed, a request declined; and what an author says of an outcome.
            {"post": {"method": "POST", "path": "/api/v1/commitments", "json": {"what": "p{n}", "to": "{circle}", "due": IN_A_YEAR},
                      "capture": {"id": "$.id"}},
             "then": [{"method": "POST", "path": "/api/v1/commitments/{id}/break", "json": {"why": "{f_why}"}}],
             "fields": ["why"], "views": ["/promises/{id}", "/api/v1/commitments/{id}"]},
            {"post": {"method": "POST", "path": "/api/v1/commitments", "json": {"what": "p{n}", "to": "{owner}", "due": IN_A_YEAR},
                      "headers": talker, "capture": {"id": "$.id"}},
             "then": [{"method": "PUT", "path": "/api/v1/things/{id}/hiding", "json": {"reason": "{f_reason}"}}],
             "fields": ["reason"], "views": ["/promises/{id}", "/moderation/log"]},
            {"post": {"method": "POST", "path": "/api/v1/documents", "json": {"title": "d{n}", "words": "w"}, "capture": {"id": "$.id"}},
             "then": [{"method": "PUT", "path": "/api/v1/things/{id}/hiding", "json": {"reason": "{f_reason}"}}],
             "fields": ["reason"], "views": ["/documents/{id}", "/moderation/log"]},
            {"post": {"method": "POST", "path": "/api/v1/decisions", "json": {**THEORY, "title": "d{n}"}, "capture": {"id": "$.id"}},
             "then": [{"method": "POST", "path": "/api/v1/decisions/{id}/withdraw", "json": {"reason": "{f_reason}"}}],
             "fields": ["reason"], "views": ["/decisions/{id}", "/api/v1/decisions/{id}"]},
            {"post": {"method": "POST", "path": "/api/v1/callouts", "json": {"about": "{promise}", "title": "c{n}", "body": ""},
                      "capture": {"id": "$.id"}},
             "then": [{"method": "POST", "path": "/api/v1/callouts/{id}/close", "json": {"why": "{f_why}"}}],
             "fields": ["why"], "views": ["/voices/{id}", "/api/v1/callouts/{id}"]},
            # About a voice of its own each: whoever has not answered is not asked again.
            {"post": {"method": "POST", "path": "/api/v1/voices", "json": {"title": "v{n}"}, "capture": {"id": "$.id"}},
             "then": [{"method": "POST", "path": "/api/v1/requests", "json": {"about": "{id}", "person": "{talker}", "words": "r{n}"},
                       "capture": {"request": "$.id"}},
                      {"method": "POST", "path": "/api/v1/requests/{request}/decline", "headers": talker, "json": {"why": "{f_why}"}}],
             "fields": ["why"], "views": ["/requests/{request}", "/api/v1/requests/{request}"]},
            {"post": {"method": "POST", "path": "/api/v1/voices", "json": {"title": "v{n}"}, "capture": {"id": "$.id"}},
             "then": [{"method": "PATCH", "path": "/api/v1/voices/{id}", "json": {"status": "done"}},
                      {"method": "PUT", "path": "/api/v1/voices/{id}/check", "json": {"helped": False, "words": "{f_words}"}}],
             "fields": ["words"], "views": ["/voices/{id}"]},
            {"post": {"method": "POST", "path": "/api/v1/callouts",
                      "json": {"about": "{promise}", "title": "c{n} {f_title}", "body": "{f_body}"}, "capture": {"id": "$.id"}},
             "fields": ["title"], "views": ["/promises/{promise}", "/voices/{id}", "/api/v1/callouts/{id}"]},
            # The page of the promise names a call-out by its title; its words stand on the voice.
            {"post": {"method": "POST", "path": "/api/v1/callouts",
                      "json": {"about": "{promise}", "title": "c{n}", "body": "{f_body}"}, "capture": {"id": "$.id"}},
             "fields": ["body"], "views": ["/voices/{id}"]},
            {"post": {"method": "POST", "path": "/api/v1/themes",
                      "json": {"title": "t{n} {f_title}", "keywords": ["k{n}"], "voices": ["{voice}"]}, "capture": {"id": "$.id"}},
             "fields": ["title"], "views": ["/themes/{id}", "/voices/{voice}", "/voices/{voice}/theme", "/voices?theme={id}",
                                            "/api/v1/themes/{id}"]},
            # Without the voice, which each theme takes from the one before it: the small charts of the list would change.
            {"post": {"method": "POST", "path": "/api/v1/themes", "json": {"title": "t{n} {f_title}"}, "capture": {"id": "$.id"}},
             "fields": ["title"], "views": ["/themes/{id}", "/themes"]},
            {"post": {"method": "POST", "path": "/api/v1/goals",
                      "json": {"title": "g{n} {f_title}", "words": "{f_words}", "measure": "m {f_measure}",
                               "target": "t {f_target}", "due": IN_A_YEAR}, "capture": {"id": "$.id"}},
             "fields": ["title", "words", "measure", "target"],
             "views": ["/strategy/{id}", "/strategy/{id}/edit", "/api/v1/goals/{id}"]},
            {"post": {"method": "POST", "path": "/api/v1/goals", "json": {"title": "g{n} {f_title}", "measure": "m", "target": "t",
                                                                        "due": IN_A_YEAR}, "capture": {"id": "$.id"}},
             "fields": ["title"], "views": ["/strategy"]},
            {"post": {"method": "POST", "path": "/api/v1/changelog",
                      "json": {"title": "n{n} {f_title}", "words": "{f_words}", "voices": ["{voice}"], "publish": True},
                      "capture": {"id": "$.id"}},
             "fields": ["title", "words"],
             "views": ["/changelog/{id}", "/changelog/{id}/edit", "/changelog", "/api/v1/changelog/{id}"]},
            # A title in a feed is text and says so; its words are HTML there, too.
            {"post": {"method": "POST", "path": "/api/v1/changelog",
                      "json": {"title": "n{n}", "words": "{f_words}", "publish": True}, "capture": {"id": "$.id"}},
             "fields": ["words"], "views": ["/changelog.atom"]},
            {"post": {"method": "POST", "path": "/api/v1/chats/{chat}/messages", "json": {"body": "{f_body}"},
                      "capture": {"id": "$.sequence"}},
             "fields": ["body"], "views": ["/chats/{chat}", "/chats/{chat}/question"]},
            {"post": {"method": "POST", "path": "/api/v1/skills", "json": {"name": "Marking up", "words": "{f_words}"},
                      "capture": {"id": "$.id"}},
             "fields": ["words"], "views": ["/people/skills/{id}", "/people/{owner}"]},
            {"post": {"method": "PUT", "path": "/api/v1/circles/{circle}/together", "json": {"words": "w{n} {f_words}"},
                      "capture": {"id": "$.id"}},
             "fields": ["words"], "views": ["/circles/{circle}/together", "/api/v1/circles/{circle}/together"]},
            {"post": {"method": "POST", "path": "/api/v1/conversations",
                      "json": {"question": "q{n} {f_question}", "words": "{f_words}", "statements": ["s{n} {f_statements}"]},
                      "capture": {"id": "$.id"}},
             "fields": ["question", "words"],
             "views": ["/conversations/{id}", "/conversations/{id}/edit", "/api/v1/conversations/{id}"]},
            {"post": {"method": "POST", "path": "/api/v1/conversations",
                      "json": {"question": "q{n}", "statements": ["s{n} {f_statements}"]}, "capture": {"id": "$.id"}},
             "fields": ["statements"],
             "views": ["/conversations/{id}/statements", "/api/v1/conversations/{id}/statements"]},
            {"post": {"method": "POST", "path": "/api/v1/procedures",
                      "json": {"title": "p{n} {f_title}", "purpose": "p {f_purpose}", "words": "w {f_words}"}, "capture": {"id": "$.id"}},
             "fields": ["title", "purpose", "words"],
             "views": ["/procedures/{id}", "/api/v1/procedures/{id}"]},
            {"post": {"method": "POST", "path": "/api/v1/procedures", "json": {"title": "p{n}", "words": "w {f_words}"},
                      "capture": {"id": "$.id"}},
             "fields": ["words"], "views": ["/procedures/{id}/edit", "/procedures/{id}/versions/1"]},
            {"post": {"method": "POST", "path": "/api/v1/procedures",
                      "json": {"title": "p{n} {f_title}", "purpose": "p {f_purpose}", "words": "w"}, "capture": {"id": "$.id"}},
             "fields": ["title", "purpose"], "views": ["/procedures"]},
            {"post": {"method": "POST", "path": "/api/v1/procedures/{procedure}/bypasses",
                      "json": {"why": "b{n} {f_why}", "happened": "h {f_happened}", "for_whom": "f {f_for}"}, "capture": {"id": "$.id"}},
             "fields": ["why", "happened", "for"],
             "views": ["/procedures/{procedure}", "/procedures/{procedure}/mending", "/api/v1/procedures/{procedure}/bypasses"]},
            {"post": {"method": "POST", "path": "/api/v1/documents",
                      "json": {"title": "d{n} {f_title}", "purpose": "p {f_purpose}", "words": "w {f_words}", "why": "y {f_why}"},
                      "capture": {"id": "$.id"}},
             "fields": ["title", "purpose", "words", "why"],
             "views": ["/documents/{id}", "/api/v1/documents/{id}"]},
            {"post": {"method": "POST", "path": "/api/v1/documents", "json": {"title": "d{n} {f_title}", "words": "w", "why": "y {f_why}"},
                      "capture": {"id": "$.id"}},
             "fields": ["title", "why"], "views": ["/documents/{id}/rule"]},
            {"post": {"method": "POST", "path": "/api/v1/documents", "json": {"title": "d{n} {f_title}", "words": "w"},
                      "capture": {"id": "$.id"}},
             "fields": ["title"], "views": ["/documents/{id}/versions"]},
            {"post": {"method": "POST", "path": "/api/v1/documents", "json": {"title": "d{n} {f_title}", "words": "w {f_words}"},
                      "capture": {"id": "$.id"}},
             "fields": ["title", "words"],
             # Not its edit form: the list of what it may stand under grows with each document. Suggesting has the same fields.
             "views": ["/documents/{id}/versions/1", "/documents/{id}/suggest"]},
            {"post": {"method": "POST", "path": "/api/v1/documents/{document}/suggestions",
                      "json": {"title": "s{n} {f_title}", "words": "w {f_words}", "why": "y {f_why}"}, "capture": {"id": "$.id"}},
             "fields": ["title", "words", "why"],
             "views": ["/documents/{document}/suggestions/{id}", "/api/v1/suggestions/{id}"]},
            {"post": {"method": "POST", "path": "/api/v1/documents/{document}/comments", "json": {"body": "{f_body}", "paragraph": 1},
                      "capture": {"id": "$.id"}},
             "fields": ["body"], "views": ["/documents/{document}", "/api/v1/documents/{document}/comments"]},
            {"post": {"method": "PATCH", "path": "/api/v1/facts/{fact}", "json": {"value": "f{n} {f_value}", "why": "y {f_why}"},
                      "capture": {"id": "$.id"}},
             "fields": ["value"], "views": ["/facts/{fact}", "/people/{said_by}", "/api/v1/facts/{fact}/versions"]},
            {"post": {"method": "PATCH", "path": "/api/v1/facts/{other_fact}", "json": {"value": "f{n}", "why": "y {f_why}"},
                      "capture": {"id": "$.id"}},
             "fields": ["why"], "views": ["/facts/{other_fact}", "/facts.csv?kind={kind}"]},
            {"post": {"method": "POST", "path": "/api/v1/places", "json": {"name": "p{n} {f_name}", "keeper": "{said_by}"},
                      "refused": [400, 409, 413, 422], "capture": {"id": "$.id"}},
             "fields": ["name"], "views": ["/places/{id}", "/people/{said_by}", "/api/v1/places/{id}"]},
            {"post": {"method": "POST", "path": "/api/v1/places", "json": {"name": "p{n}", "keeper": "{said_by}"}, "capture": {"id": "$.id"}},
             "then": [{"method": "POST", "path": "/api/v1/places/{id}/removal", "json": {"why": "y {f_why}"}}],
             "fields": ["why"], "views": ["/places/{id}", "/api/v1/places/{id}"]},
            {"post": {"method": "PATCH", "path": "/api/v1/fact-kinds/{kind}", "json": {"name": "k{n} {f_name}"}, "capture": {"id": "$.id"}},
             "fields": ["name"], "views": ["/settings/facts", "/settings/facts/{id}", "/facts/{other_fact}", "/api/v1/fact-kinds/{id}"]},
            {"post": {"method": "POST", "path": "/api/v1/requests",
                      "json": {"about": "{voice}", "topic": "t{n} {f_topic}", "words": "{f_words}"}, "capture": {"id": "$.id"}},
             "fields": ["topic", "words"], "views": ["/requests/{id}", "/requests?box=all", "/voices/{voice}", "/api/v1/requests/{id}"]},
        )):
            part = hall.config(setup=[{"method": "POST", "path": "/api/v1/voices", "json": {"title": "Subject"},
                                       "capture": {"voice": "$.id"}}, a_circle(f"Deciders {number}"), A_PROMISE, *a_procedure(bypasses=0), *a_document(), a_decision(), a_decision("proposed", open=False), a_decision("over", review_on=TODAY),
                                      *a_budget("judging", open=False), *(a_fact(talker, number) if "/fact" in config["post"]["path"] or "/places" in config["post"]["path"] else ()),
                                      {"method": "PUT", "path": "/api/v1/decisions/{over}/vote", "json": {"choice": "consent"}},
                                      {"method": "POST", "path": "/api/v1/decisions/{over}/close", "json": {"reason": "All is said."}}, *a_chat(hall)], xss={**config, "allow_schemes": ["http", "https", "mailto"]})
            # In short, an eighth of the payloads for each field, another eighth for the next one.
            if tool("xss.py", part, *(() if full else ("--every", 8, "--first", number % 8))):
                return 1
        return 0
    finally:
        hall.remove()


def run_ssrf(program, port, full):
    """Addresses that point inside, as those of webhooks: none is stored, none is called."""
    hall = Hall(program, port, rate_limits=False)
    try:
        config = hall.config(**json.loads((HERE / "configs/ssrf.json").read_text()))
        return tool("ssrf.py", config)
    finally:
        hall.remove()


def run_matrix(program, port, full):
    """Cells from sight.py, an independent model of the rule of sight, and every route of the program (sweep.py)."""
    hall = Hall(program, port, rate_limits=False)
    try:
        server = bb.Server({"base": "", "_host": "127.0.0.1", "_port": port, "server": hall.server(copied=False)})
        server.start()
        world = sight.build(hall, port)
        server.stop()
        config = hall.config(matrix=sight.cells(world), **{})
        if tool("matrix.py", config):
            return 1
        server.start()
        wrong = sweep.run(hall, port, world)
        server.stop()
        return wrong
    finally:
        hall.remove()


def run_disk_full(program, port, full):
    """On a small file system of its own: writers get 507, reads go on, and writing resumes when there is space."""
    if os.geteuid() != 0:
        print("trust: disk_full needs root to mount a small tmpfs; left out")
        return 0
    hall = Hall(program, port, rate_limits=False)
    disk = hall.folder / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(disk)]).returncode:
        print("trust: no tmpfs can be mounted here; left out")
        hall.remove()
        return 0
    try:
        shutil.copytree(hall.data, disk / "data")
        hall.data = disk / "data"
        server = bb.Server({"base": "", "_host": "127.0.0.1", "_port": port, "server": hall.server(copied=False)})
        server.start()
        ballast = disk / "ballast"
        seen, made, problems = set(), 0, []
        conn = bb.Conn("127.0.0.1", port, 20)
        head = {"Authorization": f"Bearer {hall.owner}", "Content-Type": "application/json"}

        def say(n):
            return conn.call("POST", "/api/v1/voices", head, json.dumps({"title": f"v{n}", "body": "x" * 20000}).encode())[0]

        def attach(size):
            form = b'--d\r\nContent-Disposition: form-data; name="file"; filename="a.bin"\r\n\r\n' + b"x" * size + b"\r\n--d--\r\n"
            return conn.call("POST", "/api/v1/files", {"Authorization": f"Bearer {hall.owner}",
                                                       "Content-Type": "multipart/form-data; boundary=d"}, form)[0]

        def on_the_shelf():
            return sorted(p.name for p in (disk / "data" / "files").rglob("*") if p.is_file() and p.name != ".lock")

        ballast.write_bytes(b"0" * (2 << 20))
        if attach(6 << 20) != 507 or on_the_shelf():
            problems.append(f"a file that does not fit left {on_the_shelf()}")
        for n in range(2000):
            status = say(n)
            seen.add(status)
            made += status == 201
            if status == 507:
                break
        if 507 not in seen or seen - {201, 507}:
            problems.append(f"statuses while the disk filled: {seen}")
        if conn.call("GET", "/voices")[0] != 200:
            problems.append("reads stopped")
        ballast.unlink()
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline and say("again") != 201:
            time.sleep(0.5)
        if time.monotonic() >= deadline:
            problems.append("writing did not resume when there was space again")
        if attach(100_000) != 201 or len(on_the_shelf()) != 1:
            problems.append(f"files after there was space again: {on_the_shelf()}")
        server.stop()
        check = subprocess.run([hall.program, "audit", "--data", str(hall.data)], capture_output=True, text=True)
        if check.returncode:
            problems.append("audit: " + check.stderr)
        print(json.dumps({"voices": made, "findings": problems, "verdict": "FAIL" if problems else "PASS"}))
        return 1 if problems else 0
    finally:
        subprocess.run(["umount", "-l", str(disk)])
        hall.remove()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("tool", choices=["crash", "nodes", "powercut", "hostile", "matrix", "race", "slowloris", "ssrf", "xss", "disk_full", "upgrade", "backup"])
    parser.add_argument("--program", default=str(HERE.parent.parent / "build/release/moothall"))
    parser.add_argument("--full", action="store_true", default=os.environ.get("MOOTHALL_TRUST") == "full")
    parser.add_argument("--port", type=int, default=0)
    words = parser.parse_args()
    port = words.port or 18500 + os.getpid() % 400
    sys.exit(globals()["run_" + words.tool](words.program, port, words.full))


main()
