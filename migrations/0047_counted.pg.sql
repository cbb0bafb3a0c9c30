-- Act: what is promised to oneself, or written down when its day was over, is in no kept-rate: who writes it knows how it
-- ended. Such promises stay to be read. And what was counted of them until now is taken out.
ALTER TABLE commitment ADD COLUMN counted BIGINT NOT NULL DEFAULT 1;  -- 0: made to oneself, or written down after its last day

UPDATE commitment SET counted = 0, judged_us = 0
WHERE to_id = person_id
   OR EXISTS (SELECT 1 FROM thing t
              WHERE t.org_id = commitment.org_id AND t.thing_id = commitment.commitment_id
                AND t.created_us >= 86400000000 + coalesce(
                    (SELECT min(m.from_us) FROM commitment_move m
                     WHERE m.org_id = commitment.org_id AND m.commitment_id = commitment.commitment_id),
                    commitment.due_us));

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
    WHERE c.counted = 1 AND t.state = 'visible') s
GROUP BY s.org_id, s.circle_id, s.figure;

DELETE FROM commitment_month;
INSERT INTO commitment_month (org_id, circle_id, month, kept, not_kept)
SELECT s.org_id, s.circle_id, s.month, sum(s.kept), sum(1 - s.kept) FROM (
    SELECT c.org_id, t.circle_id, to_char(to_timestamp(c.judged_us / 1000000) AT TIME ZONE 'UTC', 'YYYY-MM') AS month,
           CASE WHEN c.state = 'kept' THEN 1 ELSE 0 END AS kept
    FROM commitment c JOIN thing t ON t.org_id = c.org_id AND t.thing_id = c.commitment_id
    WHERE c.judged_us > 0 AND t.state = 'visible') s
GROUP BY s.org_id, s.circle_id, s.month;
