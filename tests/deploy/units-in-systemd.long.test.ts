import { beforeAll, describe, expect, it } from 'vitest';
import { containerFault, runInContainer } from './support/systemd-container.js';

/*
 * The units under the real systemd, with their whole sandbox: everything in one service first, and then each part in
 * its own, with the ClickHouse of the first as the server. Containers of systemd-nspawn do not filter addresses, so
 * IPAddressDeny is not tested.
 */

const fault = containerFault();
if (fault !== undefined) console.warn(`Skipped: ${fault}.`);

const token = 'token-of-the-container';
const day = '2026-01-31';
const event = { dt: `${day}T12:00:00Z`, name: 'view', url: 'https://shop.example/', obj: 'page' };
const post = (port: number, userId: number) =>
	`curl -s -m 5 -A 'Mozilla/5.0 Chrome/147.0.0.0' http://127.0.0.1:${port}/v1/events -H 'Content-Type: application/json' -d '${JSON.stringify({ ...event, user_id: userId })}'`;
const sql = (statement: string) =>
	`runuser -u footfall -- /opt/footfall/bin/footfall sql --data /var/lib/footfall --format tsv "${statement}"`;

/** Settings that keep the separate services apart from footfall-up, which runs beside them. */
const writer = {
	port: 7170,
	'admin-port': 7171,
	'transform-seconds': 1,
	'visitor-secret': 'secret-of-the-container',
};
const reader = { 'dashboard-port': 7173, 'dashboard-token': token };
const files = {
	// The runs of footfall-up are a day apart, so that the marts get what the separate transforms compute.
	'etc/footfall/settings.json': JSON.stringify({
		'dashboard-token': token,
		'log-level': 'info',
		'transform-seconds': 86_400,
	}),
	'etc/systemd/system/footfall-collector.service.d/local.conf':
		'[Service]\nEnvironment=FOOTFALL_DATA=%S/footfall-2\nStateDirectory=\nStateDirectory=footfall-2\n',
	// Writes the settings of the separate services, with the accounts of the running ClickHouse.
	'root/write-settings.cjs': `
		const { readFileSync, writeFileSync } = require('node:fs');
		const { url, writer, reader } = JSON.parse(readFileSync('/var/lib/footfall/clickhouse/server.json', 'utf8'));
		const urlOf = ({ user, password }) => url.replace('//', '//' + user + ':' + password + '@') + '/footfall';
		const write = (name, settings) => writeFileSync('/etc/footfall/' + name, JSON.stringify(settings), { mode: 0o600 });
		write('writer.json', { ...${JSON.stringify(writer)}, 'clickhouse-url': urlOf(writer) });
		write('reader.json', { ...${JSON.stringify(reader)}, 'clickhouse-reader-url': urlOf(reader) });`,
};

const script = `
say() { echo "== $1"; }
until_true() { for i in $(seq 300); do eval "$1" >/dev/null 2>&1 && return; sleep 0.2; done; echo "never: $1"; }
ready() { until_true "curl -sf -m 2 http://127.0.0.1:$1"; }
as_service() { nsenter -t $pid -m -S $(id -u footfall) -G $(id -g footfall) "$@"; }
ip link set lo up
systemd-sysusers
say started; systemctl start footfall-up; ready 7071/readyz; ready 7073/livez; systemctl is-active footfall-up
say processes; pgrep -u footfall | wc -l
say rights
for pid in $(pgrep -u footfall); do
	grep -hE '^(CapEff|CapBnd|NoNewPrivs|Seccomp):' /proc/$pid/status | tr '\\t\\n' '  '
	awk '/open files/ { print $5 }' /proc/$pid/limits
done
say files
pid=$(systemctl show -p MainPID --value footfall-up)
# As root, since only its mounts forbid root to write.
for path in /usr /etc/footfall /opt/footfall /var/lib /boot; do
	nsenter -t $pid -m touch $path/planted 2>&1 | grep -o 'Read-only file system'
done
for path in /root /home /run/user; do nsenter -t $pid -m ls -A $path | wc -l; done
say programs
for path in /tmp /dev/shm /var/lib/footfall; do as_service sh -c "cp /bin/true $path/planted && $path/planted" 2>&1; done
say secrets; tr '\\0' '\\n' </proc/$pid/environ | grep -c ${token}
say stored; ${post(7070, 1)}; echo
say stopped; systemctl stop footfall-up; systemctl show -p Result -p ExecMainStatus footfall-up
say undelivered; find /var/lib/footfall/log -type f | wc -l
say owner; stat -c '%U %a' /var/lib/footfall /var/lib/footfall/visitor-secret
say again; systemctl start footfall-up; ready 7071/readyz; ready 7073/livez
say counted; ${sql('SELECT count() FROM events')}
say separate; /opt/footfall/node /root/write-settings.cjs
systemctl daemon-reload
systemctl start footfall-collector footfall-transforms footfall-dashboard; ready 7171/readyz; ready 7173/livez
systemctl is-active footfall-migrate footfall-collector footfall-transforms footfall-dashboard
say stored-2; ${post(7170, 2)}; echo
sites="curl -sf -H 'Authorization: Bearer ${token}' http://127.0.0.1:7173/api/sites"
say marts; until_true "$sites | grep -q '\\"visitorDays\\":2'"; eval "$sites"; echo
say stopped-2; systemctl stop footfall-collector footfall-transforms footfall-dashboard
systemctl show -p Result -p ExecMainStatus --value footfall-collector footfall-transforms footfall-dashboard
say target; systemctl start footfall.target; until_true '[ $(systemctl is-active footfall-up) = inactive ]'; systemctl is-active footfall-up
say log; journalctl -u 'footfall-*' -o cat --no-pager
say end
`;

describe.runIf(fault === undefined)('under systemd', () => {
	let parts: Record<string, string> = {};
	let log = '';
	beforeAll(async () => {
		const ran = await runInContainer(script, files, 300_000);
		log = ran.log;
		parts = Object.fromEntries(
			ran.output
				.split(/^== /m)
				.slice(1)
				.map((part) => [part.split('\n', 1)[0], part.slice(part.indexOf('\n') + 1)]),
		);
	});

	const lines = (part: string) => (parts[part] ?? '').trim().split('\n');

	it('everything starts in one service', () => {
		expect(parts.end, log).toBe('');
		expect(lines('started')).toEqual(['active']);
		// Footfall itself, the collector and ClickHouse.
		expect(lines('processes')).toEqual(['3']);
		// Landlock works within the sandbox.
		expect(parts.log).toContain('migrations applied');
		expect(parts.log).not.toContain('does not confine ClickHouse');
	});

	it('no process has a right that it does not need', () => {
		const rights = 'CapEff: 0000000000000000 CapBnd: 0000000000000000 NoNewPrivs: 1 Seccomp: 2';
		const found = lines('rights').map((line) => line.replace(/ \d+$/, ''));
		expect(found).toEqual([rights, rights, rights]);
		expect(lines('files')).toEqual([...Array(5).fill('Read-only file system'), '0', '0', '0']);
		expect(lines('programs')).toEqual([
			'sh: 1: /tmp/planted: Permission denied',
			'sh: 1: /dev/shm/planted: Permission denied',
			'sh: 1: /var/lib/footfall/planted: Permission denied',
		]);
		expect(lines('secrets')).toEqual(['0']);
		expect(lines('owner')).toEqual(['footfall 700', 'footfall 600']);
	});

	it('a stop delivers what was acknowledged', () => {
		expect(lines('stored')).toEqual(['{"outcome":"stored","events":1}']);
		expect(lines('stopped')).toEqual(['Result=success', 'ExecMainStatus=0']);
		expect(lines('undelivered')).toEqual(['0']);
		expect(lines('counted')).toEqual(['count()', '1']);
	});

	it('separate services bring an event to the marts, and take the place of the one service', () => {
		expect(lines('separate')).toEqual(['active', 'active', 'active', 'active']);
		expect(lines('stored-2')).toEqual(['{"outcome":"stored","events":1}']);
		expect(JSON.parse(parts.marts ?? '')).toMatchObject({ sites: [{ site: 'shop', visitorDays: 2 }] });
		expect(lines('stopped-2').filter((line) => line !== '')).toEqual(Array(3).fill(['success', '0']).flat());
		expect(lines('target')).toEqual(['inactive']);
	});
});
