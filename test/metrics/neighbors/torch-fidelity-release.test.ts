import { describe, expect, it } from 'vitest';
import { precision } from '../../../src/metrics/neighbors/precision.js';
import { recall } from '../../../src/metrics/neighbors/recall.js';
import { goldenBytes, goldenRows } from '../golden-arrays.js';
import { computeValue } from '../metric-input.js';

const FOLDER = 'torch-fidelity-0.4.0';

interface Counts {
  readonly precision: number;
  readonly recall: number;
}
interface Case {
  readonly exact: Counts;
  readonly torch_fidelity_float64: Counts;
  readonly torch_fidelity_float32: Counts;
}

const cases: Record<string, Case> = JSON.parse(goldenBytes(`${FOLDER}/prc.json`).toString('utf8'));

async function measure(name: string): Promise<Counts> {
  const samples = { features: goldenRows(`${FOLDER}/prc_${name}_generated`) };
  const reference = { features: goldenRows(`${FOLDER}/prc_${name}_real`) };
  const value = async (metric: typeof precision) =>
    (await computeValue(metric, samples, {}, reference)).value;
  return { precision: await value(precision), recall: await value(recall) };
}

describe('precision and recall beside release 0.4.0 of torch-fidelity', () => {
  it.each(Object.entries(cases))('has the exact counts: %s', async (name, { exact }) => {
    const found = await measure(name);
    expect(found.precision).toBeCloseTo(exact.precision, 12);
    expect(found.recall).toBeCloseTo(exact.recall, 12);
  });

  it('agrees with the release where its float32 distances are exact, with generated pictures as its first input', async () => {
    for (const name of ['plain', 'integers_exact_ties', 'identical']) {
      const found = await measure(name);
      expect(found.precision).toBeCloseTo(cases[name].torch_fidelity_float32.precision, 6);
      expect(found.recall).toBeCloseTo(cases[name].torch_fidelity_float32.recall, 6);
    }
    expect(cases.plain.exact.precision).not.toBeCloseTo(cases.plain.exact.recall, 1);
  });

  it('differs from the release where its float32 distances are not', () => {
    for (const name of ['near_ties', 'far_offset_3000']) {
      const { exact, torch_fidelity_float32: peer } = cases[name];
      expect(Math.abs(exact.precision - peer.precision)).toBeGreaterThan(0.1);
    }
  });
});
