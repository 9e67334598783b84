import { describeApplication } from './support/application-suite.js';

describeApplication('react-vite', {
	collectorVariable: 'VITE_FOOTFALL_COLLECTOR',
	withPort: (command, port) => `${command} -- --port ${port} --strictPort --host 127.0.0.1`,
});
