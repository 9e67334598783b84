/**
 * Names of variables in the script, those of the most used variables first, and the order of its functions by their
 * names. They matter only because names that resemble each other in similar places compress better, and so does the
 * same code where it is near. Any names and any order work; these save about 150 bytes.
 * `node scripts/tracker-letters.js` has found them by trial, and searches for better ones after changes of the code.
 */
export const scriptNames = (
	's r n f t o b e m W a B I R V c v G T p Q d x S Y C u H k A j z L Z $ D g y N J F P w E M K U O l h q _ i X ' +
	'Xs zr ks ir os cs xs rs ys ls nr nu pu $s cr xn ou tn ss ts Ts gs ns As rr pr ps $e sm es vs fr Rn sn ws su ' +
	'ie ft dr cu st se Dn tu fn dn rn on Fr ne de yn ut yr sr Nt at re ue Tr At en yt xt fu Yr eu Xr Sn Is Ct xr ' +
	'Or Ss qs Pn _r Br Ms Zr Rr Ds mr Tt Gr jr bm Ar $u wr Tn Kr lr Js Nr Ou Ur Ks br Mr nt te ar ru Ye _n tr St ' +
	'Lr $n Hr Vt Ns qn On ln cn Vn Zs Gn an Cn _e zt er kn En hn Zn ku im Un jn ms ym An Qn pe Hn Sr zn Kn Fn Os ' +
	'qr vu vn Nn fm Yn Eu Ln _u Jn Wn wn gn lu Bn Vs et $r Ve mt lt mu qt Ot Et Pe bs me It or _t ur uu Yt kt $t ' +
	'Pt du Dt lm _s Lt jt Rt Fs Us Lu xe Kt Nm dm Zt Ht ct Ft Wr vt Bm Hs Wt ht bt Mt Jt Xn Dr Rs Gt Bt Mn rm nm ' +
	'tm mm um em qm Om Pm Su Vm xm Im am Cm Sm pm Ym km Em $m Zm Dm _m wt Um jm Rm gu Am Lm Cs Km Tm mn Qm Hm cm ' +
	'Fm Xm vm tt zs Wm hm hu Mm Jm ot un gm Gm bn Qt rt Wu Ir Cr Pr hr qu wu it bu Vu Bs Iu au Cu Gu Ut Ys Du zm ' +
	'Jr iu pt Qs wm Uu ju Ru Vr Ju Qu Xu Ku Ls Pu Zu Hu Qr Fu Tu kr Nu nn js xu Ee Mu Yu yu Er om us Bu gt gr In ' +
	'zu Ps dt ee qe Oe Au fs Ws Xt Ie ae Ce Le hs ds ke vr pn Es Gs De'
).split(' ');

export const scriptOrder = (
	'yn ir fn os pr cs ts ws ps xn pu sn $e rs ls Fr vs dn on nu su cu gs nr ou sr cr ie tn As se ue Nt rr Rn dr ' +
	'es xs sm fr yr st rn ns ys tu Dn ut at ne re Ts $s de ss ft'
).split(' ');
