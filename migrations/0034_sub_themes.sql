-- Many themes need a table of contents: a theme of lens 'area' gathers others, which are its sub-themes.

-- tenant: theme_part
CREATE TABLE theme_part (
    org_id   BIGINT NOT NULL,
    theme_id BIGINT NOT NULL,
    area_id  BIGINT NOT NULL,  -- the theme that it is a part of; 0: people said that it stands by itself
    put_by   BIGINT NOT NULL,  -- 0: the engine, which may move it again; what people put stays
    CONSTRAINT theme_part_pkey PRIMARY KEY (org_id, theme_id),
    CONSTRAINT theme_part_theme_fkey FOREIGN KEY (org_id, theme_id) REFERENCES theme (org_id, theme_id)
);
CREATE INDEX theme_part_by_area ON theme_part (org_id, area_id, theme_id);

-- Circles of customers and communities whose people speak in a theme, as everybody sees it.
-- tenant: theme_circle
CREATE TABLE theme_circle (
    org_id    BIGINT NOT NULL,
    theme_id  BIGINT NOT NULL,
    circle_id BIGINT NOT NULL,
    people    BIGINT NOT NULL,
    CONSTRAINT theme_circle_pkey PRIMARY KEY (org_id, theme_id, circle_id),
    CONSTRAINT theme_circle_theme_fkey FOREIGN KEY (org_id, theme_id) REFERENCES theme (org_id, theme_id)
);
