// A real graphql-ws client: queries, mutates, subscribes, loses its connection and comes back.
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';

const url = process.argv[2];
let sockets = [];
class Tracked extends WebSocket {
  constructor(...args) {
    super(...args);
    sockets.push(this);
  }
}
const client = createClient({ url, webSocketImpl: Tracked, retryAttempts: 3, retryWait: async () => {}, shouldRetry: () => true, lazy: false });

const once = (query, variables) => new Promise((resolve, reject) => {
  let result;
  client.subscribe({ query, variables }, { next: (data) => { result = data; }, error: reject, complete: () => resolve(result) });
});

const out = {};
out.query = await once('{ book(id: "1") { title } }');
out.mutation = await once('mutation($input: RenameBookInput!) { renameBook(input: $input) { book { title } errors { ... on BookMissing { message } } } }', { input: { id: '1', title: 'Renamed' } });
out.invalid = await once('{ nothing }').catch((errors) => errors);
out.countdown = [];
await new Promise((resolve, reject) => client.subscribe({ query: 'subscription { countdown(from: 3) }' }, {
  next: (data) => out.countdown.push(data.data.countdown), error: reject, complete: resolve,
}));
// The second subscription never ends by itself: the socket is cut after its first event, and the client subscribes again.
out.reconnected = [];
await new Promise((resolve, reject) => {
  const stop = client.subscribe({ query: 'subscription { forever }' }, {
    next: (data) => {
      out.reconnected.push(data.data.forever);
      if (out.reconnected.length === 1) sockets.at(-1).terminate();
      else { stop(); resolve(); }
    },
    error: reject,
    complete: () => {},
  });
});
out.connections = sockets.length;
await client.dispose();
console.log(JSON.stringify(out));
