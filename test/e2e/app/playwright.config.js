import { defineConfig } from '@playwright/test';

// The browser is the system's own; APP_URL is a running server's address.
export default defineConfig({
  testDir: 'test/browser',
  workers: 1,
  retries: 0,
  timeout: 20_000,
  use: {
    baseURL: process.env.APP_URL,
    browserName: 'chromium',
    launchOptions: {
      executablePath: process.env.CHROME_PATH ?? '/usr/bin/chromium',
      args: ['--no-sandbox', '--disable-gpu', '--no-first-run',
        '--disable-background-networking'],
    },
  },
});
