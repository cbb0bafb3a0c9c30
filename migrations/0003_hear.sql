-- Hear: voices, support, replies, and what keeps them in order.

-- tenant: status
CREATE TABLE status (
    org_id    BIGINT NOT NULL,
    status_id BIGINT NOT NULL,
    name      TEXT   NOT NULL,
    category  TEXT   NOT NULL,  -- open | under_review | planned | started | done | declined
    position  BIGINT NOT NULL,
    CONSTRAINT status_pkey PRIMARY KEY (org_id, status_id)
);

-- tenant: tag
CREATE TABLE tag (
    org_id    BIGINT NOT NULL,
    tag_id    BIGINT NOT NULL,
    name      TEXT   NOT NULL,
    name_fold TEXT   NOT NULL,
    CONSTRAINT tag_pkey PRIMARY KEY (org_id, tag_id),
    CONSTRAINT tag_name_key UNIQUE (org_id, name_fold)
);

-- tenant: voice
CREATE TABLE voice (
    org_id        BIGINT NOT NULL,
    voice_id      BIGINT NOT NULL,
    kind          TEXT   NOT NULL,  -- want | question | signal | call-out | challenge | story | thanks | other
    body          TEXT   NOT NULL,  -- Markdown, byte for byte as sent
    body_html     TEXT   NOT NULL,  -- rendered when written
    excerpt       TEXT   NOT NULL,  -- the start of the body without marks, for lists
    language      TEXT   NOT NULL,  -- detected; empty: unsure
    status_id     BIGINT NOT NULL,
    written_by    BIGINT NOT NULL,  -- another than the thing's author when written on her behalf
    supporters    BIGINT NOT NULL,  -- kept: confirmed people
    unconfirmed   BIGINT NOT NULL,  -- kept: support without an account, not confirmed yet
    unattributed  BIGINT NOT NULL,  -- support that an import counted but could not name
    replies       BIGINT NOT NULL,  -- kept: visible ones
    hot           DOUBLE PRECISION NOT NULL,  -- order of "trending": rises with time said and support
    answer_id     BIGINT NOT NULL,  -- the reply marked as the answer; 0: none
    official      TEXT   NOT NULL,  -- the official answer's reason, Markdown
    official_html TEXT   NOT NULL,
    official_by   BIGINT NOT NULL,
    official_us   BIGINT NOT NULL,  -- 0: none yet
    CONSTRAINT voice_pkey PRIMARY KEY (org_id, voice_id),
    CONSTRAINT voice_thing_fkey FOREIGN KEY (org_id, voice_id) REFERENCES thing (org_id, thing_id),
    CONSTRAINT voice_status_fkey FOREIGN KEY (org_id, status_id) REFERENCES status (org_id, status_id)
);
CREATE INDEX voice_by_hot ON voice (org_id, hot, voice_id);
CREATE INDEX voice_by_supporters ON voice (org_id, supporters, voice_id);
CREATE INDEX voice_by_replies ON voice (org_id, replies, voice_id);
CREATE INDEX voice_by_status ON voice (org_id, status_id, voice_id);
CREATE INDEX voice_by_status_and_hot ON voice (org_id, status_id, hot, voice_id);
CREATE INDEX voice_by_kind ON voice (org_id, kind, voice_id);

-- tenant: voice_tag
CREATE TABLE voice_tag (
    org_id   BIGINT NOT NULL,
    voice_id BIGINT NOT NULL,
    tag_id   BIGINT NOT NULL,
    CONSTRAINT voice_tag_pkey PRIMARY KEY (org_id, voice_id, tag_id),
    CONSTRAINT voice_tag_voice_fkey FOREIGN KEY (org_id, voice_id) REFERENCES voice (org_id, voice_id),
    CONSTRAINT voice_tag_tag_fkey FOREIGN KEY (org_id, tag_id) REFERENCES tag (org_id, tag_id)
);
CREATE INDEX voice_tag_by_tag ON voice_tag (org_id, tag_id, voice_id);

-- How many visible voices of each sort a circle has, so that the filters' counts cost nothing.
-- tenant: voice_count
CREATE TABLE voice_count (
    org_id    BIGINT NOT NULL,
    circle_id BIGINT NOT NULL,
    kind      TEXT   NOT NULL,
    status_id BIGINT NOT NULL,
    voices    BIGINT NOT NULL,
    CONSTRAINT voice_count_pkey PRIMARY KEY (org_id, circle_id, kind, status_id)
);

-- tenant: tag_count
CREATE TABLE tag_count (
    org_id    BIGINT NOT NULL,
    circle_id BIGINT NOT NULL,
    tag_id    BIGINT NOT NULL,
    voices    BIGINT NOT NULL,
    CONSTRAINT tag_count_pkey PRIMARY KEY (org_id, circle_id, tag_id)
);

-- tenant: support
CREATE TABLE support (
    org_id     BIGINT NOT NULL,
    voice_id   BIGINT NOT NULL,
    person_id  BIGINT NOT NULL,
    matters    TEXT   NOT NULL,  -- nice | important | vital, empty: not said
    confirmed  BIGINT NOT NULL,  -- 0: given without an account, waits for the link in the mail
    created_us BIGINT NOT NULL,
    CONSTRAINT support_pkey PRIMARY KEY (org_id, voice_id, person_id),
    CONSTRAINT support_voice_fkey FOREIGN KEY (org_id, voice_id) REFERENCES voice (org_id, voice_id),
    CONSTRAINT support_person_fkey FOREIGN KEY (org_id, person_id) REFERENCES person (org_id, person_id)
);
CREATE INDEX support_by_person ON support (org_id, person_id, voice_id);

-- A threaded answer to any thing.
-- tenant: reply
CREATE TABLE reply (
    org_id     BIGINT NOT NULL,
    reply_id   BIGINT NOT NULL,
    subject_id BIGINT NOT NULL,  -- the thing that is answered
    parent_id  BIGINT NOT NULL,  -- the reply that is answered; 0: the subject itself
    body       TEXT   NOT NULL,
    body_html  TEXT   NOT NULL,
    language   TEXT   NOT NULL,
    written_by BIGINT NOT NULL,
    CONSTRAINT reply_pkey PRIMARY KEY (org_id, reply_id),
    CONSTRAINT reply_thing_fkey FOREIGN KEY (org_id, reply_id) REFERENCES thing (org_id, thing_id),
    CONSTRAINT reply_subject_fkey FOREIGN KEY (org_id, subject_id) REFERENCES thing (org_id, thing_id)
);
CREATE INDEX reply_by_subject ON reply (org_id, subject_id, reply_id);

-- The texts that an edit replaced; the newest text is on the thing itself.
-- tenant: revision
CREATE TABLE revision (
    org_id      BIGINT NOT NULL,
    thing_id    BIGINT NOT NULL,
    revision_id BIGINT NOT NULL,
    editor_id   BIGINT NOT NULL,
    at_us       BIGINT NOT NULL,  -- when it was replaced
    title       TEXT   NOT NULL,
    body        TEXT   NOT NULL,
    CONSTRAINT revision_pkey PRIMARY KEY (org_id, thing_id, revision_id),
    CONSTRAINT revision_thing_fkey FOREIGN KEY (org_id, thing_id) REFERENCES thing (org_id, thing_id)
);

-- Who wants to hear what about a thing. Two switches; both off is mute.
-- tenant: follow
CREATE TABLE follow (
    org_id    BIGINT NOT NULL,
    thing_id  BIGINT NOT NULL,
    person_id BIGINT NOT NULL,
    replies   BIGINT NOT NULL,
    outcome   BIGINT NOT NULL,
    CONSTRAINT follow_pkey PRIMARY KEY (org_id, thing_id, person_id),
    CONSTRAINT follow_thing_fkey FOREIGN KEY (org_id, thing_id) REFERENCES thing (org_id, thing_id),
    CONSTRAINT follow_person_fkey FOREIGN KEY (org_id, person_id) REFERENCES person (org_id, person_id)
);
CREATE INDEX follow_by_person ON follow (org_id, person_id, thing_id);

-- Who was named with @ in a text.
-- tenant: mention
CREATE TABLE mention (
    org_id    BIGINT NOT NULL,
    thing_id  BIGINT NOT NULL,
    person_id BIGINT NOT NULL,
    CONSTRAINT mention_pkey PRIMARY KEY (org_id, thing_id, person_id),
    CONSTRAINT mention_thing_fkey FOREIGN KEY (org_id, thing_id) REFERENCES thing (org_id, thing_id),
    CONSTRAINT mention_person_fkey FOREIGN KEY (org_id, person_id) REFERENCES person (org_id, person_id)
);

-- Somebody says that a thing should not stand here.
-- tenant: complaint
CREATE TABLE complaint (
    org_id      BIGINT NOT NULL,
    thing_id    BIGINT NOT NULL,
    person_id   BIGINT NOT NULL,  -- who says so
    reason      TEXT   NOT NULL,
    created_us  BIGINT NOT NULL,
    settled_us  BIGINT NOT NULL,  -- 0: still open
    settled_by  BIGINT NOT NULL,
    CONSTRAINT complaint_pkey PRIMARY KEY (org_id, thing_id, person_id),
    CONSTRAINT complaint_thing_fkey FOREIGN KEY (org_id, thing_id) REFERENCES thing (org_id, thing_id)
);
CREATE INDEX complaint_open ON complaint (org_id, settled_us, created_us);

-- Why a thing was hidden; public, while the thing itself is not.
-- tenant: hiding
CREATE TABLE hiding (
    org_id    BIGINT NOT NULL,
    thing_id  BIGINT NOT NULL,
    reason    TEXT   NOT NULL,
    hidden_by BIGINT NOT NULL,
    hidden_us BIGINT NOT NULL,
    CONSTRAINT hiding_pkey PRIMARY KEY (org_id, thing_id),
    CONSTRAINT hiding_thing_fkey FOREIGN KEY (org_id, thing_id) REFERENCES thing (org_id, thing_id)
);

-- Where an imported thing came from: the same row twice changes nothing.
-- tenant: source
CREATE TABLE source (
    org_id    BIGINT NOT NULL,
    origin    TEXT   NOT NULL,  -- csv:feedback.csv
    source_id TEXT   NOT NULL,
    thing_id  BIGINT NOT NULL,
    run_id    BIGINT NOT NULL,
    CONSTRAINT source_pkey PRIMARY KEY (org_id, origin, source_id),
    CONSTRAINT source_thing_fkey FOREIGN KEY (org_id, thing_id) REFERENCES thing (org_id, thing_id)
);
CREATE INDEX source_by_run ON source (org_id, run_id, thing_id);

-- tenant: import_run
CREATE TABLE import_run (
    org_id     BIGINT NOT NULL,
    run_id     BIGINT NOT NULL,
    origin     TEXT   NOT NULL,
    started_by BIGINT NOT NULL,
    started_us BIGINT NOT NULL,
    ended_us   BIGINT NOT NULL,  -- 0: running, or cut off
    made       BIGINT NOT NULL,
    unchanged  BIGINT NOT NULL,
    refused    BIGINT NOT NULL,
    CONSTRAINT import_run_pkey PRIMARY KEY (org_id, run_id)
);
