-- A delivery has an id of its own: it is claimed and settled by that, not by how its way happens to be spelled. Taking and confirming
-- become two moments: `handed_at` only where the other side confirms later. An event may name its delivery.

ALTER TABLE deliveries DROP CONSTRAINT deliveries_pkey;
ALTER TABLE deliveries
    ADD COLUMN id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    ADD COLUMN handed_at BIGINT,                                    -- taken by the other side, which has yet to confirm it
    ADD CONSTRAINT deliveries_way UNIQUE (submission, kanal),       -- the same way named twice is one way
    ADD CHECK (handed_at IS NULL OR attempted_at IS NOT NULL),
    ADD CHECK (handed_at IS NULL OR held_at IS NULL),
    ADD CHECK (claimed_by IS NULL OR handed_at IS NULL);
DROP INDEX deliveries_open;
CREATE INDEX deliveries_open ON deliveries (next_at) WHERE delivered_at IS NULL AND handed_at IS NULL;

ALTER TABLE events DROP CONSTRAINT events_what_check;
ALTER TABLE events
    ADD COLUMN delivery BIGINT,                                     -- outlives it, too
    ADD CONSTRAINT events_what_check
        CHECK (what IN ('accepted', 'attempted', 'failed', 'held', 'handed', 'delivered', 'retried', 'swept'));
