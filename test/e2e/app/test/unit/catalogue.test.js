import { beforeEach, describe, expect, test } from 'vitest';
import { Catalogue, sampleProducts } from '../../src/domain/catalogue.js';

let catalogue;

beforeEach(() => {
  catalogue = new Catalogue(sampleProducts);
});

const stock = (id) => catalogue.find(id).stock;

describe('stock', () => {
  test('a sale takes from it', () => {
    expect(catalogue.take([{ id: 'pot', quantity: 12 }])).toEqual({ taken: true });
    expect(stock('pot')).toBe(0);
  });

  test('a shortage leaves every stock as it was', () => {
    const lines = [{ id: 'pot', quantity: 1 }, { id: 'whisk', quantity: 1 }];
    expect(catalogue.take(lines)).toEqual({ taken: false, missing: 'whisk' });
    expect(stock('pot')).toBe(12);
  });

  test('an unknown product is missing', () => {
    expect(catalogue.take([{ id: 'coffee', quantity: 1 }]).missing).toBe('coffee');
  });

  test('the list is a copy', () => {
    catalogue.list()[0].stock = 0;
    expect(stock('tea')).toBe(400);
  });

  test('two catalogues do not share their stock', () => {
    catalogue.take([{ id: 'tea', quantity: 400 }]);
    expect(new Catalogue(sampleProducts).find('tea').stock).toBe(400);
  });
});
