// node server.mjs KIND WORKERS PORT: Mercurius on Fastify, or GraphQL Yoga on node:http, each as its own documentation makes it fast.
// From the environment: PEER_DATABASE, PEER_KEY.
import cluster from 'node:cluster';
import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';
import { useGraphQlJit } from '@envelop/graphql-jit';
import Fastify from 'fastify';
import { createSchema, createYoga } from 'graphql-yoga';
import mercurius from 'mercurius';
import { typeDefs } from './schema.mjs';
import { Store, resolversOf } from './store.mjs';

const [kind, workers, port] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])];
// As many connections in all as our reading side has.
const connections = Math.ceil(32 / workers);

const hash = (text) => createHash('sha256').update(text).digest();
const known = hash(`Bearer ${process.env.PEER_KEY}`);
const isKnown = (header) => header !== undefined && timingSafeEqual(hash(header), known);

async function serveMercurius(store) {
  const app = Fastify({ logger: false });
  app.addHook('onRequest', async (request, reply) => {
    if (!isKnown(request.headers.authorization)) await reply.code(401).send();
  });
  app.register(mercurius, {
    schema: typeDefs, resolvers: resolversOf(store), jit: 1, context: () => ({ loaders: store.loaders() }),
  });
  await app.listen({ port, host: '127.0.0.1' });
}

async function serveYoga(store) {
  const yoga = createYoga({
    schema: createSchema({ typeDefs, resolvers: resolversOf(store) }),
    plugins: [useGraphQlJit()],
    context: () => ({ loaders: store.loaders() }),
    logging: false,
    graphiql: false,
    landingPage: false,
    multipart: false,
  });
  const server = createServer((request, response) => {
    if (isKnown(request.headers.authorization)) return yoga(request, response);
    response.writeHead(401).end();
  });
  await new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));
}

// Whoever started this holds the other end.
if (cluster.isPrimary) process.stdin.resume().once('end', () => process.exit(0));

const serve = () => (kind === 'mercurius' ? serveMercurius : serveYoga)(new Store(process.env.PEER_DATABASE, connections));
if (workers === 1) {
  await serve();
  console.log('listening');
} else if (cluster.isPrimary) {
  let left = workers;
  cluster.on('listening', () => { if (--left === 0) console.log('listening'); });
  for (let i = 0; i < workers; i++) cluster.fork();
} else {
  await serve();
}
