-- The loop line says when a stage came to what it says, not only when it was first reached, and who has it in hand
-- until when: "who promised what by when".
ALTER TABLE loop_step ADD COLUMN changed_us BIGINT NOT NULL DEFAULT 0;  -- when it came to what `verb` says
ALTER TABLE loop_step ADD COLUMN by_id BIGINT NOT NULL DEFAULT 0;       -- the person who promised or took it; 0: nobody in particular
ALTER TABLE loop_step ADD COLUMN due_us BIGINT NOT NULL DEFAULT 0;      -- the start of the last day, UTC; 0: none

-- What was reached before: the event of the verb tells when. A decision's outcome and its review have other words in
-- the loop than in the log, and so has a yes or no, which only its author can say there.
UPDATE loop_step SET changed_us = at_us;
UPDATE loop_step SET changed_us = (
    SELECT coalesce(max(e.at_us), loop_step.at_us)
    FROM event_thing et JOIN event e ON e.org_id = et.org_id AND e.event_id = et.event_id
    WHERE et.org_id = loop_step.org_id AND e.org_id = loop_step.org_id AND et.thing_id = loop_step.about_id
      AND e.thing_id = loop_step.about_id AND e.verb = loop_step.verb)
WHERE verb LIKE 'act.%' OR verb LIKE 'organise.%' OR verb LIKE 'write.%';
UPDATE loop_step SET changed_us = (
    SELECT coalesce(max(d.reviewed_us), loop_step.at_us) FROM decision d
    WHERE d.org_id = loop_step.org_id AND d.decision_id = loop_step.about_id)
WHERE verb IN ('decide.held', 'decide.wrong', 'decide.unclear');
UPDATE loop_step SET changed_us = (
    SELECT coalesce(max(k.created_us), loop_step.at_us)
    FROM voice_check k JOIN thing t ON t.org_id = k.org_id AND t.thing_id = k.voice_id
    WHERE k.org_id = loop_step.org_id AND t.org_id = loop_step.org_id AND k.voice_id = loop_step.thing_id
      AND k.person_id = t.author_id)
WHERE verb IN ('hear.helped', 'hear.did_not_help');

UPDATE loop_step SET
    by_id = (SELECT c.person_id FROM commitment c
             WHERE c.org_id = loop_step.org_id AND c.commitment_id = loop_step.about_id),
    due_us = (SELECT c.due_us FROM commitment c
              WHERE c.org_id = loop_step.org_id AND c.commitment_id = loop_step.about_id)
WHERE EXISTS (SELECT 1 FROM commitment c
              WHERE c.org_id = loop_step.org_id AND c.commitment_id = loop_step.about_id);
UPDATE loop_step SET
    by_id = (SELECT r.person_id FROM request r
             WHERE r.org_id = loop_step.org_id AND r.request_id = loop_step.about_id)
WHERE EXISTS (SELECT 1 FROM request r
              WHERE r.org_id = loop_step.org_id AND r.request_id = loop_step.about_id);

-- The clock counted what came of voices in circles that are closed to those who read it, and what was hidden since: it
-- is made again from the log.
DELETE FROM loop_line;
DELETE FROM loop_circle;
DELETE FROM loop_person;
DELETE FROM loop_span;
DELETE FROM loop_time;
DELETE FROM consumer WHERE name = 'learn';
