-- Which node conducts the sessions of a platform, and until when. The fence rises with every change of the holder.
CREATE TABLE platform_lease (
    platform   VARCHAR(40) PRIMARY KEY,
    node       VARCHAR(255) NOT NULL,
    fence      BIGINT NOT NULL,
    held_until TIMESTAMP(6) WITH TIME ZONE NOT NULL
);
