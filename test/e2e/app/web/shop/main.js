import '../lib/style.css';
import { call } from '../lib/api.js';
import { element, row } from '../lib/dom.js';

const basket = `/api/baskets/${crypto.randomUUID().replaceAll('-', '')}`;
const at = (id) => document.getElementById(id);

function showBasket({ lines, total }) {
  at('lines').replaceChildren(...lines.map((line) => row(
    line.name,
    String(line.quantity),
    line.amount,
    element('button', 'Remove', {
      ariaLabel: `Remove ${line.name}`,
      onclick: () => attempt(() => call('DELETE', `${basket}/items/${line.id}`)),
    }),
  )));
  at('total').textContent = total;
}

async function attempt(action) {
  try {
    at('message').textContent = '';
    showBasket(await action());
  } catch (error) {
    at('message').textContent = error.message;
  }
}

function productRow(product) {
  return row(product.name, product.price, element('button', 'Add', {
    ariaLabel: `Add ${product.name}`,
    disabled: product.stock === 0,
    onclick: () => attempt(
      () => call('POST', `${basket}/items`, { id: product.id, quantity: 1 }),
    ),
  }));
}

at('checkout').onclick = () => attempt(async () => {
  const receipt = await call('POST', `${basket}/checkout`);
  at('message').textContent = `Thank you. Paid: ${receipt.total}`;
  return { lines: [], total: '0.00' };
});

const products = await call('GET', '/api/products');
at('products').replaceChildren(...products.map(productRow));
