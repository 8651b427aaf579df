// Amounts are whole cents; text only at the edges.
const SHOWN = /^\d{1,7}(\.\d\d)?$/;

export function parseAmount(text) {
  if (!SHOWN.test(text)) {
    throw new RangeError(`not an amount: ${text}`);
  }
  const [units, cents = '0'] = text.split('.');
  return Number(units) * 100 + Number(cents);
}

export function formatAmount(cents) {
  if (!Number.isSafeInteger(cents) || cents < 0) {
    throw new RangeError(`not a number of cents: ${cents}`);
  }
  return `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, '0')}`;
}

// Half cents are rounded in the customer's favour.
export function percentOff(cents, percent) {
  return Math.ceil(cents * (100 - percent) / 100 - 0.5);
}
