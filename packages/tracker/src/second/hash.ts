/** Parameters of a fragment that look like secrets: by their names, or as JSON Web Tokens. */
const secrets = /[^#?&=]*((token|secret|passw|auth|session|key|code|sig|state|scope|expires)[^=&]*=|=eyJ)[^&]*&?/gi;

/**
 * Removes from a fragment that names a page (`data-hash`) what looks like a secret, such as the answer of a login
 * (https://www.rfc-editor.org/rfc/rfc6749#section-4.2.2).
 */
export const cleanHash = (hash: string): string => hash.replace(secrets, '').replace(/[?&]$/, '');
