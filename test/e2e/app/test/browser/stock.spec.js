import { expect, test } from '@playwright/test';

test('the stock page is reached from the shop', async ({ page }) => {
  await page.goto('/');
  await page.getByRole('link', { name: 'What is in stock' }).click();
  await expect(page).toHaveTitle('Tea shop: stock');
  await expect(page.locator('#products tr')).toHaveCount(4);
});

test('a sale lowers the stock', async ({ page, request }) => {
  const pots = page.locator('#products tr', { hasText: 'pot' }).locator('td').nth(1);
  await page.goto('/stock/');
  const before = Number(await pots.textContent());
  const basket = `/api/baskets/${crypto.randomUUID().replaceAll('-', '')}`;
  await request.post(`${basket}/items`, { data: { id: 'pot', quantity: 1 } });
  await request.post(`${basket}/checkout`);
  await page.reload();
  await expect(pots).toHaveText(String(before - 1));
});
