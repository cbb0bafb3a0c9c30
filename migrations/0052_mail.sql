-- Tell: e-mail both ways. Addresses of circles, to which their members write what they have to say; and what came by
-- e-mail, so that a letter that is handed over twice is said once, and owners see what was refused and why.

-- tenant: circle_address
CREATE TABLE circle_address (
    org_id    BIGINT NOT NULL,
    circle_id BIGINT NOT NULL,
    name      TEXT   NOT NULL,  -- what stands before the @, in lower case
    CONSTRAINT circle_address_pkey PRIMARY KEY (org_id, circle_id),
    CONSTRAINT circle_address_circle_fkey FOREIGN KEY (org_id, circle_id) REFERENCES circle (org_id, circle_id)
);
CREATE UNIQUE INDEX circle_address_by_name ON circle_address (org_id, name);

-- Kept for thirty days; nothing of the letter itself.
-- tenant: letter_received
CREATE TABLE letter_received (
    org_id    BIGINT NOT NULL,
    letter_id BIGINT NOT NULL,
    came_us   BIGINT NOT NULL,
    hash      TEXT   NOT NULL,  -- of its Message-ID and recipient
    person_id BIGINT NOT NULL,  -- who wrote it, where that was sure; else 0
    outcome   TEXT   NOT NULL,  -- said | refused | dropped
    why       TEXT   NOT NULL,  -- a key of ours, empty when it was said
    thing_id  BIGINT NOT NULL,  -- the reply or voice that came of it; 0: none
    CONSTRAINT letter_received_pkey PRIMARY KEY (org_id, letter_id)
);
CREATE INDEX letter_received_by_hash ON letter_received (org_id, hash);
CREATE INDEX letter_received_by_person ON letter_received (org_id, person_id, letter_id);
