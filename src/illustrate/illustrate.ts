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
import { keptRows } from '../evaluate/kept-rows.js';
import type { Plan, SetPlan } from '../evaluate/plan.js';
import type { Evaluation } from '../evaluate/score.js';
import type { PreparedSet } from '../evaluate/subject.js';
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

/** A set with its rows, as a run left it. */
interface Shown {
  readonly plan: SetPlan;
  readonly prepared: PreparedSet;
  /** Index in the source of every row. */
  readonly kept: Int32Array;
}

/**
 * Makes the pictures that a report shows: contact sheets of the best and the worst classes, and samples beside the real
 * pictures that are nearest to them. Every draw comes from the seed, so that no picture is chosen for its looks.
 */
export async function illustrate(
  plan: Plan,
  { result, samples, reference }: Evaluation,
  hooks: RunHooks,
): Promise<Illustrations> {
  const shown = toShown(plan.samples, samples);
  const real = plan.reference && reference && toShown(plan.reference, reference);
  const random = new NumpyRandom(plan.options.seed);
  const copies = real ? Int32Array.from(findCopiesOf(rowsOf(shown), rowsOf(real)).keys()) : new Int32Array();
  const search =
    real && samples.subject.features && reference?.subject.features
      ? await computeNeighbors(
          samples.subject.features,
          reference.subject.features,
          copies,
          random,
          plan.options,
        )
      : undefined;
  hooks.signal?.throwIfAborted();
  const classNames = shown.plan.set.source.classNames;
  return {
    draw: classNames ? [] : await showRows(shown, drawRows(shown, random, PICTURES_WITHOUT_CLASSES)),
    sheets: classNames ? await makeSheets(result, shown, real, random) : [],
    ...(real && search && { neighbors: await showNeighbors(search, shown, real, plan.model) }),
    ...(real && { exactCopies: copies.length }),
  };
}

function toShown(plan: SetPlan, prepared: PreparedSet): Shown {
  return { plan, prepared, kept: keptRows(plan, prepared) };
}

function rowsOf({ plan, kept }: Shown): DigestedRows {
  return { inspections: plan.set.inspections, kept };
}

/** Rows in ascending order, drawn among those of a class or among all. */
function drawRows({ prepared }: Shown, random: NumpyRandom, most: number, label?: number): Int32Array {
  const { labels, count } = prepared.subject;
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
  shown: Shown,
  real: Shown | undefined,
  random: NumpyRandom,
): Promise<ClassSheet[]> {
  const sheets: ClassSheet[] = [];
  const classNames = shown.plan.set.source.classNames ?? [];
  for (const choice of chooseClasses(result)) {
    const label = classNames.indexOf(choice.class);
    const realLabel = real?.plan.set.source.classNames?.indexOf(choice.class) ?? -1;
    const realRows = real && realLabel >= 0 && drawRows(real, random, REFERENCES_A_SHEET, realLabel);
    sheets.push({
      ...choice,
      pictures: await showRows(shown, drawRows(shown, random, PICTURES_A_SHEET, label)),
      reference: real && realRows ? await showRows(real, realRows) : [],
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
  shown: Shown,
  real: Shown,
  { name }: Network,
): Promise<Neighbors> {
  const nearest = rows.slice(0, NEIGHBOR_ROWS);
  const samples = await showRows(
    shown,
    nearest.map(({ sample }) => sample),
  );
  const wanted = nearest.flatMap(({ near }) => near.map(({ index }) => index));
  const pictures = await showRows(real, wanted);
  let next = 0;
  const shownRows = nearest.map(
    ({ near }, i): NeighborRow => ({
      sample: samples[i],
      neighbors: near.map(({ distance }) => ({ picture: pictures[next++], distance })),
    }),
  );
  return { ...numbers, network: name, rows: shownRows };
}

async function showRows(shown: Shown, rows: ArrayLike<number>): Promise<ShownPicture[]> {
  const { plan, kept } = shown;
  const { source } = plan.set;
  const pictures: ShownPicture[] = [];
  for await (const picture of source.pictures(Array.from(rows, (row) => kept[row]))) {
    // It decoded a moment ago; one that no longer does is shown as nothing by ending the run's pictures here.
    if (!picture.ok) throw new Error(`${source.entries[picture.index].id} changed while the page was made`);
    const row = rows[pictures.length];
    const takenFor = await findMistake(shown, row);
    pictures.push({
      id: source.entries[picture.index].id,
      thumbnail: await makeThumbnail(picture, SIDE),
      ...(takenFor !== undefined && { takenFor }),
    });
  }
  return pictures;
}

/** The class with the largest logit, if it is another than the picture's own. */
async function findMistake({ plan, prepared }: Shown, row: number): Promise<string | undefined> {
  const { labels, classLogits, classColumns, classRange, classNames } = prepared.subject;
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
