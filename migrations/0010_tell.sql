-- Tell: why somebody is told of a thing she did not ask for by name: the voice she said or follows that it came of.
ALTER TABLE notification ADD COLUMN because_id BIGINT NOT NULL DEFAULT 0;
