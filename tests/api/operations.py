#!/usr/bin/env python3
"""Drives every operation of /api/v1/openapi.json on a real server: the good answer has the documented status and shape,
and an unknown id is a 404 problem."""
import argparse
import io
import json
import os
import subprocess
import sys
import time
import zipfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "trust"))
import bb  # noqa: E402
from halls import Hall  # noqa: E402

ABSENT = "0am4zzzzzzzzz"


def form_of(name, content):
    return (f'--operations\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'.encode()
            + b"Content-Type: text/plain\r\n\r\n" + content + b"\r\n--operations--\r\n")


def zip_of(files):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return packed.getvalue()


FORM = form_of("a.txt", b"An operation")
FOLDER = form_of("a.zip", zip_of({"a-folder.md": "# A folder\n\nWell."}))
problems = []


def check(document, schema, value, where, others=frozenset()):
    """The little of JSON Schema that the document uses; beside that, an answer has no field that the document does not name,
    here or as one of the `others`."""
    if "$ref" in schema:
        return check(document, document["components"]["schemas"][schema["$ref"].split("/")[-1]], value, where, others)
    if "anyOf" in schema:
        if value is None and {"type": "null"} in schema["anyOf"]:
            return None
        return check(document, schema["anyOf"][0], value, where)
    if "allOf" in schema:
        parts = [document["components"]["schemas"][part["$ref"].split("/")[-1]] if "$ref" in part else part for part in schema["allOf"]]
        for part in parts:
            check(document, part, value, where, frozenset(name for one in parts for name in one["properties"]))
        return None
    kinds = {"string": str, "integer": int, "boolean": bool, "object": dict, "array": list}
    kind = kinds.get(schema.get("type"))
    if kind and (not isinstance(value, kind) or (kind is int and isinstance(value, bool))):
        problems.append(f"{where}: {value!r} is no {schema['type']}")
        return None
    if "enum" in schema and value not in schema["enum"]:
        problems.append(f"{where}: {value!r} is none of {schema['enum']}")
    unknown = set(value) - set(schema["properties"]) - others if "properties" in schema else ()
    if unknown:
        problems.append(f"{where}: {', '.join(sorted(unknown))} is not in the document")
    for name in schema.get("required", []):
        if name not in value:
            problems.append(f"{where}: {name} is missing")
    for name, part in schema.get("properties", {}).items():
        if name in value:
            check(document, part, value[name], f"{where}.{name}")
    if kind is list:
        for one in value[:3]:
            check(document, schema["items"], one, where + "[]")
    return None


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", default="build/release/moothall")
    words = parser.parse_args()
    port = 18950 + os.getpid() % 40
    hall = Hall(words.program, port, rate_limits=False)
    other = hall.token("other@trust.example", "--name", "Other")
    server = bb.Server({"base": "", "_host": "127.0.0.1", "_port": port, "server": hall.server(copied=False)})
    server.start()
    conn = bb.Conn("127.0.0.1", port, 20)

    def call(method, path, body=None, token=hall.owner):
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        data = None
        if isinstance(body, bytes):  # a form
            headers["Content-Type"], data = "multipart/form-data; boundary=operations", body
        elif body is not None:
            headers["Content-Type"], data = "application/json", json.dumps(body).encode()
        status, got, text = conn.call(method.upper(), "/api/v1" + path, headers, data)
        return status, got, text

    def made(method, path, body=None, token=hall.owner):
        status, _, text = call(method, path, body, token)
        assert status < 300, (method, path, status, text)
        return json.loads(text) if text else {}

    document = made("get", "/openapi.json")
    code = hall.folder / "operations"
    git = ["git", "-C", str(code), "-c", "user.name=Owner", "-c", "user.email=owner@trust.example"]
    for words in (["git", "init", "-q", str(code)], [*git, "commit", "-q", "--allow-empty", "-m", "Begin"]):
        subprocess.run(words, check=True)
    hall.run("import", "git", code, "--data", hall.data, "--circle", "Everyone")

    def refused(where, wanted, status, got, text):
        if status != wanted or got.get("content-type") != "application/problem+json":
            problems.append(f"{where}: {status} of type {got.get('content-type')}, wanted is a problem {wanted}")
        else:
            check(document, {"$ref": "#/components/schemas/Problem"}, json.loads(text), where)

    person = made("get", "/me", token=other)["id"]
    voice = made("post", "/voices", {"title": "An operation"})["id"]
    reply = made("post", f"/voices/{voice}/replies", {"body": "A reply"})["id"]
    made("patch", f"/voices/{voice}", {"status": "done"})  # an outcome, so that it can be checked
    circle = made("post", "/circles", {"name": "Operations", "kind": "forum", "visibility": "public"})["id"]
    token = made("post", "/me/tokens", {"name": "one"})["id"]
    made("put", f"/circles/{circle}/members/{person}", {"role": "member"})
    made("put", f"/circles/{circle}/mail", {"name": "neighbours"})
    brought = made("post", "/imports", {"text": "title\nBrought in\n"})["id"]
    theory = {"title": "An operation", "belief": "that it works", "for": "all", "measure": "calls answered", "target": "all",
              "review_on": "2099-01-01", "method": "yes-no", "electorates": [{"circle": circle, "threshold": 0.5, "quorum": 0}]}
    decided = {state: made("post", "/decisions", {**theory, "open": state != "proposed"})["id"]
               for state in ("proposed", "voting", "closed", "review", "withdrawn")}
    kept = made("put", f"/decisions/{decided['closed']}/vote", {"choice": "yes"})["receipt"]["ballots"][0]["leaf"]
    made("put", f"/decisions/{decided['review']}/vote", {"choice": "yes"})
    for state in ("closed", "review"):
        made("post", f"/decisions/{decided[state]}/close", {"reason": "All is said."})
    newcomer = made("get", "/me", token=hall.token("newcomer@trust.example", "--name", "Newcomer"))["id"]
    made("put", f"/circles/{circle}/members/{newcomer}", {"role": "member"})
    of_decisions = {"open": decided["proposed"], "ballots": decided["closed"], "review": decided["review"], "revisions": decided["proposed"],
                    "withdraw": decided["withdrawn"]}
    shared = {**theory, "method": "equal-shares", "budget": {"amount": 1000, "unit": "€"}}
    budget = {state: made("post", "/decisions", shared)["id"] for state in ("proposed", "closed")}
    project = {state: made("post", f"/decisions/{one}/projects", {"title": "A bench", "cost": 400})["id"]
               for state, one in budget.items()}
    made("post", f"/decisions/{budget['closed']}/open")
    paid = made("put", f"/decisions/{budget['closed']}/vote", {"approve": ["1"]})["receipt"]["ballots"][0]["leaf"]
    made("post", f"/decisions/{budget['closed']}/close", {"reason": "All is said."})
    of_decisions.update({"projects": budget["proposed"], "needs": budget["closed"], "share": budget["closed"],
                         "pabulib": budget["closed"]})
    file = ("META\nkey;value\nbudget;100\nvote_type;approval\nnum_projects;1\nnum_votes;1\n"
            "PROJECTS\nproject_id;cost;name\na;50;A bench\nVOTES\nvoter_id;vote\n1;a\n")
    promise = {"what": "An operation", "to": person, "due": "2099-01-01"}
    of_things = {f"/commitments/{{id}}/{change}": made("post", "/commitments", promise)["id"]
                 for change in ("keep", "break", "withdraw", "move")}
    promised = made("post", "/commitments", promise)["id"]
    of_things["/decisions/{id}"] = made("post", "/decisions", {**theory, "open": False})["id"]
    made("patch", f"/decisions/{decided['proposed']}", {"target": "most"})  # so that there is a revision
    called = made("post", "/callouts", {"about": promised, "body": "Not done"}, token=other)["id"]
    of_things["/callouts/{id}/answer"] = called
    theirs = made("post", "/commitments", {**promise, "to": made("get", "/me")["id"]}, token=other)["id"]
    of_things["/callouts/{id}/close"] = made("post", "/callouts", {"about": theirs, "body": "Not done"})["id"]
    owner = made("get", "/me")["id"]
    barrier = made("post", "/barriers", {"what": "An operation"})["id"]
    agreement = made("post", "/agreements", {"title": "An operation", "words": "So", "circle": circle, "year": 2026})["id"]
    agreed = made("post", "/agreements", {"title": "Agreed", "words": "So", "circle": circle, "year": 2026})["id"]
    made("put", f"/circles/{circle}/members/{person}", {"role": "steward"})
    made("post", f"/agreements/{agreed}/sign", {"version": 1})
    made("post", f"/agreements/{agreed}/sign", {"version": 1}, token=other)
    made("put", f"/circles/{circle}/members/{person}", {"role": "member"})
    of_things["/agreements/{id}/next"] = agreed
    told = made("post", "/changelog", {"title": "What changed", "words": "All of it"})["id"]
    goal = made("post", "/goals", {"title": "An operation", "measure": "calls", "target": "all", "due": "2099-01-01"})["id"]

    procedure = made("post", "/procedures", {"title": "An operation", "words": "As it was"})["id"]
    for change in ("mend", "retire"):
        one = made("post", "/procedures", {"title": change, "words": "As it was"})["id"]
        made("post", f"/procedures/{one}/bypasses", {"why": "In the way"})
        of_things[f"/procedures/{{id}}/{change}"] = one

    manual = made("post", "/documents", {"title": "An operation", "words": "As it was"})["id"]
    remarks = {method: made("post", f"/documents/{manual}/comments", {"body": "Is it so?", "paragraph": 1})["id"] for method in ("put", "delete")}
    made("put", f"/documents/{manual}/comments/{remarks['delete']}/settled", {})
    suggested = made("post", f"/documents/{manual}/suggestions", {"words": "As it should be"}, token=other)["id"]
    for change in ("accept", "decline"):
        page = made("post", "/documents", {"title": f"To {change}", "words": "As it was"})["id"]
        of_things[f"/suggestions/{{id}}/{change}"] = made("post", f"/documents/{page}/suggestions", {"words": "Better"}, token=other)["id"]
    of_things["/suggestions/{id}/withdraw"] = made("post", f"/documents/{manual}/suggestions", {"words": "Or so"})["id"]

    serving = made("post", "/circles", {"name": "The company", "kind": "company", "visibility": "listed"})["id"]
    meter = made("post", "/fact-kinds", {"name": "Meter", "about": "person", "type": "reading", "unit": "m³", "readers": serving})["id"]
    home = made("post", "/fact-kinds", {"name": "Address", "about": "person", "type": "address", "checked": True})["id"]
    known = made("post", "/facts", {"about": person, "kind": meter, "value": 12.5, "taken_on": "2026-01-01"}, token=other)["id"]
    unchecked = made("post", "/facts", {"about": person, "kind": home, "value": {"street": "Quay 1"}}, token=other)["id"]
    of_things["/facts/{id}/check"] = unchecked
    house = made("post", "/places", {"name": "Summer house"})["id"]

    def asked():
        about = made("post", "/voices", {"title": "Who knows?"})["id"]
        return made("post", "/requests", {"about": about, "person": owner, "words": "Please look"}, token=other)["id"]
    for change in ("take", "pass-on", "decline", "answer"):
        of_things[f"/requests/{{id}}/{change}"] = asked()
    theme = made("post", "/themes", {"title": "An operation", "voices": [voice]})["id"]
    other_theme = made("post", "/themes", {"title": "Another operation"})["id"]
    of_things["/themes/{id}/merge"] = made("post", "/themes", {"title": "One to merge"})["id"]
    parted = made("post", "/voices", {"title": "To be split off"})["id"]
    of_things["/themes/{id}/split"] = made("post", "/themes", {"title": "One to split", "voices": [parted]})["id"]
    of_things["/themes/{id}/undo"] = made("post", "/themes", {"title": "One to name and to name back"})["id"]
    made("patch", f"/themes/{of_things['/themes/{id}/undo']}", {"title": "Named by mistake"})
    named = made("get", f"/themes/{of_things['/themes/{id}/undo']}/deeds")["items"][0]["id"]
    # A voice each for merging, its undoing and taking support back, all into one.
    whole = made("post", "/voices", {"title": "All say the same"})["id"]
    for act in ("merge", "unmerge", "not-meant"):
        same = made("post", "/voices", {"title": f"The same once more, to {act}"})["id"]
        made("put", f"/voices/{same}/support", {})
        if act != "merge":
            made("post", f"/voices/{same}/merge", {"into": whole})
        of_things[f"/voices/{{id}}/{act}"] = same
    # A page that its circle consented to, one that is written, and one that is open.
    for change in ("asking", "withdrawal", "opening", "closing"):
        place = made("post", "/circles", {"name": f"Together, {change}", "kind": "forum", "visibility": "listed"})["id"]
        made("put", f"/circles/{place}/together", {"words": "As neighbours"})
        if change != "asking":
            page = made("post", f"/circles/{place}/together/asking", {})
            if change != "withdrawal":
                made("put", f"/decisions/{page['decision']}/vote", {"choice": "consent"})
                made("post", f"/decisions/{page['decision']}/close", {"reason": "All is said."})
        if change == "closing":
            made("post", f"/circles/{place}/together/opening", {})
        of_things[f"/circles/{{id}}/together/{change}"] = place
    written = made("post", "/circles", {"name": "Together", "kind": "forum", "visibility": "listed"})["id"]
    made("put", f"/circles/{written}/together", {"words": "As neighbours"})
    of_things["/circles/{id}/together"] = of_things["/circles/{id}/together/name"] = written
    # A newcomer's voice waits for a steward, who says no to it.
    looked_at = made("post", "/circles", {"name": "Looked at", "kind": "forum", "visibility": "public"})["id"]
    made("patch", f"/circles/{looked_at}", {"moderation": "newcomers"})
    made("put", f"/circles/{looked_at}/members/{person}", {"role": "member"})
    of_things["/things/{id}/decline"] = made("post", "/voices", {"title": "Held", "circle": looked_at}, token=other)["id"]
    spoken = made("post", "/conversations", {"question": "An operation?", "moderation": "on", "statements": ["It is driven"]})["id"]
    said = made("get", f"/conversations/{spoken}/statements")["items"][0]["id"]
    statements = {"accept": made("post", f"/conversations/{spoken}/statements", {"text": "One more is driven"}, token=other)["id"],
                  "decline": made("post", f"/conversations/{spoken}/statements", {"text": "This goes"}, token=other)["id"]}
    topic, until = f"circle:{circle}", time.strftime("%Y-%m-%dT00:00:00Z", time.gmtime(time.time() + 30 * 86400))
    handed = made("post", "/delegations", {"to": newcomer, "topic": topic, "until": until})["id"]
    of_things["/delegations/{id}/accept"] = made("post", "/delegations", {"to": owner, "topic": topic, "until": until}, token=other)["id"]
    of_things["/conversations/{id}/close"] = made("post", "/conversations", {"question": "One to close?"})["id"]
    webhook = made("post", "/webhooks", {"url": "https://hooks.example.com/"})["id"]
    # Who was written to hands over; a chat for each change that ends it.
    def talked(body="Who knows?"):
        chat = made("post", "/chats", {"person": owner, "about": made("post", "/voices", {"title": "To talk about"})["id"], "body": body},
                    token=other)["id"]
        made("post", f"/chats/{chat}/messages", {"body": "I do", "client_id": "one"})
        return chat
    for change in ("hand-over", "leave"):
        of_things[f"/chats/{{id}}/{change}"] = talked()
    keepings = {}
    for change in ("agree", "decline"):
        chat = talked()
        keepings[f"/chats/{{id}}/questions/{{keeping}}/{change}"] = made(
            "post", f"/chats/{chat}/questions", {"title": "Who knows?", "question": [1], "answer": [2]}, token=other)["id"]
        of_things[f"/chats/{{id}}/questions/{{keeping}}/{change}"] = chat
    attached = made("post", "/files", FORM)["id"]
    skill = made("post", "/skills", {"name": "Operations", "words": "of all kinds"}, token=other)["id"]
    ids = {"fact-kinds": home, "facts": known, "places": house, "files": attached, "chats": talked(), "skills": skill, "door": person, "blocks": person, "webhooks": webhook, "themes": theme, "commitments": promised, "barriers": barrier, "agreements": agreement, "callouts": called, "goals": goal, "changelog": told, "procedures": procedure, "documents": manual, "suggestions": suggested, "conversations": spoken, "delegations": handed, "requests": asked(), "decisions": decided["voting"], "projects": project["proposed"], "imports": brought, "voices": voice, "replies": reply, "things": voice, "circles": circle, "tokens": token, "people": person,
           "notifications": ABSENT, "signals": ABSENT, "merge-proposals": ABSENT, "sessions": ABSENT}
    bodies = {"/files": FORM, "/files/{id}": {"alt": "A test"}, "/voices/{id}/merge": {"into": whole}, "/chats": {"person": person, "body": "Hello"}, "/chats/{id}/messages": {"body": "Hello again", "client_id": "two"},
              "/chats/{id}/read": {"sequence": 1}, "/chats/{id}/hand-over": {"to": newcomer, "words": "She knows"},
              "/chats/{id}/questions": {"title": "Asked", "question": [1], "answer": [2]}, "/me/door": {"door": "circles", "zone": "Europe/Helsinki"},
              "/skills": {"name": "Answering"}, "/webhooks": {"url": "https://hooks.example.com/", "verbs": ["decide", "act.commitment_kept"], "circle": circle},
              "/me/letters": {"report": True}, "/themes": {"title": "Made"}, "/themes/{id}": {"title": "Named"}, "/themes/{id}/merge": {"into": other_theme},
              "/themes/{id}/split": {"title": "Split off", "voices": [parted]}, "/themes/{id}/undo": {"deed": named}, "/imports": {"name": "a.csv", "text": "what\nOne\n", "columns": {"title": "what"}}, "/voices": {"title": "Said", "kind": "want"}, "/voices/{id}/replies": {"body": "Answered"}, "/barriers/{id}/replies": {"body": "Answered"}, "/agreements/{id}/replies": {"body": "Answered"}, "/circles": {"name": "Made"}, "/me/tokens": {"name": "two"},
              "/voices/{id}/answer": {"reply": reply}, "/things/{id}/reports": {"reason": "a test"},
              "/things/{id}/hiding": {"reason": "a test"}, "/things/{id}/decline": {"reason": "a test"}, "/replies/{id}": {"body": "Changed"},
              "/circles/{id}/members/{person}": {"role": "guest"}, "/voices/{id}/check": {"helped": True},
              "/decisions": theory, "/decisions/{id}/vote": {"choice": "no"}, "/decisions/{id}/arguments": {"body": "Yes", "side": "for"},
              "/decisions/{id}/replies": {"body": "No"}, "/decisions/{id}/roll/{circle}/{person}": {"reason": "a test"},
              "/decisions/{id}": {"target": "nearly all", "closes_at": "2098-12-31T00:00:00Z"},
              "/decisions/{id}/review": {"result": "failed", "value": 4, "words": "It failed."},
              "/decisions/{id}/withdraw": {"reason": "a test"}, "/decisions/{id}/close": {"reason": "All is said."}, "/commitments": promise,
              "/decisions/{id}/projects": {"title": "Trees", "cost": 600.5, "words": "Ten of them"},
              "/voices/{id}/effort": {"days": 2.5}, "/circles/{id}/revenue": {"revenue": 1000},
              "/decisions/{id}/share": {"receipt": paid}, "/projects/{id}": {"cost": 300},
              "/projects/{id}/decline": {"reason": "a test"}, "/budgets/import": {"text": file, "title": "Brought in"},
              "/commitments/{id}/break": {"why": "a test"}, "/commitments/{id}/withdraw": {"why": "a test"},
              "/commitments/{id}/move": {"why": "a test", "due": "2099-02-01"},
              "/goals": {"title": "A goal", "measure": "calls", "target": "all", "due": "2099-01-01"},
              "/changelog": {"title": "And more", "words": "Told at once", "publish": True}, "/changelog/{id}": {"title": "More"},
              "/goals/{id}": {"target": "nearly all"}, "/goals/{id}/voices/{voice}": {"side": "for"},
              "/delegations": {"to": newcomer, "topic": f"theme:{theme}", "until": until},
              "/conversations": {"question": "Made?"}, "/conversations/{id}": {"words": "More"},
              "/conversations/{id}/statements": {"text": "Proposed"},
              "/conversations/{id}/statements/{statement}/decline": {"reason": "a test"},
              "/conversations/{id}/statements/{statement}/vote": {"vote": "agree"},
              "/goals/{id}/questions": {"title": "Why not sooner?"},
              "/circles/{id}/together": {"words": "As good neighbours"}, "/circles/{id}/together/withdrawal": {"reason": "a test"},
              "/fact-kinds": {"name": "Shoe size", "about": "person", "type": "number"}, "/fact-kinds/{id}": {"name": "Where"},
              "/facts": {"about": person, "kind": meter, "value": "13", "taken_on": "2026-02-01"},
              "/facts/import": {"text": f"about,kind,value,taken_on\n{person},Meter,14,2026-03-01\n"},
              "/facts/{id}": {"value": "12", "taken_on": "2026-01-02"}, "/facts/{id}/undo": {"version": 1},
              "/facts/{id}/check": {"version": 1, "so": False, "reason": "a test"}, "/places": {"name": "Workshop"}, "/places/{id}": {"name": "Shed"}, "/places/{id}/removal": {"why": "Sold"},
              "/documents": {"title": "A manual", "words": "So"}, "/documents/import": FOLDER, "/documents/{id}": {"words": "As it was\n\nAnd more", "said": "A test"},
              "/documents/{id}/rule": {"rule": "open"}, "/documents/{id}/reading": {"version": 1},
              "/documents/{id}/suggestions": {"words": "Otherwise"}, "/documents/{id}/comments": {"body": "Well said", "paragraph": 1},
              "/suggestions/{id}/accept": {"version": 1}, "/suggestions/{id}/decline": {"reason": "a test"},
              "/procedures": {"title": "How", "words": "So"}, "/procedures/{id}": {"words": "Otherwise", "said": "A test"},
              "/procedures/{id}/mend": {"words": "Mended", "said": "A test"}, "/procedures/{id}/retire": {"why": "a test"},
              "/procedures/{id}/bypasses": {"why": "In the way"}, "/procedures/{id}/challenges": {"title": "Why so?"},
              "/callouts": {"about": theirs, "body": "Not done either"}, "/callouts/{id}/answer": {"body": "Soon"},
              "/callouts/{id}/close": {"why": "a test"}, "/requests": {"about": voice, "topic": "operations"},
              "/agreements": {"title": "Made", "words": "So", "circle": circle, "year": 2027},
              "/agreements/{id}": {"review_on": "2099-01-01"}, "/agreements/{id}/sign": {"version": 1},
              "/barriers": {"what": "Made", "kind": "device", "who": "Many", "page": "/voices"},
              "/barriers/{id}/answer": {"state": "planned", "remedy": "a test", "due": "2099-01-01"},
              "/requests/{id}/pass-on": {"person": newcomer, "why": "a test"},
              "/requests/{id}/decline": {"why": "a test"}, "/requests/{id}/answer": {"words": "Here it is"}}
    done = 0
    # What takes something away comes last, the hiding between its two ends.
    order = sorted(((path, method) for path, item in document["paths"].items() for method in item),
                   key=lambda one: (one[0] == "/decisions/{id}/close", one[1] == "delete", (one[0] == "/things/{id}/hiding") == (one[1] != "delete")))
    for path, method in order:
        one = document["paths"][path][method]
        if path == "/events/stream":
            continue  # a stream has no end; tests of the live streams read it
        kind = path.split("/")[2 if path.startswith("/me/") else 1]
        token_used = other if path.endswith("/reports") else hall.owner
        where = f"{method.upper()} {path}"
        body = bodies.get(path, {}) if "requestBody" in one else None
        thing = of_decisions.get(path.split("/")[3], ids[kind]) if path.startswith("/decisions/{id}/") else ids.get(kind, ABSENT)
        thing = of_things.get(path, thing)
        filled = path.replace("{circle}", circle).replace("{leaf}", kept).replace("{voice}", voice).replace("{version}", "1")
        filled = filled.replace("{comment}", remarks.get(method, ABSENT))
        filled = filled.replace("{keeping}", keepings.get(path, ABSENT))
        filled = filled.replace("{person}", newcomer if "/roll/" in path else person)
        if method == "get" and path == "/voices/{id}/merge":
            thing, filled = voice, filled + f"?into={whole}"
        if path == "/code/component":
            filled += "?path=operations"
        filled = filled.replace("{statement}", statements.get(path.split("/")[-1], said))
        if method == "delete" and "/roll/" in path:
            filled += "?reason=a+test"
        status, got, text = call(method, filled.replace("{id}", thing), body, token_used)
        documented = [code for code in one["responses"] if code.isdigit()]
        expected_absent = ids.get(kind) == ABSENT and "{id}" in path
        if str(status) not in documented and not (expected_absent and status == 404):
            problems.append(f"{where}: {status}, documented is {documented}: {text[:200]!r}")
        elif str(status) in documented:
            content = one["responses"][str(status)].get("content", {}).get("application/json")
            if content:
                check(document, content["schema"], json.loads(text), where)
            if status == 201 and "location" not in got:
                problems.append(f"{where}: no Location")
        done += 1
        if "{id}" in path and kind not in ("notifications", "signals", "sessions", "tokens"):
            status, got, text = call(method, filled.replace("{id}", ABSENT), body)
            refused(f"{where} of an unknown id", 404, status, got, text)
    for path, body in (("/voices", {"title": ["a", "list"]}), ("/voices", {}), ("/circles", {"name": ""})):
        refused(f"POST {path} {body}", 422, *call("post", path, body))
    refused("POST /voices without a token", 401, *call("post", "/voices", {"title": "x"}, token=None))
    refused("POST /facts/import of a table with a wrong line", 422,
            *call("post", "/facts/import", {"text": f"about,kind,value,taken_on\n{person},Meter,many,2026-03-02\n"}))
    refused("POST /documents/import of a file that cannot be read", 422,
            *call("post", "/documents/import", form_of("a.zip", zip_of({"a.md": "---\nplace: many\n---\nWell."}))))
    contested = made("post", "/documents", {"title": "Contested", "words": "As it was"})["id"]
    made("patch", f"/documents/{contested}", {"words": "As one wants it", "version": 1})
    refused("PATCH of the words that somebody else changed", 409,
            *call("patch", f"/documents/{contested}", {"words": "As another wants it", "version": 1}))
    server.stop()
    hall.remove()
    for problem in problems:
        print("  ", problem)
    print(f"{done} passed, {len(problems)} failed")
    sys.exit(1 if problems else 0)


main()
