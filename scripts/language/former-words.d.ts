export declare const filesAboutFormerWords: readonly string[];
export declare const formerWords: readonly { word: RegExp; instead: string; allowedIn?: readonly string[] }[];
