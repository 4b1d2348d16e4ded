-- Bytes that were brought in and taken out for a session; null where none were counted.
ALTER TABLE usage_record ADD COLUMN moved BIGINT;
