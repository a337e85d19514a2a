import { z } from 'zod';
import { parseJson } from '../../core/parse-json.js';
import type { ClassGroup } from '../../documents/class-plan.js';
import { isLockHeld } from '../../storage/locks/is-lock-held.js';
import { readDocument } from '../../storage/read-whole.js';
import { writeWhole } from '../../storage/write-whole.js';
import { pathsOf } from '../adversarial/run-folder.js';
import { readCheckpointHead } from '../loop/checkpoint.js';
import { STALE_LOCK_MS } from '../loop/training-lock.js';
import { groupsOf, type OpenPlan, pathsOfGroup } from './plan-folder.js';

const MAX_REASON = 500;

/** What stands of a group in its file. */
const statusSchema = z.object({
  schema: z.literal('ganeval/class-group@1'),
  /** Digest of the plan that it was trained by. */
  plan: z.string(),
  state: z.enum(['running', 'done', 'stopped', 'failed']),
  /** Of the whole run, once they are known. */
  steps: z.int().min(1).optional(),
  /** Why it failed or was stopped, as a sentence. */
  reason: z.string().max(MAX_REASON).optional(),
});

export type GroupStatus = z.infer<typeof statusSchema>;

/** How far a group is. `waiting`: nobody has begun it. */
export interface GroupProgress {
  readonly group: ClassGroup;
  readonly state: GroupStatus['state'] | 'waiting';
  /** That of its checkpoint; 0 without one. */
  readonly step: number;
  readonly steps?: number;
  readonly reason?: string;
}

/** @throws {StorageError} if it can't be written */
export async function writeStatus(
  path: string,
  { reason, ...status }: Omit<GroupStatus, 'schema'>,
  beforeReplace: () => Promise<void>,
): Promise<void> {
  const short = reason === undefined ? {} : { reason: reason.slice(0, MAX_REASON) };
  const document: GroupStatus = { schema: 'ganeval/class-group@1', ...status, ...short };
  await writeWhole(path, `${JSON.stringify(document)}\n`, { beforeReplace });
}

/** Undefined for a group that nobody has begun, and for a file that can't be read. */
export async function readStatus(path: string): Promise<GroupStatus | undefined> {
  try {
    return statusSchema.parse(parseJson(await readDocument(path)));
  } catch {
    return undefined;
  }
}

/** How far each group of a plan is. Nothing is touched. */
export async function listProgress(open: OpenPlan): Promise<GroupProgress[]> {
  const all: GroupProgress[] = [];
  for (const group of groupsOf(open.plan)) all.push(await progressOf(open, group));
  return all;
}

export async function progressOf({ folder, digest }: OpenPlan, group: ClassGroup): Promise<GroupProgress> {
  const paths = pathsOfGroup(folder, group);
  const isRunning = await isLockHeld(paths.lock, STALE_LOCK_MS);
  const status = await readStatus(paths.status);
  const head = await readCheckpointHead(pathsOf(paths.run).checkpoint);
  const { step = 0 } = head?.progress ?? {};
  const { steps, reason } = status ?? {};
  const known = { group, step, ...(steps !== undefined && { steps }) };
  if (isRunning) return { ...known, state: 'running' };
  if (!status && !head) return { ...known, state: 'waiting' };
  if (status && status.plan !== digest) {
    return {
      ...known,
      state: 'failed',
      reason: 'It was trained by another plan than the one that is there now.',
    };
  }
  if (status?.state === 'done') {
    return head && step === steps
      ? { ...known, state: 'done' }
      : { ...known, state: 'failed', reason: 'Its last checkpoint is gone, or cannot be read.' };
  }
  // Of a process that was killed, the file still says that it runs.
  const state = status?.state === 'failed' ? 'failed' : 'stopped';
  return { ...known, state, ...(reason !== undefined && { reason }) };
}
