import { describe, expect, it } from 'vitest';
import type { ComputedMetric, EvaluationResult } from '../../../src/documents/result.js';
import { compareWithBaseline } from '../../../src/gate/judging/judge-all.js';
import { makeResult, ORDINARY } from '../results.js';

const baseline = makeResult();

const entryOf = (result: EvaluationResult, id: string) =>
  result.metrics.find((entry) => entry.id === id) as ComputedMetric;

/** Ids of the metrics that are not comparable, and the first such row. */
function judge(change: (result: EvaluationResult) => void, before = baseline) {
  const { rows, passed } = compareWithBaseline(before, makeResult(ORDINARY, change));
  const refused = rows.filter(({ status }) => status === 'not-comparable');
  expect(passed).toBe(refused.length === 0);
  return { metrics: [...new Set(refused.map(({ metric }) => metric))], row: refused[0] };
}

describe('what is not comparable', () => {
  type Case = [field: string, metrics: string[], remedy: string, change: (result: EvaluationResult) => void];
  const ALL = ['is', 'accuracy', 'msssim', 'fid', 'kid'];
  const cases: Case[] = [
    [
      'settings.profile',
      ['is', 'accuracy', 'fid', 'kid'],
      '--profile torch-fidelity',
      ({ settings }) => {
        settings.profile = 'openai';
      },
    ],
    [
      'settings.seed',
      ['is', 'msssim', 'kid'],
      '--seed 2020',
      ({ settings }) => {
        settings.seed = 1;
      },
    ],
    [
      'settings.splits',
      ['is'],
      '--splits 10',
      ({ settings }) => {
        settings.splits = 1;
      },
    ],
    [
      'settings.shuffle',
      ['is'],
      '--shuffle',
      ({ settings }) => {
        settings.shuffle = false;
      },
    ],
    [
      'settings.alpha',
      ALL,
      '--alpha drop',
      ({ settings }) => {
        settings.alpha = 'black';
      },
    ],
    [
      'settings.kidSubsets',
      ['kid'],
      '--kid-subsets 100',
      ({ settings }) => {
        settings.kidSubsets = 10;
      },
    ],
    [
      'settings.kidKernel',
      ['kid'],
      '--kid-kernel polynomial',
      ({ settings }) => {
        settings.kidKernel = 'rbf';
        settings.kidRbfSigma = 10;
      },
    ],
    [
      'settings.kidSubsetSize',
      ['kid'],
      '--kid-subset-size 1000',
      ({ settings }) => {
        settings.kidSubsetSize = 10;
      },
    ],
    [
      'settings.msssimPairs',
      ['msssim'],
      '--msssim-pairs 100',
      ({ settings }) => {
        settings.msssimPairs = 7;
      },
    ],
    [
      'reference.digest',
      ['fid', 'kid'],
      '--reference ./real',
      ({ reference }) => {
        if (reference) reference.digest = 'd'.repeat(64);
      },
    ],
    [
      'reference.count',
      ['fid', 'kid'],
      '--reference ./real',
      ({ reference }) => {
        if (reference) reference.count = 399;
      },
    ],
    [
      'reference.digest',
      ['fid', 'kid'],
      '--reference ./real',
      (result) => {
        delete result.reference;
      },
    ],
    [
      'samples.sizes',
      ALL,
      '32×32',
      ({ samples }) => {
        samples.sizes = { smallest: [64, 64], largest: [64, 64] };
      },
    ],
    [
      'samples.sizes',
      ALL,
      '32×32',
      ({ samples }) => {
        samples.sizes = { smallest: [16, 32], largest: [32, 32] };
      },
    ],
    [
      'metrics.is.n',
      ['is'],
      '400 samples',
      (result) => {
        entryOf(result, 'is').n = 200;
      },
    ],
    [
      'metrics.fid.n',
      ['fid'],
      '400 samples',
      (result) => {
        entryOf(result, 'fid').n = 200;
      },
    ],
    [
      'metrics.accuracy.extractor.sha256',
      ['accuracy'],
      '--classifier net',
      (result) => {
        const { extractor } = entryOf(result, 'accuracy');
        if (extractor) extractor.sha256 = 'e'.repeat(64);
      },
    ],
    [
      'metrics.kid.extractor.preprocessing',
      ['kid'],
      '--model net',
      (result) => {
        const { extractor } = entryOf(result, 'kid');
        if (extractor) extractor.preprocessing = 'otherwise';
      },
    ],
    [
      'metrics.kid',
      ['kid'],
      '--metrics is,accuracy,msssim,fid,kid',
      (result) => {
        result.metrics = result.metrics.filter(({ id }) => id !== 'kid');
      },
    ],
    [
      'metrics.fid.status',
      ['fid'],
      'can be computed',
      (result) => {
        const { id, subject, title, unit, direction } = entryOf(result, 'fid');
        const reason = 'There is no reference.';
        result.metrics[3] = { id, subject, title, unit, direction, status: 'not-computed', reason };
      },
    ],
    [
      'samples.classes',
      ['accuracy', 'msssim'],
      'classes of the baseline',
      ({ samples }) => {
        samples.classes?.push({ name: 'horse', count: 1 });
      },
    ],
    [
      'metrics.msssim.perClass',
      ['msssim'],
      'can be computed',
      (result) => {
        Object.assign(entryOf(result, 'msssim').perClass?.[0] ?? {}, {
          value: null,
          reason: 'one picture',
          n: 0,
        });
      },
    ],
  ];

  it.each(cases)('%s, for %j', (field, metrics, remedy, change) => {
    const { metrics: refused, row } = judge(change);
    expect(refused).toEqual(metrics);
    expect(row.differences.map((each) => each.field)).toContain(field);
    const { baseline: was, now } = row.differences.find((each) => each.field === field) ?? {};
    expect(was).not.toBe(now);
    expect(row.reason).toContain(`${field} was ${was} and is ${now}`);
    expect(row.remedy).toContain(remedy);
    expect(row.remedy).toContain('--update');
  });

  it('downsample and the resolutions matter to rules about them alone', () => {
    const change = (result: EvaluationResult) => {
      result.settings.downsample = 'antialias';
    };
    expect(judge(change).metrics).toEqual([]);
    const rules = [{ kind: 'significant', metric: 'accuracy', resolution: 16 }] as const;
    const config = { alpha: 0.05, rules: [...rules] };
    const [row] = compareWithBaseline(baseline, makeResult(ORDINARY, change), config).rows;
    expect(row).toMatchObject({
      status: 'not-comparable',
      remedy: expect.stringContaining('--downsample decimate'),
    });
    const other = makeResult(ORDINARY, (result) => {
      result.settings.resolutions = [8];
      entryOf(result, 'accuracy').perResolution = [];
    });
    expect(compareWithBaseline(baseline, other, config).rows[0]).toMatchObject({
      status: 'not-comparable',
      remedy: expect.stringContaining('--resolutions 8,16,32'),
    });
  });

  it('a name with spaces is quoted in the command', () => {
    const spaced = makeResult(ORDINARY, ({ reference }) => {
      if (reference) reference.source = "./Anna's real";
    });
    const { row } = judge((result) => {
      delete result.reference;
    }, spaced);
    expect(row.remedy).toContain("--reference './Anna'\\''s real';");
  });

  it('several fields are all named, and one command corrects them all', () => {
    const { row } = judge((result) => {
      result.settings.seed = 1;
      result.settings.splits = 5;
    });
    expect(row.differences.map(({ field }) => field)).toEqual(['settings.splits', 'settings.seed']);
    expect(row.remedy).toContain('Score with --splits 10 --seed 2020');
  });
});

describe('what is comparable all the same', () => {
  it.each<[string, (result: EvaluationResult) => void]>([
    [
      'another level of the intervals',
      ({ settings }) => {
        settings.level = 0.9;
      },
    ],
    [
      'another number of samples where it biases nothing',
      (result) => {
        for (const id of ['accuracy', 'msssim', 'kid']) entryOf(result, id).n = 300;
      },
    ],
    [
      'other names of the same networks',
      (result) => {
        const { extractor } = entryOf(result, 'is');
        if (extractor) extractor.name = 'renamed';
      },
    ],
    [
      'a reference under another name',
      ({ reference }) => {
        if (reference) reference.source = './elsewhere';
      },
    ],
  ])('%s', (_what, change) => {
    expect(judge(change).metrics).toEqual([]);
  });

  it('another seed where rows are not shuffled', () => {
    const unshuffled = ({ settings }: EvaluationResult) => {
      settings.shuffle = false;
    };
    const { metrics } = judge(
      (result) => {
        unshuffled(result);
        result.settings.seed = 1;
      },
      makeResult(ORDINARY, unshuffled),
    );
    expect(metrics).toEqual(['msssim', 'kid']);
  });

  it('sets of mixed sizes', () => {
    const mixed = (width: number) =>
      makeResult(ORDINARY, ({ samples }) => {
        samples.sizes = { smallest: [8, 8], largest: [width, 32] };
      });
    expect(compareWithBaseline(mixed(32), mixed(40)).passed).toBe(true);
  });

  it('other versions and bad pictures, which are noted', () => {
    const { notes, passed } = compareWithBaseline(
      baseline,
      makeResult(ORDINARY, (result) => {
        result.createdWith.ganeval = '1.1.0';
        result.samples.digest = 'f'.repeat(64);
        result.samples.skipped.push({ id: 'cat/1.png', reason: 'ends early' });
      }),
    );
    expect(passed).toBe(true);
    expect(notes).toEqual([
      'One bad picture was left out.',
      'Made with other versions: ganeval 1.0.0 then and 1.1.0 now.',
    ]);
  });
});
