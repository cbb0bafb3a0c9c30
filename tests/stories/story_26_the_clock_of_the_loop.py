#!/usr/bin/env python3
"""The clock of the loop: one voice goes all the way round, and everybody can read how long each step took, of a circle
and of a theme, beside the customers' own clock."""
import datetime

from stories import Hall, run, sees, sees_not, until


def day(offset):
    return (datetime.datetime.now(datetime.timezone.utc).date() + datetime.timedelta(days=offset)).isoformat()


def stages_of(person, voice):
    return {one["stage"]: one for one in person.api("GET", f"/voices/{voice}/loop")["stages"]}


def story():
    with Hall() as hall:
        bob, aino = hall.person("Bob", company=True), hall.person("Aino")
        everyone = hall.owner.api("POST", "/circles", {"name": "Saint-Aubin", "kind": "customer", "visibility": "public"})["id"]
        hall.owner.api("PUT", f"/circles/{everyone}/members/{aino.id}", {"role": "member"})

        # Heard: the line says what is missing, and who could do it.
        aino.submit(aino.get("/say"), "/say", text="Let me send the meter reading myself.")
        voice = aino.api("GET", f"/voices?person={aino.id}")["items"][0]["id"]
        line = stages_of(aino, voice)
        assert line["hear"]["at"] and not line["sense"]["at"] and not line["sense"]["url"], line
        sees(aino.get(f"/voices/{voice}"), "Heard", "in no theme yet", "People of the company can propose a decision.")

        # Bob answers, puts it into a theme, and both sides decide.
        bob.api("POST", f"/voices/{voice}/replies", {"body": "We can read it from a photo."})
        theme = bob.api("POST", "/themes", {"title": "Meter readings", "voices": [voice]})["id"]
        decision = bob.api("POST", "/decisions", {
            "title": "Readings by photo", "belief": "photo readings end wrong cut-offs", "for": "households",
            "measure": "wrong cut-offs a month", "target": "4", "review_on": day(30), "method": "yes-no",
            "electorates": [{"circle": hall.company, "threshold": "1/2", "quorum": "0"},
                            {"circle": everyone, "threshold": "1/2", "quorum": "0"}], "voices": [voice]})["id"]
        for person in (bob, aino):
            person.api("PUT", f"/decisions/{decision}/vote", {"choice": "yes"})
        closed = bob.api("POST", f"/decisions/{decision}/close", {"reason": "All is said."})
        assert closed["outcome"] == "passed", closed

        # Bob promises it and keeps it. Aino is told before she asks, and says whether it helps.
        promise = bob.api("POST", "/commitments", {"what": "A page to send readings", "to": aino.id, "due": day(7),
                                                   "voice": voice, "decision": decision})["id"]
        bob.api("POST", f"/commitments/{promise}/keep", {"why": "It is on your bill's page."})
        told = until("Aino to be told", lambda: [
            one for one in aino.api("GET", "/notifications")["items"] if one["thing"] == promise and "kept" in one["text"]])
        assert "Does it do what you wanted?" in told[0]["text"] or "promise" in told[0]["text"], told
        page = aino.submit(aino.get(f"/voices/{voice}"), f"/voices/{voice}/check", helped="yes", words="")
        sees(page, "1 person says it helps.")

        # The line is whole; each part leads to the thing itself.
        line = until("the loop to close", lambda: (
            lambda found: found if all(one["at"] for one in found.values()) else None)(stages_of(aino, voice)))
        assert line["sense"]["url"].endswith(f"/themes/{theme}") and "Meter readings" in line["sense"]["what"], line
        assert line["decide"]["url"].endswith(f"/decisions/{decision}"), line
        assert line["act"]["url"].endswith(f"/promises/{promise}") and "kept" in line["act"]["what"], line
        assert "helps" in line["learn"]["what"], line
        order = [line[stage]["at"] for stage in ("hear", "sense", "decide", "organise", "act", "tell", "learn")]
        assert order[:5] == sorted(order[:5]) and order[0] == min(order), order

        # The clock has timed it for everybody, also for a stranger.
        visitor = hall.visitor()
        clock = until("the clock to have followed", lambda: (
            lambda found: found["items"] and found["items"][0]["told"]["voices"] == 1 and found)(visitor.api("GET", "/clock")))
        for step in ("answered", "decided", "done", "told"):
            assert clock["items"][0][step]["voices"] == 1, clock
        assert clock["heard"] == {"people": 1, "answered": 1, "outcomes": 1}, clock
        by_theme = visitor.api("GET", "/clock?by=theme")["items"]
        assert [one["entry"] for one in by_theme] == [theme], by_theme
        page = visitor.get("/clock")
        sees(page, "heard to answered", "heard to done", "Meter readings", "1 person spoke")
        assert "/clock/done" in page.links, page.links
        sees(visitor.get("/clock/done"), "Let me send the meter reading myself.")

        # A circle that a stranger does not see has its own clock, for its members alone.
        inner = hall.owner.api("POST", "/circles", {"name": "Inner", "kind": "team", "visibility": "private"})["id"]
        hall.owner.api("PUT", f"/circles/{inner}/members/{bob.id}", {"role": "member"})
        secret = bob.api("POST", "/voices", {"title": "Our own want", "circle": inner})["id"]
        hall.owner.api("POST", f"/voices/{secret}/replies", {"body": "Yes."})
        until("the inner clock", lambda: [one for one in bob.api("GET", "/clock?by=circle")["items"] if one["entry"] == inner])
        assert not [one for one in visitor.api("GET", "/clock?by=circle")["items"] if one["entry"] == inner]
        visitor.get(f"/clock?circle={inner}", status=404)
        visitor.api("GET", f"/clock?circle={inner}", status=404)

        # What that circle does for a voice that all see counts for nobody else, and its author is not asked how it helps.
        open_want = aino.api("POST", "/voices", {"title": "A bill that I can read"})["id"]
        within = bob.api("POST", "/decisions", {
            "title": "Bills that one can read", "belief": "words end calls", "for": "households", "measure": "calls", "target": "4",
            "review_on": day(30), "method": "yes-no", "circle": inner,
            "electorates": [{"circle": inner, "threshold": "1/2", "quorum": "0"}], "voices": [open_want]})["id"]
        bob.api("PUT", f"/decisions/{within}/vote", {"choice": "yes"})
        bob.api("POST", f"/decisions/{within}/close", {"reason": "All is said."})
        quiet = bob.api("POST", "/commitments", {"what": "Shorter bills", "to": inner, "due": day(2), "decision": within})["id"]
        bob.api("POST", f"/commitments/{quiet}/keep", {"why": "Done."})
        assert all(stages_of(bob, open_want)[stage]["at"] for stage in ("decide", "organise", "act"))
        bob.api("POST", f"/voices/{open_want}/replies", {"body": "We look at it."})
        until("the clock to have followed", lambda: visitor.api("GET", "/clock")["items"][0]["answered"]["voices"] == 2)
        clock = visitor.api("GET", "/clock")
        assert [clock["items"][0][step]["voices"] for step in ("decided", "done")] == [1, 1], clock
        assert clock["heard"]["outcomes"] == 1, clock
        for step in ("decided", "done"):
            sees_not(visitor.get(f"/clock/{step}"), "A bill that I can read")
        assert not any(stages_of(aino, open_want)[stage]["at"] for stage in ("decide", "organise", "act", "tell"))
        assert not aino.api("GET", f"/voices/{open_want}/check")["may_say"]
        aino.api("PUT", f"/voices/{open_want}/check", {"helped": True}, status=409)

        # A promise that a steward hides takes its voice with it, and brings it back when it is shown again.
        other = aino.api("POST", "/voices", {"title": "A bill in large print"})["id"]
        loud = bob.api("POST", "/commitments", {"what": "Larger print", "to": aino.id, "due": day(2), "voice": other})["id"]
        bob.api("POST", f"/commitments/{loud}/keep", {"why": "Done."})
        listed = lambda: "A bill in large print" in visitor.get("/clock/done").text
        until("the voice to be done", listed)
        hall.owner.api("PUT", f"/things/{loud}/hiding", {"reason": "Not ours to say"})
        until("the voice to be gone from the clock", lambda: not listed())
        hall.owner.api("DELETE", f"/things/{loud}/hiding")
        until("the voice to be back", listed)


if __name__ == "__main__":
    run(story, __file__)
