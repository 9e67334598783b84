export { ipv6Groups, plainAddress } from './ip-address.js';
export { networkOf, type SenderNetworks, senderNetworks, wideNetworkShare } from './networks.js';
