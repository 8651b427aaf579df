import '../lib/style.css';
import { call } from '../lib/api.js';
import { row } from '../lib/dom.js';

const products = await call('GET', '/api/products');
document.getElementById('products').replaceChildren(
  ...products.map(({ name, stock }) => row(name, String(stock))),
);
