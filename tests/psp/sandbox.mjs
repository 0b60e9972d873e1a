// Starts a florin-psp on a free port with a data directory of its own, and what the tests need around it.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { connect, createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const START_MS_MAX = 10_000;
const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const binary = process.env.FLORIN_PSP ?? join(process.env.FLORIN_BIN_DIR ?? join(root, 'build/release/bin'), 'florin-psp');

export class Sandbox {
  constructor(...options) {
    this.options = options;
    this.directory = mkdtempSync(join(tmpdir(), 'florin-psp-'));
  }

  // A restart keeps port and state.
  async start() {
    const listen = `127.0.0.1:${this.port ?? 0}`;
    this.process = spawn(binary, ['--listen', listen, '--data-dir', this.directory, ...this.options], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.ended = new Promise((resolve) => this.process.once('exit', resolve));
    const line = await this.#readyLine();
    this.url = line.match(/http:\/\/\S+$/)[0];
    this.port = Number(new URL(this.url).port);
    return this;
  }

  #readyLine() {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error('florin-psp is not ready in time')), START_MS_MAX);
      this.process.once('error', reject);
      this.process.once('exit', (code) => reject(new Error(`florin-psp ended with ${code}`)));
      createInterface({ input: this.process.stdout }).once('line', (line) => {
        clearTimeout(timer);
        resolve(line);
      });
    });
  }

  async stop(signal = 'SIGTERM') {
    this.process.kill(signal);
    return this.ended;
  }

  async remove() {
    await this.stop();
    rmSync(this.directory, { recursive: true, force: true });
  }

  // POST of a form to one of its own addresses; the parsed answer.
  async own(path, form) {
    const answer = await fetch(this.url + path, { method: form ? 'POST' : 'GET', body: form && new URLSearchParams(form) });
    return answer.json();
  }
}

// A TCP proxy that counts the requests that pass; ends are passed on, too.
export function countingProxy(port) {
  const proxy = { requests: 0 };
  const server = createTcpServer((client) => {
    const upstream = connect(port, '127.0.0.1');
    client.on('data', (bytes) => {
      proxy.requests += bytes.toString('latin1').match(/^(GET|POST|DELETE) \S+ HTTP\/1\.1\r$/gm)?.length ?? 0;
      upstream.write(bytes);
    });
    upstream.on('data', (bytes) => client.write(bytes));
    for (const [one, other] of [[client, upstream], [upstream, client]]) {
      one.on('close', () => other.destroy());
      one.on('error', () => other.destroy());
    }
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      proxy.port = server.address().port;
      proxy.close = () => server.close();
      resolve(proxy);
    });
  });
}

// An HTTP server that keeps what it was sent and answers 200 with a page, or what `answer` says.
export function receiver(answer = () => 200) {
  const seen = [];
  const server = createServer((message, response) => {
    const chunks = [];
    message.on('data', (chunk) => chunks.push(chunk));
    message.on('end', () => {
      seen.push({ url: message.url, headers: message.headers, body: Buffer.concat(chunks) });
      response.writeHead(answer(seen.length), { 'content-type': 'text/html' }).end(`<h1 id="shop">shop ${message.url}</h1>`);
    });
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      resolve({ seen, url: `http://127.0.0.1:${server.address().port}`, close: () => server.close() });
    });
  });
}

// Raw bytes in, the whole answer out.
export function raw(port, text) {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    let answer = '';
    socket.on('data', (bytes) => (answer += bytes));
    socket.on('close', () => resolve(answer));
    socket.on('error', reject);
  });
}

export async function until(condition, what, ms = 10_000) {
  const end = Date.now() + ms;
  while (Date.now() < end) {
    const value = await condition();
    if (value) return value;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`not in time: ${what}`);
}

// Runs the tests one after the other, and ends the process with `N passed, N failed`.
export async function runTests(tests, after) {
  let passed = 0;
  let failed = 0;
  for (const [name, test] of tests) {
    try {
      await test();
      passed += 1;
    } catch (error) {
      failed += 1;
      console.log(`FAILED ${name}\n  ${error.stack}`);
    }
  }
  await after();
  console.log(`${passed} passed, ${failed} failed`);
  process.exit(failed === 0 && passed > 0 ? 0 : 1);
}

