// The key of a partner, by the id in the token's head.
exports.lookup = (head, done) => done(null, process.env['PARTNER_KEY_' + head.kid]);
