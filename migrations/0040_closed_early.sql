-- A vote that is closed before its day, though not all have voted, says why for all to read.

ALTER TABLE decision ADD COLUMN early_reason TEXT NOT NULL DEFAULT '';
