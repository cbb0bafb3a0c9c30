-- A voice whose status is done has reached that stage of the loop, whether somebody had promised it or not (hear/voice.cpp).
-- Voices that were brought in as done never changed here, and are not counted.
INSERT INTO loop_step (org_id, thing_id, stage, about_id, verb, at_us, changed_us)
SELECT v.org_id, v.voice_id, 5, v.voice_id, 'hear.done', v.official_us, v.official_us
FROM voice v JOIN status s ON s.org_id = v.org_id AND s.status_id = v.status_id
WHERE s.category = 'done' AND v.official_us > 0;

-- The clock is made again from the log.
DELETE FROM loop_line;
DELETE FROM loop_circle;
DELETE FROM loop_person;
DELETE FROM loop_span;
DELETE FROM loop_time;
DELETE FROM consumer WHERE name = 'learn';
