import { createHash } from 'node:crypto';
import type { WatchLine } from '../../documents/watch.js';
import { type NamedValue, nameValues } from '../name-values.js';
import { stepOf, timeOf } from '../tracker.js';

/** One number as MLflow's API takes it. */
export interface MlflowMetric {
  readonly key: string;
  readonly value: number;
  /** Milliseconds since 1970. */
  readonly timestamp: number;
  readonly step: number;
}

const PREFIX = 'ganeval/';
/** What MLflow does not take in a part of a key. */
const REFUSED = /[^\p{L}\p{N}_. -]/gu;
/** Where a server keeps files, a part is a folder. */
const NO_FOLDER = /^[. ]*$/;
/** MLflow takes 250 characters in all. */
const MAX_NAME = 60;
const HASH_DIGITS = 8;
const SUFFIXES = { value: '', low: '_low', high: '_high', real: '_real', reference: '_reference' } as const;

/** The numbers of a line. Equal lines give equal numbers at equal times, which MLflow keeps once however often they are sent. */
export function metricsOfLine(line: WatchLine, index: number): MlflowMetric[] {
  const place = { timestamp: timeOf(line), step: stepOf(line, index) };
  return nameValues(line).map((named) => ({ key: keyOf(named), value: named.value, ...place }));
}

function keyOf({ metric, network, class: name, kind }: NamedValue): string {
  const on = network === undefined ? '' : `_on_${safeName(network)}`;
  const key = `${PREFIX}${safeName(metric)}${on}${SUFFIXES[kind]}`;
  return name === undefined ? key : `${key}_by_class/${safeName(name)}`;
}

/** A name that MLflow takes; another name gives another one. */
function safeName(name: string): string {
  const safe = name.replace(REFUSED, '_');
  if (safe === name && name.length <= MAX_NAME && !NO_FOLDER.test(name)) return name;
  const hash = createHash('sha256').update(name).digest('hex').slice(0, HASH_DIGITS);
  return `${[...safe].slice(0, MAX_NAME / 2).join('')}_${hash}`;
}
