-- SHA-256 of both documents beside the sealed bytes: what the receipt and the mail print can be compared without the master key.
-- A plain hash gives no answer away. It could confirm a guess only to someone who already holds the whole application, with the
-- moment of every declaration to 100 ns; whoever holds that learns nothing new. It goes with the submission.
-- Submissions from before have none here (they are never changed); theirs stand sealed in the package.
ALTER TABLE submissions ADD COLUMN pdf_sha256 TEXT CHECK (length(pdf_sha256) = 64);
ALTER TABLE submissions ADD COLUMN xml_sha256 TEXT CHECK (length(xml_sha256) = 64);
