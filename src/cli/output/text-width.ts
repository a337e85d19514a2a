const MIN_WIDTH = 40;
/** For a file or a pipe, which have no width, and terminals that report 0. */
const USUAL_WIDTH = 110;

/** Columns of the terminal behind stdout; a default width if there is no terminal. */
export function textWidth(): number {
  return Math.max(MIN_WIDTH, process.stdout.columns || USUAL_WIDTH);
}
