#pragma once

#include "store/migrate.hpp"

#include <array>

namespace moothall::store {

/// The small schema that the tests of this folder use.
inline std::span<const Migration> test_schema()
{
    static constexpr std::string_view sql = R"(
-- tenant: thing
CREATE TABLE thing (
    org_id   BIGINT NOT NULL,
    thing_id BIGINT NOT NULL,
    title    TEXT   NOT NULL,
    weight   DOUBLE PRECISION,
    seen_us  BIGINT,
    picture  BYTEA,
    CONSTRAINT thing_pkey PRIMARY KEY (org_id, thing_id),
    CONSTRAINT thing_title_key UNIQUE (org_id, title),
    CONSTRAINT thing_weight_check CHECK (weight >= 0)
);

-- tenant: part
CREATE TABLE part (
    org_id   BIGINT NOT NULL,
    part_id  BIGINT NOT NULL,
    thing_id BIGINT NOT NULL,
    late_id  BIGINT,
    CONSTRAINT part_pkey PRIMARY KEY (org_id, part_id),
    CONSTRAINT part_thing_fkey FOREIGN KEY (org_id, thing_id) REFERENCES thing (org_id, thing_id),
    CONSTRAINT part_late_fkey FOREIGN KEY (org_id, late_id) REFERENCES thing (org_id, thing_id)
        DEFERRABLE INITIALLY DEFERRED
);

-- tenant: counter
CREATE TABLE counter (
    org_id BIGINT NOT NULL,
    name   TEXT   NOT NULL,
    value  BIGINT NOT NULL,
    CONSTRAINT counter_pkey PRIMARY KEY (org_id, name)
);
INSERT INTO counter (org_id, name, value) VALUES (1, 'left', 0), (1, 'right', 0);
)";
    static constexpr std::array all{Migration{1, "things", sql, sql}};
    return all;
}

} // namespace moothall::store
