import type { EvaluationResult } from '../evaluate/result.js';
import { isComputed } from './summary.js';

/** Metrics that `--model` makes; `--classifier` makes the accuracy. */
const OF_MODEL = ['is', 'fid', 'kid'];

/**
 * The command that gives the numbers of a result again, for a POSIX shell, with every setting written out so that no
 * default of another version changes it. Networks are named as their cards name them.
 */
export function reproduceCommand({ samples, reference, settings, metrics }: EvaluationResult): string {
  const computed = metrics.filter(isComputed);
  const networkOf = (ids: readonly string[]) =>
    computed.find(({ id, extractor }) => extractor && ids.includes(id));
  const model = networkOf(OF_MODEL)?.extractor?.name;
  const classifier = networkOf(['accuracy'])?.extractor?.name;
  const { shuffle, metrics: chosen, resolutions, ...others } = settings;
  const flags: readonly (readonly [string, string])[] = [
    ...(reference ? [['reference', reference.source] as const] : []),
    ...(model === undefined ? [] : [['model', model] as const]),
    ...(classifier === undefined ? [] : [['classifier', classifier] as const]),
    ['metrics', chosen.join(',')],
    ['resolutions', resolutions.join(',')],
    ...Object.entries(others).map(([name, value]) => [toFlag(name), String(value)] as const),
  ];
  const written = flags.map(([name, value]) => `--${name} ${quote(value)}`);
  return [`ganeval score ${quote(samples.source)}`, ...written, shuffle ? '--shuffle' : '--no-shuffle'].join(
    ' ',
  );
}

const toFlag = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

function quote(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) && !text.startsWith('-') ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
