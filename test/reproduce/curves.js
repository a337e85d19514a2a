// The curves that a document keeps of a training.
import { join } from 'node:path';
import { readLog } from './training-state.js';

/** Points of a curve at most: the last one always, and others evenly between. */
const MAX_POINTS = 40;

/** { training: { name: { steps, values } } }: what was measured, and losses where nothing was. */
export async function readCurves({ trainings }, folder) {
  const curves = {};
  for (const { name } of trainings) {
    const lines = await readLog(join(folder, name));
    const measured = lines.filter(isMeasured).map(({ step, name: of, value }) => ({ step, of, value }));
    const losses = lines
      .filter(({ kind }) => kind === 'losses')
      .flatMap(({ step, kind: _, ...some }) =>
        Object.entries(some).map(([of, value]) => ({ step, of, value })),
      );
    const points = measured.length > 0 ? measured : losses;
    if (points.length > 0) curves[name] = groupByName(points);
  }
  return curves;
}

const isMeasured = ({ kind, subject, class: className }) =>
  kind === 'measure' || (kind === 'metric' && subject === 'samples' && className === undefined);

function groupByName(points) {
  const groups = group(points);
  return Object.fromEntries(
    [...groups].map(([of, all]) => {
      const some = thin(all);
      return [
        of,
        // In one line each: a curve is for a chart.
        {
          steps: some.map(({ step }) => step).join(' '),
          values: some.map(({ value }) => round(value)).join(' '),
        },
      ];
    }),
  );
}

function group(points) {
  const groups = new Map();
  for (const point of points) groups.set(point.of, [...(groups.get(point.of) ?? []), point]);
  return groups;
}

function thin(points) {
  if (points.length <= MAX_POINTS) return points;
  return Array.from(
    { length: MAX_POINTS },
    (_, i) => points[Math.round((i * (points.length - 1)) / (MAX_POINTS - 1))],
  );
}

const round = (value) => Number(value.toPrecision(5));
