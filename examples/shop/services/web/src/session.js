const jwt = require('jsonwebtoken');
const keys = require('./keys');

// Who calls, from the token of the request. Partners sign with their own keys.
exports.customer = (header) =>
  new Promise((resolve, reject) =>
    jwt.verify(header.slice('Bearer '.length), keys.lookup, (err, who) => (err ? reject(err) : resolve(who))));
