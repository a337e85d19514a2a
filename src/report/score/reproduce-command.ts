import type { EvaluationResult } from '../../documents/result.js';
import { isComputed } from './summary.js';

/**
 * The command that gives the numbers of a result again, for a POSIX shell, with every setting written out so that no
 * default of another version changes it. Networks are named as their cards name them.
 */
export function reproduceCommand({ samples, reference, settings, metrics }: EvaluationResult): string {
  const computed = metrics.filter(isComputed);
  const withNetwork = computed.filter(({ extractor }) => extractor);
  // `--classifier` makes the accuracy, and `--model` whatever else comes from a network.
  const model = withNetwork.find(({ id }) => id !== 'accuracy')?.extractor?.name;
  const classifier = withNetwork.find(({ id }) => id === 'accuracy')?.extractor?.name;
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
