#!/usr/bin/env python3
"""A guest speaks: a customer publishes a guest post on the company's front page and starts a forum (an open circle). No
approval chain: stewards may move or hide with a public reason, and the act is in the log."""
import re
import time

from stories import Hall, run, sees, sees_not, until


def stories_on(front):
    """What the front page has under its heading for stories; what people speak of most stands above."""
    return front.body.split('id="stories"')[1].split("</section>")[0]


def story():
    with Hall() as hall:
        aino = hall.person("Aino")
        stranger = hall.visitor()

        # She tells it, and it stands on the front page at once, under her name.
        page = aino.get("/stories/new")
        aino.submit(page, "/stories/new", title="How we dug the well",
                    body="In spring the village dug **for a week**.\n\nNobody had asked the council.")
        front = stories_on(stranger.get("/"))
        assert "How we dug the well" in front and "Aino" in front and "In spring the village dug" in front, front
        link = next(link for link in stranger.get("/").links if "how-we-dug" in link)
        told = stranger.get(link)
        sees(told, "Nobody had asked the council.")
        assert "<strong>for a week</strong>" in told.body
        sees(stranger.get("/stories"), "How we dug the well")
        assert "How we dug the well" in stranger.get("/voices.atom?kind=story").body

        # Others reply to it, and follow it, as they do everything that is said; she hears of it.
        bob = hall.person("Bob")
        bob.submit(bob.get(link), "/replies", body="We dug ours with a stick.")
        sees(stranger.get(link), "We dug ours with a stick.")
        until("news of the reply", lambda: "replied to" in aino.get("/notifications").text)
        carl = hall.person("Carl")
        carl.submit(carl.get(link), "/follow", replies="yes")
        bob.submit(bob.get(link), "/replies", body="And a spoon.")
        until("news for the follower", lambda: "How we dug the well" in carl.get("/notifications").text)

        # She starts a forum, and whoever likes joins and speaks there.
        forum = aino.submit(aino.get("/forums"), "/forums", name="Wells and springs", purpose="Where the water comes from")
        sees(stranger.get("/forums"), "Wells and springs", "Where the water comes from")
        circle = re.search(r"/circles/(\w+)", forum.path).group(1)
        bob.submit(bob.get(forum.path), "/membership")
        bob.submit(bob.get("/say"), "/say", text="Our spring is dry in August.", circle=circle)
        sees(stranger.get(f"/voices?circle={circle}"), "Our spring is dry in August.")
        assert "Our spring is dry" in stranger.get(f"/circles/{circle}.atom").body

        # A steward moves her story there, with a reason that all can read; Aino is told, and sees it where it went.
        steward = hall.owner.sign_in()
        page = steward.get(next(link for link in steward.get(link).links if link.endswith("/moving")))
        steward.submit(page, "/moving", status=422, circle=circle)
        steward.submit(page, "/moving", circle=circle, reason="It is all about wells")
        assert "How we dug the well" not in stories_on(stranger.get("/"))
        sees(stranger.get(f"/voices?circle={circle}"), "How we dug the well")
        sees(stranger.get("/moderation/log"), "It is all about wells", "Wells and springs")
        until("news of the move", lambda: "moved “How we dug the well”" in aino.get("/notifications").text)

        # He hides one that is spam, and a forum of the same kind. What they said is nowhere, why is in the open.
        eve = hall.person("Eve")
        eve.submit(eve.get("/stories/new"), "/stories/new", title="Cheap watches", body="Buy them here")
        spam = next(link for link in stranger.get("/").links if "cheap-watches" in link)
        steward.submit(steward.get(f"/things/{spam.split('/')[2].split('-')[0]}/hiding"), "/hiding", reason="Advertising")
        shop = eve.submit(eve.get("/forums"), "/forums", name="Watch shop", purpose="Watches")
        steward.submit(steward.get(next(link for link in steward.get(shop.path).links if link.endswith("/hiding"))),
                       "/hiding", reason="A shop and no forum")
        for path in ("/", "/stories", "/forums", "/voices", "/voices.atom"):
            assert "watch" not in stranger.get(path).body.lower(), path
        stranger.get(spam, status=404)
        stranger.get(shop.path, status=404)
        log = stranger.get("/moderation/log")
        sees(log, "Advertising", "A shop and no forum", "A forum")
        sees_not(log, "watches", "Watch shop")
        verbs = [one["verb"] for one in hall.owner.api("GET", "/events?limit=100")["items"]]
        for verb in ("hear.voice_moved", "hear.thing_hidden", "people.circle_opened", "people.circle_hidden"):
            assert verbs.count(verb) >= 1, (verb, verbs)

        # Where the organisation wants it, a newcomer's first one waits for a steward, and then no more.
        everyone = next(one["id"] for one in hall.owner.api("GET", "/circles")["items"] if one["name"] == "Everyone")
        hall.owner.api("PATCH", f"/circles/{everyone}", {"moderation": "newcomers"})
        dora = hall.person("Dora")
        sees(dora.get("/stories/new"), "A steward looks at what newcomers say")
        dora.submit(dora.get("/stories/new"), "/stories/new", title="My meter sings", body="All night.")
        club = dora.submit(dora.get("/forums"), "/forums", name="Singing meters", purpose="A choir")
        sees_not(stranger.get("/stories"), "My meter sings")
        sees_not(stranger.get("/forums"), "Singing meters")
        queue = steward.get("/moderation")
        sees(queue, "My meter sings", "Singing meters", "A choir")
        for form in queue.forms:
            if form.action.endswith("/approval"):
                steward._follow("POST", form.action, "trust=1&csrf=" + form.fields["csrf"],
                                {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"})
        sees(stranger.get("/stories"), "My meter sings")
        sees(stranger.get(club.path), "A choir")
        dora.submit(dora.get("/stories/new"), "/stories/new", title="It sings again", body="In the morning.")
        sees(stranger.get("/stories"), "It sings again")

        # A program that fills in what people do not see says nothing, and hears that all is well. So does who has no
        # account, once a letter was followed; faster than anybody types, she is asked to try again.
        hall.owner.api("PATCH", f"/circles/{everyone}", {"moderation": "off"})
        robot = hall.visitor()
        robot.submit(robot.get("/stories/new"), "/stories/new", title="Pills", body="Pills", name="R", email="r@people.example",
                     website="http://pills.example")
        page = stranger.get("/stories/new")
        stranger.submit(page, "/stories/new", status=409, title="A well", body="Mine", name="Mummo", email="mummo@people.example")
        time.sleep(2.1)
        stranger.submit(page, "/stories/new", title="A well of my own", body="Mine", name="Mummo", email="mummo@people.example")
        letter = until("a letter to confirm", lambda: hall.letters("mummo@people.example"))[0]
        assert not hall.letters("r@people.example")
        page = stranger.get(re.search(hall.url + r"(/\S+)", letter["text"]).group(1))
        stranger.submit(page, next(form.action for form in page.forms if "confirm" in form.action))
        sees(hall.visitor().get("/"), "A well of my own", "Mummo")


if __name__ == "__main__":
    run(story, __file__)
