import { stat } from 'node:fs/promises';
import { z } from 'zod';
import { NetworkError, UsageError } from '../../core/errors.js';
import { parseJson } from '../../core/parse-json.js';
import { conditionFormSchema } from '../conditions/condition-form.js';
import { textTowerFormSchema } from '../conditions/texts/tower-form.js';
import { type Checkpoint, readCheckpoint, type StoredCheckpoint } from '../loop/checkpoint.js';
import { assignTensors } from '../loop/weights.js';
import { type ConditionPool, POOL_TENSOR, restorePool } from './conditions/condition-pool.js';
import { featureFormSchema } from './features/feature-form.js';
import { pathsOf } from './run-folder.js';
import type { Family, PictureForm, Trainer } from './trainer.js';

const formSchema = z.object({
  size: z.int().min(1),
  channels: z.union([z.literal(1), z.literal(3)]),
  classNames: z.array(z.string()),
  isOneChosen: z.literal(true).optional(),
  conditions: conditionFormSchema.optional(),
  textTower: textTowerFormSchema.optional(),
  features: featureFormSchema.optional(),
});

/** A trained generator, on tfjs's current backend. */
export interface OpenGenerator {
  readonly trainer: Trainer;
  readonly form: PictureForm;
  /** Conditions that samples are drawn with, where the generator takes conditions. */
  readonly pool?: ConditionPool;
  /** The run's own. */
  readonly seed: number;
  /** Steps that it was trained for. */
  readonly step: number;
  /** Makes the same networks with their first weights. */
  readonly makeUntrained: () => Trainer;
}

/**
 * Reads a checkpoint.
 *
 * @param run the folder of a run, or its checkpoint
 * @throws {UsageError} if there is none
 * @throws {NetworkError} if it is damaged
 */
export async function readRunCheckpoint(run: string): Promise<StoredCheckpoint> {
  const isFolder = await stat(run).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
  const checkpoint = await readCheckpoint(isFolder ? pathsOf(run).checkpoint : run);
  if (checkpoint) return checkpoint;
  throw new UsageError(
    `${run} has no checkpoint: name the folder of a run of ganeval train, or its checkpoint.`,
  );
}

/**
 * Makes the networks of a checkpoint again, with their weights.
 *
 * @param run the run's path, for messages
 * @param load finds a family by its name
 * @param checkForm throws for pictures for which no networks shall be made
 * @throws {NetworkError} for a checkpoint that is of no GAN, or of other networks than this version makes
 */
export async function openGenerator(
  run: string,
  { identity, tensors, progress }: Checkpoint,
  load: (name: string) => Promise<Family<unknown> | undefined>,
  checkForm: (form: PictureForm) => void = () => {},
): Promise<OpenGenerator> {
  const family = await load(identity.family);
  if (!family)
    throw new NetworkError(
      `${run} is no checkpoint of a GAN that is known here: name one of ganeval train gan, improved or acgan.`,
    );
  const unfit = (reason: string) =>
    new NetworkError(
      `The checkpoint of ${run} does not fit the networks of this version (${reason}): sample it with the version that trained it.`,
    );
  const form = formSchema.safeParse(readJson(identity.form));
  const settings = family.settings.safeParse(readJson(identity.settings));
  if (!form.success || !settings.success)
    throw unfit(`its ${form.success ? 'settings' : 'form'} cannot be read`);
  checkForm(form.data);
  const seed = Number(identity.seed);
  const makeUntrained = () => family.create(settings.data, form.data, seed);
  const trainer = makeUntrained();
  try {
    assignTensors(trainer.state, tensors);
    const { conditions } = form.data;
    const pool = conditions && restorePool(conditions, tensors.get(POOL_TENSOR));
    return { trainer, form: form.data, seed, step: progress.step, makeUntrained, ...(pool && { pool }) };
  } catch (error) {
    trainer.dispose();
    throw error instanceof RangeError ? unfit(error.message) : error;
  }
}

function readJson(text: string | undefined): unknown {
  try {
    return parseJson(text ?? '');
  } catch {
    return undefined;
  }
}
