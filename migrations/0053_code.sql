-- Organise: who wrote which part of the code, as a git repository says. A repository is a thing, whose circle says who
-- sees it; so are its folders, down to the second level, so that one talks about them and they show who knows. What lies
-- deeper, and files, are seen with the repository.

-- tenant: code_repository
CREATE TABLE code_repository (
    org_id        BIGINT NOT NULL,
    repository_id BIGINT NOT NULL,
    name          TEXT   NOT NULL,  -- the first part of /code/NAME/…
    head          TEXT   NOT NULL,  -- the newest commit that was read
    commits       BIGINT NOT NULL,  -- how many were read
    read_us       BIGINT NOT NULL,
    CONSTRAINT code_repository_pkey PRIMARY KEY (org_id, repository_id),
    CONSTRAINT code_repository_thing_fkey FOREIGN KEY (org_id, repository_id) REFERENCES thing (org_id, thing_id)
);
CREATE UNIQUE INDEX code_repository_by_name ON code_repository (org_id, name);

-- tenant: code_component
CREATE TABLE code_component (
    org_id        BIGINT NOT NULL,
    repository_id BIGINT NOT NULL,
    path          TEXT   NOT NULL,  -- without a slash at its ends; empty: the repository itself
    parent        TEXT   NOT NULL,  -- the folder in which it is; '.' for the repository itself, so that it is in none
    folder        BIGINT NOT NULL,  -- 1: a folder, 0: a file
    thing_id      BIGINT NOT NULL,  -- 0: it is none by itself
    CONSTRAINT code_component_pkey PRIMARY KEY (org_id, repository_id, path),
    CONSTRAINT code_component_repository_fkey FOREIGN KEY (org_id, repository_id) REFERENCES code_repository (org_id, repository_id)
);
CREATE INDEX code_component_by_parent ON code_component (org_id, repository_id, parent, path);
CREATE INDEX code_component_by_thing ON code_component (org_id, thing_id, repository_id, path) WHERE thing_id <> 0;

-- At most five of a component, those who wrote most of it lately.
-- tenant: code_author
CREATE TABLE code_author (
    org_id        BIGINT NOT NULL,
    repository_id BIGINT NOT NULL,
    path          TEXT   NOT NULL,
    person_id     BIGINT NOT NULL,
    commits       BIGINT NOT NULL,
    weight        BIGINT NOT NULL,  -- thousandths of a commit of the newest day: one a year older counts half
    newest_us     BIGINT NOT NULL,
    words         TEXT   NOT NULL,  -- what her newest commits say they do, for who knows; of components that are things
    CONSTRAINT code_author_pkey PRIMARY KEY (org_id, repository_id, path, person_id),
    CONSTRAINT code_author_component_fkey FOREIGN KEY (org_id, repository_id, path) REFERENCES code_component (org_id, repository_id, path),
    CONSTRAINT code_author_person_fkey FOREIGN KEY (org_id, person_id) REFERENCES person (org_id, person_id)
);
CREATE INDEX code_author_by_person ON code_author (org_id, person_id, repository_id, path);

-- Tell: a letter that is handed over twice at the same moment is said once, too; the second one is told to come again (0052).
CREATE UNIQUE INDEX letter_received_said ON letter_received (org_id, hash) WHERE outcome = 'said';
