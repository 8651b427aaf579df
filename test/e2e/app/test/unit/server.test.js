import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { Catalogue, sampleProducts } from '../../src/domain/catalogue.js';
import { readJson } from '../../src/http/body.js';
import { createListener, startServer } from '../../src/http/server.js';

const body = (...chunks) => Readable.from(chunks.map((chunk) => Buffer.from(chunk)));

describe('bodies', () => {
  test('none is undefined', async () => {
    expect(await readJson(body())).toBeUndefined();
  });

  test('one that comes in pieces', async () => {
    expect(await readJson(body('{"id":', '"tea"}'))).toEqual({ id: 'tea' });
  });

  test('one that is not JSON', async () => {
    await expect(readJson(body('{'))).rejects.toMatchObject({ status: 400 });
  });

  test('one that is too long', async () => {
    const chunks = Array(11).fill(' '.repeat(1000));
    await expect(readJson(body(...chunks))).rejects.toMatchObject({ status: 413 });
  });
});

const pages = { shop: 'web/shop', stock: 'web/stock' };

describe('listener', () => {
  const listener = createListener(new Catalogue(sampleProducts), pages);

  function send(method, url, ...chunks) {
    return new Promise((resolve) => {
      const response = {
        headers: {},
        setHeader(name, value) { this.headers[name] = value; },
        writeHead(status) { this.status = status; },
        end(text) { resolve({ ...this, body: JSON.parse(text) }); },
      };
      listener(Object.assign(body(...chunks), { method, url, headers: {} }), response);
    });
  }

  test('answers carry the security headers', async () => {
    const { status, headers } = await send('GET', '/healthz?probe=1');
    expect(status).toBe(200);
    expect(headers['x-content-type-options']).toBe('nosniff');
  });

  test('a bad body is the client\'s fault', async () => {
    expect((await send('POST', '/api/baskets/a/items', '{')).status).toBe(400);
  });

  test('a fault of our own says nothing of itself', async () => {
    const failing = { list() { throw new Error('secret'); } };
    const answer = await new Promise((resolve) => {
      createListener(failing, pages)(
        Object.assign(body(), { method: 'GET', url: '/api/products', headers: {} }),
        { setHeader() {}, writeHead(status) { this.status = status; },
          end(text) { resolve({ status: this.status, text }); } },
      );
    });
    expect(answer).toEqual({ status: 500, text: '{"error":"internal error"}' });
  });

  test.each(['/nowhere', '/stock/nowhere'])('%s is not found', async (url) => {
    expect((await send('GET', url)).status).toBe(404);
  });
});

describe('start', () => {
  test('the server listens on loopback only, and a taken port is refused', async () => {
    const server = await startServer(new Catalogue(sampleProducts), pages, 0);
    const { address, port } = server.address();
    expect(address).toBe('127.0.0.1');
    await expect(startServer(new Catalogue([]), pages, port))
      .rejects.toMatchObject({ code: 'EADDRINUSE' });
    await new Promise((resolve) => server.close(resolve));
  });
});
