-- The group commit's one statement as before, but for one thing: quotas are counted last. Batches at the same time never share a diary or a
-- job, but nearly always a quota; what stands behind that row's lock was written by one batch after the other. Processes of the version before
-- call it as they did: the order of locks (diaries, jobs, quotas) stays, for a visit is behind its diary's.
CREATE OR REPLACE FUNCTION ledger_commit(
    diary_ids integer[], diary_expected bigint[], diary_versions bigint[], diaries_new integer, jobs_new integer,
    job_expected bigint[], job_ids bigint[], job_version bigint[], job_reported_at timestamptz[], job_promise_starts timestamptz[],
    job_promise_ends timestamptz[], job_hold_starts timestamptz[], job_hold_ends timestamptz[], job_hold_expires_at timestamptz[],
    job_contract_id integer[], job_client_id integer[], job_contractor_id integer[], job_property_id integer[],
    job_last_number integer[], job_hold_number integer[], job_status smallint[], job_emergency boolean[], job_lines text[],
    job_description text[], job_promise_window text[], job_hold_window text[], job_holder text[], visits_upsert integer,
    visit_job_id bigint[], visit_starts timestamptz[], visit_ends timestamptz[], visit_promise_starts timestamptz[],
    visit_promise_ends timestamptz[], visit_latitude double precision[], visit_longitude double precision[],
    visit_hold_expires_at timestamptz[], visit_number integer[], visit_operative_id integer[], visit_contract_id integer[],
    visit_day date[], visit_stage smallint[], visit_state smallint[], visit_start_fixed boolean[], visit_promise_window text[],
    removed_jobs bigint[], removed_numbers integer[], quota_contracts integer[], quota_days date[], quota_windows text[],
    quota_patches text[], quota_nets integer[], quota_leasts integer[], quota_mosts integer[], event_hashes bigint[],
    event_keys uuid[], event_payloads bytea[]
) RETURNS bigint LANGUAGE plpgsql
    SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET enable_bitmapscan = off SET jit = off
AS $$
DECLARE
    changed integer;
    base bigint;
BEGIN
    PERFORM pg_advisory_xact_lock_shared(7306290201);
    UPDATE diary d SET version = n.next
        FROM unnest(diary_ids, diary_expected, diary_versions) AS n (operative, expected, next)
        WHERE d.operative_id = n.operative AND d.version = n.expected AND n.expected > 0;
    GET DIAGNOSTICS changed = ROW_COUNT;
    IF changed <> cardinality(diary_ids) - diaries_new THEN
        RAISE EXCEPTION 'a diary has moved on' USING ERRCODE = 'OL001';
    END IF;
    IF diaries_new > 0 THEN
        INSERT INTO diary (operative_id, version)
            SELECT n.operative, n.next FROM unnest(diary_ids, diary_expected, diary_versions) AS n (operative, expected, next)
            WHERE n.expected = 0;
    END IF;
    IF jobs_new < cardinality(job_ids) THEN
        UPDATE job j SET
                version = n.version, reported_at = n.reported_at, promise_starts = n.promise_starts, promise_ends = n.promise_ends,
                hold_starts = n.hold_starts, hold_ends = n.hold_ends, hold_expires_at = n.hold_expires_at, contract_id = n.contract_id,
                client_id = n.client_id, contractor_id = n.contractor_id, property_id = n.property_id, last_number = n.last_number,
                hold_number = n.hold_number, status = n.status, emergency = n.emergency, lines = n.lines, description = n.description,
                promise_window = n.promise_window, hold_window = n.hold_window, holder = n.holder
            FROM unnest(job_expected,
                job_ids, job_version, job_reported_at, job_promise_starts, job_promise_ends, job_hold_starts, job_hold_ends,
                job_hold_expires_at, job_contract_id, job_client_id, job_contractor_id, job_property_id, job_last_number,
                job_hold_number, job_status, job_emergency, job_lines, job_description, job_promise_window, job_hold_window,
                job_holder) AS n (expected,
                job_id, version, reported_at, promise_starts, promise_ends, hold_starts, hold_ends, hold_expires_at, contract_id,
                client_id, contractor_id, property_id, last_number, hold_number, status, emergency, lines, description, promise_window,
                hold_window, holder)
            WHERE j.job_id = n.job_id AND j.version = n.expected AND n.expected > 0;
        GET DIAGNOSTICS changed = ROW_COUNT;
        IF changed <> cardinality(job_ids) - jobs_new THEN
            RAISE EXCEPTION 'a job has moved on' USING ERRCODE = 'OL001';
        END IF;
    END IF;
    IF jobs_new > 0 THEN
        INSERT INTO job (
                job_id, version, reported_at, promise_starts, promise_ends, hold_starts, hold_ends, hold_expires_at, contract_id,
                client_id, contractor_id, property_id, last_number, hold_number, status, emergency, lines, description, promise_window,
                hold_window, holder)
            SELECT
                n.job_id, n.version, n.reported_at, n.promise_starts, n.promise_ends, n.hold_starts, n.hold_ends, n.hold_expires_at,
                n.contract_id, n.client_id, n.contractor_id, n.property_id, n.last_number, n.hold_number, n.status, n.emergency,
                n.lines, n.description, n.promise_window, n.hold_window, n.holder
            FROM unnest(job_expected,
                job_ids, job_version, job_reported_at, job_promise_starts, job_promise_ends, job_hold_starts, job_hold_ends,
                job_hold_expires_at, job_contract_id, job_client_id, job_contractor_id, job_property_id, job_last_number,
                job_hold_number, job_status, job_emergency, job_lines, job_description, job_promise_window, job_hold_window,
                job_holder) AS n (expected,
                job_id, version, reported_at, promise_starts, promise_ends, hold_starts, hold_ends, hold_expires_at, contract_id,
                client_id, contractor_id, property_id, last_number, hold_number, status, emergency, lines, description, promise_window,
                hold_window, holder)
            WHERE n.expected = 0;
    END IF;
    -- What leaves comes first: each statement's guard then sees rows of the final state only.
    IF cardinality(removed_jobs) > 0 THEN
        DELETE FROM visit v USING unnest(removed_jobs, removed_numbers) AS n (job_id, number)
            WHERE v.job_id = n.job_id AND v.number = n.number;
    END IF;
    IF visits_upsert > 0 THEN
        INSERT INTO visit (
                job_id, starts, ends, promise_starts, promise_ends, latitude, longitude, hold_expires_at, number, operative_id,
                contract_id, day, stage, state, start_fixed, promise_window)
            SELECT
                n.job_id, n.starts, n.ends, n.promise_starts, n.promise_ends, n.latitude, n.longitude, n.hold_expires_at, n.number,
                n.operative_id, n.contract_id, n.day, n.stage, n.state, n.start_fixed, n.promise_window
            FROM unnest(
                visit_job_id, visit_starts, visit_ends, visit_promise_starts, visit_promise_ends, visit_latitude, visit_longitude,
                visit_hold_expires_at, visit_number, visit_operative_id, visit_contract_id, visit_day, visit_stage, visit_state,
                visit_start_fixed, visit_promise_window) WITH ORDINALITY AS n (
                job_id, starts, ends, promise_starts, promise_ends, latitude, longitude, hold_expires_at, number, operative_id,
                contract_id, day, stage, state, start_fixed, promise_window, place)
            WHERE n.place <= visits_upsert
            ON CONFLICT (job_id, number) DO UPDATE SET
                starts = excluded.starts, ends = excluded.ends, promise_starts = excluded.promise_starts,
                promise_ends = excluded.promise_ends, latitude = excluded.latitude, longitude = excluded.longitude,
                hold_expires_at = excluded.hold_expires_at, operative_id = excluded.operative_id, contract_id = excluded.contract_id,
                day = excluded.day, stage = excluded.stage, state = excluded.state, start_fixed = excluded.start_fixed,
                promise_window = excluded.promise_window;
    END IF;
    IF visits_upsert < cardinality(visit_job_id) THEN
        INSERT INTO visit (
                job_id, starts, ends, promise_starts, promise_ends, latitude, longitude, hold_expires_at, number, operative_id,
                contract_id, day, stage, state, start_fixed, promise_window)
            SELECT
                n.job_id, n.starts, n.ends, n.promise_starts, n.promise_ends, n.latitude, n.longitude, n.hold_expires_at, n.number,
                n.operative_id, n.contract_id, n.day, n.stage, n.state, n.start_fixed, n.promise_window
            FROM unnest(
                visit_job_id, visit_starts, visit_ends, visit_promise_starts, visit_promise_ends, visit_latitude, visit_longitude,
                visit_hold_expires_at, visit_number, visit_operative_id, visit_contract_id, visit_day, visit_stage, visit_state,
                visit_start_fixed, visit_promise_window) WITH ORDINALITY AS n (
                job_id, starts, ends, promise_starts, promise_ends, latitude, longitude, hold_expires_at, number, operative_id,
                contract_id, day, stage, state, start_fixed, promise_window, place)
            WHERE n.place > visits_upsert;
    END IF;
    SELECT (pg_current_xact_id()::text::bigint + xid_offset) << 20 INTO base FROM feed_origin;
    INSERT INTO event (position, body_hash, command_key, payload)
        SELECT base + n.place, n.hash, n.command_key, n.payload
        FROM unnest(event_hashes, event_keys, event_payloads) WITH ORDINALITY AS n (hash, command_key, payload, place);
    -- Two batches in flight count in the same rows more often than not, and the second waits here until the first has ended.
    IF cardinality(quota_contracts) > 0 THEN
        INSERT INTO quota_use (contract_id, day, window_code, patch, used)
            SELECT n.contract, n.day, n.win, n.patch, 0
            FROM unnest(quota_contracts, quota_days, quota_windows, quota_patches) AS n (contract, day, win, patch)
            ON CONFLICT DO NOTHING;
        UPDATE quota_use q SET used = q.used + n.net
            FROM unnest(quota_contracts, quota_days, quota_windows, quota_patches, quota_nets, quota_leasts, quota_mosts)
                AS n (contract, day, win, patch, net, least, most)
            WHERE q.contract_id = n.contract AND q.day = n.day AND q.window_code = n.win AND q.patch = n.patch
                AND q.used BETWEEN n.least AND n.most;
        GET DIAGNOSTICS changed = ROW_COUNT;
        IF changed <> cardinality(quota_contracts) THEN
            RAISE EXCEPTION 'a quota does not allow it' USING ERRCODE = 'OL001';
        END IF;
    END IF;
    RETURN base;
END $$;
