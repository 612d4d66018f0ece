import { createHash } from 'node:crypto';
import { ApolloClient, ApolloLink, CombinedGraphQLErrors, HttpLink, InMemoryCache, gql } from '@apollo/client';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';
import { RetryLink } from '@apollo/client/link/retry';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { OperationTypeNode } from 'graphql';
import { createClient } from 'graphql-ws';
import { map } from 'rxjs';
import WebSocket from 'ws';
import { exercise, headers, line, reconnecting, url } from './exercise.mjs';
import repairs from './relay/Repairs.js';

const sockets = createClient({ ...reconnecting, retryAttempts: 0, webSocketImpl: WebSocket });
const sent = [];
const http = ApolloLink.from([
  new PersistedQueryLink({ sha256: (text) => createHash('sha256').update(text).digest('hex'), useGETForHashedQueries: true }),
  new HttpLink({
    uri: url,
    headers,
    fetch: (address, options) => {
      sent.push(`${options.method} ${String(options.body ?? address).includes('query%20') || String(options.body).includes('"query"') ? 'text' : 'hash'}`);
      return fetch(address, options);
    },
  }),
]);

// Remembers the last sequence of each subscription; Apollo's own retry link, which stands before it, sends the operation anew.
const last = new Map();
const resume = new ApolloLink((operation, forward) => {
  operation.variables.after = last.get(operation.operationName) ?? null;
  return forward(operation).pipe(map((result) => {
    last.set(operation.operationName, result.data.jobChanged.sequence);
    return result;
  }));
});
const live = ApolloLink.from([
  new RetryLink({
    delay: { initial: 0, jitter: false },
    attempts: async () => {
      await line.whenMended();
      return true;
    },
  }),
  resume,
  new GraphQLWsLink(sockets),
]);

// The cache has to know which types an interface has; Apollo's own recipe asks the server.
async function possibleTypes() {
  const response = await fetch(url, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify({ query: '{ __schema { types { name possibleTypes { name } } } }' }),
  });
  const { data } = await response.json();
  return Object.fromEntries(data.__schema.types.filter((type) => type.possibleTypes)
    .map((type) => [type.name, type.possibleTypes.map((possible) => possible.name)]));
}

const client = new ApolloClient({
  link: ApolloLink.split(({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION, live, http),
  cache: new InMemoryCache({ possibleTypes: await possibleTypes() }),
  defaultOptions: { query: { fetchPolicy: 'no-cache' } },
});

const documents = Object.fromEntries(Object.entries(repairs).map(([name, text]) => [name, gql(text)]));
const dataOf = async (answer) => {
  try {
    return (await answer).data;
  } catch (failure) {
    throw CombinedGraphQLErrors.is(failure) ? failure.errors : failure;
  }
};

await exercise({
  query: (name, variables) => dataOf(client.query({ query: documents[name], variables })),
  mutate: (name, variables) => dataOf(client.mutate({ mutation: documents[name], variables })),
  subscribe(name, next) {
    const subscription = client.subscribe({ query: documents[name], fetchPolicy: 'no-cache' }).subscribe({
      next: ({ data }) => next(data),
      error: (failure) => { throw failure; },
    });
    return () => subscription.unsubscribe();
  },
  async extra(out, { job }) {
    // A document that the server knows by its hash is asked for by GET; one object changes in the cache by its id alone.
    const status = gql`query Status($job: ID!) { job(id: $job) { id status } }`;
    const ask = (fetchPolicy) => client.query({ query: status, variables: { job }, fetchPolicy });
    const before = sent.length;
    await ask('network-only');
    const watched = await ask('network-only');
    out.persisted = sent.slice(before);
    out.cached = (await ask('cache-only')).data.job.status;
    out.inCache = client.cache.extract()[client.cache.identify(watched.data.job)].status;
  },
  end: () => sockets.dispose(),
});
