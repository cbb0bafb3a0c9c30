-- Where we agree: conversations of short statements, who takes part, what they say of them, and the map that follows.

-- tenant: conversation
CREATE TABLE conversation (
    org_id          BIGINT NOT NULL,
    conversation_id BIGINT NOT NULL,
    about_id        BIGINT NOT NULL,  -- the theme, decision or goal it belongs to; 0: it stands by itself
    words           TEXT   NOT NULL,  -- Markdown as sent
    words_html      TEXT   NOT NULL,
    state           TEXT   NOT NULL,  -- open | closed
    moderation      TEXT   NOT NULL,  -- off | on: statements wait for who leads it
    anonymous       BIGINT NOT NULL,  -- 1: people without an account may take part
    opens_us        BIGINT NOT NULL,
    closes_us       BIGINT NOT NULL,  -- 0: when somebody closes it
    closed_us       BIGINT NOT NULL,  -- 0: not yet
    closed_by       BIGINT NOT NULL,  -- 0: its time had come
    next_number     BIGINT NOT NULL,  -- of the next statement
    statements      BIGINT NOT NULL,  -- kept: those that are shown
    waiting         BIGINT NOT NULL,  -- kept: those that wait for who leads it
    people          BIGINT NOT NULL,  -- kept: who voted, with an account or brought in from a file
    visitors        BIGINT NOT NULL,  -- kept: who voted without an account
    votes           BIGINT NOT NULL,  -- kept: of people
    visitor_votes   BIGINT NOT NULL,
    revision        BIGINT NOT NULL,  -- rises with whatever changes the map
    grouped         BIGINT NOT NULL,  -- the revision whose groups were found; -1: none yet
    CONSTRAINT conversation_pkey PRIMARY KEY (org_id, conversation_id),
    CONSTRAINT conversation_thing_fkey FOREIGN KEY (org_id, conversation_id) REFERENCES thing (org_id, thing_id)
);
CREATE INDEX conversation_by_about ON conversation (org_id, about_id, conversation_id);
CREATE INDEX conversation_by_state ON conversation (org_id, state, conversation_id);
CREATE INDEX conversation_to_close ON conversation (org_id, closes_us) WHERE state = 'open' AND closes_us > 0;
CREATE INDEX conversation_to_group ON conversation (org_id, conversation_id) WHERE revision <> grouped;

-- tenant: statement
CREATE TABLE statement (
    org_id          BIGINT NOT NULL,
    conversation_id BIGINT NOT NULL,
    statement_id    BIGINT NOT NULL,
    number          BIGINT NOT NULL,  -- from 0, as people and files name it
    text            TEXT   NOT NULL,
    author_id       BIGINT NOT NULL,  -- 0: brought in from a file
    state           TEXT   NOT NULL,  -- shown | waiting | declined
    reason          TEXT   NOT NULL,  -- why it was declined, for all to read
    judged_by       BIGINT NOT NULL,  -- 0: nobody had to
    judged_us       BIGINT NOT NULL,
    created_us      BIGINT NOT NULL,
    agrees          BIGINT NOT NULL,  -- kept, of people; of visitors apart
    disagrees       BIGINT NOT NULL,
    passes          BIGINT NOT NULL,
    visitor_agrees    BIGINT NOT NULL,
    visitor_disagrees BIGINT NOT NULL,
    visitor_passes    BIGINT NOT NULL,
    centre          DOUBLE PRECISION NOT NULL,  -- the map's: mean vote, loadings on its two axes
    axis_x          DOUBLE PRECISION NOT NULL,
    axis_y          DOUBLE PRECISION NOT NULL,
    extremity       DOUBLE PRECISION NOT NULL,
    CONSTRAINT statement_pkey PRIMARY KEY (org_id, conversation_id, statement_id),
    CONSTRAINT statement_number_key UNIQUE (org_id, conversation_id, number),
    CONSTRAINT statement_conversation_fkey FOREIGN KEY (org_id, conversation_id) REFERENCES conversation (org_id, conversation_id)
);
CREATE INDEX statement_by_author ON statement (org_id, author_id, statement_id);

-- Somebody who votes in one conversation: a person, a browser without an account, or a line of a file. One of the
-- three says who. The place is the one on the map as it was drawn last, or after her last vote.
-- tenant: participant
CREATE TABLE participant (
    org_id          BIGINT NOT NULL,
    conversation_id BIGINT NOT NULL,
    participant_id  BIGINT NOT NULL,
    person_id       BIGINT NOT NULL,
    visitor         TEXT   NOT NULL,  -- the hash of her cookie, another in each conversation
    label           TEXT   NOT NULL,  -- what a file called her
    votes           BIGINT NOT NULL,  -- kept
    x               DOUBLE PRECISION NOT NULL,
    y               DOUBLE PRECISION NOT NULL,
    opinion_group   BIGINT NOT NULL,  -- -1: in none
    revision        BIGINT NOT NULL,  -- of the conversation, when she was placed
    CONSTRAINT participant_pkey PRIMARY KEY (org_id, conversation_id, participant_id)
);
CREATE UNIQUE INDEX participant_by_person ON participant (org_id, person_id, conversation_id) WHERE person_id <> 0;
CREATE UNIQUE INDEX participant_by_visitor ON participant (org_id, conversation_id, visitor) WHERE visitor <> '';
CREATE INDEX participant_by_revision ON participant (org_id, conversation_id, revision);

-- The last vote on a pair counts, so there is one row for it. Who voted what is shown to nobody but herself.
-- tenant: statement_vote
CREATE TABLE statement_vote (
    org_id          BIGINT NOT NULL,
    conversation_id BIGINT NOT NULL,
    participant_id  BIGINT NOT NULL,
    statement_id    BIGINT NOT NULL,
    vote            BIGINT NOT NULL,  -- 1 agree, 0 pass, -1 disagree
    cast_us         BIGINT NOT NULL,
    CONSTRAINT statement_vote_pkey PRIMARY KEY (org_id, conversation_id, participant_id, statement_id),
    CONSTRAINT statement_vote_participant_fkey FOREIGN KEY (org_id, conversation_id, participant_id) REFERENCES participant (org_id, conversation_id, participant_id),
    CONSTRAINT statement_vote_statement_fkey FOREIGN KEY (org_id, conversation_id, statement_id) REFERENCES statement (org_id, conversation_id, statement_id)
);

-- What was found of the votes the last time; found again from them whenever it is missing.
-- tenant: opinion_map
CREATE TABLE opinion_map (
    org_id          BIGINT NOT NULL,
    conversation_id BIGINT NOT NULL,
    revision        BIGINT NOT NULL,
    found_us        BIGINT NOT NULL,
    cost_us         BIGINT NOT NULL,  -- how long it took
    columns         BIGINT NOT NULL,  -- statements with a vote: what a place is stretched by
    centres         TEXT   NOT NULL,  -- of the groups, in order: x and y, separated by blanks
    summary         TEXT   NOT NULL,  -- groups, what each stands for, what all agree on: JSON
    people          TEXT   NOT NULL,  -- a line for each who is on it: participant, x and y in thousandths, group
    CONSTRAINT opinion_map_pkey PRIMARY KEY (org_id, conversation_id),
    CONSTRAINT opinion_map_conversation_fkey FOREIGN KEY (org_id, conversation_id) REFERENCES conversation (org_id, conversation_id)
);
