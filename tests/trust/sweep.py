"""Every route of the program, as `moothall serve --routes` prints them, held to the rule of sight.

A route that names a thing answers for one that the asker does not see exactly as for one that is not there, by every
method. A route that names none shows nobody the words of what she does not see. And so that no route slips through by
answering everybody alike: the owner, who sees all, gets another answer for some thing of the model than for an absent
one, or ELSEWHERE says why not."""
import io
import json
import re
import zipfile

import bb
import sight

ABSENT = "0am4zzzzzzzzz"
NOBODYS = "0am4zzzzzzzzy"  # what a second name of a pattern is filled with

# Routes that name no thing of the model, each with what holds them instead.
ELSEWHERE = {
    r"/(assets|theme|language)/": "nothing of anybody's",
    r"/events/stream": "endless: web/live_test.cpp asks the rule of sight there",
    r"^/(healthz|readyz|metrics)$": "no organisation; loopback or an owner's token",
    r"^/logo\.png$|^/style": "seen by everybody",
    r"/fact-kinds/:": "what is kept, for whoever is signed in: hall/fact_test.cpp",
    r"/chats/:": "theirs who talk, which the owner is not: the matrix, organise/chat_test.cpp",
    r"/files/:id/small$": "of pictures only: files/files_test.cpp",
    r"^/here$|/people/skills|/skills/": "everybody's: organise/skill_test.cpp",
    r"/settings/|^/settings$|/me/|/invitations?|/join/|/sign-in|/unsubscribe|/letters?/": "her own, or an owner's: people/ and hall/ tests",
    r"^/feeds/:|/webhooks/:": "whoever knows the secret's, and owners': tell/letters_test.cpp, tell/webhook_test.cpp",
    r"/notifications/": "her own: tell/notification_test.cpp",
    r"^/code/:path": "a repository is brought in by a command: organise/code_test.cpp",
    r"/people/:": "everybody in the hall is seen by everybody in it",
    r"/imports/": "a steward's own: hall/import_test.cpp",
    r":id/(members|roll|ballots|box|voices|statements|versions|suggestions|comments)/:": "names a second thing, which is absent here: people/, sense/, decide/ and hall/ tests",
    r"/circles/:id/roles$|/voices/:id/(answer|check)$|/themes/:id/removals$": "reads its form before the thing",
    r"/themes/:id/undo$": "names one of its deeds, which is absent here: sense/theme_deeds_test.cpp",
    r"/decisions/:id/receipt": "of her own vote: decide/decision_pages_test.cpp",
    r"/merging/:|/merge-proposals/:": "the engine proposes them: hear/merge_proposal_test.cpp",
    r"/delegations/:": "seen by the two of them alone: decide/delegation_test.cpp",
    r"/signals/:": "the engine raises them, of voices over weeks: sense/ tests",
    r"^/(robots\.txt|sitemap)": "what strangers see, whoever asks: tell/sitemap_test.cpp, the matrix",
    r":id\.png$": "what strangers see, whoever asks: tell/preview_test.cpp",
    r"/barriers/:": "everybody's, or held for a steward: organise/barrier_test.cpp",
    r"^/clock/": "a step of the loop and no thing",
    r"/circles/:id/together/": "its stewards' and members': hall/open_page_test.cpp",
}


def is_elsewhere(pattern):
    return any(re.search(known, pattern) for known in ELSEWHERE)


def routes_of(hall):
    return [tuple(line.split(" ", 1)) for line in hall.run("serve", "--routes", "--data", hall.data).splitlines()]


def fill(pattern, thing):
    """The first name of a pattern is the thing; further ones name what is below it, which nobody has."""
    named = re.sub(r":[a-z_]+\*?", thing, pattern, count=1)
    return re.sub(r":[a-z_]+\*?", NOBODYS, named)


def unpacked(packed):
    """What is in a zip, so that no word hides in it."""
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        return b"\n".join(name.encode() + archive.read(name) for name in archive.namelist())


def run(hall, port, world):
    conn = bb.Conn("127.0.0.1", port, 20)
    found, asked = [], 0

    def ask(actor, method, path):
        nonlocal asked
        asked += 1
        headers = {"Authorization": f"Bearer {world['tokens'][actor]}"} if actor != "anon" else {}
        data = None
        if method in ("POST", "PUT", "PATCH"):
            api = path.startswith("/api/")
            headers["Content-Type"] = "application/json" if api else "application/x-www-form-urlencoded"
            data = b"{}" if api else b""
        status, got, text = conn.call(method, path, headers, data)
        return status, got, unpacked(text) if got.get("content-type") == "application/zip" else text

    def shape(answer, thing):
        status, headers, text = answer
        text = re.sub(rb"\d+", b"N", text.replace(thing.encode(), b"T"))
        kept = {name: re.sub(r"\d+", "N", value.replace(thing, "T")) for name, value in headers.items() if name in (
            "location", "content-type", "cache-control", "allow", "etag", "last-modified")}
        return status, kept, re.sub(rb'(nonce-|name="csrf" value="|"incident":")[^"\']*', rb"\1", text)

    objects = world["objects"]
    things = [kind for kind in objects["MARKPRIVATEVISIBLE"] if kind not in ("visibility", "circle", "state", "author", "ruling", "said_mark", "talk")]
    unseen = [(kind, objects["MARKPRIVATEVISIBLE"][kind], ("anon", "stranger")) for kind in things]
    unseen += [("talk", objects["MARKPRIVATEVISIBLE"]["talk"], ("guest", "steward", "elsewhere"))]
    unseen += [(kind, objects["MARKPUBLICHIDDEN"][kind], ("anon", "member")) for kind in ("voice", "reply", "file", "reply_file", "request", "pledge", "decision", "conversation")]

    routes = routes_of(hall)
    if len(routes) < 100:
        raise SystemExit(f"sweep: only {len(routes)} routes; serve --routes prints them all")
    for method, pattern in routes:
        if "stream" in pattern:
            continue
        if ":" not in pattern:
            if method != "GET":
                status, _, text = ask("anon", method, pattern)
                if status >= 500:
                    found.append(f"5XX anon {method} {pattern}: {status}")
                continue
            for actor in sight.ACTORS:
                status, _, text = ask(actor, method, pattern)
                if status >= 500:
                    found.append(f"5XX {actor} {method} {pattern}: {status}")
                for marker, o in objects.items():
                    seen = sight.sees(actor, o["visibility"], o["circle"], o["state"], o["author"])
                    if not seen and marker.encode() in re.sub(rb"(PROMISE|CALLOUT)MARK(PUBLIC|LISTED|PRIVATE)HIDDEN", b"", text):
                        found.append(f"SIDE {actor} {pattern}: {marker}")
            continue
        known = {}
        for kind, thing, actors in unseen:
            for actor in actors:
                if actor not in known:
                    known[actor] = shape(ask(actor, method, fill(pattern, ABSENT)), ABSENT)
                absent = known[actor]
                there = shape(ask(actor, method, fill(pattern, thing)), thing)
                if there[0] >= 500:
                    found.append(f"5XX {actor} {method} {pattern} ({kind}): {there[0]}")
                if there != absent:
                    found.append(f"ORACLE {actor} {method} {pattern} ({kind}): {there[0]} {there[1]}, absent {absent[0]} {absent[1]}")
                if b"MARKP" in there[2]:
                    found.append(f"LEAK {actor} {method} {pattern} ({kind})")

    # Last, because the owner's writes are taken.
    held = 0
    for method, pattern in routes:
        if ":" not in pattern or is_elsewhere(pattern):
            continue
        absent = shape(ask("owner", method, fill(pattern, ABSENT)), ABSENT)
        there = [objects["MARKPRIVATEVISIBLE"][kind] for kind in things]
        if any(shape(ask("owner", method, fill(pattern, thing)), thing) != absent for thing in there):
            held += 1
        else:
            found.append(f"UNTRIED {method} {pattern}: make a thing of its kind in sight.build, or say in sweep.ELSEWHERE why not")
    print(json.dumps({"routes": len(routes), "held to a thing": held, "requests": asked, "findings": found[:40],
                      "verdict": "FAIL" if found else "PASS"}, indent=1 if found else None))
    return 1 if found else 0
