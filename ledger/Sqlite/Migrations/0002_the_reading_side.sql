-- The reading side: views that give a column to everything that is filtered, sorted or added up. Nothing is stored twice, so nothing
-- can differ from the record.

CREATE VIEW operative_trade AS
    SELECT o.operative_id, t.value AS trade FROM operative o, json_each(o.details, '$.trades') t;

CREATE VIEW operative_skill AS
    SELECT o.operative_id, json_extract(s.value, '$.code') AS skill, json_extract(s.value, '$.level') AS level,
        json_extract(s.value, '$.lastValidDay') AS last_valid_day
    FROM operative o, json_each(o.details, '$.skills') s;

CREATE VIEW operative_clearance AS
    SELECT o.operative_id, json_extract(c.value, '$.contract') AS contract_id, json_extract(c.value, '$.lastValidDay') AS last_valid_day
    FROM operative o, json_each(o.details, '$.clearances') c;

CREATE VIEW operative_patch AS
    SELECT o.operative_id, o.home_patch AS patch, 1 AS is_home FROM operative o
    UNION ALL
    SELECT o.operative_id, p.value, 0 FROM operative o, json_each(o.details, '$.helpsOutIn') p WHERE p.value <> o.home_patch;

CREATE VIEW contract_patch AS
    SELECT c.contract_id, c.client_id, p.value AS patch FROM contract c, json_each(c.details, '$.patches') p;

CREATE VIEW contract_trade AS
    SELECT c.contract_id, t.value AS trade FROM contract c, json_each(c.details, '$.trades') t;

CREATE VIEW rate_read AS
    SELECT s.schedule, s.code, s.trade, s.plain_name, s.standard_minutes, s.emergency,
        json_extract(s.details, '$.description') AS description, json_extract(s.details, '$.operativesNeeded') AS operatives_needed,
        json_extract(s.details, '$.visitsNeeded') AS visits_needed, json_extract(s.details, '$.gapDays') AS gap_days, s.details
    FROM schedule_of_rates s;

-- The schedule-of-rates lines of a job, in the order in which they were given. Codes have no quotation marks, so the text is safe JSON.
CREATE VIEW job_line AS
    SELECT j.job_id, l.key + 1 AS place, l.value AS code, c.schedule, s.trade, s.standard_minutes
    FROM job j
    JOIN json_each(CASE WHEN j.lines = '' THEN '[]' ELSE '["' || replace(j.lines, ' ', '","') || '"]' END) l
    JOIN contract c ON c.contract_id = j.contract_id
    LEFT JOIN schedule_of_rates s ON s.schedule = c.schedule AND s.code = l.value;

-- The first line of each job, found without taking the others apart: most jobs have one.
CREATE VIEW job_first_line AS
    SELECT j.job_id, s.trade, s.standard_minutes
    FROM job j
    JOIN contract c ON c.contract_id = j.contract_id
    JOIN schedule_of_rates s ON s.schedule = c.schedule
        AND s.code = CASE instr(j.lines, ' ') WHEN 0 THEN j.lines ELSE substr(j.lines, 1, instr(j.lines, ' ') - 1) END;

-- A job's id begins with the day on which it was reported, counted from 2024-01-01. Its trade is that of its first line.
CREATE VIEW job_read AS
    SELECT j.job_id, j.version, j.reported_at, date('2024-01-01', '+' || (j.job_id >> 32) || ' days') AS reported_day, j.promise_window,
        j.promise_starts, j.promise_ends, j.hold_number, j.holder, j.hold_window, j.hold_starts, j.hold_ends, j.hold_expires_at, j.contract_id,
        j.client_id, j.contractor_id, j.property_id, j.status, j.emergency, j.lines, j.description, p.patch, p.postcode,
        (SELECT min(v.day) FROM visit v WHERE v.job_id = j.job_id AND v.state <> 1) AS booked_day,
        (SELECT l.trade FROM job_first_line l WHERE l.job_id = j.job_id) AS trade,
        CASE instr(j.lines, ' ')
            WHEN 0 THEN coalesce((SELECT l.standard_minutes FROM job_first_line l WHERE l.job_id = j.job_id), 0)
            ELSE (SELECT coalesce(sum(l.standard_minutes), 0) FROM job_line l WHERE l.job_id = j.job_id)
        END AS standard_minutes,
        (j.promise_starts - j.reported_at) / 3600000000.0 AS lead_hours
    FROM job j LEFT JOIN property p ON p.property_id = j.property_id;

-- A visit's trade is one of the job's that its operative has; when there is none (any more), that of the job's first line.
CREATE VIEW visit_read AS
    SELECT v.job_id, v.number, v.operative_id, v.contract_id, v.day, v.starts, v.ends, v.promise_window, v.promise_starts,
        v.promise_ends, v.latitude, v.longitude, v.stage, v.start_fixed, v.state, v.hold_expires_at, j.client_id, j.contractor_id,
        j.property_id, j.emergency, p.patch, (v.ends - v.starts) / 60000000.0 AS minutes,
        coalesce(
            CASE WHEN instr(j.lines, ' ') > 0 THEN (SELECT min(l.trade) FROM job_line l
                WHERE l.job_id = v.job_id AND l.trade IN (SELECT t.trade FROM operative_trade t WHERE t.operative_id = v.operative_id))
            END,
            (SELECT l.trade FROM job_first_line l WHERE l.job_id = v.job_id)) AS trade
    FROM visit v
    LEFT JOIN job j ON j.job_id = v.job_id
    LEFT JOIN property p ON p.property_id = j.property_id;
