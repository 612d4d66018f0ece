// Builds the desk's one stylesheet and one script into the directory named on the command line.
import { readFile } from 'node:fs/promises';
import { build } from 'esbuild';

const target = process.argv[2];
if (!target) throw new Error('Usage: node build.mjs DIRECTORY');

// govuk-frontend's licence covers its code but not the GDS Transport typeface or the crest, which only services on GOV.UK may use.
const ownTypeface = {
  name: 'own-typeface',
  setup(esbuild) {
    esbuild.onLoad({ filter: /govuk-frontend\.min\.css$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      const contents = text
        .replace(/@font-face\{[^}]*\}/g, '')
        .replace(/GDS Transport,arial,sans-serif/g, 'system-ui,"Segoe UI",Roboto,"Helvetica Neue","Noto Sans",Arial,sans-serif')
        .replace(/url\(\/assets\/images\/govuk-crest\.svg\)/g, 'none');
      if (/GDS Transport|govuk-crest/.test(contents)) throw new Error('The stylesheet still names GDS Transport or the crest.');
      return { contents, loader: 'css' };
    });
  },
};

await build({
  entryPoints: { desk: 'src/desk.js' },
  outdir: target,
  bundle: true,
  minify: true,
  format: 'esm',
  target: ['chrome100', 'firefox100', 'safari15'],
  legalComments: 'eof',
  logLevel: 'warning',
  plugins: [ownTypeface],
});

// A page of its own, for people who explore the API; nobody else loads it.
await build({
  entryPoints: { graphiql: 'src/graphiql.js' },
  outdir: target,
  bundle: true,
  minify: true,
  format: 'esm',
  target: ['chrome100', 'firefox100', 'safari15'],
  define: { 'process.env.NODE_ENV': '"production"' },
  legalComments: 'eof',
  logLevel: 'error',
});

await build({
  entryPoints: { graphiql: 'src/graphiql.css' },
  outdir: target,
  bundle: true,
  minify: true,
  loader: { '.woff': 'file', '.woff2': 'file', '.ttf': 'file' },
  assetNames: '[name]',
  logLevel: 'warning',
});

await build({
  entryPoints: { desk: 'src/desk.css' },
  outdir: target,
  bundle: true,
  minify: true,
  logLevel: 'warning',
  plugins: [ownTypeface],
});
