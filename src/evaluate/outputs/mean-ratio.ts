import { createHash } from 'node:crypto';
import type { ComputedMetric, MetricEntry } from '../../documents/result.js';
import { fdr } from '../../metrics/frechet/fdr.js';
import { roundNumbers } from '../round-numbers.js';

const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹';

/**
 * FDrᵏ, the mean of FDr over k networks (Yang et al. 2026); nothing for fewer than two. The networks see the same pictures, so that their errors
 * go together: the standard error is at most the mean of theirs, and that is what it is said to be.
 *
 * @param entries of all networks
 */
export function meanOfRatios(entries: readonly MetricEntry[]): MetricEntry[] {
  const ratios = entries.filter(
    (entry): entry is ComputedMetric =>
      entry.id === fdr.id && entry.subject === 'samples' && entry.status === 'ok',
  );
  const k = ratios.length;
  if (k < 2) return [];
  const mean = (read: (entry: ComputedMetric) => number) =>
    ratios.reduce((sum, entry) => sum + read(entry), 0) / k;
  const levels = ratios.flatMap(({ interval }) => interval ?? []);
  const names = ratios.map(({ extractor }) => extractor?.name ?? '');
  const digest = createHash('sha256').update(ratios.map(({ extractor }) => extractor?.sha256).join(' '));
  const exponent = [...String(k)].map((digit) => SUPERSCRIPTS[Number(digit)]).join('');
  return [
    roundNumbers({
      id: 'fdr-mean',
      subject: 'samples' as const,
      title: `FDr${exponent}`,
      unit: fdr.unit,
      direction: fdr.direction,
      status: 'ok' as const,
      value: mean(({ value }) => value),
      n: ratios[0].n,
      se: mean(({ se = 0 }) => se),
      ...(levels.length === k && {
        interval: {
          level: levels[0].level,
          low: mean(({ interval }) => interval?.low ?? 0),
          high: mean(({ interval }) => interval?.high ?? 0),
        },
      }),
      uncertainty: 'at most that of networks whose errors go together, as those of the same pictures do',
      details: { networks: names.join(', ') },
      extractor: {
        name: names.join(' + '),
        sha256: digest.digest('hex'),
        preprocessing: ratios.map(({ extractor }) => extractor?.preprocessing).join(' + '),
      },
    }),
  ];
}
