package image

import "strings"

// isUsual tells the setuid and setgid programs that distributions ship so: Debian, Ubuntu, Alpine, the Red Hat family, SUSE.
// Another program under one of their names would have to be in the very place, which only the distribution's package writes to.
func isUsual(path string) bool {
	path = strings.TrimPrefix(path, "usr/")
	dir, name := split(path)
	switch {
	case dir == "bin" || dir == "sbin":
		return usualProgram(name)
	case strings.HasPrefix(path, "lib/") || strings.HasPrefix(path, "lib64/") || strings.HasPrefix(path, "libexec/"):
		return usualHelper(name)
	}
	return false
}

func usualProgram(name string) bool {
	switch name {
	case "su", "sudo", "sudoedit", "doas", "passwd", "gpasswd", "chage", "chfn", "chsh", "expiry", "newgrp", "sg", "newuidmap", "newgidmap",
		"mount", "umount", "fusermount", "fusermount3", "ntfs-3g", "mount.nfs", "mount.nfs4", "umount.nfs", "umount.nfs4", "mount.cifs", "mount.ecryptfs_private", "pmount", "pumount",
		"ping", "ping6", "traceroute6.iputils", "arping", "clockdiff",
		"crontab", "at", "batch", "wall", "write", "write.ul", "bsd-write", "screen", "ssh-agent", "locate", "mlocate", "plocate", "slocate",
		"pkexec", "ksu", "staprun", "dotlockfile", "mail-lock", "mail-unlock", "mail-touchlock", "lockfile", "procmail", "mutt_dotlock",
		"unix_chkpwd", "unix2_chkpwd", "pam_timestamp_check", "pam_extrausers_chkpwd", "userhelper", "usernetctl", "netreport",
		"postdrop", "postqueue", "exim", "exim4", "sendmail.sendmail", "pppd", "suexec", "grub2-set-bootflag", "bbsuid", "vlock-main", "newrole", "mount.davfs", "X", "Xorg":
		return true
	}
	return false
}

func usualHelper(name string) bool {
	switch name {
	case "ssh-keysign", "dbus-daemon-launch-helper", "polkit-agent-helper-1", "pkexec", "utempter", "dmcrypt-get-device", "Xorg.wrap", "snap-confine",
		"pt_chown", "unix_chkpwd", "krb5_child", "ldap_child", "selinux_child", "proxy_child", "sssd_pam", "p11_child", "cockpit-session", "spice-client-glib-usb-acl-helper",
		"gst-ptp-helper", "camel-lock-helper-1.2", "movemail", "chrome-sandbox", "kismet_capture", "qemu-bridge-helper", "lxc-user-nic", "pam-tmpdir-helper", "libvte-pty", "abrt-action-install-debuginfo-to-abrt-cache":
		return true
	}
	return false
}
