-- Originals that were about to be accepted at another planner.
CREATE TABLE federation_accept (
    session UUID PRIMARY KEY,
    since   TIMESTAMP(6) WITH TIME ZONE NOT NULL
);
