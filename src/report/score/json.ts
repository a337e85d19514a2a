import { type EvaluationResult, parseResult } from '../../documents/result.js';

/**
 * The result as a document of `dist/schema/result.schema.json`: keys in the order of the schema, two spaces, a newline
 * at the end. Throws an Error naming the field if the result does not fit its own schema.
 */
export function toJson(result: EvaluationResult): string {
  // Parsing puts the keys into the schema's order, whatever the order in which they were set.
  return `${JSON.stringify(parseResult(result), null, 2)}\n`;
}
