-- The day as it goes: actual times, and how late a visit is or will be, in minutes after the end of its promise. Columns are added at the
-- end, so whoever reads the view as it was reads on.
DROP VIEW visit_read;
CREATE VIEW visit_read AS
    SELECT v.job_id, v.number, v.operative_id, v.contract_id, v.day, v.starts, v.ends, v.promise_window, v.promise_starts,
        v.promise_ends, v.latitude, v.longitude, v.stage, v.start_fixed, v.state, v.hold_expires_at, j.client_id, j.contractor_id,
        j.property_id, j.emergency, p.patch, (v.ends - v.starts) / 60000000.0 AS minutes,
        coalesce(
            CASE WHEN instr(j.lines, ' ') > 0 THEN (SELECT min(l.trade) FROM job_line l
                WHERE l.job_id = v.job_id AND l.trade IN (SELECT t.trade FROM operative_trade t WHERE t.operative_id = v.operative_id))
            END,
            (SELECT l.trade FROM job_first_line l WHERE l.job_id = v.job_id)) AS trade,
        CASE WHEN v.state IN (3, 4) THEN v.starts END AS actual_starts,
        CASE WHEN v.state = 4 THEN v.ends END AS actual_ends,
        max(v.starts - v.promise_ends, 0) / 60000000.0 AS late_minutes
    FROM visit v
    LEFT JOIN job j ON j.job_id = v.job_id
    LEFT JOIN property p ON p.property_id = j.property_id;
