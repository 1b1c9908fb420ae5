-- The last good answers of directories, for the time when a directory does not answer. Sealed with the master key: they say where
-- applications go.

CREATE TABLE directory_answers (
    mandant    TEXT    NOT NULL,
    question   TEXT    NOT NULL,
    fetched_at INTEGER NOT NULL,
    sealed     BLOB    NOT NULL,
    PRIMARY KEY (mandant, question)
) STRICT;
CREATE INDEX directory_answers_age ON directory_answers (mandant, fetched_at);
