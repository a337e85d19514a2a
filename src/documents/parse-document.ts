import type { z } from 'zod';
import { UsageError } from '../core/errors.js';

/** How a message speaks of a document. */
export interface DocumentWords {
  /** What was read, as the user knows it: a path, or "The value". */
  readonly name: string;
  /** What it should be: "a ganeval/result@1 document". */
  readonly kind: string;
  /** What to do, after a colon: "give what … wrote". */
  readonly remedy: string;
}

/**
 * Checks a parsed JSON value against a schema.
 *
 * @returns the value, with defaults filled in
 * @throws {UsageError} naming the first field that is wrong
 */
export function parseDocument<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  { name, kind, remedy }: DocumentWords,
): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [{ path, message }] = parsed.error.issues;
  throw new UsageError(
    `${name} is not ${kind} (${path.join('.') || 'the root'}: ${message.replace(/\.$/, '')}): ${remedy}.`,
  );
}
