-- Act: what is in no kept-rate is counted apart, so that the lists of promises, which hold it, agree with their numbers.
DELETE FROM commitment_count WHERE state LIKE 'apart%';
INSERT INTO commitment_count (org_id, circle_id, state, commitments)
SELECT s.org_id, s.circle_id, s.figure, count(*) FROM (
    SELECT c.org_id, t.circle_id,
           CASE WHEN c.state IN ('kept', 'broken', 'withdrawn') THEN 'apart_' || c.state
                WHEN c.overdue = 1 THEN 'apart_overdue'
                ELSE 'apart_running' END AS figure
    FROM commitment c JOIN thing t ON t.org_id = c.org_id AND t.thing_id = c.commitment_id
    WHERE c.counted = 0 AND t.state = 'visible') s
GROUP BY s.org_id, s.circle_id, s.figure;

-- Hear: who took her "me too" back asks for it no more, and her yes or no goes with it; so do those of before.
DELETE FROM voice_check
WHERE NOT EXISTS (SELECT 1 FROM support s
                  WHERE s.org_id = voice_check.org_id AND s.person_id = voice_check.person_id AND s.voice_id = voice_check.voice_id)
  AND NOT EXISTS (SELECT 1 FROM thing t
                  WHERE t.org_id = voice_check.org_id AND t.thing_id = voice_check.voice_id AND t.author_id = voice_check.person_id)
  AND NOT EXISTS (SELECT 1 FROM voice_merge m
                  JOIN support s ON s.org_id = m.org_id AND s.voice_id = m.voice_id
                  WHERE m.org_id = voice_check.org_id AND m.root_id = voice_check.voice_id AND s.person_id = voice_check.person_id)
  AND NOT EXISTS (SELECT 1 FROM voice_merge m
                  JOIN thing t ON t.org_id = m.org_id AND t.thing_id = m.voice_id
                  WHERE m.org_id = voice_check.org_id AND m.root_id = voice_check.voice_id AND t.author_id = voice_check.person_id);
