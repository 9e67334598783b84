/**
 * Names of variables in the script, those of the most used variables first. Their order matters only because names that
 * resemble each other in similar places compress better. Any order works; this one saves about 100 bytes.
 * `node scripts/tracker-letters.js` has found it by trial, and can search for a better one after changes of the code.
 */
export const scriptNames = (
	's r n z T c C $ d I g K b V J W f y p i l A N v k B R D Y u x Z U X E M _ j t w Q o F H L a m O q S G h P e ' +
	'Ss Hs ns Ys ws Zs Us us un st rs $r Ks ds rt zs nu su Ts xs Ms cs rn $e Bs es Rs bs As gs Es js ts $s ss se ' +
	'en wr zu Ir hr yr sr hs Gs ks ms zr Gr Cs ys Vs te kr nr Wr fr ne Js Tr rr Ls vr Ut Os or ar Cr Lr pr Xt xr ' +
	'Or Fs qs gu _r Br tr qr Rr Ds gr Tt Fr vs jr Ar Zr Hr cr Kr lr Qs Nr Ou Ur Xs br Mr Jr Yr mr ir Ye _n sn St ' +
	'nn tn mn Vt xe qn On Pn dn Vn xn In an Cn Ln pn Yn kn En $n Dn wt Sn Un jn Rn fn An Qn Xn Kn Tn zn Zn Hn cn ' +
	'Fn ln vn Nn on Wn hn bn Eu Jn yn wn gn Gn Bn Ns et nt Ve mt ut mu qt Ot Pt dt re me It at Ct Lt uu Yt kt Et ' +
	'$t fu Dt _t _s Is jt Rt ft At Qt Xr Kt Nm zt Zt Ht ct Ft lt vt Nt ot Wt ht bt Mt Jt yt Dr gt Gt Bt Mn rm nm ' +
	'tm mm um em qm Om Pm dm Vm xm Im am Cm Lm pm Ym km Em $m im Dm _m Sm Um jm Rm fm Am Qm Xm Km Tm eu Zm Hm cm ' +
	'Fm lm vm tt ls Wm hm bm Mm Jm ym wm gm Gm Bm it ru Wu Qr cu Pr Er qu wu ku bu Vu iu Iu au Cu Lu Pe Yu Du zm ' +
	'$u du pt _u Su Uu ju Ru Vr Au Qu Xu Ku Tu Pu Zu Hu pu Fu lu vu Nu ou sm hu Gu Mu Ju yu os om tu Bu ps ur xu ' +
	'Sr Ps ue ee qe Oe xt de Ws dr Ie ae Ce Le pe fs ke Ee er ie De _e'
).split(' ');
