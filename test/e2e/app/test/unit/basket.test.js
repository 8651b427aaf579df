import { beforeEach, describe, expect, test } from 'vitest';
import { Basket } from '../../src/domain/basket.js';
import { Catalogue, sampleProducts } from '../../src/domain/catalogue.js';

const catalogue = new Catalogue(sampleProducts);
let basket;

beforeEach(() => {
  basket = new Basket();
});

describe('quantities', () => {
  test('a new basket is empty and costs nothing', () => {
    expect(basket.lines(catalogue)).toEqual([]);
    expect(basket.total(catalogue)).toBe(0);
  });

  test('the same product twice is one line', () => {
    basket.add('tea', 1);
    basket.add('tea', 2);
    expect(basket.lines(catalogue)).toEqual(
      [{ id: 'tea', name: 'Green tea, 100 g', quantity: 3, amount: 1950 }],
    );
  });

  test.each([0, -1, 1.5, '2', undefined, 100])('%s of a product is refused', (quantity) => {
    expect(() => basket.add('tea', quantity)).toThrow('quantity must be 1 to 99');
    expect(basket.quantity('tea')).toBe(0);
  });

  test('the limit counts what is already there', () => {
    basket.add('tea', 98);
    basket.add('tea', 1);
    expect(() => basket.add('tea', 1)).toThrow(RangeError);
    expect(basket.quantity('tea')).toBe(99);
  });

  test('removing says whether there was something', () => {
    basket.add('cup', 1);
    expect(basket.remove('cup')).toBe(true);
    expect(basket.remove('cup')).toBe(false);
  });

  test('clearing leaves nothing', () => {
    basket.add('cup', 1);
    basket.clear();
    expect(basket.total(catalogue)).toBe(0);
  });
});

describe('prices', () => {
  test('lines add up', () => {
    basket.add('pot', 1);
    basket.add('cup', 1);
    expect(basket.total(catalogue)).toBe(6800);
  });

  test('nine of the same cost the full price', () => {
    basket.add('tea', 9);
    expect(basket.total(catalogue)).toBe(5850);
  });

  test('ten of the same are five per cent cheaper', () => {
    basket.add('tea', 10);
    expect(basket.total(catalogue)).toBe(6175);
  });

  test('eleven are rounded to the cent', () => {
    basket.add('tea', 11);
    expect(basket.total(catalogue)).toBe(6792);
  });
});
