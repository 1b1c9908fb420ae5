-- Times are nanoseconds since 1970-01-01 UTC. Large columns stand last, so that reading the others does not walk through them.

CREATE TABLE drafts (
    id        TEXT    NOT NULL PRIMARY KEY CHECK (length(id) = 64), -- SHA-256 of the id, hex
    revision  INTEGER NOT NULL CHECK (revision > 0),
    created   INTEGER NOT NULL,
    touched   INTEGER NOT NULL,
    expires   INTEGER NOT NULL,
    sent      INTEGER,                                              -- when it was submitted
    sealed    BLOB    NOT NULL
) STRICT;
CREATE INDEX drafts_expires ON drafts (expires);

CREATE TABLE submissions (
    vorgangsnummer   TEXT    NOT NULL PRIMARY KEY CHECK (length(vorgangsnummer) = 20),
    draft            TEXT    NOT NULL UNIQUE,                       -- SHA-256 of the draft's id: one submission per draft
    mandant          TEXT    NOT NULL,
    zugang           TEXT    NOT NULL,
    stelle           TEXT    NOT NULL,
    formular         TEXT    NOT NULL,
    formular_version TEXT    NOT NULL,
    accepted_at      INTEGER NOT NULL,
    package          BLOB    NOT NULL,
    xml              BLOB    NOT NULL,
    pdf              BLOB    NOT NULL
) STRICT;
CREATE INDEX submissions_mandant ON submissions (mandant, accepted_at);
CREATE TRIGGER submissions_are_final BEFORE UPDATE ON submissions
BEGIN SELECT RAISE(ABORT, 'a submission is never changed'); END;

CREATE TABLE uploads (
    id         TEXT    NOT NULL PRIMARY KEY,
    draft      TEXT    REFERENCES drafts (id) ON DELETE CASCADE,
    submission TEXT    REFERENCES submissions (vorgangsnummer) ON DELETE CASCADE,
    length     INTEGER CHECK (length >= 0),                         -- empty while it streams in
    created    INTEGER NOT NULL,
    CHECK ((draft IS NULL) <> (submission IS NULL)),
    CHECK (submission IS NULL OR length IS NOT NULL)
) STRICT;
CREATE INDEX uploads_draft ON uploads (draft);
CREATE INDEX uploads_submission ON uploads (submission);
CREATE INDEX uploads_unfinished ON uploads (created) WHERE length IS NULL;

CREATE TABLE upload_chunks (
    upload TEXT    NOT NULL REFERENCES uploads (id) ON DELETE CASCADE,
    number INTEGER NOT NULL CHECK (number >= 0),
    sealed BLOB    NOT NULL,
    PRIMARY KEY (upload, number)
) STRICT;

CREATE TABLE deliveries (
    submission    TEXT    NOT NULL REFERENCES submissions (vorgangsnummer) ON DELETE CASCADE,
    kanal         TEXT    NOT NULL,                                 -- the way, as JSON
    queued_at     INTEGER NOT NULL,
    next_at       INTEGER NOT NULL,
    attempts      INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    attempted_at  INTEGER,
    failed_at     INTEGER,
    held_at       INTEGER,
    delivered_at  INTEGER,
    claimed_by    TEXT,
    claimed_until INTEGER,
    reason        TEXT,
    PRIMARY KEY (submission, kanal),
    CHECK ((attempts = 0) = (attempted_at IS NULL)),
    CHECK (delivered_at IS NULL OR attempted_at IS NOT NULL),
    CHECK (delivered_at IS NULL OR held_at IS NULL),
    CHECK ((claimed_by IS NULL) = (claimed_until IS NULL)),
    CHECK (claimed_by IS NULL OR (delivered_at IS NULL AND held_at IS NULL)),
    CHECK (held_at IS NULL OR reason IS NOT NULL),
    CHECK (failed_at IS NULL OR reason IS NOT NULL)
) STRICT;
CREATE INDEX deliveries_open ON deliveries (next_at) WHERE delivered_at IS NULL;
CREATE INDEX deliveries_queued ON deliveries (queued_at);

CREATE TABLE events (
    number     INTEGER PRIMARY KEY AUTOINCREMENT,
    submission TEXT    NOT NULL,                                    -- outlives the submission
    at         INTEGER NOT NULL,
    what       TEXT    NOT NULL CHECK (what IN ('accepted', 'attempted', 'failed', 'held', 'delivered', 'retried', 'swept')),
    detail     TEXT
) STRICT;
CREATE INDEX events_submission ON events (submission);
CREATE TRIGGER events_are_not_changed BEFORE UPDATE ON events
BEGIN SELECT RAISE(ABORT, 'events are only appended'); END;
CREATE TRIGGER events_are_not_deleted BEFORE DELETE ON events
BEGIN SELECT RAISE(ABORT, 'events are only appended'); END;
