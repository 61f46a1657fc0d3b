// A certified OpenID provider for the tests of internal/people. Its one client comes as JSON in the environment variable CLIENT, its people by PUT /people;
// it prints its address as one line. Its own forms (devInteractions) ask for a login: any password will do.
import { createServer } from 'node:http';
import { Provider } from 'oidc-provider';

const client = JSON.parse(process.env.CLIENT);
let people = {};
let answer;

const server = createServer(async (req, res) => {
  if (req.method !== 'PUT' || req.url !== '/people') return answer(req, res);
  let text = '';
  for await (const part of req) text += part;
  people = JSON.parse(text);
  return res.end();
});
server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [client],
    cookies: { keys: ['for-tests-only'] },
    claims: {
      openid: ['sub', 'sid'], profile: ['name', 'preferred_username'], email: ['email', 'email_verified'], groups: ['groups'],
    },
    features: { devInteractions: { enabled: true }, backchannelLogout: { enabled: true }, rpInitiatedLogout: { enabled: true } },
    pkce: { required: () => true },
    fetch: (url, { dispatcher, ...options }) => fetch(url, options), // its own would not speak to this machine
    async findAccount(ctx, id) {
      const person = people[id];
      return person && { accountId: id, async claims() { return { sub: id, ...person }; } };
    },
  });
  for (const event of ['server_error', 'backchannel.error']) provider.on(event, (ctx, err) => console.error(event, err));
  answer = provider.callback();
  console.log(issuer);
});
process.stdin.on('end', () => process.exit(0)).resume(); // it does not outlive the test
