import { type Metric, onCLS, onFCP, onINP, onLCP, onTTFB } from 'web-vitals';

/** Entry of the second file: measures the web vitals of the page, and reports each metric when it is final. */
export default function measure(report: (name: string, value: number) => void): void {
	for (const start of [onCLS, onFCP, onINP, onLCP, onTTFB]) start(({ name, value }: Metric) => report(name, value));
}
