export declare const targets: { service: string; footfall: string };
export declare function baseOf(dockerfile: string): { node: string; suite: string };
export declare function mountOf(folder: string): string;
export declare function storageFlags(folder: string | undefined): string[];
