import { createHash } from 'node:crypto';
import type { ComputedMetric, MetricEntry } from '../../documents/result.js';
import { MEAN_OF_RATIOS } from '../../metrics/facts.js';
import { fdr } from '../../metrics/frechet/fdr.js';
import { roundNumbers } from '../round-numbers.js';

const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹';

/**
 * FDrᵏ, the mean of FDr over the k networks that have it (Yang et al. 2026); a reason where fewer than two of several have it, and nothing
 * where FDr is of one network. The networks see the same pictures, so that their errors
 * go together: the standard error is at most the mean of theirs, and that is what it is said to be.
 *
 * @param entries of all networks
 */
export function meanOfRatios(entries: readonly MetricEntry[]): MetricEntry[] {
  const asked = entries.filter(({ id, subject }) => id === fdr.id && subject === 'samples');
  const ratios = asked.filter((entry) => entry.status === 'ok');
  const k = ratios.length;
  if (asked.length < 2) return [];
  if (k < 2) return [explainNoMean(asked)];
  const mean = (read: (entry: ComputedMetric) => number) =>
    ratios.reduce((sum, entry) => sum + read(entry), 0) / k;
  const levels = ratios.flatMap(({ interval }) => interval ?? []);
  const names = ratios.map(({ extractor }) => extractor?.name ?? '');
  const digests = ratios.map(({ extractor }) => extractor?.sha256).sort();
  const digest = createHash('sha256').update(digests.join(' '));
  return [
    roundNumbers({
      ...headOf(k),
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
        preprocessing: ratios
          .map(({ extractor }) => extractor?.preprocessing)
          .sort()
          .join(' + '),
      },
    }),
  ];
}

function headOf(k: number) {
  const exponent = [...String(k)].map((digit) => SUPERSCRIPTS[Number(digit)]).join('');
  return {
    id: MEAN_OF_RATIOS,
    subject: 'samples' as const,
    title: `FDr${exponent}`,
    unit: fdr.unit,
    direction: fdr.direction,
  };
}

function explainNoMean(asked: readonly MetricEntry[]): MetricEntry {
  const missing = asked.find((entry) => entry.status !== 'ok');
  const why = missing && 'reason' in missing ? ` ${missing.reason}` : '';
  const reason = `The mean of FDr needs two networks that have it, of ${asked.length} here.${why}`;
  return { ...headOf(asked.length), status: 'not-computed', reason };
}
