import Link from 'next/link';

export default function Home() {
	return (
		<main data-ff-page="home">
			<Link href="/mug">A mug</Link>
		</main>
	);
}
