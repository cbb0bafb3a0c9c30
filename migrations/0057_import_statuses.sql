-- Hear: which status the words for statuses of an import become, as chosen before it began.

ALTER TABLE import_run ADD COLUMN statuses TEXT NOT NULL DEFAULT '{}';  -- JSON: a status of the hall, by id, for a word of the file
