import { UsageError } from '../core/errors.js';
import { describeJsonFault, parseJson } from '../core/parse-json.js';
import { refuseImpossible } from '../documents/impossible-numbers.js';
import { evaluationResultSchema, MAX_RESULT_VALUES, RESULT_SCHEMA } from '../documents/result.js';
import type { ResultFacts } from '../gate/judging/measurement.js';
import { readDocument, whyUnread } from '../storage/read-whole.js';

/** A baseline lacks the facts of its run, and a comparison does not look at them. */
const withoutRun = evaluationResultSchema.omit({ run: true }).superRefine(refuseImpossible);

/**
 * Reads a result that `ganeval score --json` wrote.
 *
 * @throws {UsageError} naming the file and what is wrong with it
 */
export async function readComparedResult(path: string): Promise<ResultFacts> {
  const text = await readDocument(path).catch((error) => {
    throw new UsageError(`The result ${path} cannot be read (${whyUnread(error)}): check its name.`);
  });
  let document: unknown;
  try {
    document = parseJson(text, { values: MAX_RESULT_VALUES });
  } catch (error) {
    throw new UsageError(
      `${path} ${describeJsonFault(error)}: give a file that "ganeval score --json" wrote.`,
    );
  }
  const schema = (document as { schema?: unknown } | null)?.schema;
  if (schema !== RESULT_SCHEMA) {
    const what = typeof schema === 'string' ? `a document of ${JSON.stringify(schema)}` : 'no result';
    throw new UsageError(
      `${path} is ${what}: give a file of ${RESULT_SCHEMA} that "ganeval score --json" wrote.`,
    );
  }
  const parsed = withoutRun.safeParse(document);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new UsageError(
    `${path} is damaged at ${issue.path.join('.') || 'its root'} (${issue.message}): write it again with "ganeval score --json".`,
  );
}
