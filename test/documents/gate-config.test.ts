import { describe, expect, it } from 'vitest';
import { DEFAULT_GATE_CONFIG, parseGateConfig } from '../../src/documents/gate-config.js';

describe('parseGateConfig', () => {
  it('fills in the defaults', () => {
    expect(parseGateConfig({})).toEqual(DEFAULT_GATE_CONFIG);
    expect(parseGateConfig({ $schema: 'ganeval/schema/gate.schema.json' }).alpha).toBe(
      DEFAULT_GATE_CONFIG.alpha,
    );
  });

  it('takes every kind of rule', () => {
    const rules = [
      { kind: 'significant', metric: 'is' },
      { kind: 'absolute', metric: 'accuracy', class: '*', tolerance: 0.05 },
      { kind: 'relative', metric: 'fid', tolerance: 0.1 },
      { kind: 'floor', metric: 'accuracy', resolution: 16, limit: 0.5 },
      { kind: 'ceiling', metric: 'accuracy', resolution: '*', limit: 1 },
    ];
    expect(parseGateConfig({ alpha: 0.01, rules })).toEqual({ alpha: 0.01, rules });
  });

  it.each([
    [{ alpha: 0 }, 'alpha'],
    [{ alpha: 0.5 }, 'alpha'],
    [{ rules: [] }, 'rules'],
    [{ rules: [{ kind: 'absolute', metric: 'is' }] }, 'rules.0.tolerance'],
    [{ rules: [{ kind: 'floor', metric: 'is', limit: 1, tolerance: 2 }] }, 'rules.0'],
    [{ rules: [{ kind: 'significant', metric: 'is', tolerance: 2 }] }, 'rules.0'],
    [{ rules: [{ kind: 'nearly', metric: 'is' }] }, 'rules.0.kind'],
    [{ rules: [{ kind: 'relative', metric: 'is', tolerance: -1 }] }, 'rules.0.tolerance'],
    [{ rule: [] }, 'the root'],
    [[], 'the root'],
  ])('refuses %j and names %s', (config, field) => {
    expect(() => parseGateConfig(config)).toThrow(`is not a config of the gate (${field}: `);
  });
});
