-- Chats: two people, or the members of a circle, talk live. A chat is a thing whose audience is itself: the one
-- rule of sight opens it to nobody, so no list, search, feed, webhook or count can hold it. Who talks in it is in
-- chat_member (or a member of its circle), and organise/chat.cpp alone reads these tables.

-- tenant: chat
CREATE TABLE chat (
    org_id        BIGINT NOT NULL,
    chat_id       BIGINT NOT NULL,
    circle_id     BIGINT NOT NULL,  -- whose members talk; 0: the people of chat_member
    about_id      BIGINT NOT NULL,  -- the thing it was opened from; 0: none
    once_key      TEXT   NOT NULL,  -- who talks about what: two people have one chat about a thing
    opened_by     BIGINT NOT NULL,
    asked_id      BIGINT NOT NULL,  -- who was written to, and may hand it over; 0: of a circle
    answered      BIGINT NOT NULL,  -- 1: somebody beside the one who opened it has said something
    last_sequence BIGINT NOT NULL,  -- of the newest line: given in the transaction, so the order is the same for all
    waits_for     BIGINT NOT NULL,  -- who is to answer; 0: nobody
    waits_us      BIGINT NOT NULL,  -- since when
    opened_us     BIGINT NOT NULL,
    CONSTRAINT chat_pkey PRIMARY KEY (org_id, chat_id),
    CONSTRAINT chat_once_key UNIQUE (org_id, once_key),
    CONSTRAINT chat_thing_fkey FOREIGN KEY (org_id, chat_id) REFERENCES thing (org_id, thing_id)
);
CREATE INDEX chat_by_opener ON chat (org_id, opened_by, opened_us);

-- tenant: chat_member
CREATE TABLE chat_member (
    org_id         BIGINT NOT NULL,
    chat_id        BIGINT NOT NULL,
    person_id      BIGINT NOT NULL,
    since_us       BIGINT NOT NULL,
    until_sequence BIGINT NOT NULL,  -- she left, or handed it over, after this line; -1: she is in it
    read_sequence  BIGINT NOT NULL,
    unread         BIGINT NOT NULL,  -- kept
    last_us        BIGINT NOT NULL,  -- of the last line that she may read: chats are listed by it
    CONSTRAINT chat_member_pkey PRIMARY KEY (org_id, chat_id, person_id),
    CONSTRAINT chat_member_chat_fkey FOREIGN KEY (org_id, chat_id) REFERENCES chat (org_id, chat_id),
    CONSTRAINT chat_member_person_fkey FOREIGN KEY (org_id, person_id) REFERENCES person (org_id, person_id)
);
CREATE INDEX chat_member_by_person ON chat_member (org_id, person_id, last_us, chat_id);
-- Asked by every page: how many chats have something new.
CREATE INDEX chat_member_unread ON chat_member (org_id, person_id, chat_id) WHERE unread > 0;

-- tenant: chat_line
CREATE TABLE chat_line (
    org_id    BIGINT NOT NULL,
    chat_id   BIGINT NOT NULL,
    sequence  BIGINT NOT NULL,
    author_id BIGINT NOT NULL,
    client_id TEXT   NOT NULL,  -- made by whoever sends it: the same line sent again is not said twice
    kind      TEXT   NOT NULL,  -- words | handed_over | left | kept
    person_id BIGINT NOT NULL,  -- to whom it was handed over; 0: none
    thing_id  BIGINT NOT NULL,  -- the question it was kept as; 0: none
    body      TEXT   NOT NULL,
    body_html TEXT   NOT NULL,
    said_us   BIGINT NOT NULL,
    CONSTRAINT chat_line_pkey PRIMARY KEY (org_id, chat_id, sequence),
    CONSTRAINT chat_line_client_key UNIQUE (org_id, chat_id, author_id, client_id),
    CONSTRAINT chat_line_chat_fkey FOREIGN KEY (org_id, chat_id) REFERENCES chat (org_id, chat_id)
);
CREATE INDEX chat_line_by_author ON chat_line (org_id, author_id, chat_id, sequence);

-- Lines of a chat that somebody wants to keep as a question with its answer, for others to find. Nothing is seen
-- outside before all whose words these are agreed.
-- tenant: chat_keeping
CREATE TABLE chat_keeping (
    org_id      BIGINT NOT NULL,
    keeping_id  BIGINT NOT NULL,
    chat_id     BIGINT NOT NULL,
    proposed_by BIGINT NOT NULL,
    agrees_id   BIGINT NOT NULL,  -- who is to agree; 0: all words are the proposer's own
    asked_by    BIGINT NOT NULL,  -- whose words the question is
    answered_by BIGINT NOT NULL,  -- whose words the answer is
    circle_id   BIGINT NOT NULL,  -- where it is to be found
    title       TEXT   NOT NULL,
    question    TEXT   NOT NULL,  -- numbers of lines, with spaces between
    answer      TEXT   NOT NULL,
    state       TEXT   NOT NULL,  -- proposed | kept | declined
    voice_id    BIGINT NOT NULL,  -- the question; 0: not yet
    made_us     BIGINT NOT NULL,
    CONSTRAINT chat_keeping_pkey PRIMARY KEY (org_id, keeping_id),
    CONSTRAINT chat_keeping_chat_fkey FOREIGN KEY (org_id, chat_id) REFERENCES chat (org_id, chat_id)
);
CREATE INDEX chat_keeping_by_chat ON chat_keeping (org_id, chat_id, keeping_id);

-- Who may write to her, and when she is there. Without a row: everybody, shown, no hours.
-- tenant: chat_door
CREATE TABLE chat_door (
    org_id    BIGINT NOT NULL,
    person_id BIGINT NOT NULL,
    door      TEXT   NOT NULL,  -- everybody | circles | nobody
    presence  BIGINT NOT NULL,  -- 1: those who may write to her see whether she is there
    zone      TEXT   NOT NULL,  -- an IANA time zone; empty: no hours are shown
    days      TEXT   NOT NULL,  -- "12345": Monday is 1
    from_hour BIGINT NOT NULL,
    till_hour BIGINT NOT NULL,
    CONSTRAINT chat_door_pkey PRIMARY KEY (org_id, person_id),
    CONSTRAINT chat_door_person_fkey FOREIGN KEY (org_id, person_id) REFERENCES person (org_id, person_id)
);

-- tenant: chat_block
CREATE TABLE chat_block (
    org_id     BIGINT NOT NULL,
    person_id  BIGINT NOT NULL,  -- who blocks
    blocked_id BIGINT NOT NULL,
    since_us   BIGINT NOT NULL,
    CONSTRAINT chat_block_pkey PRIMARY KEY (org_id, person_id, blocked_id),
    CONSTRAINT chat_block_person_fkey FOREIGN KEY (org_id, person_id) REFERENCES person (org_id, person_id)
);

-- When somebody who lets it be seen was last there, to the minute. Nothing older is kept.
-- tenant: presence
CREATE TABLE presence (
    org_id    BIGINT NOT NULL,
    person_id BIGINT NOT NULL,
    seen_us   BIGINT NOT NULL,
    CONSTRAINT presence_pkey PRIMARY KEY (org_id, person_id),
    CONSTRAINT presence_person_fkey FOREIGN KEY (org_id, person_id) REFERENCES person (org_id, person_id)
);
