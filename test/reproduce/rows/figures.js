// How figures are read from logs and results. A reader gives { value, low, high, n, steps }, or undefined where it is not there yet.

/** z of 95 %. */
const Z = 1.959964;

/** Of a training's own test error, the last one of its log, in percent, with Wilson's interval over the pictures it was measured on. */
export function lastTestError(run, pictures) {
  return ({ logs }) => {
    const line = logs[run].findLast(isTestError);
    if (!line) return undefined;
    const [low, high] = wilson(line.value, pictures);
    return {
      value: percent(line.value),
      low: percent(low),
      high: percent(high),
      n: pictures,
      steps: { [run]: line.step },
    };
  };
}

/** A network without a step has none that says anything. */
const isTestError = ({ kind, name, step }) => kind === 'measure' && name === 'testError' && step > 0;

/**
 * How far the last test error of one training is below that of another, in percentage points, with Newcombe's interval (1998, method 10). It takes the
 * pictures for different ones: they are the same, so that errors go together, and the interval is wider than need be.
 */
export function errorBelow(run, other, pictures) {
  return ({ logs }) => {
    const [ours, theirs] = [run, other].map((name) => logs[name].findLast(isTestError));
    if (!ours || !theirs) return undefined;
    const [[ourLow, ourHigh], [theirLow, theirHigh]] = [ours, theirs].map(({ value }) =>
      wilson(value, pictures),
    );
    const below = theirs.value - ours.value;
    return {
      value: percent(below),
      low: percent(below - Math.hypot(theirs.value - theirLow, ourHigh - ours.value)),
      high: percent(below + Math.hypot(theirHigh - theirs.value, ours.value - ourLow)),
      n: pictures,
      steps: { [run]: ours.step, [other]: theirs.step },
    };
  };
}

/** Of a metric of a result. */
export function metricOf(task, id, { subject = 'samples', scale = 1, digits = 4 } = {}) {
  return ({ outputs }) => {
    const found = entryOf(outputs[task], id, subject);
    if (!found) return undefined;
    const { value, interval, n } = found;
    const rounded = (each) => Number((each * scale).toPrecision(digits));
    return {
      value: rounded(value),
      ...(interval && { low: rounded(interval.low), high: rounded(interval.high) }),
      n,
      steps: outputs[task].steps,
    };
  };
}

/** Classes of the samples whose MS-SSIM is below the greatest of the real pictures' classes, in percent. */
export function classesBelowRealMaximum(task, realTask) {
  return ({ outputs }) => {
    const samples = entryOf(outputs[task], 'msssim', 'samples')?.perClass?.filter(
      ({ value }) => value !== null,
    );
    const real = entryOf(outputs[realTask], 'msssim', 'samples')?.perClass ?? [];
    const greatest = Math.max(...real.flatMap(({ value }) => value ?? []));
    if (!samples?.length || !Number.isFinite(greatest)) return undefined;
    const below = samples.filter(({ value }) => value < greatest).length;
    return { value: percent(below / samples.length), n: samples.length, steps: outputs[task].steps };
  };
}

/** Of a curve of an ablation at a resolution: its value, or what `take` takes from the point. */
export function ablated(task, id, resolution, { subject = 'samples', scale = 100, take } = {}) {
  return ({ outputs }) => {
    const set = outputs[task]?.content.sets.find((each) => each.subject === subject);
    const curve = set?.curves.find((each) => each.id === id && each.status === 'ok');
    const point = curve?.points.find((each) => each.resolution === resolution);
    const value = take ? point && take(point) : point?.value;
    if (value === undefined || value === null) return undefined;
    const rounded = (each) => Number((each * scale).toPrecision(4));
    return {
      value: rounded(value),
      ...(!take &&
        point.interval && { low: rounded(point.interval.low), high: rounded(point.interval.high) }),
      n: curve.n,
      steps: outputs[task].steps,
    };
  };
}

/** Of the Parzen window, in nats; the interval is of the mean over test pictures. */
export function nats(task) {
  return ({ outputs }) => {
    if (!outputs[task]) return undefined;
    const { value, se, n } = outputs[task].content.test;
    const rounded = (each) => Number(each.toFixed(1));
    return {
      value: rounded(value),
      low: rounded(value - Z * se),
      high: rounded(value + Z * se),
      n,
      steps: outputs[task].steps,
    };
  };
}

/** Milliseconds of a step, from the line of the benchmark of techniques. */
export function stepOf(size, variant) {
  return ({ outputs }) => {
    const line = outputs.benchmark?.content
      .split('\n')
      .find((each) => each.startsWith(`${size}: ${variant} `));
    const found = line && / (\d+) ms a step/.exec(line);
    return found ? { value: Number(found[1]), steps: {} } : undefined;
  };
}

function entryOf(output, id, subject) {
  return output?.content.metrics.find(
    (each) => each.id === id && each.subject === subject && each.status === 'ok',
  );
}

const percent = (share) => Number((100 * share).toFixed(2));

/** Wilson's interval of a share of n. */
function wilson(share, n) {
  const center = (share + Z ** 2 / (2 * n)) / (1 + Z ** 2 / n);
  const half = (Z / (1 + Z ** 2 / n)) * Math.sqrt((share * (1 - share)) / n + Z ** 2 / (4 * n ** 2));
  return [center - half, center + half];
}
