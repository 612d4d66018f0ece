-- What processes built for a cluster keep here: who the silos are, the grains' private state, and reminders. Microsoft Orleans'
-- ADO.NET providers ask nothing but the texts in orleansquery, by their keys, parameters and column names; that is the whole contract
-- (learn.microsoft.com, "ADO.NET database configuration"). The tables behind it and the texts are this ledger's own. Every text is one
-- statement, so that each is all or nothing by itself. A process that is not built for a cluster never looks here.

CREATE TABLE orleansquery (
    querykey text PRIMARY KEY,
    querytext text NOT NULL
);

-- One row a cluster. Its version counts every change of the membership; whoever changes it names the version that it was decided on.
CREATE TABLE cluster_version (
    cluster text PRIMARY KEY,
    version integer NOT NULL DEFAULT 0,
    changed_at timestamptz NOT NULL DEFAULT now()
);

-- status: as in Orleans' SiloStatus; 3 is active, 6 is dead. suspicions: who takes the silo for dead, and since when, in Orleans' words.
CREATE TABLE cluster_silo (
    cluster text NOT NULL REFERENCES cluster_version ON DELETE CASCADE,
    address text NOT NULL,
    port integer NOT NULL,
    generation integer NOT NULL,
    silo_name text NOT NULL,
    host_name text NOT NULL,
    status integer NOT NULL,
    gateway_port integer NOT NULL,
    suspicions text,
    started_at timestamptz NOT NULL,
    alive_at timestamptz NOT NULL,
    PRIMARY KEY (cluster, address, port, generation)
);

-- The state of one grain of one type: Orleans splits the grain's key into two numbers and the rest. Without a payload it was cleared.
CREATE TABLE cluster_grain_state (
    service text NOT NULL,
    type_hash integer NOT NULL,
    type_name text NOT NULL,
    key_hash integer NOT NULL,
    key_low bigint NOT NULL,
    key_high bigint NOT NULL,
    key_text text,
    payload bytea,
    version integer NOT NULL,
    written_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE NULLS NOT DISTINCT (service, key_hash, type_hash, key_low, key_high, key_text, type_name)
);

CREATE TABLE cluster_reminder (
    service text NOT NULL,
    grain text NOT NULL,
    name text NOT NULL,
    starts_at timestamptz NOT NULL,
    period bigint NOT NULL,
    hash integer NOT NULL,
    version integer NOT NULL,
    PRIMARY KEY (service, grain, name)
);
CREATE INDEX cluster_reminder_by_hash ON cluster_reminder (service, hash);

INSERT INTO orleansquery (querykey, querytext) VALUES

('InsertMembershipVersionKey', $$
WITH made AS (INSERT INTO cluster_version (cluster) VALUES (@DeploymentId) ON CONFLICT DO NOTHING RETURNING 1)
SELECT count(*)::integer FROM made
$$),

-- The step of the version locks its row: of two who decided on the same version, the second finds another one.
('InsertMembershipKey', $$
WITH step AS (
    UPDATE cluster_version SET version = version + 1, changed_at = now()
    WHERE cluster = @DeploymentId AND version = @Version AND NOT EXISTS (
        SELECT 1 FROM cluster_silo
        WHERE cluster = @DeploymentId AND address = @Address AND port = @Port AND generation = @Generation)
    RETURNING cluster),
made AS (
    INSERT INTO cluster_silo
        (cluster, address, port, generation, silo_name, host_name, status, gateway_port, started_at, alive_at)
    SELECT cluster, @Address, @Port, @Generation, @SiloName, @HostName, @Status, @ProxyPort, @StartTime, @IAmAliveTime FROM step
    RETURNING 1)
SELECT count(*)::integer FROM made
$$),

('UpdateMembershipKey', $$
WITH step AS (
    UPDATE cluster_version SET version = version + 1, changed_at = now()
    WHERE cluster = @DeploymentId AND version = @Version AND EXISTS (
        SELECT 1 FROM cluster_silo
        WHERE cluster = @DeploymentId AND address = @Address AND port = @Port AND generation = @Generation)
    RETURNING cluster),
done AS (
    UPDATE cluster_silo AS silo SET status = @Status, suspicions = @SuspectTimes, alive_at = @IAmAliveTime
    FROM step
    WHERE silo.cluster = step.cluster AND address = @Address AND port = @Port AND generation = @Generation
    RETURNING 1)
SELECT count(*)::integer FROM done
$$),

('UpdateIAmAlivetimeKey', $$
UPDATE cluster_silo SET alive_at = @IAmAliveTime
WHERE cluster = @DeploymentId AND address = @Address AND port = @Port AND generation = @Generation
$$),

-- The version comes also when there is no such silo.
('MembershipReadRowKey', $$
SELECT v.cluster AS DeploymentId, s.address AS Address, s.port AS Port, s.generation AS Generation, s.silo_name AS SiloName,
    s.host_name AS HostName, s.status AS Status, s.gateway_port AS ProxyPort, s.suspicions AS SuspectTimes, s.started_at AS StartTime,
    s.alive_at AS IAmAliveTime, v.version AS Version
FROM cluster_version v
LEFT JOIN cluster_silo s ON s.cluster = v.cluster AND s.address = @Address AND s.port = @Port AND s.generation = @Generation
WHERE v.cluster = @DeploymentId
$$),

('MembershipReadAllKey', $$
SELECT v.cluster AS DeploymentId, s.address AS Address, s.port AS Port, s.generation AS Generation, s.silo_name AS SiloName,
    s.host_name AS HostName, s.status AS Status, s.gateway_port AS ProxyPort, s.suspicions AS SuspectTimes, s.started_at AS StartTime,
    s.alive_at AS IAmAliveTime, v.version AS Version
FROM cluster_version v
LEFT JOIN cluster_silo s ON s.cluster = v.cluster
WHERE v.cluster = @DeploymentId
$$),

('GatewaysQueryKey', $$
SELECT address AS Address, gateway_port AS ProxyPort, generation AS Generation FROM cluster_silo
WHERE cluster = @DeploymentId AND status = @Status AND gateway_port > 0
$$),

('DeleteMembershipTableEntriesKey', $$
DELETE FROM cluster_version WHERE cluster = @DeploymentId
$$),

('CleanupDefunctSiloEntriesKey', $$
DELETE FROM cluster_silo WHERE cluster = @DeploymentId AND alive_at < @IAmAliveTime AND status <> 3
$$),

('ReadFromStorageKey', $$
SELECT payload AS PayloadBinary, written_at AS ModifiedOn, version AS Version FROM cluster_grain_state
WHERE service = @ServiceId AND key_hash = @GrainIdHash AND type_hash = @GrainTypeHash AND key_low = @GrainIdN0
    AND key_high = @GrainIdN1 AND key_text IS NOT DISTINCT FROM @GrainIdExtensionString AND type_name = @GrainTypeString
$$),

-- Who has not read a state makes it, once; who has, names its version. The version that was sent, sent back, is a refusal.
('WriteToStorageKey', $$
WITH done AS (
    UPDATE cluster_grain_state SET payload = @PayloadBinary, version = version + 1, written_at = now()
    WHERE service = @ServiceId AND key_hash = @GrainIdHash AND type_hash = @GrainTypeHash AND key_low = @GrainIdN0
        AND key_high = @GrainIdN1 AND key_text IS NOT DISTINCT FROM @GrainIdExtensionString AND type_name = @GrainTypeString
        AND version = @GrainStateVersion
    RETURNING version),
made AS (
    INSERT INTO cluster_grain_state (service, key_hash, type_hash, key_low, key_high, key_text, type_name, payload, version)
    SELECT @ServiceId, @GrainIdHash, @GrainTypeHash, @GrainIdN0, @GrainIdN1, @GrainIdExtensionString, @GrainTypeString,
        @PayloadBinary, 1
    WHERE @GrainStateVersion IS NULL
    ON CONFLICT DO NOTHING
    RETURNING version)
SELECT coalesce((SELECT version FROM done UNION ALL SELECT version FROM made), @GrainStateVersion) AS NewGrainStateVersion
$$),

('ClearStorageKey', $$
UPDATE cluster_grain_state SET payload = NULL, version = version + 1, written_at = now()
WHERE service = @ServiceId AND key_hash = @GrainIdHash AND type_hash = @GrainTypeHash AND key_low = @GrainIdN0
    AND key_high = @GrainIdN1 AND key_text IS NOT DISTINCT FROM @GrainIdExtensionString AND type_name = @GrainTypeString
    AND version = @GrainStateVersion
RETURNING version AS NewGrainStateVersion
$$),

('DeleteStorageKey', $$
DELETE FROM cluster_grain_state
WHERE service = @ServiceId AND key_hash = @GrainIdHash AND type_hash = @GrainTypeHash AND key_low = @GrainIdN0
    AND key_high = @GrainIdN1 AND key_text IS NOT DISTINCT FROM @GrainIdExtensionString AND type_name = @GrainTypeString
    AND version = @GrainStateVersion
RETURNING version + 1 AS NewGrainStateVersion
$$),

('UpsertReminderRowKey', $$
INSERT INTO cluster_reminder AS present (service, grain, name, starts_at, period, hash, version)
VALUES (@ServiceId, @GrainId, @ReminderName, @StartTime, @Period, @GrainHash, 0)
ON CONFLICT (service, grain, name) DO UPDATE
    SET starts_at = excluded.starts_at, period = excluded.period, hash = excluded.hash, version = present.version + 1
RETURNING version AS Version
$$),

('ReadReminderRowsKey', $$
SELECT grain AS GrainId, name AS ReminderName, starts_at AS StartTime, period AS Period, version AS Version FROM cluster_reminder
WHERE service = @ServiceId AND grain = @GrainId
$$),

('ReadReminderRowKey', $$
SELECT grain AS GrainId, name AS ReminderName, starts_at AS StartTime, period AS Period, version AS Version FROM cluster_reminder
WHERE service = @ServiceId AND grain = @GrainId AND name = @ReminderName
$$),

-- Silos share the reminders out on a ring of hashes: a share is after its beginning, up to its end ...
('ReadRangeRows1Key', $$
SELECT grain AS GrainId, name AS ReminderName, starts_at AS StartTime, period AS Period, version AS Version FROM cluster_reminder
WHERE service = @ServiceId AND hash > @BeginHash AND hash <= @EndHash
$$),

-- ... or, where the ring closes, on either side.
('ReadRangeRows2Key', $$
SELECT grain AS GrainId, name AS ReminderName, starts_at AS StartTime, period AS Period, version AS Version FROM cluster_reminder
WHERE service = @ServiceId AND (hash > @BeginHash OR hash <= @EndHash)
$$),

('DeleteReminderRowKey', $$
WITH gone AS (
    DELETE FROM cluster_reminder
    WHERE service = @ServiceId AND grain = @GrainId AND name = @ReminderName AND version = @Version
    RETURNING 1)
SELECT count(*)::integer FROM gone
$$),

('DeleteReminderRowsKey', $$
DELETE FROM cluster_reminder WHERE service = @ServiceId
$$);
