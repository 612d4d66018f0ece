// GraphiQL for people who are signed in: the page's own session goes with every request; subscriptions come over the same address.
import { createElement } from 'react';
import { createRoot } from 'react-dom/client';
import { createGraphiQLFetcher } from '@graphiql/toolkit';
import { GraphiQL } from 'graphiql';
import { parse } from 'graphql';

const address = new URL('/graphql', window.location.href);
const socket = new URL(address);
socket.protocol = socket.protocol === 'https:' ? 'wss:' : 'ws:';

const fetcher = createGraphiQLFetcher({ url: address.href, subscriptionUrl: socket.href });

// The editor's own tree lags behind what was typed, and decides whether a socket is opened.
function treeOf(query) {
  try {
    return parse(query);
  } catch {
    return undefined; // The server says what is wrong with it.
  }
}

const ask = (params, options) => fetcher(params, { ...options, documentAST: treeOf(params.query) });
createRoot(document.getElementById('graphiql')).render(createElement(GraphiQL, { fetcher: ask, defaultEditorToolsVisibility: true }));
