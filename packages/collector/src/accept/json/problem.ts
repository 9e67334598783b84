import { outcomes, type Rejection } from '@footfall/protocol';
import { acceptedCodings, crossOrigin, type Reply } from '../transport/http.js';
import type { Fault } from './json-event.js';

const headers = [['Content-Type', 'application/problem+json'], crossOrigin] as const;

/** A rejection as RFC 9457 problem details; `errors` name the fields. */
export function problem(outcome: Rejection, errors: readonly Fault[]): Reply {
	const { status, meaning } = outcomes[outcome];
	const [first] = errors;
	const detail = first === undefined || first.field === '' ? first?.message : `${first.field}: ${first.message}`;
	const body = JSON.stringify({ type: 'about:blank', title: meaning, status, detail, outcome, errors });
	// A 401 names the scheme (RFC 9110, 15.5.2). With Bearer, browsers ask nobody for a password.
	const challenge = status === 401 ? [['WWW-Authenticate', 'Bearer'] as const] : [];
	return { status, headers: [...headers, ...acceptedCodings(outcome), ...challenge], body };
}
