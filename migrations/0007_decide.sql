-- Decide: decisions, who may vote on them, ballots while a vote is open, and the box once it is closed.

-- tenant: decision
CREATE TABLE decision (
    org_id        BIGINT NOT NULL,
    decision_id   BIGINT NOT NULL,
    state         TEXT   NOT NULL,  -- proposed | voting | closed | reviewed | withdrawn
    method        TEXT   NOT NULL,  -- consent | yes-no | single-choice | approval | score | ranked-pairs | stv
    belief        TEXT   NOT NULL,  -- we believe …
    beneficiary   TEXT   NOT NULL,  -- for …
    measure       TEXT   NOT NULL,  -- we shall see it by …
    target        TEXT   NOT NULL,
    review_on     TEXT   NOT NULL,  -- YYYY-MM-DD
    places        BIGINT NOT NULL,  -- how many options win
    score_most    BIGINT NOT NULL,
    ties          TEXT   NOT NULL,  -- listed | lot
    voters        BIGINT NOT NULL,  -- kept: different people who have voted
    opened_us     BIGINT NOT NULL,  -- 0: not yet
    closes_us     BIGINT NOT NULL,  -- while proposed: 0, or when voting is to end
    closed_us     BIGINT NOT NULL,  -- 0: not yet
    outcome       TEXT   NOT NULL,  -- passed | failed, empty: not closed
    why           TEXT   NOT NULL,
    result        TEXT   NOT NULL,  -- the count as JSON, made once from the box
    root          TEXT   NOT NULL,  -- of the closed box, SHA-256 in hex
    withdrawal    TEXT   NOT NULL,  -- the public reason
    asked_us      BIGINT NOT NULL,  -- when its owner was asked for the review; 0: not yet
    review_result TEXT   NOT NULL,  -- held | failed | unclear, empty: not reviewed
    review_value  TEXT   NOT NULL,
    review_words  TEXT   NOT NULL,
    reviewed_by   BIGINT NOT NULL,
    reviewed_us   BIGINT NOT NULL,
    CONSTRAINT decision_pkey PRIMARY KEY (org_id, decision_id),
    CONSTRAINT decision_thing_fkey FOREIGN KEY (org_id, decision_id) REFERENCES thing (org_id, thing_id)
);
CREATE INDEX decision_by_state ON decision (org_id, state, decision_id);
CREATE INDEX decision_to_close ON decision (org_id, closes_us) WHERE state = 'voting';
CREATE INDEX decision_to_review ON decision (org_id, review_on) WHERE state = 'closed' AND asked_us = 0;

-- tenant: decision_option
CREATE TABLE decision_option (
    org_id      BIGINT NOT NULL,
    decision_id BIGINT NOT NULL,
    position    BIGINT NOT NULL,  -- from 0
    label       TEXT   NOT NULL,
    CONSTRAINT decision_option_pkey PRIMARY KEY (org_id, decision_id, position),
    CONSTRAINT decision_option_decision_fkey FOREIGN KEY (org_id, decision_id) REFERENCES decision (org_id, decision_id)
);

-- People who vote together, with their own threshold and quorum. Each electorate can stop what the others want.
-- tenant: electorate
CREATE TABLE electorate (
    org_id      BIGINT NOT NULL,
    decision_id BIGINT NOT NULL,
    position    BIGINT NOT NULL,  -- from 0
    circle_id   BIGINT NOT NULL,
    threshold   TEXT   NOT NULL,  -- 1/2
    quorum      TEXT   NOT NULL,  -- 0/1: none
    roll        BIGINT NOT NULL,  -- kept: people on the roll
    voters      BIGINT NOT NULL,  -- kept: of them, who have voted
    CONSTRAINT electorate_pkey PRIMARY KEY (org_id, decision_id, position),
    CONSTRAINT electorate_circle_key UNIQUE (org_id, decision_id, circle_id),
    CONSTRAINT electorate_decision_fkey FOREIGN KEY (org_id, decision_id) REFERENCES decision (org_id, decision_id),
    CONSTRAINT electorate_circle_fkey FOREIGN KEY (org_id, circle_id) REFERENCES circle (org_id, circle_id)
);
CREATE INDEX electorate_by_circle ON electorate (org_id, circle_id, decision_id);

-- Who may vote, written when voting opens.
-- tenant: roll
CREATE TABLE roll (
    org_id      BIGINT NOT NULL,
    decision_id BIGINT NOT NULL,
    person_id   BIGINT NOT NULL,
    electorate  BIGINT NOT NULL,  -- its position
    CONSTRAINT roll_pkey PRIMARY KEY (org_id, decision_id, person_id, electorate),
    CONSTRAINT roll_electorate_fkey FOREIGN KEY (org_id, decision_id, electorate) REFERENCES electorate (org_id, decision_id, position),
    CONSTRAINT roll_person_fkey FOREIGN KEY (org_id, person_id) REFERENCES person (org_id, person_id)
);
CREATE INDEX roll_by_person ON roll (org_id, person_id, decision_id);

-- Changes of the roll after that, each with its public reason.
-- tenant: roll_change
CREATE TABLE roll_change (
    org_id      BIGINT NOT NULL,
    decision_id BIGINT NOT NULL,
    change_id   BIGINT NOT NULL,
    electorate  BIGINT NOT NULL,
    person_id   BIGINT NOT NULL,
    added       BIGINT NOT NULL,  -- 1: put on the roll, 0: struck from it
    reason      TEXT   NOT NULL,
    changed_by  BIGINT NOT NULL,
    changed_us  BIGINT NOT NULL,
    CONSTRAINT roll_change_pkey PRIMARY KEY (org_id, decision_id, change_id),
    CONSTRAINT roll_change_decision_fkey FOREIGN KEY (org_id, decision_id) REFERENCES decision (org_id, decision_id)
);

-- Ballots of an open vote, with whose they are so that she can change her mind. The rows are deleted at the close,
-- and they are in no export.
-- tenant: ballot
CREATE TABLE ballot (
    org_id      BIGINT NOT NULL,
    decision_id BIGINT NOT NULL,
    person_id   BIGINT NOT NULL,
    electorate  BIGINT NOT NULL,
    text        TEXT   NOT NULL,  -- as it will lie in the box
    CONSTRAINT ballot_pkey PRIMARY KEY (org_id, decision_id, person_id, electorate),
    CONSTRAINT ballot_roll_fkey FOREIGN KEY (org_id, decision_id, person_id, electorate) REFERENCES roll (org_id, decision_id, person_id, electorate)
);

-- The box of a closed vote: nobody's ballots, in an order drawn by lot.
-- tenant: boxed_ballot
CREATE TABLE boxed_ballot (
    org_id      BIGINT NOT NULL,
    decision_id BIGINT NOT NULL,
    position    BIGINT NOT NULL,  -- from 0
    text        TEXT   NOT NULL,
    leaf        TEXT   NOT NULL,  -- the hash of the text as a leaf, in hex
    CONSTRAINT boxed_ballot_pkey PRIMARY KEY (org_id, decision_id, position),
    CONSTRAINT boxed_ballot_decision_fkey FOREIGN KEY (org_id, decision_id) REFERENCES decision (org_id, decision_id)
);
CREATE INDEX boxed_ballot_by_leaf ON boxed_ballot (org_id, decision_id, leaf);

-- Objections in a consent round carry a name: that is said before the vote.
-- tenant: objection
CREATE TABLE objection (
    org_id      BIGINT NOT NULL,
    decision_id BIGINT NOT NULL,
    person_id   BIGINT NOT NULL,
    reason      TEXT   NOT NULL,
    raised_us   BIGINT NOT NULL,
    CONSTRAINT objection_pkey PRIMARY KEY (org_id, decision_id, person_id),
    CONSTRAINT objection_decision_fkey FOREIGN KEY (org_id, decision_id) REFERENCES decision (org_id, decision_id),
    CONSTRAINT objection_person_fkey FOREIGN KEY (org_id, person_id) REFERENCES person (org_id, person_id)
);

-- On which side a reply to a decision argues.
-- tenant: argument
CREATE TABLE argument (
    org_id      BIGINT NOT NULL,
    decision_id BIGINT NOT NULL,
    reply_id    BIGINT NOT NULL,
    side        TEXT   NOT NULL,  -- for | against
    CONSTRAINT argument_pkey PRIMARY KEY (org_id, decision_id, reply_id),
    CONSTRAINT argument_decision_fkey FOREIGN KEY (org_id, decision_id) REFERENCES decision (org_id, decision_id),
    CONSTRAINT argument_reply_fkey FOREIGN KEY (org_id, reply_id) REFERENCES reply (org_id, reply_id)
);

-- The voices and themes that a decision comes from.
-- tenant: decision_about
CREATE TABLE decision_about (
    org_id      BIGINT NOT NULL,
    decision_id BIGINT NOT NULL,
    thing_id    BIGINT NOT NULL,
    CONSTRAINT decision_about_pkey PRIMARY KEY (org_id, decision_id, thing_id),
    CONSTRAINT decision_about_decision_fkey FOREIGN KEY (org_id, decision_id) REFERENCES decision (org_id, decision_id),
    CONSTRAINT decision_about_thing_fkey FOREIGN KEY (org_id, thing_id) REFERENCES thing (org_id, thing_id)
);
CREATE INDEX decision_about_by_thing ON decision_about (org_id, thing_id, decision_id);
