import { expect, it } from 'vitest';
import { explainMisuse, findCommandLines } from './command-lines.js';

it('finds the commands of a script', () => {
  const script = [
    'npm ci && npx ganeval score samples/ # not this: ganeval gate',
    'ganeval merge part1 part2 \\',
    '  --json result.json > log.txt',
    'echo ganeval score',
    'FOO=1 node /opt/ganeval/bin/ganeval.js gate "my samples" --baseline b.json || exit 1',
    'ganeval watch runs --on-shell any \'echo "it" | mail me; exit\' --nice | cat',
  ].join('\n');
  expect(findCommandLines(script)).toEqual([
    ['score', 'samples/'],
    ['merge', 'part1', 'part2', '--json', 'result.json'],
    ['gate', 'my samples', '--baseline', 'b.json'],
    ['watch', 'runs', '--on-shell', 'any', 'echo it | mail me; exit', '--nice'],
  ]);
});

it.each([
  ['score samples/ --reference real/ --metrics is,fid --no-cache', undefined],
  ['gate power --baseline b.json --drop 5%', undefined],
  ['stats real/ -o real.npz', undefined],
  ['ablate a b c --quiet', undefined],
  ['models', undefined],
  ['watch runs --on collapse notify --nice', undefined],
  ['watch runs --on collapse', '--on needs 2 values'],
  ['scor samples/', 'there is no command scor'],
  ['models fetch', 'there is no command models fetch'],
  ['score samples/ --normalise tf1', 'there is no option --normalise'],
  ['score samples/ --device tpu', '--device does not take tpu'],
  ['score samples/ --device', '--device needs a value'],
  ['score --device cpu', '"score <pictures>" misses an argument'],
  ['score a b', '"score <pictures>" has an argument too many: b'],
])('judges "%s"', async (line, problem) => {
  expect(await explainMisuse(line.split(' '))).toBe(problem);
});
