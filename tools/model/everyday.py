"""Everyday sentences of our own, so that the table also reads what no manual says.

People's voices are short, in the first person, and cross. These frames and words were written for
this project; each frame is filled by chance from the lists it names.
"""

WORDS = {
    "thing": """the app|the website|my order|my account|the invoice|my bike|the lock|the battery|the charger|the helmet|my card|
the train|the bus|the office|the printer|the kitchen|the meeting room|the elevator|the parking lot|my laptop|the phone|the camera|
the coffee machine|my password|my subscription|the newsletter|the search|the map|the calendar|the timer|the alarm|the radio|the
playlist|the light|the thermostat|the heating|my flight|my hotel booking|my rental car|my insurance|my tax form|my salary|the
schedule|the report|the survey|the forum|the chat|the comment section|the dark mode|the font|the button|the menu|the login page|the
delivery|the package|my refund|the discount|the voucher|the price|the shipping fee|the manual|the warranty|the repair|the spare part|
the front wheel|the brake|the saddle|the tire|the basket|the vote|the badge|the tag|the profile picture|the notification|the export|
the backup|the spreadsheet|the dashboard|my data|the form|the contract|the recipe|the soup|the garden|the dog|the weather forecast|
the song|the movie|the game|the course|the exam|the school|the doctor|the pharmacy|the credit limit|the exchange rate|the bank
transfer|the cash machine|the rent|the loan|the bill""",
    "fault": """does not work|is broken again|keeps crashing|is far too slow|never arrives on time|makes a strange noise|is missing|is
wrong|is too expensive|was cancelled without notice|cannot be found|has stopped responding|shows an error|is hard to read|is
confusing|arrived damaged|was charged twice|has not been updated for weeks|freezes after a minute|is too loud|is always full|is
dirty|runs out too fast|was better before|looks different on my phone|leaks|got stuck|is not what I ordered""",
    "wish": """log in with my phone|change my address|cancel my order|get my money back|talk to a real person|see my old messages|
download my data|delete my account|pay by card|pay in installments|split the bill|book a table|reserve a seat|share a link with my
team|undo my last change|sort by date|filter by place|set a reminder|wake up earlier|listen to some jazz|turn off the lights|warm up
the house|find a cheap flight|change my seat|extend my stay|renew my passport|report a lost card|raise my limit|transfer money to a
friend|track my package|return the shoes|repair the bike myself|charge it at home|lend it to a neighbour|vote on this|follow a
question|edit my answer|close my question|ask the moderators|see who voted|add a picture|write a comment|mark it as a duplicate|earn
more reputation|search by tag|get fewer e-mails|choose another language|read it aloud|print the ticket|learn Spanish|cook dinner for
four|lose some weight|sleep better|order a pizza|call my mother|send a text|take a day off|work from home|swap my shift|meet the new
colleague|plan the holidays|buy a gift|measure the room|convert miles to kilometers|calculate the tip|check the oil|jump start the
car|schedule a maintenance|find the nearest station|ask for a raise|fill in the form|sign the contract""",
    "person": """the support|your driver|a colleague|the manager|our customers|my neighbour|the mechanic|the new team|a moderator|the
bank|my boss|the landlord|the teacher|the nurse|my sister|the shop|the courier|everybody|nobody|an older user""",
    "when": """since the update|every morning|on weekends|for two weeks|since yesterday|when it rains|after the holidays|in winter|at
night|during lunch|on my old phone|at the airport|in the evening|once a month|right before the deadline|when I travel""",
    "praise": """is wonderful|saved my day|was very friendly|works like a charm|is easy to use|was faster than expected|is worth every
cent|made us smile|is just right|helped a lot""",
}

FRAMES = (
    "{thing} {fault}", "{thing} {fault} {when}", "Why {is} {thing}?", "{person} told me that {thing} {fault}",
    "I would like to {wish}", "How do I {wish}?", "can I {wish}", "I want to {wish} {when}", "what happens if I {wish}",
    "Why is it not possible to {wish}?", "It should be easier to {wish}", "{person} helped me to {wish}", "please let us {wish}",
    "{thing} {praise}", "I cannot {wish} because {thing} {fault}", "{person} wants to {wish}", "I gave up trying to {wish}",
    "Where is {thing}?", "What is wrong with {thing}?", "When will {thing} be ready?", "tell me about {thing}",
    "{thing} and {thing2}: which one is better?", "Is there an alternative to {thing}?", "Who is responsible for {thing}?",
    "How much does {thing} cost?", "I love {thing}", "I hate {thing}", "We need a better way to {wish}",
    "{when} {thing} {fault}", "Thank you, {thing} {praise}", "could you {wish} for me", "I forgot how to {wish}",
    "remind me to {wish}", "Should we {wish} or {wish2}?", "What is the best way to {wish}?", "Is it allowed to {wish}?",
)


def sentences(random_source, count=24_000):
    words = {name: [" ".join(word.split()) for word in text.split("|")] for name, text in WORDS.items()}
    for _ in range(count):
        chosen = {name: random_source.choice(choices) for name, choices in words.items()}
        chosen |= {"thing2": random_source.choice(words["thing"]), "wish2": random_source.choice(words["wish"]),
                   "is": random_source.choice(("is there no", "do I have to wait for", "can I not see", "did you change"))}
        text = random_source.choice(FRAMES).format(**chosen)
        yield text[0].upper() + text[1:] if random_source.random() < 0.6 else text
