import { type Ablation, parseAblation } from '../../documents/ablation.js';
import { jsonText } from '../../escape/json-text.js';

/**
 * The ablation as a document of `dist/schema/ablation.schema.json`: keys in the order of the schema, two spaces, a newline
 * at the end.
 *
 * @throws {Error} naming the field, if it does not fit its own schema
 */
export function toAblationJson(ablation: Ablation): string {
  return jsonText(parseAblation(ablation));
}
