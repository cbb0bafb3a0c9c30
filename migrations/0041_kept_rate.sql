-- Act: a promise whose day was over counts as not kept until it is kept, also when it was moved then, and for good when it is
-- given up (docs/decisions/0041-kept-rate.md). Until now another day made it as good as new. And the kept-rate month by month.
ALTER TABLE commitment ADD COLUMN judged_us BIGINT NOT NULL DEFAULT 0;  -- when it came to something: the first of its days that was over with it open, or when it was kept or broken before that; 0: nothing yet, or withdrawn in time
CREATE INDEX commitment_by_judged ON commitment (org_id, judged_us, commitment_id);

UPDATE commitment SET judged_us = coalesce(
    (SELECT min(m.from_us) FROM commitment_move m
     WHERE m.org_id = commitment.org_id AND m.commitment_id = commitment.commitment_id
       AND m.at_us >= m.from_us + 86400000000),
    CASE WHEN overdue = 1 THEN due_us WHEN state IN ('kept', 'broken') THEN settled_us ELSE 0 END);

DELETE FROM commitment_count;
INSERT INTO commitment_count (org_id, circle_id, state, commitments)
SELECT s.org_id, s.circle_id, s.figure, count(*) FROM (
    SELECT c.org_id, t.circle_id,
           CASE WHEN c.state IN ('kept', 'broken') THEN c.state
                WHEN c.state = 'withdrawn' AND c.judged_us > 0 THEN 'given_up'
                WHEN c.state = 'withdrawn' THEN 'withdrawn'
                WHEN c.overdue = 1 THEN 'overdue'
                WHEN c.judged_us > 0 THEN 'moved_late'
                ELSE 'running' END AS figure
    FROM commitment c JOIN thing t ON t.org_id = c.org_id AND t.thing_id = c.commitment_id
    WHERE t.state = 'visible') s
GROUP BY s.org_id, s.circle_id, s.figure;

-- How many promises of a circle came to something in a month: of circles, never of a person.
-- tenant: commitment_month
CREATE TABLE commitment_month (
    org_id    BIGINT NOT NULL,
    circle_id BIGINT NOT NULL,  -- whose audience they have
    month     TEXT   NOT NULL,  -- of commitment.judged_us, as 2026-05
    kept      BIGINT NOT NULL,
    not_kept  BIGINT NOT NULL,  -- broken, given up, or their day was over and they are not kept so far
    CONSTRAINT commitment_month_pkey PRIMARY KEY (org_id, circle_id, month)
);
INSERT INTO commitment_month (org_id, circle_id, month, kept, not_kept)
SELECT s.org_id, s.circle_id, s.month, sum(s.kept), sum(1 - s.kept) FROM (
    SELECT c.org_id, t.circle_id, strftime('%Y-%m', c.judged_us / 1000000, 'unixepoch') AS month,
           CASE WHEN c.state = 'kept' THEN 1 ELSE 0 END AS kept
    FROM commitment c JOIN thing t ON t.org_id = c.org_id AND t.thing_id = c.commitment_id
    WHERE c.judged_us > 0 AND t.state = 'visible') s
GROUP BY s.org_id, s.circle_id, s.month;
