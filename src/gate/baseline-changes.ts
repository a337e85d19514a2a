import type { Baseline } from '../documents/baseline.js';
import type { ComputedMetric } from '../documents/result.js';

/** One thing in which a new baseline differs from the old one. */
export interface BaselineChange {
  /** What it is of: "Inception Score", "the network of Class accuracy", "seed". */
  readonly what: string;
  /** Absent where there was nothing before. */
  readonly before?: number | string;
  /** Absent where there is nothing any more. */
  readonly after?: number | string;
}

type Fact = number | string | undefined;

/** The headline facts in which two baselines differ: pictures, reference, settings, networks, values, versions. */
export function listChanges(before: Baseline, after: Baseline): BaselineChange[] {
  const [old, now] = [factsOf(before), factsOf(after)];
  const names = [...new Set([...old.keys(), ...now.keys()])];
  return names
    .filter((what) => old.get(what) !== now.get(what))
    .map((what) => ({ what, before: old.get(what), after: now.get(what) }));
}

function factsOf({ samples, reference, settings, metrics, createdWith }: Baseline): Map<string, Fact> {
  const facts = new Map<string, Fact>([
    ['samples', samples.source],
    ['digest of the samples', samples.digest.slice(0, 12)],
    ['number of samples', samples.count ?? undefined],
    ['number of classes', samples.classes?.length],
    ['reference', reference?.source],
    ['digest of the reference', reference?.digest.slice(0, 12)],
  ]);
  for (const [name, value] of Object.entries(settings)) {
    facts.set(name, typeof value === 'number' ? value : String(value));
  }
  for (const entry of metrics) {
    const title = entry.subject === 'reference' ? `${entry.title} of the reference` : entry.title;
    facts.set(title, entry.status === 'ok' ? entry.value : 'not computed');
    if (entry.status === 'ok') facts.set(`network of ${title}`, describeNetwork(entry));
  }
  for (const [name, version] of Object.entries(createdWith)) facts.set(`version of ${name}`, version);
  return facts;
}

function describeNetwork({ extractor }: ComputedMetric): Fact {
  return extractor && `${extractor.name} (${extractor.sha256.slice(0, 12)}), ${extractor.preprocessing}`;
}
