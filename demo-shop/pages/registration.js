// The script of the registration page: it stores a customer id in this browser and passes only this id to the tracker.
const key = 'shop_customer';
const form = document.querySelector('#registration');
const status = document.querySelector('[role=status]');

form.addEventListener('submit', (event) => {
	event.preventDefault();
	const id = localStorage.getItem(key) ?? `customer-${crypto.randomUUID()}`;
	localStorage.setItem(key, id);
	window.footfall?.('identify', id);
	status.textContent = `Welcome, ${new FormData(form).get('name')}. You are registered.`;
	form.reset();
});
