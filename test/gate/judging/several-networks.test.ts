import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { compareResults } from '../../../src/compare/compare.js';
import type { ComparisonCell } from '../../../src/documents/comparison.js';
import { parseGateConfig } from '../../../src/documents/gate-config.js';
import { type ComputedMetric, type EvaluationResult, parseResult } from '../../../src/documents/result.js';
import { compareWithBaseline } from '../../../src/gate/judging/judge-all.js';
import { planPower } from '../../../src/gate/judging/power.js';
import { toComparisonCsv } from '../../../src/report/comparison/csv.js';
import { toScoreCsv } from '../../../src/report/score/csv.js';
import { reproduceCommand } from '../../../src/report/score/reproduce-command.js';
import { toScoreTerminal } from '../../../src/report/score/terminal.js';
import { makeResult } from '../results.js';

const DINO = 'dinov2-vit-l-14@dgm-eval';

/** A result whose FID stands on a second network too, with this value. */
function withDino(value: number, fid = 20): EvaluationResult {
  return makeResult({ fid: { value: fid, se: 0.4 } }, (result) => {
    const [own] = result.metrics.filter(({ id }) => id === 'fid');
    result.metrics.push({ ...own, network: DINO, title: 'FD-DINOv2', value } as typeof own);
    result.settings.networks = ['inception-v3', DINO];
  });
}

const digestOf = (label: string) => createHash('sha256').update(label).digest('hex');

/** A result with the FID of each network, in the order of `--model`. */
function onNetworks(...networks: [label: string, fid: number, sha256?: string][]): EvaluationResult {
  return makeResult({ fid: { se: 0.4 } }, (result) => {
    const [own] = result.metrics as ComputedMetric[];
    result.metrics = networks.map(([label, value, sha256 = digestOf(label)], index) => ({
      ...own,
      ...(index > 0 && { network: label }),
      value,
      extractor: { name: label.replace(/@.*/, ''), sha256, preprocessing: 'as it is' },
    }));
    result.settings.networks = networks.map(([label]) => label);
  });
}

const judge = (was: EvaluationResult, is: EvaluationResult, config: object = {}) =>
  compareWithBaseline(was, is, parseGateConfig(config)).rows.map(({ metric, network, title, status }) =>
    [metric, network, title, status].join(' '),
  );

describe('two networks', () => {
  const plain = makeResult({ fid: { value: 20, se: 0.4 } });
  const title = plain.metrics[0].title;

  it('are judged each against its own baseline', () => {
    expect(judge(withDino(300), withDino(400))).toEqual([`fid  ${title} pass`, `fid ${DINO} FD-DINOv2 fail`]);
    expect(judge(withDino(300), withDino(300, 40))).toEqual([
      `fid  ${title} fail`,
      `fid ${DINO} FD-DINOv2 pass`,
    ]);
  });

  it('a network that one lacks is said, with what brings it', () => {
    const { rows } = compareWithBaseline(withDino(300), plain, parseGateConfig({}));
    expect(rows[1]).toMatchObject({ network: DINO, status: 'not-comparable' });
    expect(rows[1].differences[0]).toMatchObject({
      field: `metrics.fid@${DINO}`,
      now: `none (the network ${DINO} was not asked for)`,
    });
    expect(rows[1].remedy).toContain(`--model inception-v3 --model ${DINO}`);
    expect(judge(plain, withDino(300))).toEqual([`fid  ${title} pass`]);
  });

  it('are pairs by digest, or by name and profile, whatever the order of --model', () => {
    for (const sha256 of [undefined, 'e'.repeat(64)]) {
      const baseline = onNetworks(['a', 20], ['b@dgm-eval', 300]);
      const now = onNetworks(['b@dgm-eval', 310, sha256], ['a', 21, sha256], ['c', 1]);
      const { rows } = compareWithBaseline(baseline, now, parseGateConfig({}));
      expect(rows.map(({ network, change }) => [network, change])).toEqual([
        [undefined, 1],
        ['b@dgm-eval', 10],
      ]);
      // Another file of the name is found, and told.
      expect(rows.map(({ differences }) => differences.map(({ field }) => field))).toEqual(
        sha256 ? [['metrics.fid.extractor.sha256'], ['metrics.fid@b@dgm-eval.extractor.sha256']] : [[], []],
      );
      const comparison = compareResults([
        { name: 'baseline', result: baseline },
        { name: 'now', result: now },
        { name: 'later', result: onNetworks(['c', 2], ['b@dgm-eval', 320]) },
      ]);
      const shownIn = (cell: ComparisonCell) => (cell.status === 'ok' ? cell.value : cell.reason);
      expect(comparison.rows.map(({ network, cells }) => [network, ...cells.map(shownIn)])).toEqual([
        [undefined, 20, 21, 'it is there on c, b@dgm-eval alone'],
        ['b@dgm-eval', 300, 310, 320],
        ['c', 'the network c was not asked for', 1, 2],
      ]);
    }
  });

  it('a file that was a further network and is the only one now is the same, under another name too', () => {
    const now = onNetworks(['b', 310, digestOf('b@dgm-eval')]);
    const { rows } = compareWithBaseline(
      onNetworks(['a', 20], ['b@dgm-eval', 300]),
      now,
      parseGateConfig({}),
    );
    expect(rows[0]).toMatchObject({ status: 'not-comparable', now: null });
    expect(rows[0].differences[0].now).toBe('none (it is there on b@dgm-eval alone)');
    expect(rows[0].remedy).toContain('--model a --model b@dgm-eval');
    expect(rows[1]).toMatchObject({ network: 'b@dgm-eval', change: 10 });
  });

  it('networks that have no partner keep apart from those that have one', () => {
    const now = onNetworks(['x', 1], ['a', 21]);
    const { rows } = compareWithBaseline(onNetworks(['a', 20], ['y', 5]), now, parseGateConfig({}));
    expect(rows.map(({ network, change }) => [network, change])).toEqual([
      [undefined, 1],
      ['y', null],
    ]);
    // The two first networks are compared where neither has a partner, and their difference is found.
    const [first] = compareWithBaseline(
      onNetworks(['a', 20]),
      onNetworks(['x', 21]),
      parseGateConfig({}),
    ).rows;
    expect(first.differences[0].field).toBe('metrics.fid.extractor.sha256');
  });

  it.each(['fd-dinov2', 'fid@dinov2-vit-l-14', `fid@${DINO}`])(
    'a rule for %s is about that number',
    (metric) => {
      const rule = { kind: 'absolute', metric, tolerance: 50 };
      const [row, ...others] = compareWithBaseline(
        withDino(300),
        withDino(340, 90),
        parseGateConfig({ rules: [rule] }),
      ).rows;
      expect(others).toEqual([]);
      expect(row).toMatchObject({ metric: 'fid', network: DINO, change: 40, status: 'pass' });
      // In place of the usual rule for the same number.
      expect(judge(withDino(300), withDino(340), { adjust: [rule] })).toHaveLength(2);
    },
  );

  it('an id that is the name of a shortcut too is the number of the first network where the baseline has that', () => {
    const own = makeResult({ cmmd: { value: 2, se: 0.1 } });
    expect(judge(own, own)).toEqual(['cmmd  CMMD pass']);
    const rule = { kind: 'absolute', metric: 'cmmd', tolerance: 1 };
    expect(judge(own, own, { rules: [rule] })).toEqual(['cmmd  CMMD pass']);
    expect(judge(own, own, { adjust: [rule] })).toEqual(['cmmd  CMMD pass']);
    const label = 'clip-vit-l-14-336px@cmmd';
    const further = makeResult({ cmmd: { value: 2, se: 0.1 } }, ({ metrics: [entry] }) => {
      entry.network = label;
    });
    expect(judge(further, further, { rules: [rule] })).toEqual([`cmmd ${label} CMMD pass`]);
  });

  it('are compared apart', async () => {
    const comparison = compareResults([
      { name: 'a', result: withDino(300) },
      { name: 'b', result: withDino(200) },
      { name: 'c', result: plain },
    ]);
    expect(comparison.rows.map(({ metric, network }) => [metric, network])).toEqual([
      ['fid', undefined],
      ['fid', DINO],
    ]);
    expect(comparison.rows[1].cells.map((cell) => (cell.status === 'ok' ? cell.value : cell.reason))).toEqual(
      [300, 200, `the network ${DINO} was not asked for`],
    );
    const [head, , , , first] = (await toComparisonCsv(comparison)).split('\n');
    expect(head).toMatch(/^result,file,metric,network,class/);
    expect(first).toMatch(new RegExp(`^1,a,fid,${DINO},`));
  });

  it('are planned for apart', () => {
    expect(planPower(withDino(300), { drop: 0.05 }).rows.map(({ title: name }) => name)).toEqual([
      title,
      'FD-DINOv2',
    ]);
  });

  it('have rows of their own in documents and reports', async () => {
    const result = withDino(300);
    expect(parseResult(JSON.parse(JSON.stringify(result))).metrics).toHaveLength(2);
    const twice = { ...result, metrics: [...result.metrics, result.metrics[1]] };
    expect(() => parseResult(twice)).toThrow(/fid@dinov2/);
    const [head, ...rows] = (await toScoreCsv(result)).trim().split('\n');
    expect(head).toMatch(/^subject,metric,network,class/);
    expect(rows.map((row) => row.split(',').slice(1, 3))).toEqual([
      ['fid', ''],
      ['fid', DINO],
    ]);
    expect(await toScoreCsv(plain)).toMatch(/^subject,metric,class/);
    expect(toScoreTerminal(result, { color: false, width: 100 })).toMatch(/FD-DINOv2 ↓ +300/);
    expect(reproduceCommand(result, {})).toContain(`--model inception-v3 --model ${DINO}`);
  });
});
