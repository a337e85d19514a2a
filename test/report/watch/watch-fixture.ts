import type { WatchEvent, WatchLine, WatchMetric } from '../../../src/documents/watch.js';

export interface LineFacts {
  /** Counted from 1. */
  readonly number: number;
  /** How texts from outside are written. */
  readonly name?: (text: string) => string;
  readonly classes?: readonly string[];
  readonly events?: readonly WatchEvent[];
  readonly step?: number | null;
}

const CLASSES = ['airplane', 'bird', 'cat'];
/** Some noise that is the same every time. */
const wobble = (a: number, b: number) => Math.sin(a * 12.9898 + b * 78.233) / 2;

/** A line of a training that gets better, of three classes. */
export function makeLine({
  number,
  name = (text) => text,
  classes = CLASSES,
  events = [],
  step = number * 1000,
}: LineFacts): WatchLine {
  const fid = 20 + 80 * Math.exp(-number / 10) + wobble(number, 0);
  const names = classes.map(name);
  return {
    ...headOf(number, step, name),
    status: 'scored',
    samples: {
      count: 300,
      digest: 'ab'.repeat(32),
      classes: names.map((each) => ({ name: each, count: 100 })),
    },
    metrics: [
      {
        ...numberOf('fid', 'Fréchet Inception Distance', fid, 0.8),
        ...{ unit: 'distance', direction: 'lower', n: 300, ofReal: { value: 3.25 } },
      },
      {
        ...numberOf('msssim', 'MS-SSIM within classes', 0.3 + wobble(number, 1) / 20, 0.01),
        ...{ unit: 'similarity', direction: 'lower', n: 300 },
        perClass: names.map((each, i) => ({
          class: each,
          value: i === 1 && number === 2 ? null : 0.3 + wobble(number, i) / 10,
          ...(i === 1 && number === 2 && { reason: 'too few pictures' }),
          se: 0.02,
          n: 100,
        })),
      },
      {
        ...numberOf('accuracy', 'Class accuracy', 0.6 + wobble(number, 2) / 10, 0.02),
        ...{ unit: 'fraction', direction: 'higher', n: 300 },
        perClass: names.map((each, i) => ({ class: each, value: 0.6 + wobble(number, i) / 5, n: 100 })),
      },
    ],
    reference: [
      {
        ...numberOf('msssim', 'MS-SSIM within classes', 0.25, 0.01),
        ...{ unit: 'similarity', direction: 'lower', n: 300 },
        perClass: names.map((each, i) => ({ class: each, value: 0.2 + i / 20, n: 100 })),
      },
    ],
    warnings: number % 2 === 0 ? [name('Of 300 samples only.')] : [],
    events: [...events],
    run: { time: new Date(Date.UTC(2026, 0, 1, 0, number)).toISOString(), seconds: 2.5 },
  };
}

/** A line of a set that could not be read. */
export function makeFailed({ number, name = (text) => text, step = number * 1000 }: LineFacts): WatchLine {
  return {
    ...headOf(number, step, name),
    status: 'failed',
    reason: name('It is no archive.'),
    metrics: [],
    warnings: [],
    events: [],
    run: { time: new Date(Date.UTC(2026, 0, 1, 0, number)).toISOString(), seconds: 0.1 },
  };
}

/** A class that collapsed at the third set. */
export function makeCollapse(name: (text: string) => string = (text) => text): WatchEvent {
  return {
    kind: 'collapse',
    class: name('cat'),
    metric: 'msssim',
    since: { set: setNameOf(3, name), step: 3000 },
    message: `The samples of ${name('cat')} became more alike.`,
    evidence: { statistic: 12.5, threshold: 9.25 },
  };
}

const setNameOf = (number: number, name: (text: string) => string) =>
  name(`step_${String(number * 1000).padStart(6, '0')}.npz`).replaceAll('/', '_');

function headOf(number: number, step: number | null, name: (text: string) => string) {
  return { schema: 'ganeval/watch@1', set: setNameOf(number, name), step } as const;
}

function numberOf(
  id: string,
  title: string,
  value: number,
  se: number,
): Pick<WatchMetric, 'id' | 'title' | 'value' | 'se' | 'interval'> {
  return { id, title, value, se, interval: { level: 0.95, low: value - 2 * se, high: value + 2 * se } };
}
