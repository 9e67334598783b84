import type { PageContent } from './layout.js';
import { trackedLink } from './tracked-link.js';

export function registrationPage(): PageContent {
	return {
		path: '/registration',
		title: 'Register',
		tracked: 'registration',
		script: 'registration.js',
		main: `<h1>Register</h1>
<p class="lead">So that we know each other next time.</p>
<form class="panel" id="registration">
	<p>
		<label for="name">Your name</label>
		<input id="name" name="name" autocomplete="name" maxlength="100" required>
	</p>
	<p>
		<label for="email">Your email address</label>
		<input id="email" name="email" type="email" autocomplete="email" maxlength="200" required aria-describedby="email-use">
		<span class="hint" id="email-use">It stays in this browser: the shop is a demo.</span>
	</p>
	<p class="actions"><button class="button">Register</button></p>
</form>
<p class="status" role="status"></p>
<p><a ${trackedLink('/catalog')}>Look at the catalogue</a></p>`,
	};
}
