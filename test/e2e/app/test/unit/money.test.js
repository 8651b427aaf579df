import { describe, expect, test } from 'vitest';
import { formatAmount, parseAmount, percentOff } from '../../src/domain/money.js';

describe('amounts', () => {
  test.each([['0', 0], ['1', 100], ['12.05', 1205], ['9999999.99', 999999999]])(
    '%s is %i cents', (text, cents) => {
      expect(parseAmount(text)).toBe(cents);
    },
  );

  test.each(['', '-1', '1.5', '1,50', '1e3', 'ten', '12345678'])(
    '"%s" is no amount', (text) => {
      expect(() => parseAmount(text)).toThrow('not an amount');
    },
  );

  test('print and read back is the identity', () => {
    for (const cents of [0, 1, 9, 10, 99, 100, 101, 123456]) {
      expect(parseAmount(formatAmount(cents))).toBe(cents);
    }
  });

  test.each([-1, 0.5, NaN, Infinity])('%d is no number of cents', (cents) => {
    expect(() => formatAmount(cents)).toThrow('not a number of cents');
  });
});

describe('per cent off', () => {
  test('a whole result is exact', () => {
    expect(percentOff(1000, 5)).toBe(950);
  });

  test('half a cent is rounded in favour of the customer', () => {
    expect(percentOff(650 * 11, 5)).toBe(6792);
  });

  test('more than half a cent is rounded up', () => {
    expect(percentOff(99, 1)).toBe(98);
    expect(percentOff(18, 5)).toBe(17);
  });

  test('nothing off changes nothing', () => {
    expect(percentOff(1234, 0)).toBe(1234);
  });
});
