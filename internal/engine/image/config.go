package image

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// config is an image's configuration as far as it is judged.
type config struct {
	OS     string `json:"os"`
	Config struct {
		User         string            `json:"User"`
		ExposedPorts map[string]any    `json:"ExposedPorts"`
		Labels       map[string]string `json:"Labels"`
		Healthcheck  struct {
			Test list `json:"Test"`
		} `json:"Healthcheck"`
		Entrypoint list `json:"Entrypoint"`
	} `json:"config"`
	History []struct {
		CreatedBy string `json:"created_by"`
	} `json:"history"`
}

// list is a list of words; early docker wrote a list of one as the word alone.
type list []string

// UnmarshalJSON reads either form.
func (l *list) UnmarshalJSON(data []byte) error {
	var one string
	if json.Unmarshal(data, &one) == nil {
		*l = nil
		if one != "" {
			*l = list{one}
		}
		return nil
	}
	return json.Unmarshal(data, (*[]string)(l))
}

// user is the name or number of who the image's process runs as, without the group.
func (c *config) user() string {
	name, _, _ := strings.Cut(c.Config.User, ":")
	return strings.TrimSpace(name)
}

// port is a port that an image exposes.
type port struct {
	number   int
	protocol string
}

func (p port) String() string { return strconv.Itoa(p.number) + "/" + p.protocol }

// ports are those it exposes, in order. Ranges are written out up to a bound.
func (c *config) ports() []port {
	var out []port
	for _, text := range slices.Sorted(maps.Keys(c.Config.ExposedPorts)) {
		numbers, protocol, _ := strings.Cut(text, "/")
		if protocol == "" {
			protocol = "tcp"
		}
		from, to, isRange := strings.Cut(numbers, "-")
		first, err := strconv.Atoi(from)
		last := first
		if err == nil && isRange {
			last, err = strconv.Atoi(to)
		}
		if err != nil || first < 1 || last < first || last > 65535 {
			continue
		}
		if protocol = strings.ToLower(protocol); protocol != "tcp" && protocol != "udp" && protocol != "sctp" {
			continue
		}
		for n := first; n <= last; n++ {
			out = append(out, port{n, protocol})
		}
	}
	slices.SortFunc(out, func(a, b port) int {
		if a.number != b.number {
			return a.number - b.number
		}
		return strings.Compare(a.protocol, b.protocol)
	})
	return slices.Compact(out)
}

// hasHealthcheck tells whether something is asked how the service fares.
func (c *config) hasHealthcheck() bool {
	test := c.Config.Healthcheck.Test
	return len(test) > 0 && test[0] != "NONE"
}
