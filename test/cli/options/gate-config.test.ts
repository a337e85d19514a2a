import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readDrop, readGateConfig, readPower } from '../../../src/cli/options/gate-config.js';
import { UsageError } from '../../../src/core/errors.js';
import type { Rule } from '../../../src/documents/gate-config.js';
import { adjustRules } from '../../../src/gate/judging/adjust-rules.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ganeval-rules-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('rules by flags', () => {
  it('read shares and values', async () => {
    const flags = {
      tolerance: 'is=2%, accuracy=0.01',
      floor: 'accuracy=80%',
      ceiling: 'fid=4e1',
      alpha: '0.001',
    };
    expect(await readGateConfig(flags)).toEqual({
      alpha: 0.001,
      adjust: [
        { kind: 'relative', metric: 'is', tolerance: 0.02 },
        { kind: 'absolute', metric: 'accuracy', tolerance: 0.01 },
        { kind: 'floor', metric: 'accuracy', limit: 0.8 },
        { kind: 'ceiling', metric: 'fid', limit: 40 },
      ],
    });
  });

  it('go before those of a file', async () => {
    const path = join(folder, 'rules.json');
    const rules: Rule[] = [{ kind: 'significant', metric: 'is' }];
    const adjust: Rule[] = [{ kind: 'floor', metric: 'is', limit: 3 }];
    writeFileSync(path, JSON.stringify({ alpha: 0.01, rules, adjust }));
    expect(await readGateConfig({ rules: path, alpha: '0.2', floor: 'is=4' })).toEqual({
      alpha: 0.2,
      rules,
      adjust: [...adjust, { kind: 'floor', metric: 'is', limit: 4 }],
    });
    expect((await readGateConfig({ rules: path })).alpha).toBe(0.01);
  });

  it.each([
    [{ tolerance: 'ia=2%' }, /names no metric with "ia": perhaps is is meant/],
    [{ tolerance: 'is' }, /--tolerance cannot be "is"/],
    [{ tolerance: 'is=-1' }, /cannot be below 0/],
    [{ floor: 'is=0x10' }, /--floor cannot be/],
    [{ floor: 'is=' }, /--floor cannot be/],
    [{ alpha: '0.5' }, /--alpha cannot be "0.5"/],
    [{ alpha: '' }, /--alpha cannot be ""/],
    [{ rules: '/no/such.json' }, /cannot be read \(ENOENT\)/],
  ])('%j is refused', async (flags, message) => {
    await expect(readGateConfig(flags)).rejects.toThrow(message);
    await expect(readGateConfig(flags)).rejects.toThrow(UsageError);
  });

  it('in a file are checked, the file and the field named', async () => {
    const path = join(folder, 'wrong.json');
    writeFileSync(path, '{"rules":[{"kind":"floor","metric":"is"}]}');
    await expect(readGateConfig({ rules: path })).rejects.toThrow(
      /wrong\.json is not a config.*rules\.0\.limit/,
    );
    writeFileSync(path, '[');
    await expect(readGateConfig({ rules: path })).rejects.toThrow(/wrong\.json is not JSON/);
  });

  it('reads a drop and a power', () => {
    expect([readDrop('5%'), readDrop('0.05'), readDrop('.5 %')]).toEqual([0.05, 0.05, 0.005]);
    for (const text of ['0', '100%', '-1%', 'x', '']) expect(() => readDrop(text)).toThrow(UsageError);
    expect([readPower(undefined), readPower('0.8')]).toEqual([undefined, 0.8]);
    for (const text of ['0.5', '1', 'x']) expect(() => readPower(text)).toThrow(UsageError);
  });
});

describe('adjusting rules', () => {
  const usual: Rule[] = [
    { kind: 'significant', metric: 'is' },
    { kind: 'significant', metric: 'accuracy' },
    { kind: 'significant', metric: 'accuracy', class: '*' },
  ];

  it('puts a tolerance in place of the test of the same value alone', () => {
    const tolerance: Rule = { kind: 'absolute', metric: 'accuracy', tolerance: 0.01 };
    expect(adjustRules(usual, [tolerance])).toEqual([usual[0], usual[2], tolerance]);
  });

  it('adds a floor to the test', () => {
    const floor: Rule = { kind: 'floor', metric: 'is', limit: 3 };
    expect(adjustRules(usual, [floor])).toEqual([...usual, floor]);
    expect(adjustRules([...usual, floor], [{ ...floor, limit: 4 }])).toEqual([
      ...usual,
      { ...floor, limit: 4 },
    ]);
  });
});
