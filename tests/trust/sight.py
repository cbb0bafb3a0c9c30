"""An independent model of the rule of sight, written from the design and not from the code.

A person sees a thing if its circle is public or she is a member of it; what is held or hidden only its author and
the circle's stewards see. Who is no member of a circle may do nothing there; a guest sees; a member speaks, supports
and replies; a steward also answers officially and hides."""
import json

import bb
from halls import IN_A_YEAR

ACTORS = ["anon", "owner", "stranger", "guest", "member", "author", "steward", "elsewhere"]
ROLES = {"guest": "guest", "member": "member", "author": "member", "steward": "steward", "owner": "steward"}


def role(actor, circle):
    """Of an actor in one of the model's circles; `elsewhere` is steward of another circle only."""
    if circle == "everyone":
        return {"anon": None, "owner": "steward"}.get(actor, "member")
    return ROLES.get(actor)


def sees(actor, visibility, circle, state, author):
    if visibility != "public" and role(actor, circle) is None:
        return False
    return state == "visible" or actor == author or role(actor, circle) == "steward"


def may(actor, act, visibility, circle, state, author):
    if not sees(actor, visibility, circle, state, author) or actor == "anon":
        return False
    rank = {None: 0, "guest": 1, "member": 2, "steward": 3}[role(actor, circle)]
    if act == "speak":
        return rank >= 2
    if act == "support":
        return rank >= 2 and state == "visible"
    if act == "edit":
        return actor == author or rank == 3
    if act == "sort":
        return actor == author or rank == 3
    raise ValueError(act)


def build(hall, port):
    """Makes people, circles and things through the API of a running hall; gives what cells() needs."""
    conn = bb.Conn("127.0.0.1", port, 20)

    def call(token, method, path, body=None):
        headers = {"Authorization": f"Bearer {token}"}
        data = None
        if body is not None:
            headers["Content-Type"] = "application/json"
            data = json.dumps(body).encode()
        status, _, text = conn.call(method, path, headers, data)
        if status >= 300:
            raise SystemExit(f"sight: {method} {path}: {status} {text[:300]!r}")
        return json.loads(text) if text else None

    def upload(token, name, content):
        form = (f'--sight\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n{content}\r\n'
                '--sight--\r\n').encode()
        status, _, text = conn.call("POST", "/api/v1/files", {
            "Authorization": f"Bearer {token}", "Content-Type": "multipart/form-data; boundary=sight"}, form)
        if status != 201:
            raise SystemExit(f"sight: an upload: {status} {text[:300]!r}")
        return json.loads(text)["id"]

    tokens = {"owner": hall.owner}
    for actor in ACTORS:
        if actor not in ("anon", "owner"):
            tokens[actor] = hall.token(f"{actor}@trust.example", "--name", actor.capitalize())
    ids = {actor: call(token, "GET", "/api/v1/me")["id"] for actor, token in tokens.items()}
    # Facts of a circle are its members', and theirs who serve it: the owner's, who alone is of the company here. That this is public
    # opens none of them.
    serving = call(hall.owner, "POST", "/api/v1/circles", {"name": "The company", "kind": "company", "visibility": "public"})["id"]
    kinds = {about: call(hall.owner, "POST", "/api/v1/fact-kinds", {
        "name": "What is known", "about": about, "type": "text", "checked": True, "readers": serving})["id"] for about in ("circle", "place")}
    objects = {}
    for visibility in ("public", "listed", "private"):
        name = f"Circle {visibility}"
        circle = call(hall.owner, "POST", "/api/v1/circles", {"name": name, "kind": "community", "visibility": visibility})["id"]
        for actor, given in ROLES.items():
            if actor != "owner":
                call(hall.owner, "PUT", f"/api/v1/circles/{circle}/members/{ids[actor]}", {"role": given})
        for state in ("visible", "hidden"):
            marker = f"MARK{visibility}{state}".upper()
            voice = call(tokens["author"], "POST", "/api/v1/voices", {
                "kind": "question", "circle": circle, "title": f"{marker} title", "body": f"{marker} body findme", "tags": [marker.lower()]})["id"]
            # What hangs on a voice or a reply is seen by who sees that.
            file = upload(tokens["author"], f"{marker}.txt", f"{marker} file findme")
            reply_file = upload(tokens["author"], f"{marker} of the reply.txt", f"{marker} file of the reply")
            call(tokens["author"], "PATCH", f"/api/v1/voices/{voice}", {"files": [file]})
            reply = call(tokens["author"], "POST", f"/api/v1/voices/{voice}/replies", {
                "body": f"{marker} reply findme", "files": [reply_file]})["id"]
            call(tokens["author"], "PATCH", f"/api/v1/voices/{voice}", {"title": f"{marker} title, edited"})
            # Their marks are not within one another: what stays in the open may not look like what is hidden.
            # A promise stays when the voice it is for is hidden, and names it no more; a request goes with what it is about.
            promise = call(tokens["author"], "POST", "/api/v1/commitments", {
                "what": f"PROMISE{marker[4:]}", "to": circle, "due": IN_A_YEAR, "voice": voice})["id"]
            callout = call(tokens["member"], "POST", "/api/v1/callouts", {
                "about": promise, "title": f"CALLOUT{marker[4:]}", "body": "Not done"})["id"]
            # A promise that a steward hides is her who promised it, and theirs.
            pledge = call(tokens["author"], "POST", "/api/v1/commitments", {"what": f"PLEDGE{marker}", "to": circle, "due": IN_A_YEAR})["id"]
            if state == "hidden":
                call(tokens["steward"], "PUT", f"/api/v1/things/{pledge}/hiding", {"reason": "the model hides it"})
            # A goal is in the open of its circle; a hidden voice at it is named and counted for those only who see the voice.
            goal = call(hall.owner, "POST", "/api/v1/goals", {
                "title": f"GOAL{marker[4:]}", "measure": "calls", "target": "all", "due": IN_A_YEAR, "circle": circle})["id"]
            call(hall.owner, "PUT", f"/api/v1/goals/{goal}/voices/{voice}", {"side": "against"})
            # So is how we work, with whoever went round it for a hidden voice.
            procedure = call(hall.owner, "POST", "/api/v1/procedures", {
                "title": f"PROCEDURE{marker[4:]}", "purpose": "p", "words": f"PROCEDURE{marker[4:]} words", "circle": circle})["id"]
            call(tokens["author"], "POST", f"/api/v1/procedures/{procedure}/bypasses", {
                "why": f"PROCEDURE{marker[4:]} was in the way", "voice": voice})
            # So is a document, with what was said beside its paragraphs and how others would write it.
            document = call(hall.owner, "POST", "/api/v1/documents", {
                "title": f"DOCUMENT{marker[4:]}", "words": f"DOCUMENT{marker[4:]} words findme", "circle": circle})["id"]
            remark = call(tokens["author"], "POST", f"/api/v1/documents/{document}/comments", {
                "body": f"DOCUMENT{marker[4:]} comment", "paragraph": 1})["id"]
            suggestion = call(tokens["author"], "POST", f"/api/v1/documents/{document}/suggestions", {
                "words": f"DOCUMENT{marker[4:]} otherwise"})["id"]
            # A document that a steward hides is her who wrote it, and theirs.
            handbook = call(hall.owner, "POST", "/api/v1/documents", {
                "title": f"HANDBOOK{marker[4:]}", "words": f"HANDBOOK{marker[4:]} words findme", "circle": circle})["id"]
            if state == "hidden":
                call(tokens["steward"], "PUT", f"/api/v1/things/{handbook}/hiding", {"reason": "the model hides it"})
            place = call(tokens["author"], "POST", "/api/v1/places", {"name": f"PLACE{marker[4:]}", "keeper": circle})["id"]
            fact = call(tokens["author"], "POST", "/api/v1/facts", {
                "about": place, "kind": kinds["place"], "value": f"FACT{marker[4:]} findme", "why": f"FACT{marker[4:]} because"})["id"]
            agreement = call(tokens["author"], "POST", "/api/v1/agreements", {
                "title": f"AGREEMENT{marker[4:]}", "words": f"AGREEMENT{marker[4:]} words", "circle": circle})["id"]
            # So is what a circle is told that changed: a hidden voice is named in it to those only who see the voice.
            change = call(hall.owner, "POST", "/api/v1/changelog", {
                "title": f"CHANGE{marker[4:]}", "words": f"CHANGE{marker[4:]} words", "circle": circle, "voices": [voice],
                "publish": True})["id"]
            # So is a theme: a hidden voice in it is shown to those only who see the voice.
            theme = call(hall.owner, "POST", "/api/v1/themes", {
                "title": f"THEME{marker[4:]}", "circle": circle, "voices": [voice]})["id"]
            request = call(tokens["author"], "POST", "/api/v1/requests", {
                "about": voice, "person": ids["steward"], "words": f"{marker} please look"})["id"]
            if state == "hidden":
                call(tokens["steward"], "PUT", f"/api/v1/things/{voice}/hiding", {"reason": "the model hides it"})
            # One that the circle votes on alone: it is its members' as the voice is, with a steward as its author. Its
            # marker is its own: whoever wrote the hidden voice still sees that, and not this.
            ruling = f"RULING{visibility}{state}".upper()
            decision = call(tokens["steward"], "POST", "/api/v1/decisions", {
                "title": f"{ruling} decision", "belief": f"{ruling} belief", "for": "all", "measure": "calls", "target": "all",
                "review_on": IN_A_YEAR, "method": "yes-no", "electorates": [{"circle": circle, "threshold": 0.5, "quorum": 0}]})["id"]
            call(tokens["steward"], "POST", f"/api/v1/decisions/{decision}/arguments", {"body": f"{ruling} argument findme"})
            # Shared budgets: one that takes projects, and one that was closed. And how the circle works with the company.
            shared = {"title": "Benches", "belief": "so", "for": "all", "measure": "calls", "target": "all", "review_on": IN_A_YEAR,
                      "method": "equal-shares", "budget": {"amount": 1000, "unit": "€"},
                      "electorates": [{"circle": circle, "threshold": 0.5, "quorum": 0}]}
            budgets = {one: call(tokens["steward"], "POST", "/api/v1/decisions", shared)["id"] for one in ("budget", "spent")}
            project = {one: call(tokens["steward"], "POST", f"/api/v1/decisions/{budget}/projects", {"title": "A bench", "cost": 400})["id"]
                       for one, budget in budgets.items()}["budget"]
            call(tokens["steward"], "POST", f"/api/v1/decisions/{budgets['spent']}/open", {})
            call(tokens["steward"], "PUT", f"/api/v1/decisions/{budgets['spent']}/vote", {"approve": ["1"]})
            call(tokens["steward"], "POST", f"/api/v1/decisions/{budgets['spent']}/close", {"reason": "All is said."})
            call(tokens["steward"], "PUT", f"/api/v1/circles/{circle}/together", {"words": "As neighbours"})
            # A conversation of the circle's, with a statement in it and a vote that only its voter is ever shown.
            talk = f"TALK{visibility}{state}".upper()
            conversation = call(tokens["steward"], "POST", "/api/v1/conversations", {
                "question": f"{talk} question", "words": f"{talk} findme", "circle": circle,
                "statements": [f"{talk} statement findme"]})["id"]
            statement = call(tokens["steward"], "GET", f"/api/v1/conversations/{conversation}/statements")["items"][0]["id"]
            call(tokens["author"], "PUT", f"/api/v1/conversations/{conversation}/statements/{statement}/vote", {"vote": "agree"})
            if state == "hidden":
                call(tokens["steward"], "PUT", f"/api/v1/things/{decision}/hiding", {"reason": "the model hides it"})
                call(tokens["steward"], "PUT", f"/api/v1/things/{conversation}/hiding", {"reason": "the model hides it"})
            objects[marker] = {"visibility": visibility, "circle": "inner", "state": state, "author": "author", "voice": voice,
                               "reply": reply, "file": file, "reply_file": reply_file, "promise": promise, "pledge": pledge, "callout": callout, "goal": goal, "procedure": procedure, "document": document, "handbook": handbook, "fact": fact, "place": place, "remark": remark, "suggestion": suggestion, "agreement": agreement, "theme": theme, "change": change, "request": request, "decision": decision, "ruling": ruling, "project": project, **budgets,
                               "conversation": conversation, "statement": statement, "said_mark": talk, "circle_id": circle}
    # A chat of two people about a thing is theirs alone: no role opens it, the owner's neither. What a person is known to
    # know shows, and counts, only to those who see what shows it.
    for marker, o in objects.items():
        chat = f"CHAT{marker[4:]}"
        o["talk"] = call(tokens["author"], "POST", "/api/v1/chats", {
            "person": ids["member"], "about": o["voice"], "body": f"{chat} findme"})["id"]
        call(tokens["member"], "POST", f"/api/v1/chats/{o['talk']}/messages", {"body": f"{chat} findme too"})
    return {"tokens": tokens, "objects": objects}


def cells(world):
    actors = {"anon": {}}
    for actor, token in world["tokens"].items():
        actors[actor] = {"headers": {"Authorization": f"Bearer {token}"}}
    objects = {}
    for marker, o in world["objects"].items():
        place = (o["visibility"], o["circle"], o["state"], o["author"])
        readers = [a for a in ACTORS if sees(a, *place)]
        voice = f"/api/v1/voices/{o['voice']}"
        json_body = lambda body: {"json": body}  # noqa: E731
        objects[f"voice {marker}"] = {
            "url": voice, "marker": marker,
            "sub": [f"{voice}/replies", f"{voice}/revisions", f"{voice}/supporters", f"/voices/{o['voice']}",
                    f"/voices/{o['voice']}/history", f"/voices/{o['voice']}/supporters", f"/voices/{o['voice']}-any-words",
                    f"/voices/{o['voice']}.atom"],
            "allow": {"GET": readers, "PATCH": [a for a in ACTORS if may(a, "sort", *place)]},
            "body": {"PATCH": json_body({"kind": "question"})}}
        for kind in ("file", "reply_file"):
            objects[f"{kind} {marker}"] = {
                "url": f"/api/v1/files/{o[kind]}", "marker": marker, "sub": [f"/files/{o[kind]}"],
                "allow": {"GET": readers, "PATCH": [a for a in ACTORS if may(a, "edit", *place)]},
                "body": {"PATCH": json_body({"alt": "findme"})}}
        objects[f"support {marker}"] = {
            "url": f"{voice}/supporters", "marker": marker, "sub": [],
            "allow": {"GET": readers}}
        objects[f"supporting {marker}"] = {
            "url": f"{voice}/support", "marker": "no marker", "sub": [],
            "allow": {"GET": readers, "PUT": [a for a in ACTORS if may(a, "support", *place)]},
            "body": {"PUT": json_body({})}}
        in_the_open = [a for a in ACTORS if sees(a, o["visibility"], o["circle"], "visible", "author")]
        objects[f"promise {marker}"] = {
            "url": f"/api/v1/commitments/{o['promise']}", "marker": f"PROMISE{marker[4:]}",
            "sub": [f"/promises/{o['promise']}", f"/promises/{o['promise']}.atom"], "allow": {"GET": in_the_open}}
        objects[f"hidden promise {marker}"] = {
            "url": f"/api/v1/commitments/{o['pledge']}", "marker": f"PLEDGE{marker}",
            "sub": [f"/promises/{o['pledge']}", f"/promises/{o['pledge']}-any-words"], "allow": {"GET": readers}}
        objects[f"call-out {marker}"] = {
            "url": f"/api/v1/callouts/{o['callout']}", "marker": f"CALLOUT{marker[4:]}", "sub": [f"/voices/{o['callout']}"],
            "allow": {"GET": in_the_open}}
        theme = f"/api/v1/themes/{o['theme']}"
        objects[f"theme {marker}"] = {
            "url": theme, "marker": f"THEME{marker[4:]}", "sub": [f"/themes/{o['theme']}", f"/themes/{o['theme']}-any-words", f"/themes/{o['theme']}.atom"],
            "allow": {"GET": in_the_open, "PATCH": [a for a in in_the_open if role(a, "inner") == "steward"]},
            "body": {"PATCH": json_body({"keywords": ["findme"]})}}
        objects[f"deeds of theme {marker}"] = {
            "url": f"{theme}/deeds", "marker": "no marker", "sub": [], "allow": {"GET": in_the_open}}
        objects[f"goal {marker}"] = {
            "url": f"/api/v1/goals/{o['goal']}", "marker": f"GOAL{marker[4:]}",
            "sub": [f"/strategy/{o['goal']}", f"/strategy/{o['goal']}-any-words", f"/strategy/{o['goal']}.atom"],
            "allow": {"GET": in_the_open, "PATCH": [a for a in in_the_open if a == "owner"]},
            "body": {"PATCH": json_body({"position": 1})}}
        objects[f"announcement {marker}"] = {
            "url": f"/api/v1/changelog/{o['change']}", "marker": f"CHANGE{marker[4:]}",
            "sub": [f"/changelog/{o['change']}", f"/changelog/{o['change']}-any-words"],
            "allow": {"GET": in_the_open, "PATCH": [a for a in in_the_open if role(a, "inner") == "steward"]},
            "body": {"PATCH": json_body({"words": f"CHANGE{marker[4:]} in other words"})}}
        objects[f"voices of goal {marker}"] = {
            "url": f"/api/v1/goals/{o['goal']}/voices", "marker": "no marker", "sub": [f"/api/v1/goals/{o['goal']}/revisions"],
            "allow": {"GET": in_the_open}}
        procedure = f"/api/v1/procedures/{o['procedure']}"
        objects[f"procedure {marker}"] = {
            "url": procedure, "marker": f"PROCEDURE{marker[4:]}",
            "sub": [f"/procedures/{o['procedure']}", f"/procedures/{o['procedure']}-any-words", f"/procedures/{o['procedure']}.atom", f"/procedures/{o['procedure']}/versions/1",
                    f"{procedure}/bypasses", f"{procedure}/versions", f"{procedure}/versions/1"],
            "allow": {"GET": in_the_open, "PATCH": [a for a in in_the_open if role(a, "inner") == "steward"]},
            "body": {"PATCH": json_body({"mending_days": 20})}}
        # What is known about a circle and its places is no stranger's, however public the circle is.
        known_to = [a for a in ACTORS if role(a, "inner")]
        fact = f"/api/v1/facts/{o['fact']}"
        objects[f"fact {marker}"] = {
            "url": fact, "marker": f"FACT{marker[4:]}",
            "sub": [f"/facts/{o['fact']}", f"/facts/{o['fact']}.atom", f"{fact}/versions", f"{fact}/readings"],
            "allow": {"GET": known_to, "PATCH": [a for a in known_to if a != "guest"]},
            "body": {"PATCH": json_body({"value": f"FACT{marker[4:]} findme too"})}}
        objects[f"place {marker}"] = {
            "url": f"/api/v1/places/{o['place']}", "marker": f"PLACE{marker[4:]}",
            "sub": [f"/places/{o['place']}"],
            "allow": {"GET": known_to, "PATCH": [a for a in known_to if a != "guest"]},
            "body": {"PATCH": json_body({"name": f"PLACE{marker[4:]} of ours"})}}
        document = f"/api/v1/documents/{o['document']}"
        objects[f"document {marker}"] = {
            "url": document, "marker": f"DOCUMENT{marker[4:]}",
            "sub": [f"/documents/{o['document']}", f"/documents/{o['document']}-any-words", f"/documents/{o['document']}/versions",
                    f"/documents/{o['document']}/versions/1", f"/documents/{o['document']}.atom",
                    f"/documents/{o['document']}/suggestions/{o['suggestion']}", f"{document}/versions", f"{document}/versions/1",
                    f"{document}/comments", f"{document}/suggestions", f"/api/v1/suggestions/{o['suggestion']}"],
            "allow": {"GET": in_the_open, "PATCH": [a for a in in_the_open if role(a, "inner") in ("member", "steward")]},
            "body": {"PATCH": json_body({"place": 3})}}
        agreement = f"/api/v1/agreements/{o['agreement']}"
        objects[f"agreement {marker}"] = {
            "url": agreement, "marker": f"AGREEMENT{marker[4:]}",
            "sub": [f"/agreements/{o['agreement']}", f"/agreements/{o['agreement']}/versions/1", f"/agreements/{o['agreement']}.atom",
                    f"{agreement}/versions", f"{agreement}/versions/1"],
            "allow": {"GET": in_the_open, "PATCH": [a for a in in_the_open if role(a, "inner") in ("member", "steward")]},
            "body": {"PATCH": json_body({"review_on": IN_A_YEAR})}}
        objects[f"suggestion {marker}"] = {
            "url": f"{document}/suggestions", "marker": "no marker", "sub": [],
            "allow": {"GET": in_the_open, "POST": [a for a in in_the_open if a != "anon"]},
            "body": {"POST": json_body({"words": "Quite otherwise"})}}
        objects[f"request {marker}"] = {
            "url": f"/api/v1/requests/{o['request']}", "marker": marker, "sub": [f"/requests/{o['request']}"],
            "allow": {"GET": readers}}
        talk = f"/api/v1/chats/{o['talk']}"
        objects[f"chat {marker}"] = {
            "url": f"{talk}/messages", "marker": f"CHAT{marker[4:]}",
            "sub": [f"/chats/{o['talk']}", f"/chats/{o['talk']}/lines", f"/chats/{o['talk']}/question"],
            "allow": {"GET": ["author", "member"], "POST": ["author", "member"]},
            "body": {"POST": json_body({"body": "Another line"})}}
        objects[f"chat itself {marker}"] = {
            "url": talk, "marker": "no marker", "sub": [f"{talk}/questions"], "allow": {"GET": ["author", "member"]}}
        decided = f"/api/v1/decisions/{o['decision']}"
        by_steward = (*place[:3], "steward")
        objects[f"decision {marker}"] = {
            "url": decided, "marker": o["ruling"],
            "sub": [f"{decided}/arguments", f"{decided}/replies", f"/decisions/{o['decision']}", f"/decisions/{o['decision']}/check",
                    f"/decisions/{o['decision']}-any-words", f"/decisions/{o['decision']}.atom"],
            "allow": {"GET": [a for a in ACTORS if sees(a, *by_steward)]}}
        handbook = f"/api/v1/documents/{o['handbook']}"
        objects[f"hidden document {marker}"] = {
            "url": handbook, "marker": f"HANDBOOK{marker[4:]}",
            "sub": [f"/documents/{o['handbook']}", f"/documents/{o['handbook']}/versions/1", f"/documents/{o['handbook']}.atom",
                    f"{handbook}/versions", f"{handbook}/versions/1", f"{handbook}/comments", f"{handbook}/suggestions"],
            "allow": {"GET": [a for a in ACTORS if sees(a, *by_steward)]}}
        objects[f"voting {marker}"] = {
            "url": f"{decided}/vote", "marker": "no marker", "sub": [],
            "allow": {"GET": [a for a in ACTORS if sees(a, *by_steward)], "PUT": [a for a in ACTORS if may(a, "speak", *by_steward)]},
            "body": {"PUT": json_body({"choice": "yes"})}}
        talked = f"/api/v1/conversations/{o['conversation']}"
        objects[f"conversation {marker}"] = {
            "url": talked, "marker": o["said_mark"],
            "sub": [f"{talked}/statements", f"{talked}/statements/{o['statement']}", f"{talked}/statements/similar?text=findme",
                    f"{talked}/next", f"/conversations/{o['conversation']}", f"/conversations/{o['conversation']}-any-words",
                    f"/conversations/{o['conversation']}.atom",
                    f"/conversations/{o['conversation']}/statements", f"/conversations/{o['conversation']}/mine",
                    f"/conversations/{o['conversation']}/comments.csv"],
            "allow": {"GET": [a for a in ACTORS if sees(a, *by_steward)],
                      "PATCH": [a for a in ACTORS if may(a, "sort", *by_steward)]},
            "body": {"PATCH": json_body({"moderation": "off"})}}
        objects[f"opinion {marker}"] = {
            "url": f"{talked}/statements/{o['statement']}/vote", "marker": "no marker", "sub": [],
            "allow": {"PUT": [a for a in ACTORS if a != "anon" and sees(a, *by_steward)]},
            "body": {"PUT": json_body({"vote": "pass"})}}
        objects[f"reply {marker}"] = {
            "url": f"/api/v1/replies/{o['reply']}", "marker": marker,
            "sub": [f"/replies/{o['reply']}/history"],
            # A reply is as unseen as the voice that it belongs to; here both have one author.
            "allow": {"GET": readers}}
    return {
        "actors": actors, "objects": objects, "absent": "/api/v1/voices/0am4zzzzzzzzz",
        "surfaces": ["/api/v1/voices", "/api/v1/voices?query=findme", "/api/v1/voices?sort=newest", "/api/v1/voices?sort=wanted",
                     "/api/v1/voices?sort=discussed", "/api/v1/voices?sort=mine", "/api/v1/voices/similar?text=findme", "/voices",
                     "/voices?query=findme", "/voices?sort=newest", "/", "/stories", "/forums", "/roadmap", "/people", "/circles", "/moderation",
                     "/moderation/log", "/notifications", "/api/v1/events?limit=100", "/api/v1/tags", "/say/similar?text=findme",
                     "/api/v1/notifications", "/api/v1/circles", "/promises", "/promises?state=running", "/strategy", "/api/v1/goals", "/procedures", "/api/v1/procedures", "/documents", "/documents?query=findme", "/documents?show=mine", "/api/v1/documents", "/api/v1/documents?query=findme", "/requests?box=all",
                     "/api/v1/commitments", "/api/v1/commitments?state=running", "/api/v1/requests", "/mine", "/decisions", "/decisions?state=voting",
                     "/api/v1/decisions", "/api/v1/decisions?state=voting", "/conversations", "/conversations?state=open", "/api/v1/conversations", "/delegations", "/api/v1/delegations", "/themes", "/themes?sort=people", "/themes?lens=circle&by=topic", "/signals",
                     "/api/v1/themes", "/api/v1/themes?lens=circle", "/api/v1/themes?lens=area", "/api/v1/signals", "/voices.atom", "/voices.atom?query=findme",
                     "/decisions.atom", "/promises.atom", "/report.atom", "/report", "/changelog", "/changelog.atom", "/api/v1/changelog",
                     "/facts", "/facts?show=waiting", "/facts.csv", "/api/v1/facts", "/api/v1/facts?mine=true", "/api/v1/facts?waiting=true", "/api/v1/places",
                     "/agreements", "/agreements.atom", "/api/v1/agreements", "/api/v1/moderation/log", "/documents.zip", "/barriers", "/barriers?state=all", "/barriers.atom", "/api/v1/barriers", "/documents.atom", "/procedures.atom", "/strategy.atom", "/conversations.atom", "/themes.atom", "/signals.atom",
                     "/calendar.ics", "/sitemap.xml", "/sitemap/0000000000001.xml", "/merging", "/api/v1/merge-proposals", "/settings/webhooks", "/settings/letters", "/chats",
                     "/api/v1/chats", "/people/skills", "/people/skills?text=findme", "/api/v1/people/who-knows?text=findme",
                     "/api/v1/skills", "/settings/chats"],
        "public": "/", "safe_writes": True}
