export declare const nodeVersions: Readonly<Record<string, string>>;
export declare const otherMajors: readonly string[];
export declare function nodeOf(major: string): string;
