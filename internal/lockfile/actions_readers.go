package lockfile

import "strings"

// githubActions is OSV's name of the ecosystem of GitHub's actions.
const githubActions = "GitHub Actions"

func actionsReaders() []Reader {
	return []Reader{
		{Format: "GitHub workflow", Names: []string{"*.yml", "*.yaml"}, Match: isWorkflow, Read: readWorkflow},
		{Format: "action.yml", Names: []string{"action.yml", "action.yaml"}, Match: anywhere, Read: readAction},
	}
}

// isWorkflow tells that a file stands right in a folder of workflows.
func isWorkflow(path, base string) bool {
	folder := strings.TrimSuffix(path, base)
	return folder == ".github/workflows/" || strings.HasSuffix(folder, "/.github/workflows/")
}
