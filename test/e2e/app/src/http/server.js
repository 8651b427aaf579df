// Puts the API and the built pages behind one HTTP server.
import { createServer } from 'node:http';
import sirv from 'sirv';
import { createApi } from './api.js';
import { BodyError, readJson } from './body.js';

const HEADERS = {
  'content-security-policy': "default-src 'self'; img-src 'self' data:",
  'x-content-type-options': 'nosniff',
};

function send(response, status, body) {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

async function answerApi(handle, request, response, path) {
  try {
    const body = await readJson(request);
    const answer = handle(request.method, path, body);
    send(response, answer.status, answer.body);
  } catch (error) {
    const expected = error instanceof BodyError;
    send(response, expected ? error.status : 500,
      { error: expected ? error.message : 'internal error' });
  }
}

export function createListener(catalogue, pages) {
  const handle = createApi(catalogue);
  const serveShop = sirv(pages.shop, { etag: true });
  const serveStock = sirv(pages.stock, { etag: true });

  return function listener(request, response) {
    const { pathname } = new URL(request.url, 'http://localhost');
    for (const [name, value] of Object.entries(HEADERS)) {
      response.setHeader(name, value);
    }
    if (pathname === '/healthz' || pathname.startsWith('/api/')) {
      return answerApi(handle, request, response, pathname);
    }
    const serve = pathname.startsWith('/stock/') ? serveStock : serveShop;
    if (serve === serveStock) {
      request.url = request.url.slice('/stock'.length);
    }
    return serve(request, response,
      () => send(response, 404, { error: 'no such page' }));
  };
}

export function startServer(catalogue, pages, port) {
  const server = createServer(createListener(catalogue, pages));
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
}
