-- Pages: plain Markdown with all that they said before. A procedure is one; its thing's kind says so. Whose page it is, its
-- title and its circle are of its thing.

-- tenant: page
CREATE TABLE page (
    org_id     BIGINT NOT NULL,
    page_id    BIGINT NOT NULL,
    words      TEXT   NOT NULL,  -- of the newest version, Markdown as sent
    words_html TEXT   NOT NULL,
    version    BIGINT NOT NULL,  -- the newest; who writes on an older one is told
    CONSTRAINT page_pkey PRIMARY KEY (org_id, page_id),
    CONSTRAINT page_thing_fkey FOREIGN KEY (org_id, page_id) REFERENCES thing (org_id, thing_id)
);

-- Every version, the newest too: any two can be compared. None is changed once it is written.
-- tenant: page_version
CREATE TABLE page_version (
    org_id     BIGINT NOT NULL,
    page_id    BIGINT NOT NULL,
    version    BIGINT NOT NULL,  -- 1, 2, 3 …
    title      TEXT   NOT NULL,
    purpose    TEXT   NOT NULL,  -- one line: what it is for
    words      TEXT   NOT NULL,  -- Markdown as sent
    said       TEXT   NOT NULL,  -- what changed, in the words of who wrote it
    mends      BIGINT NOT NULL,  -- 1: it answers the bypasses before it
    written_by BIGINT NOT NULL,
    written_us BIGINT NOT NULL,
    CONSTRAINT page_version_pkey PRIMARY KEY (org_id, page_id, version),
    CONSTRAINT page_version_page_fkey FOREIGN KEY (org_id, page_id) REFERENCES page (org_id, page_id)
);
CREATE INDEX page_version_by_writer ON page_version (org_id, written_by, page_id);

-- How we work: a page that is kept, gone round, mended and retired.
-- tenant: procedure
CREATE TABLE procedure (
    org_id       BIGINT NOT NULL,
    procedure_id BIGINT NOT NULL,
    state        TEXT   NOT NULL,  -- open | to-mend | retired
    threshold    BIGINT NOT NULL,  -- so many bypasses since it was mended, and it must be mended
    mending_days BIGINT NOT NULL,  -- so many days there are for that
    bypasses     BIGINT NOT NULL,  -- kept: those since it was last mended
    due          TEXT   NOT NULL,  -- YYYY-MM-DD, empty: nothing is due
    overdue      BIGINT NOT NULL,  -- 1: the day passed, and that was told
    why          TEXT   NOT NULL,  -- the public reason of who retired it
    retired_by   BIGINT NOT NULL,  -- 0: nobody
    retired_us   BIGINT NOT NULL,  -- 0: not retired
    CONSTRAINT procedure_pkey PRIMARY KEY (org_id, procedure_id),
    CONSTRAINT procedure_page_fkey FOREIGN KEY (org_id, procedure_id) REFERENCES page (org_id, page_id)
);
CREATE INDEX procedure_by_state ON procedure (org_id, state, procedure_id);
CREATE INDEX procedure_by_due ON procedure (org_id, due, procedure_id) WHERE state = 'to-mend';

-- Somebody went round a procedure and says why. A thing of its own, so that it can be hidden as all that people say.
-- tenant: bypass
CREATE TABLE bypass (
    org_id       BIGINT NOT NULL,
    bypass_id    BIGINT NOT NULL,
    procedure_id BIGINT NOT NULL,
    person_id    BIGINT NOT NULL,  -- who logged it
    version      BIGINT NOT NULL,  -- of the page, as it stood then
    for_whom     TEXT   NOT NULL,  -- in words; may be empty
    for_id       BIGINT NOT NULL,  -- the person or circle; 0: none named
    why          TEXT   NOT NULL,
    happened     TEXT   NOT NULL,  -- what was done instead, and what came of it; may be empty
    voice_id     BIGINT NOT NULL,  -- 0: none linked
    logged_us    BIGINT NOT NULL,
    mended_in    BIGINT NOT NULL,  -- the version that answered it; 0: none yet
    CONSTRAINT bypass_pkey PRIMARY KEY (org_id, bypass_id),
    CONSTRAINT bypass_thing_fkey FOREIGN KEY (org_id, bypass_id) REFERENCES thing (org_id, thing_id),
    CONSTRAINT bypass_procedure_fkey FOREIGN KEY (org_id, procedure_id) REFERENCES procedure (org_id, procedure_id)
);
CREATE INDEX bypass_by_procedure ON bypass (org_id, procedure_id, bypass_id);
CREATE INDEX bypass_by_person ON bypass (org_id, person_id, bypass_id);
CREATE INDEX bypass_by_voice ON bypass (org_id, voice_id, bypass_id);
