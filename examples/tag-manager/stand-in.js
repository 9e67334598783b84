// Takes the place of Google Tag Manager in this example, so that it needs no account and no server of Google. It runs
// the Custom HTML tags of container.json as a tag manager does: it parses their HTML, and makes each script element
// again, since a browser runs none that was parsed by a script. Attributes other than these are lost.
const attributes = ['async', 'id', 'src', 'type'];

function run(html) {
	const template = document.createElement('template');
	template.innerHTML = html;
	for (const parsed of template.content.querySelectorAll('script')) {
		const script = document.createElement('script');
		for (const name of attributes) {
			if (parsed.hasAttribute(name)) script.setAttribute(name, parsed.getAttribute(name));
		}
		script.text = parsed.text;
		document.body.append(script);
	}
}

const response = await fetch('container.json');
const { containerVersion } = await response.json();
for (const { type, parameter } of containerVersion.tag) {
	if (type === 'html') run(parameter.find(({ key }) => key === 'html').value);
}
