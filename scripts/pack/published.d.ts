export interface PublishedPackage {
	name: string;
	folder: string;
	content: string[];
	shared?: string[];
	types?: string[];
	bundled: boolean;
	unpackedBytesMax: number;
}
export declare const published: PublishedPackage[];
