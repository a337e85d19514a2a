import { useOnnxBackend } from '../../../src/tfjs-backend/index.js';
import { runTests } from './run-in-jasmine.js';

await useOnnxBackend({ threads: 1 });
await runTests('onnx');
