#!/usr/bin/env python3
"""The strategy and its goals are on one page, each goal with the voices for and against; anyone may question a goal, and
the goal's owner must answer in the open."""
from stories import Hall, run, sees, sees_not, until


def story():
    with Hall() as hall:
        bob, aino, mei = hall.person("Bob", company=True), hall.person("Aino"), hall.person("Mei")
        visitor = hall.visitor()
        sees(visitor.get("/strategy"), "No goal here")

        # The owner sets a goal, and Bob answers for it. What is no goal is sent back, with what she wrote.
        hall.owner.sign_in()
        aino.get("/strategy/new", status=403)
        form = hall.owner.get("/strategy/new")
        filled = {"title": "Nobody is cut off by mistake", "words": "Water is **not** a toy.", "measure": "wrong cut-offs a month",
                  "target": "from 12 to 0", "due": "2099-12-31", "owner": "Bob"}
        refused = hall.owner.submit(form, "/strategy", status=422, **{**filled, "owner": "Nobody At All"})
        assert refused.form("/strategy").fields["title"] == filled["title"]
        sees(hall.owner.submit(form, "/strategy", **filled), "Nobody is cut off by mistake", "Bob", "from 12 to 0")
        goal = hall.owner.api("GET", "/goals")["items"][0]
        path = f"/strategy/{goal['id']}"
        sees(visitor.get("/strategy"), "Nobody is cut off by mistake", "wrong cut-offs a month", "Bob answers for it", "0 against")
        until("Bob to be told that he answers for it", lambda: any(
            goal["id"] in one["url"] for one in bob.api("GET", "/notifications")["items"]))

        # Voices stand for and against it: whoever may speak there puts them, and each is on one side.
        want = aino.api("POST", "/voices", {"title": "I was cut off twice", "kind": "want"})["id"]
        doubt = mei.api("POST", "/voices", {"title": "Repair the pumps first", "kind": "want"})["id"]
        found = aino.get(f"{path}?find=cut+off+twice")
        sees(found, "I was cut off twice")
        aino.submit(found, f"{path}/voices", side="for")
        landed = mei.submit(mei.get(f"{path}?find=pumps"), f"{path}/voices", side="against")
        sees(landed, "I was cut off twice", "Repair the pumps first")
        sees(visitor.get("/strategy"), "1 voice for it", "1 against")
        bob.api("DELETE", f"/goals/{goal['id']}/voices/{doubt}", status=403)
        mei.api("PUT", f"/goals/{goal['id']}/voices/{want}", {"side": "against"}, status=409)

        # Aino questions it. The page says since when it waits, and Bob is told and has it before him.
        asked = aino.submit(aino.get(path), f"{path}/questions", title="Why only from next year?", body="I am cut off **now**.")
        sees(asked, "Bob must answer in the open", "Why only from next year?", "waits for an answer of Bob")
        sees(visitor.get("/strategy"), "1 open question", "waits for an answer")
        waiting = bob.get("/mine")
        sees(waiting, "Why only from next year?", "Nobody is cut off by mistake")
        question = bob.api("GET", "/callouts")["items"][0]
        assert aino.api("GET", f"/voices/{question['id']}")["kind"] == "challenge"
        mei.api("POST", f"/callouts/{question['id']}/answer", {"body": "Because."}, status=403)
        bob.api("POST", f"/callouts/{question['id']}/close", {"why": "Enough."}, status=403)

        # Bob answers in the open; the answer stands under the question for everybody, and Aino closes it.
        bob.submit(waiting, f"/callouts/{question['id']}/answer", body="The valves come in March. Until then we ring first.")
        sees(visitor.get(question["url"]), "The valves come in March")
        sees(visitor.get(path), "answered after")
        aino.submit(aino.get(path), f"/callouts/{question['id']}/closing", why="")
        sees_not(visitor.get("/strategy"), "open question")

        # Bob moves the goal. What it said before stays, and everybody who sees it can read it.
        edit = bob.get(f"{path}/edit")
        moved = bob.submit(edit, path, target="from 12 to 3")
        sees(moved, "from 12 to 3", "from 12 to 0", "What it said before")
        aino.get(f"{path}/edit", status=403)
        before = aino.api("GET", f"/goals/{goal['id']}/revisions")["items"]
        assert [one["target"] for one in before] == ["from 12 to 0"], before
        bob.submit(bob.get(f"{path}/edit"), path, outcome="missed", why="Five in November.")
        sees(visitor.get("/strategy"), "No goal here")
        sees(visitor.get("/strategy?state=ended"), "Nobody is cut off by mistake", "Missed")

        # All of it is in the record, each once.
        verbs = [one["verb"] for one in hall.owner.api("GET", "/events?limit=100")["items"] if one["thing"] == goal["id"]]
        assert verbs == ["decide.goal_set", "decide.voice_put", "decide.voice_put", "decide.goal_questioned",
                         "decide.goal_answered", "decide.goal_question_closed", "decide.goal_changed", "decide.goal_changed"], verbs


run(story, __file__)
