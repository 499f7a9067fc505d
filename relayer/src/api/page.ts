import { readFileSync } from 'node:fs';
import type { App } from './app.ts';

const FILES = [
  { path: '/', file: 'index.html', type: 'text/html; charset=utf-8' },
  { path: '/page.js', file: 'page.js', type: 'text/javascript; charset=utf-8' },
  { path: '/page.css', file: 'page.css', type: 'text/css; charset=utf-8' },
] as const;

/** One page for people, which asks the same API; and the API's own description. */
export function pageRoutes(app: App): void {
  for (const { path, file, type } of FILES) {
    const content = readFileSync(new URL(`page/${file}`, import.meta.url));
    app.get(path, { schema: { hide: true } }, (_request, reply) => reply.type(type).send(content));
  }
  app.get('/v1/openapi.json', { schema: { hide: true } }, (_request, reply) =>
    reply.type('application/json').send(JSON.stringify(app.swagger())),
  );
}
