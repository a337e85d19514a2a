/** One thing that `ganeval doctor` looked at. */
export interface Check {
  readonly name: string;
  /** `hint`: it works, but could be better. */
  readonly state: 'fine' | 'hint' | 'broken';
  /** What was found. */
  readonly found: string;
  /** What to do. */
  readonly fix?: string;
  /** The exit code of a score that would fail for this. */
  readonly exitCode?: number;
}
