import { type DigestedRows, findCopiesOf } from '../copies/same-bytes.js';
import type { RunHooks } from '../core/run-hooks.js';
import type { ClassSheet, Illustrations, NeighborRow, Neighbors } from '../documents/illustrations.js';
import type { ComputedMetric, EvaluationResult } from '../documents/result.js';
import type { Evaluation } from '../evaluate/evaluate-plan.js';
import type { Plan } from '../evaluate/plan.js';
import { exactDevice } from '../evaluate/precision/exact-device.js';
import type { PreparedSet } from '../evaluate/prepare-set.js';
import { NumpyRandom } from '../math/random/numpy-random.js';
import { computeNeighbors, type NeighborSearch } from './compute-neighbors.js';
import { drawClass, drawRows, type ShownSet, shownSetOf, showRows } from './shown-set.js';
import { Thumbnails } from './thumbnails.js';

const SHEETS_A_SIDE = 3;
const PICTURES_A_SHEET = 16;
const REFERENCES_A_SHEET = 8;
const PICTURES_WITHOUT_CLASSES = 48;
const NEIGHBOR_ROWS = 12;

/**
 * Makes the pictures that a report shows: contact sheets of the best and the worst classes, and samples beside the real
 * pictures that are nearest to them. Every draw comes from the seed, so that no picture is chosen for its looks.
 */
export async function illustrate(
  plan: Plan,
  { result, samples, reference }: Evaluation,
  hooks: RunHooks,
): Promise<Illustrations> {
  const random = new NumpyRandom(plan.options.seed);
  const copies = reference
    ? Int32Array.from(findCopiesOf(digestedRowsOf(samples), digestedRowsOf(reference)).keys())
    : new Int32Array();
  const [features, realFeatures] = [samples.subject.features, reference?.subject.features];
  const device = exactDevice(plan.options);
  const search =
    features && realFeatures
      ? await computeNeighbors(
          { samples: features, reference: realFeatures, copies, random },
          { ...plan.options, device },
        )
      : undefined;
  hooks.signal?.throwIfAborted();
  const shown = shownSetOf(samples);
  const real = reference && shownSetOf(reference);
  const thumbnails = new Thumbnails();
  const classes = shown.source.classNames && chooseClasses(result);
  const sheets: ClassSheet[] = [];
  for (const choice of classes ?? [])
    sheets.push(await makeSheet(choice, shown, real, { random, thumbnails }));
  const drawn = classes ? [] : drawRows(shown, random, PICTURES_WITHOUT_CLASSES);
  return {
    draw: await showRows(shown, drawn, thumbnails),
    sheets,
    ...(search &&
      real && {
        neighbors: { ...(await showNeighbors(search, shown, real, thumbnails)), network: plan.model.name },
      }),
    ...(reference && { exactCopies: copies.length }),
  };
}

function digestedRowsOf({ plan, kept }: PreparedSet): DigestedRows {
  return { inspections: plan.set.inspections, kept };
}

async function makeSheet(
  choice: Choice,
  samples: ShownSet,
  reference: ShownSet | undefined,
  { random, thumbnails }: { readonly random: NumpyRandom; readonly thumbnails: Thumbnails },
): Promise<ClassSheet> {
  const real = reference && drawClass(reference, random, REFERENCES_A_SHEET, choice.class);
  const drawn = drawClass(samples, random, PICTURES_A_SHEET, choice.class);
  return {
    ...choice,
    pictures: await showRows(samples, drawn, thumbnails),
    reference: reference && real ? await showRows(reference, real, thumbnails) : [],
  };
}

type Choice = Pick<ClassSheet, 'class' | 'reasons' | 'accuracy' | 'msssim' | 'realMsssim'>;

/**
 * The worst and the best classes by accuracy, and those whose pictures are more alike than real ones (without a reference: most alike); each
 * class once, the worst first.
 */
function chooseClasses(result: EvaluationResult): Choice[] {
  const byAccuracy = rankClasses(result, 'accuracy');
  const byLikeness = rankClasses(result, 'msssim').reverse();
  const each = Math.min(SHEETS_A_SIDE, Math.floor(byAccuracy.length / 2));
  const worst = names(byAccuracy.slice(0, each));
  const best = names(each > 0 ? byAccuracy.slice(-each) : byAccuracy);
  const ofReference = rankClasses(result, 'msssim', 'reference');
  const tested = result.verdict !== undefined && ofReference.length > 0;
  const proven = new Set(
    result.verdict?.worseClasses.filter(({ metric }) => metric === 'msssim').map((one) => one.class),
  );
  const moreAlike = names(byLikeness)
    .filter((name) => proven.has(name))
    .slice(0, SHEETS_A_SIDE);
  const alike = tested ? [] : names(byLikeness.slice(0, byAccuracy.length > 0 ? 1 : SHEETS_A_SIDE));
  const valueIn = (ranked: readonly RankedClass[], name: string) =>
    ranked.find((one) => one.class === name)?.value;
  return [...new Set([...moreAlike, ...alike, ...worst, ...best])].map((name) => ({
    class: name,
    reasons: (['more-alike', 'alike', 'worst', 'best'] as const).filter((reason) =>
      ({ 'more-alike': moreAlike, alike, worst, best })[reason].includes(name),
    ),
    accuracy: valueIn(byAccuracy, name),
    msssim: valueIn(byLikeness, name),
    realMsssim: valueIn(ofReference, name),
  }));
}

interface RankedClass {
  readonly class: string;
  readonly value: number;
}

const names = (ranked: readonly RankedClass[]) => ranked.map((one) => one.class);

/** Classes that have a value, ascending. */
function rankClasses(
  { metrics }: EvaluationResult,
  id: string,
  subject: ComputedMetric['subject'] = 'samples',
): RankedClass[] {
  const entry = metrics.find(
    (one): one is ComputedMetric => one.id === id && one.subject === subject && one.status === 'ok',
  );
  return (entry?.perClass ?? [])
    .flatMap((one) => (one.value === null ? [] : [{ class: one.class, value: one.value }]))
    .sort((a, b) => a.value - b.value);
}

async function showNeighbors(
  { rows, ...numbers }: NeighborSearch,
  samples: ShownSet,
  reference: ShownSet,
  thumbnails: Thumbnails,
): Promise<Omit<Neighbors, 'network'>> {
  const nearest = rows.slice(0, NEIGHBOR_ROWS);
  const shownSamples = await showRows(
    samples,
    nearest.map(({ sample }) => sample),
    thumbnails,
  );
  const wanted = nearest.flatMap(({ near }) => near.map(({ index }) => index));
  const pictures = await showRows(reference, wanted, thumbnails);
  let next = 0;
  const shownRows = nearest.map(
    ({ near }, i): NeighborRow => ({
      sample: shownSamples[i],
      neighbors: near.map(({ distance }) => ({ picture: pictures[next++], distance })),
    }),
  );
  return { ...numbers, rows: shownRows };
}
