-- What the page of a conversation shows is made when its groups are found, not each time somebody looks.
ALTER TABLE opinion_map ADD COLUMN votes TEXT NOT NULL DEFAULT '[]';   -- of every statement by group: JSON
ALTER TABLE opinion_map ADD COLUMN drawing TEXT NOT NULL DEFAULT '';   -- a line for each group and dot
-- Maps found before have neither: they are found again.
UPDATE conversation SET grouped = -1 WHERE org_id IN (SELECT org_id FROM opinion_map);
