#!/usr/bin/env python3
"""The record shop: front-line people note that customers return opened records. The signal rises faster than its base
rate; the house flags it within the week, names who saw it, and asks how the customers need us to change; the head
office sees it without anybody's permission."""
import csv
import datetime

from stories import Hall, run, sees, until

USUAL = ["The shop opens too late", "Where are the new records?", "The queue at the till is long",
         "I like the listening booth", "The bags are too thin"]
NOTED = ["A customer brought back an opened record", "Two people returned records they had opened",
         "Another opened record came back today", "Opened records are returned again",
         "They open the record and bring it back", "A returned record, opened and played"]


def write_season(path):
    now = datetime.datetime.now(datetime.timezone.utc)
    with open(path, "w", encoding="utf-8", newline="") as out:
        lines = csv.writer(out)
        lines.writerow(["title", "kind", "author", "email", "created"])
        for day in range(75, 3, -1):  # the usual, day by day
            said = now - datetime.timedelta(days=day)
            lines.writerow([f"{USUAL[day % 5]}, day {day}", "other", "Nora", "nora@shop.example", said.isoformat()])
        for count, title in enumerate(NOTED):  # and then, within the week
            said = now - datetime.timedelta(days=3 - count // 2, hours=2)
            lines.writerow([title, "signal", "Cleo", "cleo@shop.example", said.isoformat()])


def story():
    hall = Hall()
    write_season(hall.folder / "season.csv")
    hall.command("import", "csv", str(hall.folder / "season.csv"))
    with hall:
        # The house looks once a day, and first when it is started.
        head = hall.person("Hilda", company=True)
        signal = until("the signal", lambda: head.api("GET", "/signals")["items"], 60)[0]
        assert signal["state"] == "open" and signal["voices"] > 3 * signal["expected"], signal
        page = head.get(signal["url"])
        sees(page, "Cleo saw it first", "opened record", "How do our customers need us to change?", "Set it aside")
        sees(hall.visitor().get("/signals"), signal["title"])
        assert f"/decisions/new?voice={signal['first_voice']}" in " ".join(page.links), page.links

        # Answered in the open, once.
        head.submit(page, "/aside", reason="A faulty batch of sleeves; the maker takes them back.")
        sees(hall.visitor().get(signal["url"]), "A faulty batch of sleeves", "Hilda")
        head.api("POST", f"/signals/{signal['id']}/aside", {"reason": "Again"}, status=409)


if __name__ == "__main__":
    run(story, __file__)
