-- Publishing an import moves a mark; what it replaced is deleted afterwards. Generation up to which that is done. Until now both was one.

ALTER TABLE directories ADD COLUMN swept INTEGER NOT NULL DEFAULT 0;
UPDATE directories SET swept = published;
