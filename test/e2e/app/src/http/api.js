// The API as a function from a request to an answer; sockets are server.js'.
import { Basket } from '../domain/basket.js';
import { formatAmount } from '../domain/money.js';

const MOST_BASKETS = 1000;

const answer = (status, body) => ({ status, body });
const refuse = (status, error) => answer(status, { error });

function shown(basket, catalogue) {
  return {
    lines: basket.lines(catalogue).map((line) => ({
      ...line,
      amount: formatAmount(line.amount),
    })),
    total: formatAmount(basket.total(catalogue)),
  };
}

export function createApi(catalogue) {
  const baskets = new Map();

  // The oldest basket goes when there are too many of them.
  function basketOf(key) {
    if (!baskets.has(key)) {
      if (baskets.size >= MOST_BASKETS) {
        baskets.delete(baskets.keys().next().value);
      }
      baskets.set(key, new Basket());
    }
    return baskets.get(key);
  }

  function products() {
    return answer(200, catalogue.list().map((product) => ({
      ...product,
      price: formatAmount(product.price),
    })));
  }

  function show({ key }) {
    return answer(200, shown(basketOf(key), catalogue));
  }

  function addItem({ key, body }) {
    if (!catalogue.find(body?.id)) {
      return refuse(404, 'no such product');
    }
    try {
      basketOf(key).add(body.id, body.quantity);
    } catch (error) {
      return refuse(422, error.message);
    }
    return show({ key });
  }

  function removeItem({ key, id }) {
    return basketOf(key).remove(id)
      ? show({ key })
      : refuse(404, 'not in the basket');
  }

  function checkout({ key }) {
    const basket = basketOf(key);
    const lines = basket.lines(catalogue);
    if (lines.length === 0) {
      return refuse(422, 'the basket is empty');
    }
    const { taken, missing } = catalogue.take(lines);
    if (!taken) {
      return refuse(409, `out of stock: ${missing}`);
    }
    const receipt = shown(basket, catalogue);
    basket.clear();
    return answer(201, receipt);
  }

  const routes = [
    ['GET', /^\/healthz$/, () => answer(200, { status: 'ok' })],
    ['GET', /^\/api\/products$/, products],
    ['GET', /^\/api\/baskets\/(?<key>\w{1,32})$/, show],
    ['POST', /^\/api\/baskets\/(?<key>\w{1,32})\/items$/, addItem],
    ['DELETE', /^\/api\/baskets\/(?<key>\w{1,32})\/items\/(?<id>\w{1,32})$/,
      removeItem],
    ['POST', /^\/api\/baskets\/(?<key>\w{1,32})\/checkout$/, checkout],
  ];

  return function handle(method, path, body) {
    const known = routes.filter(([, pattern]) => pattern.test(path));
    const route = known.find(([allowed]) => allowed === method);
    if (known.length === 0) {
      return refuse(404, 'no such page');
    }
    if (!route) {
      return refuse(405, 'method not allowed');
    }
    return route[2]({ ...route[1].exec(path).groups, body });
  };
}
