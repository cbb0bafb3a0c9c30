-- Promises that were withdrawn when their day was over count as not kept (act/kept_rate.hpp). Until
-- now they left the kept figures as those do that are withdrawn in time.

INSERT INTO commitment_count (org_id, circle_id, state, commitments)
SELECT c.org_id, t.circle_id, 'given_up', count(*)
FROM commitment c JOIN thing t ON t.org_id = c.org_id AND t.thing_id = c.commitment_id
WHERE c.state = 'withdrawn' AND c.settled = 1 AND c.overdue = 1 AND t.state = 'visible'
GROUP BY c.org_id, t.circle_id;

UPDATE commitment_count SET commitments = commitments - (
    SELECT g.commitments FROM commitment_count g
    WHERE g.org_id = commitment_count.org_id AND g.circle_id = commitment_count.circle_id AND g.state = 'given_up')
WHERE state = 'withdrawn' AND EXISTS (
    SELECT 1 FROM commitment_count g
    WHERE g.org_id = commitment_count.org_id AND g.circle_id = commitment_count.circle_id AND g.state = 'given_up');
