import { createHash, randomBytes, randomInt } from 'node:crypto';
import DataLoader from 'dataloader';
import pg from 'pg';

// Texts as PostgreSQL writes them are nearly ISO 8601 already: no Date is made only to be written again.
const moment = (text) => `${text.replace(' ', 'T')}:00`;
pg.types.setTypeParser(pg.types.builtins.TIMESTAMPTZ, moment);
pg.types.setTypeParser(pg.types.builtins.DATE, (text) => text);
pg.types.setTypeParser(pg.types.builtins.INT8, Number);

const statuses = ['NONE', 'LOGGED', 'BOOKED', 'IN_PROGRESS', 'COMPLETED', 'CANCELLED'];
const states = ['NONE', 'HELD', 'BOOKED', 'STARTED', 'DONE'];
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const epochDay = Date.UTC(2024, 0, 1) / 86_400_000;
const doubled = (element) => ((element & 16) === 0 ? element << 1 : (element << 1) ^ 0b100101);

// As our job references: nine digits to the base of 32 and a check digit.
export function referenceOf(id) {
  const digits = [];
  for (let rest = id, i = 0; i < 9; i++, rest = Math.floor(rest / 32)) digits.unshift(rest % 32);
  const check = doubled(digits.reduce((sum, digit) => doubled(sum) ^ digit, 0));
  const text = digits.map((digit) => alphabet[digit]).join('');
  return `${text.slice(0, 5)}-${text.slice(5)}${alphabet[check]}`;
}

const promiseOf = (window, starts, ends) => (window === null ? null : { window, starts, ends });
const jobOf = (row) => ({
  id: row.job_id,
  reference: referenceOf(row.job_id),
  status: statuses[row.status],
  emergency: row.emergency,
  description: row.description,
  reportedAt: row.reported_at,
  promise: promiseOf(row.promise_window, row.promise_starts, row.promise_ends),
  propertyId: row.property_id,
  contractId: row.contract_id,
});
const jobColumns = `job_id, status, emergency, description, reported_at, promise_window, promise_starts, promise_ends, property_id,
  contract_id`;

// Every statement has a name, so that each connection prepares it once.
const sql = {
  jobs: `SELECT ${jobColumns} FROM job WHERE contract_id = ANY($1) ORDER BY job_id DESC LIMIT $2`,
  jobsById: `SELECT ${jobColumns} FROM job WHERE job_id = ANY($1) AND contract_id = ANY($2)`,
  properties: `SELECT property_id, reference, address_line_1, address_line_2, postcode, patch FROM property WHERE property_id = ANY($1)`,
  contracts: 'SELECT contract_id, reference, name FROM contract WHERE contract_id = ANY($1) AND contract_id = ANY($2)',
  operatives: 'SELECT operative_id, reference, name FROM operative WHERE operative_id = ANY($1)',
  diary: 'SELECT version FROM diary WHERE operative_id = $1',
  visits: `SELECT job_id, day, starts, ends, state, promise_window, promise_starts, promise_ends,
      (extract(epoch FROM ends - starts) / 60)::double precision AS minutes
    FROM visit WHERE operative_id = $1 AND day >= $2 AND day < $3 AND contract_id = ANY($4) AND (state <> 1 OR hold_expires_at > now())
    ORDER BY starts`,
  hold: `WITH moved AS (
      INSERT INTO diary (operative_id, version) VALUES ($1, 1)
      ON CONFLICT (operative_id) DO UPDATE SET version = diary.version + 1 RETURNING version
    ), made AS (
      INSERT INTO job (job_id, version, reported_at, hold_starts, hold_ends, hold_expires_at, contract_id, client_id, contractor_id,
        property_id, last_number, hold_number, status, emergency, lines, description, hold_window, holder)
      SELECT $2, 1, now(), $3, $4, now() + interval '15 minutes', c.contract_id, c.client_id, c.contractor_id, p.property_id, 1, 1, 1,
        false, $5, $6, $7, 'bench'
      FROM contract c JOIN property p ON p.client_id = c.client_id
      WHERE c.contract_id = $8 AND c.contract_id = ANY($9) AND p.property_id = $10
      RETURNING ${jobColumns}, hold_window, hold_starts, hold_ends, hold_expires_at
    ), visited AS (
      INSERT INTO visit (job_id, number, operative_id, contract_id, day, starts, ends, promise_window, promise_starts, promise_ends,
        latitude, longitude, stage, start_fixed, state, hold_expires_at)
      SELECT made.job_id, 1, $1, made.contract_id, $11, $12, $13, $7, $3, $4, p.latitude, p.longitude, 0, false, 1, made.hold_expires_at
      FROM made JOIN property p USING (property_id)
    ), told AS (
      INSERT INTO event (position, body_hash, command_key, payload)
      SELECT ((pg_current_xact_id()::text::bigint + xid_offset) << 20) + 1, $14, $15, $16 FROM feed_origin, made
    )
    SELECT made.*, moved.version FROM made, moved`,
  confirm: `WITH kept AS (
      UPDATE job SET version = version + 1, status = 2, promise_window = hold_window, promise_starts = hold_starts,
        promise_ends = hold_ends, hold_window = NULL, hold_starts = NULL, hold_ends = NULL, hold_expires_at = NULL, hold_number = NULL,
        holder = NULL
      WHERE job_id = $1 AND hold_number = $2 AND hold_expires_at > now() AND contract_id = ANY($3)
      RETURNING ${jobColumns}
    ), visited AS (
      UPDATE visit SET state = 2, hold_expires_at = NULL FROM kept WHERE visit.job_id = kept.job_id AND visit.number = $2
      RETURNING visit.operative_id
    ), moved AS (
      UPDATE diary SET version = version + 1 FROM visited WHERE diary.operative_id = visited.operative_id RETURNING version
    ), told AS (
      INSERT INTO event (position, body_hash, command_key, payload)
      SELECT ((pg_current_xact_id()::text::bigint + xid_offset) << 20) + 1, $4, $5, $6 FROM feed_origin, kept
    )
    SELECT kept.*, moved.version FROM kept, moved`,
};

const newJobId = () => (Math.floor(Date.now() / 86_400_000) - epochDay) * 2 ** 32 + randomInt(2 ** 32);

// A text's hash twice: the key under which a command is known, and the body that it had.
function commandOf(input) {
  const hash = createHash('sha256').update(JSON.stringify(input)).digest();
  const key = createHash('sha256').update(input.idempotencyKey).digest('hex').slice(0, 32);
  // PostgreSQL reads 32 hexadecimal digits as a uuid.
  return { body: hash.readInt32LE(0), key };
}

const dayAfter = (day, days) => new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);

export class Store {
  constructor(connectionString, connections) {
    this.pool = new pg.Pool({ connectionString, max: connections, options: '-c timezone=UTC -c jit=off' });
    // As our contract and landlord; who has signed in sees the contracts of the organisation.
    this.contracts = [1];
  }

  async rows(name, values) {
    return (await this.pool.query({ name, text: sql[name], values })).rows;
  }

  // What one request may load once.
  loaders() {
    const by = (name, key, map, ...more) => new DataLoader(async (ids) => {
      const found = new Map((await this.rows(name, [ids, ...more])).map((row) => [row[key], map(row)]));
      return ids.map((id) => found.get(id) ?? null);
    });
    return {
      job: by('jobsById', 'job_id', jobOf, this.contracts),
      property: by('properties', 'property_id', (row) => ({
        reference: row.reference,
        address: row.address_line_2 === ''
          ? `${row.address_line_1}, ${row.postcode}` : `${row.address_line_1}, ${row.address_line_2}, ${row.postcode}`,
        postcode: row.postcode,
        patch: row.patch,
      })),
      contract: by('contracts', 'contract_id', (row) => row, this.contracts),
      operative: by('operatives', 'operative_id', (row) => row),
    };
  }

  async diary(operative, from, days) {
    const id = Number(operative);
    const [[diary], visits] = await Promise.all([
      this.rows('diary', [id]), this.rows('visits', [id, from, dayAfter(from, days), this.contracts]),
    ]);
    const byDay = new Map(Array.from({ length: days }, (_, i) => [dayAfter(from, i), []]));
    for (const row of visits) {
      const state = states[row.state];
      byDay.get(row.day).push({
        starts: row.starts,
        ends: row.ends,
        state,
        promise: promiseOf(row.promise_window, row.promise_starts, row.promise_ends),
        visit: { state, minutes: row.minutes, jobId: row.job_id },
      });
    }

    return { operativeId: id, version: diary?.version ?? 0, days: [...byDay].map(([day, stops]) => ({ day, stops })) };
  }

  async jobs(first) {
    const rows = await this.rows('jobs', [this.contracts, first + 1]);
    return { nodes: rows.slice(0, first).map(jobOf), pageInfo: { hasNextPage: rows.length > first, hasPreviousPage: false } };
  }

  // The offer names a place in a diary that is free: no peer has to search.
  async hold(input) {
    try {
      return await this.tryHold(input);
    } catch (error) {
      // Among ten thousands of jobs a day two may draw the same number.
      if (error.constraint !== 'job_pkey') throw error;
      return this.tryHold(input);
    }
  }

  async tryHold(input) {
    const offer = JSON.parse(Buffer.from(input.offer, 'base64url'));
    const { body, key } = commandOf(input);
    const id = newJobId();
    const event = Buffer.from(JSON.stringify({ kind: 1, job: id, offer, at: Date.now(), holder: 'bench' }));
    const [row] = await this.rows('hold', [
      offer.operative, id, offer.promiseStarts, offer.promiseEnds, offer.lines, input.description, offer.window, offer.contract,
      this.contracts, offer.property, offer.day, offer.starts, offer.ends, body, key, event,
    ]);
    if (!row) return { errors: [{ __typename: 'WindowUnavailableError', message: 'The window cannot be had.' }] };
    return {
      job: jobOf(row),
      hold: { number: 1, promise: promiseOf(row.hold_window, row.hold_starts, row.hold_ends), expiresAt: row.hold_expires_at },
    };
  }

  async confirm(input) {
    const { body, key } = commandOf(input);
    const event = Buffer.from(JSON.stringify({ kind: 2, job: Number(input.job), at: Date.now(), holder: 'bench', salt: randomBytes(8) }));
    const [row] = await this.rows('confirm', [Number(input.job), input.hold, this.contracts, body, key, event]);
    if (!row) return { errors: [{ __typename: 'HoldRefusedError', message: 'There is no such hold.' }] };
    const job = jobOf(row);
    return { job, promise: job.promise };
  }
}

export const resolversOf = (store) => ({
  Query: {
    diary: (_, { operative, from, days }) => store.diary(operative, from, days),
    jobs: (_, { first }) => store.jobs(first ?? 25),
  },
  Mutation: {
    holdWindow: (_, { input }) => store.hold(input),
    confirmHold: (_, { input }) => store.confirm(input),
  },
  Diary: { operative: (diary, _, { loaders }) => loaders.operative.load(diary.operativeId) },
  Visit: {
    job: (visit, _, { loaders }) => loaders.job.load(visit.jobId),
    property: async (visit, _, { loaders }) => {
      const job = await loaders.job.load(visit.jobId);
      return job && loaders.property.load(job.propertyId);
    },
  },
  Job: {
    property: (job, _, { loaders }) => loaders.property.load(job.propertyId),
    contract: (job, _, { loaders }) => loaders.contract.load(job.contractId),
  },
});
