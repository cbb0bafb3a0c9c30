-- Make sense: themes over voices, what people said about them, and what rises.

-- A pattern over voices, under a lens. Its title stands in `thing`, as for everything that people can see.
-- tenant: theme
CREATE TABLE theme (
    org_id      BIGINT NOT NULL,
    theme_id    BIGINT NOT NULL,
    lens        TEXT   NOT NULL,  -- topic | situation
    words       TEXT   NOT NULL,  -- what sets it apart, separated by commas, the most telling first
    by_hand     BIGINT NOT NULL,  -- 1: people made, named or merged it, so the engine never ends or renames it
    typical_id  BIGINT NOT NULL,  -- the voice at its centre; 0: not known
    merged_into BIGINT NOT NULL,  -- the theme that goes on for it; 0: it stands
    ended_us    BIGINT NOT NULL,  -- when the engine no longer found it; 0: it stands
    CONSTRAINT theme_pkey PRIMARY KEY (org_id, theme_id),
    CONSTRAINT theme_thing_fkey FOREIGN KEY (org_id, theme_id) REFERENCES thing (org_id, thing_id)
);
CREATE INDEX theme_by_lens ON theme (org_id, lens, theme_id) WHERE merged_into = 0 AND ended_us = 0;

-- Which voices belong to a theme: one theme for each voice and lens.
-- tenant: theme_voice
CREATE TABLE theme_voice (
    org_id   BIGINT NOT NULL,
    voice_id BIGINT NOT NULL,
    lens     TEXT   NOT NULL,
    theme_id BIGINT NOT NULL,
    put_by   BIGINT NOT NULL,  -- 0: the engine, which may move it again; what people put stays
    nearness DOUBLE PRECISION NOT NULL,  -- to the theme's centre, as a cosine; 0: not known
    put_us   BIGINT NOT NULL,
    CONSTRAINT theme_voice_pkey PRIMARY KEY (org_id, voice_id, lens),
    CONSTRAINT theme_voice_voice_fkey FOREIGN KEY (org_id, voice_id) REFERENCES voice (org_id, voice_id),
    CONSTRAINT theme_voice_theme_fkey FOREIGN KEY (org_id, theme_id) REFERENCES theme (org_id, theme_id)
);
CREATE INDEX theme_voice_by_theme ON theme_voice (org_id, theme_id, nearness, voice_id);

-- "This does not belong": the engine never puts the voice there again.
-- tenant: theme_apart
CREATE TABLE theme_apart (
    org_id   BIGINT NOT NULL,
    voice_id BIGINT NOT NULL,
    theme_id BIGINT NOT NULL,
    said_by  BIGINT NOT NULL,
    said_us  BIGINT NOT NULL,
    CONSTRAINT theme_apart_pkey PRIMARY KEY (org_id, voice_id, theme_id),
    CONSTRAINT theme_apart_theme_fkey FOREIGN KEY (org_id, theme_id) REFERENCES theme (org_id, theme_id)
);
CREATE INDEX theme_apart_by_theme ON theme_apart (org_id, theme_id, voice_id);

-- A theme's figures, kept: one row for what everybody sees, and one for each closed circle with what its members
-- see beside that (people counted there already are not counted again).
-- tenant: theme_count
CREATE TABLE theme_count (
    org_id     BIGINT NOT NULL,
    theme_id   BIGINT NOT NULL,
    circle_id  BIGINT NOT NULL,  -- 0: all public circles together
    voices     BIGINT NOT NULL,
    people     BIGINT NOT NULL,  -- who said it or says "me too"
    circles    BIGINT NOT NULL,  -- of customers and communities, whose members these people are
    support    BIGINT NOT NULL,
    vital      BIGINT NOT NULL,  -- to so many of them
    important  BIGINT NOT NULL,
    first_us   BIGINT NOT NULL,
    last_us    BIGINT NOT NULL,
    weeks_from BIGINT NOT NULL,  -- number of the first week below, counted in Mondays since 1970
    weeks      TEXT   NOT NULL,  -- voices in each week, separated by spaces; two years at most
    CONSTRAINT theme_count_pkey PRIMARY KEY (org_id, theme_id, circle_id),
    CONSTRAINT theme_count_theme_fkey FOREIGN KEY (org_id, theme_id) REFERENCES theme (org_id, theme_id)
);

-- The voices of a theme by circle, kind and month: what tables of two lenses are added up from.
-- tenant: theme_cell
CREATE TABLE theme_cell (
    org_id    BIGINT NOT NULL,
    theme_id  BIGINT NOT NULL,
    circle_id BIGINT NOT NULL,
    kind      TEXT   NOT NULL,
    month     BIGINT NOT NULL,  -- months since January of year 0
    voices    BIGINT NOT NULL,
    CONSTRAINT theme_cell_pkey PRIMARY KEY (org_id, theme_id, circle_id, kind, month),
    CONSTRAINT theme_cell_theme_fkey FOREIGN KEY (org_id, theme_id) REFERENCES theme (org_id, theme_id)
);

-- How the engine's last run over an organisation went, or how far this one is.
-- tenant: theme_run
CREATE TABLE theme_run (
    org_id     BIGINT NOT NULL,
    state      TEXT   NOT NULL,  -- waiting | running | done | cancelled | failed
    step       TEXT   NOT NULL,
    share      DOUBLE PRECISION NOT NULL,  -- of the step, 0 to 1
    cancel     BIGINT NOT NULL,  -- 1: somebody asked it to stop
    started_us BIGINT NOT NULL,
    ended_us   BIGINT NOT NULL,
    voices     BIGINT NOT NULL,
    themes     BIGINT NOT NULL,
    unassigned BIGINT NOT NULL,
    new_voices BIGINT NOT NULL,  -- said, changed or gone since
    resolution DOUBLE PRECISION NOT NULL,
    afresh     BIGINT NOT NULL,  -- how many voices there were when all were grouped anew
    cpu_us     BIGINT NOT NULL,
    model      TEXT   NOT NULL,  -- the word table and its checksum
    CONSTRAINT theme_run_pkey PRIMARY KEY (org_id)
);

-- Something that people suddenly speak of more than they used to. Its title stands in `thing`.
-- tenant: rise
CREATE TABLE rise (
    org_id      BIGINT NOT NULL,
    rise_id     BIGINT NOT NULL,
    theme_id    BIGINT NOT NULL,  -- of most of its voices; 0: of none
    heart_id    BIGINT NOT NULL,  -- the voice that the others are like
    first_id    BIGINT NOT NULL,  -- the voice that said it first
    day         BIGINT NOT NULL,  -- on which it was raised; days since 1970
    voices      BIGINT NOT NULL,  -- in the week before
    expected    DOUBLE PRECISION NOT NULL,
    state       TEXT   NOT NULL,  -- open | decided | set_aside
    reason      TEXT   NOT NULL,  -- for everybody to read
    answered_by BIGINT NOT NULL,
    answered_us BIGINT NOT NULL,
    CONSTRAINT rise_pkey PRIMARY KEY (org_id, rise_id),
    CONSTRAINT rise_thing_fkey FOREIGN KEY (org_id, rise_id) REFERENCES thing (org_id, thing_id)
);
CREATE INDEX rise_by_state ON rise (org_id, state, rise_id);
CREATE INDEX rise_by_theme ON rise (org_id, theme_id, rise_id);

-- tenant: rise_voice
CREATE TABLE rise_voice (
    org_id   BIGINT NOT NULL,
    rise_id  BIGINT NOT NULL,
    voice_id BIGINT NOT NULL,
    CONSTRAINT rise_voice_pkey PRIMARY KEY (org_id, rise_id, voice_id),
    CONSTRAINT rise_voice_rise_fkey FOREIGN KEY (org_id, rise_id) REFERENCES rise (org_id, rise_id),
    CONSTRAINT rise_voice_voice_fkey FOREIGN KEY (org_id, voice_id) REFERENCES voice (org_id, voice_id)
);
CREATE INDEX rise_voice_by_voice ON rise_voice (org_id, voice_id, rise_id);
