-- Pictures and other files that hang on a voice or a reply. Their bytes are on disk, under their hash (files/shelf.hpp);
-- here is what they are called, what they hang on, and so who sees them: who sees that.

-- tenant: file
CREATE TABLE file (
    org_id     BIGINT NOT NULL,
    file_id    BIGINT NOT NULL,
    thing_id   BIGINT NOT NULL,  -- whose rule of sight is its own; 0: nothing yet, and only its author sees it
    subject_id BIGINT NOT NULL,  -- what that answers, or the thing itself: all files of a page are one range
    author_id  BIGINT NOT NULL,
    name       TEXT   NOT NULL,  -- as it was called there; to be shown, never a path
    media_type TEXT   NOT NULL,  -- of a picture, which we wrote ourselves; of all others application/octet-stream
    alt        TEXT   NOT NULL,  -- what a picture shows, for those who cannot see it
    bytes      BIGINT NOT NULL,
    hash       TEXT   NOT NULL,  -- SHA-256
    width      BIGINT NOT NULL,  -- of a picture, in pixels; else 0
    height     BIGINT NOT NULL,
    small_hash TEXT   NOT NULL,  -- of the picture made small (WebP); empty: it is small itself, or none
    small_bytes BIGINT NOT NULL,
    added_us   BIGINT NOT NULL,
    CONSTRAINT file_pkey PRIMARY KEY (org_id, file_id)
);
CREATE INDEX file_by_subject ON file (org_id, subject_id, file_id);
CREATE INDEX file_by_thing ON file (org_id, thing_id, file_id);
CREATE INDEX file_by_author ON file (org_id, author_id, file_id);
-- Whether something on the shelf still has a row.
CREATE INDEX file_by_hash ON file (org_id, hash);
CREATE INDEX file_by_small_hash ON file (org_id, small_hash);

-- How much each person keeps here, and (person 0) all together. Kept.
-- tenant: file_use
CREATE TABLE file_use (
    org_id    BIGINT NOT NULL,
    person_id BIGINT NOT NULL,
    files     BIGINT NOT NULL,
    bytes     BIGINT NOT NULL,
    CONSTRAINT file_use_pkey PRIMARY KEY (org_id, person_id)
);
