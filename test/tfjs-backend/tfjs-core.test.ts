import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleTests } from './tfjs-core/bundle.js';
import { judge, type Verdict } from './tfjs-core/judge.js';
import type { TestResult } from './tfjs-core/test-result.js';
import { LEFT_OUT } from './tfjs-core-left-out.js';

/** About 10 s on two idle cores: some 4,000 tiny graphs are compiled. */
const TIME_LIMIT_MS = 300_000;

describe("tfjs-core's own tests of its operators, on this backend", () => {
  let folder: string;
  let results: TestResult[];
  let verdict: Verdict;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tfjs-core-tests-'));
    results = await runOnOnnx(folder);
    verdict = judge(results, LEFT_OUT);
    console.log(`${verdict.passed} of tfjs-core's own tests passed, ${verdict.leftOut} left out`);
  }, TIME_LIMIT_MS);
  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  it('runs all of them', () => {
    // tfjs-core 4.22.0 has so many that need a backend; two of them it leaves out itself.
    expect(results.length).toBe(3791);
  });

  it('passes all but those left out', () => {
    expect(verdict.failed).toEqual([]);
  });

  it('leaves out nothing that passes, or that is not there', () => {
    expect(verdict.stale).toEqual([]);
  });
});

/** In a process of its own, because jasmine's globals have the names of vitest's. */
async function runOnOnnx(folder: string): Promise<TestResult[]> {
  const bundle = join(folder, 'tests.mjs');
  const report = join(folder, 'results.json');
  await bundleTests(fileURLToPath(new URL('tfjs-core/on-onnx.ts', import.meta.url)), bundle);
  await promisify(execFile)(process.execPath, [bundle, report], { maxBuffer: 2 ** 26 });
  return JSON.parse(await readFile(report, 'utf8'));
}
