import { basename, join, resolve } from 'node:path';
import { UsageError } from '../../core/errors.js';
import type { SetSheet } from '../../trackers/tensorboard/tensorboard.js';
import type { LineFollower } from '../../watch/line-follower.js';
import type { SheetMaker } from '../../watch/pages/sheet-maker.js';
import type { Arguments, Command } from '../command.js';
import { readTextFlag } from './number-flags.js';

const GROUP = 'Where people look:';
const RUN_ID = /^[A-Za-z0-9][\w-]{0,255}$/;
const MAX_EXPERIMENT = 500;

/** Of which watch the lines are. */
interface Place {
  readonly folder: string;
  /** The folder of the watch's own files. */
  readonly state: string;
  /** Makes the sheet of a set. */
  readonly sheets: Pick<SheetMaker, 'make'>;
  readonly signal?: AbortSignal;
}

type Environment = Readonly<Record<string, string | undefined>>;

export const TRACKER_OPTIONS = {
  tensorboard: {
    group: GROUP,
    requiresArg: true,
    description: 'Write what TensorBoard reads into this folder, as a run named ganeval',
  },
  mlflow: {
    group: GROUP,
    requiresArg: true,
    description: 'Send the metrics to this MLflow server, as http://127.0.0.1:5000',
  },
  prometheus: {
    group: GROUP,
    requiresArg: true,
    description: 'Keep this file (.prom) for the textfile collector of node_exporter',
  },
} satisfies Command['options'];

/**
 * What shows the lines of a watch where people look, as options and the environment ask for it.
 *
 * @throws {UsageError} for what can't be a folder, a server or a file of that kind
 */
export async function openTrackers(
  argv: Arguments,
  place: Place,
  environment: Environment,
): Promise<LineFollower[]> {
  const trackers: LineFollower[] = [];
  const [tensorboard, mlflow, prometheus] = ['tensorboard', 'mlflow', 'prometheus'].map((flag) =>
    readTextFlag(argv, flag),
  );
  if (tensorboard !== undefined) {
    const { TensorBoardTracker } = await import('../../trackers/tensorboard/tensorboard.js');
    trackers.push(new TensorBoardTracker(tensorboard, (set) => findJpegSheet(place.sheets, set)));
  }
  if (prometheus !== undefined) {
    const { PrometheusTracker } = await import('../../trackers/prometheus/prometheus.js');
    trackers.push(new PrometheusTracker(prometheus, place.folder));
  }
  if (mlflow !== undefined) trackers.push(await openMlflow(mlflow, place, environment));
  const { GITHUB_STEP_SUMMARY: summary } = environment;
  if (summary) {
    const { GithubSummaryTracker } = await import('../../trackers/github/summary.js');
    trackers.push(new GithubSummaryTracker(summary));
  }
  return trackers;
}

/** TensorBoard shows no WebP. */
async function findJpegSheet(sheets: Place['sheets'], set: string): Promise<SetSheet | undefined> {
  const sheet = await sheets.make(set);
  if (!sheet) return undefined;
  const { toJpegSheet } = await import('../../images/contact-sheet.js');
  const { bytes: encoded, width, height } = await toJpegSheet(sheet);
  return { encoded, width, height };
}

/** The variables are MLflow's own. */
async function openMlflow(
  text: string,
  { folder, state, signal }: Place,
  environment: Environment,
): Promise<LineFollower> {
  const { parseMlflowAddress } = await import('../../trackers/mlflow/address.js');
  const { MlflowTracker } = await import('../../trackers/mlflow/mlflow.js');
  const { MLFLOW_RUN_ID: runId, MLFLOW_EXPERIMENT_NAME: experiment = '' } = environment;
  if (runId && !RUN_ID.test(runId))
    throw new UsageError(`MLFLOW_RUN_ID cannot be ${JSON.stringify(runId)}: it takes the id of a run.`);
  if (experiment.length > MAX_EXPERIMENT)
    throw new UsageError(`MLFLOW_EXPERIMENT_NAME is too long: MLflow takes ${MAX_EXPERIMENT} characters.`);
  return new MlflowTracker({
    address: parseMlflowAddress(text, environment.MLFLOW_TRACKING_TOKEN || undefined),
    progressFile: join(state, 'mlflow.json'),
    experiment: experiment || 'ganeval',
    ...(runId && { runId }),
    ...(signal && { signal }),
    runName: basename(resolve(folder)) || 'watch',
  });
}
