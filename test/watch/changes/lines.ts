import type { WatchLine, WatchMetric } from '../../../src/documents/watch.js';
import { NumpyRandom } from '../../../src/math/random/numpy-random.js';

const HEADS = {
  fid: { title: 'FID', unit: 'distance', direction: 'lower' },
  msssim: { title: 'MS-SSIM', unit: 'fraction', direction: 'lower' },
  recall: { title: 'Recall', unit: 'fraction', direction: 'higher' },
  authpct: { title: 'AuthPct', unit: 'fraction', direction: 'higher' },
} as const;

/** The level of a metric, or of its class after a slash, in each set; undefined where it has none. */
export type Levels = Record<string, (set: number) => number | undefined>;

export interface LineOptions {
  readonly sets: number;
  readonly seed: number;
  /** Standard error of each value as a share of 0.3, and the generator's own wander in those. @default 0.03, 1 */
  readonly se?: number;
  readonly wander?: number;
  /** Correlation of the wander between neighboring sets. @default 0.5 */
  readonly persistence?: number;
  /** Whether lines say the standard error. @default true */
  readonly errors?: boolean;
  /** What real pictures have, by the same names. */
  readonly real?: Record<string, number>;
}

/** Lines of a training whose metrics are around their levels, by a standard error that is a tenth of the unit of each. */
export function makeLines(levels: Levels, options: LineOptions): WatchLine[] {
  const { sets, seed, se = 0.03, wander = 1, persistence: r = 0.5, errors = true, real = {} } = options;
  const random = new NumpyRandom(seed);
  const wanders = Object.keys(levels).map(() => random.standardNormal());
  return Array.from({ length: sets }, (_, set): WatchLine => {
    const metrics: WatchMetric[] = [];
    for (const [i, [name, level]] of Object.entries(levels).entries()) {
      wanders[i] = r * wanders[i] + Math.sqrt(1 - r * r) * random.standardNormal();
      const noise = random.standardNormal() + wander * wanders[i];
      const at = level(set);
      const [id, label] = name.split('/');
      const scale = id === 'fid' ? 30 * se : se;
      const measured = { ...(errors && { se: scale }), n: 500 };
      if (label === undefined) {
        if (at !== undefined) metrics.push({ ...headOf(id), value: at + scale * noise, ...measured });
      } else {
        const value = at === undefined ? null : at + scale * noise;
        const { perClass = [] } = metrics[metrics.length - 1];
        metrics[metrics.length - 1].perClass = [...perClass, { class: label, value, ...measured }];
      }
    }
    return {
      schema: 'ganeval/watch@1',
      set: `sets/${set}`,
      step: 100 * set,
      status: 'scored',
      metrics,
      reference: realEntries(real),
      warnings: [],
      events: [],
      run: { time: '2026-01-01T00:00:00.000Z', seconds: 1 },
    };
  });
}

const headOf = (id: string) => ({ id, ...HEADS[id as keyof typeof HEADS] });

function realEntries(real: Record<string, number>): WatchMetric[] {
  const whole = Object.entries(real).filter(([name]) => !name.includes('/'));
  return whole.map(([id, value]) => ({
    ...headOf(id),
    value,
    se: 0.01,
    n: 500,
    perClass: Object.entries(real)
      .filter(([name]) => name.startsWith(`${id}/`))
      .map(([name, each]) => ({ class: name.slice(id.length + 1), value: each, se: 0.01, n: 500 })),
  }));
}
