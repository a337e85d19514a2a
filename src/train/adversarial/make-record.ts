import { readdir } from 'node:fs/promises';
import type { Curve, CurvePoint, GridPicture, TrainingRecord } from '../../documents/training.js';
import { readWhole } from '../../storage/read-whole.js';
import { type LogLine, readLog } from '../loop/training-log.js';
import { gridPath, type RunPaths, stepOfGrid } from './run-folder.js';

/** At most so many grids are in a record. */
const MAX_GRIDS = 9;
const MAX_GRID_BYTES = 2 ** 28;
/** Offsets of width and height in a PNG file. */
const [PNG_WIDTH, PNG_HEIGHT] = [16, 20];

/** Losses whose name begins so are shares. */
const SHARE = 'accuracy';

/** The parts of a record that are not in the files of the run. */
export type RecordFacts = Omit<TrainingRecord, 'curves' | 'grids'> & { readonly gridLayout: string };

/** A record of a run from its log and its grids. */
export async function makeRecord(
  paths: RunPaths,
  { gridLayout, ...facts }: RecordFacts,
): Promise<TrainingRecord> {
  const { done } = facts.steps;
  const lines = (await readLog(paths.log)).filter(({ step }) => step <= done);
  return { ...facts, curves: curvesOf(lines), grids: await readGrids(paths, done, gridLayout) };
}

/** Curves of losses, metrics, metrics of classes, and the trainer's own measures, each in the order of the log. */
export function curvesOf(lines: readonly LogLine[]): Curve[] {
  const metrics = lines.filter(({ kind, subject }) => kind === 'metric' && subject === 'samples');
  const references = new Map(
    lines
      .filter(({ kind, subject }) => kind === 'metric' && subject === 'reference')
      .map((line) => [keyOf(line), line.value as number]),
  );
  return [
    ...lossCurves(lines.filter(({ kind }) => kind === 'losses')),
    ...[
      metrics.filter((line) => line.class === undefined),
      metrics.filter((line) => line.class !== undefined),
    ]
      .flatMap((some) => [...groupByKey(some)])
      .map(([key, some]) => metricCurve(some, references.get(key))),
    ...[...groupByKey(lines.filter(({ kind }) => kind === 'measure')).values()].map((some) => ({
      ...namesOf(some[0]),
      kind: 'measure' as const,
      ...realOf(some),
      points: some.map(pointOf),
    })),
  ];
}

function lossCurves(lines: readonly LogLine[]): Curve[] {
  const names = [...new Set(lines.flatMap((line) => Object.keys(line)))].filter(
    (name) => name !== 'step' && name !== 'kind',
  );
  return names.map((name) => ({
    name,
    title: inWords(name),
    kind: 'loss',
    ...(name.startsWith(SHARE) && { unit: 'fraction' }),
    points: lines
      .filter((line) => name in line)
      .map((line) => ({ step: line.step, value: line[name] as number })),
  }));
}

/** "lossClassReal" as "loss class real", and "lossD" as "loss D". */
function inWords(name: string): string {
  return name.replace(/(?<=[a-z])[A-Z]\w?/g, (start) => ` ${start.length > 1 ? start.toLowerCase() : start}`);
}

function metricCurve(lines: readonly LogLine[], reference: number | undefined): Curve {
  const [{ unit, class: className }] = lines;
  return {
    ...namesOf(lines[0]),
    kind: 'metric',
    ...(className !== undefined && { className: String(className) }),
    ...(unit !== undefined && unit !== '' && { unit: String(unit) }),
    ...(reference !== undefined && { reference }),
    points: lines.map(pointOf),
  };
}

/** What a measure of samples is on real pictures, where the log says it. */
function realOf(lines: readonly LogLine[]): Pick<Curve, 'reference'> {
  const { real } = lines[lines.length - 1];
  return typeof real === 'number' ? { reference: real } : {};
}

function groupByKey(lines: readonly LogLine[]): Map<string, LogLine[]> {
  const groups = new Map<string, LogLine[]>();
  for (const line of lines) groups.set(keyOf(line), [...(groups.get(keyOf(line)) ?? []), line]);
  return groups;
}

function keyOf(line: LogLine): string {
  return JSON.stringify([line.name, line.class]);
}

function namesOf({ name, title = name }: LogLine): { name: string; title: string } {
  return { name: String(name), title: String(title) };
}

function pointOf(line: LogLine): CurvePoint {
  const numbers = ['value', 'low', 'high', 'se', 'n'].flatMap((key) =>
    typeof line[key] === 'number' ? [[key, line[key]]] : [],
  );
  return { step: line.step, ...Object.fromEntries(numbers) };
}

async function readGrids(paths: RunPaths, done: number, layout: string): Promise<GridPicture[]> {
  const steps = (await readdir(paths.samples))
    .map(stepOfGrid)
    .filter((step): step is number => step !== undefined && step <= done)
    .sort((a, b) => a - b);
  return Promise.all(
    spread(steps).map(async (step) => {
      const png = await readWhole(gridPath(paths, step), MAX_GRID_BYTES);
      return { step, png, width: png.readUInt32BE(PNG_WIDTH), height: png.readUInt32BE(PNG_HEIGHT), layout };
    }),
  );
}

/** The first one, the last one, and others evenly between them. */
function spread(steps: readonly number[]): number[] {
  const count = Math.min(MAX_GRIDS, steps.length);
  if (count < 2) return [...steps];
  return Array.from({ length: count }, (_, i) => steps[Math.round((i * (steps.length - 1)) / (count - 1))]);
}
