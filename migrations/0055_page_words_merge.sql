-- Write: the index of documents' words is merged as soon as two parts of it are of a size. Each search looks into every
-- part, and documents are searched far more often than written.
INSERT INTO page_words (page_words, rank) VALUES ('automerge', 2);
