-- What a record says in short is one text with it, so that a page of records is one read; searching has an index in
-- memory, which follows the number of the last change.
ALTER TABLE registry_record ADD COLUMN summary VARCHAR(1000000) DEFAULT '' NOT NULL;
-- The change by which the record became what it is; 0 where the summary is still to be made.
ALTER TABLE registry_record ADD COLUMN revision BIGINT DEFAULT 0 NOT NULL;
ALTER TABLE registry_record DROP COLUMN search_text;
ALTER TABLE registry_record ALTER COLUMN description SET DATA TYPE VARCHAR(1000000);
ALTER TABLE registry_record ALTER COLUMN faults SET DATA TYPE VARCHAR(1000000);
CREATE INDEX registry_record_revision ON registry_record (revision, ivoid);
DROP TABLE registry_interface;
DROP TABLE registry_capability;

-- One row. Whoever changes records adds one to it first and so has the records to itself until the end of the
-- transaction: numbers become visible in their order.
CREATE TABLE registry_revision (
    id INTEGER NOT NULL PRIMARY KEY,
    number BIGINT NOT NULL
);
INSERT INTO registry_revision (id, number) VALUES (1, 1);

-- A source may be found in another registry's list; an operator may let a record out of quarantine.
ALTER TABLE registry_source ADD COLUMN title VARCHAR(1000) DEFAULT '' NOT NULL;
ALTER TABLE registry_source ADD COLUMN found_by VARCHAR(1000);
ALTER TABLE registry_source ADD COLUMN listed BOOLEAN DEFAULT TRUE NOT NULL;
ALTER TABLE registry_source ADD COLUMN alarm BOOLEAN DEFAULT FALSE NOT NULL;
ALTER TABLE registry_quarantine ADD COLUMN released BOOLEAN DEFAULT FALSE NOT NULL;
ALTER TABLE registry_source ADD COLUMN pages INTEGER DEFAULT 0 NOT NULL;
-- One node at a time harvests a source.
ALTER TABLE registry_source ADD COLUMN holder VARCHAR(200);
ALTER TABLE registry_source ADD COLUMN held_until TIMESTAMP(6) WITH TIME ZONE;
