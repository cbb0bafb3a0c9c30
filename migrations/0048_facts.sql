-- Write: facts about a person, a circle or a place, which whoever they are about keeps right herself, with all that was said before.

-- Whom a thing is about sees it, whoever else does: a fact that those see who serve her.
ALTER TABLE thing ADD COLUMN about_id BIGINT NOT NULL DEFAULT 0;  -- a person, or a circle of which every member sees it; 0: nobody in particular

-- A house, a flat, a workshop with its meter: what facts may be about beside a person and a circle.
-- tenant: place
CREATE TABLE place (
    org_id    BIGINT NOT NULL,
    place_id  BIGINT NOT NULL,
    keeper_id BIGINT NOT NULL,  -- whose place it is: a person or a circle
    made_us   BIGINT NOT NULL,
    CONSTRAINT place_pkey PRIMARY KEY (org_id, place_id),
    CONSTRAINT place_thing_fkey FOREIGN KEY (org_id, place_id) REFERENCES thing (org_id, thing_id)
);
CREATE INDEX place_by_keeper ON place (org_id, keeper_id, place_id);

-- What is kept of somebody, as stewards of the hall say it.
-- tenant: fact_kind
CREATE TABLE fact_kind (
    org_id     BIGINT NOT NULL,
    kind_id    BIGINT NOT NULL,
    about      TEXT   NOT NULL,  -- person | circle | place
    name       TEXT   NOT NULL,
    name_fold  TEXT   NOT NULL,
    type       TEXT   NOT NULL,  -- text | number | date | address | choice | reading
    unit       TEXT   NOT NULL,  -- of a number or a reading
    choices    TEXT   NOT NULL,  -- one a line
    readers_id BIGINT NOT NULL,  -- the circle that sees such facts, beside those whom they are about
    checked    BIGINT NOT NULL,  -- 1: what they say of themselves stands as unchecked until a steward of that circle looked at it
    position   BIGINT NOT NULL,
    retired    BIGINT NOT NULL,  -- 1: nobody says one anew
    made_us    BIGINT NOT NULL,
    CONSTRAINT fact_kind_pkey PRIMARY KEY (org_id, kind_id),
    CONSTRAINT fact_kind_name_key UNIQUE (org_id, about, name_fold)
);

-- A thing whose circle is the readers of its kind.
-- tenant: fact
CREATE TABLE fact (
    org_id   BIGINT NOT NULL,
    fact_id  BIGINT NOT NULL,
    kind_id  BIGINT NOT NULL,
    about_id BIGINT NOT NULL,  -- the person, the circle or the place
    version  BIGINT NOT NULL,  -- the last number that was given
    shown    BIGINT NOT NULL,  -- the version that stands; of readings that of the last day; 0: none
    readings BIGINT NOT NULL,  -- kept: how many of them stand
    waits_us BIGINT NOT NULL,  -- since when something in it waits for a check; 0: nothing does
    CONSTRAINT fact_pkey PRIMARY KEY (org_id, fact_id),
    CONSTRAINT fact_about_key UNIQUE (org_id, about_id, kind_id),
    CONSTRAINT fact_thing_fkey FOREIGN KEY (org_id, fact_id) REFERENCES thing (org_id, thing_id),
    CONSTRAINT fact_kind_fkey FOREIGN KEY (org_id, kind_id) REFERENCES fact_kind (org_id, kind_id)
);
CREATE INDEX fact_by_kind ON fact (org_id, kind_id, fact_id);
CREATE INDEX fact_waiting ON fact (org_id, waits_us, fact_id) WHERE waits_us > 0;

-- All that was ever said; nothing is overwritten. Of readings each day has versions of its own.
-- tenant: fact_version
CREATE TABLE fact_version (
    org_id      BIGINT NOT NULL,
    fact_id     BIGINT NOT NULL,
    version     BIGINT NOT NULL,
    value       TEXT   NOT NULL,  -- as src/write/fact_value.hpp writes it; empty: taken out
    amount      BIGINT NOT NULL,  -- of a number or a reading, in millionths
    taken_on    TEXT   NOT NULL,  -- of a reading, YYYY-MM-DD; empty: it is none
    stands      BIGINT NOT NULL,  -- 1: nothing newer was said (of that day)
    why         TEXT   NOT NULL,
    note        TEXT   NOT NULL,  -- what struck the program in a reading: less | more:FACTOR; empty: nothing
    said_by     BIGINT NOT NULL,
    by_customer BIGINT NOT NULL,  -- 1: by whom it is about
    undoes      BIGINT NOT NULL,  -- the version that this takes back; 0: none
    said_us     BIGINT NOT NULL,
    checking    TEXT   NOT NULL,  -- none | waits | confirmed | denied
    checked_by  BIGINT NOT NULL,
    checked_us  BIGINT NOT NULL,
    reason      TEXT   NOT NULL,  -- why it is not so
    CONSTRAINT fact_version_pkey PRIMARY KEY (org_id, fact_id, version),
    CONSTRAINT fact_version_fact_fkey FOREIGN KEY (org_id, fact_id) REFERENCES fact (org_id, fact_id)
);
CREATE INDEX fact_version_by_day ON fact_version (org_id, fact_id, taken_on, version) WHERE stands = 1;
CREATE INDEX fact_version_waiting ON fact_version (org_id, fact_id, said_us) WHERE stands = 1 AND checking = 'waits';
CREATE INDEX fact_version_by_person ON fact_version (org_id, said_by, fact_id, version);
