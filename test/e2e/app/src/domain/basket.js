import { percentOff } from './money.js';

const MOST_OF_ONE = 99;
const BULK_QUANTITY = 10;
const BULK_PERCENT = 5;

// Five per cent off a line of ten or more of the same product.
export class Basket {
  #quantities = new Map();

  add(id, quantity) {
    const wanted = this.quantity(id) + quantity;
    if (!Number.isInteger(quantity) || quantity < 1 || wanted > MOST_OF_ONE) {
      throw new RangeError(`quantity must be 1 to ${MOST_OF_ONE} in total`);
    }
    this.#quantities.set(id, wanted);
  }

  remove(id) {
    return this.#quantities.delete(id);
  }

  clear() {
    this.#quantities.clear();
  }

  quantity(id) {
    return this.#quantities.get(id) ?? 0;
  }

  lines(catalogue) {
    return [...this.#quantities].map(([id, quantity]) => {
      const { name, price } = catalogue.find(id);
      const full = price * quantity;
      const amount = quantity >= BULK_QUANTITY
        ? percentOff(full, BULK_PERCENT)
        : full;
      return { id, name, quantity, amount };
    });
  }

  total(catalogue) {
    return this.lines(catalogue).reduce((sum, line) => sum + line.amount, 0);
  }
}
