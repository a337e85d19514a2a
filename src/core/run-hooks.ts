/** What a long run tells its caller as it goes; the command line draws bars from it. */
export interface ProgressEvent {
  /**
   * Which step: fetching weights, reading files, running a network, scoring pairs, computing a metric, training, drawing
   * samples. */
  readonly stage: 'download' | 'inspect' | 'extract' | 'pairs' | 'metric' | 'scan' | 'train' | 'draw';
  /** For a person: "samples at 16×16", "FID". Steps with the same stage and label are one bar. */
  readonly label: string;
  readonly done: number;
  readonly total: number;
  readonly unit: 'pictures' | 'pairs' | 'bytes' | 'steps' | '%';
  /** What is known at this point and changes on the way: "loss 0.71". */
  readonly detail?: string;
}

export interface RunHooks {
  readonly signal?: AbortSignal;
  readonly onProgress?: (event: ProgressEvent) => void;
  /** One-sentence notes for a person (device that runs, estimate before a long run). */
  readonly onNote?: (note: string) => void;
}
