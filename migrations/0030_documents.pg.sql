-- Documents: pages in the tree of a circle, with a rule that says who may read each. Their versions are those of 0021.

-- Credit where somebody's suggestion was taken over.
ALTER TABLE page_version ADD COLUMN suggested_by BIGINT NOT NULL DEFAULT 0;  -- 0: who wrote it thought of it

-- tenant: document
CREATE TABLE document (
    org_id         BIGINT NOT NULL,
    document_id    BIGINT NOT NULL,
    home_id        BIGINT NOT NULL,  -- the circle in whose tree it stands; who reads it is the circle of its thing
    parent_id      BIGINT NOT NULL,  -- the document under which it stands; 0: at the top
    place          BIGINT NOT NULL,  -- among its neighbours, smallest first
    rule           TEXT   NOT NULL,  -- open | circle | closed | hidden
    why            TEXT   NOT NULL,  -- the reason of the rule
    review_on      TEXT   NOT NULL,  -- YYYY-MM-DD, when the rule is looked at again; empty: never
    decides_id     BIGINT NOT NULL,  -- the person who decides who may read it
    card_id        BIGINT NOT NULL,  -- a thing with a wider audience that says that a closed one exists; 0: none yet
    confirm_from   BIGINT NOT NULL,  -- readers confirm that they read this version or a later one; 0: they need not
    template       BIGINT NOT NULL,  -- 1: new documents may begin with its words
    paragraphs     TEXT   NOT NULL,  -- their ids with spaces between, in order
    next_paragraph BIGINT NOT NULL,
    suggestions    BIGINT NOT NULL,  -- kept: open ones
    CONSTRAINT document_pkey PRIMARY KEY (org_id, document_id),
    CONSTRAINT document_page_fkey FOREIGN KEY (org_id, document_id) REFERENCES page (org_id, page_id)
);
CREATE INDEX document_by_home ON document (org_id, home_id, document_id);
CREATE INDEX document_by_parent ON document (org_id, parent_id, document_id);
CREATE INDEX document_by_card ON document (org_id, card_id, document_id);
CREATE INDEX document_by_template ON document (org_id, template, document_id);
CREATE INDEX document_to_read ON document (org_id, document_id) WHERE confirm_from > 0;
CREATE INDEX document_by_decider ON document (org_id, decides_id, document_id);

-- Somebody who may read a document would write it otherwise. A thing of its own under the document.
-- tenant: suggestion
CREATE TABLE suggestion (
    org_id        BIGINT NOT NULL,
    suggestion_id BIGINT NOT NULL,
    document_id   BIGINT NOT NULL,
    version       BIGINT NOT NULL,  -- that it was written on
    title         TEXT   NOT NULL,
    words         TEXT   NOT NULL,  -- of the whole document, as it would be
    why           TEXT   NOT NULL,
    state         TEXT   NOT NULL,  -- open | accepted | part | declined | withdrawn
    reason        TEXT   NOT NULL,  -- of who settled it
    settled_by    BIGINT NOT NULL,
    settled_us    BIGINT NOT NULL,  -- 0: open
    into_version  BIGINT NOT NULL,  -- in which it was taken over; 0: in none
    made_us       BIGINT NOT NULL,
    CONSTRAINT suggestion_pkey PRIMARY KEY (org_id, suggestion_id),
    CONSTRAINT suggestion_thing_fkey FOREIGN KEY (org_id, suggestion_id) REFERENCES thing (org_id, thing_id),
    CONSTRAINT suggestion_document_fkey FOREIGN KEY (org_id, document_id) REFERENCES document (org_id, document_id)
);
CREATE INDEX suggestion_by_document ON suggestion (org_id, document_id, suggestion_id);

-- Beside which paragraph a reply to a document stands: a comment.
-- tenant: document_comment
CREATE TABLE document_comment (
    org_id      BIGINT NOT NULL,
    reply_id    BIGINT NOT NULL,
    document_id BIGINT NOT NULL,
    paragraph   BIGINT NOT NULL,  -- 0: beside none, about the whole
    quote       TEXT   NOT NULL,  -- how the paragraph began when it was written
    settled_by  BIGINT NOT NULL,
    settled_us  BIGINT NOT NULL,  -- 0: open
    CONSTRAINT document_comment_pkey PRIMARY KEY (org_id, reply_id),
    CONSTRAINT document_comment_reply_fkey FOREIGN KEY (org_id, reply_id) REFERENCES reply (org_id, reply_id)
);
CREATE INDEX document_comment_by_document ON document_comment (org_id, document_id, reply_id);

-- Who confirmed to have read which version of a document that asks for it.
-- tenant: document_reading
CREATE TABLE document_reading (
    org_id      BIGINT NOT NULL,
    document_id BIGINT NOT NULL,
    person_id   BIGINT NOT NULL,
    version     BIGINT NOT NULL,
    read_us     BIGINT NOT NULL,
    CONSTRAINT document_reading_pkey PRIMARY KEY (org_id, document_id, person_id),
    CONSTRAINT document_reading_document_fkey FOREIGN KEY (org_id, document_id) REFERENCES document (org_id, document_id)
);
CREATE INDEX document_reading_by_person ON document_reading (org_id, person_id, document_id);

-- Who began to edit a document and did not save yet. A hint for others, no lock.
-- tenant: document_editing
CREATE TABLE document_editing (
    org_id      BIGINT NOT NULL,
    document_id BIGINT NOT NULL,
    person_id   BIGINT NOT NULL,
    since_us    BIGINT NOT NULL,
    CONSTRAINT document_editing_pkey PRIMARY KEY (org_id, document_id, person_id),
    CONSTRAINT document_editing_document_fkey FOREIGN KEY (org_id, document_id) REFERENCES document (org_id, document_id)
);
CREATE INDEX document_editing_by_person ON document_editing (org_id, person_id, document_id);

-- Full-text search over folded words; the texts themselves stay in page.
-- tenant: page_words
CREATE TABLE page_words (
    org_id  BIGINT NOT NULL,
    page_id BIGINT NOT NULL,
    words   TSVECTOR NOT NULL,
    CONSTRAINT page_words_pkey PRIMARY KEY (org_id, page_id)
);
CREATE INDEX page_words_by_word ON page_words USING GIN (words);
