export declare function makeDebianRoot(suite: string, folder: string): void;
export declare function addNode(folder: string, version: string): void;
export declare function isMounted(folder: string): boolean;
