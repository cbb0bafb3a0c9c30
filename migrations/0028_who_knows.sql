-- Skills in people's own words, vouched for by others; what is asked for and nobody has; and who does not want to be
-- named when somebody asks who knows.

-- The thing's title is the skill's name.
-- tenant: skill
CREATE TABLE skill (
    org_id    BIGINT NOT NULL,
    skill_id  BIGINT NOT NULL,
    name      TEXT   NOT NULL,
    name_fold TEXT   NOT NULL,
    holders   BIGINT NOT NULL,  -- kept
    wishes    BIGINT NOT NULL,  -- kept: people who ask for it; a gap when nobody has it
    CONSTRAINT skill_pkey PRIMARY KEY (org_id, skill_id),
    CONSTRAINT skill_name_key UNIQUE (org_id, name_fold),
    CONSTRAINT skill_thing_fkey FOREIGN KEY (org_id, skill_id) REFERENCES thing (org_id, thing_id)
);

-- tenant: skill_holder
CREATE TABLE skill_holder (
    org_id    BIGINT NOT NULL,
    skill_id  BIGINT NOT NULL,
    person_id BIGINT NOT NULL,
    words     TEXT   NOT NULL,  -- her own, plain text
    vouches   BIGINT NOT NULL,  -- kept
    since_us  BIGINT NOT NULL,
    CONSTRAINT skill_holder_pkey PRIMARY KEY (org_id, skill_id, person_id),
    CONSTRAINT skill_holder_skill_fkey FOREIGN KEY (org_id, skill_id) REFERENCES skill (org_id, skill_id),
    CONSTRAINT skill_holder_person_fkey FOREIGN KEY (org_id, person_id) REFERENCES person (org_id, person_id)
);
CREATE INDEX skill_holder_by_person ON skill_holder (org_id, person_id, skill_id);

-- tenant: skill_vouch
CREATE TABLE skill_vouch (
    org_id     BIGINT NOT NULL,
    skill_id   BIGINT NOT NULL,
    person_id  BIGINT NOT NULL,
    voucher_id BIGINT NOT NULL,
    since_us   BIGINT NOT NULL,
    CONSTRAINT skill_vouch_pkey PRIMARY KEY (org_id, skill_id, person_id, voucher_id),
    CONSTRAINT skill_vouch_holder_fkey FOREIGN KEY (org_id, skill_id, person_id)
        REFERENCES skill_holder (org_id, skill_id, person_id)
);
CREATE INDEX skill_vouch_by_voucher ON skill_vouch (org_id, voucher_id, skill_id);

-- tenant: skill_wish
CREATE TABLE skill_wish (
    org_id    BIGINT NOT NULL,
    skill_id  BIGINT NOT NULL,
    person_id BIGINT NOT NULL,
    since_us  BIGINT NOT NULL,
    CONSTRAINT skill_wish_pkey PRIMARY KEY (org_id, skill_id, person_id),
    CONSTRAINT skill_wish_skill_fkey FOREIGN KEY (org_id, skill_id) REFERENCES skill (org_id, skill_id),
    CONSTRAINT skill_wish_person_fkey FOREIGN KEY (org_id, person_id) REFERENCES person (org_id, person_id)
);
CREATE INDEX skill_wish_by_person ON skill_wish (org_id, person_id, skill_id);

-- People who do not want to be named to those who ask who knows.
-- tenant: who_knows_hidden
CREATE TABLE who_knows_hidden (
    org_id    BIGINT NOT NULL,
    person_id BIGINT NOT NULL,
    CONSTRAINT who_knows_hidden_pkey PRIMARY KEY (org_id, person_id),
    CONSTRAINT who_knows_hidden_person_fkey FOREIGN KEY (org_id, person_id) REFERENCES person (org_id, person_id)
);
