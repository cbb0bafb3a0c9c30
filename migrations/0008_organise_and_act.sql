-- Organise and Act: who is asked, and who promised what, to whom, by when.

-- Somebody is asked for by name, or whoever knows a topic. The thing's author is who asks.
-- tenant: request
CREATE TABLE request (
    org_id        BIGINT NOT NULL,
    request_id    BIGINT NOT NULL,
    about_id      BIGINT NOT NULL,  -- the voice, decision, commitment … that it is about
    person_id     BIGINT NOT NULL,  -- who is asked, or has it; 0: whoever knows the topic
    asker_id      BIGINT NOT NULL,
    topic         TEXT   NOT NULL,  -- empty: somebody was asked by name
    words         TEXT   NOT NULL,  -- what she is asked for, as plain text
    due_us        BIGINT NOT NULL,  -- the start of the day until which a promise is wished for; 0: no promise
    state         TEXT   NOT NULL,  -- open | taken | answered | declined
    ended         BIGINT NOT NULL,  -- 1: answered or declined
    why           TEXT   NOT NULL,  -- the last words: of who passed it on, declined or answered
    asked_us      BIGINT NOT NULL,  -- since when the one who is asked now has it: her clock
    taken_us      BIGINT NOT NULL,  -- 0: not yet
    ended_us      BIGINT NOT NULL,  -- 0: not yet
    answer_id     BIGINT NOT NULL,  -- the reply or commitment that answered it; 0: none
    CONSTRAINT request_pkey PRIMARY KEY (org_id, request_id),
    CONSTRAINT request_thing_fkey FOREIGN KEY (org_id, request_id) REFERENCES thing (org_id, thing_id),
    CONSTRAINT request_about_fkey FOREIGN KEY (org_id, about_id) REFERENCES thing (org_id, thing_id)
);
CREATE INDEX request_by_about ON request (org_id, about_id, request_id);
CREATE INDEX request_by_person ON request (org_id, person_id, ended, request_id);
CREATE INDEX request_by_asker ON request (org_id, asker_id, ended, request_id);
CREATE INDEX request_by_state ON request (org_id, ended, request_id);

-- Who was thought to know when "whoever knows" was asked for. Each of them is told, the first who takes it has it.
-- tenant: request_candidate
CREATE TABLE request_candidate (
    org_id     BIGINT NOT NULL,
    request_id BIGINT NOT NULL,
    person_id  BIGINT NOT NULL,
    CONSTRAINT request_candidate_pkey PRIMARY KEY (org_id, request_id, person_id),
    CONSTRAINT request_candidate_request_fkey FOREIGN KEY (org_id, request_id) REFERENCES request (org_id, request_id),
    CONSTRAINT request_candidate_person_fkey FOREIGN KEY (org_id, person_id) REFERENCES person (org_id, person_id)
);
CREATE INDEX request_candidate_by_person ON request_candidate (org_id, person_id, request_id);

-- How long answers took, as a histogram: so a median is read in one range whatever the number. Of circles
-- (subject = circle), and of a person for what she lets others know ("usually answers within a day").
-- tenant: answer_time
CREATE TABLE answer_time (
    org_id     BIGINT NOT NULL,
    subject_id BIGINT NOT NULL,  -- a circle or a person
    bucket     BIGINT NOT NULL,  -- floor(4 log2(minutes + 1))
    answers    BIGINT NOT NULL,
    CONSTRAINT answer_time_pkey PRIMARY KEY (org_id, subject_id, bucket)
);

-- People who do not want others to know how soon they usually answer.
-- tenant: answer_time_hidden
CREATE TABLE answer_time_hidden (
    org_id    BIGINT NOT NULL,
    person_id BIGINT NOT NULL,
    CONSTRAINT answer_time_hidden_pkey PRIMARY KEY (org_id, person_id),
    CONSTRAINT answer_time_hidden_person_fkey FOREIGN KEY (org_id, person_id) REFERENCES person (org_id, person_id)
);

-- A promise. What was promised is the thing's title, who promised its author.
-- tenant: commitment
CREATE TABLE commitment (
    org_id        BIGINT NOT NULL,
    commitment_id BIGINT NOT NULL,
    person_id     BIGINT NOT NULL,  -- who promised
    to_id         BIGINT NOT NULL,  -- the person or circle it was made to
    to_kind       TEXT   NOT NULL,  -- person | circle
    due_us        BIGINT NOT NULL,  -- the start of the last day, UTC: overdue when that day has passed
    state         TEXT   NOT NULL,  -- open | moved | kept | broken | withdrawn
    settled       BIGINT NOT NULL,  -- 1: kept, broken or withdrawn
    overdue       BIGINT NOT NULL,  -- 1: the day passed while it was open, and that was told
    why           TEXT   NOT NULL,  -- the last words on it: of who kept, broke, moved or withdrew it
    settled_by    BIGINT NOT NULL,  -- 0: nobody yet
    settled_us    BIGINT NOT NULL,  -- 0: not yet
    voice_id      BIGINT NOT NULL,  -- the voice it is for; 0: none
    decision_id   BIGINT NOT NULL,  -- the decision it follows from; 0: none
    request_id    BIGINT NOT NULL,  -- the request by which it was asked for; 0: none
    callouts      BIGINT NOT NULL,  -- kept: those against it that are not closed
    CONSTRAINT commitment_pkey PRIMARY KEY (org_id, commitment_id),
    CONSTRAINT commitment_thing_fkey FOREIGN KEY (org_id, commitment_id) REFERENCES thing (org_id, thing_id)
);
CREATE INDEX commitment_by_due ON commitment (org_id, settled, due_us, commitment_id);
CREATE INDEX commitment_by_state ON commitment (org_id, state, commitment_id);
CREATE INDEX commitment_by_person ON commitment (org_id, person_id, settled, due_us, commitment_id);
CREATE INDEX commitment_by_to ON commitment (org_id, to_id, settled, due_us, commitment_id);
CREATE INDEX commitment_by_voice ON commitment (org_id, voice_id, commitment_id);
CREATE INDEX commitment_by_decision ON commitment (org_id, decision_id, commitment_id);

-- The days that were promised before: the old date stays visible.
-- tenant: commitment_move
CREATE TABLE commitment_move (
    org_id        BIGINT NOT NULL,
    commitment_id BIGINT NOT NULL,
    move_id       BIGINT NOT NULL,
    from_us       BIGINT NOT NULL,
    to_us         BIGINT NOT NULL,
    why           TEXT   NOT NULL,
    at_us         BIGINT NOT NULL,
    CONSTRAINT commitment_move_pkey PRIMARY KEY (org_id, commitment_id, move_id),
    CONSTRAINT commitment_move_commitment_fkey FOREIGN KEY (org_id, commitment_id)
        REFERENCES commitment (org_id, commitment_id)
);

-- How many promises of each sort a circle has: of circles, never of a person.
-- tenant: commitment_count
CREATE TABLE commitment_count (
    org_id      BIGINT NOT NULL,
    circle_id   BIGINT NOT NULL,  -- whose audience they have
    state       TEXT   NOT NULL,  -- running | overdue | kept | broken | withdrawn
    commitments BIGINT NOT NULL,
    CONSTRAINT commitment_count_pkey PRIMARY KEY (org_id, circle_id, state)
);

-- "You don't walk the talk": a voice of kind call-out against a promise, decision, goal or procedure.
-- tenant: callout
CREATE TABLE callout (
    org_id      BIGINT NOT NULL,
    callout_id  BIGINT NOT NULL,  -- the voice that says it
    about_id    BIGINT NOT NULL,
    raiser_id   BIGINT NOT NULL,
    called_id   BIGINT NOT NULL,  -- who must answer in the open
    state       TEXT   NOT NULL,  -- open | answered | closed
    opened_us   BIGINT NOT NULL,
    answered_us BIGINT NOT NULL,  -- 0: not yet
    answer_id   BIGINT NOT NULL,  -- the reply; 0: none yet
    closed_us   BIGINT NOT NULL,  -- 0: not yet
    closed_by   BIGINT NOT NULL,
    why         TEXT   NOT NULL,  -- the public reason of who closed it
    CONSTRAINT callout_pkey PRIMARY KEY (org_id, callout_id),
    CONSTRAINT callout_voice_fkey FOREIGN KEY (org_id, callout_id) REFERENCES voice (org_id, voice_id),
    CONSTRAINT callout_about_fkey FOREIGN KEY (org_id, about_id) REFERENCES thing (org_id, thing_id)
);
CREATE INDEX callout_by_about ON callout (org_id, about_id, callout_id);
CREATE INDEX callout_by_called ON callout (org_id, called_id, state, callout_id);
