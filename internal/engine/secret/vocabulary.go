package secret

import (
	"strings"
	"sync"
)

// role is the part a word may play in an identifier; a word may have several.
type role uint16

const (
	// passwordWord and secretWord are heads of their own; keyWord and passWord are heads after certain words only.
	passwordWord role = 1 << iota
	secretWord
	keyWord
	passWord
	// keyPrefix before "key" makes a secret ("api key"); passPrefix before "pass" a password ("db pass").
	keyPrefix
	passPrefix
	// passing before "token" makes it one that lives for a page or a parse ("next token").
	passing
	// neutral after a head says which one or in what form it is, and leaves it a secret ("password prod", "token base64").
	neutral
	// turning after a head makes it something else ("password field", "token type").
	turning
	// asking at the start makes it a question or an action ("has password", "reset password").
	asking
	// public anywhere makes it public ("public key", "csrf token").
	public
)

// roles are the roles of each word.
var roles = sync.OnceValue(func() map[string]role {
	m := make(map[string]role, 700)
	for _, list := range []struct {
		role  role
		words string
	}{
		{passwordWord, `password passwd passwort pwd pswd psw passphrase passcode pw passw pasword passwrd userpassword
			contrasena contraseña senha motdepasse wachtwoord kennwort losenord lösenord parola haslo hasło heslo adgangskode passord`},
		{secretWord, `secret token credential credentials cred creds jwt bearer passkey apikey secretkey accesskey authtoken accesstoken
			clientsecret appsecret authkey secrets authorization pat`},
		{keyWord, `key keys salt`},
		{passWord, `pass`},
		{keyPrefix, `api access secret private auth authentication encryption signing sign signature master account shared subscription service
			app application consumer webhook hmac jwt session cookie ssh deploy crypt crypto aes des rsa ecdsa cipher integration admin root security
			validation decryption machine license licence server client write rest functions function host storage instrumentation ingestion
			authorization registration maps translate search index send sending bot user project team org organization account
			activation agent backup data payment gateway merchant partner provider enc symmetric wallet nonce logged in`},
		{passPrefix, `db database user admin root mysql postgres postgresql pg mssql sql smtp mail email imap pop ftp sftp ssh ldap http proxy
			redis mongo mongodb rabbitmq amqp mq keystore truststore jks cert certificate login my account jenkins nexus artifactory sonar
			wifi wlan vnc rdp vpn svn git default guest test zip rar pdf bind sudo su os kafka elastic elasticsearch es cassandra oracle ora
			wp ssl tls key p12 pfx samba smb cifs ansible become web site basic`},
		{passing, `page next previous prev sync continuation cancel cancellation syntax lexer start end mask pad padding eos bos unk sep cls
			special max min num stop word current parse parsed peek lookahead expected unexpected total input output prompt completion cached
			string identifier keyword operator close open comma newline whitespace eof resume cursor paging pagination resumption change
			interruption stopping invalidation concurrency design color spacing theme style semantic sibling child parent first`},
		{neutral, `prod production dev development staging stage stg qa uat local live sandbox sbx preprod preview eu us de uk fr global internal
			external value val str string text plain plaintext clear cleartext raw b64 base64 encoded old new current previous default primary
			secondary backup tmp temp base material long short main root admin user readonly ro rw write read hex master test demo utf bytes data constant const content contents confirmation confirm again repeat verify retype for`},
		{turning, `id ids name names field fields file files filename filepath path paths dir directory folder url uri urls uris endpoint endpoints
			hostname port type types kind length len size count counter limit expires expire expiry expiration expired ttl timeout age lifetime
			duration date time timestamp at hash hashed hashes hasher hashing digest checksum sha sha1 sha256 md5 fingerprint thumbprint algorithm alg algo policy policies rule
			rules regex regexp pattern validator validators valid validity format label title placeholder hint message messages msg error errors err help
			description desc info information page screen view views dialog modal panel element el elem selector class classname css ref refs reference arn
			version versions enabled disabled required optional exists status state mode strength score meter changed update updated reset recovery
			visible visibility toggle manager service provider factory handler helper util utils store repository repo generator encoder
			decoder encryptor controller model entity dto schema object obj list array table column col row idx param params parameter parameters
			arg args argument option options opts flag var variable variables env envvar prefix suffix header headers request response
			req res resp callback cb func fn mock event listener hook used usage source src scope scopes issuer audience subject claims claim owner
			username email group role roles permission permissions bundle ring keyring board code codes press down up left right word words
			frame pair pairs alias aliases spec ops stdin prompt form input button btn icon link box control component container template templates
			middleware strategy guard interceptor filter plugin client adapter module package lib library test tests tester testing iterator stream
			parser lexer tokenizer kinds position pos offset index begin start end line column range span text node list stack buffer
			bucket limiter rate price cost amount balance symbol contract supply address mint transfer holder holders
			attempts attempt retries retry reminder question answer change changer location vault resolver fetcher loader reader writer
			cache cached lifespan threshold complexity history minimum maximum min max chars characters digits charset char autocomplete
			success failed failure failures invalid missing mismatch incorrect wrong denied revoked grant grants
			exchange flow introspection revocation refresh verification lookup map mapping set get sets equal equals match matches
			rotation rotate renewal renew interval period delay days hours minutes seconds
			pub cert certificate certs crt pem jks keystore truststore backend engine mount volume mounts projection provisioner
			operator injector syncer annotation annotations namespace keyword identifier descriptor handle session context config configuration
			settings setting manifest metadata yaml yml json xml csv txt md html doc docs png svg jpg js ts py rb go java cs php sh so exe`},
		{asking, `is has had have should needs need requires require required use uses using allow allows enable disable show hide no not missing
			invalid incorrect wrong forgot forget forgotten lost reset change check checks validate validates can must if when where what why how
			generate create encode decode encrypt decrypt verify compare rotate revoke expire regenerate get gets fetch find load retrieve resolve
			delete remove clear unset invalidate parse extract describe expect assert enter choose unable failed cannot could`},
		{public, `public pub publishable csrf xsrf foreign partition sort idempotency i18n locale translation checksum integrity etag commit site sitekey
			measurement hashed redacted masked anti antiforgery forgery requestverificationtoken authenticity csrfmiddlewaretoken csrftoken xsrftoken viewstate label title placeholder hint tooltip caption message msg error err warning`},
	} {
		for word := range strings.FieldsSeq(list.words) {
			m[word] |= list.role
		}
	}
	return m
})

// roleOf gives the roles of a lower-case word. Numbers and single letters tell one of several secrets from the others.
func roleOf(word []byte) role {
	if len(word) == 1 || len(word) > 1 && classOf[word[0]] == digit {
		return neutral
	}
	return roles()[string(word)]
}
