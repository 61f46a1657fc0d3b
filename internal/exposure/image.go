package exposure

import "strings"

// splitImage parts a reference: "registry/acme", "api", "1.2" (https://github.com/distribution/reference). Docker Hub's own names are left out.
func splitImage(reference string) (place, name, tag string) {
	reference, _, _ = strings.Cut(reference, "@")
	slash := strings.LastIndexByte(reference, '/')
	if colon := strings.LastIndexByte(reference, ':'); colon > slash {
		reference, tag = reference[:colon], reference[colon+1:]
	}
	place, name = reference[:max(slash, 0)], reference[slash+1:]
	for _, hub := range []string{"docker.io", "index.docker.io", "registry-1.docker.io"} {
		if place == hub {
			place = ""
		} else {
			place = strings.TrimPrefix(place, hub+"/")
		}
	}
	if place == "library" {
		place = ""
	}
	return place, name, tag
}

// sameImage tells whether two references name the same repository of images.
func sameImage(a, b string) bool {
	placeA, nameA, _ := splitImage(a)
	placeB, nameB, _ := splitImage(b)
	return nameA == nameB && placeA == placeB && nameA != "" && !strings.Contains(placeA+nameA, wild)
}

// wild stands for what is filled in later ("${REGISTRY}"): a byte that no reference has.
const wild = "\x00"

// similarImage tells whether the references end alike and nothing speaks against them being the same: one of them has a part that is filled in
// later, or no registry at all, as tools add theirs.
func similarImage(built, used string) bool {
	placeB, nameB, _ := splitImage(built)
	placeU, nameU, _ := splitImage(used)
	if nameB == "" || strings.Contains(nameB, wild) || nameB != nameU || placeU == "" && public(nameU) {
		return false
	}
	if placeB == "" || placeU == "" || strings.Contains(placeB, wild) {
		return true
	}
	return strings.HasSuffix(placeU, "/"+placeB) || strings.HasSuffix(placeB, "/"+placeU)
}

// named tells whether an image has the name of a folder or project: "shop/api" for "api", or "shop-api" for it, which says less.
func named(used, name string) (whole, ending bool) {
	place, image, _ := splitImage(used)
	name = strings.ToLower(name[strings.LastIndexByte(name, '/')+1:])
	image = strings.ToLower(image)
	if name == "" || image == "" || place == "" && public(image) {
		return false, false
	}
	if image == name {
		return true, false
	}
	ending = len(name) > 2 && (strings.HasSuffix(image, "-"+name) || strings.HasSuffix(image, "_"+name))
	return false, ending
}

// public are the names of Docker Hub's own images that people give folders too.
func public(name string) bool {
	switch name {
	case "redis", "postgres", "mysql", "mariadb", "mongo", "nginx", "httpd", "traefik", "haproxy", "caddy", "rabbitmq", "memcached", "elasticsearch",
		"kibana", "logstash", "busybox", "alpine", "ubuntu", "debian", "node", "python", "golang", "ruby", "php", "openjdk", "eclipse-temurin", "rust",
		"wordpress", "registry", "vault", "consul", "nats", "influxdb", "cassandra", "zookeeper", "kong", "docker", "neo4j", "solr", "tomcat", "jenkins":
		return true
	}
	return false
}
