-- The ground: organisations and their hosts, the registry of things, people, circles, and the log.

-- tenant: org
CREATE TABLE org (
    org_id          BIGINT NOT NULL,
    everyone_id     BIGINT NOT NULL,  -- the open circle of which every person is a member
    name            TEXT   NOT NULL,
    url             TEXT   NOT NULL,  -- https://hall.example, no slash at the end
    accent          TEXT   NOT NULL,  -- #rrggbb, empty: the house's own
    logo            TEXT   NOT NULL,  -- a PNG in base 64, empty: the name in letters
    language        TEXT   NOT NULL,  -- of those who have not chosen one
    sign_up         TEXT   NOT NULL,  -- open | by_domain | by_invitation
    sign_up_domains TEXT   NOT NULL,  -- separated by commas
    sample          BIGINT NOT NULL,  -- 1: the sample company, where anybody may be anybody
    created_us      BIGINT NOT NULL,  -- microseconds since 1970, UTC, as in every *_us
    CONSTRAINT org_pkey PRIMARY KEY (org_id)
);

-- One row for each rarely read setting: mail, identity provider, backup, limits. Secrets are written here
-- and never shown or exported again.
-- tenant: setting
CREATE TABLE setting (
    org_id BIGINT NOT NULL,
    name   TEXT   NOT NULL,
    value  TEXT   NOT NULL,
    CONSTRAINT setting_pkey PRIMARY KEY (org_id, name)
);

-- Which organisation answers to a host name. The one table that is read before the organisation is known.
-- global: host
CREATE TABLE host (
    host   TEXT   NOT NULL,
    org_id BIGINT NOT NULL,
    CONSTRAINT host_pkey PRIMARY KEY (host)
);

-- The registry under everything that people can see. Each stage's own table has its id as key.
-- tenant: thing
CREATE TABLE thing (
    org_id     BIGINT NOT NULL,
    thing_id   BIGINT NOT NULL,
    kind       TEXT   NOT NULL,
    circle_id  BIGINT NOT NULL,  -- whose audience it has
    state      TEXT   NOT NULL,  -- visible | held | hidden | draft
    author_id  BIGINT NOT NULL,  -- 0: the server, or somebody who was erased with her texts
    title      TEXT   NOT NULL,
    created_us BIGINT NOT NULL,
    changed_us BIGINT NOT NULL,
    CONSTRAINT thing_pkey PRIMARY KEY (org_id, thing_id),
    CONSTRAINT thing_circle_fkey FOREIGN KEY (org_id, circle_id) REFERENCES thing (org_id, thing_id)
);
CREATE INDEX thing_by_author ON thing (org_id, author_id, kind, thing_id);
CREATE INDEX thing_by_circle ON thing (org_id, circle_id, kind, thing_id);
CREATE INDEX thing_not_visible ON thing (org_id, state, thing_id) WHERE state <> 'visible';

-- tenant: circle
CREATE TABLE circle (
    org_id     BIGINT NOT NULL,
    circle_id  BIGINT NOT NULL,
    name       TEXT   NOT NULL,
    purpose    TEXT   NOT NULL,  -- one or two sentences
    kind       TEXT   NOT NULL,  -- company | customer | community | team | forum
    visibility TEXT   NOT NULL,  -- public | listed | private
    joining    TEXT   NOT NULL,  -- open | invitation
    moderation TEXT   NOT NULL,  -- off | newcomers
    members    BIGINT NOT NULL,  -- kept, so that no page counts
    created_us BIGINT NOT NULL,
    CONSTRAINT circle_pkey PRIMARY KEY (org_id, circle_id),
    CONSTRAINT circle_thing_fkey FOREIGN KEY (org_id, circle_id) REFERENCES thing (org_id, thing_id)
);
CREATE INDEX circle_by_visibility ON circle (org_id, visibility, circle_id);

-- A person's own data. The log and the registry only point here, so that she can be erased.
-- tenant: person
CREATE TABLE person (
    org_id        BIGINT NOT NULL,
    person_id     BIGINT NOT NULL,
    name          TEXT   NOT NULL,
    name_fold     TEXT   NOT NULL,  -- folded for search and mentions
    email         TEXT,             -- NULL: none known
    email_fold    TEXT,             -- unique where known
    state         TEXT   NOT NULL,  -- unconfirmed | active | deactivated | erased
    owner         BIGINT NOT NULL,  -- 1: may change the organisation's settings
    trusted       BIGINT NOT NULL,  -- 1: no longer a newcomer to moderation
    about         TEXT   NOT NULL,
    language      TEXT   NOT NULL,  -- empty: as the browser asks
    theme         TEXT   NOT NULL,  -- auto | light | dark
    shortcuts     BIGINT NOT NULL,  -- 1: keyboard shortcuts are on
    mail          TEXT   NOT NULL,  -- now | daily | never
    password_hash TEXT   NOT NULL,  -- argon2id, empty: none
    created_us    BIGINT NOT NULL,
    CONSTRAINT person_pkey PRIMARY KEY (org_id, person_id),
    CONSTRAINT person_email_key UNIQUE (org_id, email_fold),
    CONSTRAINT person_thing_fkey FOREIGN KEY (org_id, person_id) REFERENCES thing (org_id, thing_id)
);
CREATE INDEX person_by_name ON person (org_id, name_fold, person_id);

-- tenant: membership
CREATE TABLE membership (
    org_id    BIGINT NOT NULL,
    circle_id BIGINT NOT NULL,
    person_id BIGINT NOT NULL,
    role      TEXT   NOT NULL,  -- guest | member | steward
    since_us  BIGINT NOT NULL,
    CONSTRAINT membership_pkey PRIMARY KEY (org_id, circle_id, person_id),
    CONSTRAINT membership_circle_fkey FOREIGN KEY (org_id, circle_id) REFERENCES circle (org_id, circle_id),
    CONSTRAINT membership_person_fkey FOREIGN KEY (org_id, person_id) REFERENCES person (org_id, person_id)
);
CREATE INDEX membership_by_person ON membership (org_id, person_id, circle_id, role);

-- Who a person is at the organisation's identity provider: the pair that never changes.
-- tenant: identity
CREATE TABLE identity (
    org_id    BIGINT NOT NULL,
    issuer    TEXT   NOT NULL,
    subject   TEXT   NOT NULL,
    person_id BIGINT NOT NULL,
    CONSTRAINT identity_pkey PRIMARY KEY (org_id, issuer, subject),
    CONSTRAINT identity_person_fkey FOREIGN KEY (org_id, person_id) REFERENCES person (org_id, person_id)
);
CREATE INDEX identity_by_person ON identity (org_id, person_id);

-- tenant: session
CREATE TABLE session (
    org_id       BIGINT NOT NULL,
    session_id   BIGINT NOT NULL,
    person_id    BIGINT NOT NULL,
    secret_hash  TEXT   NOT NULL,  -- SHA-256 in hex of the cookie's value
    device       TEXT   NOT NULL,  -- "Firefox on Linux": so that she knows which one it is
    created_us   BIGINT NOT NULL,
    used_us      BIGINT NOT NULL,  -- to the hour
    expires_us   BIGINT NOT NULL,
    CONSTRAINT session_pkey PRIMARY KEY (org_id, session_id),
    CONSTRAINT session_secret_key UNIQUE (org_id, secret_hash),
    CONSTRAINT session_person_fkey FOREIGN KEY (org_id, person_id) REFERENCES person (org_id, person_id)
);
CREATE INDEX session_by_person ON session (org_id, person_id);

-- tenant: api_token
CREATE TABLE api_token (
    org_id      BIGINT NOT NULL,
    token_id    BIGINT NOT NULL,
    person_id   BIGINT NOT NULL,
    name        TEXT   NOT NULL,
    prefix      TEXT   NOT NULL,  -- the first characters, so that she knows which one it is
    secret_hash TEXT   NOT NULL,
    created_us  BIGINT NOT NULL,
    used_us     BIGINT NOT NULL,  -- to the hour; 0: never
    CONSTRAINT api_token_pkey PRIMARY KEY (org_id, token_id),
    CONSTRAINT api_token_secret_key UNIQUE (org_id, secret_hash),
    CONSTRAINT api_token_person_fkey FOREIGN KEY (org_id, person_id) REFERENCES person (org_id, person_id)
);
CREATE INDEX api_token_by_person ON api_token (org_id, person_id);

-- What a link or code in a mail may do, once: sign_in, invitation, confirm_voice, confirm_support,
-- confirm_email, unsubscribe.
-- tenant: pass
CREATE TABLE pass (
    org_id      BIGINT NOT NULL,
    pass_id     BIGINT NOT NULL,
    purpose     TEXT   NOT NULL,
    secret_hash TEXT   NOT NULL,
    email_fold  TEXT   NOT NULL,  -- to whom it was sent; empty: whoever holds it
    person_id   BIGINT NOT NULL,  -- for whom; 0: not known yet
    thing_id    BIGINT NOT NULL,  -- the circle of an invitation, the voice of a confirmation; 0: none
    detail      TEXT   NOT NULL,  -- the role of an invitation, the hash of a code
    made_by     BIGINT NOT NULL,
    tries_left  BIGINT NOT NULL,  -- wrong codes are counted
    created_us  BIGINT NOT NULL,
    expires_us  BIGINT NOT NULL,
    used_us     BIGINT,           -- NULL: not yet; set by the one UPDATE that wins
    CONSTRAINT pass_pkey PRIMARY KEY (org_id, pass_id),
    CONSTRAINT pass_secret_key UNIQUE (org_id, secret_hash)
);
CREATE INDEX pass_by_email ON pass (org_id, purpose, email_fold, created_us);
CREATE INDEX pass_by_thing ON pass (org_id, thing_id, purpose, pass_id);

-- The append-only log. Nothing updates or deletes these rows.
-- tenant: event
CREATE TABLE event (
    org_id    BIGINT NOT NULL,
    event_id  BIGINT NOT NULL,
    verb      TEXT   NOT NULL,  -- hear.voice_said
    thing_id  BIGINT NOT NULL,
    actor_id  BIGINT NOT NULL,  -- 0: the server
    circle_id BIGINT NOT NULL,
    audience  TEXT   NOT NULL,  -- circle | stewards | actor: who of the circle may hear of it
    at_us     BIGINT NOT NULL,
    data      TEXT   NOT NULL,  -- a JSON object without personal data
    CONSTRAINT event_pkey PRIMARY KEY (org_id, event_id)
);
CREATE INDEX event_by_verb ON event (org_id, verb, event_id);

-- Everything an event is about, its own thing too: one range read gives any thing's whole story.
-- tenant: event_thing
CREATE TABLE event_thing (
    org_id   BIGINT NOT NULL,
    thing_id BIGINT NOT NULL,
    event_id BIGINT NOT NULL,
    CONSTRAINT event_thing_pkey PRIMARY KEY (org_id, thing_id, event_id),
    CONSTRAINT event_thing_event_fkey FOREIGN KEY (org_id, event_id) REFERENCES event (org_id, event_id)
);
CREATE INDEX event_thing_by_event ON event_thing (org_id, event_id, thing_id);

-- Links of the hash chain: each covers the events that came since the one before.
-- tenant: seal
CREATE TABLE seal (
    org_id   BIGINT NOT NULL,
    seq      BIGINT NOT NULL,
    at_us    BIGINT NOT NULL,
    leaves   TEXT   NOT NULL,  -- "event:sha256 event:sha256 …" in hex, in the order of their ids
    hash     TEXT   NOT NULL,  -- SHA-256 of the hash before it, seq and the leaves
    CONSTRAINT seal_pkey PRIMARY KEY (org_id, seq)
);

-- Which events a follower of the log (notifications, webhooks …) has seen.
-- tenant: consumer
CREATE TABLE consumer (
    org_id   BIGINT NOT NULL,
    name     TEXT   NOT NULL,
    event_id BIGINT NOT NULL,
    CONSTRAINT consumer_pkey PRIMARY KEY (org_id, name)
);
