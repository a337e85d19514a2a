import { parseDocument } from '../../documents/parse-document.js';
import { type EvaluationResult, evaluationResultSchema, RESULT_SCHEMA } from '../../documents/result.js';
import { jsonText } from '../../escape/json-text.js';

/**
 * The result as a document of `dist/schema/result.schema.json`: keys in the order of the schema, two spaces, a newline
 * at the end.
 *
 * @throws {Error} naming the field, if the result does not fit its own schema
 */
export function toScoreJson(result: EvaluationResult): string {
  // Parsing puts the keys into the schema's order, whatever the order in which they were set.
  const document = parseDocument(evaluationResultSchema, result, {
    name: 'The result',
    kind: `a ${RESULT_SCHEMA} document`,
    remedy: 'report what was scored',
  });
  return jsonText(document);
}
