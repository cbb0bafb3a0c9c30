-- Act: working agreements. How a customer circle and the company want to work together in a year is a page (0021), signed
-- by both sides, each a version of it.

-- tenant: agreement
CREATE TABLE agreement (
    org_id       BIGINT NOT NULL,
    agreement_id BIGINT NOT NULL,
    year         BIGINT NOT NULL,
    review_us    BIGINT NOT NULL,  -- the day on which both sides are asked what came of it; 0: none
    asked        BIGINT NOT NULL,  -- 1: they were
    before_id    BIGINT NOT NULL,  -- the agreement of the year before, with which it began; 0: none
    agreed       BIGINT NOT NULL,  -- the newest version that both signed; 0: none yet
    CONSTRAINT agreement_pkey PRIMARY KEY (org_id, agreement_id),
    CONSTRAINT agreement_page_fkey FOREIGN KEY (org_id, agreement_id) REFERENCES page (org_id, page_id)
);
CREATE INDEX agreement_to_review ON agreement (org_id, review_us, agreement_id) WHERE asked = 0;
-- Each is taken over into the next year once.
CREATE UNIQUE INDEX agreement_once_after ON agreement (org_id, before_id) WHERE before_id <> 0;

-- A side signs a version, and no other: a new one has to be signed by both again.
-- tenant: signature
CREATE TABLE signature (
    org_id       BIGINT NOT NULL,
    agreement_id BIGINT NOT NULL,
    version      BIGINT NOT NULL,
    side         TEXT   NOT NULL,  -- circle | company
    person_id    BIGINT NOT NULL,
    signed_us    BIGINT NOT NULL,
    CONSTRAINT signature_pkey PRIMARY KEY (org_id, agreement_id, version, side),
    CONSTRAINT signature_agreement_fkey FOREIGN KEY (org_id, agreement_id) REFERENCES agreement (org_id, agreement_id)
);
CREATE INDEX signature_by_person ON signature (org_id, person_id, agreement_id);

-- The goals, and decisions with their measures, that it is held against.
-- tenant: agreement_link
CREATE TABLE agreement_link (
    org_id       BIGINT NOT NULL,
    agreement_id BIGINT NOT NULL,
    thing_id     BIGINT NOT NULL,
    CONSTRAINT agreement_link_pkey PRIMARY KEY (org_id, agreement_id, thing_id),
    CONSTRAINT agreement_link_agreement_fkey FOREIGN KEY (org_id, agreement_id) REFERENCES agreement (org_id, agreement_id),
    CONSTRAINT agreement_link_thing_fkey FOREIGN KEY (org_id, thing_id) REFERENCES thing (org_id, thing_id)
);
