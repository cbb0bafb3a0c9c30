-- Write: a place that is no longer theirs, with who said so and why. What was known about it stays; nothing more is said.
ALTER TABLE place ADD COLUMN removed_us BIGINT NOT NULL DEFAULT 0;  -- 0: it is theirs
ALTER TABLE place ADD COLUMN removed_by BIGINT NOT NULL DEFAULT 0;
ALTER TABLE place ADD COLUMN removed_why TEXT NOT NULL DEFAULT '';

-- People: the address of somebody who was erased, as a hash with a salt of the organisation, so that no import brings
-- her back. She herself may come back.
-- tenant: erased_address
CREATE TABLE erased_address (
    org_id       BIGINT NOT NULL,
    address_hash TEXT   NOT NULL,
    CONSTRAINT erased_address_pkey PRIMARY KEY (org_id, address_hash)
);
