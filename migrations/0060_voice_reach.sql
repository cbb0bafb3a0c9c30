-- How far each voice reaches: what the orders "most pressing", "most circles" and "rising" go by. Kept by
-- hear/reach.cpp, which follows the log; found again from the rest.
-- tenant: voice_reach
CREATE TABLE voice_reach (
    org_id       BIGINT NOT NULL,
    voice_id     BIGINT NOT NULL,
    vital        BIGINT NOT NULL,  -- people to whom it is vital
    important    BIGINT NOT NULL,
    pressing     BIGINT NOT NULL,  -- twice the first and once the second
    circles      BIGINT NOT NULL,  -- public ones of customers and communities, of its author and supporters
    late         BIGINT NOT NULL,  -- people who came to back it in the last four weeks
    early        BIGINT NOT NULL,  -- and in the twelve before
    rising       DOUBLE PRECISION NOT NULL,
    look_again   BIGINT NOT NULL,  -- the day, since 1970, on which the pace is another though nothing happened
    CONSTRAINT voice_reach_pkey PRIMARY KEY (org_id, voice_id),
    CONSTRAINT voice_reach_voice_fkey FOREIGN KEY (org_id, voice_id) REFERENCES voice (org_id, voice_id)
);
CREATE INDEX voice_reach_by_pressing ON voice_reach (org_id, pressing, voice_id);
CREATE INDEX voice_reach_by_circles ON voice_reach (org_id, circles, voice_id);
CREATE INDEX voice_reach_by_rising ON voice_reach (org_id, rising, voice_id);
CREATE INDEX voice_reach_by_look_again ON voice_reach (org_id, look_again, voice_id);
