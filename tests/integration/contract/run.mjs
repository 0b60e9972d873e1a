// The contract test: runs every call of api/openapi.yaml against a node and prints `N passed, N failed`.
//
//   node run.mjs                       starts $FLORIND or build/release/bin/florind
//   node run.mjs http://host:port      uses a node that runs (with empty books)
import { Agent, request } from 'node:http';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Contract } from './contract.mjs';
import { startFlorind } from './florind.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '../../..');
const contract = new Contract(join(root, 'api/openapi.yaml'));
const agent = new Agent({ keepAlive: true, maxSockets: 1 });
let passed = 0;
let failed = 0;

function count(name, faults) {
  if (faults.length === 0) {
    passed += 1;
    return;
  }
  failed += 1;
  console.log(`FAILED ${name}\n  ${faults.join('\n  ')}`);
}

// --- the page by itself -----------------------------------------------------------------------------

function isMeantToFail(example) {
  return example['x-invalid'] === true;
}

function checkExamples(name, parts) {
  const examples = contract.at([...parts, 'examples']) ?? {};
  for (const key of Object.keys(examples)) {
    const example = contract.resolve(examples[key]);
    if (!isMeantToFail(example)) count(`${name} example ${key}`, contract.faults([...parts, 'schema'], example.value));
  }
}

function checkPage() {
  for (const { method, path, operation, pointer } of contract.operations()) {
    const name = `${method} ${path}`;
    checkExamples(name, [...pointer, 'requestBody', 'content', 'application/json']);
    const used = new Set((operation['x-calls'] ?? []).map((call) => call.example));
    const unused = Object.keys(operation.requestBody?.content['application/json'].examples ?? {}).filter((key) => !used.has(key));
    count(`${name} runs every example`, unused.map((key) => `example ${key} has no call`));
    for (const status of Object.keys(operation.responses)) {
      const place = contract.place([...pointer, 'responses', status]);
      for (const type of Object.keys(contract.at([...place, 'content']) ?? {}))
        checkExamples(`${name} ${status}`, [...place, 'content', type]);
    }
  }
}

// --- calls -------------------------------------------------------------------------------------------

function send(base, { method, path, headers, body }) {
  return new Promise((resolve, reject) => {
    const call = request(new URL(path, base), { method, headers, agent }, (response) => {
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('end', () =>
        resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks).toString() }));
      response.on('error', reject);
    });
    call.setTimeout(60_000, () => call.destroy(new Error('no answer in 60 s')));
    call.on('error', reject);
    call.end(body);
  });
}

function pathOf(path, parameters, values) {
  const query = new URLSearchParams();
  for (const { name, in: where } of parameters) {
    if (values[name] === undefined) continue;
    if (where === 'path') path = path.replace(`{${name}}`, encodeURIComponent(values[name]));
    if (where === 'query') query.set(name, values[name]);
  }
  return query.size > 0 ? `${path}?${query}` : path;
}

function bodyOf(operation, call) {
  if (call.body !== undefined) return call.body;
  if (call.example === undefined) return undefined;
  return JSON.stringify(operation.requestBody.content['application/json'].examples[call.example].value);
}

function headersOf(call, body) {
  const headers = { ...call.headers };
  const type = call.content_type ?? (body === undefined ? '' : 'application/json');
  if (type !== '') headers['content-type'] = type;
  if (body !== undefined) headers['content-length'] = Buffer.byteLength(body);
  return headers;
}

function expectation(call, answer) {
  const faults = [];
  if (answer.status !== call.status) faults.push(`status ${answer.status}, expected ${call.status}: ${answer.body.slice(0, 400)}`);
  if (call.code && !answer.body.includes(`"code":"${call.code}"`)) faults.push(`code is not ${call.code}: ${answer.body}`);
  const replayed = answer.headers['florin-replayed'] === 'true';
  if (replayed !== (call.replayed ?? false)) faults.push(`Florin-Replayed is ${replayed}`);
  const places = () => (JSON.parse(answer.body).errors ?? []).map((part) => part.param);
  if (call.param && JSON.parse(answer.body).param !== call.param) faults.push(`param is not ${call.param}: ${answer.body}`);
  if (call.errors && JSON.stringify(places()) !== JSON.stringify(call.errors))
    faults.push(`errors are at ${JSON.stringify(places())}, expected ${JSON.stringify(call.errors)}`);
  if (call.allow && answer.headers.allow !== call.allow) faults.push(`Allow is ${answer.headers.allow}`);
  return faults;
}

async function runOperation(base, { method, path, operation, parameters, pointer }) {
  let nextCursor;
  for (const call of operation['x-calls'] ?? []) {
    const values = { ...call.parameters };
    if (values.cursor === '$next_cursor') values.cursor = nextCursor;
    const body = bodyOf(operation, call);
    const target = pathOf(path, parameters, values);
    const answer = await send(base, { method, path: target, headers: headersOf(call, body), body });
    const what = call.example ?? (call.body ? call.body.slice(0, 60) : '');
    count(`${method} ${target} ${what} -> ${call.status}`, [...expectation(call, answer), ...contract.judge(pointer, answer)]);
    if (answer.status === 200 && answer.body.includes('"next_cursor":"')) nextCursor = JSON.parse(answer.body).next_cursor;
  }
}

async function runStrayCalls(base) {
  const places = { 404: ['components', 'responses', 'NotFound'], 405: ['components', 'responses', 'MethodNotAllowed'] };
  for (const call of contract.spec['x-calls']) {
    const answer = await send(base, { method: call.method, path: call.path, headers: {} });
    count(`${call.method} ${call.path} -> ${call.status}`,
      [...expectation(call, answer), ...contract.judgeResponse(places[call.status], answer)]);
  }
}

// --- limits that no example can show ----------------------------------------------------------------

async function runLimits(base) {
  const tooLarge = await send(base, { method: 'POST', path: '/v1/accounts', headers: { 'content-type': 'application/json' },
    body: ' '.repeat(8 * 1024 * 1024 + 1) });
  count('a body of more than 8 MiB -> 413', [...expectation({ status: 413, code: 'body_too_large' }, tooLarge),
    ...contract.judge(['paths', '/v1/accounts', 'post'], tooLarge)]);
  const longHeader = await send(base, { method: 'GET', path: '/v1/accounts', headers: { 'x-long': 'x'.repeat(17 * 1024) } });
  count('a header of more than 16 KiB -> 431', [...expectation({ status: 431, code: 'headers_too_large' }, longHeader),
    ...contract.judge(['paths', '/v1/accounts', 'get'], longHeader)]);
}

async function main() {
  checkPage();
  const given = process.argv[2];
  const node = given
    ? { address: given.replace(/^http:\/\//, ''), stop: async () => 0 }
    : await startFlorind(process.env.FLORIND ?? join(root, 'build/release/bin/florind'));
  const base = `http://${node.address}`;
  try {
    for (const operation of contract.operations()) await runOperation(base, operation);
    await runStrayCalls(base);
    await runLimits(base);
  } finally {
    agent.destroy();
    const code = await node.stop();
    count('the node stops in order', code === 0 ? [] : [`exit code ${code}`]);
  }
}

try {
  await main();
} catch (error) {
  count('the contract test runs', [error.stack]);
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
