-- Shared budgets: a decision of the method equal-shares, whose options are projects; and what wants would cost.

-- tenant: budget
CREATE TABLE budget (
    org_id      BIGINT NOT NULL,
    decision_id BIGINT NOT NULL,
    amount      BIGINT NOT NULL,  -- in hundredths of the unit
    unit        TEXT   NOT NULL,  -- €, days
    ballot      TEXT   NOT NULL,  -- approval | points | ranking
    points      BIGINT NOT NULL,  -- that each voter has to give, on points ballots
    proposers   TEXT   NOT NULL,  -- circle: whoever is a member; owner: who leads the decision
    explaining  BIGINT NOT NULL,  -- 0: open, 1: closed and being explained, 2: explained
    CONSTRAINT budget_pkey PRIMARY KEY (org_id, decision_id),
    CONSTRAINT budget_decision_fkey FOREIGN KEY (org_id, decision_id) REFERENCES decision (org_id, decision_id)
);
CREATE INDEX budget_to_explain ON budget (org_id, decision_id) WHERE explaining = 1;

-- A project is a thing that answers its decision: who does not see that sees neither.
-- tenant: project
CREATE TABLE project (
    org_id      BIGINT NOT NULL,
    project_id  BIGINT NOT NULL,
    decision_id BIGINT NOT NULL,
    number      BIGINT NOT NULL,  -- on the ballot, from 1; 0: not on it
    cost        BIGINT NOT NULL,  -- in hundredths of the budget's unit
    place       TEXT   NOT NULL,
    words       TEXT   NOT NULL,  -- Markdown as sent
    words_html  TEXT   NOT NULL,
    judgement   TEXT   NOT NULL,  -- accepted | declined, empty: not judged; only the declined stay off the ballot
    reason      TEXT   NOT NULL,  -- the public reason
    standers    BIGINT NOT NULL,  -- kept: people who stand for it
    CONSTRAINT project_pkey PRIMARY KEY (org_id, project_id),
    CONSTRAINT project_thing_fkey FOREIGN KEY (org_id, project_id) REFERENCES thing (org_id, thing_id),
    CONSTRAINT project_budget_fkey FOREIGN KEY (org_id, decision_id) REFERENCES budget (org_id, decision_id)
);
CREATE INDEX project_by_decision ON project (org_id, decision_id, number, project_id);

-- People who stand for a project: whom to ask, and who would do it.
-- tenant: project_stander
CREATE TABLE project_stander (
    org_id     BIGINT NOT NULL,
    project_id BIGINT NOT NULL,
    person_id  BIGINT NOT NULL,
    since_us   BIGINT NOT NULL,
    CONSTRAINT project_stander_pkey PRIMARY KEY (org_id, project_id, person_id),
    CONSTRAINT project_stander_project_fkey FOREIGN KEY (org_id, project_id) REFERENCES project (org_id, project_id),
    CONSTRAINT project_stander_person_fkey FOREIGN KEY (org_id, person_id) REFERENCES person (org_id, person_id)
);
CREATE INDEX project_stander_by_person ON project_stander (org_id, person_id, project_id);

-- The voices and themes that a project comes from.
-- tenant: project_about
CREATE TABLE project_about (
    org_id     BIGINT NOT NULL,
    project_id BIGINT NOT NULL,
    thing_id   BIGINT NOT NULL,
    CONSTRAINT project_about_pkey PRIMARY KEY (org_id, project_id, thing_id),
    CONSTRAINT project_about_project_fkey FOREIGN KEY (org_id, project_id) REFERENCES project (org_id, project_id),
    CONSTRAINT project_about_thing_fkey FOREIGN KEY (org_id, thing_id) REFERENCES thing (org_id, thing_id)
);
CREATE INDEX project_about_by_thing ON project_about (org_id, thing_id, project_id);

-- What a project that was not bought would have needed: found by running the rule again, once, after the close.
-- tenant: project_need
CREATE TABLE project_need (
    org_id      BIGINT NOT NULL,
    decision_id BIGINT NOT NULL,
    number      BIGINT NOT NULL,
    cost        BIGINT NOT NULL,  -- at which it would have won, in hundredths; -1: at none
    votes       BIGINT NOT NULL,  -- how many more; -1: no number that was tried
    CONSTRAINT project_need_pkey PRIMARY KEY (org_id, decision_id, number),
    CONSTRAINT project_need_budget_fkey FOREIGN KEY (org_id, decision_id) REFERENCES budget (org_id, decision_id)
);

-- What it would take to do what a voice wants, as a person of the company estimates it.
-- tenant: voice_effort
CREATE TABLE voice_effort (
    org_id   BIGINT NOT NULL,
    voice_id BIGINT NOT NULL,
    effort   BIGINT NOT NULL,  -- in hundredths of a person's day
    set_by   BIGINT NOT NULL,
    set_us   BIGINT NOT NULL,
    CONSTRAINT voice_effort_pkey PRIMARY KEY (org_id, voice_id),
    CONSTRAINT voice_effort_voice_fkey FOREIGN KEY (org_id, voice_id) REFERENCES voice (org_id, voice_id)
);

-- What a circle pays a year. Only people of the company see it.
-- tenant: circle_revenue
CREATE TABLE circle_revenue (
    org_id    BIGINT NOT NULL,
    circle_id BIGINT NOT NULL,
    revenue   BIGINT NOT NULL,  -- in hundredths of the house's money, a year
    set_by    BIGINT NOT NULL,
    set_us    BIGINT NOT NULL,
    CONSTRAINT circle_revenue_pkey PRIMARY KEY (org_id, circle_id),
    CONSTRAINT circle_revenue_circle_fkey FOREIGN KEY (org_id, circle_id) REFERENCES circle (org_id, circle_id)
);
