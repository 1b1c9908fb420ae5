-- Directories of offices that were imported. An import writes rows of its own generation, which nobody sees until it is published.

CREATE TABLE directories (
    name        TEXT    NOT NULL PRIMARY KEY,
    begun       INTEGER NOT NULL DEFAULT 0,                         -- generation of the import that was begun last
    published   INTEGER NOT NULL DEFAULT 0,                         -- newest generation that counts; 0: none ever
    imported_at INTEGER
) STRICT;

CREATE TABLE directory_objects (
    directory  TEXT    NOT NULL,
    art        TEXT    NOT NULL CHECK (art IN ('LB', 'LS', 'OE', 'OD')),
    id         TEXT    NOT NULL,
    generation INTEGER NOT NULL,
    name       TEXT    NOT NULL,                                    -- folded, of a service
    words      TEXT    NOT NULL,                                    -- folded, what else finds it
    content    BLOB,                                                -- empty: deleted by this generation
    PRIMARY KEY (directory, art, id, generation)
) STRICT;
CREATE INDEX directory_objects_name ON directory_objects (directory, art, name, id);

CREATE TABLE directory_keys (
    directory  TEXT    NOT NULL,
    key        TEXT    NOT NULL,                                    -- number alone or LeiKa key
    id         TEXT    NOT NULL,                                    -- of a service
    generation INTEGER NOT NULL,
    PRIMARY KEY (directory, key, id, generation)
) STRICT;
CREATE INDEX directory_keys_id ON directory_keys (directory, id, generation);

CREATE TABLE directory_zustaendigkeiten (
    directory  TEXT    NOT NULL,
    generation INTEGER NOT NULL,
    id         TEXT,                                                -- its own, where it has one
    own        INTEGER NOT NULL CHECK (own IN (0, 1, 2)),           -- 0: inside its object, 1: by itself, 2: deleted by this generation
    art        TEXT    NOT NULL,                                    -- of the object that it belongs to
    traeger    TEXT    NOT NULL,                                    -- and its id
    leistung   TEXT    NOT NULL,                                    -- id or LeiKa key
    gebiet     TEXT    NOT NULL,                                    -- beginning of an ARS, or = and another key
    rolle      TEXT,
    von        TEXT,
    bis        TEXT,
    ziel       TEXT
) STRICT;
CREATE INDEX directory_zustaendigkeiten_leistung ON directory_zustaendigkeiten (directory, leistung, gebiet);
CREATE INDEX directory_zustaendigkeiten_traeger ON directory_zustaendigkeiten (directory, traeger, generation);
CREATE INDEX directory_zustaendigkeiten_id ON directory_zustaendigkeiten (directory, id, generation);
