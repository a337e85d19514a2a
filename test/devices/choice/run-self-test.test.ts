import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runSelfTest } from '../../../src/devices/choice/run-self-test.js';

const folder = mkdtempSync(join(tmpdir(), 'ganeval-self-test-'));

/** A script in the place of the one that tests a device. */
function script(body: string): string {
  const path = join(
    folder,
    `${Math.abs(Array.from(body).reduce((sum, c) => (sum * 31 + c.charCodeAt(0)) | 0, 7))}.mjs`,
  );
  writeFileSync(path, body);
  return path;
}

const FOUND = {
  outcome: 'ran',
  distance: 1e-7,
  picturesPerSecond: 10,
  cpuPicturesPerSecond: 5,
  startSeconds: 1,
};

describe('runSelfTest', () => {
  it('takes what the process says, even of one that writes to its output and never ends', async () => {
    const body = `
      if (process.argv[2] !== 'webgpu' || process.env.NVIDIA_TF32_OVERRIDE !== '0') process.exit(1);
      console.error('Warning: a driver speaks'); console.log('{}');
      process.send(${JSON.stringify(FOUND)});
      setInterval(() => {}, 1000);`;
    expect(await runSelfTest('webgpu', { script: script(body) })).toEqual(FOUND);
  });

  it('says how a driver ended it', async () => {
    const crash = await runSelfTest('webgpu', {
      script: script(`process.kill(process.pid, 'SIGSEGV'); setInterval(() => {}, 1000);`),
    });
    expect(crash).toEqual({
      outcome: 'failed',
      reason: 'its driver ended the process that tested it (SIGSEGV)',
    });
    const exit = await runSelfTest('cuda', { script: script('process.exit(3);') });
    expect(exit).toMatchObject({ reason: 'its driver ended the process that tested it (exit code 3)' });
  });

  it('ends one that hangs', async () => {
    const hung = await runSelfTest('webgpu', {
      script: script('setInterval(() => {}, 1000);'),
      limitMs: 500,
    });
    expect(hung).toEqual({
      outcome: 'failed',
      reason: 'it gave no answer within 0.5 seconds',
      isTimeout: true,
    });
  });

  it.each(['SIGINT', 'SIGTERM'])('finds nothing where somebody ends it: %s', async (signal) => {
    const body = `process.kill(process.pid, '${signal}'); setInterval(() => {}, 1000);`;
    expect(await runSelfTest('webgpu', { script: script(body) })).toBeUndefined();
  });

  it('does not take one that was killed before its time for a slow one', async () => {
    const body = `process.kill(process.pid, 'SIGKILL'); setInterval(() => {}, 1000);`;
    expect(await runSelfTest('webgpu', { script: script(body) })).toEqual({
      outcome: 'failed',
      reason: 'the process that tested it was killed',
    });
  });

  it('believes no message of another form', async () => {
    const body = `process.send({ outcome: 'ran', distance: -1 });`;
    expect(await runSelfTest('webgpu', { script: script(body) })).toMatchObject({ outcome: 'failed' });
  });

  it('is ended by a signal', async () => {
    const ended = runSelfTest('webgpu', {
      script: script('setInterval(() => {}, 1000);'),
      signal: AbortSignal.timeout(200),
    });
    await expect(ended).rejects.toThrow(/timeout/);
  });

  it('tests nothing without the built script', async () => {
    expect(await runSelfTest('webgpu')).toBeUndefined();
  });
});
