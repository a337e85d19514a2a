/** What became of one of tfjs-core's tests. */
export interface TestResult {
  /** The texts of its describe blocks and its own, joined by spaces. */
  readonly name: string;
  readonly status: 'passed' | 'failed' | 'excluded' | 'pending';
  readonly failures: readonly string[];
  readonly durationMs: number;
}
