import { ImagesError, UsageError } from '../core/errors.js';
import type { RunHooks } from '../core/run-hooks.js';
import type { EvaluationResult } from '../documents/result.js';
import { evaluatePlan } from '../evaluate/evaluate-plan.js';
import { resolveOptions, type ScoreOptions } from '../evaluate/options.js';
import type { PictureSet } from '../evaluate/picture-set.js';
import { makePlan, type Plan } from '../evaluate/plan.js';
import { type NamedStatistics, readStatistics } from '../evaluate/statistics/statistics-file.js';
import { listShardTasks } from '../features/extraction-work.js';
import { type Shard, type ShardName, ShardStore } from '../features/shard-store.js';
import type { ImageSource } from '../images/image-source.js';
import { Inspections } from '../images/inspections.js';
import { type PartFile, readPart, type StoredPictureSet, shardsOf } from './part.js';

/** Where the runs of this machine differ from those that made the parts. */
type MergeOptions = Pick<ScoreOptions, 'device' | 'threads' | 'reference' | 'modelsDir' | 'classMap'>;

/** The parts to join, and where this machine differs from those that made them. */
export interface MergeInput extends MergeOptions {
  /** The folders of all parts, in any order. */
  readonly parts: readonly string[];
}

/**
 * Joins the parts of a score into its result, which is the one that a single run gives. It needs no pictures.
 *
 * @param input `reference` and `classMap` say where those files are now, if they moved
 * @param hooks progress, notes, and a signal that ends the run
 * @returns the result, equal to that of a single run
 * @throws {UsageError} where parts are missing or don't belong together
 * @throws {ImagesError} for a reference file that is not the one of the parts, or parts that lack pictures
 * @throws {NetworkError} for a network or device that is missing, damaged or unfit
 * @example
 * const result = await mergeParts({ parts: ['./part1', './part2'] });
 */
export async function mergeParts(
  { parts: folders, ...options }: MergeInput,
  hooks: RunHooks = {},
): Promise<EvaluationResult> {
  const startedAt = new Date();
  const parts: { folder: string; file: PartFile }[] = [];
  // One after another: of two that are damaged the first is named.
  for (const folder of folders) parts.push({ folder, file: await readPart(folder) });
  checkParts(parts);
  const [{ file }] = parts;
  const store = new JoinedStore(folders.map((folder) => shardsOf(folder)));
  const { device, threads, modelsDir, classMap = file.options.classMap } = options;
  const resolved = resolveOptions({ ...file.options, device, threads, modelsDir, classMap });
  const plan = await makePlan(
    resolved,
    restoreSet('samples', file.samples),
    await restoreReference(file, options),
  );
  await checkComplete(plan, store);
  return (await evaluatePlan({ plan, store, startedAt, hooks })).result;
}

function checkParts(parts: readonly { folder: string; file: PartFile }[]): void {
  if (parts.length === 0) throw new UsageError('There is nothing to merge: name the folders of the parts.');
  const [first] = parts;
  for (const { folder, file } of parts) {
    if (file.whole !== first.file.whole || file.of !== first.file.of) {
      throw new UsageError(
        `${folder} and ${first.folder} are no parts of one whole${describeDifference(file, first.file)}: score the same pictures with the same options in each.`,
      );
    }
  }
  const numbers = parts.map(({ file }) => file.part);
  const twice = numbers.find((number, i) => numbers.indexOf(number) !== i);
  if (twice !== undefined) throw new UsageError(`Part ${twice} is given twice: name each part once.`);
  const missing = Array.from({ length: first.file.of }, (_, i) => i + 1).filter((i) => !numbers.includes(i));
  if (missing.length > 0) {
    throw new UsageError(
      `Of ${first.file.of} parts, ${missing.map((i) => `${i}/${first.file.of}`).join(', ')} ${missing.length === 1 ? 'is' : 'are'} missing: name all the folders.`,
    );
  }
}

/** What differs between two parts, as the middle of a sentence. */
function describeDifference(a: PartFile, b: PartFile): string {
  const differs = (left: unknown, right: unknown) => JSON.stringify(left) !== JSON.stringify(right);
  const keys = Object.keys({ ...a.options, ...b.options }) as (keyof PartFile['options'])[];
  const found = [
    ...keys
      .filter((key) => differs(a.options[key], b.options[key]))
      .map((key) => {
        const [own, other] = [a, b].map(({ options }) => JSON.stringify(options[key]) ?? 'not said');
        return `option ${key} is ${own} and ${other}`;
      }),
    ...(differs(a.samples, b.samples) ? ['the samples differ'] : []),
    ...(differs([a.reference, a.referenceStatistics], [b.reference, b.referenceStatistics])
      ? ['the references differ']
      : []),
    ...(a.of === b.of ? [] : [`there are ${a.of} and ${b.of} parts`]),
  ];
  return found.length === 0 ? '' : ` (${found.join('; ')})`;
}

/** Shards of several folders, to be read only. */
class JoinedStore extends ShardStore {
  readonly #stores: readonly ShardStore[];

  constructor(roots: readonly string[]) {
    super(roots[0]);
    this.#stores = roots.map((root) => new ShardStore(root));
  }

  override async read<Info>(name: ShardName): Promise<Shard<Info> | undefined> {
    for (const store of this.#stores) {
      const shard = await store.read<Info>(name);
      if (shard) return shard;
    }
    return undefined;
  }

  override async has(key: string): Promise<boolean> {
    for (const store of this.#stores) if (await store.has(key)) return true;
    return false;
  }
}

/** The pictures of a part without their pixels. */
function restoreSet(role: PictureSet['role'], stored: StoredPictureSet): PictureSet {
  const {
    name,
    kind,
    decoding,
    classNames,
    split,
    drawnFrom,
    reading,
    generator,
    warnings,
    digest,
    color,
    pictures,
  } = stored;
  const inspections = Inspections.of(
    pictures.map(([, , sha256, width, height]) => ({ sha256, width, height })),
  );
  const unavailable = (): never => {
    throw new ImagesError(`The parts lack results for some pictures of ${name}: run the parts again.`);
  };
  const source: ImageSource = {
    name,
    kind,
    decoding,
    classNames,
    split,
    drawnFrom,
    reading,
    generator,
    ...(stored.paths && { paths: { ...stored.paths, pairs: unavailable } }),
    warnings,
    entries: pictures.map(([id, label]) => ({ id, ...(label !== null && { label }) })),
    inspect: async () => inspections,
    pictures: unavailable,
    picture: unavailable,
    close: async () => undefined,
  };
  return { role, source, inspections, digest, color };
}

async function restoreReference(file: PartFile, options: MergeOptions) {
  const statistics = await restoreStatistics(file, options);
  if (!file.reference) return statistics;
  return { ...restoreSet('reference', file.reference), statistics };
}

async function restoreStatistics(
  { referenceStatistics }: PartFile,
  options: MergeOptions,
): Promise<NamedStatistics | undefined> {
  if (!referenceStatistics) return undefined;
  const path = options.reference ?? referenceStatistics.path;
  const file = await readStatistics(path);
  if (file.digest !== referenceStatistics.digest) {
    throw new ImagesError(
      `The statistics file ${path} is not the one that the parts name: pass it with --reference.`,
    );
  }
  return { ...file, name: referenceStatistics.path };
}

async function checkComplete(plan: Plan, store: ShardStore): Promise<void> {
  for (const planned of [plan.samples, plan.reference]) {
    for (const pass of planned?.passes ?? []) {
      for (const task of listShardTasks(planned?.set as PictureSet, pass.extractor.identity, pass.outputs)) {
        if (await store.has(task.key)) continue;
        throw new ImagesError(
          `The parts lack pictures ${task.start + 1} to ${task.end} of the ${planned?.set.role} ` +
            `(${pass.network.name}, ${pass.resolution}): run the parts again with the network that is used here.`,
        );
      }
    }
  }
}
