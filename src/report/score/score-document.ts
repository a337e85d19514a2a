import type { Illustrations } from '../../documents/illustrations.js';
import type { EvaluationResult } from '../../documents/result.js';

/** What a report says of a metric beside what the result says. */
export interface MetricFacts {
  /** What it measures, as a sentence. */
  readonly summary: string;
  /** The option that names the network which it reads: `--model`, `--classifier`, or neither. */
  readonly network: 'model' | 'classifier' | 'none';
}

/** A result with what its reports show beside it. */
export interface ScoreDocument {
  readonly result: EvaluationResult;
  /** The pictures on the page; without them (a merge has none) the page says so. */
  readonly illustrations?: Illustrations;
  /** Facts of the metrics by id; the page says less about a metric that is not here. */
  readonly metrics?: Readonly<Record<string, MetricFacts>>;
}
