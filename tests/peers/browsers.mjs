// browsers.mjs -- packages.mjs for tests in a browser: these two take a second to load.
export { chromium } from 'playwright-core';
export { default as axe } from 'axe-core';
