-- What people did to themes, with how everything was before, so that it can be taken back.
-- tenant: theme_deed
CREATE TABLE theme_deed (
    org_id    BIGINT NOT NULL,
    event_id  BIGINT NOT NULL,  -- of what was done
    theme_id  BIGINT NOT NULL,
    was       TEXT   NOT NULL,  -- JSON: what it changed, as it was and as it left it (sense/theme_deeds.hpp)
    undone_us BIGINT NOT NULL,  -- when it was taken back; 0: it holds
    undone_by BIGINT NOT NULL,
    CONSTRAINT theme_deed_pkey PRIMARY KEY (org_id, event_id),
    CONSTRAINT theme_deed_theme_fkey FOREIGN KEY (org_id, theme_id) REFERENCES theme (org_id, theme_id)
);
