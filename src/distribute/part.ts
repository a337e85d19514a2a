import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import { UsageError } from '../core/errors.js';
import { parseJson } from '../core/parse-json.js';
import type { RunHooks } from '../core/run-hooks.js';
import { imageSet } from '../documents/result.js';
import { announceEstimate } from '../evaluate/estimate.js';
import type { PictureInput, ScoreInput } from '../evaluate/input.js';
import { withPlan } from '../evaluate/open-run.js';
import { type ResolvedOptions, resolveOptions, scoreOptionsSchema } from '../evaluate/options.js';
import { haveColor, type PictureSet } from '../evaluate/picture-set.js';
import type { Plan } from '../evaluate/plan.js';
import { prepareSet } from '../evaluate/prepare-set.js';
import { withShards } from '../features/feature-store.js';
import type { Share } from '../features/share.js';
import type { LatentPaths } from '../images/latent-paths.js';
import { guardStorage } from '../storage/guard-storage.js';
import { makeFolder } from '../storage/make-folder.js';
import { readDocument } from '../storage/read-whole.js';
import { writeWhole } from '../storage/write-whole.js';

const PART_SCHEMA = 'ganeval/part@2';
const PART_FILE = 'part.json';
/** V8 has no longer text. */
const MAX_PART_BYTES = 2 ** 29 - 24;
/** Some five million pictures. */
const MAX_PART_VALUES = 2 ** 25;

const pictureSetSchema = z.object({
  name: z.string(),
  kind: z.string(),
  decoding: z.string(),
  digest: z.string(),
  classNames: z.array(z.string()).optional(),
  split: z.string().optional(),
  drawnFrom: z.int().optional(),
  reading: imageSet.shape.reading,
  generator: imageSet.shape.generator,
  /** What names the paths of a generator. */
  paths: z.object({ identity: z.string(), width: z.int(), height: z.int() }).optional(),
  warnings: z.array(z.string()),
  /** Decides between networks where classes are numbers. */
  color: z.boolean(),
  /** id, class index or null, SHA-256 of the bytes, width, height. */
  pictures: z.array(
    z.tuple([
      z.string(),
      z.int().nullable(),
      z.string().regex(/^[0-9a-f]{64}$/),
      z.int().min(0),
      z.int().min(0),
    ]),
  ),
});

const partSchema = z.object({
  schema: z.literal(PART_SCHEMA),
  /** From 1, as the user counts. */
  part: z.int().positive(),
  of: z.int().positive(),
  /** Digest of everything below: parts of one whole agree on it. */
  whole: z.string(),
  options: scoreOptionsSchema,
  samples: pictureSetSchema,
  reference: pictureSetSchema.optional(),
  referenceStatistics: z.object({ path: z.string(), digest: z.string() }).optional(),
});

export type PartFile = z.infer<typeof partSchema>;
export type StoredPictureSet = z.infer<typeof pictureSetSchema>;

/** Which part of a score is done, and where it is put. */
export interface PartTarget {
  /** Which part, from 1 to `of`. */
  readonly index: number;
  /** How many parts the score is divided into. */
  readonly of: number;
  /** Folder for the part. */
  readonly out: string;
}

/** What is scored, how, and which part of it. */
export interface PartInput extends ScoreInput {
  readonly part: PartTarget;
}

/** Which pictures can be decoded stands with what networks gave of them: parts without any could not be joined. */
function refusePairsAlone({ samples, metrics }: Plan): void {
  if (samples.passes.length > 0 || samples.pairsPerClass === 0) return;
  throw new UsageError(
    `Parts are joined by what a network gives of each picture, and ${metrics.join(' and ')} alone ${metrics.length === 1 ? 'reads' : 'read'} pairs: name a metric of a network too, such as is, or score without --shard.`,
  );
}

/**
 * Does one part of a score, for `mergeParts` to join with the others: the same folder and options on every machine, and a
 * folder each for what it computes. A part that was stopped continues when it is run again.
 *
 * @param input the samples, the reference if there is one, options, and which part to do
 * @param hooks progress, notes, and a signal that ends the run
 * @returns the folder, and how many pictures were done, all passes together
 * @throws {UsageError} for a part that can't be, a folder that holds another part, or options that make no sense
 * @throws {ImagesError} for pictures or a reference that can't be used
 * @throws {NetworkError} for a network or device that is missing, damaged or unfit
 * @throws {StorageError} for a folder that can't be written
 * @example
 * await scorePart({ samples: './samples', part: { index: 1, of: 2, out: './part1' } });
 * // On another machine: part 2 of 2, to './part2'. Then, where both folders are:
 * const result = await mergeParts({ parts: ['./part1', './part2'] });
 */
export async function scorePart(
  { part, samples, reference, validation, ...options }: PartInput,
  hooks: RunHooks = {},
): Promise<{ out: string; pictures: number }> {
  const { index, of, out } = part;
  if (!(Number.isInteger(index) && Number.isInteger(of) && index >= 1 && index <= of)) {
    throw new UsageError(`There is no part ${index} of ${of}: count from 1/${of} to ${of}/${of}.`);
  }
  if (validation !== undefined) {
    throw new UsageError(
      'A score with a validation set cannot be divided: leave --validation out, or score without --shard.',
    );
  }
  const resolved = resolveOptions(options);
  const there = (await readFinishedPart(out, index, of))?.whole;
  await guardStorage(out, () => makeFolder(out));
  return withPlan({ ...resolved, samples, reference }, hooks, async (plan) => {
    refusePairsAlone(plan);
    const share: Share = { index: index - 1, of };
    const describe = () => describePart(plan, withReference(resolved, reference), { index, of });
    if (there !== undefined && there !== (await describe()).whole) {
      throw new UsageError(
        `${out} holds part ${index}/${of} of other pictures, paths or options: choose another folder, or remove it.`,
      );
    }
    const pictures = await withShards(shardsOf(out), hooks, async (store) => {
      await announceEstimate(plan, store, hooks, share);
      let done = 0;
      for (const set of [plan.samples, plan.reference]) {
        if (!set) continue;
        const prepared = await prepareSet(set, { options: resolved, store, hooks, share });
        done += prepared.extracted + prepared.fromCache;
      }
      return done;
    });
    await writeWhole(join(out, PART_FILE), `${JSON.stringify(await describe())}\n`);
    return { out, pictures };
  });
}

/** With the reference if it was named by its path: a merge may have to find it again. */
function withReference(options: ResolvedOptions, reference: PictureInput | undefined): ResolvedOptions {
  return { ...options, reference: typeof reference === 'string' ? reference : undefined };
}

async function describePart(
  plan: Plan,
  options: ResolvedOptions,
  { index, of }: Pick<PartTarget, 'index' | 'of'>,
) {
  const statistics = plan.reference?.set.statistics ?? plan.referenceStatistics;
  const whole = {
    options: numberOptions(options),
    samples: await storeSet(plan.samples.set),
    reference: plan.reference && (await storeSet(plan.reference.set)),
    referenceStatistics: statistics && { path: statistics.name, digest: statistics.digest },
  };
  const file: PartFile = { schema: PART_SCHEMA, part: index, of, whole: '', ...whole };
  file.whole = digestWhole(file);
  return file;
}

/**
 * The part that is in a folder already; undefined if there is none.
 *
 * @throws {UsageError} for one of another number, which would be lost
 */
async function readFinishedPart(out: string, index: number, of: number): Promise<PartFile | undefined> {
  const there = await readPart(out).catch(() => undefined);
  if (!there || (there.part === index && there.of === of)) return there;
  throw new UsageError(
    `${out} holds part ${there.part}/${there.of}: choose another folder for part ${index}/${of}.`,
  );
}

/** The folder of a part's shards. */
export function shardsOf(folder: string): string {
  return join(folder, 'features');
}

/** The options that decide numbers: machines may differ in the others. (Pictures that have no room are told by `decoding`.) */
function numberOptions(options: ResolvedOptions): ResolvedOptions {
  const {
    threads: _threads,
    maxMemory: _maxMemory,
    cacheDir: _cacheDir,
    modelsDir: _modelsDir,
    save: _save,
    ...rest
  } = options;
  const defaults = resolveOptions({});
  return { ...rest, device: defaults.device, batchSize: defaults.batchSize, cache: defaults.cache };
}

async function storeSet(set: PictureSet): Promise<StoredPictureSet> {
  const { source, inspections, digest } = set;
  const { name, kind, decoding, classNames, split, drawnFrom, reading, generator, warnings, entries } =
    source;
  return {
    name,
    kind,
    decoding,
    digest,
    classNames: classNames && [...classNames],
    split,
    drawnFrom,
    reading,
    generator,
    paths: source.paths && namePaths(source.paths),
    warnings: [...warnings, ...(set.warnings ?? [])],
    color: await haveColor(set),
    pictures: entries.map(({ id, label }, i) => {
      const { sha256, width, height } = inspections.at(i);
      return [id, label ?? null, sha256, width, height];
    }),
  };
}

function namePaths({ identity, width, height }: LatentPaths) {
  return { identity, width, height };
}

/** Digest of all that the parts of one whole have in common. */
function digestWhole(file: PartFile): string {
  const { options, samples, reference, referenceStatistics } = partSchema.parse(
    JSON.parse(JSON.stringify(file)),
  );
  const whole = JSON.stringify({ options, samples, reference, referenceStatistics });
  return createHash('sha256').update(whole).digest('hex');
}

/**
 * Reads what a part says of itself.
 *
 * @throws {UsageError} naming the folder, if it is no finished part or was changed
 */
export async function readPart(folder: string): Promise<PartFile> {
  const path = join(folder, PART_FILE);
  let value: unknown;
  try {
    value = parseJson(await readDocument(path, MAX_PART_BYTES), { values: MAX_PART_VALUES });
  } catch (error) {
    const absent = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw new UsageError(
      absent
        ? `${folder} is no finished part (it has no ${PART_FILE}): run its ganeval score --shard again.`
        : `${path} cannot be read (${(error as Error).message}): run its ganeval score --shard again.`,
    );
  }
  const parsed = partSchema.safeParse(value);
  if (parsed.success && digestWhole(parsed.data) === parsed.data.whole) return parsed.data;
  if (parsed.success)
    throw new UsageError(`${path} was changed after it was written: run its ganeval score --shard again.`);
  throw new UsageError(`${path} is not a ${PART_SCHEMA} document: run its ganeval score --shard again.`);
}
