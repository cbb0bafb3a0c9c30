-- Learn: the clock of the loop. All of it is made from the log and can be made again.

-- Where a voice stands on the clock, as it is counted below.
-- tenant: loop_time
CREATE TABLE loop_time (
    org_id      BIGINT NOT NULL,
    voice_id    BIGINT NOT NULL,
    circle_id   BIGINT NOT NULL,
    kind        TEXT   NOT NULL,
    theme_id    BIGINT NOT NULL,  -- the first theme it was put in; 0: none
    author_id   BIGINT NOT NULL,
    counted     BIGINT NOT NULL,  -- 1: it is visible, and in the figures
    heard_us    BIGINT NOT NULL,
    answered_us BIGINT NOT NULL,  -- 0 where it has not come so far
    decided_us  BIGINT NOT NULL,
    done_us     BIGINT NOT NULL,
    told_us     BIGINT NOT NULL,
    CONSTRAINT loop_time_pkey PRIMARY KEY (org_id, voice_id)
);

-- How long one voice took to one step: the list behind each number.
-- tenant: loop_span
CREATE TABLE loop_span (
    org_id    BIGINT NOT NULL,
    step      TEXT   NOT NULL,  -- answered | decided | done | told
    voice_id  BIGINT NOT NULL,
    circle_id BIGINT NOT NULL,
    seconds   BIGINT NOT NULL,  -- since it was heard
    CONSTRAINT loop_span_pkey PRIMARY KEY (org_id, step, voice_id)
);
CREATE INDEX loop_span_by_seconds ON loop_span (org_id, step, seconds, voice_id);

-- How many voices took how long: eight classes for each doubling, so that a median costs the same at any size.
-- tenant: loop_histogram
CREATE TABLE loop_histogram (
    org_id    BIGINT NOT NULL,
    lens      TEXT   NOT NULL,  -- all | kind | theme | month
    circle_id BIGINT NOT NULL,  -- of the voices: who sees the circle counts them
    entry     TEXT   NOT NULL,  -- the kind, the theme's id, the month of the step as 2026-05; empty for all
    step      TEXT   NOT NULL,
    class     BIGINT NOT NULL,
    voices    BIGINT NOT NULL,
    CONSTRAINT loop_histogram_pkey PRIMARY KEY (org_id, lens, circle_id, entry, step, class)
);

-- Who spoke in a circle, and whether something came of it: for the share of people who were heard.
-- tenant: loop_person
CREATE TABLE loop_person (
    org_id    BIGINT NOT NULL,
    circle_id BIGINT NOT NULL,
    person_id BIGINT NOT NULL,
    voices    BIGINT NOT NULL,
    answered  BIGINT NOT NULL,  -- of these voices
    outcomes  BIGINT NOT NULL,  -- decided or done
    CONSTRAINT loop_person_pkey PRIMARY KEY (org_id, circle_id, person_id)
);

-- tenant: loop_circle
CREATE TABLE loop_circle (
    org_id    BIGINT NOT NULL,
    circle_id BIGINT NOT NULL,
    people    BIGINT NOT NULL,  -- who spoke
    answered  BIGINT NOT NULL,  -- of these people, with an answer to at least one voice
    outcomes  BIGINT NOT NULL,
    CONSTRAINT loop_circle_pkey PRIMARY KEY (org_id, circle_id)
);
