-- How well other planners have kept their word.
CREATE TABLE federation_reputation (
    planner VARCHAR(1000) PRIMARY KEY,
    good    DOUBLE PRECISION NOT NULL,
    bad     DOUBLE PRECISION NOT NULL,
    seen    TIMESTAMP(6) WITH TIME ZONE NOT NULL
);
