// A payer with a real browser (headless Chromium) at florin-psp's pages: pay, decline and pay again, back and pay, two tabs,
// 3-D Secure, processing, expiry. Prints `N passed, N failed`.
//
//   node browser.mjs [folder for screenshots]          CHROMIUM names another browser
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import Stripe from 'stripe';
import { receiver, runTests, Sandbox } from './sandbox.mjs';

const folder = process.argv[2]; // empty: none
if (folder) mkdirSync(folder, { recursive: true });
const sandbox = await new Sandbox('--seed', '7', '--processing-s', '1').start();
const shop = await receiver(); // another origin, as a shop is
const stripe = new Stripe('sk_test_1', { host: '127.0.0.1', port: sandbox.port, protocol: 'http', telemetry: false });
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] });
const tests = [];
let pictures = 0;

async function newSession() {
  return stripe.checkout.sessions.create({
    mode: 'payment',
    success_url: `${shop.url}/back?session={CHECKOUT_SESSION_ID}`,
    cancel_url: `${shop.url}/cart`,
    line_items: [{ quantity: 2, price_data: { currency: 'usd', unit_amount: 1250, product_data: { name: 'Mug <b>blue</b>' } } }],
  });
}

async function chargesOf(session) {
  const { payment_intent: intent } = await stripe.checkout.sessions.retrieve(session.id);
  if (!intent) return 0;
  const charges = await stripe.charges.list({ payment_intent: intent });
  return charges.data.filter((charge) => charge.status === 'succeeded').length;
}

function test(name, run) {
  tests.push([
    name,
    async () => {
      const context = await browser.newContext({ viewport: { width: 800, height: 700 } });
      const violations = [];
      context.on('console', (message) => {
        if (/Content Security Policy/.test(message.text())) violations.push(message.text());
      });
      try {
        await run(context, await context.newPage());
        assert.deepEqual(violations, []);
      } finally {
        await context.close();
      }
    },
  ]);
}

async function picture(page, name) {
  if (folder) await page.screenshot({ path: join(folder, `${String(++pictures).padStart(2, '0')}-${name}.png`) });
}

async function payWith(page, number) {
  await page.fill('[name=card_number]', number);
  await page.click('#pay');
}

const atShop = (page, session) => page.waitForURL(`${shop.url}/back?session=${session.id}`);

test('pay', async (context, page) => {
  const session = await newSession();
  await page.goto(session.url);
  assert.match(await page.textContent('#pay'), /25\.00 USD/);
  assert.equal(await page.locator('b').count(), 0, 'what the shop wrote is text');
  assert.equal(await page.evaluate(() => getComputedStyle(document.querySelector('#pay')).backgroundColor), 'rgb(36, 87, 197)');
  await picture(page, 'pay');
  await payWith(page, '4242 4242 4242 4242');
  await atShop(page, session);
  assert.equal(await chargesOf(session), 1);
});

test('decline, and pay again with another card', async (context, page) => {
  const session = await newSession();
  await page.goto(session.url);
  await payWith(page, '4000 0000 0000 9995');
  await page.waitForSelector('#decline');
  await picture(page, 'declined');
  assert.equal(await chargesOf(session), 0);
  await payWith(page, '4242 4242 4242 4242');
  await atShop(page, session);
  assert.equal(await chargesOf(session), 1);
});

test('a card that is no test card', async (context, page) => {
  const session = await newSession();
  await page.goto(session.url);
  await payWith(page, '4111 1111 1111 1111');
  await page.waitForSelector('#decline');
  await picture(page, 'unknown-card');
  assert.equal(await chargesOf(session), 0);
});

test('back and pay', async (context, page) => {
  const session = await newSession();
  await page.goto(session.url);
  await payWith(page, '4242 4242 4242 4242');
  await atShop(page, session);
  await page.goBack();
  await page.waitForLoadState();
  if (page.url().startsWith(shop.url)) await page.goBack();
  if (await page.locator('#pay').count()) {
    await page.click('#pay');
  } else {
    await page.goto(session.url);
    await page.waitForSelector('#paid');
    await picture(page, 'back-and-already-paid');
  }
  assert.equal(await chargesOf(session), 1);
});

test('two tabs', async (context, first) => {
  const session = await newSession();
  const second = await context.newPage();
  await first.goto(session.url);
  await second.goto(session.url);
  await payWith(first, '4242 4242 4242 4242');
  await atShop(first, session);
  await payWith(second, '5555 5555 5555 4444');
  await atShop(second, session);
  await picture(second, 'second-tab');
  assert.equal(await chargesOf(session), 1);
});

test('two submissions at the same moment', async (context, page) => {
  const session = await newSession();
  await page.goto(session.url);
  const form = { card_number: '4242424242424242', expiry: '12/34', cvc: '123' };
  const both = await Promise.all([1, 2].map(() => context.request.post(session.url, { form, maxRedirects: 0 })));
  assert.deepEqual(both.map((answer) => answer.status()), [303, 303]);
  assert.equal(await chargesOf(session), 1);
});

test('3-D Secure: refused, then confirmed', async (context, page) => {
  const session = await newSession();
  await page.goto(session.url);
  await payWith(page, '4000 0000 0000 3220');
  await page.waitForSelector('#complete');
  await picture(page, '3-d-secure');
  assert.equal(await chargesOf(session), 0);
  await page.click('#fail');
  await page.waitForSelector('#decline');
  await picture(page, '3-d-secure-refused');
  await payWith(page, '4000 0000 0000 3220');
  await page.click('#complete');
  await atShop(page, session);
  assert.equal(await chargesOf(session), 1);
});

test('processing: the payer leaves, the money comes later', async (context, page) => {
  const session = await newSession();
  await page.goto(session.url);
  await payWith(page, '4000 0000 0000 7007');
  await atShop(page, session);
  await page.goto(`${sandbox.url}/c/pay/${session.id}`);
  await picture(page, 'processing');
  await page.waitForTimeout(2_500);
  assert.equal((await stripe.checkout.sessions.retrieve(session.id)).payment_status, 'paid');
  assert.equal(await chargesOf(session), 1);
});

test('expiry: an old page pays nothing', async (context, page) => {
  const session = await newSession();
  await page.goto(session.url);
  await stripe.checkout.sessions.expire(session.id);
  await payWith(page, '4242 4242 4242 4242');
  await page.waitForSelector('#expired');
  await picture(page, 'expired');
  assert.equal(await chargesOf(session), 0);
});

test('expiry by time', async (context, page) => {
  const session = await newSession();
  await sandbox.own('/_clock', { advance_s: 24 * 3600 });
  await page.goto(session.url);
  await page.waitForSelector('#expired');
  assert.equal((await stripe.checkout.sessions.retrieve(session.id)).status, 'expired');
});

test('front page and closed shop', async (context, page) => {
  await page.goto(sandbox.url);
  await picture(page, 'front');
  assert.equal((await page.goto(`${sandbox.url}/_shop`)).status(), 503);
});

await runTests(tests, async () => {
  await browser.close();
  await sandbox.remove();
  shop.close();
});
