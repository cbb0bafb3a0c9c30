-- Decide: proposals that change before they are voted on. Learn: the clock at a million events. Act: reminders.

-- What a proposal said before it was changed: all of what may change, so that each stands for itself.
-- Once voting is open nothing changes any more.
-- tenant: decision_revision
CREATE TABLE decision_revision (
    org_id      BIGINT NOT NULL,
    decision_id BIGINT NOT NULL,
    revision_id BIGINT NOT NULL,
    title       TEXT   NOT NULL,
    belief      TEXT   NOT NULL,
    beneficiary TEXT   NOT NULL,
    measure     TEXT   NOT NULL,
    target      TEXT   NOT NULL,
    review_on   TEXT   NOT NULL,  -- YYYY-MM-DD
    options     TEXT   NOT NULL,  -- one on each line
    closes_us   BIGINT NOT NULL,  -- 0: two weeks after voting opens
    changed_by  BIGINT NOT NULL,
    changed_us  BIGINT NOT NULL,
    CONSTRAINT decision_revision_pkey PRIMARY KEY (org_id, decision_id, revision_id),
    CONSTRAINT decision_revision_decision_fkey FOREIGN KEY (org_id, decision_id) REFERENCES decision (org_id, decision_id)
);

-- The clock of the loop, with all classes of a line in one row, and with what everybody sees summed already: so that its
-- page reads as many rows in a hall of a hundred circles as in one of three. It is made again from the log.
DROP TABLE loop_histogram;
-- tenant: loop_line
CREATE TABLE loop_line (
    org_id    BIGINT NOT NULL,
    lens      TEXT   NOT NULL,  -- all | kind | theme | month
    circle_id BIGINT NOT NULL,  -- of the voices; 0: of all circles that are public (loop_circle.is_public) together
    entry     TEXT   NOT NULL,  -- the kind, the theme's id, the month of the step as 2026-05; empty for all
    voices    TEXT   NOT NULL,  -- how many took how long, for each step (learn/histogram.hpp)
    CONSTRAINT loop_line_pkey PRIMARY KEY (org_id, lens, circle_id, entry)
);
ALTER TABLE loop_circle ADD COLUMN is_public BIGINT NOT NULL DEFAULT 0;  -- 1: its voices are in the sum of the public ones
DELETE FROM loop_circle;
DELETE FROM loop_person;
DELETE FROM loop_span;
DELETE FROM loop_time;
DELETE FROM consumer WHERE name = 'learn';

-- Act: who promised is reminded before the day, and on it.
ALTER TABLE commitment ADD COLUMN reminded BIGINT NOT NULL DEFAULT 0;  -- of the day that holds: 1 before it, 2 on it
