-- Strategy: goals, and the voices for and against them. Who questions a goal raises a callout about it.

-- tenant: goal
CREATE TABLE goal (
    org_id     BIGINT NOT NULL,
    goal_id    BIGINT NOT NULL,
    words      TEXT   NOT NULL,  -- why, and what it means; Markdown as sent
    words_html TEXT   NOT NULL,
    measure    TEXT   NOT NULL,  -- by what we see it
    target     TEXT   NOT NULL,
    due        TEXT   NOT NULL,  -- YYYY-MM-DD
    position   BIGINT NOT NULL,  -- the order on the page
    outcome    TEXT   NOT NULL,  -- reached | missed | dropped, empty: it stands
    why        TEXT   NOT NULL,  -- the public reason of the outcome
    CONSTRAINT goal_pkey PRIMARY KEY (org_id, goal_id),
    CONSTRAINT goal_thing_fkey FOREIGN KEY (org_id, goal_id) REFERENCES thing (org_id, thing_id)
);
CREATE INDEX goal_by_position ON goal (org_id, position, goal_id);

-- What a goal said before a change: all of it, so that each stands for itself.
-- tenant: goal_revision
CREATE TABLE goal_revision (
    org_id      BIGINT NOT NULL,
    goal_id     BIGINT NOT NULL,
    revision_id BIGINT NOT NULL,
    title       TEXT   NOT NULL,
    words       TEXT   NOT NULL,
    measure     TEXT   NOT NULL,
    target      TEXT   NOT NULL,
    due         TEXT   NOT NULL,
    owner_id    BIGINT NOT NULL,
    changed_by  BIGINT NOT NULL,
    changed_us  BIGINT NOT NULL,
    CONSTRAINT goal_revision_pkey PRIMARY KEY (org_id, goal_id, revision_id),
    CONSTRAINT goal_revision_goal_fkey FOREIGN KEY (org_id, goal_id) REFERENCES goal (org_id, goal_id)
);

-- A voice is on one side of a goal.
-- tenant: goal_voice
CREATE TABLE goal_voice (
    org_id   BIGINT NOT NULL,
    goal_id  BIGINT NOT NULL,
    voice_id BIGINT NOT NULL,
    side     TEXT   NOT NULL,  -- for | against
    put_by   BIGINT NOT NULL,
    put_us   BIGINT NOT NULL,
    CONSTRAINT goal_voice_pkey PRIMARY KEY (org_id, goal_id, voice_id),
    CONSTRAINT goal_voice_goal_fkey FOREIGN KEY (org_id, goal_id) REFERENCES goal (org_id, goal_id),
    CONSTRAINT goal_voice_voice_fkey FOREIGN KEY (org_id, voice_id) REFERENCES voice (org_id, voice_id)
);
CREATE INDEX goal_voice_by_voice ON goal_voice (org_id, voice_id, goal_id);

-- What is called out and not closed yet: the strategy page shows every question to a goal with its clock.
CREATE INDEX callout_running ON callout (org_id, callout_id) WHERE state <> 'closed';
