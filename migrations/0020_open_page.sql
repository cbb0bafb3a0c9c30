-- The page "how we work together" that a circle opens to strangers by its own consent. A thing of its own: in the circle
-- while it is written and asked about, in Everyone while it is open.
-- tenant: open_page
CREATE TABLE open_page (
    org_id      BIGINT NOT NULL,
    page_id     BIGINT NOT NULL,
    circle_id   BIGINT NOT NULL,  -- whose page it is
    words       TEXT   NOT NULL,  -- Markdown as sent
    words_html  TEXT   NOT NULL,
    state       TEXT   NOT NULL,  -- written | asked | open
    decision_id BIGINT NOT NULL,  -- by which the circle consents; 0: not asked
    opened_us   BIGINT NOT NULL,  -- 0: not open
    CONSTRAINT open_page_pkey PRIMARY KEY (org_id, page_id),
    CONSTRAINT open_page_thing_fkey FOREIGN KEY (org_id, page_id) REFERENCES thing (org_id, thing_id)
);
CREATE UNIQUE INDEX open_page_of_circle ON open_page (org_id, circle_id);
CREATE INDEX open_page_by_state ON open_page (org_id, state, page_id);

-- What is in the circle and named on its page, by its title only.
-- tenant: open_page_title
CREATE TABLE open_page_title (
    org_id   BIGINT NOT NULL,
    page_id  BIGINT NOT NULL,
    thing_id BIGINT NOT NULL,
    CONSTRAINT open_page_title_pkey PRIMARY KEY (org_id, page_id, thing_id),
    CONSTRAINT open_page_title_page_fkey FOREIGN KEY (org_id, page_id) REFERENCES open_page (org_id, page_id)
);

-- Who of the circle lets her name stand on it.
-- tenant: open_page_person
CREATE TABLE open_page_person (
    org_id    BIGINT NOT NULL,
    page_id   BIGINT NOT NULL,
    person_id BIGINT NOT NULL,
    agreed_us BIGINT NOT NULL,
    CONSTRAINT open_page_person_pkey PRIMARY KEY (org_id, page_id, person_id),
    CONSTRAINT open_page_person_page_fkey FOREIGN KEY (org_id, page_id) REFERENCES open_page (org_id, page_id)
);
CREATE INDEX open_page_person_by_person ON open_page_person (org_id, person_id, page_id);
