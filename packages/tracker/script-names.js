/**
 * Names of variables in the script, those of the most used variables first, and the order of its functions by their
 * names. They matter only because names that resemble each other in similar places compress better, and so does the
 * same code where it is near. Any names and any order work; these save about 150 bytes.
 * `node scripts/tracker-letters.js` has found them by trial, and searches for better ones after changes of the code.
 */
export const scriptNames = (
	's r n f t o b e j S d F Y U M O v D T p V k x R Q J u i y c w A C B $ I z g P X G L m Z K a q H l h E _ N W ' +
	'bs dn ks ir Ss cs Gs rs ys Rs nr nu pu $s cr xn ou cu ss gs Ts ds ns fs rr pr vs $e un es ts fr os ru ls su ' +
	'en ms dr tn $r se Kn tu on Yn rn fn Gr ne ln pn ut ur sr eu bt re ue Tr At ie yt xt fu Yr Fs Xr Sn Is Ct xr ' +
	'Or As qs Pn _r Br Ms Zr Rr Ds mr Tt Fr jr bm Ar $u wr Tn Kr lr Js Nr Ou Ur Ks br Mr nt te ar ws Ye _n tr St ' +
	'Lr $n Hr Vt Ns qn On Rn cn Vn Zs Gn an Cn _e zt er kn En hn Dn ku im Un jn ft ym An Qn pe Hn Sr zn Zn Fn Os ' +
	'qr vu vn Nn fm Wn Eu Ln _u Jn yn wn gn lu Bn Vs et st Ve mt lt mu qt Ot Et Pe Xs me It at _t yr uu Yt kt $t ' +
	'Pt du Dt lm _s Lt jt Rt Nt Us Lu xe Kt Nm dm Zt Ht ct Ft Wr vt Bm Hs Wt ht or Mt Jt Xn Dr hs Gt Bt Mn rm nm ' +
	'tm mm um em qm Om Pm Jr Vm xm Im am Cm Sm pm Ym km Em $m Zm Dm _m wt Um jm Rm gu Am Lm Cs Km Tm mn Qm Hm cm ' +
	'Fm Xm vm tt zs Wm hm hu Mm Jm ot wm gm Gm bn Qt rt Wu Ir Cr Pr hr qu wu it bu Vu Bs Iu au Cu Gu Ut Ys Du zm ' +
	'sm iu pt Qs Su Uu ju Ru Vr Ju Qu Xu Ku Ls Pu Zu Hu Qr Fu Tu kr Nu nn js xu Ee Mu Yu yu Er om us Bu gt gr In ' +
	'zu Ps dt ee qe Oe Au de Ws Xt Ie ae Ce Le sn ps ke vr zr Es xs De'
).split(' ');

export const scriptOrder = (
	'ir on Ss pr cs pn ys vs gs pu ru $e rs Rs ls Gr nu ts fn Yn nr tn sr ou cr xn en tu cu fs se ue eu rr os dr ' +
	'ln es Gs un fr ur $r su rn ns Kn ut bt ne Ts $s re ms ds ss'
).split(' ');
