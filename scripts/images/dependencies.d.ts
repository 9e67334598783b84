export declare function isInImage(path: string): boolean;
export declare function placePackages(
	sources: Record<string, string>,
	isOfEngine: (name: string) => boolean,
): { service: Map<string, string>; engine: Map<string, string> };
export declare function installedFor(folder: string, name: string): string | undefined;
