#!/usr/bin/env python3
"""People vote on short statements; Moothall draws the opinion groups, what each stands for, and what all groups agree on."""
from stories import Hall, run, sees, sees_not, until

STATEMENTS = ["Meters are read by photo", "A photo is enough, nobody needs a visit", "Nobody is cut off in winter",
              "The mayor keeps a key to the stopcock", "Whoever is not at home is asked twice",
              "The office stays open on Saturdays", "A clerk reads every meter at the door", "Bills come on paper"]


def story():
    with Hall() as hall:
        bob, visitor = hall.person("Bob", company=True), hall.visitor()
        village = [hall.person(f"Villager {at}") for at in range(8)]
        aino = village[0]
        goal = hall.owner.api("POST", "/goals", {"title": "Nobody is cut off by mistake", "measure": "wrong cut-offs a month",
                                                 "target": "from 12 to 0", "due": "2099-12-31"})

        # Bob asks about the goal. The form is sent back with what he wrote when the question is missing.
        sees(bob.get(f"/strategy/{goal['id']}"), "Nobody has asked yet who agrees with what")
        form = bob.get(f"/conversations/new?about={goal['id']}")
        filled = {"question": "How shall meters be read?", "words": "Before we **decide**.", "moderation": "on",
                  "statements": "\n".join(STATEMENTS)}
        refused = bob.submit(form, "/conversations", status=422, **{**filled, "question": " "})
        assert refused.form("/conversations").fields["statements"].strip() == filled["statements"]
        page = bob.submit(form, "/conversations", **filled)
        sees(page, "How shall meters be read?", "New statements wait here", "Bob")
        conversation = bob.api("GET", "/conversations")["items"][0]
        path = f"/conversations/{conversation['id']}"
        sees(visitor.get("/conversations"), "How shall meters be read?", "Open")
        sees(visitor.get(path), "Sign in to say what you think", "There are no two groups to tell apart yet")
        sees(visitor.get(f"/strategy/{goal['id']}"), "How shall meters be read?")

        # Aino proposes a statement. What was said before is shown first; hers says something else, and waits for Bob.
        form = aino.get(f"{path}/statements/new")
        asked = aino.submit(form, f"{path}/statements", text="Nobody should be cut off in the winter")
        sees(asked, "Others say much the same", "Nobody is cut off in winter")
        sees(aino.submit(aino.get(f"{path}/statements/new"), f"{path}/statements", text="Readings are shown to the village"),
             "It waits for who leads the conversation")
        aino.submit(aino.get(f"{path}/statements/new"), f"{path}/statements", text="Mr Holm steals water")
        sees_not(visitor.get(f"{path}/statements?state=waiting"), "Readings are shown", "Holm")
        queue = bob.get(f"{path}/statements?state=waiting")
        sees(queue, "Readings are shown to the village", "Mr Holm steals water")
        until("Bob to be told that a statement waits", lambda: any(
            conversation["id"] in one["url"] for one in bob.api("GET", "/notifications")["items"]))
        waiting = bob.api("GET", f"/conversations/{conversation['id']}/statements?state=waiting")["items"]
        bob.submit(queue, f"/statements/{waiting[0]['id']}/acceptance")
        bob.submit(bob.get(f"{path}/statements?state=waiting"), f"/statements/{waiting[1]['id']}/declining",
                   reason="It accuses a person")
        declined = visitor.get(f"{path}/statements?state=declined")
        sees(declined, "Bob declined it: It accuses a person")
        sees_not(declined, "Holm")
        aino.api("POST", f"/conversations/{conversation['id']}/statements/{waiting[0]['id']}/accept", {}, status=403)

        # Each votes on one statement at a time; two camps, and all want nobody cut off in winter.
        statements = bob.api("GET", f"/conversations/{conversation['id']}/statements")["items"]
        wants_photos = {"Meters are read by photo", "A photo is enough, nobody needs a visit", "Readings are shown to the village",
                        "The mayor keeps a key to the stopcock"}
        for_all = {"Nobody is cut off in winter", "Whoever is not at home is asked twice"}
        for at, person in enumerate(village):
            for turn in range(len(statements)):
                page = person.get(path)
                text = next(one["text"] for one in statements if one["id"] == page.form(f"{path}/votes").fields["statement"])
                agrees = text in for_all or (text in wants_photos) == (at < 4)
                vote = "agree" if agrees else "disagree"
                if text == STATEMENTS[[0, 3, 5, 6][at % 4]]:
                    vote = "pass"  # nobody is quite like another
                if turn == 5 and at == 0:
                    sees(page, "After 2 more votes you are placed on the map")
                landed = person.submit(page, f"{path}/votes", vote=vote)
            sees(landed, "You have voted on every statement")

        opinions = f"/conversations/{conversation['id']}/opinions"
        found = until("the map", lambda: (got := visitor.api("GET", opinions))["up_to_date"] and got)
        assert found["groups"], found
        texts = {one["id"]: one["text"] for one in statements}
        assert sorted(one["size"] for one in found["groups"]) == [4, 4], found["groups"]
        assert {texts[one["statement"]] for one in found["agreed"]} >= for_all, found["agreed"]
        assert all(one["size"] > 1 for one in found["groups"])
        assert len(found["map"]) == 8 and all(set(point) == {"x", "y", "group", "visitor"} for point in found["map"])
        shown = visitor.get(path)
        sees(shown, "What all agree on", "Nobody is cut off in winter", "What each group stands for", "Group A", "Group B",
             "Where we differ", "8 people are on the map", "Closer")
        sees_not(shown, "Villager")
        sees(aino.get(path), "You are on the map, in group", "you are here")
        sees(visitor.get(f"{path}?zoom=2"), "Wider")
        sees(visitor.get(f"/strategy/{goal['id']}"), "What all agree on", "Nobody is cut off in winter")

        # Somebody new is on the map with her seventh vote, before any regrouping, and changes her mind afterwards.
        mei = hall.person("Mei")
        for one in statements[:7]:
            agrees = one["text"] in for_all or one["text"] in wants_photos
            got = mei.api("PUT", f"/conversations/{conversation['id']}/statements/{one['id']}/vote",
                          {"vote": "agree" if agrees else "disagree"})
        assert got["placed"] and got["voted"] == 7, got
        sees(mei.get(path), "You are on the map")
        mine = mei.get(f"{path}/mine")
        sees(mine, "Only you see this page", statements[0]["text"])
        mei.api("PUT", f"/conversations/{conversation['id']}/statements/{statements[0]['id']}/vote", {"vote": "pass"})
        own = mei.api("GET", f"/conversations/{conversation['id']}/votes")["items"]
        assert own[0]["vote"] == "pass" and len(own) == 7, own
        sees(bob.get(f"{path}/mine"), "You have not voted on any statement here")

        # Nobody is told who voted what; who leads it takes the votes along without names, once it is closed.
        for event in hall.owner.api("GET", "/events?limit=100")["items"]:
            assert event["verb"] != "decide.opinion_given", event
        bob.get(f"{path}/votes.csv", status=409)
        assert f"{path}/closing" not in aino.get(path).body
        aino.api("POST", f"/conversations/{conversation['id']}/close", {}, status=403)
        sees(bob.submit(bob.get(path), f"{path}/closing"), "It is closed")
        aino.get(f"{path}/votes.csv", status=403)
        votes = bob.get(f"{path}/votes.csv").body
        assert votes.splitlines()[0] == "timestamp,datetime,comment-id,voter-id,vote" and "Villager" not in votes
        comments = visitor.get(f"{path}/comments.csv").body
        assert "Nobody is cut off in winter" in comments and "Holm" not in comments
        mei.api("PUT", f"/conversations/{conversation['id']}/statements/{statements[0]['id']}/vote", {"vote": "agree"}, status=409)
        closed = [one for one in hall.owner.api("GET", "/events?limit=100")["items"] if one["verb"] == "decide.conversation_closed"]
        assert len(closed) == 1, closed
        sees(visitor.get(path), "This conversation has been closed", "What all agree on")


run(story, __file__)
