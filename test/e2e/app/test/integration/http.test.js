// The server as a client sees it: real sockets on loopback.
import assert from 'node:assert/strict';
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Catalogue, sampleProducts } from '../../src/domain/catalogue.js';
import { startServer } from '../../src/http/server.js';

let folder;
let server;
let address;

async function call(method, path, body) {
  const response = await fetch(address + path, { method, body });
  return { status: response.status, body: await response.json() };
}

const post = (path, body) => call('POST', path, JSON.stringify(body));

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'basket-'));
  for (const name of ['shop', 'stock']) {
    await mkdir(join(folder, name));
    await writeFile(join(folder, name, 'index.html'), `<title>${name}</title>`);
  }
  const pages = { shop: join(folder, 'shop'), stock: join(folder, 'stock') };
  server = await startServer(new Catalogue(sampleProducts), pages, 0);
  address = `http://127.0.0.1:${server.address().port}`;
});

after(async () => {
  server.close();
  server.closeAllConnections();
  await rm(folder, { recursive: true });
});

describe('pages', () => {
  test('the shop is at the root', async () => {
    const page = await fetch(`${address}/`);
    assert.equal(await page.text(), '<title>shop</title>');
    assert.match(page.headers.get('content-security-policy'), /default-src 'self'/);
  });

  test('the stock has a page of its own', async () => {
    const page = await fetch(`${address}/stock/`);
    assert.equal(await page.text(), '<title>stock</title>');
  });

  test('an unknown page is not found', async () => {
    assert.equal((await call('GET', '/nowhere')).status, 404);
  });

  test('no page lies outside of its folder', async () => {
    const page = await fetch(`${address}/..%2f..%2fetc%2fpasswd`);
    assert.equal(page.status, 404);
  });
});

describe('api', () => {
  test('the server is healthy', async () => {
    assert.deepEqual(await call('GET', '/healthz'), { status: 200, body: { status: 'ok' } });
  });

  test('products have prices', async () => {
    const { body } = await call('GET', '/api/products');
    assert.deepEqual(body[0],
      { id: 'tea', name: 'Green tea, 100 g', price: '6.50', stock: 400 });
  });

  test('a basket is filled, emptied and filled again', async () => {
    await post('/api/baskets/one/items', { id: 'cup', quantity: 2 });
    const emptied = await call('DELETE', '/api/baskets/one/items/cup');
    assert.equal(emptied.body.total, '0.00');
    const filled = await post('/api/baskets/one/items', { id: 'tea', quantity: 3 });
    assert.equal(filled.body.total, '19.50');
  });

  test('two customers do not share a basket', async () => {
    await post('/api/baskets/two/items', { id: 'tea', quantity: 1 });
    assert.equal((await call('GET', '/api/baskets/three')).body.total, '0.00');
  });

  test('a checkout lowers the stock', async () => {
    await post('/api/baskets/four/items', { id: 'pot', quantity: 2 });
    assert.equal((await post('/api/baskets/four/checkout')).status, 201);
    const { body } = await call('GET', '/api/products');
    assert.equal(body.find(({ id }) => id === 'pot').stock, 10);
  });

  test('what is sold out is refused', async () => {
    await post('/api/baskets/five/items', { id: 'whisk', quantity: 1 });
    assert.deepEqual(await post('/api/baskets/five/checkout'),
      { status: 409, body: { error: 'out of stock: whisk' } });
  });
});

describe('bad requests', () => {
  test('a body that is not JSON', async () => {
    assert.equal((await call('POST', '/api/baskets/six/items', '{')).status, 400);
  });

  test('a body that is too long', async () => {
    const long = 'x'.repeat(20_000);
    assert.equal((await call('POST', '/api/baskets/six/items', long)).status, 413);
  });

  test('a method that is not allowed', async () => {
    assert.equal((await call('DELETE', '/api/products')).status, 405);
  });

  test('a quantity that is none', async () => {
    for (const quantity of [0, -1, 1.5, '2', 100]) {
      assert.equal((await post('/api/baskets/six/items', { id: 'tea', quantity })).status, 422);
    }
  });
});
