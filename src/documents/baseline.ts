import { type EvaluationResult, evaluationResultSchema } from './result.js';

/** A result document without the facts of its run, which would change with every commit and say nothing. */
export const baselineSchema = evaluationResultSchema
  .omit({ run: true })
  .describe('What the gate compares with: a result without the facts of its run');

/** A result without the facts of its run: what `ganeval gate --update` writes and later samples are compared with. */
export type Baseline = Omit<EvaluationResult, 'run'>;
