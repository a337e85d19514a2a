const NARROWEST = 40;
/** For a file or a pipe, which have no width (and terminals that don't know theirs say 0). */
const USUAL_WIDTH = 110;

/** Columns of the terminal that stdout is, or of a usual one. */
export function textWidth(): number {
  return Math.max(NARROWEST, process.stdout.columns || USUAL_WIDTH);
}
