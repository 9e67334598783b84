/**
 * Functions of ClickHouse whose result is not determined by their arguments, in small letters. The lists are those of
 * the table system.functions of ClickHouse, and a test compares them with the server.
 */
const ofTime = `
	curdate current_date current_timestamp initial_query_start_time initialquerystarttime localtime localtimestamp
	now now64 nowinblock nowinblock64 today uptime utc_timestamp utctimestamp yesterday zookeepersessionuptime
`;

const ofOthers = `
	arraypartialreversesort arraypartialshuffle arraypartialsort arrayrandomsample arrayshuffle authenticateduser
	authuser blocknumber blockserializedsize blocksize buildid catboostevaluate chdb connection_id connectionid
	current_database current_query_id current_schemas current_user currentdatabase currentprofiles currentqueryid
	currentroles currentschemas currentuser database datetimetouuidv7 defaultprofiles defaultroles displayname
	enabledprofiles enabledroles filesystemavailable filesystemcapacity filesystemunreserved
	financialnetpresentvalueextended fqdn fullhostname fuzzbits generaterandomstructure generateserialid
	generatesnowflakeid generateuuidv4 generateuuidv7 getmacro getmergetreesetting getoskernelversion getserverport
	getserversetting getsetting getsettingordefault hostname initial_query_id initialqueryid lowcardinalityindices
	lowcardinalitykeys naivebayesclassifier naivebayesclassifierwithallprobs naivebayesclassifierwithprob
	obfuscatequery query_id queryid rand rand32 rand64 randbernoulli randbinomial randcanonical randchisquared
	randconstant randexponential randfisherf randlognormal randnegativebinomial randnormal randomfixedstring
	randomprintableascii randomstring randomstringutf8 randpoisson randstudentt randuniform revision
	rownumberinallblocks rownumberinblock schema servertimezone serveruuid session_user shardcount shardnum tcpport
	timeseriescopytag timeseriescopytags timeseriesextracttag timeseriesgrouptosamplingkey timeseriesgrouptotags
	timeseriesidtogroup timeseriesidtotags timeseriesidtotagsgroup timeseriesjointags timeseriesremovealltagsexcept
	timeseriesremovetag timeseriesremovetags timeseriesreplacetag timeseriestagsgrouptotags timeseriestagstogroup
	timeseriesthrowduplicateseriesif timezone transactionid user version
`;

const readingFunctions = /^(?:dict(?:get\w*|has|isin)|joinget\w*|file|hascolumnintable)$/;

/** Functions that the server counts among these, and that a model may call: they depend on their arguments alone. */
const steadyFunctions = new Set(
	'__applyfilter arrayjoin unnest isconstant tocolumntypename dumpcolumnstructure'.split(' '),
);

const split = (list: string) => new Set(list.trim().split(/\s+/));
const [timeNames, otherNames] = [split(ofTime), split(ofOthers)];

/** Functions that can be called without parentheses, as if they were columns. */
const calledByName =
	split(`now current_date current_timestamp curdate localtime localtimestamp utc_timestamp current_user
	session_user current_database current_schema current_query_id`);

/** Something other than its arguments on which a function depends. */
export type Dependence = 'time' | 'server' | 'tables';

/** Finds on what a function depends, apart from its arguments; undefined for nothing else. Pure. */
export function dependenceOf(name: string): Dependence | undefined {
	const small = name.toLowerCase();
	if (steadyFunctions.has(small)) return undefined;
	if (timeNames.has(small)) return 'time';
	if (readingFunctions.test(small)) return 'tables';
	return otherNames.has(small) || /^(?:rand|generate)/.test(small) ? 'server' : undefined;
}

/** Whether a name calls a function although no parentheses follow. Pure. */
export const isCalledByName = (name: string): boolean => calledByName.has(name.toLowerCase());

/** Whether a function depends on its arguments alone although the server says something else. Pure. */
export const isSteadyAnyway = (name: string): boolean => steadyFunctions.has(name.toLowerCase());
