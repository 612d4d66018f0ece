-- Instants are integers: microseconds since 1970-01-01 UTC. Days are text: YYYY-MM-DD. Nested lists are JSON text.

CREATE TABLE registry_version (only_row INTEGER PRIMARY KEY CHECK (only_row = 1), version INTEGER NOT NULL) STRICT;
INSERT INTO registry_version VALUES (1, 0);

CREATE TABLE organisation (
    organisation_id INTEGER PRIMARY KEY,
    reference TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    kind INTEGER NOT NULL,
    time_zone TEXT NOT NULL
) STRICT;

CREATE TABLE contract (
    contract_id INTEGER PRIMARY KEY,
    reference TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    client_id INTEGER NOT NULL REFERENCES organisation,
    contractor_id INTEGER NOT NULL REFERENCES organisation,
    first_day TEXT NOT NULL,
    last_day TEXT,
    schedule TEXT NOT NULL,
    details TEXT NOT NULL
) STRICT;

CREATE TABLE operative (
    operative_id INTEGER PRIMARY KEY,
    contractor_id INTEGER NOT NULL REFERENCES organisation,
    reference TEXT NOT NULL,
    name TEXT NOT NULL,
    home_patch TEXT NOT NULL,
    dedicated_to INTEGER,
    pace_percent INTEGER NOT NULL,
    details TEXT NOT NULL,
    UNIQUE (contractor_id, reference)
) STRICT;

CREATE TABLE schedule_of_rates (
    schedule TEXT NOT NULL,
    code TEXT NOT NULL,
    trade TEXT NOT NULL,
    plain_name TEXT NOT NULL,
    standard_minutes INTEGER NOT NULL,
    emergency INTEGER NOT NULL,
    details TEXT NOT NULL,
    PRIMARY KEY (schedule, code)
) STRICT, WITHOUT ROWID;

CREATE TABLE bank_holiday (
    organisation_id INTEGER NOT NULL REFERENCES organisation,
    day TEXT NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (organisation_id, day)
) STRICT, WITHOUT ROWID;

CREATE TABLE property (
    property_id INTEGER PRIMARY KEY,
    client_id INTEGER NOT NULL REFERENCES organisation,
    reference TEXT NOT NULL,
    kind INTEGER NOT NULL,
    address_line_1 TEXT NOT NULL,
    address_line_2 TEXT NOT NULL,
    postcode TEXT NOT NULL,
    postcode_key TEXT NOT NULL,
    latitude REAL NOT NULL,
    longitude REAL NOT NULL,
    patch TEXT NOT NULL,
    UNIQUE (client_id, reference)
) STRICT;
CREATE INDEX property_postcode ON property (postcode_key);
-- One row a property, with the words that the ledger split; rowid is the property.
CREATE VIRTUAL TABLE property_words USING fts5 (words, prefix = '2 3 4');

CREATE TABLE diary (operative_id INTEGER PRIMARY KEY, version INTEGER NOT NULL) STRICT;

CREATE TABLE job (
    job_id INTEGER PRIMARY KEY,
    version INTEGER NOT NULL,
    reported_at INTEGER NOT NULL,
    promise_starts INTEGER,
    promise_ends INTEGER,
    hold_starts INTEGER,
    hold_ends INTEGER,
    hold_expires_at INTEGER,
    contract_id INTEGER NOT NULL,
    client_id INTEGER NOT NULL,
    contractor_id INTEGER NOT NULL,
    property_id INTEGER NOT NULL,
    last_number INTEGER NOT NULL,
    hold_number INTEGER,
    status INTEGER NOT NULL,
    emergency INTEGER NOT NULL,
    lines TEXT NOT NULL,
    description TEXT NOT NULL,
    promise_window TEXT,
    hold_window TEXT,
    holder TEXT
) STRICT;
CREATE INDEX job_property ON job (property_id);
CREATE INDEX job_hold_expires ON job (hold_expires_at) WHERE hold_expires_at IS NOT NULL;

CREATE TABLE visit (
    job_id INTEGER NOT NULL,
    starts INTEGER NOT NULL,
    ends INTEGER NOT NULL CHECK (ends > starts),
    promise_starts INTEGER NOT NULL,
    promise_ends INTEGER NOT NULL,
    latitude REAL NOT NULL,
    longitude REAL NOT NULL,
    hold_expires_at INTEGER,
    number INTEGER NOT NULL,
    operative_id INTEGER NOT NULL,
    contract_id INTEGER NOT NULL,
    day TEXT NOT NULL,
    stage INTEGER NOT NULL,
    state INTEGER NOT NULL,
    start_fixed INTEGER NOT NULL,
    promise_window TEXT NOT NULL,
    PRIMARY KEY (job_id, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX visit_diary ON visit (operative_id, starts);

CREATE TABLE quota_use (
    contract_id INTEGER NOT NULL,
    day TEXT NOT NULL,
    window_code TEXT NOT NULL,
    patch TEXT NOT NULL,
    used INTEGER NOT NULL CHECK (used >= 0),
    PRIMARY KEY (contract_id, day, window_code, patch)
) STRICT, WITHOUT ROWID;

-- AUTOINCREMENT: a position is never given twice, even when the newest rows are deleted.
CREATE TABLE event (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    body_hash INTEGER,
    command_key BLOB,
    payload BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX event_command_key ON event (command_key) WHERE command_key IS NOT NULL;

CREATE TABLE grain_state (
    state_type TEXT NOT NULL,
    state_key TEXT NOT NULL,
    etag INTEGER NOT NULL,
    data BLOB NOT NULL,
    PRIMARY KEY (state_type, state_key)
) STRICT;

CREATE TABLE reminder (
    grain TEXT NOT NULL,
    name TEXT NOT NULL,
    starts_at INTEGER NOT NULL,
    period_microseconds INTEGER NOT NULL,
    etag INTEGER NOT NULL,
    PRIMARY KEY (grain, name)
) STRICT;
