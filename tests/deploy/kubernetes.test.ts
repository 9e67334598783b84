import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Deployment, StatefulSet } from 'kubernetes-models/apps/v1';
import { Job } from 'kubernetes-models/batch/v1';
import { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1';
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1';
import { Namespace, Secret, Service } from 'kubernetes-models/v1';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { collectorDefaults } from '../../packages/collector/src/options.js';
import { commands } from '../../packages/footfall/src/command-table.js';
import { parseArguments } from '../../packages/footfall/src/parse-arguments.js';
import { type Option, options, variableOf } from '../../packages/footfall/src/settings/options.js';
import { byteSize } from '../../packages/footfall/src/settings/values/byte-size.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = join(root, 'deploy/kubernetes');
/** Validators by the JSON schemas of Kubernetes, and the modules that have the types. */
const kinds = {
	Deployment: { model: Deployment, module: 'apps/v1' },
	StatefulSet: { model: StatefulSet, module: 'apps/v1' },
	Job: { model: Job, module: 'batch/v1' },
	NetworkPolicy: { model: NetworkPolicy, module: 'networking.k8s.io/v1' },
	PodDisruptionBudget: { model: PodDisruptionBudget, module: 'policy/v1' },
	Namespace: { model: Namespace, module: 'v1' },
	Secret: { model: Secret, module: 'v1' },
	Service: { model: Service, module: 'v1' },
};

interface Probe {
	httpGet?: { path: string; port: string };
	exec?: { command: string[] };
}
interface Container {
	image: string;
	args: string[];
	env: { name: string; value: string }[];
	ports?: { name: string; containerPort: number }[];
	startupProbe?: Probe;
	livenessProbe?: Probe;
	readinessProbe?: Probe;
	resources: { requests: object; limits: object };
	securityContext: object;
	volumeMounts: { name: string; mountPath: string; readOnly?: boolean }[];
}
interface Manifest {
	kind: keyof typeof kinds;
	metadata: { name: string };
	stringData?: Record<string, string>;
	spec: {
		replicas?: number;
		strategy?: object;
		serviceName?: string;
		selector?: Record<string, unknown>;
		ports?: { port: number; targetPort: string }[];
		podSelector?: object;
		ingress?: { ports?: { port: number | string }[] }[];
		volumeClaimTemplates?: { metadata: { name: string }; spec: { resources: { requests: { storage: string } } } }[];
		template: {
			metadata: { labels: Record<string, string> };
			spec: {
				terminationGracePeriodSeconds?: number;
				enableServiceLinks?: boolean;
				automountServiceAccountToken?: boolean;
				securityContext: object;
				containers: [Container];
				volumes: { name: string; secret?: { secretName: string } }[];
			};
		};
	};
}

const manifestsOf = (file: string): Manifest[] =>
	parseAllDocuments(readFileSync(join(folder, file), 'utf8'), { uniqueKeys: true }).map((document) => document.toJS());
const kustomization = parseAllDocuments(readFileSync(join(folder, 'kustomization.yaml'), 'utf8'))[0]?.toJS() as {
	resources: string[];
	images: { name: string; newTag: string }[];
};
const all = kustomization.resources.flatMap(manifestsOf);
const secrets = manifestsOf('secrets.example.yaml');
const named = (list: Manifest[]) =>
	list.map((manifest): [string, Manifest] => [`${manifest.kind} ${manifest.metadata.name}`, manifest]);
const workloads = named(all.filter(({ kind }) => ['Deployment', 'StatefulSet', 'Job'].includes(kind)));
const workload = (name: string) => workloads.find(([, { metadata }]) => metadata.name === name)?.[1] as Manifest;

/** The settings file in the example of a secret, with values in place of what must be replaced. */
const settingsOf = (secret: string | undefined) =>
	secrets
		.find(({ metadata }) => metadata.name === secret)
		?.stringData?.['settings.json']?.replaceAll(/<[^>]+>/g, 'replaced-0123456789') ?? '';

/** Parses the command line of a container as the command does. */
function requestOf({ spec }: Manifest) {
	const { containers, volumes } = spec.template.spec;
	const [{ args, env, volumeMounts }] = containers;
	const mount = volumeMounts.find(({ name }) => name === 'settings')?.mountPath;
	const secret = volumes.find(({ name }) => name === 'settings')?.secret?.secretName;
	const environment = Object.fromEntries(env.map(({ name, value }) => [name, value]));
	return parseArguments(commands, args, environment, (path) =>
		path === `${mount}/settings.json` ? { kind: 'text', text: settingsOf(secret) } : { kind: 'absent' },
	);
}

describe('the manifests', () => {
	it('are all in kustomization.yaml, but the example of the secrets', () => {
		const files = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
		expect(new Set(files)).toEqual(new Set(['kustomization.yaml', 'secrets.example.yaml', ...kustomization.resources]));
		const images = new Set(workloads.map(([, { spec }]) => spec.template.spec.containers[0].image));
		expect([...images]).toEqual(kustomization.images.map(({ name }) => name));
		expect(readFileSync(join(root, 'docker/Dockerfile'), 'utf8')).toContain(` AS ${kustomization.images[0]?.newTag}\n`);
	});

	it.each(named([...all, ...secrets]))('%s fits the schema of Kubernetes', (_, manifest) => {
		const { model: Model } = kinds[manifest.kind];
		expect(() => new Model(manifest as never).validate()).not.toThrow();
	});

	it('would not fit it with a value of another type, or without one that is required', () => {
		const { spec, ...collector } = workload('footfall-collector');
		const faulty = [
			{ ...collector, spec: { ...spec, replicas: 'two' } },
			{ ...collector, spec: { ...spec, selector: undefined } },
		];
		for (const manifest of faulty) expect(() => new StatefulSet(manifest as never).validate()).toThrow();
	});

	// The validators accept unknown fields; the types do not.
	it('have only fields and values that Kubernetes knows', () => {
		const source = (list: Manifest[]) =>
			list
				.map(({ kind, ...rest }, at) => {
					const value = JSON.stringify({ kind, ...rest });
					return `import type { I${kind} as T${at} } from 'kubernetes-models/${kinds[kind].module}';\nexport const v${at}: T${at} = ${value};\n`;
				})
				.join('');
		const { spec, ...rest } = workload('footfall-transforms');
		const misspelt = { ...rest, spec: { ...spec, stratgy: {} } } as unknown as Manifest;
		expect(typeFaults(source([...all, ...secrets]))).toBe('');
		expect(typeFaults(source([misspelt]))).toMatch(/"stratgy"' does not exist/);
	});
});

/** The errors that the compiler reports about a file of TypeScript. */
function typeFaults(text: string): string {
	// The folder is below the repository, so that the compiler finds the types.
	const scratch = mkdtempSync(join(root, 'node_modules/.footfall-manifests-'));
	try {
		const file = join(scratch, 'manifests.ts');
		writeFileSync(file, text);
		const flags = ['--ignoreConfig', '--noEmit', '--strict', '--skipLibCheck', '--module', 'nodenext', '--types', ''];
		const compiler = join(root, 'node_modules/typescript-7/bin/tsc');
		return spawnSync(process.execPath, [compiler, ...flags, file], { cwd: scratch, encoding: 'utf8' }).stdout;
	} finally {
		rmSync(scratch, { recursive: true, force: true });
	}
}

describe.each(workloads)('%s', (_, manifest) => {
	const { containers, volumes, ...pod } = manifest.spec.template.spec;
	const [container] = containers;

	it('runs a command with settings that the command has', () => {
		expect(requestOf(manifest)).toMatchObject({ kind: 'run', origins: { config: 'environment' }, warnings: [] });
	});

	it('gets no variables from Kubernetes, some of which would be settings', () => {
		const serviceVariables = all
			.filter(({ kind }) => kind === 'Service')
			.map(({ metadata }) => `${metadata.name.toUpperCase().replaceAll('-', '_')}_PORT`);
		expect(serviceVariables).toContain(variableOf(options.dashboardPort));
		expect(pod.enableServiceLinks).toBe(false);
	});

	it('has the ports on which the command listens, and asks what they answer', () => {
		const request = requestOf(manifest);
		if (request.kind !== 'run') throw new Error('the command line is faulty');
		const { port, adminPort, dashboardPort } = request.settings;
		const listens = { pages: port, admin: adminPort, dashboard: dashboardPort };
		for (const { name, containerPort } of container.ports ?? [])
			expect(containerPort, name).toBe(listens[name as keyof typeof listens]);
		const probes = [container.startupProbe, container.livenessProbe, container.readinessProbe];
		const hasPorts = container.ports !== undefined;
		expect(probes.filter((probe) => probe !== undefined).length).toBe(hasPorts ? 3 : 0);
		for (const { httpGet } of probes.filter((probe) => probe !== undefined))
			expect(['admin /livez', 'admin /readyz', 'dashboard /livez']).toContain(`${httpGet?.port} ${httpGet?.path}`);
	});

	it('has no rights, writes to its volumes only, and has bounds', () => {
		expect(container.securityContext).toEqual({
			allowPrivilegeEscalation: false,
			readOnlyRootFilesystem: true,
			capabilities: { drop: ['ALL'] },
		});
		expect(pod.securityContext).toMatchObject({
			runAsNonRoot: true,
			runAsUser: 1000,
			seccompProfile: { type: 'RuntimeDefault' },
		});
		expect(pod.automountServiceAccountToken).toBe(false);
		expect(container.resources).toMatchObject({ requests: expect.any(Object), limits: { memory: expect.any(String) } });
		const claims = (manifest.spec.volumeClaimTemplates ?? []).map(({ metadata }) => metadata.name);
		const known = new Set([...volumes.map(({ name }) => name), ...claims]);
		expect(new Set(container.volumeMounts.map(({ name }) => name))).toEqual(known);
	});

	it('names no secret but by reference', () => {
		const settings = new Set(Object.values<Option>(options).map(variableOf));
		for (const { name } of container.env) {
			expect(settings).toContain(name);
			expect(Object.values<Option>(options).find((option) => variableOf(option) === name)?.secret).toBe(undefined);
		}
	});
});

describe('the collector', () => {
	const { spec } = workload('footfall-collector');
	const [container] = spec.template.spec.containers;

	it('has a volume for its data, larger than its WAL may be', () => {
		const [claim] = spec.volumeClaimTemplates ?? [];
		const image = readFileSync(join(root, 'docker/Dockerfile'), 'utf8');
		const [, data] = /FOOTFALL_DATA=(\S+)/.exec(image) ?? [];
		expect(container.volumeMounts.find(({ name }) => name === claim?.metadata.name)?.mountPath).toBe(data);
		const sizeBytes = byteSize(1, 2 ** 50).parse(`${claim?.spec.resources.requests.storage}B`);
		expect(sizeBytes).toBeGreaterThanOrEqual(1.5 * collectorDefaults.walBytes);
	});

	it('has time to deliver, after a pause in which new visitors go elsewhere', () => {
		const graceMs = (spec.template.spec.terminationGracePeriodSeconds ?? 0) * 1_000;
		expect(graceMs).toBeGreaterThanOrEqual(5_000 + collectorDefaults.stopMs + 2_000 + 5_000);
	});

	it('computes the same visitors in all pods', () => {
		expect(spec.replicas).toBeGreaterThan(1);
		expect(settingsOf('footfall-writer')).toContain('"visitor-secret"');
	});
});

describe('services, budgets and policies', () => {
	const labelsOf = (name: string) => workload(name).spec.template.metadata.labels;
	const isIn = (part: object, whole: object) => expect(whole).toMatchObject(part);

	it('select the pods of their names, and ports that these have', () => {
		for (const { metadata, spec } of all.filter(({ kind }) => kind === 'Service')) {
			const name = metadata.name.replace('-pods', '');
			isIn(spec.selector ?? {}, labelsOf(name));
			const ports = workload(name).spec.template.spec.containers[0].ports ?? [];
			for (const { port, targetPort } of spec.ports ?? [])
				expect(ports).toContainEqual({ name: targetPort, containerPort: port });
		}
		expect(all.some(({ metadata }) => metadata.name === workload('footfall-collector').spec.serviceName)).toBe(true);
		for (const [, { metadata, spec }] of workloads.filter(([, { kind }]) => kind !== 'Job'))
			expect(spec.selector?.matchLabels).toEqual(labelsOf(metadata.name));
	});

	it('let nothing in but to the ports of the parts, and keep a collector running while nodes are emptied', () => {
		const policies = all.filter(({ kind }) => kind === 'NetworkPolicy');
		expect(policies[0]?.spec).toEqual({ podSelector: {}, policyTypes: ['Ingress', 'Egress'] });
		for (const { metadata, spec } of policies.filter(({ spec }) => spec.ingress !== undefined)) {
			isIn((spec.podSelector as { matchLabels: object }).matchLabels, labelsOf(metadata.name));
			const names = (workload(metadata.name).spec.template.spec.containers[0].ports ?? []).map(({ name }) => name);
			const open = (spec.ingress ?? []).flatMap(({ ports = [] }) => ports.map(({ port }) => port));
			expect(open).toEqual(names);
		}
		const budget = all.find(({ kind }) => kind === 'PodDisruptionBudget');
		expect(budget?.spec).toMatchObject({
			maxUnavailable: 1,
			selector: { matchLabels: labelsOf('footfall-collector') },
		});
	});

	it('leave one process to run the transforms', () => {
		expect(workload('footfall-transforms').spec).toMatchObject({ replicas: 1, strategy: { type: 'Recreate' } });
	});

	it('are described in files that there are', () => {
		expect(existsSync(join(dirname(folder), 'kubernetes/README.md'))).toBe(true);
	});
});
