// The documents of docs/reproduction: one for each row, with a run for each seed.
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readCurves } from './curves.js';
import { readLog } from './training-state.js';

/** The state of a run whose figures are older than the ledger; it stays beside that of the same seed. */
const BEFORE = 'before the ledger';

/** The document of a row; undefined where nothing of it was measured. */
export async function readDocument(ledger, id) {
  try {
    return JSON.parse(await readFile(join(ledger, `${id}.json`), 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Puts a run as it stands in the place of that of the same seed. Nothing is written before the first checkpoint. */
export async function writeRun({ row, folder, ledger, seed, state }, steps) {
  if (steps.every(({ done }) => done === 0) && Object.keys(state.measured).length === 0) return;
  const before = await readDocument(ledger, row.id);
  const run = {
    seed,
    state: stateOf(row, state, steps),
    figures: await readFigures(row, folder, state),
    budget: budgetOf(state, steps),
    commits: state.commits,
    curves: await readCurves(row, folder),
  };
  const others = (before?.runs ?? []).filter((each) => each.seed !== seed || each.state === BEFORE);
  await writeDocument(ledger, { ...describeRow(row), runs: [...others, run] });
}

/** What a document says of its row, whatever was measured. */
export function describeRow({ id, paper, title, cut, differs, figures }) {
  return {
    row: id,
    paper,
    title,
    cut,
    differs,
    reported: Object.fromEntries(figures.map(({ name, reported }) => [name, reported ?? null])),
  };
}

function stateOf({ measures }, { measured }, steps) {
  const isAtEnd = steps.every(({ done, planned }) => done >= planned);
  return isAtEnd && measures.every((task) => isMeasuredAt(measured[task.name], task, steps))
    ? 'done'
    : 'running';
}

/** { training: steps done } of the trainings that a task measures. */
export function stepsFor({ of }, steps) {
  return Object.fromEntries(
    steps.filter(({ name }) => of.includes(name)).map(({ name, done }) => [name, done]),
  );
}

/** Whether what was measured is of the trainings as they are. */
export function isMeasuredAt(measured, task, steps) {
  return JSON.stringify(measured?.steps) === JSON.stringify(stepsFor(task, steps));
}

function budgetOf({ measured, machine }, steps) {
  const measuring = Object.values(measured).reduce((sum, { seconds }) => sum + seconds, 0);
  const training = steps.reduce((sum, { seconds }) => sum + seconds, 0);
  return {
    steps: Object.fromEntries(steps.map(({ name, done, planned }) => [name, { done, planned }])),
    minutes: { training: toMinutes(training), measuring: toMinutes(measuring) },
    machine,
  };
}

const toMinutes = (seconds) => Math.round(seconds / 6) / 10;

/** Each figure of the row that can be read from what is there, with the steps at which it was measured. */
async function readFigures({ figures, measures, trainings }, folder, { measured }) {
  const outputs = {};
  for (const { name, output, isPrinted } of measures) {
    if (!measured[name] || (!isPrinted && !output.endsWith('.json'))) continue;
    const text = await readFile(join(folder, output), 'utf8');
    outputs[name] = {
      content: output.endsWith('.json') ? JSON.parse(text) : text,
      steps: measured[name].steps,
    };
  }
  const logs = {};
  for (const { name } of trainings) logs[name] = await readLog(join(folder, name));
  return figures.flatMap(({ name, unit, read }) => {
    const found = read({ outputs, logs });
    return found === undefined ? [] : [{ name, unit, ...found }];
  });
}

async function writeDocument(ledger, document) {
  await mkdir(ledger, { recursive: true });
  const path = join(ledger, `${document.row}.json`);
  await writeFile(`${path}.new`, `${JSON.stringify(document, undefined, 2)}\n`);
  await rename(`${path}.new`, path);
}
