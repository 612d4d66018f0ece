import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createClient } from 'graphql-ws';
import runtime from 'relay-runtime';
import WebSocket from 'ws';
import { exercise, headers, reconnecting, url } from './exercise.mjs';

const {
  Environment, Network, Observable, RecordSource, Store, commitMutation, createOperationDescriptor, fetchQuery, getSingularSelector,
  requestSubscription,
} = runtime;

// The artefacts are made from the schema as it is committed, so a change that Relay cannot live with shows here.
const require = createRequire(import.meta.url);
mkdirSync('__generated__', { recursive: true });
execFileSync(process.execPath, ['node_modules/relay-compiler/cli.js', 'relay.config.json'], { stdio: ['ignore', 'ignore', 'inherit'] });
const made = (name) => require(`./__generated__/${name}.graphql.js`);
const operations = {
  home: made('RepairsHomeQuery'),
  homes: made('RepairsHomesQuery'),
  windows: made('RepairsWindowsQuery'),
  hold: made('RepairsHoldMutation'),
  confirm: made('RepairsConfirmMutation'),
  changes: made('RepairsChangesSubscription'),
};

const sockets = createClient({ ...reconnecting, webSocketImpl: WebSocket });

async function fetchFunction({ text }, variables) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json', accept: 'application/graphql-response+json' },
    body: JSON.stringify({ query: text, variables }),
  });
  const answer = await response.json();
  if (answer.errors) throw answer.errors;
  return answer;
}

function subscribeFunction({ text }, variables) {
  // graphql-ws sends this very payload again when it reconnects: with the last sequence in it the server goes on from there.
  const payload = { query: text, variables: { ...variables } };
  return Observable.create((sink) => sockets.subscribe(payload, {
    next(result) {
      payload.variables.after = result.data.jobChanged.sequence;
      sink.next(result);
    },
    error: (failure) => sink.error(failure),
    complete: () => sink.complete(),
  }));
}

const environment = new Environment({
  network: Network.create(fetchFunction, subscribeFunction), store: new Store(new RecordSource()),
});
const read = (fragment, reference) => environment.lookup(getSingularSelector(fragment, reference)).data;

// Page by page into one connection of the store.
async function pages(out) {
  const list = createOperationDescriptor(made('JobsListQuery'), { count: 2, cursor: null });
  const retained = environment.retain(list);
  await fetchQuery(environment, made('JobsListQuery'), list.request.variables).toPromise();
  const reference = environment.lookup(list.fragment).data;
  const fragment = made('Jobs_list');
  const connection = () => read(fragment, reference).jobs;
  out.pages = [connection().edges.length];
  while (out.pages.length < 3) {
    const { endCursor: cursor } = connection().pageInfo;
    await fetchQuery(environment, fragment.metadata.refetch.operation, { count: 2, cursor }).toPromise();
    out.pages.push(connection().edges.length);
  }

  out.distinct = new Set(connection().edges.map((edge) => edge.node.id)).size;
  const [edge] = connection().edges;
  const job = read(made('Jobs_job'), edge.node);
  // The object again, by nothing but its id.
  const again = createOperationDescriptor(made('JobsAgainQuery'), { id: job.id });
  await fetchQuery(environment, made('JobsAgainQuery'), again.request.variables).toPromise();
  out.again = [job.reference, read(made('Jobs_job'), environment.lookup(again.fragment).data.node).reference];
  retained.dispose();
}

await exercise({
  query: (name, variables) => fetchQuery(environment, operations[name], variables).toPromise(),
  mutate: (name, variables) => new Promise((resolve, reject) => {
    commitMutation(environment, {
      mutation: operations[name],
      variables,
      onCompleted: (data, errors) => (errors ? reject(errors) : resolve(data)),
      onError: reject,
    });
  }),
  subscribe(name, next) {
    const { dispose } = requestSubscription(environment, {
      subscription: operations[name], variables: { after: null }, onNext: next, onError: (failure) => { throw failure; },
    });
    return dispose;
  },
  async extra(out, { job }) {
    // What the subscription told has changed the job in the store.
    out.inStore = environment.getStore().getSource().get(job).status;
    await pages(out);
  },
  end: () => sockets.dispose(),
});
