// GraphiQL for people who are signed in: the page's own session goes with every request; subscriptions come over the same address.
import { createElement } from 'react';
import { createRoot } from 'react-dom/client';
import { createGraphiQLFetcher } from '@graphiql/toolkit';
import { GraphiQL } from 'graphiql';

const address = new URL('/graphql', window.location.href);
const socket = new URL(address);
socket.protocol = socket.protocol === 'https:' ? 'wss:' : 'ws:';

const fetcher = createGraphiQLFetcher({ url: address.href, subscriptionUrl: socket.href });
createRoot(document.getElementById('graphiql')).render(createElement(GraphiQL, { fetcher, defaultEditorToolsVisibility: true }));
