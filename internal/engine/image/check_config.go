package image

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

// runsAsRoot tells whether the image's process starts as root, and by what that is known.
func (v *view) runsAsRoot() (because string, root bool) {
	if v.config == nil || strings.EqualFold(v.config.OS, "windows") {
		return "", false
	}
	user := v.config.user()
	id, err := strconv.Atoi(user)
	switch {
	case user == "":
		return "it names no user", true
	case user == "root" || err == nil && id == 0:
		return "it names root as its user", true
	case slices.Contains(v.superusers, user):
		return "the user that it names has id 0 in its etc/passwd", true
	}
	return "", false
}

func checkUser(v *view, report func(fault)) {
	because, root := v.runsAsRoot()
	if !root {
		return
	}
	f := fault{message: "The image's process runs as root: " + because, reasons: []string{because}}
	if v.has(isUserChanger) && len(v.config.Config.Entrypoint) > 0 {
		f.doubtful = true
		f.reasons = append(f.reasons, "a program that changes the user is in the image, and its entrypoint may call it")
	}
	report(f)
}

// adminPorts are those by which machines are administered, or their inside is read.
func adminPorts() map[int]string {
	return map[int]string{
		21: "FTP", 22: "SSH", 23: "Telnet", 69: "TFTP", 111: "the RPC port mapper", 135: "Windows RPC", 137: "NetBIOS", 139: "SMB over NetBIOS", 161: "SNMP", 445: "SMB",
		512: "rexec", 513: "rlogin", 514: "rsh or syslog", 623: "IPMI", 2049: "NFS", 2375: "docker's API without TLS", 2376: "docker's API", 3389: "Remote Desktop",
		4369: "the Erlang port mapper", 5005: "Java's debugger", 5858: "Node's debugger", 5900: "VNC", 5901: "VNC", 5902: "VNC", 5903: "VNC", 5985: "Windows remote management", 5986: "Windows remote management",
		6000: "X11", 9229: "Node's debugger", 10000: "Webmin", 10250: "the kubelet's API", 10255: "the kubelet's API without sign-in",
	}
}

func checkAdminPort(v *view, report func(fault)) {
	if v.config == nil {
		return
	}
	known := adminPorts()
	for _, p := range v.config.ports() {
		if what, ok := known[p.number]; ok {
			report(fault{
				message: fmt.Sprintf("Port %s is exposed, which is that of %s", p, what), parts: []string{p.String()},
				facts: []finding.Fact{{Name: "port", Value: p.String()}},
			})
		}
	}
}

func checkPrivilegedPort(v *view, report func(fault)) {
	if _, root := v.runsAsRoot(); !root {
		return
	}
	known := adminPorts()
	for _, p := range v.config.ports() {
		if _, admin := known[p.number]; p.number < 1024 && !admin {
			report(fault{
				message: fmt.Sprintf("Port %s is below 1024 and ties the image to root", p), parts: []string{p.String()},
				facts: []finding.Fact{{Name: "port", Value: p.String()}},
			})
		}
	}
}

func checkHealthcheck(v *view, report func(fault)) {
	if v.config == nil || len(v.config.ports()) == 0 || v.config.hasHealthcheck() {
		return
	}
	report(fault{message: "The image exposes ports, and nothing tells whether its service still answers"})
}

// base is the image that this one says it was built from.
type base struct{ name, tag, digest string }

// baseOf reads the labels by which builders name the base (https://github.com/opencontainers/image-spec/blob/main/annotations.md).
func (c *config) baseOf() (b base, known bool) {
	name := strings.TrimSpace(c.Config.Labels["org.opencontainers.image.base.name"])
	if name == "" || name == "scratch" || !isShown(name) {
		return base{}, false
	}
	b.name, b.digest, _ = strings.Cut(name, "@")
	if b.digest == "" {
		b.digest = strings.TrimSpace(c.Config.Labels["org.opencontainers.image.base.digest"])
	}
	if n := strings.LastIndexByte(b.name, ':'); n > strings.LastIndexByte(b.name, '/') {
		b.name, b.tag = b.name[:n], b.name[n+1:]
	}
	return b, true
}

func checkBaseTag(v *view, report func(fault)) {
	if v.config == nil {
		return
	}
	b, known := v.config.baseOf()
	switch {
	case !known || b.tag == "" && b.digest != "":
		return
	case b.tag == "":
		report(fault{message: fmt.Sprintf("The base image %q is named without a tag, which means latest", b.name), parts: []string{b.name}})
	case b.tag == "latest":
		report(fault{message: fmt.Sprintf("The base image %q is taken by the tag latest", b.name), parts: []string{b.name}})
	}
}

func checkBaseDigest(v *view, report func(fault)) {
	if v.config == nil {
		return
	}
	b, known := v.config.baseOf()
	if !known || b.digest != "" || b.tag == "" || b.tag == "latest" {
		return // see checkBaseTag
	}
	report(fault{message: fmt.Sprintf("The base image %q is taken by its tag %q and not by its digest", b.name, b.tag), parts: []string{b.name}})
}
