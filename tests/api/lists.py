#!/usr/bin/env python3
"""Walks every list of /api/v1/openapi.json on the sample company: page by page it gives what one long page gives, what is
no limit is refused, and so is what is no place in the list, whatever it is."""
import argparse
import json
import os
import sys
import urllib.parse
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "trust"))
import bb  # noqa: E402
from halls import Hall  # noqa: E402

WALKED_MAX = 250  # pages of one: the log has thousands
problems = []


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", default="build/release/moothall")
    parser.add_argument("--database", default="", help="an empty one on PostgreSQL")
    words = parser.parse_args()
    port = 18990 + os.getpid() % 40
    hall = Hall(words.program, port, sample=True, rate_limits=False, **({"database": words.database} if words.database else {}))
    for number in range(4):  # people of one name
        hall.token(f"alex{number}@trust.example", "--name", "Alex Same")
    server = bb.Server({"base": "", "_host": "127.0.0.1", "_port": port, "server": hall.server(copied=False)})
    server.start()
    conn = bb.Conn("127.0.0.1", port, 20)

    def get(path, **query):
        text = urllib.parse.urlencode(query)
        status, _, answer = conn.call("GET", f"/api/v1{path}{'?' if text else ''}{text}",
                                      {"Authorization": f"Bearer {hall.owner}"})
        return status, json.loads(answer) if answer else {}

    def post(path, body):
        status, _, answer = conn.call("POST", f"/api/v1{path}", {"Authorization": f"Bearer {hall.owner}",
                                                                 "Content-Type": "application/json"}, json.dumps(body).encode())
        assert status < 300, (path, status, answer)
        return json.loads(answer)

    document = get("/openapi.json")[1]

    def first(path, best=lambda one: 0, **query):
        """The id of the item that has most, so that its lists have something to page through."""
        items = get(path, limit=100, **query)[1]["items"]
        return max(items, key=best)["id"] if items else "0am4zzzzzzzzz"

    everyone = next(one["id"] for one in get("/circles", limit=100)[1]["items"] if one["name"] == "Everyone")
    voice = first("/voices", lambda one: one["supporters"])
    for name in ("one", "two", "three"):
        post("/me/tokens", {"name": name})
    ids = {"/voices/{id}/supporters": voice, "/voices/{id}/replies": first("/voices", sort="discussed", best=lambda one: one["replies"]),
           "/circles/{id}/members": everyone, "/decisions/{id}/arguments": first("/decisions"), "/decisions/{id}/replies": first("/decisions"),
           "/conversations/{id}/statements": first("/conversations"), "/documents/{id}/versions": first("/documents"),
           "/documents/{id}/suggestions": first("/documents"), "/documents/{id}/comments": first("/documents"),
           "/facts/{id}/versions": first("/facts", lambda one: one["last_version"]), "/facts/{id}/readings": first("/facts", lambda one: one["readings"]),
           "/procedures/{id}/bypasses": first("/procedures"), "/procedures/{id}/versions": first("/procedures"),
           "/chats/{id}/messages": first("/chats"), "/agreements/{id}/versions": first("/agreements"), "/agreements/{id}/replies": first("/agreements"),
           "/barriers/{id}/replies": first("/barriers"), "/code/component": "0am4zzzzzzzzz",
           "/webhooks/{id}/deliveries": post("/webhooks", {"url": "https://hooks.example.com/"})["id"]}
    # A list in several orders, or of several sorts, is several lists.
    more = {"/voices": [{"sort": sort} for sort in ("trending", "newest", "wanted", "discussed", "pressing", "circles", "rising", "mine")] + [{"query": "bike"}],
            "/skills": [{"gaps": "yes"}], "/people": [{"query": "a"}], "/decisions": [{"state": "closed"}],
            "/documents": [{"query": "the"}], "/facts": [{"waiting": "true"}, {"mine": "true"}], "/code/component": [{"path": "meters"}], "/themes": [{"lens": "circle"}]}
    place = "0am4zzzzzzzzz"
    junk = ["nan", "inf", "-inf", ";", "\ufffd\u202e", "99999999999999999999999", "-1", "_", "%", "1e300", "é" * 200,
            *(f"{value}{line}{place}" for value in ("nan", "inf", "-inf", "9" * 30, "1e300", "", "-", "1;") for line in "_-.")]
    walked = 0
    for path, item in document["paths"].items():
        one = item.get("get")
        if not one:
            continue
        names = {parameter["name"] for parameter in one.get("parameters", []) if parameter["in"] == "query"}
        schema = one["responses"]["200"].get("content", {}).get("application/json", {}).get("schema", {})
        if ("limit" in names) != ("after" in names) and path != "/events/stream":
            problems.append(f"{path} has one of limit and after only")
        if "after" not in names or "next" not in schema.get("properties", {}):
            continue
        if "{id}" in path and path not in ids:
            problems.append(f"{path}: say in this test of what to walk it")
            continue
        for query in ({}, *more.get(path, [])):
            filled = path.replace("{id}", ids.get(path, ""))
            where = f"{path} {query}"
            status, whole = get(filled, limit=100, **query)
            if status == 404 and ids.get(path) == place:
                continue  # the sample has none
            if status != 200:
                problems.append(f"{where}: {status}")
                continue
            pages, after = [], ""
            while len(pages) < min(WALKED_MAX, len(whole["items"])):
                status, page = get(filled, limit=1, after=after, **query)
                if status != 200 or len(page["items"]) > 1:
                    problems.append(f"{where}: a page of one after {after!r} is {status}")
                    break
                pages += page["items"]
                after = page["next"]
                if not after:
                    break
            # Places hold when an answer carries a time that goes on, or a figure of this moment.
            named = [next((str(one[name]) for name in ("id", "sequence", "number", "version") if name in one),
                          json.dumps(one.get("person", one), sort_keys=True)) for one in pages]
            known = [next((str(one[name]) for name in ("id", "sequence", "number", "version") if name in one),
                          json.dumps(one.get("person", one), sort_keys=True)) for one in whole["items"]]
            if named != known:
                problems.append(f"{where}: one by one there are {len(named)}, at once {len(known)}")
            if len(whole["items"]) < 100 and whole["next"]:
                problems.append(f"{where}: a page that is not full has a next one")
            if after and not whole["next"]:
                problems.append(f"{where}: there is more after the last one")
            walked += 1
            for limit in ("0", "101", "abc", "-1"):
                if get(filled, limit=limit, **query)[0] != 422:
                    problems.append(f"{where}: limit={limit} is {get(filled, limit=limit, **query)[0]}")
            if get(filled, after="", **query)[0] != 200:
                problems.append(f"{where}: an empty after= is not the first page")
            sort = [f"{query['sort']}_nan_{place}", f"{query['sort']}_{'9' * 30}_{place}", f"{query['sort']}_inf_{place}"] if "sort" in query else []
            for after in [*junk, *sort]:
                status, answer = get(filled, after=after, **query)
                # A name or a number may be one by accident; it is a place then.
                if status not in (200, 400, 422):
                    problems.append(f"{where}: after={after!r} is {status}")
                if status == 200 and any(word in after for word in ("nan", "inf", "e300", "9" * 20)) and path not in (
                        "/skills", "/code", "/code/component"):
                    problems.append(f"{where}: after={after!r} is taken for a place")
    status, _, _ = conn.call("GET", "/api/v1/voices?after=%ff%fe", {"Authorization": f"Bearer {hall.owner}"})
    if status not in (400, 422):
        problems.append(f"what is no UTF-8 is {status}")
    server.stop()
    hall.remove()
    for problem in problems:
        print("  ", problem)
    print(f"{walked} passed, {len(problems)} failed")
    sys.exit(1 if problems else 0)


main()
