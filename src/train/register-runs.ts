import { registerRunGenerators } from '../generators/run-generators.js';

registerRunGenerators(async () => (await import('./trained-generator.js')).openTrainedGenerator);
