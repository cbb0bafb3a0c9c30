-- Hear: voices that say the same are one, and can be two again.

-- Nothing of a merged voice moves: support, replies and follows stay where they were given, and this says under
-- which voice they count meanwhile. So undoing a merge only takes the row away.
-- tenant: voice_merge
CREATE TABLE voice_merge (
    org_id    BIGINT NOT NULL,
    voice_id  BIGINT NOT NULL,
    into_id   BIGINT NOT NULL,  -- into which it was merged
    root_id   BIGINT NOT NULL,  -- where that one stands now: itself, or into what it was merged in turn
    merged_by BIGINT NOT NULL,
    merged_us BIGINT NOT NULL,
    CONSTRAINT voice_merge_pkey PRIMARY KEY (org_id, voice_id),
    CONSTRAINT voice_merge_voice_fkey FOREIGN KEY (org_id, voice_id) REFERENCES voice (org_id, voice_id),
    CONSTRAINT voice_merge_into_fkey FOREIGN KEY (org_id, into_id) REFERENCES voice (org_id, voice_id)
);
CREATE INDEX voice_merge_by_root ON voice_merge (org_id, root_id, voice_id);

-- "Not what I meant": whoever backed the one does not back the other. Kept for the pair, so that merging them
-- once more does not count her again.
-- tenant: merge_objection
CREATE TABLE merge_objection (
    org_id     BIGINT NOT NULL,
    voice_id   BIGINT NOT NULL,
    into_id    BIGINT NOT NULL,
    person_id  BIGINT NOT NULL,
    created_us BIGINT NOT NULL,
    CONSTRAINT merge_objection_pkey PRIMARY KEY (org_id, voice_id, into_id, person_id),
    CONSTRAINT merge_objection_voice_fkey FOREIGN KEY (org_id, voice_id) REFERENCES voice (org_id, voice_id),
    CONSTRAINT merge_objection_person_fkey FOREIGN KEY (org_id, person_id) REFERENCES person (org_id, person_id)
);
CREATE INDEX merge_objection_by_person ON merge_objection (org_id, person_id, voice_id);

-- Pairs that seem to say the same, found by the engine. A pair has one row for ever: what people dismissed does
-- not come back.
-- tenant: merge_proposal
CREATE TABLE merge_proposal (
    org_id      BIGINT NOT NULL,
    proposal_id BIGINT NOT NULL,
    older_id    BIGINT NOT NULL,  -- the voice said first
    newer_id    BIGINT NOT NULL,
    score       DOUBLE PRECISION NOT NULL,  -- how near in meaning, to 1
    words       TEXT   NOT NULL,  -- that both use, separated by spaces
    state       TEXT   NOT NULL,  -- open | dismissed | accepted
    found_us    BIGINT NOT NULL,
    settled_by  BIGINT NOT NULL,
    settled_us  BIGINT NOT NULL,  -- 0: open
    CONSTRAINT merge_proposal_pkey PRIMARY KEY (org_id, proposal_id),
    CONSTRAINT merge_proposal_pair_key UNIQUE (org_id, older_id, newer_id),
    CONSTRAINT merge_proposal_older_fkey FOREIGN KEY (org_id, older_id) REFERENCES voice (org_id, voice_id),
    CONSTRAINT merge_proposal_newer_fkey FOREIGN KEY (org_id, newer_id) REFERENCES voice (org_id, voice_id)
);
CREATE INDEX merge_proposal_by_score ON merge_proposal (org_id, state, score, proposal_id);

-- supporters, unconfirmed and replies of a voice are those of all that was merged into it, each person once.
ALTER TABLE voice ADD COLUMN inherited BIGINT NOT NULL DEFAULT 0;  -- kept: of supporters, who came by merging alone
ALTER TABLE voice ADD COLUMN unattributed_inherited BIGINT NOT NULL DEFAULT 0;  -- kept: of what was merged into it
ALTER TABLE voice ADD COLUMN branches BIGINT NOT NULL DEFAULT 0;  -- kept: how many were merged into it, at any depth
ALTER TABLE voice ADD COLUMN merged_into BIGINT NOT NULL DEFAULT 0;  -- the voice_merge.root_id; 0: it stands by itself
ALTER TABLE voice ADD COLUMN apart BIGINT NOT NULL DEFAULT 0;  -- kept: who said "not what I meant"; for them it stands again
CREATE INDEX voice_by_merged_into ON voice (org_id, merged_into, voice_id) WHERE merged_into <> 0;

-- Who may not speak in a circle until one of its stewards lets her. She is its guest meanwhile; this keeps her from
-- leaving and joining anew.
-- tenant: circle_block
CREATE TABLE circle_block (
    org_id     BIGINT NOT NULL,
    circle_id  BIGINT NOT NULL,
    person_id  BIGINT NOT NULL,
    blocked_by BIGINT NOT NULL,
    blocked_us BIGINT NOT NULL,
    CONSTRAINT circle_block_pkey PRIMARY KEY (org_id, circle_id, person_id),
    CONSTRAINT circle_block_circle_fkey FOREIGN KEY (org_id, circle_id) REFERENCES circle (org_id, circle_id),
    CONSTRAINT circle_block_person_fkey FOREIGN KEY (org_id, person_id) REFERENCES person (org_id, person_id)
);
CREATE INDEX circle_block_by_person ON circle_block (org_id, person_id, circle_id);
