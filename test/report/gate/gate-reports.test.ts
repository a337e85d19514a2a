import { describe, expect, it } from 'vitest';
import { disarm } from '../../../src/escape/runner-commands.js';
import { toAnnotations } from '../../../src/report/gate/annotations.js';
import { toGateJson } from '../../../src/report/gate/json.js';
import { toGateJUnit } from '../../../src/report/gate/junit.js';
import { toGateMarkdown } from '../../../src/report/gate/markdown.js';
import { toGateTerminal } from '../../../src/report/gate/terminal.js';
import { failedRow, incomparableRow, makeVerdict, passedRow } from './verdict-fixture.js';

const HOSTILE = '<script>"\'&|`@user\n::error::x\r##[add-mask]a\u001b[2J\u202e\ufffe%,:]]>';
const hostileVerdict = () => makeVerdict([{ ...failedRow, class: HOSTILE, reason: `It is ${HOSTILE}.` }]);

describe('the gate in the terminal', () => {
  it('says what failed, what is not comparable, what passed, and what to run', () => {
    expect(toGateTerminal(makeVerdict(), { width: 110, color: false })).toBe(
      `Failed: of 4 rules, 2 failed (Class accuracy of cat at 16×16, Class accuracy), 1 not comparable (Fréchet
inception distance).
  samples    ./now: 2,000 pictures
  baseline   ./then: 10,000 pictures

  verdict         metric                            baseline     now   change  test or bound
  FAIL            Class accuracy of cat at 16×16 ↑    65.0 %  45.0 %  −20.0 %  p < 0.0001
  FAIL            Class accuracy ↑                    81.0 %  79.1 %   −1.9 %  at least 80.0 %
  not comparable  Fréchet inception distance ↓          12.3    14.5     +2.2
  pass            Inception Score ↑                    5.004   4.991   −0.013  p 0.62

What failed
  Class accuracy of cat at 16×16: It is worse by 20 points, which is more than chance explains (p 0.0000021).
  Class accuracy: 79.1 % is below the floor of 80 %.

What is not comparable
  Fréchet inception distance: metrics.fid.n is 2000, and 10000 in the baseline
    Give 10000 samples as in the baseline; or write a new baseline with --update.

! Made with other versions: ganeval 0.1.0 then and 0.2.0 now.

p is corrected for the number of tests, and a test fails at 0.05 or below.
`,
    );
  });

  it('shows no more rows than a person reads, and says how many are left', () => {
    const rows = Array.from({ length: 1000 }, (_, i) => ({ ...passedRow, class: `class ${i}` }));
    const text = toGateTerminal(makeVerdict(rows), { width: 110, color: false });
    expect(text.split('\n').length).toBeLessThan(60);
    expect(text).toContain('(960 more)');
  });

  it('keeps hostile names on their line and the terminal unharmed', () => {
    const text = toGateTerminal(hostileVerdict(), { width: 110, color: false });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
    expect(text).not.toMatch(/^\s*::/m);
  });
});

describe('the gate as JSON', () => {
  it('is the verdict, in the order of the schema', () => {
    const { schema, ...rest } = makeVerdict();
    expect(toGateJson({ ...rest, schema })).toBe(
      `${JSON.stringify(JSON.parse(toGateJson(makeVerdict())), null, 2)}\n`,
    );
    expect(JSON.parse(toGateJson(hostileVerdict())).rows[0].class).toBe(HOSTILE);
  });

  it('holds nothing that GitHub takes for a command', () => {
    expect(toGateJson(hostileVerdict())).not.toContain('##[');
    expect(toGateJson(hostileVerdict())).not.toMatch(/^\s*::/m);
  });
});

describe('the gate as JUnit XML', () => {
  it('has a test case a rule, a failure for each that failed, an error where nothing could be compared', () => {
    expect(toGateJUnit(makeVerdict())).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<testsuites tests="4" failures="2" errors="1" skipped="0">
  <testsuite name="ganeval gate" tests="4" failures="2" errors="1" skipped="0">
    <properties>
      <property name="verdict" value="Failed: of 4 rules, 2 failed (Class accuracy of cat at 16×16, Class accuracy), 1 not comparable (Fréchet inception distance)."/>
      <property name="samples" value="./now"/>
      <property name="baseline" value="./then"/>
      <property name="alpha" value="0.05"/>
    </properties>
    <testcase classname="ganeval.gate.is" name="Inception Score (significant)">
      <system-out><![CDATA[baseline: 5.004; now: 4.991; change: −0.013; test or bound: p 0.62]]></system-out>
    </testcase>
    <testcase classname="ganeval.gate.accuracy" name="Class accuracy of cat at 16×16 (significant)">
      <failure message="It is worse by 20 points, which is more than chance explains (p 0.0000021)." type="significant"/>
      <system-out><![CDATA[baseline: 65.0 %; now: 45.0 %; change: −20.0 %; test or bound: p < 0.0001]]></system-out>
    </testcase>
    <testcase classname="ganeval.gate.accuracy" name="Class accuracy (floor)">
      <failure message="79.1 % is below the floor of 80 %." type="floor"/>
      <system-out><![CDATA[baseline: 81.0 %; now: 79.1 %; change: −1.9 %; test or bound: at least 80.0 %]]></system-out>
    </testcase>
    <testcase classname="ganeval.gate.fid" name="Fréchet inception distance (relative)">
      <error message="Not comparable: metrics.fid.n was 10000 and is 2000." type="not-comparable"><![CDATA[metrics.fid.n is 2000, and 10000 in the baseline; Give 10000 samples as in the baseline; or write a new baseline with --update.]]></error>
      <system-out><![CDATA[baseline: 12.3; now: 14.5; change: +2.2]]></system-out>
    </testcase>
  </testsuite>
</testsuites>
`);
  });

  it('does not let a name end the text that holds it', () => {
    const verdict = makeVerdict([{ ...incomparableRow, remedy: 'Use ]]><x/>.' }]);
    expect(toGateJUnit(verdict)).toContain('Use ]]]]><![CDATA[><x/>.]]>');
  });

  it('writes hostile names as XML that can be read', () => {
    const xml = toGateJUnit(hostileVerdict());
    // biome-ignore lint/suspicious/noControlCharactersInRegex: XML cannot hold them
    expect(xml).not.toMatch(/[\u0000-\u0009\u000b-\u001f\ufffe\uffff]/);
    expect(xml).not.toContain('<script');
    expect(xml).toContain('&lt;script');
    expect(xml.match(/<testcase /g)).toHaveLength(1);
  });
});

describe('the gate as Markdown', () => {
  it('is a comment for a pull request', () => {
    expect(toGateMarkdown(makeVerdict())).toBe(`## Image quality: failed

Failed: of 4 rules, 2 failed (Class accuracy of cat at 16×16, Class accuracy), 1 not comparable (Fréchet inception distance).

- samples: ./now: 2,000 pictures
- baseline: ./then: 10,000 pictures

| verdict | metric | baseline | now | change | test or bound |
| --- | --- | --- | --- | --- | --- |
| **FAIL** | Class accuracy of cat at 16×16 ↑ | 65.0 % | 45.0 % | −20.0 % | p &lt; 0.0001 |
| **FAIL** | Class accuracy ↑ | 81.0 % | 79.1 % | −1.9 % | at least 80.0 % |
| **not comparable** | Fréchet inception distance ↓ | 12.3 | 14.5 | +2.2 |  |

### Not comparable

- metrics.fid.n is 2000, and 10000 in the baseline
  Give 10000 samples as in the baseline; or write a new baseline with --update.

<details><summary>1 passed</summary>

| verdict | metric | baseline | now | change | test or bound |
| --- | --- | --- | --- | --- | --- |
| pass | Inception Score ↑ | 5.004 | 4.991 | −0.013 | p 0.62 |

</details>

> **Note:** Made with other versions: ganeval 0.1.0 then and 0.2.0 now.

_p is corrected for the number of tests, and a test fails at 0.05 or below._
`);
  });

  it('fits a comment on GitHub, whatever the names and however many', () => {
    const name = '<'.repeat(300);
    const rows = Array.from({ length: 1000 }, (_, i) => [
      { ...failedRow, class: `${i}${name}` },
      { ...passedRow, class: `${i}${name}` },
      {
        ...incomparableRow,
        class: `${i}${name}`,
        differences: [{ field: `samples.classes ${i}`, baseline: name, now: name }],
      },
    ]).flat();
    const text = toGateMarkdown(makeVerdict(rows));
    expect(text.length).toBeLessThan(65_536);
    expect(text).toMatch(/\d more; `--json` writes all of them/);
  });

  it('makes no markup of hostile names', () => {
    expect(toGateMarkdown(hostileVerdict())).not.toMatch(/<script|@user|##\[|\n::error/);
  });
});

describe('annotations for GitHub', () => {
  it('are one error for each rule that did not pass', () => {
    expect(toAnnotations(makeVerdict())).toEqual([
      '::error title=Class accuracy of cat at 16×16::It is worse by 20 points, which is more than chance explains (p 0.0000021).',
      '::error title=Class accuracy::79.1 %25 is below the floor of 80 %25.',
      '::error title=Fréchet inception distance::Not comparable: metrics.fid.n was 10000 and is 2000. Give 10000 samples as in the baseline; or write a new baseline with --update.',
    ]);
    expect(toAnnotations(makeVerdict([passedRow]))).toEqual([]);
  });

  it('are no more than GitHub shows, the last counting the rest', () => {
    const lines = toAnnotations(makeVerdict(Array.from({ length: 12 }, () => failedRow)));
    expect(lines).toHaveLength(10);
    expect(lines[9]).toMatch(/^::error title=ganeval gate::Failed: of 12 rules, 12 failed/);
  });

  it('escape what ends a property or a command', () => {
    const [line, ...others] = toAnnotations(hostileVerdict());
    expect(others).toEqual([]);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
    expect(line).not.toMatch(/[\u0000-\u001f]/);
    const [, title] = /^::error title=([^:,]*)::/.exec(line) ?? [];
    expect(title).toContain('\\n%3A%3Aerror%3A%3Ax');
    expect(title).toContain('%25%2C%3A');
  });

  it('are what the output must not hold by chance', () => {
    expect(disarm('a ::b\n  ::error::x\n##[group]y\n:: z')).toBe('a ::b\n  : :error::x\n## [group]y\n: : z');
  });
});
