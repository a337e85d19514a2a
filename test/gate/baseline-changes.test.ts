import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { updateToText } from '../../src/cli/output/baseline-text.js';
import { UsageError } from '../../src/core/errors.js';
import { listChanges } from '../../src/gate/baseline-changes.js';
import { readBaseline, readOldBaseline, writeBaseline } from '../../src/gate/baseline-file.js';

import { toScoreJson } from '../../src/report/score/json.js';
import { makeResult } from '../report/result-fixture.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ganeval-baseline-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('a baseline', () => {
  it('holds the result and no facts of its run, the same bytes from any order of keys', async () => {
    const [one, two] = ['one.json', 'two.json'].map((name) => join(folder, name));
    const result = makeResult();
    await writeBaseline(one, result);
    const reversed = Object.fromEntries(Object.entries(result).reverse()) as typeof result;
    await writeBaseline(two, { ...reversed, run: { ...result.run, durationMs: 1 } } as typeof result);
    const text = readFileSync(one, 'utf8');
    expect(readFileSync(two, 'utf8')).toBe(text);
    expect(text).toMatch(/\}\n$/);
    const { run, ...rest } = result;
    expect(JSON.parse(text)).toEqual(rest);
    expect(text).not.toContain(run.startedAt);
  });

  it('may be a whole result', async () => {
    const path = join(folder, 'result.json');
    writeFileSync(path, toScoreJson(makeResult()));
    expect(await readBaseline(path)).not.toHaveProperty('run');
  });

  it('that is none is refused with what to do, and can be overwritten', async () => {
    const path = join(folder, 'broken.json');
    for (const [text, message] of [
      ['{', /is not JSON/],
      ['{"schema":"other"}', /not a result of ganeval \(schema: .*--update/],
    ] as const) {
      writeFileSync(path, text);
      await expect(readBaseline(path)).rejects.toThrow(message);
      await expect(readBaseline(path)).rejects.toThrow(UsageError);
      expect(await readOldBaseline(path)).toBeUndefined();
    }
    await expect(readBaseline(join(folder, 'none.json'))).rejects.toThrow(/There is no baseline .*--update/);
  });
});

describe('the changes of a baseline', () => {
  it('are none for equal results', () => {
    expect(listChanges(makeResult(), makeResult())).toEqual([]);
  });

  it('name every fact that differs, with both values', () => {
    const [before, after] = [makeResult(), makeResult()];
    after.settings.seed = 7;
    after.samples.digest = 'cd'.repeat(32);
    after.createdWith.ganeval = '0.2.0';
    const [is] = after.metrics;
    if (is.status === 'ok') {
      is.value = 4.5;
      is.extractor = { ...is.extractor!, sha256: '11'.repeat(32) };
    }
    after.metrics.pop();
    expect(listChanges(before, after)).toEqual([
      { what: 'digest of the samples', before: 'abababababab', after: 'cdcdcdcdcdcd' },
      { what: 'seed', before: 2020, after: 7 },
      { what: 'Inception Score', before: 5.00412, after: 4.5 },
      {
        what: 'network of Inception Score',
        before: 'inception-cifar10 (9b9b9b9b9b9b), card',
        after: 'inception-cifar10 (111111111111), card',
      },
      { what: 'FID', before: 'not computed', after: undefined },
      { what: 'version of ganeval', before: '0.1.0', after: '0.2.0' },
    ]);
  });

  it('are told line by line, names made harmless', () => {
    const changes = [
      { what: 'samples', before: 'a\u001b[2J', after: 1.23456789 },
      { what: 'FID', after: 2 },
    ];
    expect(updateToText({ path: 'b.json', changes })).toBe(
      'Changed in the baseline b.json:\n  samples: a\\u{1b}[2J → 1.23457\n  FID: none → 2\n',
    );
    expect(updateToText({ path: 'b.json', changes: [] })).toBe('Nothing changed in the baseline b.json.\n');
    expect(updateToText({ path: 'b.json', changes: undefined })).toBe('A new baseline b.json.\n');
  });
});
