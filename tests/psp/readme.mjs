// The commands of README.md's payment, as they stand, against a node that runs (./dev run, with data that has not seen them yet), and
// headless Chromium as the payer: from nothing to SUCCESS and money in the merchant's wallet within two minutes.
//
//   ./run.sh readme.mjs [http://127.0.0.1:8080]        CHROMIUM names another browser
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { runTests, until } from './sandbox.mjs';

const HEADING = '## Two minutes: a payment';
const TIME_MS_MAX = 120_000;
const readme = readFileSync(join(dirname(fileURLToPath(import.meta.url)), '../../README.md'), 'utf8');
const node = process.argv[2] ?? 'http://127.0.0.1:8080';

// Those under the heading, in their order; what the first sets (api, json) the second has too.
function commands() {
  const from = readme.indexOf(HEADING);
  assert.notEqual(from, -1, `README.md has no "${HEADING}"`);
  const section = readme.slice(from, readme.indexOf('\n## ', from + HEADING.length));
  const blocks = [...section.matchAll(/```bash\n([^]*?)```/g)].map((block) => block[1]);
  assert.equal(blocks.length, 2, 'commands before and after the payer');
  const settings = blocks[0].split('\n')[0];
  return { before: blocks[0], after: `${settings}\n${blocks[1]}` };
}

function bash(script) {
  const text = script.replaceAll('http://127.0.0.1:8080', node);
  const done = spawnSync('bash', ['-euo', 'pipefail', '-c', text], { encoding: 'utf8' });
  assert.equal(done.status, 0, `${text}\n${done.stdout}${done.stderr}`);
  return done.stdout;
}

async function payAt(url) {
  const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  try {
    const page = await browser.newPage();
    await page.goto(url);
    await page.click('#pay');
    await page.waitForSelector('#pay', { state: 'detached' });
  } finally {
    await browser.close();
  }
}

async function payment() {
  const began = Date.now();
  const { before, after } = commands();
  const said = bash(before);
  const url = said.match(/"payer_url":"([^"]+)"/)?.[1];
  assert.ok(url, `no payer_url (is the data new?):\n${said}`);
  await payAt(url);
  const end = await until(
    () => {
      const text = bash(after);
      return /"payment_order_status":"SUCCESS","sub_status":"done"/.test(text) && text;
    },
    'SUCCESS, done',
    TIME_MS_MAX,
  );
  assert.match(end, /"posted":"9\.71"/);
  assert.match(end, /"wallet_updated":true,"ledger_updated":true/);
  const took = Date.now() - began;
  console.log(`from the first command to SUCCESS: ${(took / 1000).toFixed(1)} s`);
  assert.ok(took <= TIME_MS_MAX);
}

await runTests([['the payment of README.md', payment]], () => {});
