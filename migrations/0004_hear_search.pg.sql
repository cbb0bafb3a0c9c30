-- Full-text search over folded words; the texts themselves stay in voice.
-- tenant: voice_words
CREATE TABLE voice_words (
    org_id   BIGINT NOT NULL,
    voice_id BIGINT NOT NULL,
    words    TSVECTOR NOT NULL,
    CONSTRAINT voice_words_pkey PRIMARY KEY (org_id, voice_id)
);
CREATE INDEX voice_words_by_word ON voice_words USING GIN (words);
