-- What planners run, for queries beside the relations of RegTAP. Written with the relations.
CREATE SCHEMA planners;

CREATE TABLE planners.executable_kind (
    ivoid VARCHAR(400) NOT NULL,
    kind VARCHAR(600) NOT NULL,
    kind_name VARCHAR(600) NOT NULL
);
CREATE INDEX executable_kind_ivoid ON planners.executable_kind (ivoid);
CREATE INDEX executable_kind_kind ON planners.executable_kind (kind);
CREATE INDEX executable_kind_name ON planners.executable_kind (kind_name);
