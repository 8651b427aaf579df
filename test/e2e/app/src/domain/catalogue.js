import { parseAmount } from './money.js';

// What is for sale and how many of it are left.
export class Catalogue {
  #products = new Map();

  constructor(products) {
    for (const product of products) {
      this.#products.set(product.id, { ...product });
    }
  }

  list() {
    return [...this.#products.values()].map((product) => ({ ...product }));
  }

  find(id) {
    return this.#products.get(id);
  }

  // All or nothing: a shortage of one product leaves every stock as it was.
  take(lines) {
    for (const { id, quantity } of lines) {
      const product = this.find(id);
      if (!product || product.stock < quantity) {
        return { taken: false, missing: id };
      }
    }
    for (const { id, quantity } of lines) {
      this.find(id).stock -= quantity;
    }
    return { taken: true };
  }
}

export const sampleProducts = [
  { id: 'tea', name: 'Green tea, 100 g', price: parseAmount('6.50'), stock: 400 },
  { id: 'pot', name: 'Cast iron pot', price: parseAmount('49.95'), stock: 12 },
  { id: 'cup', name: 'Cup, two', price: parseAmount('18.05'), stock: 60 },
  { id: 'whisk', name: 'Bamboo whisk', price: parseAmount('12.90'), stock: 0 },
];
