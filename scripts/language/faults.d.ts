export declare function faultsOf(path: string, text: string): string[];
