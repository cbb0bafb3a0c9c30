-- Tell: what we changed, in somebody's own words, for the voices behind it. The words and all that they said before
-- are a page (0021).

-- tenant: announcement
CREATE TABLE announcement (
    org_id          BIGINT NOT NULL,
    announcement_id BIGINT NOT NULL,
    published_us    BIGINT NOT NULL,  -- 0: a draft
    CONSTRAINT announcement_pkey PRIMARY KEY (org_id, announcement_id),
    CONSTRAINT announcement_thing_fkey FOREIGN KEY (org_id, announcement_id) REFERENCES thing (org_id, thing_id)
);
CREATE INDEX announcement_by_published ON announcement (org_id, published_us, announcement_id);

-- tenant: announcement_voice
CREATE TABLE announcement_voice (
    org_id          BIGINT NOT NULL,
    announcement_id BIGINT NOT NULL,
    voice_id        BIGINT NOT NULL,
    told            BIGINT NOT NULL,  -- 1: this is the announcement by which its people are told
    CONSTRAINT announcement_voice_pkey PRIMARY KEY (org_id, announcement_id, voice_id),
    CONSTRAINT announcement_voice_announcement_fkey FOREIGN KEY (org_id, announcement_id) REFERENCES announcement (org_id, announcement_id),
    CONSTRAINT announcement_voice_voice_fkey FOREIGN KEY (org_id, voice_id) REFERENCES voice (org_id, voice_id)
);
-- The people of a voice are told once, whatever many announcements name it.
CREATE UNIQUE INDEX announcement_voice_told ON announcement_voice (org_id, voice_id) WHERE told = 1;

-- What became done, by the time it did: what a new announcement is offered.
CREATE INDEX loop_step_done ON loop_step (org_id, changed_us, thing_id) WHERE verb = 'hear.done';

-- Documents whose rule is looked at again on a day: for the calendar.
CREATE INDEX document_to_review ON document (org_id, review_on, document_id) WHERE review_on <> '';
