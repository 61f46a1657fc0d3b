package registry

import (
	"context"
	"encoding/xml"
	"fmt"
	"strings"
)

// Maven gives the versions of an artifact, named "group:artifact".
func (c *Client) Maven(ctx context.Context, name string) ([]string, error) {
	group, artifact, ok := strings.Cut(name, ":")
	if !ok || !isName(group, "") || !isName(artifact, "") {
		return nil, notAsked("Maven", name)
	}
	address, err := c.at("Maven", strings.ReplaceAll(group, ".", "/")+"/"+artifact+"/maven-metadata.xml")
	if err != nil {
		return nil, err
	}
	body, _, err := c.get(ctx, address, "text/xml, application/xml")
	if err != nil {
		return nil, fmt.Errorf("look up %q: %w", name, err)
	}
	var said struct {
		Versions []string `xml:"versioning>versions>version"`
	}
	if err := xml.Unmarshal(body, &said); err != nil {
		return nil, fmt.Errorf("read the repository's list of %q: %w", name, err)
	}
	var out []string
	for _, v := range said.Versions {
		if v = strings.TrimSpace(v); isName(v, "+") && !strings.HasSuffix(v, "-SNAPSHOT") {
			out = append(out, v)
		}
	}
	return out, nil
}
