import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { UsageError } from '../../core/errors.js';
import { parseJson } from '../../core/parse-json.js';
import {
  type ClassGroup,
  type ClassPlan,
  classPlanSchema,
  findPlanFault,
} from '../../documents/class-plan.js';
import { parseDocument } from '../../documents/parse-document.js';
import { readDocument, whyUnread } from '../../storage/read-whole.js';
import { pathsOf } from '../adversarial/run-folder.js';

export const PLAN_FILE = 'plan.json';
export const SLURM_FILE = 'train-groups.sbatch';
const REMEDY = 'make the plan again with ganeval train acgan --plan';
const DIGITS = 3;

/** A plan that was read, and where it is. */
export interface OpenPlan {
  readonly folder: string;
  readonly plan: ClassPlan;
  /** SHA-256 of its file. */
  readonly digest: string;
}

/** Files of a group. */
export interface GroupPaths {
  /** Folder of its run. */
  readonly run: string;
  readonly status: string;
  readonly lock: string;
}

/** Whether a path is the folder of a plan, or its plan.json, damaged or not. The folder of a run with such a file is none. */
export async function isPlan(path: string): Promise<boolean> {
  const isFile = (each: string) =>
    stat(each).then(
      (stats) => stats.isFile(),
      () => false,
    );
  if (basename(path) === PLAN_FILE && (await isFile(path))) return true;
  if (!(await isFile(join(path, PLAN_FILE)))) return false;
  return (await isFile(join(path, SLURM_FILE))) || !(await isFile(pathsOf(path).checkpoint));
}

/**
 * Reads a plan.
 *
 * @param path the folder of the plan, or its plan.json
 * @throws {UsageError} if there is none, or for one that can't be
 */
export async function readPlan(path: string): Promise<OpenPlan> {
  const folder = basename(path) === PLAN_FILE ? dirname(path) : path;
  const file = join(folder, PLAN_FILE);
  let value: unknown;
  let text: string;
  try {
    text = await readDocument(file);
    value = parseJson(text);
  } catch (error) {
    const isAbsent = ['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '');
    throw new UsageError(
      isAbsent
        ? `${folder} has no ${PLAN_FILE}: make a plan there with "ganeval train acgan --plan", or name its folder.`
        : `${file} cannot be read (${whyUnread(error)}): ${REMEDY}.`,
    );
  }
  const words = { name: file, kind: 'a plan of groups of classes', remedy: REMEDY };
  const plan = parseDocument(classPlanSchema, value, words);
  const fault = findPlanFault(plan);
  if (fault !== undefined) throw new UsageError(`${file} is no plan that can be (${fault}): ${REMEDY}.`);
  return { folder, plan, digest: createHash('sha256').update(text).digest('hex') };
}

/** Every group of a plan, by its number. */
export function groupsOf({ sets }: ClassPlan): readonly ClassGroup[] {
  return sets.flatMap(({ groups }) => groups);
}

/** @throws {UsageError} for a number that no group has */
export function findGroup({ folder, plan }: OpenPlan, number: number): ClassGroup {
  const groups = groupsOf(plan);
  const group = groups[number - 1];
  if (group) return group;
  throw new UsageError(
    `There is no group ${number} in ${folder}: it has ${groups.length === 1 ? 'group 1' : `groups 1 to ${groups.length}`}.`,
  );
}

/** group-003, group-003.json, group-003.lock */
export function pathsOfGroup(folder: string, { number }: Pick<ClassGroup, 'number'>): GroupPaths {
  const run = join(folder, `group-${String(number).padStart(DIGITS, '0')}`);
  return { run, status: `${run}.json`, lock: `${run}.lock` };
}

/** What the pictures of a plan are named by: an absolute path, so that its commands work anywhere. */
export function placeOf(path: string | undefined): string | undefined {
  return path === undefined ? undefined : resolve(path);
}
