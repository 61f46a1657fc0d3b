package finding

// Location is where a finding stands. Every field is optional but one of Path, Logical and Surface.
type Location struct {
	// Path is slash-separated and relative to the asset's root. A member of an archive follows "!/", as in "a.zip!/b/c.txt".
	Path string `json:"path,omitempty"`
	// Region is the offending part: the whole block, resource or statement. Zero means the whole file.
	Region Region `json:"region,omitzero"`
	// Blob is the git object that holds the content, in hex.
	Blob string `json:"blob,omitempty"`
	// Commit is the commit in which the content stands here, in hex.
	Commit string `json:"commit,omitempty"`
	// Surface says what kind of place it is where it is not a file's content.
	Surface Surface `json:"surface,omitempty"`
	// Logical names the place in the world's own terms, outermost first.
	Logical []Logical `json:"logical,omitempty"`
	// Snippet is the line or lines at Region, secrets masked; for people, never for identity.
	Snippet string `json:"snippet,omitempty"`
}

// Surface is a place in a repository that is not a file's content.
type Surface string

// The surfaces of a git object store and of an image. The empty Surface is a file's content.
const (
	CommitMessage Surface = "commit message"
	TagMessage    Surface = "tag message"
	Note          Surface = "note"
	PathName      Surface = "path name"
	// ImageConfig is an image's configuration: its environment, labels, commands and history.
	ImageConfig Surface = "image configuration"
)

// Logical is one step of a place named in the world's own terms.
type Logical struct {
	// Kind is SARIF's logicalLocation kind where it has one (function, member, module, resource, package),
	// else a word of the domain (workload, layer, route).
	Kind string `json:"kind"`
	// Name is fully qualified, as in "aws_s3_bucket.logs".
	Name string `json:"name"`
}

// Region is a part of a text. Lines and columns count from 1; columns count Unicode code points.
// EndColumn is the column after the last character, as in SARIF. Offset and Length are in bytes.
type Region struct {
	StartLine   int   `json:"startLine,omitempty"`
	StartColumn int   `json:"startColumn,omitempty"`
	EndLine     int   `json:"endLine,omitempty"`
	EndColumn   int   `json:"endColumn,omitempty"`
	Offset      int64 `json:"offset,omitempty"`
	Length      int64 `json:"length,omitempty"`
}

// Step is one hop of a data flow, source first.
type Step struct {
	Location Location `json:"location"`
	Message  string   `json:"message"`
}

// Edit replaces a region of a file.
type Edit struct {
	Path   string `json:"path"`
	Region Region `json:"region"`
	New    string `json:"new"`
}

// Fix is what to do about one finding, more exact than its rule's advice.
type Fix struct {
	Text  string `json:"text,omitempty"`
	Edits []Edit `json:"edits,omitempty"`
}

// RegionAt gives the region of data[start:end]. It costs a pass over data[:end], so call it for findings only.
func RegionAt(data []byte, start, end int) Region {
	r := Region{Offset: int64(start), Length: int64(end - start)}
	r.StartLine, r.StartColumn = lineColumn(data, start)
	r.EndLine, r.EndColumn = lineColumn(data, end)
	return r
}
