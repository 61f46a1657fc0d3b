package ingest

// secretFormats are the tools that look for secrets.
func secretFormats() []Format {
	return []Format{
		githubSecretFormat, githubCodeFormat, gitlabFormat,
		gitleaksFormat, gitleaksCSVFormat, trufflehogFormat, trufflehogOldFormat, trufflehog3Format, detectSecretsFormat,
	}
}
