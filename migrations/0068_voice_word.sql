-- Hear: the words that search knows, one after the other. Words that begin with what somebody typed are looked up here a
-- few at a time; asked for at once, their voices would all be gone over before the first is known.
-- search: voice_word
CREATE VIRTUAL TABLE voice_word USING fts5vocab ('voice_words', 'instance');
