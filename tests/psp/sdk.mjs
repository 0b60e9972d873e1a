// The official Stripe SDK, unmodified, against florin-psp: its retry table row by row,
// constructEvent, and the calls that a payment system makes. Prints `N passed, N failed`.
import assert from 'node:assert/strict';
import Stripe from 'stripe';
import { countingProxy, raw, receiver, runTests, Sandbox, until } from './sandbox.mjs';

const sandbox = await new Sandbox('--seed', '7', '--processing-s', '1').start();
const proxy = await countingProxy(sandbox.port);
const tests = [];
let orders = 0;

const test = (name, run) => tests.push([name, run]);
const client = (options = {}) =>
  new Stripe('sk_test_1', { host: '127.0.0.1', port: proxy.port, protocol: 'http', telemetry: false, timeout: 5_000, ...options });
const stripe = client();

function payment(order, card = 'pm_card_visa') {
  return { amount: 1099, currency: 'usd', confirm: true, payment_method: card, metadata: { payment_order_id: order } };
}

function checkout(order, more = {}) {
  return {
    mode: 'payment',
    success_url: 'http://127.0.0.1/back',
    client_reference_id: order,
    metadata: { payment_order_id: order },
    payment_intent_data: { metadata: { payment_order_id: order } },
    line_items: [{ quantity: 1, price_data: { currency: 'usd', unit_amount: 1099, product_data: { name: 'Mug & "tea"' } } }],
    ...more,
  };
}

async function chargesOf(order) {
  const intents = await stripe.paymentIntents.search({ query: `metadata['payment_order_id']:'${order}'` });
  let charges = 0;
  for (const intent of intents.data) {
    const all = await stripe.charges.list({ payment_intent: intent.id });
    charges += all.data.filter((charge) => charge.status === 'succeeded').length;
  }
  return charges;
}

// How many requests a call makes, and how it ends.
async function outcome(run) {
  const before = proxy.requests;
  const error = await run().then(
    () => undefined,
    (caught) => caught,
  );
  return { requests: proxy.requests - before, error };
}

// One row: the fault, the SDK's error, requests, and how often the order is charged afterwards.
function row(name, fault, type, requests, { charges = 0, options = {} } = {}) {
  test(`retry table: ${name}`, async () => {
    const order = `row-${++orders}`;
    await sandbox.own('/_faults', { order, count: 100, ...fault });
    const { requests: made, error } = await outcome(() => client(options).paymentIntents.create(payment(order)));
    await sandbox.own('/_faults', { clear: 'true' });
    assert.equal(error?.type, type);
    assert.equal(made, requests);
    assert.equal(await chargesOf(order), charges);
  });
}

row('500 (executed, stored)', { kind: 'error_500' }, 'StripeAPIError', 3, { charges: 1 });
row('502 HTML', { kind: 'bad_gateway' }, 'StripeAPIError', 3);
row('503', { kind: 'unavailable' }, 'StripeAPIError', 3);
row('409', { kind: 'status', status: 409 }, 'StripeAPIError', 3);
row('503, Stripe-Should-Retry: false', { kind: 'status', status: 503, should_retry: 'false' }, 'StripeAPIError', 1);
row('429, Stripe-Should-Retry: true', { kind: 'status', status: 429, should_retry: 'true' }, 'StripeRateLimitError', 3);
row('401', { kind: 'unauthorized' }, 'StripeAuthenticationError', 1);
row('403', { kind: 'status', status: 403 }, 'StripePermissionError', 1);
row('404', { kind: 'status', status: 404 }, 'StripeInvalidRequestError', 1);
row('429', { kind: 'throttled' }, 'StripeRateLimitError', 1);
row('424', { kind: 'status', status: 424 }, 'StripeAPIError', 1);
row('closed before the answer', { kind: 'close_before' }, 'StripeConnectionError', 3);
row('closed before the answer, no retries', { kind: 'close_before' }, 'StripeConnectionError', 2, {
  options: { maxNetworkRetries: 0 },
});
row('reset after execution', { kind: 'reset_after' }, 'StripeConnectionError', 3, { charges: 1 });
row('no answer within the time-out', { kind: 'hang_before' }, 'StripeConnectionError', 3, { options: { timeout: 400 } });
row('no answer, executed, no retries', { kind: 'hang_after' }, 'StripeConnectionError', 1, {
  charges: 1,
  options: { timeout: 400, maxNetworkRetries: 0 },
});
row('body cut', { kind: 'cut' }, 'StripeConnectionError', 1, { charges: 1 });
row('body stalled', { kind: 'stall' }, 'StripeConnectionError', 1, { charges: 1, options: { timeout: 400 } });

for (const kind of ['empty', 'html']) {
  test(`retry table: 200, ${kind}`, async () => {
    const order = `row-${++orders}`;
    await sandbox.own('/_faults', { kind, order });
    const { requests, error } = await outcome(() => stripe.paymentIntents.create(payment(order)));
    assert.ok(error, 'rejected');
    assert.equal(requests, 1);
    assert.equal(await chargesOf(order), 1);
  });
}

test('retry table: 402 carries code, decline_code and the intent', async () => {
  const { requests, error } = await outcome(() =>
    stripe.paymentIntents.create(payment('declined-1', 'pm_card_chargeDeclinedInsufficientFunds')),
  );
  assert.equal(requests, 1);
  assert.equal(error.type, 'StripeCardError');
  assert.equal(error.code, 'card_declined');
  assert.equal(error.decline_code, 'insufficient_funds');
  assert.equal(error.payment_intent.status, 'requires_payment_method');
});

test('retry table: a key with other parameters is an idempotency error, once', async () => {
  const options = { idempotencyKey: 'mismatch-1' };
  await stripe.paymentIntents.create(payment('mismatch-1'), options);
  const { requests, error } = await outcome(() =>
    stripe.paymentIntents.create({ ...payment('mismatch-1'), amount: 2000 }, options),
  );
  assert.equal(error.type, 'StripeIdempotencyError');
  assert.equal(requests, 1);
  assert.equal(await chargesOf('mismatch-1'), 1);
});

test('a lost answer is replayed under the same key: one charge', async () => {
  await sandbox.own('/_faults', { kind: 'reset_after', order: 'lost-1' });
  const intent = await stripe.paymentIntents.create(payment('lost-1'));
  assert.equal(intent.status, 'succeeded');
  assert.equal(intent.lastResponse.headers['idempotent-replayed'], 'true');
  assert.equal(await chargesOf('lost-1'), 1);
});

test('two calls at once with one key: 409 while the first runs, then its answer', async () => {
  await sandbox.own('/_faults', { kind: 'slow', order: 'slow-1', delay_ms: 700 });
  const options = { idempotencyKey: 'slow-1' };
  const first = stripe.paymentIntents.create(payment('slow-1'), options);
  await new Promise((resolve) => setTimeout(resolve, 100));
  const hasty = await outcome(() => client({ maxNetworkRetries: 0 }).paymentIntents.create(payment('slow-1'), options));
  assert.equal(hasty.error.statusCode, 409);
  const second = await stripe.paymentIntents.create(payment('slow-1'), options);
  assert.equal(second.id, (await first).id);
  assert.equal(await chargesOf('slow-1'), 1);
});

test('sessions: create, retrieve, list, expire', async () => {
  const session = await stripe.checkout.sessions.create(checkout('session-1'), { idempotencyKey: 'session-1' });
  assert.equal(session.status, 'open');
  assert.ok(session.url.startsWith('http://127.0.0.1:'));
  assert.equal((await stripe.checkout.sessions.retrieve(session.id)).amount_total, 1099);
  assert.equal((await stripe.checkout.sessions.list({ limit: 1 })).data[0].id, session.id);
  assert.equal((await stripe.checkout.sessions.expire(session.id)).status, 'expired');
  await assert.rejects(stripe.checkout.sessions.expire(session.id), { type: 'StripeInvalidRequestError' });
});

test('lists are paged by the SDK', async () => {
  const made = [];
  for (let i = 0; i < 5; i += 1) made.unshift((await stripe.checkout.sessions.create(checkout(`page-${i}`))).id);
  const listed = await stripe.checkout.sessions.list({ limit: 2 }).autoPagingToArray({ limit: 5 });
  assert.deepEqual(listed.map((session) => session.id), made);
});

test('refunds: what is left, and no more', async () => {
  const intent = await stripe.paymentIntents.create(payment('refund-1'));
  const refund = await stripe.refunds.create({ payment_intent: intent.id, amount: 99, metadata: { r: '1' } });
  assert.equal(refund.status, 'succeeded');
  await assert.rejects(stripe.refunds.create({ payment_intent: intent.id, amount: 1001 }), { code: 'amount_too_large' });
  await stripe.refunds.create({ charge: intent.latest_charge });
  const charge = await stripe.charges.retrieve(intent.latest_charge);
  assert.equal(charge.amount_refunded, 1099);
  assert.equal(charge.refunded, true);
});

test('intents: update, confirm after a decline, cancel', async () => {
  const intent = await stripe.paymentIntents.create({ amount: 500, currency: 'eur', automatic_payment_methods: { enabled: true } });
  await stripe.paymentIntents.update(intent.id, { description: '[x] \u00e4', metadata: { a: '1' } });
  await assert.rejects(stripe.paymentIntents.confirm(intent.id, { payment_method: 'pm_card_chargeDeclined' }), {
    type: 'StripeCardError',
  });
  const paid = await stripe.paymentIntents.confirm(intent.id, { payment_method: 'pm_card_visa', expand: ['latest_charge'] });
  assert.equal(paid.latest_charge.payment_method_details.card.last4, '4242');
  assert.equal(paid.description, '[x] \u00e4');
  await assert.rejects(stripe.paymentIntents.cancel(intent.id), { code: 'payment_intent_unexpected_state' });
});

test('what is unknown is an error, not a success', async () => {
  await assert.rejects(stripe.rawRequest('GET', '/v1/nothing'), { statusCode: 404 });
  await assert.rejects(stripe.paymentIntents.retrieve('pi_none'), { code: 'resource_missing' });
  await assert.rejects(stripe.paymentIntents.create({ amount: 100.5, currency: 'usd' }), { param: 'amount' });
  await assert.rejects(new Stripe('sk_live_1', { host: '127.0.0.1', port: proxy.port, protocol: 'http' }).charges.list(), {
    type: 'StripeAuthenticationError',
  });
});

test('the HTTP layer refuses in the same shape', async () => {
  const requests = {
    400: 'GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n',
    405: 'DELETE /v1/refunds HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer sk_test_1\r\nConnection: close\r\n\r\n',
    413: `POST /v1/refunds HTTP/1.1\r\nHost: x\r\nContent-Length: 300000\r\n\r\n${'a'.repeat(300_000)}`,
    431: `GET /v1/refunds HTTP/1.1\r\nHost: x\r\nX: ${'a'.repeat(20_000)}\r\n\r\n`,
  };
  for (const [status, text] of Object.entries(requests)) {
    const answer = await raw(sandbox.port, text);
    assert.ok(answer.startsWith(`HTTP/1.1 ${status} `), `${status}: ${answer.slice(0, 80)}`);
    assert.ok(JSON.parse(answer.slice(answer.indexOf('\r\n\r\n'))).error.message);
  }
});

test('webhooks: signed for constructEvent, sent again until they are taken', async () => {
  const shop = await receiver((count) => (count === 1 ? 503 : 200));
  const endpoint = await stripe.webhookEndpoints.create({
    url: `${shop.url}/hook`,
    enabled_events: ['payment_intent.succeeded', 'checkout.session.completed'],
  });
  const intent = await stripe.paymentIntents.create(payment('hook-1'));
  await until(() => shop.seen.length >= 2, 'a second try');
  const { body, headers } = shop.seen[1];
  assert.deepEqual(body, shop.seen[0].body);
  const event = stripe.webhooks.constructEvent(body, headers['stripe-signature'], endpoint.secret);
  assert.equal(event.type, 'payment_intent.succeeded');
  assert.equal(event.data.object.id, intent.id);
  assert.throws(() => stripe.webhooks.constructEvent(body, headers['stripe-signature'], 'whsec_other'));
  assert.throws(() => stripe.webhooks.constructEvent(`${body} `, headers['stripe-signature'], endpoint.secret));
  const listed = await stripe.events.list({ types: ['payment_intent.succeeded'], limit: 1 });
  assert.equal(listed.data[0].id, event.id);
  await stripe.webhookEndpoints.del(endpoint.id);
  shop.close();
});

test('webhooks: twice, contradictory and lost, as asked', async () => {
  const shop = await receiver();
  const endpoint = await stripe.webhookEndpoints.create({ url: shop.url, enabled_events: ['*'] });
  const eventsOf = async (kind) => {
    await sandbox.own('/_faults', { kind, order: kind });
    const before = shop.seen.length;
    await stripe.paymentIntents.create(payment(kind));
    await new Promise((resolve) => setTimeout(resolve, 500));
    return shop.seen.slice(before).map((seen) => JSON.parse(seen.body));
  };
  const twice = await eventsOf('webhook_twice');
  assert.equal(twice.length, 6);
  assert.equal(new Set(twice.map((event) => event.id)).size, 3);
  const types = (await eventsOf('webhook_contradictory')).map((event) => event.type);
  assert.ok(types.includes('payment_intent.succeeded') && types.includes('payment_intent.payment_failed'));
  assert.equal((await eventsOf('webhook_lost')).length, 0);
  await stripe.webhookEndpoints.del(endpoint.id);
  shop.close();
});

test('kill -9 and start again: keys, objects and faults are still there', async () => {
  const options = { idempotencyKey: 'kill-1' };
  const before = await stripe.paymentIntents.create(payment('kill-1'), options);
  await sandbox.own('/_faults', { kind: 'unavailable', order: 'kill-2' });
  await sandbox.stop('SIGKILL');
  await sandbox.start();
  const after = await stripe.paymentIntents.create(payment('kill-1'), options);
  assert.equal(after.id, before.id);
  assert.equal(after.lastResponse.headers['idempotent-replayed'], 'true');
  assert.equal(await chargesOf('kill-1'), 1);
  await assert.rejects(client({ maxNetworkRetries: 0 }).paymentIntents.create(payment('kill-2')), { statusCode: 503 });
});

test('the risk service approves, denies, asks for a review, and is silent', async () => {
  const ask = (order, signal) =>
    fetch(`${sandbox.url}/_risk`, { method: 'POST', body: new URLSearchParams({ payment_order_id: order }), signal }).then((answer) =>
      answer.json(),
    );
  assert.equal((await ask('risk-1')).decision, 'approve');
  for (const kind of ['deny', 'review']) {
    await sandbox.own('/_faults', { kind: `risk_${kind}`, order: 'risk-1' });
    assert.equal((await ask('risk-1')).decision, kind);
  }
  await sandbox.own('/_faults', { kind: 'risk_silent', order: 'risk-1' });
  await assert.rejects(ask('risk-1', AbortSignal.timeout(300)));
});

test('faults at random are counted by kind', async () => {
  await sandbox.own('/_faults', { seed: 3, 'rate[unavailable]': 500 });
  const quick = client({ maxNetworkRetries: 0 });
  const ends = await Promise.allSettled(Array.from({ length: 40 }, (_, i) => quick.paymentIntents.create(payment(`random-${i}`))));
  const failed = ends.filter((end) => end.status === 'rejected').length;
  const { met } = await sandbox.own('/_faults', { clear: 'true' });
  assert.ok(failed > 5 && failed < 35, `${failed} of 40`);
  assert.ok(met.unavailable >= failed);
});

await runTests(tests, async () => {
  await sandbox.remove();
  proxy.close();
});
