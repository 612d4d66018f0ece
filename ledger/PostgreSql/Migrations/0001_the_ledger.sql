-- The registry: what seldom changes. Columns for what is searched, filtered or reported; nested lists as jsonb.

CREATE TABLE registry_version (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    version bigint NOT NULL
);
INSERT INTO registry_version (version) VALUES (0);

CREATE TABLE organisation (
    organisation_id integer PRIMARY KEY,
    reference text NOT NULL UNIQUE,
    name text NOT NULL,
    kind smallint NOT NULL,
    time_zone text NOT NULL
);

CREATE TABLE contract (
    contract_id integer PRIMARY KEY,
    reference text NOT NULL UNIQUE,
    name text NOT NULL,
    client_id integer NOT NULL REFERENCES organisation,
    contractor_id integer NOT NULL REFERENCES organisation,
    first_day date NOT NULL,
    last_day date,
    schedule text NOT NULL,
    details jsonb NOT NULL
);

CREATE TABLE operative (
    operative_id integer PRIMARY KEY,
    contractor_id integer NOT NULL REFERENCES organisation,
    reference text NOT NULL,
    name text NOT NULL,
    home_patch text NOT NULL,
    dedicated_to integer,
    pace_percent smallint NOT NULL,
    details jsonb NOT NULL,
    UNIQUE (contractor_id, reference)
);

CREATE TABLE schedule_of_rates (
    schedule text NOT NULL,
    code text NOT NULL,
    trade text NOT NULL,
    plain_name text NOT NULL,
    standard_minutes smallint NOT NULL,
    emergency boolean NOT NULL,
    details jsonb NOT NULL,
    PRIMARY KEY (schedule, code)
);

CREATE TABLE bank_holiday (
    organisation_id integer NOT NULL REFERENCES organisation,
    day date NOT NULL,
    name text NOT NULL,
    PRIMARY KEY (organisation_id, day)
);

-- postcode_key: upper case without spaces, compared byte by byte so that a prefix is a range of the index.
-- words: lower-case words of address and postcode, split by the ledger, so that both databases split alike.
CREATE TABLE property (
    property_id integer PRIMARY KEY,
    client_id integer NOT NULL REFERENCES organisation,
    reference text NOT NULL,
    kind smallint NOT NULL,
    address_line_1 text NOT NULL,
    address_line_2 text NOT NULL,
    postcode text NOT NULL,
    postcode_key text COLLATE "C" NOT NULL,
    latitude double precision NOT NULL,
    longitude double precision NOT NULL,
    patch text NOT NULL,
    words text[] NOT NULL,
    UNIQUE (client_id, reference)
);
CREATE INDEX property_postcode ON property (postcode_key);
CREATE INDEX property_words ON property USING gin (array_to_tsvector(words));

-- The diaries. A row is there from the first write on. Half-filled pages, and no index on the version: each new version stays
-- on its page and touches no index (a heap-only update).
CREATE TABLE diary (
    operative_id integer PRIMARY KEY,
    version bigint NOT NULL
) WITH (fillfactor = 40);

CREATE TABLE job (
    job_id bigint PRIMARY KEY,
    version bigint NOT NULL,
    reported_at timestamptz NOT NULL,
    promise_starts timestamptz,
    promise_ends timestamptz,
    hold_starts timestamptz,
    hold_ends timestamptz,
    hold_expires_at timestamptz,
    contract_id integer NOT NULL,
    client_id integer NOT NULL,
    contractor_id integer NOT NULL,
    property_id integer NOT NULL,
    last_number integer NOT NULL,
    hold_number integer,
    status smallint NOT NULL,
    emergency boolean NOT NULL,
    lines text NOT NULL,
    description text NOT NULL,
    promise_window text,
    hold_window text,
    holder text
) WITH (fillfactor = 80);
CREATE INDEX job_property ON job (property_id);
CREATE INDEX job_hold_expires ON job (hold_expires_at) WHERE hold_expires_at IS NOT NULL;

CREATE TABLE visit (
    job_id bigint NOT NULL,
    starts timestamptz NOT NULL,
    ends timestamptz NOT NULL,
    promise_starts timestamptz NOT NULL,
    promise_ends timestamptz NOT NULL,
    latitude double precision NOT NULL,
    longitude double precision NOT NULL,
    hold_expires_at timestamptz,
    number integer NOT NULL,
    operative_id integer NOT NULL,
    contract_id integer NOT NULL,
    day date NOT NULL,
    stage smallint NOT NULL,
    state smallint NOT NULL,
    start_fixed boolean NOT NULL,
    promise_window text NOT NULL,
    PRIMARY KEY (job_id, number),
    CONSTRAINT visit_takes_time CHECK (ends > starts)
) WITH (fillfactor = 80);
CREATE INDEX visit_diary ON visit (operative_id, starts);

-- The last guard: no operative has two overlapping visits, whoever writes them. See docs/decisions/0004-the-ledger.md.
-- 1. Whoever writes a visit holds the row of its diary until the end of the transaction, so writers of one diary queue.
-- 2. Behind that lock, each statement of this function sees all that was committed (read committed is demanded).
-- 3. Visits that do not overlap, in order of start, stay so when each row written is free of the one before and of those that start in it.
CREATE FUNCTION visit_guard() RETURNS trigger LANGUAGE plpgsql
    SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET enable_bitmapscan = off SET jit = off
AS $$
DECLARE
    own xid := pg_current_xact_id()::xid;
    clash record;
BEGIN
    IF current_setting('transaction_isolation') NOT IN ('read committed', 'read uncommitted') THEN
        RAISE EXCEPTION 'visits are written at isolation level read committed' USING ERRCODE = 'OL003';
    END IF;
    -- The ledger's own writer has moved the diary's version in this transaction already: there is nothing left to lock.
    PERFORM FROM written w LEFT JOIN diary d ON d.operative_id = w.operative_id WHERE d.xmin IS DISTINCT FROM own LIMIT 1;
    IF FOUND THEN
        PERFORM FROM diary d
            WHERE d.operative_id IN (SELECT w.operative_id FROM written w)
            ORDER BY d.operative_id FOR UPDATE;
        PERFORM FROM written w WHERE NOT EXISTS (SELECT FROM diary d WHERE d.operative_id = w.operative_id);
        IF FOUND THEN
            RAISE EXCEPTION 'a visit is written to a diary that has no row' USING ERRCODE = 'OL004';
        END IF;
    END IF;
    SELECT w.job_id, w.number, o.job_id AS other_job, o.number AS other_number INTO clash
        FROM written w CROSS JOIN LATERAL (
            (SELECT b.job_id, b.number, b.ends > w.starts AS clashes FROM visit b
                WHERE b.operative_id = w.operative_id AND b.starts < w.starts
                ORDER BY b.starts DESC LIMIT 1)
            UNION ALL
            (SELECT a.job_id, a.number, true FROM visit a
                WHERE a.operative_id = w.operative_id AND a.starts >= w.starts AND a.starts < w.ends
                    AND (a.job_id <> w.job_id OR a.number <> w.number) LIMIT 1)) o
        WHERE o.clashes
        LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'two visits of one operative overlap: % % % %', clash.job_id, clash.number, clash.other_job, clash.other_number
            USING ERRCODE = 'OL002';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER visit_guard_insert AFTER INSERT ON visit REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION visit_guard();
CREATE TRIGGER visit_guard_update AFTER UPDATE ON visit REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION visit_guard();

CREATE TABLE quota_use (
    contract_id integer NOT NULL,
    day date NOT NULL,
    window_code text NOT NULL,
    patch text NOT NULL,
    used integer NOT NULL CHECK (used >= 0),
    PRIMARY KEY (contract_id, day, window_code, patch)
) WITH (fillfactor = 60);

-- The feed. position = (transaction id + offset) << 20 | ordinal: readers see rows below their snapshot's xmin only, so what they see
-- is in one order and nothing appears later before what they have read.
CREATE TABLE event (
    position bigint PRIMARY KEY,
    body_hash bigint,
    command_key uuid,
    payload bytea NOT NULL
);
ALTER TABLE event ALTER COLUMN payload SET STORAGE EXTERNAL;
CREATE UNIQUE INDEX event_command_key ON event (command_key) WHERE command_key IS NOT NULL;

-- A dump that is restored into a fresh cluster meets transaction ids that start again: the offset is raised at start.
CREATE TABLE feed_origin (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    xid_offset bigint NOT NULL
);
INSERT INTO feed_origin (xid_offset) VALUES (0);

CREATE FUNCTION feed_horizon() RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT (pg_snapshot_xmin(pg_current_snapshot())::text::bigint + xid_offset) << 20 FROM feed_origin
$$;

-- The group commit's one statement: everything that a batch writes, or nothing (SQLSTATE OL001: a fence or quota did not hold; the
-- caller then looks which). The arrays of diaries, jobs and quotas come in order of their keys and are joined by nested loops, so that all
-- writers lock rows in one order. The shared lock lets a registry change wait until no batch is under way before it takes its
-- transaction id. Set operations only: a loop by row would cost several times as much.
-- visits_upsert: how many of the visits, the first ones, may be there already; the rest are new.
CREATE FUNCTION ledger_commit(
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
    RETURN base;
END $$;

-- What a grain engine keeps.
CREATE TABLE grain_state (
    state_type text NOT NULL,
    state_key text NOT NULL,
    etag bigint NOT NULL,
    data bytea NOT NULL,
    PRIMARY KEY (state_type, state_key)
);

CREATE TABLE reminder (
    grain text NOT NULL,
    name text NOT NULL,
    starts_at timestamptz NOT NULL,
    period_microseconds bigint NOT NULL,
    etag bigint NOT NULL,
    PRIMARY KEY (grain, name)
);
