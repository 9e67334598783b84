import { type Metric, onCLS, onFCP, onINP, onLCP, onTTFB } from 'web-vitals';

/** The second file: measures how fast the page is, and reports every metric once it is final. */
export default function measure(report: (name: string, value: number) => void): void {
	for (const start of [onCLS, onFCP, onINP, onLCP, onTTFB]) start(({ name, value }: Metric) => report(name, value));
}
