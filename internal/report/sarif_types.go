package report

import (
	"encoding/json"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/reevehq/reeve/internal/finding"
)

// The part of SARIF 2.1.0 that reeve writes and reads. Names and meanings are the standard's (OASIS SARIF 2.1.0,
// sections 3.14 to 3.58). What SARIF has no place for stands in typed property bags, under keys "reeve/…".
type (
	sarifRun struct {
		Tool                 sarifTool                        `json:"tool"`
		AutomationDetails    *sarifAutomation                 `json:"automationDetails,omitempty"`
		VersionControl       []sarifVersionControl            `json:"versionControlProvenance,omitempty"`
		OriginalURIBaseIDs   map[string]sarifArtifactLocation `json:"originalUriBaseIds,omitempty"`
		Invocations          []sarifInvocation                `json:"invocations,omitempty"`
		ColumnKind           string                           `json:"columnKind,omitempty"`
		Artifacts            []sarifArtifact                  `json:"artifacts,omitempty"`
		LogicalLocations     []sarifLogicalLocation           `json:"logicalLocations,omitempty"`
		ThreadFlowLocations  []sarifThreadFlowLocation        `json:"threadFlowLocations,omitempty"`
		ExternalPropertyFile map[string]json.RawMessage       `json:"externalPropertyFileReferences,omitempty"`
		Properties           *sarifRunBag                     `json:"properties,omitempty"`
	}
	sarifRunBag struct {
		Schema   string                 `json:"reeve/schema,omitempty"`
		Assets   []finding.Asset        `json:"reeve/assets,omitempty"`
		Engines  []finding.EngineStatus `json:"reeve/engines,omitempty"`
		Looked   *finding.Looked        `json:"reeve/looked,omitempty"`
		Notes    []string               `json:"reeve/notes,omitempty"`
		Times    []finding.Time         `json:"reeve/times,omitempty"`
		Decision *finding.Decision      `json:"reeve/decision,omitempty"`
	}
	sarifTool struct {
		Driver     sarifComponent   `json:"driver"`
		Extensions []sarifComponent `json:"extensions,omitempty"`
	}
	sarifComponent struct {
		Name            string             `json:"name"`
		Version         string             `json:"version,omitempty"`
		SemanticVersion string             `json:"semanticVersion,omitempty"`
		InformationURI  string             `json:"informationUri,omitempty"`
		Rules           []sarifRule        `json:"rules,omitempty"`
		Notifications   []sarifRule        `json:"notifications,omitempty"`
		Properties      *sarifComponentBag `json:"properties,omitempty"`
	}
	sarifComponentBag struct {
		Ruleset string `json:"reeve/ruleset,omitempty"`
	}
	sarifAutomation struct {
		ID string `json:"id,omitempty"`
	}
	sarifVersionControl struct {
		RepositoryURI string `json:"repositoryUri"`
		RevisionID    string `json:"revisionId,omitempty"`
	}
	sarifInvocation struct {
		ExecutionSuccessful bool                `json:"executionSuccessful"`
		EndTime             string              `json:"endTimeUtc,omitempty"`
		Notifications       []sarifNotification `json:"toolExecutionNotifications,omitempty"`
	}
	sarifNotification struct {
		Descriptor *sarifReference       `json:"descriptor,omitempty"`
		Level      string                `json:"level,omitempty"`
		Message    sarifMessage          `json:"message"`
		Locations  []sarifLocation       `json:"locations,omitempty"`
		Properties *sarifNotificationBag `json:"properties,omitempty"`
	}
	sarifNotificationBag struct {
		What string `json:"reeve/what"`
		Why  string `json:"reeve/why"`
	}
	sarifArtifact struct {
		Location sarifArtifactLocation `json:"location"`
	}
)

// Rules (reportingDescriptor, section 3.49).
type (
	sarifRule struct {
		ID               string               `json:"id"`
		Name             string               `json:"name,omitempty"`
		ShortDescription *sarifText           `json:"shortDescription,omitempty"`
		FullDescription  *sarifText           `json:"fullDescription,omitempty"`
		MessageStrings   map[string]sarifText `json:"messageStrings,omitempty"`
		DefaultConfig    *sarifConfiguration  `json:"defaultConfiguration,omitempty"`
		Help             *sarifText           `json:"help,omitempty"`
		HelpURI          string               `json:"helpUri,omitempty"`
		Relationships    []sarifRelationship  `json:"relationships,omitempty"`
		Properties       *sarifRuleBag        `json:"properties,omitempty"`
	}
	sarifConfiguration struct {
		Level string `json:"level,omitempty"`
	}
	sarifRelationship struct {
		Target sarifReference `json:"target"`
	}
	sarifReference struct {
		ID        string          `json:"id,omitempty"`
		Index     *int            `json:"index,omitempty"`
		Component *sarifReference `json:"toolComponent,omitempty"`
		Name      string          `json:"name,omitempty"`
	}
	sarifRuleBag struct {
		Tags             looseTexts          `json:"tags,omitempty"`
		Precision        looseText           `json:"precision,omitempty"`
		SecuritySeverity looseText           `json:"security-severity,omitempty"`
		ProblemSeverity  looseText           `json:"problem.severity,omitempty"`
		Engine           string              `json:"reeve/engine,omitempty"`
		Severity         *finding.Severity   `json:"reeve/severity,omitempty"`
		Confidence       *finding.Confidence `json:"reeve/confidence,omitempty"`
		Why              string              `json:"reeve/why,omitempty"`
		Fix              string              `json:"reeve/fix,omitempty"`
		Revoke           string              `json:"reeve/revoke,omitempty"`
		Opens            string              `json:"reeve/opens,omitempty"`
		References       []string            `json:"reeve/references,omitempty"`
		CWE              []int               `json:"reeve/cwe,omitempty"`
		OWASP            []string            `json:"reeve/owasp,omitempty"`
		Tagged           []string            `json:"reeve/tags,omitempty"`
		FalsePositives   string              `json:"reeve/falsePositives,omitempty"`
		Since            string              `json:"reeve/since,omitempty"`
	}
	// sarifText is a multiformatMessageString or a message's plain half.
	sarifText struct {
		Text     string `json:"text"`
		Markdown string `json:"markdown,omitempty"`
	}
)

// Results (section 3.27).
type (
	sarifResult struct {
		RuleID              string          `json:"ruleId,omitempty"`
		RuleIndex           *int            `json:"ruleIndex,omitempty"`
		Rule                *sarifReference `json:"rule,omitempty"`
		Kind                string          `json:"kind,omitempty"`
		Level               string          `json:"level,omitempty"`
		Message             sarifMessage    `json:"message"`
		Locations           []sarifLocation `json:"locations,omitempty"`
		RelatedLocations    []sarifLocation `json:"relatedLocations,omitempty"`
		CodeFlows           []sarifCodeFlow `json:"codeFlows,omitempty"`
		Fixes               []sarifFix      `json:"fixes,omitempty"`
		Fingerprints        looseMap        `json:"fingerprints,omitempty"`
		PartialFingerprints looseMap        `json:"partialFingerprints,omitempty"`
		Suppressions        []sarifSuppress `json:"suppressions,omitempty"`
		BaselineState       string          `json:"baselineState,omitempty"`
		Properties          *sarifResultBag `json:"properties,omitempty"`
	}
	sarifResultBag struct {
		Message          string              `json:"reeve/message,omitempty"`
		SecuritySeverity looseText           `json:"security-severity,omitempty"`
		Engine           string              `json:"reeve/engine,omitempty"`
		Asset            *finding.Asset      `json:"reeve/asset,omitempty"`
		Severity         *finding.Severity   `json:"reeve/severity,omitempty"`
		Confidence       *finding.Confidence `json:"reeve/confidence,omitempty"`
		Reasons          []string            `json:"reeve/reasons,omitempty"`
		Evidence         string              `json:"reeve/evidence,omitempty"`
		Facts            []finding.Fact      `json:"reeve/facts,omitempty"`
		Fix              *finding.Fix        `json:"reeve/fix,omitempty"`
		History          *finding.History    `json:"reeve/history,omitempty"`
		Verdict          *finding.Verdict    `json:"reeve/verdict,omitempty"`
		Aliases          []string            `json:"reeve/aliases,omitempty"`
		sarifContext
	}
	// sarifContext is what is known about a component, its flaw and its place.
	sarifContext struct {
		Component *finding.Component    `json:"reeve/component,omitempty"`
		Threat    *finding.Threat       `json:"reeve/threat,omitempty"`
		Reach     *finding.Reachability `json:"reeve/reach,omitempty"`
		Exposure  *finding.Exposure     `json:"reeve/exposure,omitempty"`
		Rank      *finding.Rank         `json:"reeve/rank,omitempty"`
	}
	sarifMessage struct {
		Text      string   `json:"text,omitempty"`
		Markdown  string   `json:"markdown,omitempty"`
		ID        string   `json:"id,omitempty"`
		Arguments []string `json:"arguments,omitempty"`
	}
	sarifCodeFlow struct {
		ThreadFlows []sarifThreadFlow `json:"threadFlows"`
	}
	sarifThreadFlow struct {
		Locations []sarifThreadFlowLocation `json:"locations"`
	}
	sarifThreadFlowLocation struct {
		Index    *int           `json:"index,omitempty"`
		Location *sarifLocation `json:"location,omitempty"`
	}
	sarifFix struct {
		Description *sarifText            `json:"description,omitempty"`
		Changes     []sarifArtifactChange `json:"artifactChanges"`
	}
	sarifArtifactChange struct {
		Artifact     sarifArtifactLocation `json:"artifactLocation"`
		Replacements []sarifReplacement    `json:"replacements"`
	}
	sarifReplacement struct {
		Deleted  sarifRegion `json:"deletedRegion"`
		Inserted *sarifText  `json:"insertedContent,omitempty"`
	}
	sarifSuppress struct {
		Kind          string `json:"kind"`
		Status        string `json:"status,omitempty"`
		Justification string `json:"justification,omitempty"`
	}
)

// Places (sections 3.28 to 3.33).
type (
	sarifLocation struct {
		ID       int                    `json:"id,omitempty"`
		Physical *sarifPhysical         `json:"physicalLocation,omitempty"`
		Logical  []sarifLogicalLocation `json:"logicalLocations,omitempty"`
		Message  *sarifMessage          `json:"message,omitempty"`
		Bag      *sarifLocationBag      `json:"properties,omitempty"`
	}
	sarifLocationBag struct {
		Surface finding.Surface `json:"reeve/surface,omitempty"`
		Blob    string          `json:"reeve/blob,omitempty"`
		Commit  string          `json:"reeve/commit,omitempty"`
		Snippet string          `json:"reeve/snippet,omitempty"`
		// NoPath tells that the artifact location only stands in for a place that has no path.
		NoPath bool `json:"reeve/noPath,omitempty"`
	}
	sarifPhysical struct {
		Artifact sarifArtifactLocation `json:"artifactLocation"`
		Region   *sarifRegion          `json:"region,omitempty"`
		Context  *sarifRegion          `json:"contextRegion,omitempty"`
	}
	sarifArtifactLocation struct {
		URI         string     `json:"uri,omitempty"`
		BaseID      string     `json:"uriBaseId,omitempty"`
		Index       *int       `json:"index,omitempty"`
		Description *sarifText `json:"description,omitempty"`
	}
	sarifRegion struct {
		StartLine   int        `json:"startLine,omitempty"`
		StartColumn int        `json:"startColumn,omitempty"`
		EndLine     int        `json:"endLine,omitempty"`
		EndColumn   int        `json:"endColumn,omitempty"`
		ByteOffset  *int64     `json:"byteOffset,omitempty"`
		ByteLength  *int64     `json:"byteLength,omitempty"`
		Snippet     *sarifText `json:"snippet,omitempty"`
	}
	sarifLogicalLocation struct {
		Index              *int   `json:"index,omitempty"`
		Name               string `json:"name,omitempty"`
		FullyQualifiedName string `json:"fullyQualifiedName,omitempty"`
		Kind               string `json:"kind,omitempty"`
	}
)

// looseText is a text in a foreign property bag; tools also write numbers there. Anything else reads as "".
type looseText string

// UnmarshalJSONFrom takes a string or a number.
func (t *looseText) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	switch dec.PeekKind() {
	case '"', '0':
		token, err := dec.ReadToken()
		if err == nil {
			*t = looseText(token.String())
		}
		return err
	}
	return dec.SkipValue()
}

// looseTexts is a list of texts in a foreign property bag; what is not a text is left out.
type looseTexts []string

// UnmarshalJSONFrom takes the strings of an array.
func (t *looseTexts) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	if dec.PeekKind() != '[' {
		return dec.SkipValue()
	}
	if _, err := dec.ReadToken(); err != nil {
		return err
	}
	for dec.PeekKind() != ']' {
		if dec.PeekKind() != '"' {
			if err := dec.SkipValue(); err != nil {
				return err
			}
			continue
		}
		token, err := dec.ReadToken()
		if err != nil {
			return err
		}
		*t = append(*t, token.String())
	}
	_, err := dec.ReadToken()
	return err
}

// looseMap holds the texts of a foreign object; what is not a text is left out.
type looseMap map[string]string

// UnmarshalJSONFrom takes the strings of an object.
func (m *looseMap) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	if dec.PeekKind() != '{' {
		return dec.SkipValue()
	}
	if _, err := dec.ReadToken(); err != nil {
		return err
	}
	*m = looseMap{}
	for dec.PeekKind() != '}' {
		name, err := dec.ReadToken()
		if err != nil {
			return err
		}
		key := name.String()
		var value looseText
		if err := value.UnmarshalJSONFrom(dec); err != nil {
			return err
		}
		if value != "" {
			(*m)[key] = string(value)
		}
	}
	_, err := dec.ReadToken()
	return err
}
