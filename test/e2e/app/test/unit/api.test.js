import { beforeEach, describe, expect, test } from 'vitest';
import { Catalogue, sampleProducts } from '../../src/domain/catalogue.js';
import { createApi } from '../../src/http/api.js';

let handle;

beforeEach(() => {
  handle = createApi(new Catalogue(sampleProducts));
});

const put = (key, id, quantity) =>
  handle('POST', `/api/baskets/${key}/items`, { id, quantity });

describe('routes', () => {
  test('health', () => {
    expect(handle('GET', '/healthz')).toEqual({ status: 200, body: { status: 'ok' } });
  });

  test('products', () => {
    const { status, body } = handle('GET', '/api/products');
    expect(status).toBe(200);
    expect(body.map(({ price }) => price)).toEqual(['6.50', '49.95', '18.05', '12.90']);
  });

  test.each(['/', '/api', '/api/baskets/', '/api/baskets/a-b', `/api/baskets/${'x'.repeat(33)}`])(
    '%s is no page of the API', (path) => {
      expect(handle('GET', path).status).toBe(404);
    },
  );

  test('a known page with another method', () => {
    expect(handle('PUT', '/api/products').status).toBe(405);
  });
});

describe('baskets', () => {
  test('a basket shows its lines and its total', () => {
    put('a', 'pot', 1);
    expect(handle('GET', '/api/baskets/a').body).toEqual({
      lines: [{ id: 'pot', name: 'Cast iron pot', quantity: 1, amount: '49.95' }],
      total: '49.95',
    });
  });

  test('an unknown product', () => {
    expect(put('a', 'coffee', 1).status).toBe(404);
    expect(handle('POST', '/api/baskets/a/items', undefined).status).toBe(404);
  });

  test('a wrong quantity', () => {
    expect(put('a', 'tea', 0).status).toBe(422);
  });

  test('removing', () => {
    put('a', 'tea', 1);
    expect(handle('DELETE', '/api/baskets/a/items/tea').body.total).toBe('0.00');
    expect(handle('DELETE', '/api/baskets/a/items/tea').status).toBe(404);
  });

  test('the oldest of too many baskets is forgotten', () => {
    put('first', 'tea', 1);
    for (let n = 0; n < 1000; n++) {
      handle('GET', `/api/baskets/b${n}`);
    }
    expect(handle('GET', '/api/baskets/first').body.total).toBe('0.00');
  });
});

describe('checkout', () => {
  test('the receipt has the total and the basket is empty', () => {
    put('a', 'tea', 10);
    expect(handle('POST', '/api/baskets/a/checkout')).toMatchObject(
      { status: 201, body: { total: '61.75' } },
    );
    expect(handle('GET', '/api/baskets/a').body.lines).toEqual([]);
  });

  test('an empty basket', () => {
    expect(handle('POST', '/api/baskets/a/checkout').status).toBe(422);
  });

  test('a product that is sold out stays in the basket', () => {
    put('a', 'whisk', 1);
    expect(handle('POST', '/api/baskets/a/checkout')).toEqual(
      { status: 409, body: { error: 'out of stock: whisk' } },
    );
    expect(handle('GET', '/api/baskets/a').body.lines).toHaveLength(1);
  });
});
