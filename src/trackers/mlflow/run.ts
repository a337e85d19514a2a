import { NetworkError } from '../../core/errors.js';
import { type MlflowClient, MlflowRefusal } from './client.js';

/** The tag by which a run that a watch made is found again. */
const WATCH_TAG = 'ganeval.watch';

/** What a run is made of. */
export interface NewRun {
  readonly experiment: string;
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly startTime: number;
  /** Names the watch among all. */
  readonly watch: string;
}

/**
 * Makes a run, with its experiment where that is not there.
 *
 * @param mayBeThere whether a process that was killed may have made it: then it is looked for first
 * @returns its id
 */
export async function makeRun(client: MlflowClient, run: NewRun, mayBeThere: boolean): Promise<string> {
  const experiment = await findExperiment(client, run.experiment);
  const found = mayBeThere ? await findRun(client, experiment, run.watch) : undefined;
  if (found !== undefined) return found;
  const answer = await client.ask('POST', 'runs/create', {
    experiment_id: experiment,
    run_name: run.name,
    start_time: run.startTime,
    tags: [
      { key: WATCH_TAG, value: run.watch },
      { key: 'mlflow.source.name', value: 'ganeval watch' },
      { key: 'mlflow.source.type', value: 'LOCAL' },
    ],
  });
  return read(answer, 'run', 'info', 'run_id');
}

async function findExperiment(client: MlflowClient, name: string): Promise<string> {
  const known = await getExperiment(client, name);
  if (known !== undefined) return known;
  try {
    return read(await client.ask('POST', 'experiments/create', { name }), 'experiment_id');
  } catch (error) {
    // Another process may have been faster.
    const made = error instanceof MlflowRefusal ? await getExperiment(client, name) : undefined;
    if (made !== undefined) return made;
    throw error;
  }
}

async function getExperiment(client: MlflowClient, name: string): Promise<string | undefined> {
  try {
    const answer = await client.ask('GET', 'experiments/get-by-name', { experiment_name: name });
    return read(answer, 'experiment', 'experiment_id');
  } catch (error) {
    if (error instanceof MlflowRefusal && error.reason === 'RESOURCE_DOES_NOT_EXIST') return undefined;
    throw error;
  }
}

async function findRun(client: MlflowClient, experiment: string, watch: string): Promise<string | undefined> {
  const { runs } = await client.ask('POST', 'runs/search', {
    experiment_ids: [experiment],
    filter: `tags.\`${WATCH_TAG}\` = '${watch}'`,
    max_results: 1,
  });
  return Array.isArray(runs) && runs.length > 0 ? read(runs[0], 'info', 'run_id') : undefined;
}

/** @throws {NetworkError} unless there is a text at that place */
function read(answer: unknown, ...path: readonly string[]): string {
  const value = path.reduce<unknown>(
    (at, key) => (typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[key] : undefined),
    answer,
  );
  if (typeof value === 'string' && /^[\w-]{1,256}$/.test(value)) return value;
  throw new NetworkError(`The server's answer has no ${path.join('.')}, as MLflow's has: check its address.`);
}
