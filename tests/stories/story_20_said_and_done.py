#!/usr/bin/env python3
"""Said and done: every promise has a person, a date and somebody it is made to. When it slips, she is told before she
asks; a call-out opens against it, has a clock, is answered in the open, and its fix is public."""
import datetime

from stories import Hall, run, sees, sees_not, until


def day(offset):
    return (datetime.datetime.now(datetime.timezone.utc).date() + datetime.timedelta(days=offset)).isoformat()


def story():
    with Hall() as hall:
        aino, mei, bob = hall.person("Aino"), hall.person("Mei"), hall.person("Bob", company=True)
        aino.submit(aino.get("/say"), "/say", text="Let me send the reading myself.")
        voice = aino.api("GET", f"/voices?person={aino.id}&sort=newest")["items"][0]["id"]

        # Bob promises it on the voice's page; the voice is with somebody from then on.
        assert f"/promises/new?voice={voice}" in bob.get(f"/voices/{voice}").links
        form = bob.get(f"/promises/new?voice={voice}")
        assert form.form("/promises").fields["to"] == "Aino", "the author of the voice is offered"
        page = bob.submit(form, "/promises", what="A page to send readings", due=day(7))
        sees(page, "A page to send readings", "Bob", "Aino")
        sees(mei.get(f"/voices/{voice}"), "A page to send readings")
        stages = {one["stage"]: one for one in aino.api("GET", f"/voices/{voice}/loop")["stages"]}
        assert stages["organise"]["at"] and not stages["act"]["at"], stages
        assert stages["organise"]["by"]["name"] == "Bob" and stages["organise"]["due"] == day(7), stages
        assert "Bob says when it is done." in stages["act"]["what"], stages
        strip = mei.get(f"/voices/{voice}").body.partition('<ol class="loop"')[2].partition("</ol>")[0]
        assert strip.count("<svg") == 7 and "Bob, by " in strip and "Bob says when it is done." in strip, strip

        # Another promise was given on the phone, and its day has passed: nobody has to ask.
        late = bob.api("POST", "/commitments", {"what": "Call back about the invoice", "to": aino.id, "due": day(-2)})
        assert late["overdue"] and late["state"] == "open", late
        until("Aino to be told of the slip before she asks",
              lambda: [one for one in aino.api("GET", "/notifications")["items"] if one["thing"] == late["id"]])
        sees(mei.get("/promises"), "Call back about the invoice", "Overdue")
        # Written down when its day was over, it is in no rate: who writes it knows how it ended.
        rates = mei.api("GET", "/commitments/kept-rates")["items"]
        assert (rates[0]["overdue"], rates[0]["running"], rates[0]["kept_rate"]) == (0, 1, None), rates
        bob.api("POST", "/commitments", {"what": "Walk more", "to": bob.id, "due": day(2)}, status=422)

        # Mei, to whom nothing was promised, says so: "you don't walk the talk".
        path = f"/promises/{late['id']}"
        page = mei.submit(mei.get(path), "/callouts", title="Nobody called back", body="She waits since Monday.")
        sees(page, "Nobody called back", "waits for an answer of Bob")
        callout = mei.api("GET", f"/callouts?about={late['id']}")["items"][0]
        assert callout["state"] == "open" and callout["called"]["name"] == "Bob", callout
        sees(bob.get("/mine"), "Answer in the open", "Call back about the invoice")
        assert not [form for form in aino.get(path).forms if form.action.endswith("/answer")], "only Bob answers"

        # He answers in the open, and does it. Only Mei closes it; the fix is public.
        bob.submit(bob.get("/mine"), f"/callouts/{callout['id']}/answer", body="I forgot, and call her now.")
        sees(hall.visitor().get(f"/voices/{callout['id']}"), "I forgot, and call her now.", "Answered")
        aino.api("POST", f"/commitments/{late['id']}/keep", {}, status=403)
        bob.submit(bob.get(path), "/keeping", why="Called her at ten.")
        bob.api("POST", f"/commitments/{late['id']}/keep", {}, status=409)
        bob.api("POST", f"/callouts/{callout['id']}/close", {"why": "Done"}, status=403)
        mei.submit(mei.get(path), "/closing", why="She has her answer.")
        sees(hall.visitor().get(path), "Kept, 2 days late", "Called her at ten.", "Closed by Mei", "She has her answer.")

        # The first one moves: the old date stays visible, and it needs a reason.
        first = bob.api("GET", f"/commitments?voice={voice}")["items"][0]
        bob.api("POST", f"/commitments/{first['id']}/move", {"due": day(20)}, status=422)
        page = bob.submit(bob.get(f"/promises/{first['id']}"), "/moving", due=day(20), why="The meter is late.")
        sees(page, "Moved", "first promised for", "The meter is late.")
        moved = aino.api("GET", f"/commitments/{first['id']}")
        assert (moved["state"], moved["due"], moved["moves"][0]["from"]) == ("moved", day(20), day(7)), moved
        bob.api("POST", f"/commitments/{first['id']}/keep", {"why": "It is there."})
        stages = {one["stage"]: one for one in aino.api("GET", f"/voices/{voice}/loop")["stages"]}
        assert stages["act"]["at"] and stages["organise"]["due"] == day(20), stages
        sees(hall.visitor().get("/promises?state=kept"), "100%", "1 of 1 promise")
        assert [one["kept"] for one in mei.api("GET", "/commitments/kept-months")["items"]] == [1]
        assert [one["id"] for one in mei.api("GET", f"/commitments?month={day(0)[:7]}")["items"]] == [first["id"]]
        mei.api("GET", "/commitments?month=May", status=422)
        sees_not(hall.visitor().get("/promises?state=running"), "A page to send readings")


if __name__ == "__main__":
    run(story, __file__)
