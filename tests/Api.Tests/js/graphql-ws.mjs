import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { exercise, reconnecting } from './exercise.mjs';
import repairs from './relay/Repairs.js';

const client = createClient({ ...reconnecting, webSocketImpl: WebSocket });

const once = (name, variables) => new Promise((resolve, reject) => {
  let answer;
  client.subscribe({ query: repairs[name], variables }, {
    next: (result) => { answer = result; },
    error: reject,
    complete: () => (answer.errors ? reject(answer.errors) : resolve(answer.data)),
  });
});

await exercise({
  query: once,
  mutate: once,
  subscribe(name, next) {
    // The client sends this very payload again when it reconnects: with the last sequence in it the server goes on from there.
    const payload = { query: repairs[name], variables: { after: null } };
    return client.subscribe(payload, {
      next: ({ data }) => {
        payload.variables.after = data.jobChanged.sequence;
        next(data);
      },
      error: (failure) => { throw failure; },
      complete: () => {},
    });
  },
  end: () => client.dispose(),
});
