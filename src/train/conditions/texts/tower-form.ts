import { z } from 'zod';
import { UsageError } from '../../../core/errors.js';
import { parseJson } from '../../../core/parse-json.js';

const SHOWN_DIGITS = 12;

/** The network that embedded the texts of a training. */
export interface TextTowerForm {
  /** SHA-256 of its file, and of weights beside it, lower-case hex. */
  readonly sha256: string;
  /** SHA-256 of its tokenizer and of how texts are cut and padded, lower-case hex. */
  readonly tokenizer: string;
}

export const textTowerFormSchema = z.object({ sha256: z.string(), tokenizer: z.string() });

/**
 * Compares the towers of a run and of the command that resumes it.
 *
 * @param form of the run's pictures, as its checkpoint has it
 * @throws {UsageError} saying which tower the run has
 */
export function refuseOtherTower(
  folder: string,
  form: string | undefined,
  asked: TextTowerForm | undefined,
): void {
  const before = towerOf(form);
  const difference = before && asked && describeOther(before, asked);
  if (difference === undefined) return;
  throw new UsageError(
    `The texts of the run in ${folder} were embedded by ${difference}: resume it with that one, or name a new folder with -o.`,
  );
}

/** How two towers differ, as "another text tower (12ab…, not 34cd…)"; undefined where they are one. */
export function describeOther(before: TextTowerForm, asked: TextTowerForm): string | undefined {
  const differ = (what: string, own: string, other: string) =>
    own === other
      ? undefined
      : `another ${what} (${own.slice(0, SHOWN_DIGITS)}, not ${other.slice(0, SHOWN_DIGITS)})`;
  return (
    differ('text tower', before.sha256, asked.sha256) ??
    differ('tokenizer', before.tokenizer, asked.tokenizer)
  );
}

function towerOf(form: string | undefined): TextTowerForm | undefined {
  try {
    const { textTower } = parseJson(form ?? '') as { textTower?: unknown };
    return textTowerFormSchema.safeParse(textTower).data;
  } catch {
    return undefined;
  }
}
