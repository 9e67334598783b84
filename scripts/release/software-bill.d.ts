interface Bill {
	metadata: { properties: { name: string; value: string }[] };
}
export function missingIn(bill: Bill): string[];
export function missingPackages(lock: {
	packages: Record<string, { optionalDependencies?: Record<string, string> }>;
}): string[];
