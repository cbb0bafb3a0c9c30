-- Tell: letters of several, what a person chose of them, private feeds, webhooks.

-- 1: a letter about it left at once, so that no letter of several tells it again.
ALTER TABLE notification ADD COLUMN lettered BIGINT NOT NULL DEFAULT 0;
CREATE INDEX person_by_mail ON person (org_id, mail, person_id) WHERE mail <> 'now' AND mail <> 'never';

-- How far a round of letters came: all before `due_us` have left, and of that one those up to the person.
-- tenant: digest
CREATE TABLE digest (
    org_id    BIGINT NOT NULL,
    kind      TEXT   NOT NULL,  -- daily | weekly | report
    due_us    BIGINT NOT NULL,  -- the moment the newest round was due
    person_id BIGINT NOT NULL,  -- the last one who was looked at in it
    done      BIGINT NOT NULL,  -- 1: nobody is left in it
    CONSTRAINT digest_pkey PRIMARY KEY (org_id, kind)
);

-- What a person chose to read of us outside of our pages.
-- tenant: reader
CREATE TABLE reader (
    org_id       BIGINT NOT NULL,
    person_id    BIGINT NOT NULL,
    digest_id    BIGINT NOT NULL,  -- the newest notification that was in a letter of several
    report       BIGINT NOT NULL,  -- 1: the monthly report comes by letter
    feed_hash    TEXT   NOT NULL,  -- of the secret in the address of her feed; empty: none
    feed_made_us BIGINT NOT NULL,
    CONSTRAINT reader_pkey PRIMARY KEY (org_id, person_id),
    CONSTRAINT reader_person_fkey FOREIGN KEY (org_id, person_id) REFERENCES person (org_id, person_id)
);
CREATE UNIQUE INDEX reader_feed ON reader (org_id, feed_hash) WHERE feed_hash <> '';
CREATE INDEX reader_report ON reader (org_id, person_id) WHERE report = 1;

-- Other programs that hear of events. The secret signs what they are sent, so it is kept as it is.
-- tenant: webhook
CREATE TABLE webhook (
    org_id     BIGINT NOT NULL,
    webhook_id BIGINT NOT NULL,  -- made later than all events it does not hear of
    url        TEXT   NOT NULL,
    verbs      TEXT   NOT NULL,  -- "decide act.commitment_kept": families and verbs; empty: all
    circle_id  BIGINT NOT NULL,  -- it hears what a member of this circle may see
    secret     TEXT   NOT NULL,
    state      TEXT   NOT NULL,  -- on | off
    event_id   BIGINT NOT NULL,  -- how far it follows the log
    failures   BIGINT NOT NULL,  -- in a row
    failing_us BIGINT NOT NULL,  -- since when; 0: the last call was good
    pause_us   BIGINT NOT NULL,  -- no call before
    maker_id   BIGINT NOT NULL,
    made_us    BIGINT NOT NULL,
    CONSTRAINT webhook_pkey PRIMARY KEY (org_id, webhook_id)
);

-- tenant: webhook_delivery
CREATE TABLE webhook_delivery (
    org_id      BIGINT NOT NULL,
    delivery_id BIGINT NOT NULL,
    webhook_id  BIGINT NOT NULL,
    event_id    BIGINT NOT NULL,  -- 0: a try by the button
    state       TEXT   NOT NULL,  -- waiting | delivered | failed | unseen
    attempts    BIGINT NOT NULL,
    next_us     BIGINT NOT NULL,  -- not before
    status      BIGINT NOT NULL,  -- of the last answer; 0: none came
    error       TEXT   NOT NULL,
    made_us     BIGINT NOT NULL,
    ended_us    BIGINT NOT NULL,  -- 0: waits
    CONSTRAINT webhook_delivery_pkey PRIMARY KEY (org_id, delivery_id),
    CONSTRAINT webhook_delivery_webhook_fkey FOREIGN KEY (org_id, webhook_id) REFERENCES webhook (org_id, webhook_id)
);
CREATE INDEX webhook_delivery_waiting ON webhook_delivery (org_id, webhook_id, next_us) WHERE state = 'waiting';
CREATE INDEX webhook_delivery_newest ON webhook_delivery (org_id, webhook_id, delivery_id);
CREATE INDEX webhook_delivery_made ON webhook_delivery (org_id, made_us);
