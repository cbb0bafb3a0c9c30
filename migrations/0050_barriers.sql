-- Organise: barriers, what people could not do here and whom that shuts out, each with a clock and an answer in the open.

-- tenant: barrier
CREATE TABLE barrier (
    org_id      BIGINT NOT NULL,
    barrier_id  BIGINT NOT NULL,
    kind        TEXT   NOT NULL,  -- connection | device | senses | language | permission | other
    words       TEXT   NOT NULL,
    who         TEXT   NOT NULL,  -- who is shut out
    page        TEXT   NOT NULL,  -- where it was met: never more of an address than strangers may know
    state       TEXT   NOT NULL,  -- open | planned | removed | stays
    settled     BIGINT NOT NULL,  -- 1: removed, or said to stay
    remedy      TEXT   NOT NULL,  -- what is, was or will not be done about it
    due_us      BIGINT NOT NULL,  -- the day by whose end it is to be answered, or removed as planned
    overdue     BIGINT NOT NULL,  -- 1: told that it is
    answered_by BIGINT NOT NULL,
    answered_us BIGINT NOT NULL,  -- 0: not yet
    CONSTRAINT barrier_pkey PRIMARY KEY (org_id, barrier_id),
    CONSTRAINT barrier_thing_fkey FOREIGN KEY (org_id, barrier_id) REFERENCES thing (org_id, thing_id)
);
CREATE INDEX barrier_by_settled ON barrier (org_id, settled, barrier_id);
CREATE INDEX barrier_by_due ON barrier (org_id, settled, overdue, due_us);
CREATE INDEX barrier_by_answerer ON barrier (org_id, answered_by, barrier_id);
