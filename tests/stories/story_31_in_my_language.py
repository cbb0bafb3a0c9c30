#!/usr/bin/env python3
"""In my language: the interface in English and French, switched per person, with dates, numbers and plurals right."""
import re

from stories import Hall, run, sees, sees_not


def story():
    with Hall() as hall:
        aino, camille = hall.person("Aino"), hall.person("Camille", language="fr")
        voice = aino.api("POST", "/voices", {"title": "Hello from the mill", "kind": "want"})

        # The browser asks for French, and French it is; what people said stays as they said it.
        english, french = aino.get("/voices"), camille.get("/voices")
        assert (english.language, french.language) == ("en", "fr"), (english.language, french.language)
        sees(french, "Hello from the mill")
        assert english.title != french.title, "the title is translated too"

        # Plurals: French counts none and one alike.
        camille.api("PUT", f"/voices/{voice['id']}/support")
        sees(camille.get(f"/voices/{voice['id']}"), "1 personne dit « moi aussi »")
        for number in range(2):
            aino.api("POST", f"/voices/{voice['id']}/replies", {"body": f"Reply {number}"})
        sees(aino.get("/voices"), "2 replies")
        sees(camille.get("/voices"), "2 réponses")

        # Dates as each writes them: a month's name in English, another in French.
        month = re.search(r"(January|February|March|April|May|June|July|August|September|October|November|December)",
                          aino.get(f"/voices/{voice['id']}").text)
        assert month, "the English page says its date"
        names = {"January": "janvier", "February": "février", "March": "mars", "April": "avril", "May": "mai",
                 "June": "juin", "July": "juillet", "August": "août", "September": "septembre", "October": "octobre",
                 "November": "novembre", "December": "décembre"}
        page = camille.get(f"/voices/{voice['id']}")
        sees(page, names[month.group(1)])
        sees_not(page, month.group(1))

        # Switched by hand, it stays; and the other's page is as it was.
        settings = aino.get("/settings")
        aino.submit(settings, "/settings", language="fr")
        aino.language = "en"
        assert aino.get("/voices").language == "fr", "her choice outweighs her browser's"
        sees(aino.get("/voices"), "2 réponses")
        assert hall.visitor().get("/voices").language == "en"
        # What is refused is said in her language.
        refused = camille.submit(camille.get("/say"), "/say", status=422, text="")
        assert refused.language == "fr"
        sees_not(refused, "Please")


if __name__ == "__main__":
    run(story, __file__)
