import { type Comparison, parseComparison } from '../../documents/comparison.js';
import { jsonText } from '../../escape/json-text.js';

/**
 * The comparison as a document of `dist/schema/comparison.schema.json`: keys in the order of the schema, two spaces, a
 * newline at the end.
 *
 * @throws {Error} naming the field, if it does not fit its own schema
 */
export function toComparisonJson(comparison: Comparison): string {
  return jsonText(parseComparison(comparison));
}
