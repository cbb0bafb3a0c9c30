-- Hear: imports as background work, and imported voices in their own time.

-- The order of "newest" is when something was said, not when it was brought in. A copy of the thing's
-- created_us, so that each filter walks one index. It never changes.
ALTER TABLE voice ADD COLUMN said_us BIGINT NOT NULL DEFAULT 0;
UPDATE voice SET said_us = t.created_us FROM thing t WHERE t.org_id = voice.org_id AND t.thing_id = voice.voice_id;
-- The import that brought it; 0: it was said here. Without an author, nobody was named there.
ALTER TABLE voice ADD COLUMN run_id BIGINT NOT NULL DEFAULT 0;
UPDATE voice SET run_id = s.run_id FROM source s WHERE s.org_id = voice.org_id AND s.thing_id = voice.voice_id;
DROP INDEX voice_by_status;
DROP INDEX voice_by_kind;
CREATE INDEX voice_by_said ON voice (org_id, said_us, voice_id);
CREATE INDEX voice_by_status ON voice (org_id, status_id, said_us, voice_id);
CREATE INDEX voice_by_kind ON voice (org_id, kind, said_us, voice_id);

-- A run may wait for a person's yes, go on in the background and be cancelled. Those of before are done.
ALTER TABLE import_run ADD COLUMN state TEXT NOT NULL DEFAULT 'done';  -- draft | waiting | running | done | cancelled | failed
ALTER TABLE import_run ADD COLUMN circle_id BIGINT NOT NULL DEFAULT 0;  -- of rows that name none
ALTER TABLE import_run ADD COLUMN columns TEXT NOT NULL DEFAULT '{}';  -- a JSON object: field → column
ALTER TABLE import_run ADD COLUMN rows_all BIGINT NOT NULL DEFAULT 0;  -- of the file
ALTER TABLE import_run ADD COLUMN rows_done BIGINT NOT NULL DEFAULT 0;
ALTER TABLE import_run ADD COLUMN people BIGINT NOT NULL DEFAULT 0;  -- new ones
ALTER TABLE import_run ADD COLUMN trouble TEXT NOT NULL DEFAULT '';  -- why it failed

-- The file of a run, until the run has ended.
-- tenant: import_text
CREATE TABLE import_text (
    org_id BIGINT NOT NULL,
    run_id BIGINT NOT NULL,
    text   TEXT   NOT NULL,
    CONSTRAINT import_text_pkey PRIMARY KEY (org_id, run_id),
    CONSTRAINT import_text_run_fkey FOREIGN KEY (org_id, run_id) REFERENCES import_run (org_id, run_id)
);

-- Rows that could not come in: the first thousand of a run.
-- tenant: import_refusal
CREATE TABLE import_refusal (
    org_id   BIGINT NOT NULL,
    run_id   BIGINT NOT NULL,
    number   BIGINT NOT NULL,  -- counted from 1, in the order they were met
    line     BIGINT NOT NULL,  -- of the file
    sentence TEXT   NOT NULL,
    CONSTRAINT import_refusal_pkey PRIMARY KEY (org_id, run_id, number),
    CONSTRAINT import_refusal_run_fkey FOREIGN KEY (org_id, run_id) REFERENCES import_run (org_id, run_id)
);
