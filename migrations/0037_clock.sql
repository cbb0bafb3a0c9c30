-- Learn: the voices behind each number of the clock, and each person counted once. Kept figures change their shape, so what is
-- there is cleared and made again from the log, which is followed anew.

-- How long one voice took to one step: the list behind each number, under whatever the number was counted by.
DROP TABLE loop_span;
CREATE TABLE loop_span (
    org_id    BIGINT NOT NULL,
    step      TEXT   NOT NULL,  -- answered | decided | done | told | outcome: the first of decided and done
    voice_id  BIGINT NOT NULL,
    circle_id BIGINT NOT NULL,
    kind      TEXT   NOT NULL,
    theme_id  BIGINT NOT NULL,  -- the first theme it was put in; 0: none
    month     TEXT   NOT NULL,  -- of the step, as 2026-05
    seconds   BIGINT NOT NULL,  -- since it was heard
    CONSTRAINT loop_span_pkey PRIMARY KEY (org_id, step, voice_id)
);
CREATE INDEX loop_span_by_seconds ON loop_span (org_id, step, seconds, voice_id);
CREATE INDEX loop_span_by_circle ON loop_span (org_id, step, circle_id, seconds, voice_id);
CREATE INDEX loop_span_by_kind ON loop_span (org_id, step, kind, seconds, voice_id);
CREATE INDEX loop_span_by_theme ON loop_span (org_id, step, theme_id, seconds, voice_id);
CREATE INDEX loop_span_by_month ON loop_span (org_id, step, month, seconds, voice_id);

-- Who spoke in a circle, and whether something came of it: for the share of people who were heard. In circle 0: what she said
-- and got in all circles that are public (loop_circle.is_public) together.
DROP TABLE loop_person;
CREATE TABLE loop_person (
    org_id    BIGINT NOT NULL,
    person_id BIGINT NOT NULL,
    circle_id BIGINT NOT NULL,
    voices    BIGINT NOT NULL,
    answered  BIGINT NOT NULL,  -- of these voices
    outcomes  BIGINT NOT NULL,  -- decided or done
    several   BIGINT NOT NULL,  -- 1: the circle is closed, and one of several closed ones in which she spoke
    CONSTRAINT loop_person_pkey PRIMARY KEY (org_id, person_id, circle_id)
);
CREATE INDEX loop_person_by_circle ON loop_person (org_id, circle_id, several, person_id);

-- People of a circle; circle 0: of all that are public together, each once. What a closed circle adds to those is kept beside
-- it, for the people who spoke in no other closed one.
DELETE FROM loop_circle;
ALTER TABLE loop_circle ADD COLUMN more_people BIGINT NOT NULL DEFAULT 0;
ALTER TABLE loop_circle ADD COLUMN more_answered BIGINT NOT NULL DEFAULT 0;
ALTER TABLE loop_circle ADD COLUMN more_outcomes BIGINT NOT NULL DEFAULT 0;

-- What was merged into another voice is told with that one: 0, and its author still counts as one who spoke.
ALTER TABLE loop_time ADD COLUMN stands BIGINT NOT NULL DEFAULT 1;

DELETE FROM loop_line;
DELETE FROM loop_time;
DELETE FROM consumer WHERE name = 'learn';
