// A real graphql-sse client in distinct connections mode.
import { createClient } from 'graphql-sse';

const client = createClient({ url: process.argv[2], singleConnection: false, retryAttempts: 0 });
const run = (query, variables) => new Promise((resolve, reject) => {
  const results = [];
  client.subscribe({ query, variables }, { next: (data) => results.push(data), error: reject, complete: () => resolve(results) });
});

const out = {};
out.query = await run('{ book(id: "1") { title } }');
out.mutation = await run('mutation { renameBook(input: { id: "9", title: "x" }) { book { title } errors { ... on BookMissing { message } } } }');
out.countdown = (await run('subscription { countdown(from: 3) }')).map((result) => result.data.countdown);
out.invalid = await run('{ nothing }').catch((error) => [String(error)]);
out.again = (await run('subscription { countdown(from: 2) }')).map((result) => result.data.countdown);
const first = await new Promise((resolve, reject) => {
  const stop = client.subscribe({ query: 'subscription { forever }' }, { next: (data) => { stop(); resolve(data); }, error: reject, complete: () => {} });
});
out.forever = first.data.forever;
client.dispose();
console.log(JSON.stringify(out));
