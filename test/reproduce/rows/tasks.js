// What rows are made of: trainings, and commands that measure them.

/** A training: `steps` steps of a family into the folder of its name. */
export function training(name, family, steps, args = []) {
  return { name, family, steps, args };
}

/**
 * A command whose result is in a file.
 *
 * @param args from the path of a name in the row's folder
 * @param of trainings that must have a checkpoint
 */
export function measure(name, output, args, of = []) {
  return { name, output, args, of };
}

/** A command whose result is what it prints. */
export function printed(name, output, args, of = []) {
  return { ...measure(name, output, args, of), isPrinted: true };
}

/** `count` samples of a training, as arrays. */
export function samplesOf(run, count) {
  const output = `${run}.npz`;
  return measure(
    `samples of ${run}`,
    output,
    (path) => ['sample', path(run), '-n', String(count), '-o', path(output)],
    [run],
  );
}

/** A row with what it has not filled in. */
export function row(given) {
  return { cut: [], differs: [], trainings: [], measures: [], ...given };
}
