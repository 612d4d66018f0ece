import { createClient as createSocketClient } from 'graphql-ws';
import { Client, cacheExchange, fetchExchange, subscriptionExchange } from 'urql';
import WebSocket from 'ws';
import { exercise, headers, reconnecting, url } from './exercise.mjs';
import repairs from './relay/Repairs.js';

const sockets = createSocketClient({ ...reconnecting, webSocketImpl: WebSocket });
const client = new Client({
  url,
  fetchOptions: { headers },
  exchanges: [
    cacheExchange,
    fetchExchange,
    subscriptionExchange({
      forwardSubscription(request) {
        // graphql-ws sends this very payload again when it reconnects: with the last sequence in it the server goes on from there.
        const payload = { ...request, variables: { ...request.variables } };
        return {
          subscribe(sink) {
            const stop = sockets.subscribe(payload, {
              ...sink,
              next(result) {
                payload.variables.after = result.data.jobChanged.sequence;
                sink.next(result);
              },
              error: (failure) => sink.error(failure),
              complete: () => sink.complete(),
            });
            return { unsubscribe: stop };
          },
        };
      },
    }),
  ],
});

const dataOf = ({ data, error }) => {
  if (error) throw error.graphQLErrors.length > 0 ? error.graphQLErrors : error;
  return data;
};

await exercise({
  query: async (name, variables) => dataOf(await client.query(repairs[name], variables).toPromise()),
  mutate: async (name, variables) => dataOf(await client.mutation(repairs[name], variables).toPromise()),
  subscribe(name, next) {
    const { unsubscribe } = client.subscription(repairs[name], {}).subscribe((result) => next(dataOf(result)));
    return unsubscribe;
  },
  async extra(out) {
    // The other way that urql has for subscriptions: an event stream over the same fetch.
    const streaming = new Client({ url, fetchOptions: { headers }, fetchSubscriptions: true, exchanges: [fetchExchange] });
    out.streamed = await new Promise((resolve) => {
      const { unsubscribe } = streaming.subscription(repairs.changes, {}).subscribe((result) => {
        resolve(dataOf(result).jobChanged.event);
        setImmediate(() => unsubscribe());
      });
    });
  },
  end: () => sockets.dispose(),
});
