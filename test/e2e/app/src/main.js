// Starts the shop: PORT, or any free port; pages are those built beside it.
import { fileURLToPath } from 'node:url';
import { Catalogue, sampleProducts } from './domain/catalogue.js';
import { startServer } from './http/server.js';

const page = (name) => fileURLToPath(new URL(`../${name}`, import.meta.url));
const pages = { shop: page('shop'), stock: page('stock') };
const port = Number(process.env.PORT ?? 0);

const server = await startServer(new Catalogue(sampleProducts), pages, port);
console.log(`http://127.0.0.1:${server.address().port}`);
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => {
    server.close();
    server.closeAllConnections();
  });
}
