-- Times are nanoseconds since 1970-01-01 UTC. Large columns stand last, so that reading the others does not walk through them.

CREATE TABLE drafts (
    id        TEXT    NOT NULL PRIMARY KEY CHECK (length(id) = 64), -- SHA-256 of the id, hex
    revision  BIGINT  NOT NULL CHECK (revision > 0),
    created   BIGINT  NOT NULL,
    touched   BIGINT  NOT NULL,
    expires   BIGINT  NOT NULL,
    sent      BIGINT,                                              -- when it was submitted
    sealed    BYTEA   NOT NULL
);
CREATE INDEX drafts_expires ON drafts (expires);

CREATE TABLE submissions (
    vorgangsnummer   TEXT    NOT NULL PRIMARY KEY CHECK (length(vorgangsnummer) = 20),
    draft            TEXT    NOT NULL UNIQUE,                       -- SHA-256 of the draft's id: one submission per draft
    mandant          TEXT    NOT NULL,
    zugang           TEXT    NOT NULL,
    stelle           TEXT    NOT NULL,
    formular         TEXT    NOT NULL,
    formular_version TEXT    NOT NULL,
    accepted_at      BIGINT  NOT NULL,
    package          BYTEA   NOT NULL,
    xml              BYTEA   NOT NULL,
    pdf              BYTEA   NOT NULL
);
CREATE INDEX submissions_mandant ON submissions (mandant, accepted_at);
CREATE FUNCTION submissions_are_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'a submission is never changed'; END $$;
CREATE TRIGGER submissions_are_final BEFORE UPDATE ON submissions FOR EACH ROW EXECUTE FUNCTION submissions_are_final();

CREATE TABLE uploads (
    id         TEXT    NOT NULL PRIMARY KEY,
    draft      TEXT    REFERENCES drafts (id) ON DELETE CASCADE,
    submission TEXT    REFERENCES submissions (vorgangsnummer) ON DELETE CASCADE,
    length     BIGINT  CHECK (length >= 0),                         -- empty while it streams in
    created    BIGINT  NOT NULL,
    CHECK ((draft IS NULL) <> (submission IS NULL)),
    CHECK (submission IS NULL OR length IS NOT NULL)
);
CREATE INDEX uploads_draft ON uploads (draft);
CREATE INDEX uploads_submission ON uploads (submission);
CREATE INDEX uploads_unfinished ON uploads (created) WHERE length IS NULL;

CREATE TABLE upload_chunks (
    upload TEXT    NOT NULL REFERENCES uploads (id) ON DELETE CASCADE,
    number BIGINT  NOT NULL CHECK (number >= 0),
    sealed BYTEA   NOT NULL,
    PRIMARY KEY (upload, number)
);

CREATE TABLE deliveries (
    submission    TEXT    NOT NULL REFERENCES submissions (vorgangsnummer) ON DELETE CASCADE,
    kanal         TEXT    NOT NULL,                                 -- the way, as JSON
    queued_at     BIGINT  NOT NULL,
    next_at       BIGINT  NOT NULL,
    attempts      BIGINT  NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    attempted_at  BIGINT,
    failed_at     BIGINT,
    held_at       BIGINT,
    delivered_at  BIGINT,
    claimed_by    TEXT,
    claimed_until BIGINT,
    reason        TEXT,
    PRIMARY KEY (submission, kanal),
    CHECK ((attempts = 0) = (attempted_at IS NULL)),
    CHECK (delivered_at IS NULL OR attempted_at IS NOT NULL),
    CHECK (delivered_at IS NULL OR held_at IS NULL),
    CHECK ((claimed_by IS NULL) = (claimed_until IS NULL)),
    CHECK (claimed_by IS NULL OR (delivered_at IS NULL AND held_at IS NULL)),
    CHECK (held_at IS NULL OR reason IS NOT NULL),
    CHECK (failed_at IS NULL OR reason IS NOT NULL)
);
CREATE INDEX deliveries_open ON deliveries (next_at) WHERE delivered_at IS NULL;
CREATE INDEX deliveries_queued ON deliveries (queued_at);

CREATE TABLE events (
    number     BIGINT  GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    submission TEXT    NOT NULL,                                    -- outlives the submission
    at         BIGINT  NOT NULL,
    what       TEXT    NOT NULL CHECK (what IN ('accepted', 'attempted', 'failed', 'held', 'delivered', 'retried', 'swept')),
    detail     TEXT
);
CREATE INDEX events_submission ON events (submission);
CREATE FUNCTION events_are_not_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'events are only appended'; END $$;
CREATE TRIGGER events_are_not_changed BEFORE UPDATE ON events FOR EACH ROW EXECUTE FUNCTION events_are_not_changed();
CREATE FUNCTION events_are_not_deleted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'events are only appended'; END $$;
CREATE TRIGGER events_are_not_deleted BEFORE DELETE ON events FOR EACH ROW EXECUTE FUNCTION events_are_not_deleted();
