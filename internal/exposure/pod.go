package exposure

import (
	"net/url"
	"strings"
)

// readWorkload reads what runs pods; template is the pod template, or the Pod itself.
func (o *object) readWorkload(spec, template node) *workload {
	w := &workload{replicas: spec.get("replicas").number(), suspended: spec.get("suspend").isTrue(), pod: template.get("metadata", "labels").table()}
	if w.pod == nil && spec.get("selector").isMap() {
		w.pod = spec.get("selector", "matchLabels").table()
	}
	pod := template.get("spec")
	for _, right := range []string{"hostPID", "hostIPC"} {
		if n := pod.get(right); n.isTrue() {
			w.grant(right, n)
		}
	}
	if n := pod.get("hostNetwork"); n.isTrue() {
		w.hostPort, w.hostPortLine = true, n.line()
	}
	for v := range pod.get("volumes").items() {
		if p := v.get("hostPath", "path"); powerful(p.str()) {
			w.grant("the host's "+p.str(), p)
		}
	}
	for c := range pod.get("initContainers").items() {
		w.container(o.file, c, c.get("restartPolicy").str() != "Always")
	}
	for c := range pod.get("containers").items() {
		w.container(o.file, c, false)
	}
	return w
}

func (w *workload) grant(right string, at node) {
	if w.privileged == "" {
		w.privileged, w.privilegedLine = right, at.line()
	}
}

// powerful tells whether a path of the host gives power over it.
func powerful(path string) bool {
	switch strings.TrimRight(path, "/") {
	case "/var/run/docker.sock", "/run/docker.sock", "/run/containerd/containerd.sock", "/var/run/containerd/containerd.sock", "/var/run/crio/crio.sock",
		"/etc", "/root", "/proc", "/var/run", "/run", "/var/lib/kubelet", "/var/lib/docker", "/etc/kubernetes":
		return true
	case "":
		return path != ""
	}
	return false
}

func (w *workload) container(file string, c node, start bool) {
	i := image{container: c.get("name").str(), name: c.get("image").str(), file: file, line: c.get("image").line(), start: start}
	for p := range c.get("ports").items() {
		i.ports = append(i.ports, p.get("containerPort").str())
		if name := p.get("name").str(); name != "" {
			i.ports = append(i.ports, name)
		}
		if h := p.get("hostPort"); h.number() > 0 {
			w.hostPort, w.hostPortLine = true, h.line()
		}
	}
	security := c.get("securityContext")
	if n := security.get("privileged"); n.isTrue() {
		w.grant("privileged", n)
	}
	for n := range security.get("capabilities", "add").items() {
		if heavy(n.str()) {
			w.grant("the capability "+n.str(), n)
		}
	}
	if signIn(i.name) {
		w.readUpstreams(c)
	}
	w.images = append(w.images, i)
}

// heavy are the capabilities that amount to the host (capabilities(7)).
func heavy(capability string) bool {
	switch strings.TrimPrefix(strings.ToUpper(capability), "CAP_") {
	case "ALL", "SYS_ADMIN", "SYS_MODULE", "SYS_PTRACE", "SYS_RAWIO", "DAC_READ_SEARCH", "BPF":
		return true
	}
	return false
}

// signIn tells whether an image is a proxy that lets nobody through who has not signed in.
func signIn(image string) bool {
	_, name, _ := splitImage(image)
	switch name {
	case "oauth2-proxy", "oauth2_proxy", "vouch-proxy", "keycloak-gatekeeper", "louketo-proxy", "gogatekeeper", "pomerium":
		return true
	}
	return false
}

// readUpstreams reads where oauth2-proxy passes requests on to (--upstream, OAUTH2_PROXY_UPSTREAMS; --upstream-url of the Keycloak proxies).
func (w *workload) readUpstreams(c node) {
	take := func(text string) {
		for _, part := range strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ' ' }) {
			if u, err := url.Parse(part); err == nil && u.Hostname() != "" && u.Hostname() != "localhost" && !strings.HasPrefix(u.Hostname(), "127.") {
				w.upstreams = append(w.upstreams, u.Hostname())
			}
		}
	}
	for _, list := range []string{"args", "command"} {
		for n := range c.get(list).items() {
			arg := strings.TrimLeft(n.str(), "-")
			if name, value, ok := strings.Cut(arg, "="); ok && (name == "upstream" || name == "upstream-url") {
				take(value)
			}
		}
	}
	for n := range c.get("env").items() {
		if n.get("name").str() == "OAUTH2_PROXY_UPSTREAMS" || n.get("name").str() == "PROXY_UPSTREAM_URL" {
			take(n.get("value").str())
		}
	}
}
