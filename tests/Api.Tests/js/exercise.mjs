import readline from 'node:readline';
import { Line } from './line.mjs';
import repairs from './relay/Repairs.js';

// What a test gives: the server's port, a key, the references of a contract and a home, a line of work.
export const given = JSON.parse(process.argv[2]);
export const headers = { Authorization: `Bearer ${given.key}` };
export const line = new Line(given.port);
const port = await line.open();
export const url = `http://127.0.0.1:${port}/graphql`;
export const socketUrl = `ws://127.0.0.1:${port}/graphql`;

// For graphql-ws, alone or below another client: a broken connection is opened again as soon as the line is there.
export const reconnecting = {
  url: socketUrl,
  connectionParams: headers,
  retryAttempts: Infinity,
  shouldRetry: () => true,
  retryWait: () => line.whenMended(),
};

const storm = { changes: 24, cutEvery: 5 };
const keyOf = (name) => `${given.client}-${name}`;

// Events as they come, and promises of those that are waited for.
class Seen {
  events = [];
  #waiting = [];

  add(change) {
    this.events.push(change);
    this.#waiting = this.#waiting.filter((one) => !one());
  }

  until(done) {
    return new Promise((resolve) => {
      const look = () => {
        if (!done(this.events)) return false;
        resolve();
        return true;
      };
      if (!look()) this.#waiting.push(look);
    });
  }

  // Markers only tell how far the feed has come.
  get changes() {
    return this.events.filter((event) => event.event !== null).map((event) => `${event.event} ${event.job.id}`);
  }
}

// Writes past the client and its line, as somebody else at another desk.
async function logBySomebodyElse(at, home, name) {
  const response = await fetch(`http://127.0.0.1:${at}/graphql`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify({
      query: repairs.log,
      variables: { input: { idempotencyKey: keyOf(name), contract: home.contract, property: home.property, lines: [given.work] } },
    }),
  });
  const answer = await response.json();
  if (!answer.data?.logJob.job) throw new Error(JSON.stringify(answer));
  return `JOB_LOGGED ${answer.data.logJob.job.id}`;
}

// The server's ports, one for each time that the test has started it again.
const lines = readline.createInterface({ input: process.stdin })[Symbol.asyncIterator]();
async function restart() {
  console.log('restart');
  return Number((await lines.next()).value);
}

// client: query(name, variables) and mutate(name, variables) give data or throw errors with extensions; subscribe(name, next) gives
// changes and comes back by itself after a break, from the last sequence.
export async function exercise(client) {
  const out = {};
  const { contracts, properties } = await client.query('home', { contract: given.contract, home: given.home });
  out.address = properties.nodes[0].address;
  const home = { contract: contracts.nodes[0].id, property: properties.nodes[0].id };
  out.refused = await client.query('homes', { first: 101 }).then(() => 'nothing', (errors) => errors.map((one) => one.extensions.code).join());

  const search = { contract: home.contract, property: home.property, lines: [given.work], from: given.day, days: 1 };
  const { windows } = (await client.query('windows', { search })).availableWindows;
  const offer = windows.find((window) => window.isAvailable).offer;

  const seen = new Seen();
  const stop = client.subscribe('changes', (data) => seen.add(data.jobChanged));
  await seen.until((events) => events.length > 0);

  const wrong = await client.mutate('hold', { input: { idempotencyKey: keyOf('wrong'), offer: 'bm90IG91cnM' } });
  out.typedError = wrong.holdWindow.errors[0];
  const held = (await client.mutate('hold', { input: { idempotencyKey: keyOf('hold'), offer } })).holdWindow;
  const job = held.job.id;
  const stale = await client.mutate('confirm', { input: { idempotencyKey: keyOf('stale'), job, hold: held.hold.number + 40 } });
  out.holdError = stale.confirmHold.errors[0];
  const confirmed = (await client.mutate('confirm', { input: { idempotencyKey: keyOf('confirm'), job, hold: held.hold.number } })).confirmHold;
  out.confirmed = confirmed.job.status;
  const written = [`HOLD_PLACED ${job}`, `BOOKING_CONFIRMED ${job}`];
  await seen.until(() => seen.changes.length >= written.length);

  // What others do while the line is cut comes afterwards, all of it and once.
  line.cut();
  for (let i = 0; i < 3; i++) written.push(await logBySomebodyElse(given.port, home, `away${i}`));
  line.mend();
  await seen.until(() => seen.changes.length >= written.length);

  // The line breaks again and again in the midst of changes.
  const calm = written.length;
  out.breaks = 0;
  void seen.until(() => {
    if (seen.changes.length - calm < (out.breaks + 1) * storm.cutEvery) return false;
    out.breaks++;
    line.cut();
    return seen.changes.length >= calm + storm.changes;
  });
  for (let i = 0; i < storm.changes; i++) {
    written.push(await logBySomebodyElse(given.port, home, `storm${i}`));
    line.mend();
  }

  const mending = seen.until(() => {
    if (!line.isUp) setImmediate(() => line.mend());
    return seen.changes.length >= written.length;
  });
  line.mend();
  await mending;

  if (given.restarts) {
    line.cut();
    const again = await restart();
    line.lead(again);
    written.push(await logBySomebodyElse(again, home, 'restarted'));
    line.mend();
    await seen.until(() => seen.changes.length >= written.length);
  }

  await client.extra?.(out, { home, job });
  stop();
  out.written = written;
  out.seen = seen.changes;
  out.sequences = seen.events.map((event) => event.sequence);
  await client.end?.();
  line.close();
  lines.return?.();
  console.log(`result ${JSON.stringify(out)}`);
  process.exit(0);
}
