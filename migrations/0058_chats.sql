-- Organise: a chat may be about one paragraph of a document: the number that follows it through edits. 0: about all of
-- the thing, or nothing.
ALTER TABLE chat ADD COLUMN paragraph BIGINT NOT NULL DEFAULT 0;

-- Tell: who was written to while she was away gets one letter, until she reads again.
ALTER TABLE chat_member ADD COLUMN lettered_sequence BIGINT NOT NULL DEFAULT 0;  -- the last line when a letter told her
CREATE INDEX chat_member_to_letter ON chat_member (org_id, last_us, chat_id, person_id) WHERE unread > 0;
