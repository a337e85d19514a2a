import { z } from 'zod';
import { NetworkError } from '../../../core/errors.js';
import { parseJson } from '../../../core/parse-json.js';
import type { Adjustment } from '../trainer.js';
import { type Rung, WINNERS, type Winner } from './ladder.js';

const share = z.number().gt(0).max(1);
const count = z.int().nonnegative();

// The order of the fields is that in which they are written: a resumed run writes the same bytes.
const adjustmentSchema = z.object({
  /** Steps that were done before it. */
  step: count,
  generatorRate: share,
  discriminatorRate: share,
  instanceNoise: z.number().nonnegative(),
  realTarget: share,
  /** How far learning rates may rise again. */
  generatorCeiling: share.default(1),
  discriminatorCeiling: share.default(1),
  /** After a collapse: which network led, and how far the discriminator did. */
  winner: z.enum(WINNERS).optional(),
  lead: z.number().optional(),
  /** What it answers, where the run did not go back for it. */
  message: z.string().optional(),
});

/** A change of a run's settings, and why. */
export type AdjustmentEntry = z.infer<typeof adjustmentSchema>;

const recordSchema = z.object({
  adjustments: z.array(adjustmentSchema),
  rollbacks: z.array(
    z.object({
      from: count,
      to: count,
      since: count,
      /** Of the latents and batches from then on. */
      seed: count,
      message: z.string(),
    }),
  ),
});

/** What collapses have changed in a run so far; a checkpoint keeps it. */
export type CollapseRecord = z.infer<typeof recordSchema>;
export type Rollback = CollapseRecord['rollbacks'][number];

/** What steps heed of an entry. */
export function adjustmentOf({
  generatorRate,
  discriminatorRate,
  instanceNoise,
  realTarget,
}: AdjustmentEntry): Adjustment {
  return { generatorRate, discriminatorRate, instanceNoise, realTarget };
}

/** A rung, and why it was taken. */
export interface Change {
  readonly next: Rung;
  /** Of a rung up. */
  readonly winner?: Winner;
  readonly lead?: number;
  /** What it answers. */
  readonly message?: string;
}

/** @param step that steps of it follow */
export function entryOf(step: number, { next, winner, lead, message }: Change): AdjustmentEntry {
  return {
    ...{ step, ...next },
    ...(winner && { winner }),
    ...(lead !== undefined && { lead }),
    ...(message && { message }),
  };
}

/** The rung that an entry is. */
export function rungOf(entry: AdjustmentEntry): Rung {
  const { generatorCeiling, discriminatorCeiling } = entry;
  return { ...adjustmentOf(entry), generatorCeiling, discriminatorCeiling };
}

export const NOTHING_CHANGED: CollapseRecord = { adjustments: [], rollbacks: [] };

/**
 * Reads what a checkpoint keeps.
 *
 * @param text of the checkpoint's facts; undefined in one of a run whose collapses nobody answered
 * @throws {NetworkError} if it is of another version
 */
export function parseCollapseRecord(text: string | undefined): CollapseRecord {
  if (text === undefined) return NOTHING_CHANGED;
  try {
    return recordSchema.parse(parseJson(text));
  } catch {
    throw new NetworkError(
      'What the checkpoint says of collapses cannot be read: resume the run with the version of ganeval that wrote it.',
    );
  }
}
