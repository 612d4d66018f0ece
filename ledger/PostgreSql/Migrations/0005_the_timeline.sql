-- A server that was recovered to an earlier moment, and a standby that took over from one that is lost, go on along another timeline
-- (PostgreSQL, "Timelines"). Positions of the feed were told that it has never seen; at start the offset is raised past them, so that none
-- means two things. Null until the first start after this step.
ALTER TABLE feed_origin ADD COLUMN timeline integer;
