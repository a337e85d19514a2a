import type { DeviceChoice } from '../../devices/device-choices.js';
import type { NormalizationName } from '../../networks/preprocessing/normalizations.js';
import type { BackendChoice } from '../backend/training-backend.js';
import type { ConditionFiles } from '../conditions/condition-files.js';
import type { OnCollapse } from './collapse/on-collapse.js';

/** Which networks score the samples of a training, as `score` takes them. */
export interface ScoringNetworkOptions {
  /**
   * Network for features and the Inception Score: a name, an .onnx file, or auto.
   *
   * @default that of the preset's data set, or else the one that `score` takes
   */
  readonly model?: string;
  /** Network for class accuracy: a name, an .onnx file, or auto. @default 'auto' */
  readonly classifier?: string;
  /** CSV of class,column: the classifier's column, synset id or class name for each class. */
  readonly classMap?: string;
  /** Folder of the networks that were pulled or imported. @default the system's usual place */
  readonly modelsDir?: string;
  /** Side of the input of an .onnx file that has no card, in pixels. */
  readonly inputSize?: number;
  /** Input range of an .onnx file that has no card. */
  readonly normalize?: NormalizationName;
  /** Name of the features output of an .onnx file that has no card. */
  readonly featuresOutput?: string;
  /** Name of the logits output of an .onnx file that has no card. */
  readonly logitsOutput?: string;
}

/** How `trainGan` trains. */
export interface TrainGanOptions extends ScoringNetworkOptions {
  /** The folder of the run: checkpoint, log, grids of samples. Made if it is not there. */
  readonly out: string;
  /** One of the family's presets. @default the first */
  readonly preset?: string;
  /** Folder of pictures (its sub-folders are the classes) or a CSV of path,label. @default the data set of the preset */
  readonly pictures?: string;
  /** Settings that differ from the preset's, by name. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Length of the run in steps. Give this or `epochs`. @default the preset's epochs */
  readonly steps?: number;
  /** Length of the run in passes over the pictures. Give this or `steps`. @default the preset's */
  readonly epochs?: number;
  /** Integer in [0, 2^32). @default 2020 */
  readonly seed?: number;
  /** What tfjs computes with. @default 'auto' */
  readonly backend?: BackendChoice;
  /** Where ONNX Runtime computes. @default 'auto' */
  readonly device?: DeviceChoice;
  /** Threads of ONNX Runtime. @default all cores */
  readonly threads?: number;
  /** Resume from the folder's checkpoint, if there is one. @default false */
  readonly resume?: boolean;
  /** Minutes from one checkpoint to the next. @default 5 */
  readonly checkpointMinutes?: number;
  /** Steps from one grid of samples to the next. @default 1000 */
  readonly gridEvery?: number;
  /**
   * Steps from one set of samples to the next: `sets/step-00000500.zip` with `evalSamples` samples, in folders of their classes where the
   * generator takes classes, for a watch of the run. @default no sets
   */
  readonly setsEvery?: number;
  /** Steps from one score of samples to the next. @default no scores */
  readonly evalEvery?: number;
  /** Samples of a score, and of a set. @default 500 */
  readonly evalSamples?: number;
  /**
   * What is done where the scores tell that samples, or those of a class, became more alike: `warn` says so; `stop` ends the run with a
   * checkpoint; `rollback` goes back to the last checkpoint before it, with other latents and batches; `adjust` goes back, too,
   * with the learning rate of the network that leads lowered, or instance noise and label smoothing raised. Needs `evalEvery`.
   *
   * @default nothing is watched
   */
  readonly onCollapse?: OnCollapse;
  /**
   * How many of the training pictures no step sees, so that something can be measured on them without their labels. Needs `evalEvery`, and
   * a GAN that classifies. @default none
   */
  readonly validation?: number;
  /**
   * After so many scores in which the disagreement on held-out pictures was not below its least, learning rates fall to a quarter; the third
   * time, the run ends. Needs `validation`. No labels are looked at, and no test pictures. @default the run goes to its last step
   */
  readonly stopEarly?: number;
  /** What is known of each picture beside its class, for a GAN that learns it. @default nothing */
  readonly conditions?: ConditionFiles;
  /**
   * A network whose features of each picture are joined to the discriminator's own last features, for a GAN that takes them: a name, or an
   * .onnx file, of a network that comes with ganeval or that `trainClassifier` made. Its weights stay as they are. @default none
   */
  readonly auxiliaryFeatures?: string;
  /** Classes to train on, by name. @default all */
  readonly classes?: readonly string[];
  /** Other pictures, which no step sees, for what the trainer measures itself. @default the test split of the preset's data set */
  readonly test?: string;
  /** Folder with the official files of the preset's data set, in place of a download. */
  readonly dataDir?: string;
  /** Folder of the cache. @default the user's cache folder */
  readonly cacheDir?: string;
}
