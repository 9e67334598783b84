import type { HttpReply } from '@footfall/http-server';

/** Allows the dashboard's own files only, and of inline styles only the one that Plot writes into every chart. */
const contentSecurityPolicy = (styleHash: string) =>
	[
		"default-src 'none'",
		"script-src 'self'",
		`style-src 'self' '${styleHash}'`,
		"font-src 'self'",
		"img-src 'self' data: blob:",
		"connect-src 'self'",
		"base-uri 'none'",
		"form-action 'none'",
		"frame-ancestors 'none'",
		"require-trusted-types-for 'script'",
		"trusted-types 'none'",
	].join('; ');

/** Headers of every answer. */
export function securityHeaders(styleHash: string): Record<string, string> {
	return {
		'Content-Security-Policy': contentSecurityPolicy(styleHash),
		'Cross-Origin-Opener-Policy': 'same-origin',
		'Cross-Origin-Resource-Policy': 'same-origin',
		'Permissions-Policy': 'camera=(), geolocation=(), microphone=()',
		'Referrer-Policy': 'no-referrer',
		'X-Content-Type-Options': 'nosniff',
		'X-Frame-Options': 'DENY',
	};
}

export function json(status: number, value: unknown, headers: Record<string, string> = {}): HttpReply {
	return {
		status,
		headers: { 'Content-Type': 'application/json', 'Cache-Control': 'no-store', ...headers },
		body: JSON.stringify(value),
	};
}
