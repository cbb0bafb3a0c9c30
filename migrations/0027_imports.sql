-- Hear: imports from other programs, and taking a run back.

ALTER TABLE import_run ADD COLUMN taken_back BIGINT NOT NULL DEFAULT 0;  -- voices of it that were taken away again
ALTER TABLE import_run ADD COLUMN kept BIGINT NOT NULL DEFAULT 0;  -- voices that stayed, because people had gone on with them
