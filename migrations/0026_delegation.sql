-- Delegation: a person hands her vote on a topic to another for a time.

-- tenant: delegation
CREATE TABLE delegation (
    org_id        BIGINT NOT NULL,
    delegation_id BIGINT NOT NULL,
    from_id       BIGINT NOT NULL,
    to_id         BIGINT NOT NULL,
    topic_kind    TEXT   NOT NULL,  -- circle | theme | tag
    topic_id      BIGINT NOT NULL,
    given_us      BIGINT NOT NULL,
    accepted_us   BIGINT NOT NULL,  -- 0: she has not said yes, and it counts nowhere
    until_us      BIGINT NOT NULL,
    ended_us      BIGINT NOT NULL,  -- 0: it stands
    ended_by      BIGINT NOT NULL,
    CONSTRAINT delegation_pkey PRIMARY KEY (org_id, delegation_id),
    CONSTRAINT delegation_from_fkey FOREIGN KEY (org_id, from_id) REFERENCES person (org_id, person_id),
    CONSTRAINT delegation_to_fkey FOREIGN KEY (org_id, to_id) REFERENCES person (org_id, person_id)
);
CREATE INDEX delegation_by_from ON delegation (org_id, from_id, delegation_id) WHERE ended_us = 0;
CREATE INDEX delegation_by_to ON delegation (org_id, to_id, delegation_id) WHERE ended_us = 0;

-- Ballots that were cast for others; kept at the close, so that voters and these together are the ballots in the box.
ALTER TABLE electorate ADD COLUMN delegated BIGINT NOT NULL DEFAULT 0;
-- How many ballots each of those cast who cast for others, the largest first: "4,2". No names.
ALTER TABLE decision ADD COLUMN weights TEXT NOT NULL DEFAULT '';
