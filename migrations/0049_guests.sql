-- Hear: guests speak. A story that somebody tells in Everyone stands on the front page, and anybody opens a forum.
-- Stewards move what stands in the wrong place, or hide it; both with a reason that all can read.

-- What a circle is for others (public, listed) while a steward keeps it from them; empty: it is not kept.
ALTER TABLE circle ADD COLUMN withheld TEXT NOT NULL DEFAULT '';

-- The public forums, the newest first.
CREATE INDEX circle_by_kind ON circle (org_id, kind, circle_id);

-- What a steward moved from one circle to another, and why.
-- tenant: moving
CREATE TABLE moving (
    org_id    BIGINT NOT NULL,
    moving_id BIGINT NOT NULL,
    thing_id  BIGINT NOT NULL,
    from_id   BIGINT NOT NULL,
    to_id     BIGINT NOT NULL,
    reason    TEXT   NOT NULL,
    moved_by  BIGINT NOT NULL,
    moved_us  BIGINT NOT NULL,
    CONSTRAINT moving_pkey PRIMARY KEY (org_id, moving_id),
    CONSTRAINT moving_thing_fkey FOREIGN KEY (org_id, thing_id) REFERENCES thing (org_id, thing_id)
);
CREATE INDEX moving_by_from ON moving (org_id, from_id, moving_id);
CREATE INDEX moving_by_mover ON moving (org_id, moved_by, moving_id);
