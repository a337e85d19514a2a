import type { RunHooks } from '../../core/run-hooks.js';
import type { TrainingBackend } from '../backend/training-backend.js';
import type { Checkpoint } from './checkpoint.js';
import type { RunPlace } from './training-task.js';

/** Where a run keeps its state, and what it computes with. */
export interface LoopSettings {
  /** What tfjs computes with, as `chooseBackend` gives it. */
  readonly backend: TrainingBackend;
  /** Where and how often the state is written, and whether the run resumes from it. */
  readonly checkpoint: CheckpointSettings;
  /** JSON lines of losses, and of what the periodic actions find. */
  readonly logPath: string;
  /** Called before anything is written; throws if the run may write no more, as when another process has taken its place. @default nothing */
  readonly requirePlace?: () => Promise<void>;
}

/** Where and how often a checkpoint is written, and whether a run resumes from it. */
export interface CheckpointSettings {
  /** File of the checkpoint. */
  readonly path: string;
  /** Milliseconds from one checkpoint to the next. There is one when the run is stopped or ends, too. */
  readonly everyMs: number;
  /** Everything that decides the run's numbers, in words: only a checkpoint with the same identity is resumed. */
  readonly identity: Checkpoint['identity'];
  /** What is kept in the checkpoint beside the state, in words; it is not compared when the run is resumed. @default nothing */
  readonly facts?: Checkpoint['facts'];
  /** Resume from the checkpoint, if there is one. */
  readonly resume: boolean;
  /** The command that goes on with a run that was stopped, for messages. @default 'the same command with --resume' */
  readonly continued?: string;
  /** The option that names the checkpoint's place, for messages. @default '--checkpoint' */
  readonly option?: string;
}

/** How a caller follows a training loop and ends it. */
export interface LoopHooks extends RunHooks {
  /** Called after actions that are pauses, when the run is stopped, and when it ends; everything is written by then. */
  readonly onPause?: (place: RunPlace) => Promise<void>;
}

/** How long a run was. */
export interface LoopOutcome {
  /** Steps of the whole run. */
  readonly steps: number;
  /** Spent on the run, resumed parts included. */
  readonly seconds: number;
}
