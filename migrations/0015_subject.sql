-- A reply is seen by those who see what it answers: hiding a voice hides what was said below it, and showing it
-- again shows it again, without a change to any of the replies. One level: a subject has no subject.
ALTER TABLE thing ADD COLUMN subject_id BIGINT NOT NULL DEFAULT 0;  -- 0: it stands by itself
UPDATE thing SET subject_id = r.subject_id FROM reply r WHERE r.org_id = thing.org_id AND r.reply_id = thing.thing_id;
