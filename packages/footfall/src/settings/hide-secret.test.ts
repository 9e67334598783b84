import { describe, expect, it } from 'vitest';
import { hideSecret } from './hide-secret.js';

describe('hideSecret', () => {
	it.each([
		['http://footfall:sesame@host:8123/database', 'http://footfall:***@host:8123/database'],
		['https://:se%40same@host', 'https://:***@host/'],
		['http://host:8123/?user=a&password=sesame', 'http://host:8123/?***'],
		['http://host/#sesame', 'http://host/#***'],
		['http://footfall@host:8123', 'http://footfall@host:8123'],
		['http://host:8123', 'http://host:8123'],
		['footfall:sesame@host:8123', '***'],
		['tcp://footfall:sesame@host:9000', '***'],
		['http://footfall:sesame@', '***'],
		['http://u:sesame@a:8123/db,http://u:sesame@b:8123/db', 'http://u:***@a:8123/db,http://u:***@b:8123/db'],
		['http://u:sesame@a,https://u:sesame@b', 'http://u:***@a/,https://u:***@b/'],
		['http://a,u:sesame@b', 'http://a,u:***@b/'],
		['http://a:8123/db,u:sesame@b:8123/db', 'http://a:8123/***'],
		['http://a:8123/u:sesame@b', 'http://a:8123/***'],
		['http://u:12/sesame-b', 'http://u:12/***'],
	])('shows %s as %s', (url, shown) => {
		expect(hideSecret('password', url)).toBe(shown);
	});

	it('hides all of a text that is secret as a whole', () => {
		expect(hideSecret('all', 'http://host')).toBe('***');
	});
});
