import { type DigestedRows, findCopiesOf } from '../copies/same-bytes.js';
import type { RunHooks } from '../core/run-hooks.js';
import type {
  ClassSheet,
  Illustrations,
  NeighborRow,
  Neighbors,
  ShownPicture,
} from '../documents/illustrations.js';
import type { ComputedMetric, EvaluationResult } from '../documents/result.js';
import type { Evaluation } from '../evaluate/evaluate-plan.js';
import type { Plan } from '../evaluate/plan.js';
import type { PreparedSet } from '../evaluate/prepare-set.js';
import { makeThumbnail } from '../images/thumbnail.js';
import { NumpyRandom } from '../math/random/numpy-random.js';
import type { Network } from '../networks/network.js';
import { computeNeighbors, type NeighborSearch } from './compute-neighbors.js';

/** Longest side of a thumbnail in pixels: sharp on a dense screen at the size that a page shows. */
const SIDE = 128;
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
  const search =
    features && realFeatures
      ? await computeNeighbors({ samples: features, reference: realFeatures, copies, random }, plan.options)
      : undefined;
  hooks.signal?.throwIfAborted();
  const { classNames } = samples.plan.set.source;
  return {
    draw: classNames ? [] : await showRows(samples, drawRows(samples, random, PICTURES_WITHOUT_CLASSES)),
    sheets: classNames ? await makeSheets(result, samples, reference, random) : [],
    ...(reference && search && { neighbors: await showNeighbors(search, samples, reference, plan.model) }),
    ...(reference && { exactCopies: copies.length }),
  };
}

function digestedRowsOf({ plan, kept }: PreparedSet): DigestedRows {
  return { inspections: plan.set.inspections, kept };
}

/** Rows in ascending order, drawn among those of a class or among all. */
function drawRows({ subject }: PreparedSet, random: NumpyRandom, most: number, label?: number): Int32Array {
  const { labels, count } = subject;
  const rows = Int32Array.from({ length: count }, (_, row) => row).filter(
    (row) => label === undefined || labels?.[row] === label,
  );
  return random
    .choice(rows.length, Math.min(most, rows.length))
    .map((position) => rows[position])
    .sort();
}

async function makeSheets(
  result: EvaluationResult,
  samples: PreparedSet,
  reference: PreparedSet | undefined,
  random: NumpyRandom,
): Promise<ClassSheet[]> {
  const sheets: ClassSheet[] = [];
  const classNames = samples.plan.set.source.classNames ?? [];
  for (const choice of chooseClasses(result)) {
    const label = classNames.indexOf(choice.class);
    const realLabel = reference?.plan.set.source.classNames?.indexOf(choice.class) ?? -1;
    const realRows =
      reference && realLabel >= 0 && drawRows(reference, random, REFERENCES_A_SHEET, realLabel);
    sheets.push({
      ...choice,
      pictures: await showRows(samples, drawRows(samples, random, PICTURES_A_SHEET, label)),
      reference: reference && realRows ? await showRows(reference, realRows) : [],
    });
  }
  return sheets;
}

type Choice = Pick<ClassSheet, 'class' | 'reasons' | 'accuracy' | 'msssim'>;

/** The worst and the best classes by accuracy, and those whose pictures are most alike; each class once, the worst first. */
function chooseClasses(result: EvaluationResult): Choice[] {
  const byAccuracy = rankClasses(result, 'accuracy');
  const byLikeness = rankClasses(result, 'msssim').reverse();
  const each = Math.min(SHEETS_A_SIDE, Math.floor(byAccuracy.length / 2));
  const worst = names(byAccuracy.slice(0, each));
  const best = names(each > 0 ? byAccuracy.slice(-each) : byAccuracy);
  const alike = names(byLikeness.slice(0, byAccuracy.length > 0 ? 1 : SHEETS_A_SIDE));
  const valueIn = (ranked: readonly RankedClass[], name: string) =>
    ranked.find((one) => one.class === name)?.value;
  return [...new Set([...alike, ...worst, ...best])].map((name) => ({
    class: name,
    reasons: (['alike', 'worst', 'best'] as const).filter((reason) =>
      ({ alike, worst, best })[reason].includes(name),
    ),
    accuracy: valueIn(byAccuracy, name),
    msssim: valueIn(byLikeness, name),
  }));
}

interface RankedClass {
  readonly class: string;
  readonly value: number;
}

const names = (ranked: readonly RankedClass[]) => ranked.map((one) => one.class);

/** Classes of the samples that have a value, ascending. */
function rankClasses({ metrics }: EvaluationResult, id: string): RankedClass[] {
  const entry = metrics.find(
    (one): one is ComputedMetric => one.id === id && one.subject === 'samples' && one.status === 'ok',
  );
  return (entry?.perClass ?? [])
    .flatMap((one) => (one.value === null ? [] : [{ class: one.class, value: one.value }]))
    .sort((a, b) => a.value - b.value);
}

async function showNeighbors(
  { rows, ...numbers }: NeighborSearch,
  samples: PreparedSet,
  reference: PreparedSet,
  { name }: Network,
): Promise<Neighbors> {
  const nearest = rows.slice(0, NEIGHBOR_ROWS);
  const shownSamples = await showRows(
    samples,
    nearest.map(({ sample }) => sample),
  );
  const wanted = nearest.flatMap(({ near }) => near.map(({ index }) => index));
  const pictures = await showRows(reference, wanted);
  let next = 0;
  const shownRows = nearest.map(
    ({ near }, i): NeighborRow => ({
      sample: shownSamples[i],
      neighbors: near.map(({ distance }) => ({ picture: pictures[next++], distance })),
    }),
  );
  return { ...numbers, network: name, rows: shownRows };
}

async function showRows(set: PreparedSet, rows: ArrayLike<number>): Promise<ShownPicture[]> {
  const { plan, kept } = set;
  const { source } = plan.set;
  const pictures: ShownPicture[] = [];
  for await (const picture of source.pictures(Array.from(rows, (row) => kept[row]))) {
    // It decoded a moment ago; one that no longer does is shown as nothing by ending the run's pictures here.
    if (!picture.ok) throw new Error(`${source.entries[picture.index].id} changed while the page was made`);
    const row = rows[pictures.length];
    const takenFor = await findMistake(set, row);
    pictures.push({
      id: source.entries[picture.index].id,
      thumbnail: await makeThumbnail(picture, SIDE),
      ...(takenFor !== undefined && { takenFor }),
    });
  }
  return pictures;
}

/** The class with the largest logit, if it is another than the picture's own. */
async function findMistake({ plan, subject }: PreparedSet, row: number): Promise<string | undefined> {
  const { labels, classLogits, classColumns, classRange, classNames } = subject;
  if (!labels || !classLogits || !classColumns) return undefined;
  const [first, last] = classRange ?? [0, classLogits.width - 1];
  const logits = await classLogits.read(row, row + 1);
  let largest = first;
  for (let column = first + 1; column <= last; column++)
    if (logits[column] > logits[largest]) largest = column;
  if (largest === classColumns[labels[row]]) return undefined;
  return (
    classNames?.[classColumns.indexOf(largest)] ?? plan.classifier?.classes?.[largest] ?? `class ${largest}`
  );
}
