package notify

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"mime"
	"mime/quotedprintable"
	"net"
	"net/smtp"
	"net/textproto"
	"net/url"
	"slices"
	"strings"
	"time"
)

// mailWithin bounds a whole conversation with a mail server.
const mailWithin = 25 * time.Second

// mail sends a plain text (RFC 5322) by SMTP (RFC 5321), with TLS from the beginning or by STARTTLS (RFC 3207). Its Message-ID is the same for every try,
// so that servers that look see a copy.
func (c *call) mail(ctx context.Context) error {
	to := c.msg.Mail
	if len(to) == 0 {
		to = c.hook.To
	}
	if len(to) == 0 {
		return dead{"the hook names nobody to write to"}
	}
	u, err := url.Parse(c.secret.URL)
	if err != nil {
		return dead{"the address of the mail server cannot be read"}
	}
	ctx, cancel := context.WithTimeout(ctx, mailWithin)
	defer cancel()
	s, err := c.openMail(ctx, u)
	if err != nil {
		return err
	}
	defer s.Close()
	if err := s.Mail(c.hook.From); err != nil {
		return refusal("the sender", err)
	}
	var refused []string
	for _, one := range to {
		if err = s.Rcpt(one); err != nil {
			refused = append(refused, one)
		}
	}
	if len(refused) == len(to) {
		return refusal("all who are written to", err)
	}
	w, err := s.Data()
	if err != nil {
		return refusal("the mail", err)
	}
	if _, err := w.Write(c.letter(to)); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return refusal("the mail", err)
	}
	if len(refused) > 0 {
		c.note = "the mail server does not take mail for " + strings.Join(refused, ", ")
	}
	_ = s.Quit() // the mail is taken
	return nil
}

// openMail connects and signs in.
func (c *call) openMail(ctx context.Context, u *url.URL) (*smtp.Client, error) {
	host, port := u.Hostname(), u.Port()
	direct := u.Scheme == "smtps"
	if port == "" {
		port = map[bool]string{true: "465", false: "587"}[direct]
	}
	conn, err := c.worker.client.dial(ctx, "tcp", net.JoinHostPort(host, port))
	if err != nil {
		return nil, err
	}
	if end, ok := ctx.Deadline(); ok {
		if err := conn.SetDeadline(end); err != nil {
			return nil, errors.Join(err, conn.Close())
		}
	}
	config := &tls.Config{ServerName: host, MinVersion: tls.VersionTLS12, RootCAs: c.worker.client.roots}
	if direct {
		conn = tls.Client(conn, config)
	}
	s, err := smtp.NewClient(conn, host)
	if err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	if err := c.greet(s, config, direct); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

func (c *call) greet(s *smtp.Client, config *tls.Config, direct bool) error {
	if err := s.Hello(c.domain()); err != nil {
		return refusal("the greeting", err)
	}
	secure := direct
	if offered, _ := s.Extension("STARTTLS"); offered && !direct {
		if err := s.StartTLS(config); err != nil {
			return err
		}
		secure = true
	}
	if !secure && (!c.worker.client.private || c.secret.User != "") {
		return errors.New("the mail server offers no TLS, so it is not trusted with mail")
	}
	if c.secret.User == "" {
		return nil
	}
	if err := s.Auth(smtp.PlainAuth("", c.secret.User, c.secret.Password, config.ServerName)); err != nil {
		return refusal("the account", err)
	}
	return nil
}

// refusal says what a mail server does not take, by the number of its answer. What it says besides is not shown.
func refusal(what string, err error) error {
	var answer *textproto.Error
	if errors.As(err, &answer) {
		return fmt.Errorf("the mail server does not take %s (%d)", what, answer.Code)
	}
	return err
}

// domain is that of the sender.
func (c *call) domain() string {
	_, domain, _ := strings.Cut(c.hook.From, "@")
	return domain
}

// letter writes the mail. Headers are made of checked addresses and of one encoded line, so no text can add a header.
func (c *call) letter(to []string) []byte {
	var b bytes.Buffer
	header := func(name, value string) { b.WriteString(name + ": " + value + "\r\n") }
	header("From", "reeve <"+c.hook.From+">")
	header("To", strings.Join(slices.Clone(to), ",\r\n "))
	header("Subject", mime.QEncoding.Encode("utf-8", line(c.msg.Title, maxTitle)))
	header("Date", at(c.row.Made).Format(time.RFC1123Z))
	header("Message-ID", "<"+c.id+"@"+c.domain()+">")
	header("Auto-Submitted", "auto-generated")
	header("MIME-Version", "1.0")
	header("Content-Type", "text/plain; charset=utf-8")
	header("Content-Transfer-Encoding", "quoted-printable")
	b.WriteString("\r\n")
	w := quotedprintable.NewWriter(&b)
	_, _ = w.Write([]byte(strings.ReplaceAll(c.paragraphs(), "\n", "\r\n"))) // a buffer takes everything
	_ = w.Close()
	return b.Bytes()
}
