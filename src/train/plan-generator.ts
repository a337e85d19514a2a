import { createHash } from 'node:crypto';
import { NetworkError } from '../core/errors.js';
import { drawClasses } from '../generators/draw-classes.js';
import type { DrawOptions, Generator, MadePicture } from '../generators/generator.js';
import type { DrawnFromGenerator, PathStep, UnroundedPixels } from '../images/latent-paths.js';
import { chooseGroups } from './plans/choose-groups.js';
import { seedOfGroup } from './plans/make-plan.js';
import { readPlan } from './plans/plan-folder.js';
import { type GroupShare, shareSamples } from './plans/share-samples.js';
import { openTrainedGenerator } from './trained-generator.js';

/** Changes when the same groups and seed give other pictures, or others in another order. */
const DRAWING_VERSION = 1;
/** Generators that are open at the same time: a batch may lie in two groups. */
const MAX_OPEN = 2;
/** Batches of a generator that are kept: those of the whole may begin within them. */
const MAX_BATCHES = 2;

/**
 * Opens the generators of all groups of a plan as one. The pictures are those that `sample` draws, in the order of the groups, so that one
 * generator after the other is needed.
 *
 * @param path the folder of a plan
 * @throws {UsageError} for groups that are not finished
 * @throws {NetworkError} for a checkpoint that is damaged, or of other classes or another size than those of the plan
 * @throws {ImagesError} for pictures that are larger than allowed
 */
export async function openPlanGenerator(path: string, options: DrawOptions): Promise<Generator> {
  const { count, seed, classDraw = 'balanced' } = options;
  const open = await readPlan(path);
  const { models, classNames } = await chooseGroups(open);
  const labels = drawClasses(count, { classes: classNames.length, draw: classDraw, seed });
  const openShare = ({ model, own }: GroupShare) =>
    openTrainedGenerator(model.run, {
      ...drawingOf(options),
      count: own.length,
      seed: seedOfGroup(seed, model.group.number),
      classes: own,
    });
  const shares = shareSamples(models, classNames, labels);
  const digests = createHash('sha256');
  let form: Pick<Generator, 'width' | 'height' | 'computing'> | undefined;
  for (const share of shares) {
    const generator = await openShare(share);
    const { width, height, computing, drawn } = generator;
    await generator.close();
    const { classes } = share.model.group;
    const isOfPlan = JSON.stringify(generator.classNames) === JSON.stringify(classes);
    form ??= { width, height, computing };
    if (!isOfPlan || form.width !== width || form.height !== height) {
      throw new NetworkError(
        `The checkpoint of ${share.model.run} is not that of group ${share.model.group.number} of the plan (its classes or its pictures differ): bring its own checkpoint back, or train the group in a new folder.`,
      );
    }
    digests.update(`${drawn.sha256}\n`);
  }
  return new PlanGenerator({
    name: path,
    shares,
    openShare,
    labels,
    classNames,
    form: form as NonNullable<typeof form>,
    seed,
    drawn: { sha256: digests.digest('hex'), classDraw },
  });
}

function drawingOf({ device, threads, pixelLimit, maxMemory }: DrawOptions) {
  return { device, threads, pixelLimit, maxMemory };
}

interface PlanFacts {
  readonly name: string;
  readonly shares: readonly GroupShare[];
  readonly openShare: (share: GroupShare) => Promise<Generator>;
  readonly labels: Int32Array;
  readonly classNames: readonly string[];
  readonly form: Pick<Generator, 'width' | 'height' | 'computing'>;
  readonly seed: number;
  readonly drawn: DrawnFromGenerator;
}

/** A generator that was opened, and what it made last. */
interface OpenShare {
  readonly share: GroupShare;
  readonly generator: Generator;
  readonly made: Map<string, Promise<readonly unknown[]>>;
}

class PlanGenerator implements Generator {
  readonly kind = 'training-run';
  readonly name: string;
  readonly identity: string;
  readonly computing: string;
  readonly count: number;
  readonly batch = 100;
  readonly width: number;
  readonly height: number;
  readonly classNames: readonly string[];
  readonly drawn: DrawnFromGenerator;
  readonly warnings: readonly string[] = [];
  readonly #facts: PlanFacts;
  /** Label of each picture in the order of the groups. */
  readonly #labels: Int32Array;
  readonly #open: OpenShare[] = [];
  #lastGathering: Promise<unknown> = Promise.resolve();

  constructor(facts: PlanFacts) {
    const { name, shares, labels, classNames, form, seed, drawn } = facts;
    this.#facts = facts;
    this.#labels = Int32Array.from(
      shares.flatMap(({ places }) => [...places]),
      (place) => labels[place],
    );
    this.name = name;
    this.count = labels.length;
    this.classNames = classNames;
    this.width = form.width;
    this.height = form.height;
    this.computing = form.computing;
    this.drawn = drawn;
    // Where a picture stands depends on how many there are.
    const { count } = this;
    this.identity = JSON.stringify({ plan: drawn, seed, count, drawing: DRAWING_VERSION });
  }

  labelOf = (index: number): number => this.#labels[index] ?? 0;

  make(first: number): Promise<readonly MadePicture[]> {
    return this.#gather<MadePicture>(first, 'made', (generator, at) => generator.make(at));
  }

  makeUnrounded(first: number, step?: PathStep): Promise<readonly UnroundedPixels[]> {
    const key = JSON.stringify(step ?? 'unrounded');
    return this.#gather<UnroundedPixels>(first, key, (generator, at) => generator.makeUnrounded(at, step));
  }

  async close(): Promise<void> {
    await this.#lastGathering;
    for (const { generator } of this.#open.splice(0)) await generator.close();
  }

  /** One batch at a time: the generator of another one must not be closed. */
  #gather<Made>(
    first: number,
    key: string,
    make: (generator: Generator, at: number) => Promise<readonly Made[]>,
  ): Promise<readonly Made[]> {
    const gathering = this.#lastGathering.then(() => this.#gatherNow(first, key, make));
    this.#lastGathering = gathering.catch(() => {});
    return gathering;
  }

  /** The pictures of a batch, of each of the groups in which they lie. */
  async #gatherNow<Made>(
    first: number,
    key: string,
    make: (generator: Generator, at: number) => Promise<readonly Made[]>,
  ): Promise<readonly Made[]> {
    const all: Made[] = [];
    const end = Math.min(first + this.batch, this.count);
    let start = 0;
    for (const share of this.#facts.shares) {
      const from = Math.max(first, start) - start;
      const to = Math.min(end - start, share.own.length);
      if (from < to) {
        const open = await this.#openShare(share);
        const { generator } = open;
        for (let at = from - (from % generator.batch); at < to; at += generator.batch) {
          const made = (await this.#keep(open, `${key} ${at}`, () => make(generator, at))) as readonly Made[];
          all.push(...made.slice(Math.max(from - at, 0), to - at));
        }
      }
      start += share.own.length;
    }
    return all;
  }

  async #openShare(share: GroupShare): Promise<OpenShare> {
    const found = this.#open.find((each) => each.share === share);
    if (found) return found;
    while (this.#open.length >= MAX_OPEN) await this.#open.shift()?.generator.close();
    const opened = { share, generator: await this.#facts.openShare(share), made: new Map() };
    this.#open.push(opened);
    return opened;
  }

  /** What was made last is asked for again, where a batch of the whole begins within it. */
  #keep<Made>(
    { made }: OpenShare,
    key: string,
    make: () => Promise<readonly Made[]>,
  ): Promise<readonly unknown[]> {
    const found = made.get(key);
    if (found) return found;
    const making = make();
    made.set(key, making);
    making.catch(() => made.delete(key));
    for (const old of [...made.keys()].slice(0, -MAX_BATCHES)) made.delete(old);
    return making;
  }
}
