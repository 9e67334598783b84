/**
 * Names of variables in the script, those of the most used variables first, and the order of its functions by their
 * names. They matter only because names that resemble each other in similar places compress better, and so does the
 * same code where it is near. Any names and any order work; these save about 150 bytes.
 * `node scripts/tracker-letters.js` has found them by trial, and searches for better ones after changes of the code.
 */
export const scriptNames = (
	's r n z t o b $ c P x w g Z i R h X T p D f k _ O F u W y N S d I G v C e Y H J V U a B E M L A l j K m q Q ' +
	'fn ot st zu Is cs ss Ss ys cr nr nu pu sm fm zs ou se Ms gs Ts vs ns Qr Ls pr ds $e nn rs ms fr fs ru ls su ' +
	'ir us dr sr wr sn lu tu js Zs cn tr or ne ln pn ut nt $r Kn zr re dt Tr At ie vr xt Gs Yr Fs Cr Sn es Ct xr ' +
	'Or ts qs Pn _r Br bs Zr Rr Ds mr Tt Fr jr In Ar Jr Hr Qs Kr lr Js Nr Ou Ur Ks br Mr ur te ar ws Ye _n yr St ' +
	'Lr tn Gr Vt Ns qn On Rn rn Vn xn Gn an Cn _e zt er kn En $n Dn ku im Un jn ft dn An Qn Xn Hn Ln zn Zn Fn Os ' +
	'qr vu vn Nn Xr Wn hn Yn Eu Jn yn wn gn eu Bn Vs et ks Ve mt lt mu qt Ot Et Pe Xs me It at _t Lt uu Yt kt $t ' +
	'Pt fu Dt lm _s os jt Rt Nt Us Lu xe Kt Nm dm Zt Ht ct Ft Wr vt Bm Hs Wt ht bt Mt Jt yt Dr hs Gt Bt Mn rm nm ' +
	'tm mm um em qm Om Pm Qt Vm xm Im am Cm Sm pm Ym km Em $m Zm Dm _m wt Um jm Rm gu Am Lm Cs Km Tm mn Qm Hm cm ' +
	'Fm Xm vm tt Bs Wm hm bm Mm Jm ym wm gm Gm bn it rt Wu Ir cu Pr hr qu wu on bu Vu Tn Iu au Cu Gu Ut Ys Du zm ' +
	'$u iu pt _u Su Uu ju Ru Vr Ju Qu Xu Ku Tu Pu Zu Hu du Fu rr kr Nu un $s hu Rs Mu Yu yu Er om xs Bu gt gr xu ' +
	'Sr Ps ue ee qe Oe Au de Ws Xt Ie ae Ce Le pe ps ke Ee en Es As De'
).split(' ');

export const scriptOrder = (
	'fm fr zu Is pr cs pn ys js $e Ss cr pu nu gs sm ds nr sr zs ou $r dt ir ms ns Qr Kn Ls fs dr nn cn ls sn or ' +
	'se tr rs Ts ss ru wr tu ln lu Zs ut nt vs zr ne re us su Ms'
).split(' ');
