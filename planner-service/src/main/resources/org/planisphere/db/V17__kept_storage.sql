-- Storage that outlives the session it was made for. Its room is a reservation of the same id, until ends.
CREATE TABLE kept_storage (
    id       UUID PRIMARY KEY,
    owner    VARCHAR(341) NOT NULL,
    name     VARCHAR(255) NOT NULL,
    platform VARCHAR(40) NOT NULL,
    mib      BIGINT NOT NULL,
    session  UUID NOT NULL,
    made     TIMESTAMP(6) WITH TIME ZONE NOT NULL,
    ends     TIMESTAMP(6) WITH TIME ZONE NOT NULL
);
CREATE INDEX kept_storage_of_owner ON kept_storage (owner, made);
CREATE INDEX kept_storage_of_session ON kept_storage (session);
CREATE INDEX kept_storage_that_ends ON kept_storage (ends);
