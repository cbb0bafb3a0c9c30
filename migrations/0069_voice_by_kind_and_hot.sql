-- Hear: the voices of one kind in the order that a list begins with. Where a kind was rare among the newest, such a
-- page went over all voices.
CREATE INDEX voice_by_kind_and_hot ON voice (org_id, kind, hot, voice_id);
