-- Web: writes that were sent with an Idempotency-Key, and what was answered.

-- Claimed in the transaction of the write itself, so a key without its effect cannot exist. Kept for 48 hours.
-- tenant: idempotency
CREATE TABLE idempotency (
    org_id       BIGINT NOT NULL,
    person_id    BIGINT NOT NULL,
    key_hash     TEXT   NOT NULL,  -- BLAKE2b-256 in base 64, as the next one
    request_hash TEXT   NOT NULL,  -- of method, address and content: another request may not use the key
    status       BIGINT NOT NULL,  -- of the answer; -1: it held a secret and was not kept
    headers      TEXT   NOT NULL,  -- "Name: value" lines
    body         TEXT   NOT NULL,
    at_us        BIGINT NOT NULL,
    CONSTRAINT idempotency_pkey PRIMARY KEY (org_id, person_id, key_hash)
);
CREATE INDEX idempotency_by_age ON idempotency (org_id, at_us);
