-- What planners run, for queries beside the relations of RegTAP. Written with the relations.
CREATE SCHEMA planisphere;

CREATE TABLE planisphere.executable_kind (
    ivoid VARCHAR(400) NOT NULL,
    kind VARCHAR(600) NOT NULL,
    kind_name VARCHAR(600) NOT NULL
);
CREATE INDEX executable_kind_ivoid ON planisphere.executable_kind (ivoid);
CREATE INDEX executable_kind_kind ON planisphere.executable_kind (kind);
CREATE INDEX executable_kind_name ON planisphere.executable_kind (kind_name);
