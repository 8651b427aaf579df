// Builds every package and looks at what came out.
import assert from 'node:assert/strict';
import { readFile, readdir } from 'node:fs/promises';
import { test } from 'node:test';
import { build } from 'vite';

const quiet = { configFile: false, logLevel: 'error' };
const dist = (name) => new URL(`../../dist/${name}/`, import.meta.url);

for (const [name, base] of [['shop', '/'], ['stock', '/stock/']]) {
  test(`package ${name}`, async () => {
    await build({
      ...quiet,
      base,
      root: `web/${name}`,
      build: { outDir: `../../dist/${name}`, emptyOutDir: true, target: 'es2022' },
    });
    const page = await readFile(new URL('index.html', dist(name)), 'utf8');
    const assets = await readdir(new URL('assets/', dist(name)));
    assert.ok(assets.some((file) => file.endsWith('.js')), 'no script was built');
    assert.ok(assets.some((file) => file.endsWith('.css')), 'no style was built');
    for (const file of assets) {
      assert.ok(page.includes(`${base}assets/${file}`), `${file} is not in the page`);
    }
  });
}

test('package server', async () => {
  await build({
    ...quiet,
    build: { ssr: 'src/main.js', outDir: 'dist/server', emptyOutDir: true, target: 'node20' },
  });
  const server = await readFile(new URL('main.js', dist('server')), 'utf8');
  assert.match(server, /from "sirv"/);
});
