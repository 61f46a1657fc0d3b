package secret

// documentedValues are the first eight bytes of the SHA-256 of values that were published to show what a credential looks like,
// or that ship with an emulator. They are kept as hashes so that this source is no place where a credential stands.
var documentedValues = map[uint64]struct{}{
	// AWS's documentation: the key pair of the user "Bob"
	0x1a5d44a2dca19669: {},
	0x78314b11be2e5815: {},
	0xc6ea27c534f993d3: {},
	0xe21b597ba6b9cafa: {},
	// Azure: the storage emulators' account key, the Cosmos DB emulator's key
	0x0011cc25eb432071: {},
	0xaa6547439583c3a2: {},
	// JSON Web Tokens: the signatures shown on jwt.io and in RFC 7515
	0x051d093c4bdedbf2: {},
	0x08831f80b56414a9: {},
	0x0998bb2db31482a8: {},
	0xeaa5581c2e8d2f44: {},
	0x13d31e961a1ad8ec: {},
	// Kubernetes: bootstrap tokens in the documentation
	0xa4b8b245ab28bc4f: {},
	0x3002888f967a7086: {},
	// Stripe: the keys of its documentation
	0x2cafc0970149a84f: {},
	0xf2d6ca16515033e5: {},
	0xb1471f544ceeea31: {},
	// Google: reCAPTCHA's test keys, Maps' documentation
	0x03b970ed8171d73b: {},
	0xf5e95c9954635b65: {},
	0xac9265e56c79b234: {},
	0x44b9f0d854dcf201: {},
	// OAuth: RFC 5849, RFC 6749, RFC 6750, OpenID Connect
	0xcb87c87e4a138d9a: {},
	0x649e1f5c769e718b: {},
	0x4c20e6f5cc11b937: {},
	0xbb9b1163338b2a51: {},
	0x6c96130f130ab0d6: {},
	0x00cf4c781dc37003: {},
	0xe9974c507d2a8021: {},
	0x53f5da0aaa93d64c: {},
	0xb8e148545b13c78b: {},
	0xad71fb4165536675: {},
	0x41ef4bb0b23661e6: {},
	0xcf4d418ed3de92d7: {},
	// WebSocket: RFC 6455
	0x15cef4b629cc2d07: {},
	0x507e2ce3c522082b: {},
	// Telegram: the Bot API's manual
	0x731fa294d036e54f: {},
	0x0b5dd075ccdd03c4: {},
	// Slack: the documentation of tokens
	0xf5375a46365089a8: {},
	// Frameworks: the stand-ins of Symfony and Laravel
	0x519e3ece10ca70b6: {},
	0x07f76f87ea3cbc8b: {},
	0xeccdb933c77f3c43: {},
	// age: the specification and manual
	0x789eb04ae4c00984: {},
	0x370e317aeb39c3cd: {},
	// Bitcoin wiki: the wallet import format
	0x9d6a2b9d1f01d457: {},
	// Analytics keys that ship inside public packages
	0x2f21fd9c81678e39: {},
}
