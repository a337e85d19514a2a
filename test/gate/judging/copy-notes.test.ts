import { expect, test } from 'vitest';
import { parseGateConfig } from '../../../src/documents/gate-config.js';
import { compareWithBaseline } from '../../../src/gate/judging/judge-all.js';
import { makeResult, ORDINARY } from '../results.js';

const copying = (count: number) =>
  makeResult(undefined, (result) => {
    const none = { exact: { count: 0, examples: [] } };
    result.findings = { duplicates: none, memorized: { exact: { count, examples: [] } } };
  });
const judge = (now: ReturnType<typeof makeResult>) =>
  compareWithBaseline(makeResult(), now, parseGateConfig({}));

test('samples that copy the reference are noted, and fail nothing', () => {
  const { passed, notes } = judge(copying(400));
  expect(passed).toBe(true);
  expect(notes).toContain('400 of 400 samples repeat a picture of the reference byte for byte.');
  expect(judge(copying(1)).notes).toContain(
    '1 of 400 samples repeats a picture of the reference byte for byte.',
  );
  expect(judge(copying(0)).notes.join()).not.toContain('byte for byte');
});

test('a chance is not said twice where the correction leaves it as small', () => {
  const { rows } = judge(makeResult({ ...ORDINARY, is: { value: 2, se: 0.05 } }));
  expect(rows[0].reason).toMatch(/\(p less than 1 in a million, also after correction for \d+ comparisons\)/);
});
