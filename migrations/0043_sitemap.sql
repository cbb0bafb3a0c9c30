-- Tell: the map of the hall for search engines, in parts of so many things that nobody counts them when it is asked for.
-- Follows from the things and the log: an export leaves it out.

-- tenant: sitemap_part
CREATE TABLE sitemap_part (
    org_id     BIGINT NOT NULL,
    first_id   BIGINT NOT NULL,  -- things from this one on, up to the next part
    changed_us BIGINT NOT NULL,  -- when something public in it changed last, as far as the log was followed
    CONSTRAINT sitemap_part_pkey PRIMARY KEY (org_id, first_id)
);
