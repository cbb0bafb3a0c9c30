-- Which server has a job: what a killed one had taken on is another's after seconds.
ALTER TABLE job ADD COLUMN node BIGINT NOT NULL DEFAULT 0;
