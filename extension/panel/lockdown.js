// @ts-check
// First statement of the page, before anything else is loaded: what the content security policy does not govern is
// taken away. A page's policy stops fetches, sockets, beacons, images, frames and forms, but neither WebRTC's packets
// nor a new window (measured). Chartside uses none of these.
(() => {
  const names = [
    'RTCPeerConnection', 'webkitRTCPeerConnection', 'mozRTCPeerConnection', 'RTCDataChannel', 'RTCIceTransport',
    'RTCDtlsTransport', 'RTCSctpTransport', 'WebTransport', 'open', 'showOpenFilePicker', 'PresentationRequest',
  ];
  for (const name of names) {
    Object.defineProperty(globalThis, name, { value: undefined, writable: false, configurable: false });
  }
})();
