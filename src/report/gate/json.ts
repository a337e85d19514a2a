import { type GateVerdict, gateVerdictSchema } from '../../documents/verdict.js';
import { jsonText } from '../../escape/json-text.js';

/**
 * The verdict as a document of `dist/schema/verdict.schema.json`: keys in the order of the schema, two spaces, a
 * newline at the end.
 */
export function toGateJson(verdict: GateVerdict): string {
  // GitHub's runner would take a name that holds this for a command; as JSON it is the same.
  return jsonText(gateVerdictSchema.parse(verdict));
}
