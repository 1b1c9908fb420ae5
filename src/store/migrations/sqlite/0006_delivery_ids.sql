-- A delivery has an id of its own: it is claimed and settled by that, not by how its way happens to be spelled. Taking and confirming
-- become two moments: `handed_at` only where the other side confirms later. An event may name its delivery.
-- SQLite changes neither keys nor checks of a table: both are built anew.

CREATE TABLE deliveries_new (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,                -- never given twice: a late word meets no other delivery
    submission    TEXT    NOT NULL REFERENCES submissions (vorgangsnummer) ON DELETE CASCADE,
    kanal         TEXT    NOT NULL,                                 -- the way, as JSON
    queued_at     INTEGER NOT NULL,
    next_at       INTEGER NOT NULL,
    attempts      INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    attempted_at  INTEGER,
    failed_at     INTEGER,
    held_at       INTEGER,
    handed_at     INTEGER,                                          -- taken by the other side, which has yet to confirm it
    delivered_at  INTEGER,                                          -- confirmed
    claimed_by    TEXT,
    claimed_until INTEGER,
    reason        TEXT,
    UNIQUE (submission, kanal),                                     -- the same way named twice is one way
    CHECK ((attempts = 0) = (attempted_at IS NULL)),
    CHECK (handed_at IS NULL OR attempted_at IS NOT NULL),
    CHECK (handed_at IS NULL OR held_at IS NULL),
    CHECK (delivered_at IS NULL OR attempted_at IS NOT NULL),
    CHECK (delivered_at IS NULL OR held_at IS NULL),
    CHECK ((claimed_by IS NULL) = (claimed_until IS NULL)),
    CHECK (claimed_by IS NULL OR (delivered_at IS NULL AND handed_at IS NULL AND held_at IS NULL)),
    CHECK (held_at IS NULL OR reason IS NOT NULL),
    CHECK (failed_at IS NULL OR reason IS NOT NULL)
) STRICT;
INSERT INTO deliveries_new (submission, kanal, queued_at, next_at, attempts, attempted_at, failed_at, held_at, delivered_at,
                            claimed_by, claimed_until, reason)
    SELECT submission, kanal, queued_at, next_at, attempts, attempted_at, failed_at, held_at, delivered_at,
           claimed_by, claimed_until, reason
    FROM deliveries ORDER BY queued_at, submission, kanal;
DROP TABLE deliveries;
ALTER TABLE deliveries_new RENAME TO deliveries;
CREATE INDEX deliveries_open ON deliveries (next_at) WHERE delivered_at IS NULL AND handed_at IS NULL;
CREATE INDEX deliveries_queued ON deliveries (queued_at);

CREATE TABLE events_new (
    number     INTEGER PRIMARY KEY AUTOINCREMENT,
    submission TEXT    NOT NULL,                                    -- outlives the submission
    at         INTEGER NOT NULL,
    what       TEXT    NOT NULL CHECK (what IN ('accepted', 'attempted', 'failed', 'held', 'handed', 'delivered', 'retried', 'swept')),
    detail     TEXT,
    delivery   INTEGER                                              -- outlives it, too
) STRICT;
INSERT INTO events_new (number, submission, at, what, detail) SELECT number, submission, at, what, detail FROM events;
DROP TABLE events;
ALTER TABLE events_new RENAME TO events;
CREATE INDEX events_submission ON events (submission);
CREATE TRIGGER events_are_not_changed BEFORE UPDATE ON events
BEGIN SELECT RAISE(ABORT, 'events are only appended'); END;
CREATE TRIGGER events_are_not_deleted BEFORE DELETE ON events
BEGIN SELECT RAISE(ABORT, 'events are only appended'); END;
