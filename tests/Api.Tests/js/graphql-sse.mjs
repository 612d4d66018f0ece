import { createClient } from 'graphql-sse';
import { exercise, headers, line, url } from './exercise.mjs';
import repairs from './relay/Repairs.js';

const client = createClient({ url, headers, retryAttempts: Infinity, retry: () => line.whenMended() });

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
    // The client sends this very request again when it reconnects: with the last sequence in it the server goes on from there.
    const request = { query: repairs[name], variables: { after: null } };
    return client.subscribe(request, {
      next: ({ data }) => {
        request.variables.after = data.jobChanged.sequence;
        next(data);
      },
      error: (failure) => { throw failure; },
      complete: () => {},
    });
  },
  end: () => client.dispose(),
});
