-- Durable background work, and what people are told.

-- tenant: job
CREATE TABLE job (
    org_id         BIGINT NOT NULL,
    job_id         BIGINT NOT NULL,
    kind           TEXT   NOT NULL,  -- mail.send, people.purge …
    payload        TEXT   NOT NULL,  -- a JSON object
    once_key       TEXT,             -- not NULL: one waiting job of that key at most
    run_us         BIGINT NOT NULL,  -- not before
    lease_us       BIGINT NOT NULL,  -- a runner has it until then; 0: nobody
    attempts       BIGINT NOT NULL,
    error          TEXT   NOT NULL,  -- of the last attempt
    created_us     BIGINT NOT NULL,
    done_us        BIGINT,           -- NULL: waiting
    failed_us      BIGINT,           -- not NULL: given up
    CONSTRAINT job_pkey PRIMARY KEY (org_id, job_id)
);
CREATE UNIQUE INDEX job_once ON job (org_id, once_key) WHERE done_us IS NULL AND failed_us IS NULL AND once_key IS NOT NULL;
CREATE INDEX job_due ON job (run_us, org_id) WHERE done_us IS NULL AND failed_us IS NULL;
CREATE INDEX job_ended ON job (org_id, job_id) WHERE done_us IS NOT NULL OR failed_us IS NOT NULL;

-- tenant: notification
CREATE TABLE notification (
    org_id          BIGINT NOT NULL,
    person_id       BIGINT NOT NULL,
    notification_id BIGINT NOT NULL,
    event_id        BIGINT NOT NULL,
    thing_id        BIGINT NOT NULL,
    reason          TEXT   NOT NULL,  -- reply | mention | outcome | on_behalf | hidden …
    created_us      BIGINT NOT NULL,
    read_us         BIGINT NOT NULL,  -- 0: not yet
    CONSTRAINT notification_pkey PRIMARY KEY (org_id, person_id, notification_id),
    CONSTRAINT notification_event_key UNIQUE (org_id, person_id, event_id),
    CONSTRAINT notification_person_fkey FOREIGN KEY (org_id, person_id) REFERENCES person (org_id, person_id)
);
CREATE INDEX notification_unread ON notification (org_id, person_id, notification_id) WHERE read_us = 0;
