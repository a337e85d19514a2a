// Runs the tasks of a row: its trainings one after the other, each from its checkpoint, then what is measured of them.
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isMeasuredAt, stepsFor, writeRun } from './ledger.js';
import { describeMachine, readCommit } from './provenance.js';
import { runCommand } from './run-command.js';
import { readTraining } from './training-state.js';

/** Of a command that was stopped and kept what it had done. */
const INTERRUPTED = 130;

/** Why a signal is aborted where that is no interrupt: --minutes are over. */
export const TIME_IS_UP = 'time is up';

/** The seed whose folder is named by the row alone. */
export const DEFAULT_SEED = 1;

/** Where a row's runs and outputs are. */
export function folderOf({ id }, { out, seed }) {
  return join(out, seed === DEFAULT_SEED ? id : `${id}-seed-${seed}`);
}

/** The row as far as it goes until the signal: { code, sentence }. */
export async function runRow(row, context) {
  if (row.needsDataDir && context.dataDir === undefined) {
    throw new Error(
      `The row ${row.id} needs files of yours: ${row.needsDataDir}. Name their folder with --data-dir.`,
    );
  }
  const folder = folderOf(row, context);
  if (context.isMeasured) await requireSteps(row, folder);
  await mkdir(folder, { recursive: true });
  const run = { row, folder, ...context, state: await readState(folder), commit: await readCommit() };
  try {
    const trained = await train(run);
    if (trained.code !== 0) return trained;
    const isAtEnd = (await stepsOf(run)).every(({ done, planned }) => done >= planned);
    if (!isAtEnd && !context.isMeasured) return stopped(run);
    return await measure(run, isAtEnd);
  } finally {
    await writeRun(run, await stepsOf(run));
  }
}

async function requireSteps(row, folder) {
  const steps = await stepsOf({ row, folder });
  if (steps.length === 0 || steps.some(({ done }) => done > 0)) return;
  throw new Error(
    `The row ${row.id} has done no step in ${folder}, so there is nothing to measure: run it first without --measure.`,
  );
}

/** What is measured of a training as it stands asks for no further step. */
async function train(run) {
  for (const task of run.isMeasured ? [] : run.row.trainings) {
    const { step } = await readTraining(join(run.folder, task.name));
    if (step >= task.steps) continue;
    if (run.signal.aborted) return stopped(run);
    await noteProvenance(run);
    const { code } = await runCommand(trainArguments(run, task), {
      signal: run.signal,
      program: run.program,
    });
    if (code === INTERRUPTED) return stopped(run);
    if (code !== 0) return failed(run, task, code);
  }
  return { code: 0 };
}

function trainArguments({ folder, seed, dataDir }, { name, family, steps, args }) {
  return [
    ...[
      'train',
      family,
      '-o',
      join(folder, name),
      '--steps',
      String(steps),
      '--seed',
      String(seed),
      '--resume',
    ],
    ...args,
    ...(dataDir === undefined ? [] : ['--data-dir', dataDir]),
  ];
}

async function measure(run, isAtEnd) {
  const { row, folder, state, signal } = run;
  const all = await stepsOf(run);
  for (const task of row.measures) {
    if (isMeasuredAt(state.measured[task.name], task, all)) continue;
    const steps = stepsFor(task, all);
    const missing = task.of.find((name) => steps[name] === 0);
    if (missing)
      return {
        code: 1,
        sentence: `${row.id}: ${missing} has no checkpoint yet, so ${task.name} can't be measured.`,
      };
    if (signal.aborted) return stopped(run);
    const output = join(folder, task.output);
    // What was measured before goes with its output: a half-written one is never read.
    delete state.measured[task.name];
    await noteProvenance(run);
    await rm(output, { recursive: true, force: true });
    const { code, seconds } = await runCommand(
      task.args((name) => join(folder, name)),
      {
        signal,
        program: task.script ?? run.program,
        stdout: task.isPrinted ? output : undefined,
      },
    );
    if (code === INTERRUPTED || (signal.aborted && code !== 0)) return stopped(run);
    if (code !== 0) return failed(run, task, code);
    state.measured[task.name] = { steps, seconds };
    await writeState(run);
  }
  const how = isAtEnd
    ? 'is measured'
    : 'is measured as it stands; the same command without --measure trains on';
  return { code: 0, sentence: `${row.id} ${how}. It stands in docs/reproduction.` };
}

/** [{ name, done, planned, seconds }] of the trainings. */
async function stepsOf({ row, folder }) {
  return Promise.all(
    row.trainings.map(async ({ name, steps: planned }) => {
      const { step, seconds } = await readTraining(join(folder, name));
      return { name, done: step, planned, seconds };
    }),
  );
}

/** Exits as a command of ganeval that is interrupted; time that is up is no interrupt. */
async function stopped(run) {
  const { row, state, signal } = run;
  const isBegun = Object.keys(state.measured).length > 0 || (await stepsOf(run)).some(({ done }) => done > 0);
  return {
    code: signal.reason === TIME_IS_UP ? 0 : INTERRUPTED,
    sentence: isBegun
      ? `${row.id} is stopped, and what is done is kept: the same command goes on.`
      : `${row.id} is stopped before a step of it was kept: the same command begins again.`,
  };
}

function failed({ row }, { name }, code) {
  return {
    code: 1,
    sentence: `${row.id}: ${name} ended with exit code ${code}; its message is above. What is done is kept.`,
  };
}

async function readState(folder) {
  try {
    return JSON.parse(await readFile(join(folder, 'state.json'), 'utf8'));
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
    return { measured: {}, commits: [] };
  }
}

/** Says by what the next command runs. A row that is at its end says what it was made by, whoever asks. */
async function noteProvenance(run) {
  const { state, commit } = run;
  if (!state.commits.includes(commit)) state.commits.push(commit);
  state.machine = describeMachine();
  await writeState(run);
}

async function writeState({ folder, state }) {
  const path = join(folder, 'state.json');
  await writeFile(`${path}.new`, `${JSON.stringify(state, undefined, 2)}\n`);
  await rename(`${path}.new`, path);
}
