-- Who adopts a platform's sessions reads those that are under way, of all platforms, by their phase: they are few. An index
-- of its own was rewritten with each change of each session.
DROP INDEX session_of_platform;
