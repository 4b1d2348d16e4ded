-- The log of who has what when: append only, one row per operation and account it touches.
-- (account, version) is the arbiter between planners that share this database.
-- from_us, until_us: microseconds since 1970-01-01T00:00Z.
-- op H: hold (taken at once when expires is null), C: confirm (window may be cut), E: extend (new window and amounts),
--    R: give back [from_us, until_us), X: the same, because the hold ran out.
CREATE TABLE ledger_entry (
    account      VARCHAR(255) NOT NULL,
    version      BIGINT NOT NULL,
    op           VARCHAR(1) NOT NULL,
    reservation  UUID NOT NULL,
    grp          UUID NOT NULL,
    from_us      BIGINT NOT NULL,
    until_us     BIGINT NOT NULL,
    cores        BIGINT NOT NULL,
    memory       BIGINT NOT NULL,
    storage      BIGINT NOT NULL,
    accelerators BIGINT NOT NULL,
    sessions     BIGINT NOT NULL,
    expires      TIMESTAMP(6) WITH TIME ZONE,
    at           TIMESTAMP(6) WITH TIME ZONE NOT NULL,
    claims       VARCHAR(100000),
    PRIMARY KEY (account, version)
);
CREATE INDEX ledger_entry_reservation ON ledger_entry (reservation);

-- Every account that ever had an entry.
CREATE TABLE ledger_account (
    account VARCHAR(255) NOT NULL PRIMARY KEY
);

-- What was live at a version; the entries up to it are deleted in the same transaction.
CREATE TABLE ledger_snapshot (
    account  VARCHAR(255) NOT NULL PRIMARY KEY,
    version  BIGINT NOT NULL,
    at       TIMESTAMP(6) WITH TIME ZONE NOT NULL,
    document TEXT NOT NULL
);
