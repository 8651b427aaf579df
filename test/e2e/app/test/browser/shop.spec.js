import { expect, test } from '@playwright/test';

const add = (page, name) => page.getByRole('button', { name: `Add ${name}` });

test.beforeEach(async ({ page }) => {
  await page.goto('/');
});

test('a customer sees what is for sale', async ({ page }) => {
  await expect(page.locator('#products tr')).toHaveCount(4);
  await expect(page.locator('#products')).toContainText('49.95');
});

test('what is sold out cannot be added', async ({ page }) => {
  await expect(add(page, 'Bamboo whisk')).toBeDisabled();
});

test('a basket adds up', async ({ page }) => {
  await add(page, 'Cast iron pot').click();
  await add(page, 'Cup, two').click();
  await expect(page.locator('#lines tr')).toHaveCount(2);
  await expect(page.locator('#total')).toHaveText('68.00');
});

test('ten of the same are cheaper', async ({ page }) => {
  for (let n = 1; n <= 10; n++) {
    await add(page, 'Green tea, 100 g').click();
    await expect(page.locator('#lines td').nth(1)).toHaveText(String(n));
  }
  await expect(page.locator('#total')).toHaveText('61.75');
});

test('a product can be taken out again', async ({ page }) => {
  await add(page, 'Cup, two').click();
  await page.getByRole('button', { name: 'Remove Cup, two' }).click();
  await expect(page.locator('#lines tr')).toHaveCount(0);
  await expect(page.locator('#total')).toHaveText('0.00');
});

test('a customer pays and the basket is empty', async ({ page }) => {
  await add(page, 'Cup, two').click();
  await page.getByRole('button', { name: 'Check out' }).click();
  await expect(page.getByRole('status')).toHaveText('Thank you. Paid: 18.05');
  await expect(page.locator('#lines tr')).toHaveCount(0);
});

test('an empty basket cannot be paid', async ({ page }) => {
  await page.getByRole('button', { name: 'Check out' }).click();
  await expect(page.getByRole('status')).toHaveText('the basket is empty');
});
