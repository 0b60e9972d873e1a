// Starts a florind on a free port with a data directory of its own, and stops it.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const START_MS_MAX = 30_000;
const STOP_MS_MAX = 10_000;

// Resolves to { address, stop() }. The port is the one that the log line "ready" names.
export async function startFlorind(binary) {
  const directory = mkdtempSync(join(tmpdir(), 'florin-contract-'));
  const arguments_ = ['--http-listen', '127.0.0.1:0', '--data-dir', join(directory, 'data'), '--log-format', 'json'];
  const process_ = spawn(binary, arguments_, { stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = new Promise((resolve) => process_.once('exit', resolve));
  const address = await readyAddress(process_).catch((error) => {
    process_.kill('SIGKILL');
    rmSync(directory, { recursive: true, force: true });
    throw error;
  });
  const stop = async () => {
    process_.kill('SIGTERM');
    const timer = setTimeout(() => process_.kill('SIGKILL'), STOP_MS_MAX);
    const code = await ended;
    clearTimeout(timer);
    rmSync(directory, { recursive: true, force: true });
    return code;
  };
  return { address, stop };
}

function readyAddress(process_) {
  return new Promise((resolve, reject) => {
    const lines = [];
    const timer = setTimeout(() => fail('not ready in time'), START_MS_MAX);
    const fail = (why) => {
      clearTimeout(timer);
      reject(new Error(`florind: ${why}\n${lines.join('\n')}`));
    };
    process_.once('error', (error) => fail(error.message));
    process_.once('exit', (code) => fail(`ended with ${code}`));
    createInterface({ input: process_.stderr }).on('line', (line) => {
      lines.push(line);
      const entry = parseLine(line);
      if (entry?.message !== 'ready') return;
      clearTimeout(timer);
      resolve(entry.address);
    });
  });
}

function parseLine(line) {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
