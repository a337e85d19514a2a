import { NetworkError, UsageError } from '../core/errors.js';
import type { RunHooks } from '../core/run-hooks.js';
import { resolveOptions } from '../evaluate/options.js';
import {
  type SampleChunk,
  type SampleStream,
  writeSampleArrays,
  writeSampleFolder,
} from '../generators/write-samples.js';
import { TRAINING_DEFAULTS } from './adversarial/defaults.js';
import { SAMPLES_AT_ONCE, streamOf } from './adversarial/draw-samples.js';
import { type OpenGenerator, openGenerator, readRunCheckpoint } from './adversarial/open-generator.js';
import { chooseBackend } from './backend/choose-backend.js';
import { findFlag } from './conditions/condition-files.js';
import { findFamily } from './families.js';
import { chooseGroups, type TrainedModel } from './plans/choose-groups.js';
import { seedOfGroup } from './plans/make-plan.js';
import { readPlan } from './plans/plan-folder.js';
import { type GroupShare, shareSamples } from './plans/share-samples.js';
import type { DrawnSamples, SampleOptions } from './sample.js';

/**
 * Draws samples from all groups of a plan as one set; see `sample`. Sample i is of class i mod K, as with one GAN of all K classes. It is
 * one of those that the run of its group draws with the group's seed.
 */
export async function samplePlan(
  path: string,
  options: SampleOptions,
  hooks: RunHooks,
): Promise<DrawnSamples> {
  const { out, count, seed: seedOption, threads } = options;
  const flag = findFlag(options.conditions ?? {});
  if (flag !== undefined) {
    throw new UsageError(`The generators of the plan ${path} take classes alone: leave --${flag} out.`);
  }
  const open = await readPlan(path);
  const { models, classNames, notes } = await chooseGroups(open, options);
  const { seed: checked, device } = resolveOptions({ seed: seedOption, device: options.device, threads });
  const seed = seedOption === undefined ? open.plan.training.seed : checked;
  const classes = chooseClasses(classNames, options.classes, path);
  const indices = classes.map((name) => classNames.indexOf(name));
  const labels = Int32Array.from({ length: count }, (_, i) => indices[i % indices.length]);
  const shares = shareSamples(models, classNames, labels);
  for (const note of notes) hooks.onNote?.(note);
  await chooseBackend(options.backend ?? TRAINING_DEFAULTS.backend, { device, threads });
  const stream = await streamOfShares(shares, { labels, classNames, seed }, hooks);
  await (out.endsWith('.npz') ? writeSampleArrays : writeSampleFolder)(out, stream);
  const step = Math.min(...shares.map(({ model }) => model.step));
  return { path: out, count, seed, step, classes, consistency: [], groups: shares.length };
}

/** @throws {UsageError} for classes that no group knows */
function chooseClasses(
  known: readonly string[],
  classes: readonly string[] | undefined,
  path: string,
): readonly string[] {
  const unknown = classes?.find((name) => !known.includes(name));
  if (unknown === undefined) return classes ?? known;
  const some = known.slice(0, 20).join(', ');
  throw new UsageError(
    `--class names ${JSON.stringify(unknown)}, which no generator of ${path} knows: they have ${some}${known.length > 20 ? ', …' : ''}.`,
  );
}

interface WholeSet {
  readonly labels: Int32Array;
  readonly classNames: readonly string[];
  readonly seed: number;
}

/** One group after the other: only one of them is in memory. */
async function streamOfShares(
  shares: readonly GroupShare[],
  whole: WholeSet,
  { signal, onProgress }: RunHooks,
): Promise<SampleStream> {
  const { labels, classNames, seed } = whole;
  const total = labels.length;
  const first = await openGroup(shares[0].model);
  const { size, channels } = first.form;
  first.trainer.dispose();
  return {
    form: { height: size, width: size, channels, classNames },
    conditional: true,
    count: total,
    signal,
    async *chunks() {
      let done = 0;
      for (const share of shares) {
        const { group } = share.model;
        const generator = await openGroup(share.model);
        try {
          requireForm(generator, { size, channels }, share.model);
          const plan = { seed: seedOfGroup(seed, group.number), classes: share.own };
          let at = 0;
          for await (const chunk of streamOf(generator, plan, share.own.length, { signal }).chunks()) {
            const cut = cutChunk(chunk, share, at, labels);
            at += cut.labels.length;
            done += cut.labels.length;
            yield cut;
            onProgress?.({ stage: 'draw', label: 'Drawing samples', done, total, unit: 'pictures' });
          }
        } finally {
          generator.trainer.dispose();
        }
      }
    },
  };
}

/** The samples of a chunk that are of the share, with their classes and places in the set. */
function cutChunk(
  { pixels }: SampleChunk,
  { places }: GroupShare,
  at: number,
  labels: Int32Array,
): SampleChunk {
  const all = pixels.length;
  const own = places.subarray(at, at + SAMPLES_AT_ONCE);
  return {
    pixels: pixels.subarray(0, (all / SAMPLES_AT_ONCE) * own.length),
    labels: Int32Array.from(own, (place) => labels[place]),
    places: own,
  };
}

/**
 * Opens the generator of a group.
 *
 * @throws {NetworkError} for a checkpoint that is damaged, or of other classes than those of the plan
 */
export async function openGroup({ run, group }: TrainedModel): Promise<OpenGenerator> {
  const generator = await openGenerator(run, await readRunCheckpoint(run), findFamily);
  const { classNames } = generator.form;
  if (JSON.stringify(classNames) === JSON.stringify(group.classes)) return generator;
  generator.trainer.dispose();
  throw new NetworkError(
    `The checkpoint of ${run} is of other classes than group ${group.number} of the plan: train the group in a new folder, or bring its own checkpoint back.`,
  );
}

function requireForm(
  { form }: OpenGenerator,
  { size, channels }: { readonly size: number; readonly channels: number },
  { run }: TrainedModel,
): void {
  if (form.size === size && form.channels === channels) return;
  throw new NetworkError(
    `The checkpoint of ${run} makes pictures of another size than the groups before: bring its own checkpoint back.`,
  );
}
