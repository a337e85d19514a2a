import { describe, expect, it } from 'vitest';
import { toScoreTerminal } from '../../../src/report/score/terminal.js';
import { spellOutCommand } from '../../../src/report/text/spell-out-command.js';
import { makeFullResult } from '../score/page-fixture.js';

const PULL = 'fetch it with "ganeval models pull inception-v3", and run this command again';
const WITH = 'Train one, then run this command again with --classifier classes.onnx.';

describe('a message that says to run the command again', () => {
  it('has the very command, quoted for a shell', () => {
    const words = ['score', 'my samples', '-r', "it's real.npz", '--metrics=fid,kid', ''];
    expect(spellOutCommand(`${PULL}.`, words)).toBe(
      `fetch it with "ganeval models pull inception-v3", and run "ganeval score 'my samples' -r 'it'\\''s real.npz' --metrics=fid,kid ''".`,
    );
  });

  it.each([
    [['score', 's'], 'ganeval score s --classifier classes.onnx'],
    [['score', '--classifier', 'a.onnx', 's'], 'ganeval score --classifier classes.onnx s'],
    [
      ['score', 's', '--classifier=a.onnx', '--json', '-'],
      'ganeval score s --classifier classes.onnx --json -',
    ],
    [['score', '--', '-odd'], 'ganeval score --classifier classes.onnx -- -odd'],
  ])('adds or replaces the option that it names: %j', (words, command) => {
    expect(spellOutCommand(WITH, words)).toBe(`Train one, then run "${command}".`);
  });

  it('stays a plain sentence where a program called, and in other words', () => {
    expect(spellOutCommand(WITH, undefined)).toBe(WITH);
    expect(spellOutCommand('Wait for it and run this again.', ['score'])).toBe(
      'Wait for it and run this again.',
    );
  });

  it('has it on the terminal', () => {
    const result = makeFullResult();
    const missing = {
      id: 'kid',
      subject: 'samples',
      title: 'KID',
      unit: 'distance',
      direction: 'lower',
    } as const;
    const metrics = [
      ...result.metrics,
      { ...missing, status: 'not-computed' as const, reason: `So: ${PULL}.` },
    ];
    const print = (command?: readonly string[]) =>
      toScoreTerminal({ ...result, metrics }, { width: 500, color: false, command });
    expect(print(['score', 'a b'])).toContain(`and run "ganeval score 'a b'".`);
    expect(print()).toContain('and run this command again.');
  });
});
