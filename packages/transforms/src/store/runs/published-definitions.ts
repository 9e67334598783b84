import { type Definitions, defaultDefinitions } from '@footfall/definitions';
import { type Warehouse, WarehouseError } from '@footfall/warehouse';
import { compileOrThrow } from '../../compile/compile.js';
import type { Project } from '../../compile/project.js';

/** Code of ClickHouse for a table or a view that does not exist. */
const unknownTable = 60;

/**
 * A project with the definitions of the published marts, if it was compiled without any: marts stay as they are while
 * definitions.json has faults, or where a command does not read it. Before the first run, they are the default ones.
 *
 * @throws WarehouseError
 */
export async function withPublishedDefinitions(warehouse: Warehouse, project: Project): Promise<Project> {
	if (project.areDefinitionsRead) return project;
	const json = await readJson(warehouse);
	const known = compiled.get(project);
	if (known !== undefined && known.json === json) return known.project;
	const definitions: Definitions = json === undefined ? defaultDefinitions : JSON.parse(json);
	const { own } = project;
	const { definitionsFault } = project;
	const compiledAgain = compileOrThrow(undefined, { ...project.parameters, definitions });
	const again = { ...compiledAgain, own, ...(definitionsFault === undefined ? {} : { definitionsFault }) };
	compiled.set(project, { json, project: again });
	return again;
}

/** The last result for each project: a process that repeats runs asks for it before each of them. */
const compiled = new WeakMap<Project, { json: string | undefined; project: Project }>();

async function readJson(warehouse: Warehouse): Promise<string | undefined> {
	try {
		const [row] = await warehouse.query<{ json: string }>('SELECT json FROM definitions');
		return row?.json;
	} catch (error) {
		if (error instanceof WarehouseError && error.code === unknownTable) return undefined;
		throw error;
	}
}
