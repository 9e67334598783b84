import type { WireContext } from '@footfall/protocol';
import type { RawFields } from '../options.js';

/** Captures an event of the page, for a context other than that of the page as it is now if it is given. */
export type Capture = (name: string, raw: RawFields, context?: WireContext, atMs?: number) => void;
