import { registerRunGenerators } from '../generators/run-generators.js';

registerRunGenerators(async () => (await import('./open-run-or-plan.js')).openRunOrPlan);
