-- What became of a thing: the stages of the loop that a voice, decision or commitment has reached, and through
-- what. Kept in the transaction of each change, because a voice with ten thousand supporters has as many events.
-- tenant: loop_step
CREATE TABLE loop_step (
    org_id   BIGINT NOT NULL,
    thing_id BIGINT NOT NULL,
    stage    BIGINT NOT NULL,  -- 1 hear … 7 learn
    about_id BIGINT NOT NULL,  -- the theme, decision, commitment … through which; the thing itself otherwise
    verb     TEXT   NOT NULL,  -- of the event that says what it came to, renewed when that changes
    at_us    BIGINT NOT NULL,  -- the first time; stays when the verb is renewed
    CONSTRAINT loop_step_pkey PRIMARY KEY (org_id, thing_id, stage, about_id),
    CONSTRAINT loop_step_thing_fkey FOREIGN KEY (org_id, thing_id) REFERENCES thing (org_id, thing_id)
);
CREATE INDEX loop_step_by_about ON loop_step (org_id, about_id, stage, thing_id);

-- "Does it do what you wanted?": the answers of those who asked for it, when there was an outcome.
-- tenant: voice_check
CREATE TABLE voice_check (
    org_id     BIGINT NOT NULL,
    voice_id   BIGINT NOT NULL,
    person_id  BIGINT NOT NULL,
    helped     BIGINT NOT NULL,  -- 1 yes, 0 no
    words      TEXT   NOT NULL,  -- what is still missing; may be empty
    created_us BIGINT NOT NULL,
    CONSTRAINT voice_check_pkey PRIMARY KEY (org_id, voice_id, person_id),
    CONSTRAINT voice_check_voice_fkey FOREIGN KEY (org_id, voice_id) REFERENCES voice (org_id, voice_id),
    CONSTRAINT voice_check_person_fkey FOREIGN KEY (org_id, person_id) REFERENCES person (org_id, person_id)
);
CREATE INDEX voice_check_by_person ON voice_check (org_id, person_id, voice_id);
