#!/usr/bin/env python3
"""My updates, where I read: e-mail digests are answered by e-mail, and the reply lands in the right thread. Through a
mail server as they run beside a hall."""
import datetime
import email.message
import email.utils
import sys

from mail_server import NAME, MailServer
from stories import Hall, run, sees, sees_not, until


def letter(person, to, subject, text, **fields):
    message = email.message.EmailMessage()
    message["From"], message["To"], message["Subject"] = f"{person.name} <{person.address}>", to, subject
    message["Message-ID"] = email.utils.make_msgid(domain=person.address.rpartition("@")[2])
    for name, value in fields.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message


def quoted(text):
    return "\n".join("> " + line for line in text.splitlines())


def story():
    why_not = MailServer.why_not()
    if why_not:
        print(f"No letter goes through a mail server: {why_not}.")
        sys.exit(77)
    group = 'lmtp_group = "nogroup"\n' if MailServer.user() == "nobody" else ""
    with Hall(host="hall.test", config=f'lmtp = "{{folder}}/lmtp.sock"\n{group}authserv_id = "{NAME}"\n') as hall, \
            MailServer(hall.folder / "mail", hall.folder / "lmtp.sock", "hall.test") as mail:
        aino, selim = hall.person("Aino"), hall.person("Selim")
        roof = aino.api("POST", "/voices", {"kind": "want", "title": "A roof", "body": "For the playground"})["id"]
        door = aino.api("POST", "/voices", {"kind": "want", "title": "A door"})["id"]

        def replies(voice):
            return [reply["body"] for reply in aino.api("GET", f"/voices/{voice}/replies")["items"]]

        def send(message, person, **more):
            mail.send(message, person.address, **more)

        # Her owner lets people answer; until then no letter says where to.
        hall.owner.submit(sign_in(hall.owner).get("/settings/mail/answers"), "/settings/mail/answers", answers="yes")
        selim.api("POST", f"/voices/{roof}/replies", {"body": "Which colour?"})
        told = until("a letter to answer", lambda: [one for one in hall.letters(aino.address) if one["answer_to"]])[-1]
        assert told["answer_to"].endswith("@hall.test") and f"thread.{roof}@" in told["thread"], told

        # She answers it in her mail program: what she quotes is cut, what she wrote stands below what it answers.
        answer = letter(aino, told["answer_to"], "Re: " + told["subject"],
                        "Red, please.\n\nOn Monday Northwater wrote:\n" + quoted(told["text"]))
        send(answer, aino)
        until("her answer", lambda: replies(roof) == ["Which colour?", "Red, please."])
        send(answer, aino)  # a server that sends it again
        sees(selim.get(f"/voices/{roof}"), "Red, please.")

        # The address is hers: nobody else answers there, and what pretends to be hers is not.
        send(letter(selim, told["answer_to"], "Re: hers", "I am Aino"), selim)
        until("a no to him", lambda: "made for somebody else" in mail.answers())
        send(letter(aino, told["answer_to"], "Re: hers", "Forged"), aino, helo="mx.evil.example")
        send(letter(aino, told["answer_to"], "Away", "I am away", Auto_Submitted="auto-replied"), aino)
        send(letter(aino, "reply+nonsense@hall.test", "Re: hers", "Guessed"), aino)
        until("a no to her", lambda: "550 5.1.1 There is no such address here" in mail.answers())
        settings = until("what came", lambda: (page := hall.owner.get("/settings/mail/answers")).text.count("Dropped") == 2
                         and page)
        sees(settings, "forged", "A program wrote it")
        assert replies(roof) == ["Which colour?", "Red, please."], replies(roof)

        # A letter of several pieces of news is answered below each of them. (The house's hour of letters is made to be now;
        # at its own, which is 7, that changes nothing.)
        hour = datetime.datetime.now(datetime.timezone.utc).hour
        if hour != 7:
            aino.submit(aino.get("/settings"), "/settings", mail="daily")
            selim.api("POST", f"/voices/{roof}/replies", {"body": "Which red?"})
            selim.api("POST", f"/voices/{door}/replies", {"body": "Which width?"})
            until("her news", lambda: len(aino.api("GET", "/notifications")["items"]) >= 3)
            hall.owner.submit(hall.owner.get("/settings/organisation"), "/settings/organisation", letters_hour=str(hour))
            digest = until("a letter of several", lambda: [one for one in hall.letters(aino.address)
                                                           if "2 pieces of news" in one["subject"]], seconds=60)[-1]
            text, about = "", ""
            for line in digest["text"].splitlines():
                text += "> " + line + "\n"
                about = next((voice for voice in (roof, door) if voice in line), about)
                if "To answer:" in line:
                    text += ("The red of the barn." if about == roof else "One metre.") + "\n\n"
            send(letter(aino, digest["answer_to"], "Re: " + digest["subject"], text), aino)
            until("her answers", lambda: replies(roof)[-1] == "The red of the barn." and replies(door)[-1] == "One metre.")

        # A circle has an address, to which its members write what they have to say.
        everyone = next(one["id"] for one in hall.owner.api("GET", "/circles")["items"] if one["name"] == "Everyone")
        hall.owner.submit(hall.owner.get(f"/circles/{everyone}/mail"), f"/circles/{everyone}/mail", name="hello")
        sees(aino.get(f"/circles/{everyone}/mail"), "hello@hall.test")
        said = letter(selim, "hello@hall.test", "A bench beside it", "For those who wait.\n\n-- \nSelim, 12 Hill Road\n")
        said.add_attachment(b"%PDF-1.4 a drawing", maintype="application", subtype="pdf", filename="drawing.pdf")
        send(said, selim)
        bench = until("his voice", lambda: [one for one in aino.api("GET", "/voices?sort=newest")["items"]
                                            if one["title"] == "A bench beside it"])[0]["id"]
        page = aino.get(f"/voices/{bench}")
        sees(page, "For those who wait.", "drawing.pdf", "Selim")
        sees_not(page, "Hill Road")

        # Who has no account, or pretends to be somebody, makes none.
        stranger = hall.visitor()
        stranger.name, stranger.address = "Spam", "spam@spam.example"
        send(letter(stranger, "hello@hall.test", "Buy", "Now"), stranger)
        send(letter(selim, "hello@hall.test", "Not mine", "Forged"), selim, helo="mx.evil.example")
        until("what was dropped", lambda: hall.owner.get("/settings/mail/answers").text.count("Dropped") == 3)
        titles = [one["title"] for one in aino.api("GET", "/voices")["items"]]
        assert "Buy" not in titles and "Not mine" not in titles, titles


def sign_in(owner):
    return owner if owner.cookies else owner.sign_in()


if __name__ == "__main__":
    run(story, __file__)
