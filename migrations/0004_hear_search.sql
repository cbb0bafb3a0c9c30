-- Full-text search over folded words; the texts themselves stay in voice.
-- search: voice_words
CREATE VIRTUAL TABLE voice_words USING fts5 (title, body, tokenize = 'unicode61 remove_diacritics 0');
